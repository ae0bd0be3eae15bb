"""Every design of a poster, in one language and in two: all fits, is said and can be scanned."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from hazard.core.typeset import Typesetter
from hazard.places.composing import PICTURES, PRICE_LABELS
from hazard.places.sheets import (
    PhonePicture,
    PosterBook,
    PosterCategory,
    PosterContact,
    PosterSheet,
)
from hazard.places.terms import PosterType
from hazard.places.trades import EXAMPLES, MATTERS, Trade
from hazard.policy.words import Category
from tests.prints.reading import Page, Print, code_width, photographed
from tests.prints.test_poster import EAST_GATE, LONG, URL

SNAPSHOTS = Path(__file__).parent / "snapshots"
TRADES = tuple(trade for trade in Trade if trade is not Trade.GENERAL)
WORKSHOPS = tuple(
    PosterContact(title=name, name="艾尼瓦尔·吐尔逊江", phone="13800000000")
    for name in ("机加工车间", "涂装车间", "总装车间", "仓储物流部", "动力维修车间", "食堂")
)
BARE = replace(
    EAST_GATE, wifi_ssid=None, wifi_password=None, union=None, mailbox=None, no_penalty=False
)
WALL = (PosterType.GATE, PosterType.WORKSHOP, PosterType.LISTS)


def dressed(
    sheet: PosterSheet,
    design: PosterType,
    trade: Trade = Trade.MACHINERY,
    *,
    bilingual: bool = False,
) -> PosterSheet:
    """Return the sheet in a design, with the real words of a trade and of the reward table."""
    more = design is PosterType.LISTS
    categories = tuple(
        PosterCategory(
            kind=kind.value,
            picture=PICTURES.get((trade, kind), kind.value),
            title=kind.label,
            examples=EXAMPLES[trade][kind] + (MATTERS[kind] if more else ()),
        )
        for kind in EXAMPLES[trade]
    )
    prices = tuple(
        replace(price, label=PRICE_LABELS[level], elsewhere=price.amount)
        for level, price in enumerate(sheet.prices, start=1)
    )
    contacts = WORKSHOPS if design is PosterType.GATE else ()
    return replace(
        sheet, design=design, bilingual=bilingual, categories=categories, prices=prices,
        workshops=contacts,
    )  # fmt: skip


def every_kind() -> Iterator[tuple[str, PosterSheet]]:
    plants = {"short": EAST_GATE, "long": LONG, "bare": BARE}
    for design in WALL:
        for plant, sheet in plants.items():
            for bilingual in (False, True):
                name = f"{design.value}-{plant}-{'two' if bilingual else 'one'}"
                yield name, dressed(sheet, design, bilingual=bilingual)
    for trade in TRADES:
        yield f"trade-{trade.value}", dressed(EAST_GATE, PosterType.WORKSHOP, trade, bilingual=True)


KINDS = dict(every_kind())


def printed(typesetter: Typesetter, sheet: PosterSheet) -> Page:
    paper = Print(typesetter.pdf(sheet))
    assert len(paper) == 1
    return paper.page(1)


@pytest.mark.parametrize("name", KINDS)
def test_every_poster_fits_and_says_what_it_must(typesetter: Typesetter, name: str) -> None:
    sheet = KINDS[name]
    page = printed(typesetter, sheet)
    assert page.overlaps() == []
    assert page.words_margin() >= 6
    assert "…" not in page.text
    assert page.shows(sheet.place, sheet.number, sheet.desk.name, sheet.desk.phone)
    assert page.shows("6119/119/120", "123501235112345", sheet.company, "2026年11月版")
    assert page.shows("每月15日发", *(price.label for price in sheet.prices))


@pytest.mark.parametrize("design", WALL)
def test_a_bad_photograph_of_each_design_still_opens_the_form(
    typesetter: Typesetter, design: PosterType
) -> None:
    sheet = KINDS[f"{design.value}-long-two"]
    page = printed(typesetter, sheet)
    assert page.margin() >= 6
    photo = photographed(page.picture)
    assert [code.text for code in zxingcpp.read_barcodes(photo)] == [sheet.url]


def test_a_gate_with_far_too_many_contacts_would_be_seen_to_overflow(
    typesetter: Typesetter,
) -> None:
    crowd = replace(KINDS["gate-long-two"], workshops=WORKSHOPS * 8)
    page = printed(typesetter, crowd)
    assert page.overlaps() or page.words_margin() < 6


@pytest.mark.parametrize("design", WALL)
def test_the_words_of_a_design_are_those_that_were_reviewed(
    typesetter: Typesetter, design: PosterType
) -> None:
    page = printed(typesetter, KINDS[f"{design.value}-short-two"])
    lines = page.page.get_textpage().get_text_bounded().replace("\u200b", "").split("\r\n")
    reviewed = (SNAPSHOTS / f"poster-{design.value}.txt").read_text(encoding="utf-8")
    assert "\n".join(line.strip() for line in lines) + "\n" == reviewed


def test_the_gate_poster_is_a3_and_names_somebody_of_each_workshop(
    typesetter: Typesetter,
) -> None:
    page = printed(typesetter, KINDS["gate-short-one"])
    assert page.size == pytest.approx((297, 420), abs=0.5)
    (code,) = page.codes()
    assert code_width(code) == pytest.approx(127.3, abs=0.5)
    assert page.shows(*(f"{contact.title}{contact.name}" for contact in WORKSHOPS))


@pytest.mark.parametrize("trade", TRADES)
def test_each_trade_has_its_own_examples_and_drawing(typesetter: Typesetter, trade: Trade) -> None:
    page = printed(typesetter, KINDS[f"trade-{trade.value}"])
    assert page.shows(*EXAMPLES[trade][Category.PERSON], *EXAMPLES[trade][Category.ENVIRONMENT])
    others = [picture for key, picture in PICTURES.items() if key[0] is not trade]
    assert PICTURES[trade, Category.EQUIPMENT] not in others


def test_a_second_language_adds_words_and_takes_none(typesetter: Typesetter) -> None:
    chinese = printed(typesetter, KINDS["workshop-short-one"])
    both = printed(typesetter, KINDS["workshop-short-two"])
    assert both.shows(
        "See a hazard? Scan and report", "Someone working unsafely", "Join this Wi-Fi"
    )
    assert both.shows("Fire, gas, somebody hurt: stop, leave, then call 6119 / 119 / 120")
    assert not chinese.shows("Scan and report")
    assert both.shows("发现隐患扫码就报", "谁报的，车间和班组不知道", "扫不了？打8888")


def test_the_lists_say_what_counts_and_show_the_live_table(typesetter: Typesetter) -> None:
    page = printed(typesetter, KINDS["lists-short-one"])
    assert page.shows("报告什么，奖励多少", *MATTERS[Category.EQUIPMENT])
    assert page.shows("小问题当场就能改好20元", "奖励表第3版")


def test_labels_stand_21_on_a_sheet_from_the_first_free_cell(typesetter: Typesetter) -> None:
    labels = tuple(
        replace(EAST_GATE, design=PosterType.LABEL, number=f"B{at:02d}", url=f"{URL}{at:02d}")
        for at in range(1, 22)
    )
    book = PosterBook(printed_at=EAST_GATE.printed_at, sheets=labels, first_cell=2)
    paper = Print(typesetter.pdf(book))
    first, second = paper.pages
    assert [len(page.codes()) for page in paper.pages] == [20, 1]
    assert first.margin() >= 8
    assert all(code_width(code) == pytest.approx(28, abs=0.4) for code in first.codes())
    assert "B01" in first.text_in(72.6, 8, 137.4, 48.2)
    assert "B21" in second.text_in(8, 8, 72.6, 48.2)
    assert first.overlaps() == []


@pytest.mark.parametrize(("plant", "bilingual"), [(EAST_GATE, False), (LONG, True)])
def test_a_bad_photograph_of_a_label_still_opens_the_form(
    typesetter: Typesetter, plant: PosterSheet, bilingual: bool
) -> None:
    page = printed(typesetter, replace(plant, design=PosterType.LABEL, bilingual=bilingual))
    assert page.size == pytest.approx((60, 40), abs=0.2)
    assert page.overlaps() == []
    assert page.shows(plant.place, "A07", "扫码报隐患")
    near = Image.new("L", (700, 990), 200)
    near.paste(page.picture, (50, 200))
    assert [code.text for code in zxingcpp.read_barcodes(photographed(near))] == [plant.url]


@pytest.mark.parametrize("plant", [LONG, BARE])
def test_the_picture_for_phones_can_be_scanned_and_keeps_the_password_to_the_wall(
    typesetter: Typesetter, plant: PosterSheet
) -> None:
    sheet = dressed(plant, PosterType.WORKSHOP, bilingual=True)
    paper = PhonePicture(printed_at=sheet.printed_at, sheet=sheet)
    page = Print(typesetter.pdf(paper)).page(1)
    assert page.overlaps() == []
    assert page.shows(f"地点：{plant.place}", "6119/119/120", "123501235112345")
    assert not page.shows("密码")
    photo = photographed(page.picture)
    assert [code.text for code in zxingcpp.read_barcodes(photo)] == [plant.url]


def test_a_book_holds_wall_posters_a_page_each_and_labels_at_its_end(
    typesetter: Typesetter,
) -> None:
    sheets = tuple(
        replace(dressed(EAST_GATE, design), url=f"{URL}{at}")
        for at, design in enumerate((PosterType.LABEL, *WALL))
    )
    paper = Print(typesetter.pdf(PosterBook(printed_at=EAST_GATE.printed_at, sheets=sheets)))
    assert [code.text[-1] for page in paper.pages for code in page.codes()] == ["1", "2", "3", "0"]
    widths = [round(page.size[0]) for page in paper.pages]
    assert widths == [297, 210, 210, 210]
