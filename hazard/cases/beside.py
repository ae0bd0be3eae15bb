"""What is said beside a case: handed up, pressed, stopped, the control renewed (decisions 3).

None of these is a state. Whoever may stop work is domain 3.2: shift leader, workshop head, safety
officer, verifier and head at once; the workers' representative proposes it (N-3).
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from hazard.access.actor import Actor
from hazard.access.permissions import Permission, Role
from hazard.audit.work import Work
from hazard.cases import assigning
from hazard.cases.models import Case, Remark
from hazard.cases.queries import open_states
from hazard.cases.states import Step
from hazard.cases.terms import CaseState, Part, PlanState, RemarkKind
from hazard.cases.transition import take
from hazard.core.clock import day_of
from hazard.core.errors import NotAllowed, NotFound, Refused, Unclear
from hazard.core.words import N_, Sentence
from hazard.deadlines.clocks import Charge, finish, start
from hazard.deadlines.terms import DeadlineKind
from hazard.notices.outbox import tell
from hazard.people.queries import list_holders
from hazard.policy.queries import policy_on
from hazard.reports.routing import LEADERS

HANDABLE = (CaseState.PLANNING, CaseState.RECTIFYING)
"""Where the work lies with somebody who may find it too large."""
ANSWERABLE = {RemarkKind.PRESSED, RemarkKind.STOP_PROPOSED, RemarkKind.DENIED}
"""What the desk has to answer in words."""
PRESSABLE = frozenset(open_states())
_WORDS = {
    RemarkKind.HANDED_UP: N_("A hazard was handed up to you"),
    RemarkKind.PRESSED: N_("The workers' representative presses for a hazard"),
    RemarkKind.STOP_PROPOSED: N_("The workers' representative proposes to stop work at a hazard"),
    RemarkKind.DENIED: N_("Somebody denies a finger signature"),
    RemarkKind.STOPPED: N_("Work was stopped at a hazard"),
}


def note(work: Work, case: Case, kind: RemarkKind, text: str, *, ended: bool = False) -> Remark:
    """Put words beside the case; refused while they are empty."""
    if not text.strip():
        raise Unclear(Sentence(N_("Please write a few words")), field="text")
    remark = Remark(
        case_id=case.id, kind=kind, text=text.strip(), by_id=work.actor.person_id or 0,
        at=work.now, ended_at=work.now if ended else None,
    )  # fmt: skip
    case.remarks.append(remark)
    work.session.flush()
    return remark


def hand_up(work: Work, case: Case, reason: str) -> Remark:
    """Hand what the team cannot solve up to the workshop, with the reason (words 93).

    By the person in charge or a leader of the unit. The workshop's head answers; where the plant
    has none, the safety officer and the head do.
    """
    mine = work.actor.person_id == assigning.holder(case, Part.OWNER)
    if not mine:
        work.actor.need(Permission.CHECKLIST_USE, case.unit_path)
    if case.state not in HANDABLE:
        raise Refused(Sentence(N_("Only what is to be planned or rectified is handed up")))
    if find_open(case, RemarkKind.HANDED_UP):
        raise Refused(Sentence(N_("It is handed up already")))
    remark = note(work, case, RemarkKind.HANDED_UP, reason)
    work.record("handed_up", case)
    day = day_of(work.now)
    _tell(work, case, remark, answerers(work.session, case, day, work.actor.person_id))
    return remark


def take_up(work: Work, case: Case, owner_id: int) -> None:
    """Answer what was handed up by naming who takes it on; the plan is made anew (words 93)."""
    remark = _handed_up(work, case)
    under_way = case.state is CaseState.RECTIFYING
    take(work, case, Step.HAND_ON)
    assigning.end(work, case, Part.OWNER)
    for plan in case.plans:
        plan.state = PlanState.RETURNED
    work.session.flush()
    assigning.assign(work, case, owner_id, Part.OWNER)
    if under_way:
        finish(work, case, DeadlineKind.RECTIFY, DeadlineKind.EXTENSION)
        versioned = policy_on(work.session, day_of(work.now))
        charge = Charge(versioned, "policy", owner_id, case.unit_id)
        start(work, case, DeadlineKind.PLAN, versioned.policy.clocks.plan, charge)
    _end(work, remark)


def hand_back(work: Work, case: Case, answer: str) -> None:
    """Answer what was handed up with words: the team goes on, and reads what to do."""
    remark = _handed_up(work, case)
    _answer(work, remark, answer)
    work.record("handed_back", case)
    tell(
        work, {remark.by_id}, Sentence(N_("What you handed up was answered")),
        key=f"handed_back:{remark.id}", link=f"/cases/{case.number}",
    )  # fmt: skip


def press(work: Work, case: Case, text: str, *, stop: bool = False) -> Remark:
    """Press for a case, or propose to stop work there, as the workers' representative.

    The unit has to study it and answer (law art. 60): it stays on the desk until it is answered.
    """
    work.actor.need(Permission.CASE_COSIGN, case.unit_path)
    if case.state not in PRESSABLE:
        raise Refused(Sentence(N_("This hazard is finished; there is nothing to press for")))
    kind = RemarkKind.STOP_PROPOSED if stop else RemarkKind.PRESSED
    if find_open(case, kind):
        raise Refused(Sentence(N_("This was said already and waits for an answer")))
    remark = note(work, case, kind, text)
    work.record(kind.value, case)
    _tell(work, case, remark, _concerned(work, case))
    return remark


def answer_press(work: Work, case: Case, remark_id: int, answer: str) -> None:
    """Answer the workers' representative, who is told."""
    work.actor.need(Permission.CASE_ASSIGN, case.unit_path)
    pressed = {each.id: each for kind in ANSWERABLE for each in find_open(case, kind)}
    if remark_id not in pressed:
        raise Refused(Sentence(N_("This is answered already")))
    remark = pressed[remark_id]
    _answer(work, remark, answer)
    work.record("press_answered", case)
    tell(
        work, {remark.by_id}, Sentence(N_("Your pressing for a hazard was answered")),
        key=f"press_answered:{remark.id}", link=f"/cases/{case.number}",
    )  # fmt: skip


def stop_work(work: Work, case: Case, text: str) -> Remark:
    """Stop work at the place of the case (words 95), at once; it stays stopped until lifted."""
    if not may_stop(work.actor, case):
        raise NotAllowed(
            Sentence(
                N_("You may not do this. %(who)s can"),
                who=(Role.SHIFT_LEADER, Role.WORKSHOP_HEAD, Role.SAFETY_OFFICER, Role.HEAD),
            )
        )
    if case.state not in PRESSABLE:
        raise Refused(Sentence(N_("This hazard is finished; there is no work to be stopped")))
    if find_open(case, RemarkKind.STOPPED):
        raise Refused(Sentence(N_("Work is stopped here already")))
    remark = note(work, case, RemarkKind.STOPPED, text)
    work.record("work_stopped", case)
    for proposed in find_open(case, RemarkKind.STOP_PROPOSED):
        _end(work, proposed)
    _tell(work, case, remark, {*_concerned(work, case), *_leaders(work, case)})
    return remark


def allow_work(work: Work, case: Case, text: str) -> None:
    """Let work go on; only who assigns may say so, with the reason."""
    work.actor.need(Permission.CASE_ASSIGN, case.unit_path)
    stopped = find_open(case, RemarkKind.STOPPED)
    if not stopped:
        raise Refused(Sentence(N_("Work is not stopped here")))
    _answer(work, stopped[0], text)
    work.record("work_allowed", case)
    owner = assigning.holder(case, Part.OWNER)
    tell(
        work, {*_leaders(work, case), *([owner] if owner else [])},
        Sentence(N_("Work may go on at a hazard")),
        key=f"allowed:{stopped[0].id}", link=f"/cases/{case.number}",
    )  # fmt: skip


def renew_control(work: Work, case: Case, text: str) -> None:
    """Write a new interim control, after the old one no longer held or was too weak."""
    if work.actor.person_id != assigning.holder(case, Part.OWNER):
        work.actor.need(Permission.CASE_ASSIGN, case.unit_path)
    if case.state not in PRESSABLE:
        raise Refused(Sentence(N_("There is no interim control to be checked any more")))
    if text.strip() == case.interim_control:
        raise Unclear(Sentence(N_("This is the interim control that stands already")), field="text")
    remark = note(work, case, RemarkKind.CONTROL, text, ended=True)
    case.interim_control, case.control_failed_at = remark.text, None
    work.record("control_renewed", case)


def may_stop(actor: Actor, case: Case) -> bool:
    """Say whether the actor may stop work at once (domain 3.2)."""
    verifies = any(
        each.person_id == actor.person_id and each.part is Part.VERIFIER and not each.ended_at
        for each in case.assignments
    )
    return verifies or any(
        actor.may(each, case.unit_path)
        for each in (Permission.CHECKLIST_USE, Permission.CASE_ASSIGN)
    )


def end_all(work: Work, case: Case) -> None:
    """End what is still open beside a case that closes: the hazard is gone."""
    for kind in RemarkKind:
        for remark in find_open(case, kind):
            _end(work, remark)


def find_open(case: Case, kind: RemarkKind) -> list[Remark]:
    """Return what of this kind waits for an answer or stands, oldest first."""
    return [each for each in case.remarks if each.kind is kind and each.ended_at is None]


def answerers(session: Session, case: Case, day: date, asker: int | None) -> list[int]:
    """Return who answers what `asker` handed up: the workshop's heads, else the desk."""
    heads = list_holders(session, [Role.WORKSHOP_HEAD], case.unit_path, day)
    hidden = case.is_hidden_from(Role.WORKSHOP_HEAD)
    others = [each for each in heads if each != asker and not hidden]
    return others or _desk(session, case, day)


def _handed_up(work: Work, case: Case) -> Remark:
    if not any(
        work.actor.may(each, case.unit_path)
        for each in (Permission.CASE_ASSIGN, Permission.PLAN_APPROVE)
    ):
        raise NotAllowed(
            Sentence(N_("You may not do this. %(who)s can"), who=(Role.WORKSHOP_HEAD, Role.HEAD))
        )
    waiting = find_open(case, RemarkKind.HANDED_UP)
    if not waiting:
        raise NotFound
    return waiting[0]


def _answer(work: Work, remark: Remark, answer: str) -> None:
    if not answer.strip():
        raise Unclear(Sentence(N_("Please write a few words")), field="text")
    remark.answer = answer.strip()
    _end(work, remark)


def _end(work: Work, remark: Remark) -> None:
    remark.ended_at, remark.ended_by = work.now, work.actor.person_id


def _desk(session: Session, case: Case, day: date) -> list[int]:
    told = [r for r in (Role.SAFETY_OFFICER, Role.HEAD) if not case.is_hidden_from(r)]
    return list_holders(session, told, case.unit_path, day)


def _concerned(work: Work, case: Case) -> set[int]:
    owner = assigning.holder(case, Part.OWNER)
    return {*_desk(work.session, case, day_of(work.now)), *([owner] if owner else [])}


def _leaders(work: Work, case: Case) -> list[int]:
    told = [role for role in sorted(LEADERS) if not case.is_hidden_from(role)]
    return list_holders(work.session, told, case.unit_path, day_of(work.now))


def _tell(work: Work, case: Case, remark: Remark, whom: Iterable[int]) -> None:
    told = {person for person in whom if person != work.actor.person_id}
    sentence = Sentence(_WORDS[remark.kind])
    tell(work, told, sentence, key=f"remark:{remark.id}", link=f"/cases/{case.number}")
