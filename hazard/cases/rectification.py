"""Rectifying under the five implementations (五落实, D-10): owner, plan, measures, completion."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from hazard.access.duties import Part as Duty
from hazard.audit.work import Work
from hazard.cases import assigning
from hazard.cases.feedback import settle_handling
from hazard.cases.hands import declare, fitting, need_hand, plan_of
from hazard.cases.models import Case, Measure, Plan
from hazard.cases.queries import who_see
from hazard.cases.states import Step
from hazard.cases.terms import CaseState, Part, PlanState
from hazard.cases.transition import need_open, take
from hazard.cases.verification import attach
from hazard.core.calendar import Unit, add_natural, add_working
from hazard.core.clock import day_of
from hazard.core.errors import NotFound, Refused, Unclear
from hazard.core.money import ZERO, Money
from hazard.core.words import N_, Sentence
from hazard.deadlines.clocks import Charge, finish, hand_to, start, start_until
from hazard.deadlines.terms import DeadlineKind
from hazard.notices.outbox import tell
from hazard.places.models import Place
from hazard.policy.queries import get_plant, policy_on
from hazard.policy.terms import Length
from hazard.policy.words import LEVELS
from hazard.reports.models import Photo

MAX_MEASURES = 12


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan as it is filled in; None or empty is what is still missing."""

    owner_id: int | None
    measures: tuple[str, ...]
    funds: Money | None
    due_on: date | None
    contingency: str
    interim_control: str = ""


class PlanIncomplete(Unclear):
    """One of the five implementations is missing."""

    def __init__(self, missing: Sequence[Sentence]) -> None:
        super().__init__(Sentence(N_("Still missing: %(list)s"), list=tuple(missing)))


def missing_from(draft: Draft) -> tuple[Sentence, ...]:
    """Return which of the five implementations are not filled in. Pure."""
    five = (
        (draft.owner_id is not None, Sentence(N_("Person in charge"))),
        (bool(draft.measures), Sentence(N_("Measures"))),
        (draft.funds is not None, Sentence(N_("Funds"))),
        (draft.due_on is not None, Sentence(N_("Deadline"))),
        (bool(draft.contingency.strip()), Sentence(N_("Contingency plan"))),
    )
    return tuple(name for filled, name in five if not filled)


def propose(session: Session, case: Case, today: date) -> Draft:
    """Return the plan that pages prefill (decisions 11)."""
    place = session.get(Place, case.place_id) if case.place_id else None
    owner = assigning.holder(case, Part.OWNER) or (place.owner_id if place else None)
    return Draft(
        owner_id=owner,
        measures=(case.advice,) if case.advice else (),
        funds=ZERO,
        due_on=usual_date(session, case, today),
        contingency=get_plant(session).standard_plan,
        interim_control=case.interim_control,
    )


def usual_date(session: Session, case: Case, today: date) -> date | None:
    """Return the last day the policy gives this level; None at L4 and L5, where the plan says."""
    length = policy_on(session, today).policy.clocks.rectify.get(case.reward_level or 0)
    return _last_day(today, length) if length else None


def set_owner(work: Work, case: Case, person_id: int) -> None:
    """Name who is responsible for rectifying; a plan in force is made anew by the new owner."""
    under_way = case.state is CaseState.RECTIFYING
    take(work, case, Step.SET_OWNER)
    assigning.end(work, case, Part.OWNER)
    for plan in case.plans:
        plan.state = PlanState.RETURNED
    assigning.assign(work, case, person_id, Part.OWNER)
    if under_way:
        finish(work, case, DeadlineKind.RECTIFY, DeadlineKind.EXTENSION)
        _start_plan_clock(work, case, person_id)
    else:
        hand_to(work, case, DeadlineKind.PLAN, person_id)


def draw_up(work: Work, case: Case, draft: Draft) -> Plan:
    """Send the plan in; it is in force at once where the policy asks nobody to approve it.

    Raises `PlanIncomplete` while one of the five is missing, `Unclear` for a date in the past.
    """
    approval = _approval(work, case, draft.funds or ZERO)
    step = Step.SUBMIT_PLAN if approval else Step.PLAN_IN_FORCE
    need_open(work, case, step)
    _need_sound(draft, day_of(work.now))
    _settle_owner(work, case, draft.owner_id or 0)
    plan = _store(work, case, draft)
    need_hand(work, case, Duty.PLAN_MAKER, work.actor.person_id or 0)
    case.interim_control = draft.interim_control.strip()
    take(work, case, step, plan=plan.id)
    finish(work, case, DeadlineKind.PLAN)
    if approval:
        _ask_for_approval(work, case, plan)
    else:
        _put_in_force(work, case, plan)
    return plan


def approve_plan(work: Work, case: Case, *, declared: bool) -> None:
    """Put the plan in force; the policy names whose hand it takes at this level."""
    plan = _waiting_plan(work, case, Step.APPROVE_PLAN)
    declare(work, case, "plan_approval", declared=declared)
    take(work, case, Step.APPROVE_PLAN, plan=plan.id)
    plan.approver_id, plan.decided_at = work.actor.person_id, work.now
    _put_in_force(work, case, plan)


def return_plan(work: Work, case: Case, note: str) -> None:
    """Send the plan back to its owner with words."""
    plan = _waiting_plan(work, case, Step.RETURN_PLAN)
    if not note.strip():
        raise Unclear(Sentence(N_("Please write what has to change")), field="note")
    take(work, case, Step.RETURN_PLAN, plan=plan.id)
    plan.state, plan.decision_note, plan.decided_at = PlanState.RETURNED, note.strip(), work.now
    finish(work, case, DeadlineKind.PLAN_APPROVAL)
    _start_plan_clock(work, case, plan.owner_id)
    tell(
        work, {plan.owner_id, plan.maker_id}, Sentence(N_("A plan came back to you")),
        key=f"plan_returned:{plan.id}", link=f"/cases/{case.number}",
    )  # fmt: skip


def tick(work: Work, case: Case, measure_id: int, photo: Photo | None) -> None:
    """Tick one measure of the plan in force as done, with a photo if there is one."""
    measure = _measure(case, measure_id)
    if measure.done_at is not None:
        raise Refused(Sentence(N_("This measure is already ticked")))
    take(work, case, Step.PROGRESS, measure=measure.id)
    measure.done_at, measure.done_by = work.now, work.actor.person_id
    if photo is not None:
        measure.photo_id = photo.id
        attach(work, case, [photo])


def complete(work: Work, case: Case, cost: Money, photos: Sequence[Photo]) -> None:
    """Say that all is done and ask for the check; after-photos and all ticks are needed."""
    need_open(work, case, Step.COMPLETE)
    open_measures = [m.text for m in _plan_in_force(case).measures if m.done_at is None]
    if open_measures:
        raise Unclear(
            Sentence(N_("Not ticked yet: %(list)s"), list=tuple(open_measures)), field="measure"
        )
    if not photos:
        raise Unclear(Sentence(N_("Please add a photo of how it looks now")), field="after")
    attach(work, case, photos)
    case.actual_cost, case.completed_at = cost, work.now
    take(work, case, Step.COMPLETE, cost_fen=cost.fen)
    finish(work, case, DeadlineKind.RECTIFY, DeadlineKind.EXTENSION)
    versioned = policy_on(work.session, day_of(work.now))
    charge = Charge(versioned, "policy", None, case.unit_id)
    start(work, case, DeadlineKind.CHECK, versioned.policy.clocks.check, charge)


def can_stand_again(session: Session, case: Case, day: date) -> bool:
    """Say whether the plan that was carried out has an owner who may take it up again."""
    plan = plan_of(case)
    return plan is not None and plan.owner_id in fitting(session, case, Duty.OWNER, day)


def stand_again(work: Work, case: Case, due_on: date | None, missing: str) -> None:
    """Put the plan that was carried out in force once more, with a new date.

    What is still missing is its first measure, what was done stays ticked; maker and approver
    stay who they were.
    """
    old = _plan_in_force(case)
    if due_on is None:
        raise Unclear(Sentence(N_("Please set the new date")), field="due_on")
    if due_on < day_of(work.now):
        raise Unclear(
            Sentence(N_("The deadline lies in the past. Choose today or later")), field="due_on"
        )
    plan = Plan(
        case_id=case.id, state=PlanState.IN_FORCE, owner_id=old.owner_id, maker_id=old.maker_id,
        approver_id=old.approver_id, funds=old.funds, due_on=due_on, contingency=old.contingency,
        made_at=work.now, decided_at=work.now,
        measures=[
            Measure(seq=1, text=missing),
            *(
                Measure(
                    seq=done.seq + 1, text=done.text, done_at=done.done_at, done_by=done.done_by,
                    photo_id=done.photo_id,
                )
                for done in old.measures
            ),
        ],
    )  # fmt: skip
    old.state = PlanState.RETURNED
    work.session.add(plan)
    work.session.flush()
    work.session.expire(case, ["plans"])
    assigning.assign(work, case, plan.owner_id, Part.OWNER)
    _put_in_force(work, case, plan)


def plan_anew(work: Work, case: Case) -> None:
    """Ask for another plan: nobody is in charge of the one there was, or there was none."""
    for plan in case.plans:
        plan.state = PlanState.RETURNED
    case.due_on = None
    versioned = policy_on(work.session, day_of(work.now))
    charge = Charge(versioned, "policy", None, case.unit_id)
    start(work, case, DeadlineKind.PLAN, versioned.policy.clocks.plan, charge)


def _approval(work: Work, case: Case, funds: Money) -> bool:
    hands = policy_on(work.session, day_of(work.now)).policy.hands
    return bool(hands.plan_duty(case.reward_level or max(LEVELS), funds).first)


def _need_sound(draft: Draft, today: date) -> None:
    if missing := missing_from(draft):
        raise PlanIncomplete(missing)
    if draft.due_on and draft.due_on < today:
        raise Unclear(
            Sentence(N_("The deadline lies in the past. Choose today or later")), field="due_on"
        )
    if len(draft.measures) > MAX_MEASURES:
        raise Unclear(
            Sentence(N_("At most %(n)s measures, please"), n=MAX_MEASURES), field="measures"
        )


def _settle_owner(work: Work, case: Case, owner_id: int) -> None:
    if assigning.holder(case, Part.OWNER) != owner_id:
        assigning.end(work, case, Part.OWNER)
        assigning.assign(work, case, owner_id, Part.OWNER)


def _store(work: Work, case: Case, draft: Draft) -> Plan:
    plan = Plan(
        case_id=case.id, state=PlanState.SUBMITTED, owner_id=draft.owner_id or 0,
        maker_id=work.actor.person_id or 0, funds=draft.funds or ZERO,
        due_on=draft.due_on or day_of(work.now), contingency=draft.contingency.strip(),
        made_at=work.now,
        measures=[Measure(seq=n, text=text) for n, text in enumerate(draft.measures, start=1)],
    )  # fmt: skip
    work.session.add(plan)
    work.session.flush()
    work.session.expire(case, ["plans"])
    return plan


def _start_plan_clock(work: Work, case: Case, owner_id: int) -> None:
    versioned = policy_on(work.session, day_of(work.now))
    charge = Charge(versioned, "policy", owner_id, case.unit_id)
    start(work, case, DeadlineKind.PLAN, versioned.policy.clocks.plan, charge)


def _ask_for_approval(work: Work, case: Case, plan: Plan) -> None:
    versioned = policy_on(work.session, day_of(work.now))
    charge = Charge(versioned, "policy", None, case.unit_id)
    start(work, case, DeadlineKind.PLAN_APPROVAL, Length(2, Unit.WORKING), charge)
    day = day_of(work.now)
    approvers = fitting(work.session, case, Duty.PLAN_APPROVER, day)
    others = [person for person in approvers if person != work.actor.person_id]
    tell(
        work, who_see(work.session, case, others, day),
        Sentence(N_("A plan waits for your decision")),
        key=f"plan:{plan.id}", link=f"/cases/{case.number}",
    )  # fmt: skip


def _put_in_force(work: Work, case: Case, plan: Plan) -> None:
    plan.state, case.due_on = PlanState.IN_FORCE, plan.due_on
    finish(work, case, DeadlineKind.PLAN_APPROVAL)
    versioned = policy_on(work.session, day_of(work.now))
    charge = Charge(versioned, "plan", plan.owner_id, case.unit_id)
    start_until(work, case, DeadlineKind.RECTIFY, plan.due_on, charge)
    settle_handling(work, case)


def _waiting_plan(work: Work, case: Case, step: Step) -> Plan:
    need_open(work, case, step)
    need_hand(work, case, Duty.PLAN_APPROVER, work.actor.person_id or 0)
    plan = plan_of(case)
    if plan is None:
        raise NotFound
    return plan


def _plan_in_force(case: Case) -> Plan:
    plan = plan_of(case)
    if plan is None or plan.state is not PlanState.IN_FORCE:
        raise NotFound
    return plan


def _measure(case: Case, measure_id: int) -> Measure:
    if case.state is not CaseState.RECTIFYING:
        raise Refused(Sentence(N_("Measures are ticked while it is being rectified")))
    for measure in _plan_in_force(case).measures:
        if measure.id == measure_id:
            return measure
    raise NotFound


def _last_day(today: date, length: Length) -> date:
    add = add_working if length.unit is Unit.WORKING else add_natural
    return add(today, length.days)
