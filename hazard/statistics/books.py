"""The ledger as a file: read once, laid out as a paper or a spreadsheet, the same lines in both."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazard.access.actor import Actor
from hazard.cases.terms import CaseState
from hazard.core.calendar import read_day
from hazard.core.clock import day_of
from hazard.core.typeset import printed
from hazard.core.words import N_, Sentence
from hazard.core.workbooks import A3, Sheet
from hazard.people.models import Unit
from hazard.people.queries import unit_names
from hazard.policy.queries import get_plant, policy_on
from hazard.policy.words import StatutoryLevel
from hazard.statistics.columns import LedgerColumn, cells, shown_to
from hazard.statistics.ledger import (
    CHUNK,
    BadPeriod,
    Row,
    Scope,
    Totals,
    add_up,
    count_rows,
    list_rows,
    scope_of,
)
from hazard.statistics.sheets import LedgerSheet, period, totals_of

LONG = 300
"""A ledger of more lines is made as a task with a progress bar."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger as it was read for one person at one moment."""

    scope: Scope
    unit: str
    company: str
    table_version: int
    read_at: datetime
    read_by: str
    columns: tuple[LedgerColumn, ...]
    """Those of what the plant has switched on."""
    rows: tuple[Row, ...]
    totals: Totals


def read_ledger(
    session: Session, actor: Actor, scope: Scope, now: datetime,
    tell: Callable[[int, int], None] | None = None,
) -> Ledger:  # fmt: skip
    """Return the whole ledger; `tell` hears how many lines of how many are read."""
    today = day_of(now)
    total = count_rows(session, actor, scope)
    rows = []
    for row in list_rows(session, actor, scope, now):
        rows.append(row)
        if tell is not None and row.row % CHUNK == 0:
            tell(row.row, total)
    versioned = policy_on(session, today)
    return Ledger(
        scope=scope, unit=unit_named(session, scope.unit_path), company=get_plant(session).name,
        table_version=versioned.number, read_at=now, read_by=actor.name,
        columns=shown_to(versioned.policy.extras),
        rows=tuple(rows), totals=add_up(session, actor, scope, now),
    )  # fmt: skip


def usual_scope(today: date) -> Scope:
    """Return this year until today, the ledger people ask for most."""
    return Scope(today.replace(month=1, day=1), today)


def scope_asked(words: Mapping[str, str], today: date) -> Scope:
    """Return the scope of an address or a form; what it leaves empty is as usual."""
    asked = {name: value for name, value in words.items() if value}
    return scope_from_words({**scope_in_words(usual_scope(today)), **asked})


def scope_in_words(scope: Scope) -> dict[str, str]:
    """Return a scope as an address or the body of a task holds it."""
    words = {"from": scope.since.isoformat(), "until": scope.until.isoformat()}
    if scope.unit_path:
        words["unit"] = scope.unit_path
    if scope.level is not None:
        words["level"] = scope.level.value
    if scope.state is not None:
        words["state"] = scope.state.value
    return words


def scope_from_words(words: Mapping[str, str]) -> Scope:
    """Return the scope again; what fits no list is left out, a wrong day is `BadPeriod`."""
    level, state = words.get("level", ""), words.get("state", "")
    return scope_of(
        _day(words["from"], "from"), _day(words["until"], "until"), words.get("unit", ""),
        StatutoryLevel(level) if level in set(StatutoryLevel) else None,
        CaseState(state) if state in set(CaseState) else None,
    )  # fmt: skip


def _day(words: str, field: str) -> date:
    try:
        return read_day(words)
    except ValueError:
        raise BadPeriod(
            Sentence(N_("Please enter the day as year-month-day, such as 2026-11-22")), field=field
        ) from None


def unit_named(session: Session, path: str) -> str:
    """Return the full name of the unit at a path; empty for none and for the whole plant."""
    below = select(Unit.id).where(Unit.path == path, Unit.parent_id.is_not(None))
    found = session.scalar(below)
    return unit_names(session)[found] if found is not None else ""


def ledger_paper(ledger: Ledger, *, large: bool = True) -> LedgerSheet:
    """Return the ledger as a paper to sign, A3 or A4."""
    return LedgerSheet(
        printed_at=ledger.read_at, company=ledger.company, printed_by=ledger.read_by,
        table_version=ledger.table_version, since=ledger.scope.since, until=ledger.scope.until,
        unit=ledger.unit, rows=ledger.rows, totals=ledger.totals, columns=ledger.columns,
        large=large,
    )  # fmt: skip


def ledger_sheet(ledger: Ledger) -> Sheet:
    """Return the ledger as a spreadsheet, a column each."""
    return Sheet(
        name=Sentence(N_("Hazard ledger")),
        title=Sentence(N_("Hazard ledger")),
        above=(
            Sentence(N_("Company: %(name)s"), name=ledger.company),
            Sentence(
                N_("Period: %(period)s"), period=period(ledger.scope.since, ledger.scope.until)
            ),
            Sentence(N_("Unit: %(unit)s"), unit=ledger.unit or Sentence(N_("Whole plant"))),
        ),
        columns=tuple(each.column for each in ledger.columns),
        rows=[cells(row, ledger.columns) for row in ledger.rows],
        below=(
            *totals_of(ledger.totals),
            printed(ledger.read_at, ledger.read_by),
            Sentence(N_("Reward table no. %(version)s"), version=ledger.table_version),
        ),
        frozen_columns=2,
        paper=A3,
    )
