"""The typesetter itself: fonts, repeatability, threads."""

import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from hazard.core import qr
from hazard.core.money import Money
from hazard.core.typeset import FONTS, TEMPLATES, Typesetter, paginate, plain, unpack_fonts
from hazard.core.words import CHINESE, N_, Sentence, Term, say
from tests.prints.test_checklist import row, shift
from tests.prints.test_poster import EAST_GATE


def test_the_same_paper_gives_the_same_bytes(tmp_path: Path) -> None:
    first = Typesetter(tmp_path / "one").pdf(EAST_GATE)
    assert Typesetter(tmp_path / "other").pdf(EAST_GATE) == first


def test_many_threads_print_at_once(tmp_path: Path) -> None:
    typesetter = Typesetter(tmp_path)
    with ThreadPoolExecutor(8) as threads:
        prints = set(threads.map(typesetter.pdf, [EAST_GATE] * 16))
    assert len(prints) == 1


def test_fonts_are_unpacked_once_and_whole(tmp_path: Path) -> None:
    folder = unpack_fonts(tmp_path)
    made = {font.name: font.stat().st_mtime_ns for font in folder.iterdir()}
    assert sorted(made) == sorted(packed.stem for packed in FONTS.glob("*.xz"))
    assert unpack_fonts(tmp_path) == folder
    assert {font.name: font.stat().st_mtime_ns for font in folder.iterdir()} == made


def test_every_font_file_is_listed_with_its_digest() -> None:
    listed = dict(re.findall(r"`([^`]+)` \|.*`([0-9a-f]{64})`", (FONTS / "README.md").read_text()))
    kept = {file.name: file for file in FONTS.iterdir() if file.name != "README.md"}
    assert listed == {
        name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in kept.items()
    }


def test_a_page_is_drawn_for_each_sheet_of_paper(typesetter: Typesetter) -> None:
    pages = typesetter.pages(shift(*map(row, range(7))))
    assert len(pages) == 2
    assert all(page.startswith(b"<svg") for page in pages)
    assert len(typesetter.pages(EAST_GATE)) == 1


def test_no_paper_is_wide_because_a_letter_is_missing(typesetter: Typesetter) -> None:
    fonts = {font.family for font in typesetter._fonts().fonts()}
    assert fonts == {"Noto Sans SC", "Noto Sans CJK SC"}


def test_templates_hold_no_words_of_their_own() -> None:
    templates = list(TEMPLATES.glob("*.typ"))
    assert templates
    for template in templates:
        assert not re.search(r"[\u3400-\u9fff]", template.read_text()), template.name


class Urgency(Term):
    SOON = "soon", N_("Soon")


@dataclass(frozen=True)
class Slip:
    name: str
    amount: Money
    urgency: Urgency
    day: date | None
    parts: tuple[Sentence, ...]


def test_what_people_read_is_said_and_the_rest_is_kept() -> None:
    slip = Slip("朱䶮\n二", Money(300000), Urgency.SOON, date(2026, 11, 3), (Sentence("DRAFT"),))
    assert plain(slip, CHINESE) == {
        "name": "朱䶮 二",
        "amount": "3,000.00",
        "urgency": say(Sentence(N_("Soon"))),
        "day": "11月3日",
        "parts": [say(Sentence(N_("DRAFT")))],
    }


def test_what_no_paper_can_show_is_refused() -> None:
    with pytest.raises(TypeError):
        plain(object(), CHINESE)


def test_rows_are_cut_into_pages_without_losing_one() -> None:
    assert paginate([], 6, 12) == [[]]
    assert list(map(len, paginate(range(6), 6, 12))) == [6]
    assert list(map(len, paginate(range(19), 6, 12))) == [6, 12, 1]
    assert [row for page in paginate(range(31), 6, 12) for row in page] == list(range(31))


def test_a_code_has_a_quiet_zone_of_four_modules() -> None:
    side = len(qr.modules("HTTP://A", qr.Level.Q))
    drawn = qr.svg("HTTP://A", qr.Level.Q)
    assert f'viewBox="0 0 {side + 8} {side + 8}"' in drawn
    assert 'd="M4 4h7v1h-7z' in drawn
