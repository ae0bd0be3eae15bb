"""Lists that people send as .xlsx, .xls or .csv, read into plain text within limits."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from posixpath import normpath
from xml.parsers import expat

from hazard.core.cells import Cells, CellsLocked, Merged, NoCells, TooManyCells, read_cells
from hazard.core.errors import TooLarge, Unclear
from hazard.core.words import N_, Sentence, own
from hazard.core.zips import BadZip, ZipTooLarge, unpack

MEGABYTE = 1_000_000
MOST_BYTES = 5 * MEGABYTE
MOST_UNPACKED = 80 * MEGABYTE
MOST_ROWS = 20_000
MOST_COLUMNS = 60
HEADER_WITHIN = 10
"""The header stands in one of so many filled rows; a title may stand above it."""
LONGEST_HEAD = 100
BRACKETS = re.compile(r"[（(].*?[）)]")
"""Remarks in a header, as in 工号（必填）."""
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
LOCKED = "EncryptedPackage".encode("utf-16-le")
"""How the old container calls a new workbook inside it that has a password."""
ZIP = b"PK\x03\x04"
PDF = b"%PDF"
EXACT = 1e15
"""Spreadsheets round whole numbers from here on: an identity number is no longer itself."""
MOST_FOUND, MOST_LETTERS = 12, 20
"""What a refusal quotes of a wrong header."""
EXAMPLE = "例："
"""A row that begins so is the example of a template."""
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships id"


class BadTable(Unclear):
    """The file is no list that can be read."""


class Locked(BadTable):
    """The file opens with a password only."""


class TableTooLarge(TooLarge):
    """The file holds more than is taken at once."""


@dataclass(frozen=True, slots=True)
class Line:
    """One filled row under the header. `number` is the row as the program shows it."""

    number: int
    cells: Mapping[str, str]
    """Text by column key; a column the file lacks is empty."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is looked for: its key and the names its header may have."""

    key: str
    names: tuple[str, ...]
    """The first is the heading of a blank list and of refusals."""
    needed: bool = True

    @property
    def heading(self) -> str:
        """Return the header people see."""
        return own(self.names[0])

    @property
    def spellings(self) -> tuple[str, ...]:
        """Return the names, also in the plant's own words."""
        return (*self.names, *map(own, self.names))


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one row, for the page that lists it before anything is written."""

    row: int
    column: str
    """The header people see."""
    sentence: Sentence
    written: str = ""
    """What stands in the cell now, at most its beginning."""


@dataclass(slots=True)
class _Extent:
    """What a look at a sheet's XML finds before any cell is built."""

    rows: int = 0
    columns: int = 0
    formula: str = ""
    merged: list[Merged] = field(default_factory=list)


def read_table(content: bytes, columns: Sequence[Column], *, field: str = "file") -> list[Line]:
    """Return the filled rows under the header of the first sheet, or of a .csv.

    Text is stripped; whole numbers lose their decimals (10023.0 is "10023"); merged cells all hold
    what is seen in them; a header that is printed again on each page is passed over. Refuses,
    saying what to do, with `TableTooLarge` beyond the limits above and with `BadTable` for other
    kinds of file, passwords, formulas and missing columns.
    """
    if len(content) > MOST_BYTES:
        raise TableTooLarge(
            Sentence(
                N_("The file is larger than %(most)s MB. Please send it in parts"),
                most=MOST_BYTES // MEGABYTE,
            ),
            field=field,
        )
    lines = _under_header(_rows(content, field), columns, field)
    heads = {_plain(name) for name in columns[0].names}
    firsts = ((line, line.cells[columns[0].key]) for line in lines)
    return [
        line
        for line, first in firsts
        if not first.startswith(EXAMPLE) and _plain(first) not in heads
    ]


def _rows(content: bytes, field: str) -> list[tuple[int, list[str]]]:
    if content.startswith(PDF):
        raise _unreadable(field)
    if content.startswith(ZIP):
        return _excel(content, field)
    if content.startswith(OLD_EXCEL):
        return _old_excel(content, field)
    return _text(content, field)


def _under_header(
    rows: list[tuple[int, list[str]]], columns: Sequence[Column], field: str
) -> list[Line]:
    if not rows:
        raise BadTable(Sentence(N_("The file is empty")), field=field)
    for at, (_, cells) in enumerate(rows[:HEADER_WITHIN]):
        places = _places(cells, columns)
        if all(column.key in places for column in columns if column.needed):
            return [_line(row, places, columns) for row in rows[at + 1 :]]
    raise BadTable(_missing(rows, columns), field=field)


def _missing(rows: list[tuple[int, list[str]]], columns: Sequence[Column]) -> Sentence:
    """Name the needed columns that the most promising row lacks, and what stands there."""
    best = max(
        (cells for _, cells in rows[:HEADER_WITHIN]), key=lambda it: len(_places(it, columns))
    )
    places = _places(best, columns)
    lacking = tuple(c.heading for c in columns if c.needed and c.key not in places)
    found = tuple(text[:MOST_LETTERS] for text in best if text)[:MOST_FOUND]
    return Sentence(
        N_("One of the first rows must name the columns. Missing: %(names)s. Found: %(found)s"),
        names=lacking, found=found,
    )  # fmt: skip


def _places(cells: list[str], columns: Sequence[Column]) -> dict[str, int]:
    heads = [
        (at, text) for at, text in reversed(list(enumerate(cells))) if 0 < len(text) <= LONGEST_HEAD
    ]
    named = {_plain(BRACKETS.sub("", text)): at for at, text in heads}
    named |= {_plain(text): at for at, text in heads}
    found = {
        column.key: next((named[n] for n in map(_plain, column.spellings) if n in named), None)
        for column in columns
    }
    return {key: at for key, at in found.items() if at is not None}


def _plain(name: str) -> str:
    return re.sub(r"[\s*＊:：]", "", name).casefold()


def _line(row: tuple[int, list[str]], places: Mapping[str, int], columns: Sequence[Column]) -> Line:
    number, cells = row
    texts = {
        column.key: cells[places[column.key]]
        if column.key in places and places[column.key] < len(cells)
        else ""
        for column in columns
    }
    return Line(number, texts)


def _text(content: bytes, field: str) -> list[tuple[int, list[str]]]:
    text = _decoded(content, field)
    heading = "\n".join(text.split("\n", HEADER_WITHIN)[:HEADER_WITHIN])
    delimiter = max(",;\t", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return list(_numbered(reader, field))
    except csv.Error as error:
        raise _unreadable(field) from error


def _decoded(content: bytes, field: str) -> str:
    """Read what Chinese spreadsheets write: UTF-8, UTF-16 with its mark, else GB 18030."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    elif b"\0" in content:
        raise _unreadable(field)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            continue
    raise _unreadable(field)


def _excel(content: bytes, field: str) -> list[tuple[int, list[str]]]:
    try:
        parts = _unpacked(content, field)
        extent = _extent(parts[_first_sheet(parts)])
    except (expat.ExpatError, KeyError, ValueError) as error:
        raise _unreadable(field) from error
    _need_plain(extent, field)
    sheet = _first_of(_packed(parts), field)
    return list(_numbered(iter(_filled(sheet.rows, extent.merged, field)), field))


def _old_excel(content: bytes, field: str) -> list[tuple[int, list[str]]]:
    """Read the .xls of older programs; a formula there shows what it last came to."""
    if LOCKED in content:
        raise _locked(field)
    sheet = _first_of(content, field)
    return list(_numbered(iter(_filled(sheet.rows, sheet.merged, field)), field))


def _first_of(content: bytes, field: str) -> Cells:
    most_rows = MOST_ROWS + HEADER_WITHIN
    try:
        return read_cells(content, rows=most_rows, columns=MOST_COLUMNS, sheets=1)[0]
    except CellsLocked as error:
        raise _locked(field) from error
    except TooManyCells as error:
        raise _too_long(field) from error
    except NoCells as error:
        raise _unreadable(field) from error


def _filled(
    rows: Sequence[Sequence[object]], merged: Sequence[Merged], field: str
) -> list[list[str]]:
    """Return the rows as text; a merged cell says in each of its rows what is seen in it."""
    texts = [[_cell(value).strip() for value in row] for row in rows]
    room = (MOST_ROWS + HEADER_WITHIN) * MOST_COLUMNS
    for (top, left), (bottom, right) in merged:
        inside = texts[top : bottom + 1]
        room -= sum(len(row[left : right + 1]) for row in inside)
        if room < 0:
            raise _unreadable(field)
        for row in inside:
            row[left : right + 1] = inside[0][left : left + 1] * len(row[left : right + 1])
    return texts


def _numbered(rows: Iterator[list[str]], field: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that hold anything, with their numbers."""
    kept = 0
    for number, row in enumerate(rows, start=1):
        cells = [text.strip() for text in row]
        if any(cells):
            kept += 1
            _need_within(kept, len(cells), field)
            yield number, cells


def _need_within(rows: int, columns: int, field: str) -> None:
    if rows > MOST_ROWS + HEADER_WITHIN or columns > MOST_COLUMNS:
        raise _too_long(field)


def _need_plain(extent: _Extent, field: str) -> None:
    _need_within(extent.rows, extent.columns, field)
    if extent.formula:
        raise BadTable(
            Sentence(
                N_(
                    "Cell %(cell)s holds a formula. Copy the sheet, paste it as values only, "
                    "save and send it again"
                ),
                cell=extent.formula,
            ),
            field=field,
        )


def _unpacked(content: bytes, field: str) -> dict[str, bytes]:
    """Return the XML parts of a workbook; the reader is given nothing else."""
    try:
        parts = unpack(content, MOST_UNPACKED)
    except BadZip as error:
        raise _unreadable(field) from error
    except ZipTooLarge as error:
        raise _unpacks_too_large(field) from error
    return {name: part for name, part in parts.items() if name.endswith((".xml", ".rels"))}


def _packed(parts: Mapping[str, bytes]) -> bytes:
    """Pack again without compression, so that the reader unpacks nothing unbounded."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return target.getvalue()


def _first_sheet(parts: Mapping[str, bytes]) -> str:
    """Return the name of the part that holds the sheet shown first."""
    sheets: list[str] = []
    targets: dict[str, str] = {}

    def on_sheet(name: str, attributes: dict[str, str]) -> None:
        if local(name) == "sheet":
            sheets.append(attributes[RELATION])

    def on_relation(name: str, attributes: dict[str, str]) -> None:
        if local(name) == "Relationship":
            targets[attributes["Id"]] = attributes["Target"]

    walk(parts["xl/workbook.xml"], on_sheet)
    walk(parts["xl/_rels/workbook.xml.rels"], on_relation)
    if not sheets:
        raise KeyError("sheet")
    target = targets[sheets[0]]
    return target.lstrip("/") if target.startswith("/") else normpath(f"xl/{target}")


def _extent(sheet: bytes) -> _Extent:
    """Measure a sheet by the cells it names: two far apart would cost a reader gigabytes."""
    extent, here = _Extent(), [0, 0]

    def on_start(name: str, attributes: dict[str, str]) -> None:
        match local(name):
            case "row":
                here[:] = int(attributes.get("r", here[0] + 1)), 0
            case "c":
                _step(here, attributes.get("r"))
                extent.rows, extent.columns = (
                    max(extent.rows, here[0]),
                    max(extent.columns, here[1]),
                )
            case "f":
                extent.formula = extent.formula or f"{_letters(here[1])}{here[0]}"
            case "mergeCell":
                extent.merged.append(_range(attributes.get("ref", "")))

    walk(sheet, on_start)
    return extent


def _range(reference: str) -> Merged:
    """Return the corners of a range such as A2:A5."""
    first, _, last = reference.partition(":")
    (top, left), (bottom, right) = _at(first), _at(last or first)
    return (top - 1, left - 1), (bottom - 1, right - 1)


def _step(here: list[int], reference: str | None) -> None:
    if reference is None:
        here[1] += 1
        return
    here[:] = _at(reference)


def _at(reference: str) -> tuple[int, int]:
    """Return row and column of a cell such as B3, both from 1."""
    found = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7})", reference)
    if found is None:
        raise KeyError(reference)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def walk(part: bytes, on_start: Callable[[str, dict[str, str]], None]) -> None:
    """Call `on_start` with name and attributes of each element of an XML part.

    Raises `ExpatError` for what is no XML, and `KeyError` for a document type.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = on_start
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.Parse(part, True)  # noqa: FBT003 - expat takes it by place only


def _refuse_doctype(*_: object) -> None:
    raise KeyError("doctype")


def local(name: str) -> str:
    """Return the name of an element without its namespace."""
    return name.rpartition(" ")[2]


def _cell(value: object) -> str:
    match value:
        case bool():
            return str(value).upper()
        case float() if abs(value) < EXACT and value.is_integer():
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case date() | time():
            return value.isoformat()
    return str(value)


def _too_long(field: str) -> TableTooLarge:
    return TableTooLarge(
        Sentence(
            N_(
                "The list is too long: at most %(rows)s rows and %(columns)s columns at once. "
                "Please split it into several files"
            ),
            rows=MOST_ROWS,
            columns=MOST_COLUMNS,
        ),
        field=field,
    )


def _locked(field: str) -> Locked:
    words = N_("The file has a password. Open it, save it without one and send it again")
    return Locked(Sentence(words), field=field)


def _unreadable(field: str) -> BadTable:
    return BadTable(
        Sentence(
            N_("This is not a list in .xlsx, .xls or .csv. Save it as .xlsx and send it again")
        ),
        field=field,
    )


def _unpacks_too_large(field: str) -> TableTooLarge:
    return TableTooLarge(
        Sentence(
            N_("The file unpacks to more than %(most)s MB. Keep only the list and send it again"),
            most=MOST_UNPACKED // MEGABYTE,
        ),
        field=field,
    )
