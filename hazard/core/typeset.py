"""Papers: what a sheet shows, laid out by typst with the fonts that come with the product."""

import base64
import hashlib
import json
import lzma
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Lock
from typing import ClassVar, Literal, TypeVar, cast

import typst

from hazard.core.money import Money
from hazard.core.words import CHINESE, N_, Sentence, Term, write

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates" / "print"
FONTS = ROOT / "static" / "vendor" / "fonts"

A4_WIDTH_IN = 210 / 25.4
Row = TypeVar("Row")
Words = Sentence | str
"""What a paper prints: words of the product, or words people typed."""


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What one print shows; every slice's papers derive from it.

    `template` names a file in templates/print without `.typ`; `labels` are its fixed words.
    """

    template: ClassVar[str]
    labels: ClassVar[Mapping[str, Sentence]]

    printed_at: datetime

    def shown(self) -> dict[str, object]:
        """Return all the template reads: the labels and the fields; papers add what they count."""
        return {"labels": self.labels, **_fields(self)}


@dataclass(frozen=True, kw_only=True)
class NamelessPaper(Paper):
    """A paper with the number of its form whose every page says that it names no reporter."""

    printed_by: str
    form_code: str

    def foot(self, number: int = 1, pages: int = 1) -> tuple[Words, ...]:
        """Return the small print of page `number` of `pages`."""
        return (
            form(self.form_code),
            page_of(number, pages),
            printed(self.printed_at, self.printed_by),
            Sentence(N_("This sheet names no reporter")),
        )


@dataclass(frozen=True, slots=True)
class Spoken:
    """A part of a paper said in another language than the rest of it."""

    locale: str
    value: object


class Typesetter:
    """Lays papers out; one for all threads. Unpacks its fonts under `cache` on first use."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._lock = Lock()
        self._unpacked: typst.Fonts | None = None

    def pdf(self, paper: Paper, locale: str = CHINESE) -> bytes:
        """Return the paper as one PDF; the same paper gives the same bytes."""
        (document,) = self._set(paper, locale, "pdf")
        return document

    def pages(self, paper: Paper, locale: str = CHINESE) -> tuple[bytes, ...]:
        """Return the paper as one SVG a page, letters drawn as outlines, for a page to print."""
        return self._set(paper, locale, "svg")

    def pictures(self, paper: Paper, width: int, locale: str = CHINESE) -> tuple[bytes, ...]:
        """Return the paper as one PNG a page; an A4 page gets `width` pixels, others in scale."""
        return self._set(paper, locale, "png", ppi=width / A4_WIDTH_IN)

    def _set(
        self, paper: Paper, locale: str, form: Literal["pdf", "svg", "png"], ppi: float = 72
    ) -> tuple[bytes, ...]:
        shown = {"locale": locale, **paper.shown()}
        compiled = typst.compile(
            TEMPLATES / f"{paper.template}.typ",
            root=TEMPLATES,
            format=form,
            ppi=ppi,
            font_paths=self._fonts(),
            ignore_system_fonts=True,
            sys_inputs={"sheet": json.dumps(plain(shown, locale), ensure_ascii=False)},
            timestamp=int(paper.printed_at.timestamp()),
            pdf_tags=False,  # tags make a file of many table cells five times as large
        )
        result = cast(bytes | list[bytes], compiled)  # a list when pictures have several pages
        return tuple(result) if isinstance(result, list) else (result,)

    def _fonts(self) -> typst.Fonts:
        with self._lock:
            if self._unpacked is None:
                folder = unpack_fonts(self._cache)
                self._unpacked = typst.Fonts(
                    include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
                )
            return self._unpacked


def plain(value: object, locale: str) -> object:
    """Return `value` as JSON knows it; what people read is said in the language of `locale`.

    Dataclasses become objects of their fields; anything else of no known kind is a TypeError.
    """
    if isinstance(value, Spoken):
        locale, value = value.locale, value.value
    match value:
        case Sentence() | Term() | Money() | date():
            return write(value, locale)
        case str():
            return " ".join(value.splitlines())  # a cell's words are measured as one line
        case None | bool() | int() | float():
            return value
        case Mapping():
            return {str(key): plain(entry, locale) for key, entry in value.items()}
        case tuple() | list():
            return [plain(entry, locale) for entry in value]
    return plain(_fields(value), locale)


def framed(jpeg: bytes, width: int, height: int, *, cropped: bool = False) -> str:
    """Return a photo as a drawing of a width and height: whole in its middle, or cropped to fill.

    Without a photo the frame stays empty. The typesetter takes drawings from memory.
    """
    size = f'width="{width}" height="{height}"'
    data, fit = base64.b64encode(jpeg).decode(), "slice" if cropped else "meet"
    photo = (
        f'<image {size} preserveAspectRatio="xMidYMid {fit}" href="data:image/jpeg;base64,{data}"/>'
        if data
        else ""
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{photo}</svg>'


def full_day(day: date) -> Sentence:
    """Return a day with its year, as papers write it."""
    return Sentence(N_("%(month)s/%(day)s/%(year)s"), year=day.year, month=day.month, day=day.day)


def month_of(day: date) -> Sentence:
    """Return the month of a day, as in 2026年11月."""
    return Sentence(N_("%(month)s/%(year)s"), year=day.year, month=day.month)


def form(code: str) -> Sentence:
    """Return the number of a form, by which an office asks for it."""
    return Sentence(N_("Form %(code)s"), code=code)


def page_of(number: int, pages: int) -> Sentence:
    """Return which page this is, and of how many."""
    return Sentence(N_("Page %(number)s of %(pages)s"), number=number, pages=pages)


def printed(moment: datetime, by: str) -> Sentence:
    """Return when a paper was printed, and by whom."""
    return Sentence(N_("Printed %(moment)s by %(name)s"), moment=moment, name=by)


def paginate(rows: Sequence[Row], first: int, further: int) -> list[Sequence[Row]]:
    """Cut rows into pages of `first` and then `further` rows; no rows still make one page."""
    starts = range(first, len(rows), further)
    return [rows[:first], *(rows[start : start + further] for start in starts)]


def unpack_fonts(cache: Path) -> Path:
    """Unpack the fonts below `cache` unless these very ones are there; return their folder.

    Each file appears whole or not at all, so several processes may do this at once.
    """
    packed = sorted(FONTS.glob("*.xz"))
    folder = cache / _digest(packed)
    folder.mkdir(parents=True, exist_ok=True)
    for source in packed:
        target = folder / source.stem
        if not target.exists():
            _write_whole(target, lzma.decompress(source.read_bytes()))
    return folder


def _fields(value: object) -> dict[str, object]:
    return {field.name: getattr(value, field.name) for field in fields(value)}  # type: ignore[arg-type]


def _digest(packed: list[Path]) -> str:
    digest = hashlib.sha256()
    for source in packed:
        digest.update(source.read_bytes())
    return f"fonts-{digest.hexdigest()[:12]}"


def _write_whole(target: Path, content: bytes) -> None:
    with NamedTemporaryFile(dir=target.parent, delete=False) as scratch:
        scratch.write(content)
    Path(scratch.name).replace(target)
