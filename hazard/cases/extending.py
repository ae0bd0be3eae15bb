"""A later date (延期): asked before the old one passed, decided one level higher (T13, T14)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazard.access.permissions import Permission, Role
from hazard.audit.work import Work
from hazard.cases import assigning
from hazard.cases.beside import note
from hazard.cases.extension_rules import Standing, Wish, level_above, need_room, need_sound
from hazard.cases.hands import declare, hands_of, plan_of
from hazard.cases.models import Case, Extension
from hazard.cases.terms import CaseState, ExtensionState, Part, RemarkKind
from hazard.core.calendar import Unit, last_day
from hazard.core.clock import day_of
from hazard.core.db import once
from hazard.core.errors import NotAllowed, NotFound, Refused, Unclear
from hazard.core.words import N_, Sentence
from hazard.deadlines.clocks import Charge, extend, finish, start
from hazard.deadlines.models import Deadline
from hazard.deadlines.terms import DeadlineKind
from hazard.notices.outbox import tell
from hazard.people.queries import list_employee_ids, list_holders
from hazard.policy.queries import policy_on
from hazard.policy.terms import EVERYONE, Duty, Length
from hazard.reports import handling

DECIDE_WITHIN = Length(2, Unit.WORKING)
"""T14. An undecided request does not stop the clock."""


NEAR = timedelta(days=14)
"""So long before the end of handling its page offers to ask for more time."""


class TooLate(Refused):
    """The date has passed (A-6, edge 21)."""

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                N_("The deadline has passed; you can only write an explanation, it stays overdue")
            )
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes with the words the reporters read, or no with the reason."""

    granted: bool
    note: str
    told: str
    declared: bool


def ask(work: Work, case: Case, kind: DeadlineKind, wish: Wish) -> Extension:
    """Ask for a later date; before the old one has passed only, else `TooLate`.

    The date of the rectification is asked for by the person in charge, that of handling the
    report by who assigns (S1-9: once, at most 30 days, decided by the head).
    """
    _need_asker(work, case, kind)
    deadline = _need_clock(work, case, kind)
    if work.now >= deadline.due_at:
        raise TooLate
    if pending(work.session, case) is not None:
        raise Refused(Sentence(N_("A later date is already asked for")))
    standing = standing_of(work.session, case, kind)
    need_sound(wish, standing)
    plan = plan_of(case)
    asked = Extension(
        case_id=case.id, clock=kind, plan_id=plan.id if plan else None, was_until=standing.until,
        until=wish.until or standing.until, reason=wish.reason.strip(), risk=wish.risk.strip(),
        control=wish.control.strip(), asked_by=work.actor.person_id or 0, asked_at=work.now,
    )  # fmt: skip
    case.extensions.append(asked)
    work.session.flush()
    work.record("extension_asked", case, extension=asked.id)
    _ask_deciders(work, case, asked)
    return asked


def decide(work: Work, case: Case, decision: Decision) -> None:
    """Grant the later date or not; granted, it counts from the old date, however late (edge 22).

    Refused, it is overdue from the old date. The reporters are told the new date and why.
    """
    asked = pending(work.session, case)
    if asked is None:
        raise Refused(Sentence(N_("No later date is asked for any more")))
    if work.actor.person_id not in deciders(work.session, case, asked, day_of(work.now)):
        raise NotAllowed(Sentence(N_("Somebody one level above has to decide this")))
    declare(work, case, "extension", declared=decision.declared)
    if not decision.granted and not decision.note.strip():
        raise Unclear(Sentence(N_("Please write why not")), field="note")
    asked.decided_by, asked.decided_at = work.actor.person_id, work.now
    asked.note = decision.note.strip()
    asked.state = ExtensionState.GRANTED if decision.granted else ExtensionState.REFUSED
    finish(work, case, DeadlineKind.EXTENSION)
    work.record(f"extension_{asked.state.value}", case, extension=asked.id)
    if decision.granted:
        _move(work, case, asked, decision.told)
    _tell_asker(work, case, asked)


def explain(work: Work, case: Case, text: str) -> None:
    """Write down why it is late; it stays overdue (words 92)."""
    _need_asker(work, case, DeadlineKind.RECTIFY)
    deadline = _need_clock(work, case, DeadlineKind.RECTIFY)
    if work.now < deadline.due_at:
        raise Refused(Sentence(N_("It is not late yet; ask for a later date instead")))
    note(work, case, RemarkKind.EXPLANATION, text, ended=True)
    work.record("explained", case)


def standing_of(session: Session, case: Case, kind: DeadlineKind) -> Standing:
    """Return the date that would move and how far it was moved; `NotFound` without a clock."""
    deadline = clock_of(session, case, kind)
    if deadline is None:
        raise NotFound
    granted = [each for each in case.extensions if _counts(each, case, kind)]
    until = last_day(deadline.due_at)
    plan = plan_of(case)
    if kind is DeadlineKind.RECTIFY and plan is not None:
        begins, first = day_of(plan.decided_at or plan.made_at), plan.due_on
    else:
        begins, first = deadline.starts_on, granted[0].was_until if granted else until
    return Standing(
        begins, first, until, len(granted), case.interim_control,
        handling=kind is DeadlineKind.HANDLE,
    )  # fmt: skip


def can_ask(session: Session, case: Case, kind: DeadlineKind, now: datetime) -> bool:
    """Say whether a later date can still be asked for: in time, and with room left."""
    deadline = clock_of(session, case, kind)
    if deadline is None or now >= deadline.due_at or pending(session, case) is not None:
        return False
    try:
        need_room(standing_of(session, case, kind))
    except Refused:
        return False
    return True


def is_late(session: Session, case: Case, kind: DeadlineKind, now: datetime) -> bool:
    """Say whether this clock runs and its date has passed."""
    deadline = clock_of(session, case, kind)
    return deadline is not None and now >= deadline.due_at


def is_near(session: Session, case: Case, kind: DeadlineKind, now: datetime) -> bool:
    """Say whether this clock runs out within two weeks."""
    deadline = clock_of(session, case, kind)
    return deadline is not None and deadline.due_at - now < NEAR


def pending(session: Session, case: Case) -> Extension | None:
    """Return the request that waits for a decision and still makes sense, or None."""
    plan = plan_of(case)
    for each in case.extensions:
        if each.state is not ExtensionState.ASKED:
            continue
        if each.clock is DeadlineKind.RECTIFY:
            alive = case.state is CaseState.RECTIFYING and plan and plan.id == each.plan_id
        else:
            alive = clock_of(session, case, each.clock) is not None
        if alive:
            return each
    return None


def deciders(session: Session, case: Case, asked: Extension, day: date) -> list[int]:
    """Return who decides: the approvers one level above the plan's, or the head (S1-9).

    Nobody decides who asked, is in charge of the work or is known to have reported it; a line
    the report is hidden from is passed over.
    """
    policy = policy_on(session, day).policy.hands
    above = level_above(policy.plan_approval, case.reward_level or min(policy.plan_approval))
    duty = policy.plan_approval[above]
    if asked.clock is DeadlineKind.HANDLE:
        duty = Duty((Role.HEAD,), duty.stand_ins)
    hands = hands_of(session, case)
    no = {asked.asked_by, *hands.reporters, *([hands.owner] if hands.owner else [])}
    for roles in (duty.first, duty.stand_ins):
        free = [person for person in _holders(session, case, roles, day) if person not in no]
        if free:
            return free
    return []


def foresee_clocks(session: Session, cases: Sequence[Case]) -> None:
    """Read together the running clocks of each of many cases."""
    found: dict[tuple[int, DeadlineKind], Deadline] = {}
    running = select(Deadline).where(
        Deadline.subject_kind == Case.kind, Deadline.subject_id.in_([case.id for case in cases]),
        Deadline.done_at.is_(None),
    )  # fmt: skip
    for deadline in session.scalars(running.order_by(Deadline.id)):
        found[deadline.subject_id, deadline.kind] = deadline
    for case, kind in product(cases, DeadlineKind):
        clock_of.foretell(session, found.get((case.id, kind)), case, kind)


@once
def clock_of(session: Session, case: Case, kind: DeadlineKind) -> Deadline | None:
    """Return the running clock of this kind, or None."""
    running = select(Deadline).where(
        Deadline.subject_kind == case.kind, Deadline.subject_id == case.id,
        Deadline.kind == kind, Deadline.done_at.is_(None),
    )  # fmt: skip
    return session.scalars(running.order_by(Deadline.id.desc())).first()


def _holders(session: Session, case: Case, roles: Sequence[str], day: date) -> list[int]:
    if EVERYONE in roles:
        return list_employee_ids(session, day)
    asked = [Role(role) for role in roles]
    asked = [role for role in asked if not case.is_hidden_from(role)]
    return list_holders(session, asked, case.unit_path, day)


def _counts(each: Extension, case: Case, kind: DeadlineKind) -> bool:
    plan = plan_of(case)
    same = kind is DeadlineKind.HANDLE or (plan is not None and each.plan_id == plan.id)
    return each.state is ExtensionState.GRANTED and each.clock is kind and same


def _need_asker(work: Work, case: Case, kind: DeadlineKind) -> None:
    if kind is DeadlineKind.HANDLE:
        work.actor.need(Permission.CASE_ASSIGN, case.unit_path)
    elif kind is not DeadlineKind.RECTIFY:
        raise NotFound
    elif work.actor.person_id != assigning.holder(case, Part.OWNER):
        raise NotAllowed(Sentence(N_("You may not do this. %(who)s can"), who=(Part.OWNER,)))
    elif case.state is not CaseState.RECTIFYING:
        raise Refused(Sentence(N_("The date is moved while it is being rectified")))


def _need_clock(work: Work, case: Case, kind: DeadlineKind) -> Deadline:
    deadline = clock_of(work.session, case, kind)
    if deadline is None:
        raise Refused(Sentence(N_("There is no date running that could be moved")))
    return deadline


def _ask_deciders(work: Work, case: Case, asked: Extension) -> None:
    versioned = policy_on(work.session, day_of(work.now))
    charge = Charge(versioned, "T14", None, case.unit_id)
    start(work, case, DeadlineKind.EXTENSION, DECIDE_WITHIN, charge)
    tell(
        work, deciders(work.session, case, asked, day_of(work.now)),
        Sentence(N_("A later date waits for your decision")),
        key=f"extension:{asked.id}", link=f"/cases/{case.number}",
    )  # fmt: skip


def _move(work: Work, case: Case, asked: Extension, told: str) -> None:
    extend(work, case, asked.clock, asked.until)
    if asked.clock is DeadlineKind.RECTIFY:
        case.due_on = asked.until
    case.interim_control, case.control_failed_at = asked.control, None
    note(work, case, RemarkKind.CONTROL, asked.control, ended=True)
    for link in case.reports:
        handling.write_to_reporter(work, link.report, told)


def _tell_asker(work: Work, case: Case, asked: Extension) -> None:
    granted = asked.state is ExtensionState.GRANTED
    tell(
        work, [asked.asked_by],
        Sentence(N_("The later date was granted"))
        if granted
        else Sentence(N_("The later date was not granted; the old one counts")),
        key=f"extension_decided:{asked.id}", link=f"/cases/{case.number}",
    )  # fmt: skip
