"""Cells of spreadsheets, read by a limited child process.

A damaged file ends the reader with the process it runs in, and a few bytes may ask it for
gigabytes: only such a child, whose `main` this is, opens one.
"""

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from hazard.core.limits import MEGABYTE, allow_cpu, child_of, confine, give_way

MEMORY = 1000 * MEGABYTE
CPU_SECONDS = 20
PATIENCE_S = 60
"""By the wall; a busy machine gives a child a quarter."""
MOST_TEXT, MOST_LETTERS = 20_000_000, 32_767
"""Letters of all cells and of one: each cell that shares a long word holds it whole."""
AT_ONCE = threading.BoundedSemaphore(2)

Value = str | int | float | date | time
Merged = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell, each as row and column from 0."""


class NoCells(Exception):
    """The file is no spreadsheet, damaged, or costs more than an honest one."""


class TooManyCells(Exception):
    """A sheet reaches beyond the rows and columns asked for, or holds too many words."""


class CellsLocked(Exception):
    """The file opens with a password only."""


REFUSALS: dict[str, type[Exception]] = {
    kind.__name__: kind for kind in (NoCells, TooManyCells, CellsLocked)
}


@dataclass(frozen=True, slots=True)
class Cells:
    """One sheet: its rows from A1 on, of one length, and its merged areas."""

    name: str
    rows: list[list[Value]]
    merged: list[Merged]


def read_cells(content: bytes, *, rows: int, columns: int, sheets: int) -> list[Cells]:
    """Return the first `sheets` sheets; an empty cell is an empty word, a length of time words.

    Raises `TooManyCells` where one reaches beyond `rows` or `columns`, `CellsLocked`, `NoCells`.
    """
    command = child_of(__name__, str(rows), str(columns), str(sheets))
    with AT_ONCE:
        try:
            child = subprocess.run(  # noqa: S603 - every argument is our own
                command, input=content, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                timeout=PATIENCE_S, env={}, check=True,
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError) as death:
            raise NoCells from death
    answer = json.loads(child.stdout)
    if isinstance(answer, str):
        raise REFUSALS[answer]
    return [_cells(*sheet) for sheet in answer]


def _cells(name: str, rows: list[list[Any]], merged: list[list[list[int]]]) -> Cells:
    areas = [((top, left), (bottom, right)) for (top, left), (bottom, right) in merged]
    return Cells(name, [[_value(cell) for cell in row] for row in rows], areas)


def _value(cell: Any) -> Value:
    if not isinstance(cell, list):
        return cell  # type: ignore[no-any-return]
    kind, text = cell
    return _MOMENTS[kind].fromisoformat(text)


_MOMENTS: dict[str, type[date] | type[time]] = {
    kind.__name__: kind for kind in (datetime, date, time)
}


def main() -> None:
    """Read what comes through standard input and answer once; the whole life of a child."""
    confine(memory=MEMORY, open_files=32)
    give_way()
    allow_cpu(CPU_SECONDS)
    rows, columns, sheets = map(int, sys.argv[2:])
    try:
        answer: object = _read(sys.stdin.buffer.read(), rows, columns, sheets)
    except tuple(REFUSALS.values()) as refusal:
        answer = type(refusal).__name__
    json.dump(answer, sys.stdout)


def _read(content: bytes, rows: int, columns: int, most: int) -> list[object]:
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        sheets = [book.get_sheet_by_index(at) for at in range(min(most, len(book.sheet_names)))]
    except PasswordError as error:
        raise CellsLocked from error
    except (CalamineError, OSError, ValueError) as error:
        raise NoCells from error
    if not sheets:
        raise NoCells
    room = MOST_TEXT
    read: list[object] = []
    for sheet in sheets:
        if sheet.total_height > rows or sheet.total_width > columns:
            raise TooManyCells
        cells = [[_plain(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
        lengths = [len(cell) for row in cells for cell in row if isinstance(cell, str)]
        room -= sum(lengths)
        if room < 0 or max(lengths, default=0) > MOST_LETTERS:
            raise TooManyCells
        read.append((sheet.name, cells, sheet.merged_cell_ranges or []))
    return read


def _plain(cell: object) -> object:
    if isinstance(cell, (date, time)):
        return type(cell).__name__, cell.isoformat()
    return cell if isinstance(cell, (str, int, float)) else str(cell)
