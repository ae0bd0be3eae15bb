"""Spreadsheets that leave the house: XLSX whose cells are text, numbers or days, never formulas."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from hazard.core.money import FEN_PER_YUAN, Money
from hazard.core.words import CHINESE, Sentence, Term, write

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_TEXT = 32_000
"""Excel takes 32,767 symbols in a cell and loses longer ones."""
LINE = 15.0
A3, A4 = 8, 9
"""Excel's numbers of the papers."""

Cell = Sentence | Term | Money | date | int | str | None


class Kind(Enum):
    """What a column holds, and so how its cells are written and aligned."""

    WORDS = "words"
    DAY = "day"
    MONEY = "money"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, what it holds, and its width in Chinese characters."""

    heading: Sentence
    kind: Kind = Kind.WORDS
    width: float = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: title, a line of facts, the table, its totals, and notes below."""

    name: Sentence | str
    title: Sentence
    facts: tuple[Sentence | str, ...] = ()
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[Cell]]
    totals: tuple[Sentence, ...] = ()
    notes: tuple[Sentence | str, ...] = ()
    frozen_columns: int = 0
    paper: int = A4


def write_book(sheets: Sequence[Sheet], locale: str = CHINESE) -> bytes:
    """Return an .xlsx file of these sheets, ready to be printed landscape, one page wide.

    Text is written as text whatever it begins with, money as numbers in yuan, days as days.
    """
    target = BytesIO()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False,
        "strings_to_urls": False,
    }  # fmt: skip
    with xlsxwriter.Workbook(target, options) as book:
        looks = _looks(book)
        for sheet in sheets:
            _write_sheet(book, sheet, looks, locale)
    return target.getvalue()


def text_of(value: Cell, locale: str = CHINESE) -> str:
    """Return a cell's value as words, cut to what a cell holds."""
    words = "" if value is None else write(value, locale)
    return words if len(words) <= MOST_TEXT else words[: MOST_TEXT - 1] + "…"


def yuan_of(amount: Money) -> float:
    """Return an amount in yuan, as spreadsheets count; exact to the fen."""
    return amount.fen / FEN_PER_YUAN


def _looks(book: Workbook) -> dict[Kind | str, Format]:
    face = {"font_name": "SimSun", "font_size": 10}
    cell = {**face, "border": 1, "valign": "top", "text_wrap": True}
    return {
        "title": book.add_format({**face, "font_size": 16, "bold": True}),
        "plain": book.add_format({**face, "quote_prefix": True}),
        "head": book.add_format(
            {**cell, "bold": True, "align": "center", "valign": "vcenter", "bg_color": "#EEF2F0"}
        ),
        Kind.WORDS: book.add_format({**cell, "quote_prefix": True}),
        Kind.DAY: book.add_format({**cell, "num_format": "yyyy-mm-dd", "align": "center"}),
        Kind.MONEY: book.add_format({**cell, "num_format": "#,##0.00", "align": "right"}),
        Kind.NUMBER: book.add_format({**cell, "num_format": "0", "align": "right"}),
    }


def _write_sheet(
    book: Workbook, sheet: Sheet, looks: dict[Kind | str, Format], locale: str
) -> None:
    paper = book.add_worksheet(text_of(sheet.name, locale)[:31])
    head = 2 if sheet.facts else 1
    paper.write_string(0, 0, text_of(sheet.title, locale), looks["title"])
    if sheet.facts:
        facts = "　".join(text_of(fact, locale) for fact in sheet.facts)
        paper.write_string(1, 0, facts, looks["plain"])
    for at, column in enumerate(sheet.columns):
        paper.set_column(at, at, column.width * 2)
        paper.write_string(head, at, text_of(column.heading, locale), looks["head"])
    last = head
    for last, row in enumerate(sheet.rows, start=head + 1):
        for at, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
            _write_cell(paper, (last, at), value, column.kind, looks, locale)
    _arrange(paper, sheet, head, last)
    for at, words in enumerate((*sheet.totals, *sheet.notes), start=last + 1):
        paper.write_string(at, 0, text_of(words, locale), looks["plain"])
    paper.print_area(0, 0, last + len(sheet.totals) + len(sheet.notes), len(sheet.columns) - 1)


def _write_cell(
    paper: Worksheet, place: tuple[int, int], value: Cell, kind: Kind,
    looks: dict[Kind | str, Format], locale: str,
) -> None:  # fmt: skip
    look = looks[kind]
    match value:
        case None | "":
            paper.write_blank(*place, None, look)
        case Money():
            paper.write_number(*place, yuan_of(value), look)
        case int():
            paper.write_number(*place, value, look)
        case date():
            paper.write_datetime(*place, value, look)
        case _:
            paper.write_string(*place, text_of(value, locale), looks[Kind.WORDS])


def _arrange(paper: Worksheet, sheet: Sheet, head: int, last: int) -> None:
    paper.set_row(head, 2.2 * LINE)
    paper.freeze_panes(head + 1, sheet.frozen_columns)
    paper.autofilter(head, 0, max(last, head), len(sheet.columns) - 1)
    paper.repeat_rows(head)
    paper.set_landscape()
    paper.set_paper(sheet.paper)
    paper.set_margins(left=0.98, right=0.47, top=0.55, bottom=0.6)
    paper.fit_to_pages(1, 0)
    paper.set_footer("&C&P / &N")
