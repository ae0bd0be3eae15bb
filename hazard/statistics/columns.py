"""The columns of the hazard ledger: one list for page, PDF, XLSX and the templates of others."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from hazard.core.words import N_, Sentence
from hazard.core.workbooks import Align, Cell, Column
from hazard.policy.classing import Extra
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
    key: str, msgid: str, read: Callable[[Row], Cell], width: float, align: Align = Align.START
) -> LedgerColumn:
    return LedgerColumn(key, Column(Sentence(msgid), width, align), read)


def _unit(row: Row) -> Cell:
    if row.workshop == row.unit:
        return row.unit
    return Sentence(N_("%(workshop)s, %(unit)s"), workshop=row.workshop, unit=row.unit)


def _watched(row: Row) -> Cell:
    if row.watched is None:
        return None
    times, day, holds = row.watched
    held = Sentence(N_("holds")) if holds else Sentence(N_("does not hold"))
    return Sentence(N_("looked at %(n)s times, last %(d)s: %(held)s"), n=times, d=day, held=held)


def _lec(row: Row) -> Cell:
    return row.classing.lec.said() if row.classing.lec else None


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
    _column("row", N_("No."), lambda row: row.row, 6, Align.CENTRE),
    _column("number", N_("Number of the hazard"), lambda row: row.number, 13),
    _column("source", N_("Source"), lambda _: FROM_EMPLOYEES, 10),
    _column("found_on", N_("Accepted on"), lambda row: row.found_on, 12, Align.CENTRE),
    _column("found_by", N_("Found by"), lambda _: INTERNAL, 10),
    _column("unit", N_("Unit"), _unit, 20),
    _column("place", N_("Part of the plant"), lambda row: row.place, 22),
    _column("risk_point", N_("Risk point"), lambda row: row.risk_point, 12),
    _column("hazard", N_("Description of the hazard"), lambda row: row.hazard, 36),
    _column("category", N_("Kind"), lambda row: OFFICIAL[row.category], 14),
    _column("sub_code", N_("Sub-code"), lambda row: row.sub_code, 16),
    _column("factor", N_("Factor (GB/T 13861)"), lambda row: row.classing.factor, 14),
    _column("accident", N_("Possible accident (GB 6441)"), lambda row: row.classing.accident, 14),
    _column("level", N_("Statutory level"), lambda row: row.level, 10),
    _column("grade", N_("Internal grade"), lambda row: row.grade, 8),
    _column("lec", N_("LEC"), _lec, 18),
    _column("clause", N_("Clause"), lambda row: row.classing.clause, 26),
    _column("cause", N_("Cause"), lambda row: row.classing.cause, 12),
    _column("control", N_("Interim control"), lambda row: row.control, 24),
    _column("owner", N_("Person in charge"), lambda row: row.owner, 10),
    _column("measures", N_("Measures"), _measures, 40),
    _column("funds", N_("Funds planned (yuan)"), lambda row: row.funds, 12, Align.END),
    _column("cost", N_("Funds spent (yuan)"), lambda row: row.cost, 12, Align.END),
    _column("due", N_("Deadline"), lambda row: row.due_on, 12, Align.CENTRE),
    _column("contingency", N_("Contingency plan"), lambda row: row.contingency, 20),
    _column("watched", N_("Watch over a major hazard"), _watched, 22),
    _column("remedy", N_("Who puts it right"), lambda row: row.remedy, 10),
    _column("completed", N_("Completed on"), lambda row: row.completed_on, 12, Align.CENTRE),
    _column("extensions", N_("Later date"), _extended, 12),
    _column("overdue", N_("Days overdue"), lambda row: row.overdue or None, 8, Align.END),
    _column("checker", N_("Checker"), lambda row: row.checker, 10),
    _column("checked_on", N_("Checked on"), lambda row: row.checked_on, 12, Align.CENTRE),
    _column("check_note", N_("Result of the check"), lambda row: row.check_note, 16),
    _column("union", N_("Union confirmed"), lambda row: row.union, 10),
    _column("closed", N_("Closed on"), lambda row: row.closed_on, 12, Align.CENTRE),
    _column("state", N_("State"), lambda row: row.state, 10),
    _column("rewarded", N_("Rewarded"), _rewarded, 8),
    _column("before", N_("Photos before"), lambda row: row.before, 8, Align.END),
    _column("after", N_("Photos after"), lambda row: row.after, 8, Align.END),
    _column("file", N_("File number"), lambda row: row.number if row.archived_on else None, 13),
    _column("archived", N_("Archived on"), lambda row: row.archived_on, 12, Align.CENTRE),
    _column("note", N_("Note"), _note, 12),
)
"""What the product knows of domain 5.2, in its order; there is no column for who reported."""

BY_KEY = {column.key: column for column in LEDGER}
OPTIONAL: Mapping[str, Extra] = {extra.value: extra for extra in Extra}
"""Columns of what a plant has to switch on first."""


def shown_to(extras: Collection[Extra]) -> tuple[LedgerColumn, ...]:
    """Return the columns of a plant that has switched these on."""
    return tuple(
        column for column in LEDGER
        if column.key not in OPTIONAL or OPTIONAL[column.key] in extras
    )  # fmt: skip


def cells(row: Row, columns: Sequence[LedgerColumn] = LEDGER) -> tuple[Cell, ...]:
    """Return what a line says, column by column."""
    return tuple(column.read(row) for column in columns)
