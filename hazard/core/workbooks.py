"""Tables as .xlsx for Excel and WPS: typed cells, no formulas, ready to print."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import partial
from math import ceil
from unicodedata import east_asian_width

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from hazard.core.money import FEN_PER_YUAN, Money
from hazard.core.words import CHINESE, N_, Sentence, Term, write

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
A3, A4 = 8, 9
"""Papers by their numbers in spreadsheets."""
FONT = "SimSun"
MONEY = "#,##0.00"
DAY = "yyyy-mm-dd"
PAGES = Sentence(N_("Page %(number)s of %(pages)s"), number="&P", pages="&N")
"""Which the spreadsheet fills in."""
MOST_TEXT = 32_000
"""A cell takes 32,767 letters and loses longer words."""
LINE_HEIGHT = 14
"""Height of a line of the body in points."""
MOST_HEIGHT = 409
"""No row can be higher."""
WIDE, NARROW = {A3: 190, A4: 130}, {A3: 130, A4: 88}
"""Letters of the body that a page holds beside each other, landscape and portrait."""
LEAST_SCALE = 0.62
"""A page is not printed smaller: the body keeps 6.5 points."""
SHADE = "#EEF2F0"
HAND_HEIGHT = 48
"""Points: 13 mm to sign in and a line for who signs."""
SIGNED_ON = Sentence(N_("Year      month      day"))
SHEET_NAME = 31
NOT_IN_FILES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Letters that no workbook may hold: one of them, and no program opens it."""
NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))

Cell = Sentence | Term | Money | date | str | int | None
Words = Sentence | str


class Align(Enum):
    """Where a cell's words stand."""

    START = "left"
    CENTRE = "center"
    END = "right"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, its width in letters of the body's size, where words stand."""

    heading: Sentence
    width: float
    align: Align = Align.CENTRE


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook: title, lines above, a table, rows of sums, lines below."""

    name: Sentence | str
    title: Sentence
    above: Sequence[Words]
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    """Text stays text, whatever it begins with; `Money` and `date` become numbers and days."""
    sums: Sequence[Sequence[Cell]] = ()
    below: Sequence[Words] = ()
    hands: Sequence[Words] = ()
    """Who signs below it, a box each."""
    foot: Sequence[Words] = ()
    landscape: bool = True
    paper: int = A4
    row_height: float = 20
    """Least height of a row of the table, in points; where words need more lines it grows."""
    frozen_columns: int = 0
    """These and the headings stay in sight; a sheet that keeps some is filtered by its headings."""


def write_book(sheets: Sequence[Sheet], made_at: datetime, locale: str = CHINESE) -> bytes:
    """Return the sheets as one .xlsx; the same sheets give the same bytes."""
    target = io.BytesIO()
    book = Workbook(target, {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False, "default_date_format": DAY,
    })  # fmt: skip
    book.set_properties({"created": made_at.astimezone(UTC).replace(tzinfo=None)})
    for sheet in sheets:
        name = write(sheet.name, locale).translate(NOT_IN_NAMES)[:SHEET_NAME]
        _Writer(book, book.add_worksheet(name), locale).put(sheet)
    book.close()
    return target.getvalue()


def text_of(value: Cell, locale: str = CHINESE) -> str:
    """Return a cell's value as words, cut to what a cell holds."""
    words = "" if value is None else NOT_IN_FILES.sub("", write(value, locale))
    return words if len(words) <= MOST_TEXT else words[: MOST_TEXT - 1] + "…"


def lines_of(words: str, width: float) -> int:
    """Return how many lines words take in a column of so many letters."""
    room = max(width - 1, 2)
    return sum(max(1, ceil(letters_of(line) / room)) for line in words.split("\n"))


def letters_of(line: str) -> int:
    """Return how wide words are in letters; a Chinese one is as wide as two others."""
    return sum(2 if east_asian_width(letter) in "FWA" else 1 for letter in line)


def yuan_of(amount: Money) -> float:
    """Return an amount in yuan, as spreadsheets count; exact to the fen."""
    return amount.fen / FEN_PER_YUAN


def keep_text_quiet(page: Worksheet, rows: int, last: int) -> None:
    """Let numbers that are text, as of employees, stand without the green mark of a mistake."""
    page.ignore_errors({"number_stored_as_text": xl_range(0, 0, max(rows - 1, 0), last)})


def _shares(count: int, widths: Sequence[float]) -> tuple[list[int], list[int]]:
    """Return the first and the last columns of so many boxes, about equally wide."""
    middles = [sum(widths[:at]) + width / 2 for at, width in enumerate(widths)]
    part = sum(widths) / count
    edges = [sum(middle < part * at for middle in middles) for at in range(count + 1)]
    return edges[:-1], [edge - 1 for edge in edges[1:]]


def _pages_across(sheet: Sheet) -> int:
    """Return on how many pages a row is printed, so that nobody needs a magnifying glass."""
    width = sum(column.width for column in sheet.columns)
    letters = WIDE if sheet.landscape else NARROW
    return max(1, ceil(width * LEAST_SCALE / letters[sheet.paper]))


class _Writer:
    """Writes one sheet, from the top."""

    def __init__(self, book: Workbook, page: Worksheet, locale: str) -> None:
        self._book, self._page, self._locale = book, page, locale
        self._formats: dict[tuple[object, ...], Format] = {}
        self._row = 0

    def put(self, sheet: Sheet) -> None:
        """Write everything of the sheet and set the page up."""
        last = len(sheet.columns) - 1
        self._title(sheet, last)
        self._lines(sheet.above)
        heads = self._row
        self._heads(sheet.columns)
        for row in sheet.rows:
            self._height(row, sheet)
            self._cells(row, sheet.columns)
        if sheet.frozen_columns:
            self._page.autofilter(heads, 0, max(heads, self._row - 1), last)
        for row in sheet.sums:
            self._height(row, sheet)
            self._cells(row, sheet.columns, bold=True)
        self._lines(sheet.below)
        self._hands(sheet.hands, [column.width for column in sheet.columns])
        self._set_up(sheet, heads, last)

    def _title(self, sheet: Sheet, last: int) -> None:
        words, look = text_of(sheet.title, self._locale), partial(self._format, font_size=16)
        if sheet.frozen_columns or not last:  # what is frozen cannot reach over the whole width
            self._page.write_string(0, 0, words, look(bold=True))
        else:
            self._page.merge_range(0, 0, 0, last, words, look(bold=True, align="center"))
        self._page.set_row(0, 28)
        self._row = 1

    def _lines(self, lines: Sequence[Words]) -> None:
        """Write words that run on over the columns beside."""
        for line in lines:
            self._text(0, line, self._format(font_size=10, quote_prefix=True))
            self._row += 1

    def _heads(self, columns: Sequence[Column]) -> None:
        style = self._format(bold=True, align="center", border=1, text_wrap=True, bg_color=SHADE)
        lines = max(lines_of(text_of(each.heading, self._locale), each.width) for each in columns)
        self._page.set_row(self._row, max(33, lines * LINE_HEIGHT + 4))
        for at, column in enumerate(columns):
            self._page.set_column(at, at, column.width)
            self._text(at, column.heading, style)
        self._row += 1

    def _cells(self, row: Sequence[Cell], columns: Sequence[Column], *, bold: bool = False) -> None:
        for at, (value, column) in enumerate(zip(row, columns, strict=True)):
            self._cell(at, value, column.align.value, bold=bold)
        self._row += 1

    def _height(self, row: Sequence[Cell], sheet: Sheet) -> None:
        """Make room for the lines that words take; not every program does so itself."""
        lines = max(
            lines_of(text_of(value, self._locale), column.width)
            for value, column in zip(row, sheet.columns, strict=True)
        )
        self._page.set_row(
            self._row, min(max(sheet.row_height, lines * LINE_HEIGHT + 4), MOST_HEIGHT)
        )

    def _cell(self, at: int, value: Cell, align: str, *, bold: bool) -> None:
        style = partial(self._format, border=1, bold=bold)
        here = self._row, at
        match value:
            case None | "":
                self._page.write_blank(*here, None, style(align=align))
            case Money():
                look = style(align="right", num_format=MONEY)
                self._page.write_number(*here, yuan_of(value), look)
            case int():
                self._page.write_number(*here, value, style(align=align))
            case date():
                self._page.write_datetime(*here, value, style(align=align, num_format=DAY))
            case _:
                # unquoted, words that begin with = became a formula once somebody edits them
                self._text(at, value, style(align=align, text_wrap=True, quote_prefix=True))

    def _hands(self, hands: Sequence[Words], widths: Sequence[float]) -> None:
        """Write boxes to sign in, side by side below a free line, over the whole width."""
        if not hands:
            return
        self._row += 1
        self._page.set_row(self._row, HAND_HEIGHT)
        style = self._format(border=1, valign="top", text_wrap=True, quote_prefix=True)
        for words, first, last in zip(hands, *_shares(len(hands), widths), strict=True):
            if last > first:
                self._page.merge_range(self._row, first, self._row, last, "", style)
            box = "\n\n".join(text_of(each, self._locale) for each in (words, SIGNED_ON))
            self._text(first, box, style)
        self._row += 1

    def _text(self, at: int, value: Cell, style: Format) -> None:
        self._page.write_string(self._row, at, text_of(value, self._locale), style)

    def _set_up(self, sheet: Sheet, heads: int, last: int) -> None:
        page = self._page
        page.set_paper(sheet.paper)
        if sheet.landscape:
            page.set_landscape()
        side = 0.98 if sheet.landscape else 0.71  # binding side, inches
        page.set_margins(left=side, right=0.4, top=0.5, bottom=0.7)
        page.fit_to_pages(_pages_across(sheet), 0)
        page.repeat_rows(heads)
        if sheet.frozen_columns:
            page.repeat_columns(0, sheet.frozen_columns - 1)
        page.freeze_panes(heads + 1, sheet.frozen_columns)
        page.print_area(0, 0, self._row - 1, last)
        keep_text_quiet(page, self._row, last)
        parts = [write(part, self._locale).replace("&", "&&") for part in sheet.foot]
        page.set_footer(f"&C&8{' · '.join([*parts, write(PAGES, self._locale)])}")

    def _format(self, **look: str | float | bool) -> Format:
        """Return a look in the words of the spreadsheet library; like looks are one."""
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            plain = {"font_name": FONT, "font_size": 10.5, "valign": "vcenter"}
            self._formats[key] = self._book.add_format({**plain, **look})
        return self._formats[key]
