"""The plant manager's morning: what is new and major, who is late, what waits for a yes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from hazard.access.actor import Actor
from hazard.access.duties import Part as Duty
from hazard.access.permissions import Permission
from hazard.cases.hands import fitting_all, plan_of
from hazard.cases.models import Case, Plan
from hazard.cases.queries import load_all, seen_by, visible_to
from hazard.cases.terms import CaseState
from hazard.core.calendar import Month, overdue_days
from hazard.core.clock import day_of
from hazard.core.money import Money
from hazard.deadlines.models import Deadline
from hazard.deadlines.terms import DeadlineKind
from hazard.people.queries import names_of
from hazard.policy.words import StatutoryLevel
from hazard.reports.queries import unkept_from
from hazard.rewards.queries import AwardView, BudgetView, list_to_decide, view_budget
from hazard.statistics.figures import (
    RETURNS_WITHIN,
    Hazards,
    Participation,
    Rate,
    count_hazards,
    count_participation,
    count_returns,
    count_rewards,
    counted,
    open_at,
    overdue_at,
)
from hazard.statistics.pairs import Pair, list_pairs
from hazard.statistics.spans import Span

PAIRS = 3
PAIRS_WITHIN = timedelta(days=30)
NEW_WITHIN = timedelta(days=7)
MOST_WAITING = 30
MONTHS_BACK = 6


@dataclass(frozen=True, slots=True)
class MajorLine:
    """A major hazard that is not closed."""

    number: str
    summary: str
    place: str
    state: CaseState
    graded_on: date | None
    due_on: date | None
    new: bool
    """Graded in the last seven days."""


@dataclass(frozen=True, slots=True)
class Late:
    """Whose rectifications run late."""

    name: str
    """Empty where nobody holds it."""
    count: int
    worst: int
    """Days the longest of them is overdue."""


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan that waits for the actor's yes."""

    case_number: str
    summary: str
    place: str
    owner: str
    measures: tuple[str, ...]
    funds: Money
    due_on: date


@dataclass(frozen=True, slots=True)
class Morning:
    """The whole page."""

    month: Month
    hazards: Hazards
    """Of this month, from the figures every paper uses, of what the actor may see."""
    returns: Rate
    """Of what was closed in the last 90 days, what came back."""
    participation: Participation
    """Of this month."""
    majors: tuple[MajorLine, ...]
    late: tuple[Late, ...]
    days_to_money: tuple[tuple[Month, int | None], ...]
    """Of the last months, oldest first (words 116)."""
    budget: BudgetView
    pairs: tuple[Pair, ...]
    rewards: tuple[AwardView, ...]
    plans: tuple[PlanLine, ...]


def morning_of(session: Session, actor: Actor, now: datetime) -> Morning:
    """Return the page for the actor; needs `morning:read`."""
    actor.need(Permission.MORNING_READ)
    today = day_of(now)
    month = Month.of_day(today)
    return Morning(
        month=month,
        hazards=count_hazards(session, Span.of_month(month), now, among=seen_by(actor)),
        returns=count_returns(session, Span(today - RETURNS_WITHIN, today), among=seen_by(actor)),
        participation=count_participation(
            session, Span(month.first_day, today), unkept_from(session, actor)
        ),
        majors=_majors(session, actor, now),
        late=_late(session, actor, now),
        days_to_money=_days_to_money(session, month, seen_by(actor)),
        budget=view_budget(session, today.year, today),
        pairs=tuple(list_pairs(session, actor, Span(today - PAIRS_WITHIN, today), PAIRS)),
        rewards=tuple(list_to_decide(session, actor, today, MOST_WAITING)),
        plans=_plans(session, actor, today),
    )


def _majors(session: Session, actor: Actor, now: datetime) -> tuple[MajorLine, ...]:
    cases = session.scalars(
        visible_to(actor)
        .where(counted(), open_at(now + timedelta.resolution))
        .where(Case.statutory_level == StatutoryLevel.MAJOR)
        .order_by(Case.graded_on.desc(), Case.id.desc())
        .limit(MOST_WAITING)
    )
    since = day_of(now - NEW_WITHIN)
    return tuple(
        MajorLine(
            case.number, case.short_description, case.place_name, case.state, case.graded_on,
            case.due_on, new=bool(case.graded_on and case.graded_on >= since),
        )
        for case in cases
    )  # fmt: skip


def _late(session: Session, actor: Actor, now: datetime) -> tuple[Late, ...]:
    """Return who is late, most first; the counts add up to the month's overdue figure."""
    moment = now + timedelta.resolution
    mine = visible_to(actor).where(counted(), open_at(moment), overdue_at(moment))
    rows = session.execute(
        select(Deadline.holder_id, func.count(Deadline.id), func.min(Deadline.due_at))
        .where(
            Deadline.subject_kind == Case.kind,
            Deadline.subject_id.in_(mine.with_only_columns(Case.id)),
            Deadline.kind == DeadlineKind.RECTIFY, Deadline.done_at.is_(None),
            Deadline.due_at <= moment, Deadline.paused_since.is_(None),
        )
        .group_by(Deadline.holder_id)
    ).all()  # fmt: skip
    names = names_of(session, [holder for holder, _, _ in rows])
    late = [
        Late(names.get(holder or 0, ""), count, overdue_days(oldest, now))
        for holder, count, oldest in rows
    ]
    return tuple(sorted(late, key=lambda each: (-each.count, -each.worst, each.name)))


def _days_to_money(
    session: Session, month: Month, mine: ColumnElement[bool]
) -> tuple[tuple[Month, int | None], ...]:
    months = [month]
    while len(months) < MONTHS_BACK:
        months.append(months[-1].previous())
    return tuple(
        (each, count_rewards(session, Span.of_month(each), among=mine).days_to_money)
        for each in reversed(months)
    )


def _plans(session: Session, actor: Actor, today: date) -> tuple[PlanLine, ...]:
    waiting = visible_to(actor).where(Case.state == CaseState.PLAN_SUBMITTED)
    ids = session.scalars(waiting.with_only_columns(Case.id).order_by(Case.id).limit(MOST_WAITING))
    cases = load_all(session, ids.all())
    fit = fitting_all(session, cases, Duty.PLAN_APPROVER, today)
    mine = [(case, plan) for case in cases if (plan := plan_of(case)) is not None]
    owners = names_of(session, [plan.owner_id for _, plan in mine])
    return tuple(
        _plan_line(case, plan, owners.get(plan.owner_id, ""))
        for case, plan in mine
        if actor.person_id in fit[case.id]
    )


def _plan_line(case: Case, plan: Plan, owner: str) -> PlanLine:
    return PlanLine(
        case.number, case.short_description, case.place_name, owner,
        tuple(measure.text for measure in plan.measures), plan.funds, plan.due_on,
    )  # fmt: skip
