"""Tables as .xlsx for Excel and WPS: typed cells, no formulas, ready to print."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import partial

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from hazard.core.money import FEN_PER_YUAN, Money
from hazard.core.words import CHINESE, N_, Sentence, Term, write

A4 = 9
"""Paper by its number in spreadsheets."""
FONT = "SimSun"
MONEY = "#,##0.00"
DAY = "yyyy-mm-dd"
PAGES = Sentence(N_("Page %(number)s of %(pages)s"), number="&P", pages="&N")
"""Which the spreadsheet fills in."""
MOST_TEXT = 32_767
"""More letters fit no cell."""
SHEET_NAME = 31
NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))

Cell = Sentence | Term | Money | date | str | int | None


class Align(Enum):
    """Where a cell's words stand."""

    START = "left"
    CENTRE = "center"
    END = "right"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, its width in letters of the body's size, where words stand."""

    head: Sentence
    width: float
    align: Align = Align.CENTRE


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet of a workbook: title, lines above, a table, rows of sums, lines below."""

    name: Sentence | str
    title: Sentence
    above: Sequence[Cell]
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    """Text stays text, whatever it begins with; `Money` and `date` become numbers and days."""
    sums: Sequence[Sequence[Cell]] = ()
    below: Sequence[Cell] = ()
    landscape: bool = True
    foot: Sequence[Cell] = ()


def write_workbook(tables: Sequence[Table], made_at: datetime, locale: str = CHINESE) -> bytes:
    """Return the tables as one .xlsx; the same tables give the same bytes."""
    target = io.BytesIO()
    book = Workbook(target, {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False, "default_date_format": DAY,
    })  # fmt: skip
    book.set_properties({"created": made_at.astimezone(UTC).replace(tzinfo=None)})
    for table in tables:
        name = write(table.name, locale).translate(NOT_IN_NAMES)[:SHEET_NAME]
        _Writer(book, book.add_worksheet(name), locale).put(table)
    book.close()
    return target.getvalue()


class _Writer:
    """Writes one table into one worksheet, from the top."""

    def __init__(self, book: Workbook, sheet: Worksheet, locale: str) -> None:
        self._book, self._sheet, self._locale = book, sheet, locale
        self._formats: dict[tuple[object, ...], Format] = {}
        self._row = 0

    def put(self, table: Table) -> None:
        """Write everything of the table and set the page up."""
        last = len(table.columns) - 1
        self._across(table.title, last, self._format(bold=True, size=16, align="center"))
        self._sheet.set_row(0, 28)
        for line in table.above:
            self._across(line, last, self._format(size=10))
        heads = self._row
        self._heads(table.columns)
        for row in table.rows:
            self._cells(row, table.columns)
        for row in table.sums:
            self._cells(row, table.columns, bold=True)
        for line in table.below:
            self._across(line, last, self._format(size=10))
        self._page(table, heads, last)

    def _heads(self, columns: Sequence[Column]) -> None:
        for at, column in enumerate(columns):
            self._sheet.set_column(at, at, column.width)
            words = write(column.head, self._locale)
            style = self._format(bold=True, align="center", border=1, wrap=True)
            self._sheet.write_string(self._row, at, words, style)
        self._row += 1

    def _cells(self, row: Sequence[Cell], columns: Sequence[Column], *, bold: bool = False) -> None:
        for at, (value, column) in enumerate(zip(row, columns, strict=True)):
            self._cell(at, value, column, bold=bold)
        self._row += 1

    def _cell(self, at: int, value: Cell, column: Column, *, bold: bool) -> None:
        style = partial(self._format, border=1, bold=bold)
        where = column.align.value
        match value:
            case Money():
                yuan = value.fen / FEN_PER_YUAN
                self._sheet.write_number(self._row, at, yuan, style(align="right", number=MONEY))
            case Term() | Sentence():
                self._text(at, write(value, self._locale), style(align=where, wrap=True))
            case int():
                self._sheet.write_number(self._row, at, value, style(align=where))
            case date():
                self._sheet.write_datetime(self._row, at, value, style(align=where, number=DAY))
            case str():
                self._text(at, value, style(align=where, wrap=True))
            case None:
                self._sheet.write_blank(self._row, at, None, style(align=where))

    def _text(self, at: int, words: str, style: Format) -> None:
        self._sheet.write_string(self._row, at, words[:MOST_TEXT], style)

    def _across(self, value: Cell, last: int, style: Format) -> None:
        """Write words that run over the whole width, in the first cell."""
        words = write(value, self._locale)
        if style.text_h_align and last:
            self._sheet.merge_range(self._row, 0, self._row, last, words, style)
        else:
            self._text(0, words, style)
        self._row += 1

    def _page(self, table: Table, heads: int, last: int) -> None:
        sheet = self._sheet
        sheet.set_paper(A4)
        if table.landscape:
            sheet.set_landscape()
        side = 0.98 if table.landscape else 0.71  # binding side, inches
        sheet.set_margins(left=side, right=0.4, top=0.5, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(heads)
        sheet.freeze_panes(heads + 1, 0)
        sheet.print_area(0, 0, self._row - 1, last)
        parts = [write(part, self._locale).replace("&", "&&") for part in table.foot]
        page = write(PAGES, self._locale)
        sheet.set_footer(f"&8{' · '.join([*parts, page])}")

    def _format(
        self, *, bold: bool = False, size: float = 10.5, align: str = "", border: int = 0,
        number: str = "", wrap: bool = False,
    ) -> Format:  # fmt: skip
        key = (bold, size, align, border, number, wrap)
        if key not in self._formats:
            self._formats[key] = self._book.add_format({
                "bold": bold, "font_size": size, "font_name": FONT, "valign": "vcenter",
                "text_wrap": wrap, "border": border,
                **({"align": align} if align else {}), **({"num_format": number} if number else {}),
            })  # fmt: skip
        return self._formats[key]
