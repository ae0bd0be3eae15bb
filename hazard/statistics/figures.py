"""The counts of domain 5.5, each defined once; every screen and paper takes its figures here.

Tests and drills are in no figure (decisions 16). Reports count by the day of their shift, which
says no more of an anonymous one than its row does (decisions 24). A hazard is *found* on the day
its report was accepted, once it is confirmed, and *rectified* on the day it was closed; since the
two count different hazards, `cohort` follows those found to their end (domain edge 73).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from hazard.cases.models import Case, CaseReport, CheckRecord, Plan, Remark
from hazard.cases.terms import CaseState, PlanState, RemarkKind, ReportPart
from hazard.core.calendar import end_of
from hazard.core.clock import day_of
from hazard.core.money import ZERO, Money
from hazard.deadlines.models import Deadline
from hazard.deadlines.terms import DeadlineKind
from hazard.people.queries import list_employee_ids, list_units, units_of, workshop_path
from hazard.policy.words import Category, Identity, StatutoryLevel
from hazard.reports.identity import who_reported
from hazard.reports.models import Report
from hazard.reports.terms import ReportState
from hazard.rewards.models import Award
from hazard.rewards.queries import days_to_money
from hazard.rewards.terms import GRANTED, AwardState
from hazard.statistics.spans import Span

Key = TypeVar("Key")
Moment = InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]

RETURNS_WITHIN = timedelta(days=90)
FEWEST = 5
"""No part of the plant is shown with fewer people (domain 3.2, words 5)."""
PAID_WITHIN = timedelta(days=35)
"""Proof to money in time (domain 4.5)."""
UNDER_WAY = (
    CaseState.VERIFIED, CaseState.PLANNING, CaseState.PLAN_SUBMITTED, CaseState.RECTIFYING,
    CaseState.SUBMITTED_FOR_CHECK, CaseState.CLOSED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many; of none there is no rate (domain edge 72)."""

    part: int
    whole: int

    def __str__(self) -> str:
        """Return whole per cent rounded half up, or a dash; never 0 % or 100 % of nothing."""
        return f"{(200 * self.part + self.whole) // (2 * self.whole)}%" if self.whole else "—"


@dataclass(frozen=True, slots=True)
class Levels:
    """Hazards by statutory level; one that is not graded yet stands with the general ones."""

    general: int
    major: int

    @property
    def all(self) -> int:
        """Return both together."""
        return self.general + self.major


@dataclass(frozen=True, slots=True)
class Reports:
    """Messages that came in."""

    received: int
    accepted: int
    refused: int
    effective: int
    """Of a confirmed hazard, repeats left out."""
    by_category: dict[Category, int]
    by_identity: dict[Identity, int]

    @property
    def acceptance(self) -> Rate:
        """Return 受理率."""
        return Rate(self.accepted, self.received)

    @property
    def anonymous(self) -> Rate:
        """Return 匿名占比."""
        return Rate(self.by_identity.get(Identity.ANONYMOUS, 0), self.received)


@dataclass(frozen=True, slots=True)
class Hazards:
    """What was found and what became of it."""

    accepted: int
    """Cases opened."""
    checked: int
    """Of these, with a verdict by now."""
    found: Levels
    rectified: Levels
    """Closed in the span, whenever they were found."""
    cohort: Levels
    """Of those found in the span, closed by now."""
    fell_due: int
    in_time: int
    """Of those that fell due, completed by their day."""
    open: Levels
    """Found or still being checked, and not closed, at the end of the span."""
    overdue: Levels
    """Of these, past the day of their rectification."""
    planned: int
    """Of these, with a plan in force."""
    mean_days: int | None
    """Natural days from acceptance to closing over those rectified; None for none."""
    suggestions: int
    """Adopted, of those found."""

    @property
    def confirmation(self) -> Rate:
        """Return 核实率."""
        return Rate(self.found.all, self.checked)

    @property
    def rectification(self) -> Rate:
        """Return 整改率 of those found in the span."""
        return Rate(self.cohort.all, self.found.all)

    @property
    def punctuality(self) -> Rate:
        """Return 按期整改率."""
        return Rate(self.in_time, self.fell_due)


@dataclass(frozen=True, slots=True)
class Rewards:
    """What was granted and what was paid."""

    granted: int
    granted_sum: Money
    """Approved in the span, waiting for funds included."""
    paid: int
    paid_sum: Money
    """Paid in the span, whenever approved."""
    largest: Money
    cashed: Rate
    """兑现率: of those granted in the span, paid by now."""
    in_time: Rate
    """及时率: of those paid, within 35 days of the proof."""
    days_to_money: int | None
    """Mean of whole days from proof to money over those paid (words 116)."""


@dataclass(frozen=True, slots=True)
class Participation:
    """参与率: employees who reported by name, of all; the unnamed cannot be told apart (Z-1)."""

    whole: Rate
    by_unit: tuple[tuple[str, Rate | None], ...]
    """By workshop; None where fewer than `FEWEST` reported, or where the sum would tell."""


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of a span."""

    span: Span
    reports: Reports
    hazards: Hazards
    rewards: Rewards


def figures_of(session: Session, span: Span, now: datetime, unit_path: str = "") -> Figures:
    """Return the figures of a span, of one unit and everything under it if a path is given.

    What is counted "at the end" is counted as of `now` while the span lasts.
    """
    return Figures(
        span,
        count_reports(session, span, unit_path),
        count_hazards(session, span, now, unit_path),
        count_rewards(session, span, unit_path),
    )


def count_reports(
    session: Session, span: Span, unit_path: str = "", among: ColumnElement[bool] | None = None
) -> Reports:
    """Return what came in during the span; `among` narrows it to what its readers may hear of."""
    mine = (*_reports_of(span, unit_path), true() if among is None else among)
    rows = session.execute(
        select(Report.state, Report.category, Report.identity, func.count(Report.id))
        .where(*mine)
        .group_by(Report.state, Report.category, Report.identity)
    ).all()
    effective = (
        select(func.count(Report.id.distinct()))
        .join(CaseReport, CaseReport.report_id == Report.id)
        .join(Case, Case.id == CaseReport.case_id)
        .where(*mine, CaseReport.part != ReportPart.DUPLICATE, confirmed())
    )
    return Reports(
        received=sum(n for *_, n in rows),
        accepted=sum(n for state, _, _, n in rows if state is ReportState.ACCEPTED),
        refused=sum(n for state, _, _, n in rows if state is ReportState.REFUSED),
        effective=session.scalar(effective) or 0,
        by_category=_summed((category, n) for _, category, _, n in rows),
        by_identity=_summed((identity, n) for _, _, identity, n in rows),
    )


def count_hazards(
    session: Session, span: Span, now: datetime, unit_path: str = "",
    among: ColumnElement[bool] | None = None,
) -> Hazards:  # fmt: skip
    """Return what was found, rectified and left open.

    `among` narrows it to what its readers may see: a figure beside their list would else tell
    that something is kept from them.
    """
    until = min(span.ends, now + timedelta.resolution)
    mine = _cases_of(unit_path, among)
    opened, closed = mine & _falls(Case.opened_at, span), mine & _falls(Case.closed_at, span)
    open_then = mine & open_at(until)
    due, in_time = _fell_due(session, mine, span, now)
    return Hazards(
        accepted=_count(session, opened),
        checked=_count(session, opened, or_(confirmed(), _unconfirmed())),
        found=_levels(session, opened, confirmed()),
        rectified=_levels(session, closed),
        cohort=_levels(session, opened, confirmed(), Case.closed_at.is_not(None)),
        fell_due=due, in_time=in_time,
        open=_levels(session, open_then),
        overdue=_levels(session, open_then, overdue_at(until)),
        planned=_count(session, open_then, _has_plan()),
        mean_days=_mean_days(session, closed),
        suggestions=_count(session, opened, confirmed(), Case.suggestion_adopted.is_(True)),
    )  # fmt: skip


def count_rewards(
    session: Session, span: Span, unit_path: str = "", among: ColumnElement[bool] | None = None
) -> Rewards:
    """Return what was granted and paid in the span; a main reward and its addition are two.

    `among` narrows it to the cases its readers may see.
    """
    rows = session.execute(
        select(Award.amount, Award.state, Award.decided_at, Award.paid_at, Case.verified_at)
        .join(Case, Case.id == Award.case_id)
        .where(
            _cases_of(unit_path, among), Award.state.in_(GRANTED),
            _falls(Award.decided_at, span) | _falls(Award.paid_at, span),
        )
    ).all()  # fmt: skip
    granted = [row for row in rows if row.decided_at and span.starts <= row.decided_at < span.ends]
    paid = [row for row in rows if row.paid_at and span.starts <= row.paid_at < span.ends]
    waited = [row.paid_at - row.verified_at for row in paid if row.verified_at]
    return Rewards(
        granted=len(granted), granted_sum=sum((row.amount for row in granted), ZERO),
        paid=len(paid), paid_sum=sum((row.amount for row in paid), ZERO),
        largest=max((row.amount for row in paid), default=ZERO),
        cashed=Rate(sum(row.state is AwardState.PAID for row in granted), len(granted)),
        in_time=Rate(sum(each <= PAID_WITHIN for each in waited), len(paid)),
        days_to_money=days_to_money((row.verified_at, row.paid_at) for row in paid),
    )  # fmt: skip


def count_returns(
    session: Session, span: Span, unit_path: str = "", among: ColumnElement[bool] | None = None
) -> Rate:
    """Return 重复发生率: of what was closed in the span, what came back within 90 days.

    The same kind at the same place was found again, or the hazard itself was opened again.
    """
    mine = _cases_of(unit_path, among)
    closed = session.execute(
        select(Case.place_id, Case.category, Case.closed_at).where(
            mine, _falls(Case.closed_at, span)
        )
    ).all()
    found = session.execute(
        select(Case.place_id, Case.category, Case.opened_at).where(
            mine, confirmed(), Case.place_id.is_not(None), Case.opened_at > span.starts,
            Case.opened_at < span.ends + RETURNS_WITHIN,
        )
    )  # fmt: skip
    again: dict[tuple[int | None, Category], list[datetime]] = {}
    for place, category, opened in found:
        again.setdefault((place, category), []).append(opened)
    returned = sum(
        _is_followed(again.get((place, category), ()), at) for place, category, at in closed if at
    )
    before = _opened_again(session, mine, span)
    return Rate(returned + sum(before), len(closed) + len(before))


def count_participation(
    session: Session, span: Span, among: ColumnElement[bool] | None = None
) -> Participation:
    """Return who took part, in the whole plant and by workshop, by membership on the last day.

    `among` narrows the reports to those its readers may hear of.
    """
    mine = true() if among is None else among
    took_part = who_reported(session, *_reports_of(span, ""), mine)
    people = list_employee_ids(session, span.last)
    names = {unit.path: unit.name for unit in list_units(session, span.last)}
    members: dict[str, set[int]] = {}
    for person, unit in units_of(session, people, span.last).items():
        members.setdefault(workshop_path(unit.path), set()).add(person)
    rates = {path: Rate(len(staff & took_part), len(staff)) for path, staff in members.items()}
    shown = _guarded(rates)
    by_unit = sorted((names.get(path, ""), shown.get(path)) for path in rates)
    return Participation(Rate(len(took_part & set(people)), len(people)), tuple(by_unit))


def _guarded(rates: Mapping[str, Rate]) -> dict[str, Rate]:
    """Return the parts that may be shown: none small, and none that the sum gives away."""
    shown = {key: rate for key, rate in rates.items() if rate.part >= FEWEST}
    if len(rates) - len(shown) == 1 and shown:
        del shown[min(shown, key=lambda key: (shown[key].part, key))]
    return shown


def _is_followed(found: Iterable[datetime], closed_at: datetime) -> bool:
    return any(closed_at < opened <= closed_at + RETURNS_WITHIN for opened in found)


def _opened_again(session: Session, mine: ColumnElement[bool], span: Span) -> list[bool]:
    """Return for each closing of the span that did not last whether it was undone in 90 days."""
    undone = session.execute(
        select(CheckRecord.case_id, CheckRecord.reopened, CheckRecord.at)
        .join(Case, Case.id == CheckRecord.case_id)
        .where(
            mine, CheckRecord.passed, CheckRecord.reopened < Case.reopened,
            _falls(CheckRecord.at, span),
        )
    ).all()  # fmt: skip
    reopened: dict[int, list[datetime]] = {}
    remarks = select(Remark.case_id, Remark.at).where(
        Remark.kind == RemarkKind.REOPENED, Remark.case_id.in_({row.case_id for row in undone})
    )
    for case_id, at in session.execute(remarks.order_by(Remark.id)):
        reopened.setdefault(case_id, []).append(at)
    return [reopened[case_id][turn] <= at + RETURNS_WITHIN for case_id, turn, at in undone]


def counted() -> ColumnElement[bool]:
    """Return the condition that a case is in the figures: no drill, not made one with another."""
    return and_(Case.drill.is_(False), Case.merged_into_id.is_(None))


def confirmed() -> ColumnElement[bool]:
    """Return the condition that a case was found true; one archived unclosed never was."""
    archived = and_(Case.state == CaseState.ARCHIVED, Case.closed_at.is_not(None))
    return or_(Case.state.in_(UNDER_WAY), archived)


def found_in(span: Span) -> ColumnElement[bool]:
    """Return the condition that a case was found in the span: accepted then, and true."""
    return and_(counted(), _falls(Case.opened_at, span), confirmed())


def open_at(moment: datetime) -> ColumnElement[bool]:
    """Return the condition that a case was open at a moment."""
    return and_(
        Case.opened_at < moment,
        or_(Case.closed_at.is_(None), Case.closed_at >= moment),
        ~_unconfirmed(),
    )


def overdue_at(moment: datetime) -> ColumnElement[bool]:
    """Return the condition that the rectification of a case ran late at a moment."""
    return exists().where(
        Deadline.subject_kind == Case.kind, Deadline.subject_id == Case.id,
        Deadline.kind == DeadlineKind.RECTIFY, Deadline.starts_on <= day_of(moment),
        Deadline.due_at <= moment,
        or_(Deadline.done_at.is_(None), Deadline.done_at > moment),
        or_(Deadline.paused_since.is_(None), Deadline.paused_since > moment),
    )  # fmt: skip


def _unconfirmed() -> ColumnElement[bool]:
    archived = and_(Case.state == CaseState.ARCHIVED, Case.closed_at.is_(None))
    return or_(Case.state == CaseState.UNCONFIRMED, archived)


def _cases_of(unit_path: str, among: ColumnElement[bool] | None = None) -> ColumnElement[bool]:
    seen = true() if among is None else among
    return and_(counted(), Case.unit_path.startswith(unit_path), seen)


def _falls(moment: Moment, span: Span) -> ColumnElement[bool]:
    return and_(moment >= span.starts, moment < span.ends)


def _reports_of(span: Span, unit_path: str) -> tuple[ColumnElement[bool], ...]:
    return (
        Report.drill.is_(False), Report.shift_day >= span.first, Report.shift_day <= span.last,
        Report.unit_path.startswith(unit_path),
    )  # fmt: skip


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count(Case.id)).where(*conditions)) or 0


def _levels(session: Session, *conditions: ColumnElement[bool]) -> Levels:
    rows = select(Case.statutory_level, func.count(Case.id)).where(*conditions)
    by_level = dict(session.execute(rows.group_by(Case.statutory_level)).all())
    major = by_level.get(StatutoryLevel.MAJOR, 0)
    return Levels(sum(by_level.values()) - major, major)


def _fell_due(
    session: Session, mine: ColumnElement[bool], span: Span, now: datetime
) -> tuple[int, int]:
    """Return how many plans ran out in the span by now, and how many were completed in time."""
    last = min(span.last, day_of(now))
    rows = session.execute(
        select(Case.due_on, Case.completed_at).where(
            mine, confirmed(), Case.due_on >= span.first, Case.due_on <= last
        )
    ).all()
    past = [row for row in rows if _is_past(row.due_on, row.completed_at, now)]
    return len(past), sum(_is_in_time(row.due_on, row.completed_at) for row in past)


def _is_past(due_on: date, completed_at: datetime | None, now: datetime) -> bool:
    return completed_at is not None or end_of(due_on) <= now


def _is_in_time(due_on: date, completed_at: datetime | None) -> bool:
    return completed_at is not None and day_of(completed_at) <= due_on


def _has_plan() -> ColumnElement[bool]:
    return exists().where(Plan.case_id == Case.id, Plan.state == PlanState.IN_FORCE)


def _mean_days(session: Session, closed: ColumnElement[bool]) -> int | None:
    rows = session.execute(select(Case.opened_at, Case.closed_at).where(closed)).all()
    days = [(day_of(row.closed_at) - day_of(row.opened_at)).days for row in rows]
    return round(sum(days) / len(days)) if days else None


def _summed(pairs: Iterable[tuple[Key, int]]) -> dict[Key, int]:
    sums: dict[Key, int] = {}
    for key, count in pairs:
        sums[key] = sums.get(key, 0) + count
    return sums
