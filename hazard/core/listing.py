"""What every list sent as a file has in common: faults by row, one guard, a template."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import TypeVar

import xlsxwriter

from hazard.core.errors import Refused, Unclear
from hazard.core.tabular import EXAMPLE, MOST_ROWS, Column, Fault, Line
from hazard.core.words import CHINESE, N_, Sentence, say
from hazard.core.workbooks import A4, keep_text_quiet

MOST_WRITTEN = 40
"""Characters of a wrong cell that the dry run quotes."""

T = TypeVar("T")
Row = TypeVar("Row")


class FaultyList(Refused):
    """The list still has faults; nothing is written."""


class ListMoved(Refused):
    """Somebody changed what the list is about after the dry run."""


@dataclass(slots=True)
class Reader:
    """Reads cells one by one and keeps what is wrong with them."""

    columns: Sequence[Column]
    faults: list[Fault] = field(default_factory=list)

    def read(self, line: Line, key: str, reader: Callable[[], T]) -> T | None:
        """Return what `reader` makes of a cell, or None after noting its refusal."""
        try:
            return reader()
        except Unclear as error:
            self.fault(line.number, key, error.sentence, line.cells[key])
            return None

    def fault(self, row: int, key: str, sentence: Sentence, written: str) -> None:
        """Note what is wrong in a row, under the header people see, and what stands there."""
        header = next(column.heading for column in self.columns if column.key == key)
        self.faults.append(Fault(row, header, sentence, written[:MOST_WRITTEN]))

    @property
    def by_row(self) -> tuple[Fault, ...]:
        """Return the faults in the order of the rows."""
        return tuple(sorted(self.faults, key=lambda fault: fault.row))


def repeated(rows: Iterable[Row], what: Callable[[Row], str]) -> Iterator[tuple[Row, Row]]:
    """Yield each row that says again what an earlier one said, with the first of them."""
    first: dict[str, Row] = {}
    for row in rows:
        if what(row) in first:
            yield row, first[what(row)]
        first.setdefault(what(row), row)


def need_ready(faults: Sequence[Fault], *, fresh: bool) -> None:
    """Raise `FaultyList` for a draft with faults, `ListMoved` for one that was overtaken."""
    if faults:
        raise FaultyList(Sentence(N_("%(n)s mistakes; nothing was written"), n=len(faults)))
    if not fresh:
        raise ListMoved(Sentence(N_("The list was changed a moment ago. Please check it again")))


def template(
    title: Sentence, columns: Sequence[Column], example: Mapping[str, str],
    notes: Sequence[Sentence], locale: str = CHINESE,
) -> bytes:  # fmt: skip
    """Return an .xlsx to fill in: notes, the header, and one example row that is passed over.

    All its cells are text, so that 0012 stays 0012.
    """
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        plain = book.add_format({"num_format": "@", "font_size": 11})
        head = book.add_format(
            {"num_format": "@", "bold": True, "bg_color": "#EEF2F0", "border": 1}
        )
        grey = book.add_format({"num_format": "@", "font_color": "#6B746F", "italic": True})
        sheet = book.add_worksheet(say(title, locale)[:31])
        for at, note in enumerate(notes):
            sheet.write_string(at, 0, say(note, locale), plain)
        for at, column in enumerate(columns):
            sheet.set_column(at, at, 18, plain)
            sheet.write_string(
                len(notes), at, column.heading + ("*" if column.needed else ""), head
            )
            words = example.get(column.key, "")
            sheet.write_string(len(notes) + 1, at, words if at else EXAMPLE + words, grey)
        sheet.freeze_panes(len(notes) + 1, 0)
        sheet.set_paper(A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        keep_text_quiet(sheet, MOST_ROWS, len(columns) - 1)
    return target.getvalue()
