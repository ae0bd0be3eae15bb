"""The columns of the hazard ledger: one list for page, PDF, XLSX and the templates of others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hazard.core.words import N_, Sentence
from hazard.core.workbooks import Cell, Column, Kind
from hazard.policy.words import Category
from hazard.statistics.ledger import Row

FROM_EMPLOYEES = Sentence(N_("Employee's report"))
INTERNAL = Sentence(N_("Internal report"))
ON_THE_SPOT = Sentence(N_("Fixed on the spot"))
OFFICIAL: Mapping[Category, Sentence] = {
    Category.PERSON: Sentence(N_("Unsafe act of people")),
    Category.EQUIPMENT: Sentence(N_("Unsafe state of equipment")),
    Category.ENVIRONMENT: Sentence(N_("Unsafe factor of the surroundings")),
    Category.MANAGEMENT: Sentence(N_("Defect of management")),
    Category.UNSURE: Sentence(N_("Not classed yet")),
}
"""The four kinds as notices and inspectors name them (D-2 to D-5)."""
LINES = "；"
"""Stands between the measures of a plan, in every language."""


@dataclass(frozen=True, slots=True)
class LedgerColumn:
    """One column: its key in stored mappings, how it looks, and what a line says in it."""

    key: str
    column: Column
    read: Callable[[Row], Cell]


def _column(
    key: str, msgid: str, read: Callable[[Row], Cell], kind: Kind = Kind.WORDS, width: float = 8
) -> LedgerColumn:
    return LedgerColumn(key, Column(Sentence(msgid), kind, width), read)


def _measures(row: Row) -> Cell:
    if row.measures:
        return LINES.join(row.measures)
    return ON_THE_SPOT if row.fixed_on_spot else None


def _note(row: Row) -> Cell:
    if row.reopened:
        return Sentence(N_("Reopened %(n)s times"), n=row.reopened)
    return ON_THE_SPOT if row.fixed_on_spot and row.measures else None


def _extended(row: Row) -> Cell:
    return Sentence(N_("granted %(n)s times"), n=row.extensions) if row.extensions else None


def _rewarded(row: Row) -> Cell:
    return Sentence(N_("Yes")) if row.rewarded else Sentence(N_("Not rewarded"))


LEDGER: tuple[LedgerColumn, ...] = (
    _column("row", N_("No."), lambda row: row.row, Kind.NUMBER, 3),
    _column("number", N_("Number of the hazard"), lambda row: row.number, width=6.5),
    _column("source", N_("Source"), lambda _: FROM_EMPLOYEES, width=5),
    _column("found_on", N_("Accepted on"), lambda row: row.found_on, Kind.DAY, 6),
    _column("found_by", N_("Found by"), lambda _: INTERNAL, width=5),
    _column("unit", N_("Unit"), lambda row: row.unit, width=9),
    _column("place", N_("Part of the plant"), lambda row: row.place, width=11),
    _column("hazard", N_("Description of the hazard"), lambda row: row.hazard, width=18),
    _column("category", N_("Kind"), lambda row: OFFICIAL[row.category], width=7),
    _column("sub_code", N_("Sub-code"), lambda row: row.sub_code, width=8),
    _column("level", N_("Statutory level"), lambda row: row.level, width=5),
    _column("grade", N_("Internal grade"), lambda row: row.grade, width=4),
    _column("control", N_("Interim control"), lambda row: row.control, width=12),
    _column("owner", N_("Person in charge"), lambda row: row.owner, width=5),
    _column("measures", N_("Measures"), _measures, width=20),
    _column("funds", N_("Funds planned (yuan)"), lambda row: row.funds, Kind.MONEY, 6),
    _column("cost", N_("Funds spent (yuan)"), lambda row: row.cost, Kind.MONEY, 6),
    _column("due", N_("Deadline"), lambda row: row.due_on, Kind.DAY, 6),
    _column("contingency", N_("Contingency plan"), lambda row: row.contingency, width=10),
    _column("completed", N_("Completed on"), lambda row: row.completed_on, Kind.DAY, 6),
    _column("extensions", N_("Later date"), _extended, width=6),
    _column("overdue", N_("Days overdue"), lambda row: row.overdue, Kind.NUMBER, 4),
    _column("checker", N_("Checker"), lambda row: row.checker, width=5),
    _column("checked_on", N_("Checked on"), lambda row: row.checked_on, Kind.DAY, 6),
    _column("check_note", N_("Result of the check"), lambda row: row.check_note, width=8),
    _column("union", N_("Union confirmed"), lambda row: row.union, width=5),
    _column("closed", N_("Closed on"), lambda row: row.closed_on, Kind.DAY, 6),
    _column("state", N_("State"), lambda row: row.state, width=5),
    _column("rewarded", N_("Rewarded"), _rewarded, width=4),
    _column("before", N_("Photos before"), lambda row: row.before, Kind.NUMBER, 4),
    _column("after", N_("Photos after"), lambda row: row.after, Kind.NUMBER, 4),
    _column("archived", N_("Archived on"), lambda row: row.archived_on, Kind.DAY, 6),
    _column("note", N_("Note"), _note, width=6),
)
"""What the product knows of domain 5.2, in its order; there is no column for who reported."""

BY_KEY = {column.key: column for column in LEDGER}


def cells(row: Row, columns: Sequence[LedgerColumn] = LEDGER) -> tuple[Cell, ...]:
    """Return what a line says, column by column."""
    return tuple(column.read(row) for column in columns)
