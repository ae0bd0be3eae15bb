"""The shift leader's checklist: what is not fixed yet, does the control hold, the handover.

It lists what lies at the team's places, and what one of the team is in charge of elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import Session, selectinload

from hazard.access.actor import Actor
from hazard.access.permissions import Permission, Role
from hazard.audit.work import Work
from hazard.cases import assigning
from hazard.cases.audience import holders_told
from hazard.cases.hands import plan_of
from hazard.cases.models import Assignment, Case, CaseReport, ControlCheck, Handover, Measure, Plan
from hazard.cases.must_checks import list_of_unit
from hazard.cases.queries import seen_by, visible_to
from hazard.cases.sheets import Checklist, ChecklistRow
from hazard.cases.terms import CaseState, Part, PlanState
from hazard.core.clock import CHINA, day_of
from hazard.core.errors import NotFound, Refused
from hazard.core.words import N_, Sentence
from hazard.notices.outbox import tell
from hazard.people.models import Unit
from hazard.people.queries import (
    get_unit,
    list_holders,
    list_team,
    list_units,
    names_of,
    unit_names,
)
from hazard.people.shifts import ShiftMoment
from hazard.people.working import shift_at, shift_before
from hazard.policy.queries import get_plant
from hazard.policy.words import About, Urgency
from hazard.reports.models import Report

NOT_FIXED = (
    CaseState.VERIFIED,
    CaseState.PLANNING,
    CaseState.PLAN_SUBMITTED,
    CaseState.RECTIFYING,
)
"""Found true and not repaired. What nobody has verified yet is no hazard of the team."""
LATE_HANDOVER = timedelta(hours=1)
"""So long into a shift a tap still hands over the one before."""


class NothingOpen(Refused):
    """No open case, so nothing is printed (words 4.2)."""

    def __init__(self) -> None:
        super().__init__(Sentence(N_("Nothing open. Take one last look before handing over")))


@dataclass(frozen=True, slots=True)
class Line:
    """One hazard that is not fixed yet, as the leader's phone shows it; never who reported."""

    row: ChecklistRow
    state: CaseState
    left: int | None
    """Days until its date, negative once it has passed, counted from the day of the shift."""
    measures: tuple[Measure, ...]
    opens: bool
    """Whether the actor may open the hazard; that of a workmate elsewhere only stands here."""
    tickable: bool
    """Whether the plan is in force and the actor may tick its measures."""
    interim_control: str
    holds: bool | None
    """What was said of the control in this shift."""


@dataclass(frozen=True, slots=True)
class Handing:
    """One handover as the page shows it."""

    day: date
    shift: Sentence | str
    giver: str
    given_at: datetime
    open_count: int
    taker: str
    taken_at: datetime | None
    mine: bool
    """Whether the actor may take it over now: not who gave it."""


@dataclass(frozen=True, slots=True)
class ShiftList:
    """The checklist of a unit, and all below it, in the running shift."""

    unit_id: int
    unit: str
    shift: ShiftMoment
    hours: Sentence
    lines: tuple[Line, ...]
    to_hand_over: ShiftMoment | None
    """The shift a tap would hand over, or None when that was done."""
    last: Handing | None
    """The latest handover of the unit."""

    @property
    def overdue(self) -> int:
        """Return how many have passed their date."""
        return sum(line.left is not None and line.left < 0 for line in self.lines)


def units_led(session: Session, actor: Actor, day: date) -> list[tuple[int, str]]:
    """Return id and full name of the units whose checklist the actor uses, parents first."""
    names, paths = unit_names(session), actor.paths(Permission.CHECKLIST_USE)
    return [
        (unit.id, names[unit.id])
        for unit in list_units(session, day)
        if unit.path.startswith(paths)
    ]


def get_list(session: Session, actor: Actor, unit_id: int, now: datetime, base: str) -> ShiftList:
    """Return the checklist of a unit; raises `NotFound` for one the actor does not lead.

    `base` is the address phones open, for the codes on paper.
    """
    unit = _led_unit(session, actor, unit_id)
    shift = shift_at(session, now, unit.id)
    return ShiftList(
        unit_id=unit.id, unit=unit_names(session)[unit.id], shift=shift, hours=hours_of(shift),
        lines=_lines(session, actor, unit, shift, base),
        to_hand_over=_handable(session, unit.id, now), last=_last_handing(session, actor, unit.id),
    )  # fmt: skip


def get_line(session: Session, actor: Actor, shown: ShiftList, number: str, base: str) -> Line:
    """Return one line anew, also when its hazard has left the list; raises `NotFound`."""
    day = shown.shift.day
    within = _cases(session, actor, get_unit(session, shown.unit_id), day)
    found = session.scalars(within.where(Case.number == number)).one_or_none()
    if found is None:
        raise NotFound
    return _lines_of(session, actor, [found], shown.shift, base)[0]


def sheet_of(session: Session, actor: Actor, shown: ShiftList, printed_at: datetime) -> Checklist:
    """Return the paper of words 4.2; raises `NothingOpen` for a list without a line."""
    if not shown.lines:
        raise NothingOpen
    return Checklist(
        printed_at=printed_at, day=shown.shift.day, shift=shown.hours, team=shown.unit,
        leader=_leader(session, actor, shown), rows=tuple(line.row for line in shown.lines),
        must_checks=list_of_unit(session, get_unit(session, shown.unit_id)),
        emergency_phone=get_plant(session).emergency_phone,
        printed_by=actor.name,
    )  # fmt: skip


def check_control(work: Work, case: Case, unit_id: int, *, holds: bool) -> None:
    """Say whether the interim control still holds in this shift; "no" tells owner and safety.

    Needs `checklist:use` over the unit on whose list it stands. The last word of a shift counts.
    """
    unit = _led_unit(work.session, work.actor, unit_id)
    listed = _cases(work.session, work.actor, unit, day_of(work.now)).where(Case.id == case.id)
    if work.session.scalar(listed) is None:
        raise NotFound
    if case.state not in NOT_FIXED or not case.interim_control:
        raise Refused(Sentence(N_("There is no interim control to be checked any more")))
    shift = shift_at(work.session, work.now, unit.id)
    mine = select(ControlCheck).where(
        ControlCheck.case_id == case.id,
        ControlCheck.shift_day == shift.day,
        ControlCheck.shift_name == (shift.name or ""),
    )
    said = work.session.scalars(mine).one_or_none()
    if said is None:
        said = ControlCheck(case_id=case.id, shift_day=shift.day, shift_name=shift.name or "")
        work.session.add(said)
    said.holds, said.by_id, said.at = holds, work.actor.person_id or 0, work.now
    case.control_failed_at = None if holds else work.now
    work.record("control_holds" if holds else "control_fails", case)
    if not holds:
        _tell_of_failure(work, case, shift)


def hand_over(work: Work, unit_id: int) -> Handover:
    """Hand the shift over with what is open; once a shift."""
    unit = _led_unit(work.session, work.actor, unit_id, hold=True)
    shift = _handable(work.session, unit.id, work.now)
    if shift is None:
        raise Refused(Sentence(N_("This shift is already handed over")))
    given = Handover(
        unit_id=unit.id, shift_day=shift.day, shift_name=shift.name or "",
        given_by=work.actor.person_id or 0, given_at=work.now,
        open_count=len(_open_cases(work.session, work.actor, unit, day_of(work.now))),
    )  # fmt: skip
    work.session.add(given)
    work.session.flush()
    work.record("given", given, unit=unit.id, open=given.open_count)
    return given


def take_over(work: Work, unit_id: int) -> Handover:
    """Take over what was handed over last, by somebody else than who gave it."""
    unit = _led_unit(work.session, work.actor, unit_id, hold=True)
    given = _latest(work.session, unit.id)
    if given is None or given.taken_at is not None:
        raise Refused(Sentence(N_("Nothing to take over: the shift before was not handed over")))
    if given.given_by == work.actor.person_id:
        raise Refused(Sentence(N_("You handed over yourself; somebody else takes over")))
    given.taken_by, given.taken_at = work.actor.person_id, work.now
    work.record("taken", given, unit=unit.id)
    return given


def hours_of(shift: ShiftMoment) -> Sentence:
    """Return name and hours of a shift, as in 夜班 20:00–次日8:00."""
    begins, ends = (at.astimezone(CHINA) for at in (shift.starts, shift.ends))
    values = {"shift": shift.label, "start": f"{begins:%-H:%M}", "end": f"{ends:%-H:%M}"}
    if ends.date() == begins.date():
        return Sentence(N_("%(shift)s %(start)s–%(end)s"), **values)
    return Sentence(N_("%(shift)s %(start)s–%(end)s next day"), **values)


def _led_unit(session: Session, actor: Actor, unit_id: int, *, hold: bool = False) -> Unit:
    unit = session.get(Unit, unit_id, with_for_update=hold)
    if unit is None or not actor.may(Permission.CHECKLIST_USE, unit.path):
        raise NotFound
    return unit


def _lines(
    session: Session, actor: Actor, unit: Unit, shift: ShiftMoment, base: str
) -> tuple[Line, ...]:
    cases = _open_cases(session, actor, unit, shift.day)
    return tuple(sorted(_lines_of(session, actor, cases, shift, base), key=_rank))


def _lines_of(
    session: Session, actor: Actor, cases: Sequence[Case], shift: ShiftMoment, base: str
) -> list[Line]:
    names = names_of(session, [assigning.holder(case, Part.OWNER) for case in cases])
    checks = _checks(session, shift)
    own = visible_to(actor).where(Case.id.in_([case.id for case in cases]))
    opened = set(session.scalars(own.with_only_columns(Case.id)))
    return [
        _line(case, names, checks, shift.day, base, actor if case.id in opened else None)
        for case in cases
    ]


def _rank(line: Line) -> tuple[bool, bool, date, str]:
    """Put overdue first, then urgent, then the nearest date, as the paper does."""
    late = line.left is not None and line.left < 0
    return not late, not line.row.urgent, line.row.due or date.max, line.row.number


def _line(
    case: Case, names: dict[int, str], checks: dict[int, bool], today: date, base: str,
    opener: Actor | None,
) -> Line:  # fmt: skip
    plan = plan_of(case)
    owner = assigning.holder(case, Part.OWNER)
    row = ChecklistRow(
        number=case.number, url=f"{base}/cases/{case.number}", place=case.place_name,
        description=case.short_description, measures=_undone(plan),
        owner=names.get(owner) if owner else None, due=case.due_on,
        urgent=case.urgency is Urgency.EMERGENCY, controlled=bool(case.interim_control),
    )  # fmt: skip
    in_force = plan is not None and plan.state is PlanState.IN_FORCE
    ticks = opener is not None and (
        opener.may(Permission.CHECKLIST_USE, case.unit_path) or opener.person_id == owner
    )
    return Line(
        row=row, state=case.state, left=(case.due_on - today).days if case.due_on else None,
        measures=tuple(plan.measures) if plan else (),
        opens=opener is not None,
        tickable=ticks and in_force and case.state is CaseState.RECTIFYING,
        interim_control=case.interim_control, holds=checks.get(case.id),
    )  # fmt: skip


def _undone(plan: Plan | None) -> tuple[str, ...]:
    return tuple(m.text for m in plan.measures if m.done_at is None) if plan else ()


def _open_cases(session: Session, actor: Actor, unit: Unit, day: date) -> Sequence[Case]:
    open_now = (Case.state.in_(NOT_FIXED), Case.fixed_on_spot.is_(False))
    not_fixed = _cases(session, actor, unit, day).where(*open_now)
    return session.scalars(not_fixed.order_by(Case.id)).all()


def _cases(session: Session, actor: Actor, unit: Unit, day: date) -> Select[Case]:
    """Return the query of the unit's cases, without those a report lays to a leader.

    The list hangs in the team: decisions 15 keeps such reports from that line. Of what a workmate
    is in charge of elsewhere only what is kept from nobody stands there.
    """
    here, seen = Case.unit_path.startswith(unit.path), seen_by(actor)
    owned = exists().where(
        Assignment.case_id == Case.id, Assignment.part == Part.OWNER,
        Assignment.ended_at.is_(None), Assignment.person_id.in_(list_team(session, unit.path, day)),
    )  # fmt: skip
    about_leader = (
        select(CaseReport.case_id)
        .join(Report, Report.id == CaseReport.report_id)
        .where(Report.about == About.LEADER)
    )
    return (
        select(Case)
        .where(
            or_(and_(here, seen), and_(owned, or_(seen, Case.hidden_from == ""))),
            Case.id.not_in(about_leader),
            Case.drill.is_(False),
        )
        .options(
            selectinload(Case.assignments), selectinload(Case.plans).selectinload(Plan.measures)
        )
    )


def _checks(session: Session, shift: ShiftMoment) -> dict[int, bool]:
    said = select(ControlCheck.case_id, ControlCheck.holds).where(
        ControlCheck.shift_day == shift.day, ControlCheck.shift_name == (shift.name or "")
    )
    return dict(session.execute(said).all())


def _handable(session: Session, unit_id: int, now: datetime) -> ShiftMoment | None:
    """Return the shift a tap hands over now: the running one, or the one that just ended."""
    shift = shift_at(session, now, unit_id)
    before = shift_before(session, shift, unit_id)
    if shift.name is None:
        return None if _is_handed(session, unit_id, before) else before
    fresh = now - shift.starts < LATE_HANDOVER
    if fresh and before.name is not None and not _is_handed(session, unit_id, before):
        return before
    return None if _is_handed(session, unit_id, shift) else shift


def _is_handed(session: Session, unit_id: int, shift: ShiftMoment) -> bool:
    handed = select(Handover.id).where(
        Handover.unit_id == unit_id,
        Handover.shift_day == shift.day,
        Handover.shift_name == (shift.name or ""),
    )
    return session.scalar(handed) is not None


def _latest(session: Session, unit_id: int) -> Handover | None:
    newest = select(Handover).where(Handover.unit_id == unit_id)
    return session.scalars(newest.order_by(Handover.id.desc()).limit(1)).one_or_none()


def _last_handing(session: Session, actor: Actor, unit_id: int) -> Handing | None:
    last = _latest(session, unit_id)
    if last is None:
        return None
    names = names_of(session, [last.given_by, last.taken_by])
    return Handing(
        last.shift_day, last.shift_name or Sentence(N_("Between shifts")), names[last.given_by],
        last.given_at, last.open_count, names.get(last.taken_by or 0, ""), last.taken_at,
        mine=last.taken_at is None and last.given_by != actor.person_id,
    )  # fmt: skip


def _leader(session: Session, actor: Actor, shown: ShiftList) -> str:
    """Return whose name stands on the paper: one's own as the leader, or the unit's leader."""
    unit = get_unit(session, shown.unit_id)
    leaders = list_holders(session, [Role.SHIFT_LEADER], unit.path, shown.shift.day)
    if actor.person_id in leaders or not leaders:
        return actor.name if actor.person_id in leaders else ""
    return names_of(session, leaders[:1])[leaders[0]]


def _tell_of_failure(work: Work, case: Case, shift: ShiftMoment) -> None:
    officers = holders_told(work.session, case, Role.SAFETY_OFFICER, day_of(work.now))
    owner = assigning.holder(case, Part.OWNER)
    tell(
        work, {*officers, *([owner] if owner else [])},
        Sentence(N_("An interim control no longer holds")),
        key=f"control:{case.id}:{shift.day}:{shift.name or ''}", link=f"/cases/{case.number}",
    )  # fmt: skip
