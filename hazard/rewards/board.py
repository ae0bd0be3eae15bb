"""What the board version of a sheet shows: masked by `masking`, joined with nobody's name."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from hazard.cases.models import Case
from hazard.core.calendar import Month
from hazard.core.money import Money
from hazard.policy.words import Category
from hazard.reports.models import Report
from hazard.rewards.masking import shown_together, shows_places, tail_of
from hazard.rewards.models import Award, Settlement, SettlementLine


@dataclass(frozen=True, slots=True)
class BoardEntry:
    """One award for everybody's eyes."""

    tail: str
    workshop: str
    """Empty where a place would tell too much."""
    category: Category
    level: int
    amount: Money
    paid: bool


@dataclass(frozen=True, slots=True)
class Board:
    """The lines that hang on the board for one sheet."""

    entries: tuple[BoardEntry, ...]
    held: int
    """How many lines wait for the next sheet because they are too few."""
    with_places: bool
    months: tuple[Month, ...]
    """Whose lines stand here, oldest first."""


def board_of(session: Session, run: Settlement, day: date) -> Board:
    """Return what the board shows of a sheet, payments as of the end of `day`.

    Earlier locked sheets whose lines were too few to be shown stand along. What is kept from
    somebody names no workshop: its line must not point to a person.
    """
    counts = _counts(session, run)
    shown = shown_together([count for *_, count in counts])
    entries = _entries(session, [counts[at][0] for at in shown], day)
    return Board(
        entries,
        held=0 if shown else len(run.lines),
        with_places=shows_places(len(entries)),
        months=tuple(dict.fromkeys(Month.parse(counts[at][1]) for at in shown)),
    )


def _counts(session: Session, run: Settlement) -> list[tuple[int, str, int]]:
    """Return id, month and number of lines of the locked sheets up to this one, oldest first."""
    upto = or_(
        Settlement.month < run.month, (Settlement.month == run.month) & (Settlement.run < run.run)
    )
    locked = or_(Settlement.id == run.id, Settlement.locked_at.is_not(None) & upto)
    rows = session.execute(
        select(Settlement.id, Settlement.month, func.count(SettlementLine.id))
        .join(SettlementLine, SettlementLine.settlement_id == Settlement.id)
        .where(locked)
        .group_by(Settlement.id, Settlement.month, Settlement.run)
        .order_by(Settlement.month, Settlement.run)
    )
    return [(run_id, month, count) for run_id, month, count in rows]


def _entries(session: Session, run_ids: list[int], day: date) -> tuple[BoardEntry, ...]:
    rows = session.execute(
        select(SettlementLine, Award, Case, Report.number)
        .join(Settlement, Settlement.id == SettlementLine.settlement_id)
        .join(Award, Award.id == SettlementLine.award_id)
        .join(Case, Case.id == Award.case_id)
        .join(Report, Report.id == Award.report_id)
        .where(SettlementLine.settlement_id.in_(run_ids))
        .order_by(Settlement.month, Settlement.run, SettlementLine.seq)
    )
    return tuple(
        BoardEntry(
            tail=tail_of(number),
            workshop="" if case.hidden_from else case.workshop_name,
            category=case.category, level=award.level, amount=line.amount,
            paid=line.paid_on is not None and line.paid_on <= day,
        )
        for line, award, case, number in rows
    )  # fmt: skip
