"""Blank spreadsheets of others, filled in: their formats are kept, nothing becomes a formula."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from xml.parsers import expat

import openpyxl
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Side
from openpyxl.styles.proxy import StyleProxy
from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.merge import MergedCellRange
from openpyxl.worksheet.worksheet import Worksheet

from hazard.core.cells import Cells, CellsLocked, NoCells, TooManyCells, read_cells
from hazard.core.errors import TooLarge, Unclear
from hazard.core.money import Money
from hazard.core.tabular import LOCKED, MEGABYTE, OLD_EXCEL, ZIP, local, walk
from hazard.core.words import CHINESE, N_, Sentence
from hazard.core.workbooks import (
    LINE_HEIGHT,
    MOST_HEIGHT,
    NOT_IN_FILES,
    letters_of,
    lines_of,
    text_of,
    yuan_of,
)
from hazard.core.workbooks import Cell as Value
from hazard.core.zips import BadZip, ZipTooLarge, unpack

MOST_BYTES = 2 * MEGABYTE
MOST_UNPACKED = 20 * MEGABYTE
MOST_ROWS = 2000
MOST_COLUMNS = 60
MOST_SHEETS = 50
MOST_CELLS = MOST_ROWS * MOST_COLUMNS
"""Of all sheets; those under merged areas count too, since a reader builds each of them."""
HEAD_WITHIN = 20
NARROW, WIDE, A_DAY = 9, 32, 12
"""Widths in letters: a column nobody gave one gets from the first to the second."""
LOW, SIZE = 18, 11
"""Least height of a row nobody gave one, and the size of letters nobody gave one, in points."""
BLANK = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"
"""What may stand before the first element: marks of the encoding, white space."""
MACROS = (b"vbaProject", "_VBA_PROJECT".encode("utf-16-le"), b"macroEnabled")
KEPT_PICTURES = frozenset({"gif", "jpeg", "png"})


class BadTemplate(Unclear):
    """The file is no template that can be filled in."""


class TemplateTooLarge(TooLarge):
    """The file holds more than a blank form does."""


@dataclass(frozen=True, slots=True)
class Form:
    """A template that was looked at: its file as .xlsx, its sheets, whether it came as .xls."""

    xlsx: bytes
    sheets: tuple[str, ...]
    was_old: bool


@dataclass(frozen=True, slots=True)
class Heads:
    """The headings of one sheet and where filling in begins; rows are counted from 1."""

    row: int
    first: int
    names: tuple[str, ...]
    """By column; empty where a column has none."""
    locked: bool = False
    """Whether the sheet is protected: what is filled in cannot be changed by hand."""


@dataclass(frozen=True, slots=True)
class Filling:
    """What goes where: `columns` are values by column (from 0), a list as long as the rows."""

    sheet: str
    first: int
    columns: Mapping[int, Sequence[Value]]
    date_format: str
    ten_thousands: frozenset[int] = frozenset()
    """Columns whose money is counted in ten thousands of yuan."""


def open_form(content: bytes, *, field: str = "file") -> Form:
    """Return a template's file made safe to keep.

    Refuses with `TemplateTooLarge`, or with `BadTemplate` for a file that is encrypted, holds
    macros, or is no .xlsx or .xls at all.
    """
    if len(content) > MOST_BYTES:
        raise _too_large(field)
    if LOCKED in content:
        words = N_("The file is locked with a password. Remove the password and send it again")
        raise BadTemplate(Sentence(words), field=field)
    if content.startswith(OLD_EXCEL):
        _refuse_macros(content, field)
        modern = _modern(content, field)
        return Form(modern, _names(modern, field), was_old=True)
    if not content.startswith(ZIP):
        raise _unreadable(field)
    _look_inside(content, field)
    return Form(content, _names(content, field), was_old=False)


def heads_of(xlsx: bytes, sheet: str, row: int | None = None) -> Heads:
    """Return the headings in `row`, or in the row that looks most like headings."""
    page = _opened(xlsx)[sheet]
    row = row or _likely(page)
    names = tuple(_heading(page, row, at) for at in range(1, page.max_column + 1))
    return Heads(row, _first_below(page, row), names, bool(page.protection.sheet))


def fill_in(xlsx: bytes, filling: Filling, locale: str = CHINESE) -> bytes:
    """Return the template with the values written; what stands below moves down with its look."""
    book = _opened(xlsx)
    page = book[filling.sheet]
    count = max((len(values) for values in filling.columns.values()), default=0)
    _make_room(page, filling.first, count)
    for at, values in filling.columns.items():
        pattern = page.cell(filling.first, at + 1)
        if not pattern.has_style and not isinstance(pattern, MergedCell):
            pattern.border = copy(page.cell(max(filling.first - 1, 1), at + 1).border)  # type: ignore[assignment]
        for row, value in enumerate(values, start=filling.first):
            cell = page.cell(row, at + 1)
            if isinstance(cell, MergedCell):
                continue
            _look_like(cell, pattern)
            _write(cell, value, filling.date_format, locale)
            if isinstance(value, Money) and at in filling.ten_thousands:
                cell.value = round(yuan_of(value) / 10_000, 6)
    _fit(page, filling, count, locale)
    _repeat_heads(page, filling.first - 1)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _repeat_heads(page: Worksheet, last: int) -> None:
    """Print the headings on every page, unless the template says itself what it repeats."""
    if page.print_title_rows or last < 1:
        return
    over = [area.min_row for area in page.merged_cells.ranges if _covers(area, last)]
    page.print_title_rows = f"{min(over, default=last)}:{last}"


def _covers(area: MergedCellRange, row: int) -> bool:
    return bool(area.min_row <= row <= area.max_row)


def _fit(page: Worksheet, filling: Filling, count: int, locale: str) -> None:
    """Make room for what was filled in: columns nobody gave a width, days, words that wrap."""
    widths = _widths(page)
    for at, values in filling.columns.items():
        longest = max((letters_of(text_of(value, locale)) for value in values), default=0)
        if at not in widths:
            widths[at] = min(max(longest + 2, NARROW), WIDE)
        if any(isinstance(value, date) for value in values):
            widths[at] = max(widths[at], A_DAY)
        page.column_dimensions[get_column_letter(at + 1)].width = widths[at]
    usual = page.row_dimensions[filling.first].height or LOW
    for row in range(count):
        needed = usual
        for at, values in filling.columns.items():
            cell, lines = page.cell(filling.first + row, at + 1), 1
            if cell.data_type == "s" and not isinstance(cell, MergedCell):
                lines = lines_of(text_of(values[row], locale), widths[at])
            if lines > 1:
                cell.alignment = _wrapped(cell.alignment)
                needed = max(needed, lines * LINE_HEIGHT * (cell.font.sz or SIZE) / SIZE + 4)
        page.row_dimensions[filling.first + row].height = min(needed, MOST_HEIGHT)


def _widths(page: Worksheet) -> dict[int, float]:
    """Return the widths somebody gave, by column; columns given one together get each its own."""
    for known in list(page.column_dimensions.values()):
        known.reindex()
        first, last = known.min or 1, known.max or 1
        for at in range(first + 1, min(last, page.max_column) + 1):
            single = page.column_dimensions[get_column_letter(at)]
            single.width, single.hidden = known.width, known.hidden
        known.max = known.min
    return {
        column_index_from_string(letter) - 1: known.width
        for letter, known in page.column_dimensions.items()
        if known.customWidth
    }


def _wrapped(alignment: StyleProxy) -> Alignment:
    wrapped: Alignment = copy(alignment)  # type: ignore[assignment]
    wrapped.wrap_text = True
    return wrapped


def _write(cell: Cell, value: Value, date_format: str, locale: str) -> None:
    match value:
        case None | "":
            cell.value = None
        case Money():
            cell.value = yuan_of(value)
            cell.data_type = "n"
        case bool():
            cell.value = text_of(str(value), locale)
        case int():
            cell.value = value
            cell.data_type = "n"
        case date():
            cell.value = value
            cell.number_format = date_format
        case _:
            cell.value = text_of(value, locale)
            cell.data_type = "s"  # openpyxl would make a formula of what begins with =
            cell.quotePrefix = True


def _look_like(cell: Cell, pattern: Cell | MergedCell) -> None:
    if cell is pattern:
        return
    cell._style = copy(pattern._style)  # type: ignore[attr-defined, union-attr]


def _make_room(page: Worksheet, first: int, count: int) -> None:
    """Move what stands below the blank rows down, with its merged cells and heights."""
    below = next((r for r in range(first, page.max_row + 1) if _is_filled(page, r)), None)
    if below is None or below - first >= count:
        return
    shift = count - (below - first)
    heights = {
        row: page.row_dimensions[row].height
        for row in range(below, page.max_row + 1)
        if row in page.row_dimensions
    }
    merged = [area for area in page.merged_cells.ranges if area.min_row >= below]
    last = page.cell(page.max_row, page.max_column).coordinate
    page.move_range(f"A{below}:{last}", rows=shift, translate=True)
    for area in merged:
        area.shift(row_shift=shift)
    for row, height in sorted(heights.items(), reverse=True):
        page.row_dimensions[row + shift].height = height


def _is_filled(page: Worksheet, row: int) -> bool:
    return any(page.cell(row, at).value is not None for at in range(1, page.max_column + 1))


def _first_below(page: Worksheet, row: int) -> int:
    """Return the first row below the headings that is wholly blank."""
    rows = range(row + 1, page.max_row + 1)
    return next((each for each in rows if not _is_filled(page, each)), page.max_row + 1)


def _likely(page: Worksheet) -> int:
    """Return the row with the most different words among the first, of two levels the lower."""
    rows = range(1, min(page.max_row, HEAD_WITHIN) + 1)
    row = max(rows, key=lambda row: (len(_words(page, row)), -row), default=1)
    below = [at for at in range(1, page.max_column + 1) if _spans(page, row, at)]
    return row + 1 if any(page.cell(row + 1, at).value is not None for at in below) else row


def _words(page: Worksheet, row: int) -> set[str]:
    values = (page.cell(row, at).value for at in range(1, page.max_column + 1))
    return {value.strip() for value in values if isinstance(value, str) and value.strip()}


def _heading(page: Worksheet, row: int, column: int) -> str:
    """Return a heading; of two levels both, as in 整改/责任人."""
    own = _shown(page, row, column)
    above = _shown(page, row - 1, column) if row > 1 and _spans(page, row - 1, column) else ""
    return f"{above}/{own}" if above and own and above != own else own or above


def _spans(page: Worksheet, row: int, column: int) -> bool:
    """Say whether a cell belongs to a heading over some but not all columns."""
    place = page.cell(row, column).coordinate
    areas = [area for area in page.merged_cells.ranges if place in area]
    return any(1 < area.size["columns"] < page.max_column for area in areas)


def _shown(page: Worksheet, row: int, column: int) -> str:
    cell = page.cell(row, column)
    if isinstance(cell, MergedCell):
        area = next(area for area in page.merged_cells.ranges if cell.coordinate in area)
        if area.max_row > row and area.size["columns"] > 1:
            return ""
        cell = page.cell(area.min_row, area.min_col)
    return "".join(str(cell.value).split()) if cell.value is not None else ""


def _look_inside(content: bytes, field: str) -> None:
    try:
        parts = unpack(content, MOST_UNPACKED)
    except BadZip as error:
        raise _unreadable(field) from error
    except ZipTooLarge as error:
        raise _too_large(field) from error
    cells = 0
    for name, part in parts.items():
        _refuse_macros(name.encode(), field)
        if part.lstrip(BLANK).startswith(b"<"):
            cells += _cells_in(part, field)
        if cells > MOST_CELLS:
            raise _too_large(field)
        if name == "[Content_Types].xml":
            _refuse_macros(part, field)


def _cells_in(part: bytes, field: str) -> int:
    """Return how many cells an XML part names or merges; a few bytes can name billions."""
    cells = 0

    def on_start(name: str, attributes: dict[str, str]) -> None:
        nonlocal cells
        match local(name):
            case "c":
                cells += 1
            case "mergeCell":
                left, top, right, bottom = range_boundaries(attributes["ref"])
                cells += (right - left + 1) * (bottom - top + 1)  # type: ignore[operator]

    try:
        walk(part, on_start)
    except (expat.ExpatError, KeyError, TypeError, ValueError) as error:
        raise _unreadable(field) from error
    return cells


def _refuse_macros(content: bytes, field: str) -> None:
    if any(mark in content for mark in MACROS):
        words = N_("The file holds macros. Save it as .xlsx without macros and send it again")
        raise BadTemplate(Sentence(words), field=field)


def _names(xlsx: bytes, field: str = "file") -> tuple[str, ...]:
    try:
        book = _opened(xlsx)
    except Exception as error:  # a damaged file fails in as many ways as it has parts
        raise _unreadable(field) from error
    pages = [page for page in book.worksheets if page.sheet_state == "visible"]
    if not pages:
        raise _unreadable(field)
    if any(page.max_row > MOST_ROWS or page.max_column > MOST_COLUMNS for page in pages):
        raise _too_large(field)
    return tuple(page.title for page in pages)


def _opened(xlsx: bytes) -> Workbook:
    book = openpyxl.load_workbook(BytesIO(xlsx), keep_links=False)
    for page in book.worksheets:  # saving would decode any other picture, whatever that costs
        page._images = [each for each in page._images if each.format in KEPT_PICTURES]  # type: ignore[attr-defined]
    return book


def _modern(content: bytes, field: str) -> bytes:
    """Return an .xls as .xlsx: its words and merged cells; its look is not kept."""
    try:
        old = read_cells(content, rows=MOST_ROWS, columns=MOST_COLUMNS, sheets=MOST_SHEETS)
    except TooManyCells as error:
        raise _too_large(field) from error
    except (NoCells, CellsLocked) as error:
        raise _unreadable(field) from error
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for sheet in old:
        _copy_sheet(sheet, book, field)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _copy_sheet(old: Cells, book: Workbook, field: str) -> None:
    try:
        page = book.create_sheet(old.name)
    except ValueError as error:  # a name no spreadsheet program gives
        raise _unreadable(field) from error
    if any(row >= MOST_ROWS or column >= MOST_COLUMNS for _, (row, column) in old.merged):
        raise _too_large(field)
    line = Side(style="thin")
    for at, row in enumerate(old.rows, start=1):
        for column, value in enumerate(row, start=1):
            if value != "":
                cell = page.cell(at, column)
                words = NOT_IN_FILES.sub("", value) if isinstance(value, str) else value
                cell.value = words
                if isinstance(words, str):
                    cell.data_type = "s"
                cell.border = Border(left=line, right=line, top=line, bottom=line)
    for start, end in old.merged:
        page.merge_cells(
            start_row=start[0] + 1, start_column=start[1] + 1,
            end_row=end[0] + 1, end_column=end[1] + 1,
        )  # fmt: skip


def _unreadable(field: str) -> BadTemplate:
    words = N_("This is no blank .xlsx or .xls that can be read. Open it, save it as .xlsx and "
               "send it again")  # fmt: skip
    return BadTemplate(Sentence(words), field=field)


def _too_large(field: str) -> TemplateTooLarge:
    words = N_(
        "This is more than a blank template: at most %(most)s MB, %(rows)s rows and %(columns)s "
        "columns"
    )
    sentence = Sentence(words, most=MOST_BYTES // MEGABYTE, rows=MOST_ROWS, columns=MOST_COLUMNS)
    return TemplateTooLarge(sentence, field=field)
