"""The hazard ledger (隐患排查治理台账, domain 5.2): one line a case, nobody who reported."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import TypeVar

from sqlalchemy import Select, and_, func, select, true
from sqlalchemy import case as case_of
from sqlalchemy.orm import Session, selectinload

from hazard.access.actor import Actor
from hazard.cases.models import (
    Archive,
    Case,
    CasePhoto,
    CaseReport,
    CheckRecord,
    ControlCheck,
    Extension,
    Plan,
)
from hazard.cases.queries import seen_by, visible_to
from hazard.cases.terms import CaseState, ExtensionState, PlanState
from hazard.core.calendar import Month, end_of, start_of
from hazard.core.clock import day_of
from hazard.core.errors import Unclear
from hazard.core.money import ZERO, Money
from hazard.core.words import N_, Sentence
from hazard.deadlines.queries import running_of
from hazard.deadlines.terms import DeadlineKind
from hazard.people.queries import names_of
from hazard.places.models import Place
from hazard.policy.classing import Classing, Remedy, remedy_of
from hazard.policy.words import Category, StatutoryLevel, SubCode
from hazard.reports.models import Photo
from hazard.reports.queries import unkept_from
from hazard.reports.terms import PhotoPart
from hazard.rewards.models import Award
from hazard.rewards.terms import GRANTED
from hazard.statistics.figures import (
    FEWEST,
    confirmed,
    count_participation,
    count_returns,
    counted,
    open_at,
    overdue_at,
)
from hazard.statistics.spans import Span

CHUNK = 500
"""So many cases are read at once."""
MAJOR = StatutoryLevel.MAJOR
DONE = frozenset({CaseState.CLOSED, CaseState.ARCHIVED})
PASSED = Sentence(N_("check passed"))
Given = TypeVar("Given")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a ledger holds: cases accepted from one day to another, both included."""

    since: date
    until: date
    unit_path: str = ""
    level: StatutoryLevel | None = None
    state: CaseState | None = None
    """None: all that were found true, as the figures count them; so are those archived."""


class BadPeriod(Unclear):
    """The period ends before it begins."""


@dataclass(frozen=True, slots=True)
class Row:
    """One case of the ledger."""

    row: int
    number: str
    found_on: date
    """Day it was accepted, never the moment of a report."""
    workshop: str
    """The workshop the unit belongs to; the unit itself where it is one."""
    unit: str
    place: str
    risk_point: str
    hazard: str
    category: Category
    sub_code: SubCode | None
    level: StatutoryLevel | None
    grade: str
    classing: Classing
    remedy: Remedy | None
    control: str
    watched: tuple[int, date, bool] | None
    """Of a major hazard: in how many shifts its control was looked at, the last day, if it held."""
    owner: str
    measures: tuple[str, ...]
    funds: Money | None
    cost: Money | None
    due_on: date | None
    contingency: str
    extensions: int
    """How often a later date was granted; `due_on` is the last of them."""
    completed_on: date | None
    overdue: int
    """Days after the last day of rectification until it was done, or until today."""
    checker: str
    checked_on: date | None
    check_note: str | Sentence
    union: str
    closed_on: date | None
    state: CaseState
    rewarded: bool
    before: int
    after: int
    archived_on: date | None
    fixed_on_spot: bool
    reopened: int


@dataclass(frozen=True, slots=True)
class Totals:
    """What stands below the ledger."""

    found: int
    general: int
    """What is not graded yet stands with the general ones."""
    major: int
    closed: int
    overdue: int
    """Open, and the time for putting it right has run out."""
    funds: Money
    cost: Money


def scope_of(since: date, until: date, unit_path: str = "", level: StatutoryLevel | None = None,
             state: CaseState | None = None) -> Scope:  # fmt: skip
    """Return the scope; raises `BadPeriod` beside field `until` where it ends before it begins."""
    if until < since:
        raise BadPeriod(Sentence(N_("The period ends before it begins")), field="until")
    return Scope(since, until, unit_path, level, state)


def count_rows(session: Session, actor: Actor, scope: Scope) -> int:
    """Return how many cases of the scope the actor may see."""
    wanted = _wanted(actor, scope).with_only_columns(func.count(Case.id))
    return session.scalar(wanted) or 0


def list_rows(
    session: Session, actor: Actor, scope: Scope, now: datetime, *, skip: int = 0,
    limit: int | None = None,
) -> Iterator[Row]:  # fmt: skip
    """Yield the lines in the order in which the cases were accepted, numbered from 1.

    Drills are left out. Read in pieces, so that a ledger of years needs no more memory.
    """
    query = _wanted(actor, scope).with_only_columns(Case.id).order_by(Case.opened_at, Case.id)
    ids = session.scalars(query.offset(skip).limit(limit)).all()
    number = skip
    for piece in _pieces(ids, CHUNK):
        known = _Known(session, piece, now)
        for case in known.cases:
            number += 1
            yield _row(number, case, known)


def add_up(session: Session, actor: Actor, scope: Scope, now: datetime) -> Totals:
    """Return the figures below the ledger, over all its lines, added up by the database."""
    wanted = _wanted(actor, scope)
    rows = session.execute(
        wanted.with_only_columns(Case.statutory_level, Case.state, func.count(Case.id)).group_by(
            Case.statutory_level, Case.state
        )
    ).all()
    late = wanted.with_only_columns(func.count(Case.id)).where(open_at(now), overdue_at(now))
    costs = wanted.with_only_columns(Case.actual_cost).where(Case.actual_cost.is_not(None))
    funds = select(Plan.funds).where(Plan.id.in_(_plans_shown(wanted)))
    return Totals(
        found=sum(count for _, _, count in rows),
        general=sum(count for level, _, count in rows if level is not StatutoryLevel.MAJOR),
        major=sum(count for level, _, count in rows if level is StatutoryLevel.MAJOR),
        closed=sum(count for _, state, count in rows if state in DONE),
        overdue=session.scalar(late) or 0,
        funds=sum(session.scalars(funds), ZERO),
        cost=sum((cost for cost in session.scalars(costs) if cost is not None), ZERO),
    )


def rates_of(session: Session, actor: Actor, scope: Scope, today: date) -> tuple[Sentence, ...]:
    """Return what came back of what was closed in the period, and who took part, in words.

    Who took part stands beside whole months alone, and fewer than five without their number: from
    one day to the next the difference would be one person.
    """
    span = Span(scope.since, scope.until)
    back = count_returns(session, span, scope.unit_path, seen_by(actor))
    words = Sentence(
        N_("Came back within 90 days: %(rate)s (%(n)s of %(m)s closed)"),
        rate=str(back), n=back.part, m=back.whole,
    )  # fmt: skip
    whole = scope.since.day == 1 and (
        scope.until == today or scope.until == Month.of_day(scope.until).last_day
    )
    return (words, share_of(session, actor, span)) if whole else (words,)


def share_of(session: Session, actor: Actor, span: Span) -> Sentence:
    """Return who took part in whole months, in words; fewer than five without their number."""
    share = count_participation(session, span, unkept_from(session, actor)).whole
    if share.part < FEWEST:
        return Sentence(N_("Employees who reported by name, whole plant: fewer than 5"))
    return Sentence(
        N_("Employees who reported by name, whole plant: %(rate)s (%(n)s of %(m)s)"),
        rate=str(share), n=share.part, m=share.whole,
    )  # fmt: skip


def _wanted(actor: Actor, scope: Scope) -> Select[Case]:
    state = confirmed() if scope.state in {None, CaseState.ARCHIVED} else true()
    if scope.state is not None:
        state = and_(state, Case.state == scope.state)
    conditions = [
        Case.opened_at >= start_of(scope.since), Case.opened_at < end_of(scope.until),
        state, counted(),
    ]  # fmt: skip
    if scope.unit_path:
        conditions.append(Case.unit_path.startswith(scope.unit_path, autoescape=True))
    if scope.level is not None:
        conditions.append(Case.statutory_level == scope.level)
    return visible_to(actor).where(and_(*conditions))


class _Known:
    """What the lines of some cases need, read at once for all of them."""

    def __init__(self, session: Session, ids: Sequence[int], now: datetime) -> None:
        self.cases = _cases(session, ids)
        self.checks = _passed_checks(session, ids)
        archived = select(Archive.case_id, Archive.at).where(Archive.case_id.in_(ids))
        archived = archived.order_by(Archive.id)
        self.archived: Mapping[int, datetime] = dict(session.execute(archived).all())
        rewarded = select(Award.case_id).where(Award.case_id.in_(ids), Award.state.in_(GRANTED))
        self.rewarded = set(session.scalars(rewarded))
        self.extensions = _extensions(session, ids)
        self.photos = _photos(session, ids)
        self.late = _late(session, ids, now)
        self.plans = {case.id: plan for case in self.cases if (plan := _plan(case)) is not None}
        people = [plan.owner_id for plan in self.plans.values()]
        hands = [n for c in self.checks.values() for n in (c.checker_id, c.cosigned_by)]
        self.names = names_of(session, [*people, *hands])
        self.watched = _watched(session, ids)
        places = {case.place_id for case in self.cases if case.place_id}
        points = select(Place.id, Place.risk_point).where(Place.id.in_(places))
        self.risk_points: Mapping[int, str] = dict(session.execute(points).all())


def _cases(session: Session, ids: Sequence[int]) -> list[Case]:
    planned = selectinload(Case.plans).selectinload(Plan.measures)
    whole = select(Case).where(Case.id.in_(ids)).options(planned)
    found = {case.id: case for case in session.scalars(whole)}
    return [found[each] for each in ids if each in found]


def _passed_checks(session: Session, ids: Sequence[int]) -> dict[int, CheckRecord]:
    """Return the last passed check of each case."""
    passed = (CheckRecord.case_id.in_(ids), CheckRecord.passed.is_(True))
    standing = select(CheckRecord).join(Case, Case.id == CheckRecord.case_id)
    standing = standing.where(*passed, CheckRecord.reopened == Case.reopened)
    checks = session.scalars(standing.order_by(CheckRecord.id))
    return {check.case_id: check for check in checks}


def _extensions(session: Session, ids: Sequence[int]) -> dict[int, int]:
    granted = (
        select(Extension.case_id, func.count(Extension.id))
        .where(
            Extension.case_id.in_(ids), Extension.clock == DeadlineKind.RECTIFY,
            Extension.state == ExtensionState.GRANTED,
        )
        .group_by(Extension.case_id)
    )  # fmt: skip
    counts: dict[int, int] = dict(session.execute(granted).all())
    return counts


def _watched(session: Session, ids: Sequence[int]) -> dict[int, tuple[int, date, bool]]:
    """Return how often shifts looked whether the control holds, and what the last one saw."""
    seen = select(ControlCheck).where(ControlCheck.case_id.in_(ids)).order_by(ControlCheck.id)
    found: dict[int, tuple[int, date, bool]] = {}
    for check in session.scalars(seen):
        times = found[check.case_id][0] if check.case_id in found else 0
        found[check.case_id] = (times + 1, check.shift_day, check.holds)
    return found


def _late(session: Session, ids: Sequence[int], now: datetime) -> dict[int, int]:
    """Return the days each running rectification is overdue."""
    return {
        due.subject_id: due.overdue
        for due in running_of(session, [(Case.kind, each) for each in ids], now)
        if due.kind is DeadlineKind.RECTIFY and not due.paused
    }


def _row(number: int, case: Case, known: _Known) -> Row:
    plan, check = known.plans.get(case.id), known.checks.get(case.id)
    completed = _day(case.completed_at) or (_day(case.closed_at) if case.fixed_on_spot else None)
    archived = known.archived.get(case.id) if case.state is CaseState.ARCHIVED else None
    return Row(
        row=number, number=case.number, found_on=day_of(case.opened_at),
        workshop=case.workshop_name, unit=case.unit_name, place=case.place_name,
        risk_point=known.risk_points.get(case.place_id or 0, ""), hazard=case.short_description,
        category=case.category, sub_code=case.sub_code, level=case.statutory_level,
        grade=case.internal_grade or "", classing=case.classing,
        remedy=remedy_of(case.remedy, case.reward_level, fixed_on_spot=case.fixed_on_spot),
        control=case.interim_control,
        watched=known.watched.get(case.id) if case.statutory_level is MAJOR else None,
        owner=known.names.get(plan.owner_id, "") if plan else "",
        measures=tuple(measure.text for measure in plan.measures) if plan else (),
        funds=plan.funds if plan else None, cost=case.actual_cost, due_on=case.due_on,
        contingency=plan.contingency if plan else "",
        extensions=known.extensions.get(case.id, 0), completed_on=completed,
        overdue=_overdue(case, completed, known.late),
        checker=known.names.get(check.checker_id, "") if check else "",
        checked_on=day_of(check.at) if check else None,
        check_note=(check.note or PASSED) if check else "",
        union=known.names.get(check.cosigned_by or 0, "") if check else "",
        closed_on=_day(case.closed_at), state=case.state, rewarded=case.id in known.rewarded,
        before=known.photos.get((case.id, False), 0), after=known.photos.get((case.id, True), 0),
        archived_on=_day(archived), fixed_on_spot=case.fixed_on_spot, reopened=case.reopened,
    )  # fmt: skip


def _overdue(case: Case, completed: date | None, late: Mapping[int, int]) -> int:
    if completed is None or case.due_on is None:
        return late.get(case.id, 0)
    return max((completed - case.due_on).days, 0)


def _plan(case: Case) -> Plan | None:
    """Return the plan in force; before there is one, the newest that was sent in."""
    plans = [plan for plan in case.plans if plan.state is not PlanState.RETURNED]
    in_force = [plan for plan in plans if plan.state is PlanState.IN_FORCE]
    return max(in_force or plans, key=lambda plan: plan.id, default=None)


def _plans_shown(wanted: Select[Case]) -> Select[int]:
    """Return the query of the ids of those plans, for all cases of a query."""
    in_force = func.max(case_of((Plan.state == PlanState.IN_FORCE, Plan.id)))
    return (
        select(func.coalesce(in_force, func.max(Plan.id)))
        .where(
            Plan.case_id.in_(wanted.with_only_columns(Case.id)), Plan.state != PlanState.RETURNED
        )
        .group_by(Plan.case_id)
    )


def _photos(session: Session, ids: Sequence[int]) -> dict[tuple[int, bool], int]:
    """Return how many photos papers may show, by case and whether they show it after."""
    own = (
        select(CasePhoto.case_id, Photo.part, func.count())
        .join(Photo, Photo.id == CasePhoto.photo_id)
        .where(CasePhoto.case_id.in_(ids), Photo.part != PhotoPart.REPORT)
        .group_by(CasePhoto.case_id, Photo.part)
    )
    released = (
        select(CaseReport.case_id, Photo.part, func.count())
        .join(Photo, Photo.report_id == CaseReport.report_id)
        .where(CaseReport.case_id.in_(ids), Photo.shown_to_rectifiers.is_(True))
        .group_by(CaseReport.case_id, Photo.part)
    )
    found: dict[tuple[int, bool], int] = {}
    for case_id, part, count in (*session.execute(own), *session.execute(released)):
        key = (case_id, part is PhotoPart.AFTER)
        found[key] = found.get(key, 0) + count
    return found


def _day(moment: datetime | None) -> date | None:
    return day_of(moment) if moment is not None else None


def _pieces(values: Iterable[Given], size: int) -> Iterator[list[Given]]:
    left = iter(values)
    while piece := list(islice(left, size)):
        yield piece
