"""The road of one case as its page draws it: the steps, when each was done and by whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from hazard.audit.queries import Happening, list_happenings
from hazard.cases.hands import plan_of
from hazard.cases.models import Case
from hazard.cases.queries import list_checks, list_findings
from hazard.cases.states import Step
from hazard.cases.terms import CaseState
from hazard.cases.waiting import Next
from hazard.core.clock import day_of
from hazard.core.words import N_, Sentence, Term
from hazard.deadlines.terms import DeadlineKind
from hazard.people.queries import names_of


class Milestone(Term):
    """A step of the road, in the words of the office."""

    ACCEPTED = "accepted", N_("Acceptance")
    VERIFIED = "verified", N_("Verification")
    GRADED = "graded", N_("Grading")
    PLANNED = "planned", N_("Planning")
    RECTIFIED = "rectified", N_("Rectification")
    CHECKED = "checked", N_("Check and closing")
    ARCHIVED = "archived", N_("Archiving")


@dataclass(frozen=True, slots=True)
class RoadStep:
    """One step as it is drawn."""

    what: Milestone
    mark: str
    """`done`, `now`, `late`, or empty for what is still to come."""
    when: date | None
    who: tuple[str, ...]
    note: Sentence | None
    """What the step waits for, or how it ended."""


_M = Milestone
WHOLE = tuple(Milestone)
FIXED = tuple(each for each in Milestone if each not in {_M.PLANNED, _M.RECTIFIED})
"""Fixed on the spot: without plan and rectification."""
NOT_FOUND = (_M.ACCEPTED, _M.VERIFIED, _M.ARCHIVED)
STANDS_AT: Mapping[CaseState, Milestone | None] = {
    CaseState.ACCEPTED: _M.VERIFIED,
    CaseState.VERIFYING: _M.VERIFIED,
    CaseState.VERIFIED: _M.GRADED,
    CaseState.UNCONFIRMED: _M.ARCHIVED,
    CaseState.PLANNING: _M.PLANNED,
    CaseState.PLAN_SUBMITTED: _M.PLANNED,
    CaseState.RECTIFYING: _M.RECTIFIED,
    CaseState.SUBMITTED_FOR_CHECK: _M.CHECKED,
    CaseState.CLOSED: _M.ARCHIVED,
    CaseState.ARCHIVED: None,
}
"""Which step is under way; None: all are done."""
_DONE_BY: Mapping[str, Milestone] = {
    "opened": _M.ACCEPTED,
    Step.CONFIRM: _M.VERIFIED,
    Step.NOT_CONFIRM: _M.VERIFIED,
    Step.CONFIRM_PLAN: _M.VERIFIED,
    Step.CONFIRM_FIXED: _M.VERIFIED,
    Step.SIGN_PLAN: _M.VERIFIED,
    Step.SIGN_FIXED: _M.VERIFIED,
    Step.GRADE: _M.GRADED,
    Step.GRADE_FIXED: _M.GRADED,
    Step.QUICK: _M.GRADED,
    Step.PLAN_IN_FORCE: _M.PLANNED,
    Step.APPROVE_PLAN: _M.PLANNED,
    Step.COMPLETE: _M.RECTIFIED,
    Step.CLOSE: _M.CHECKED,
    Step.ARCHIVE: _M.ARCHIVED,
}


def road_of(
    session: Session, case: Case, names: Mapping[int, str], following: Next | None
) -> list[RoadStep]:
    """Return the steps in order; what is done with day and names, what is now with its date."""
    done = _last(list_happenings(session, [(case.kind, case.id)]))
    names = {**names, **names_of(session, {each.actor_id for each in done.values()})}
    if {Step.CONFIRM_FIXED, Step.SIGN_FIXED} & {_action(each) for each in done.values()}:  # both
        done.setdefault(_M.CHECKED, done[_M.VERIFIED])
    way, at = _way(case), STANDS_AT[case.state]
    reached = way.index(at) if at else len(way)
    hands = _hands(session, case, names)
    steps = []
    for place, what in enumerate(way):
        if place == reached and following is not None:
            steps.append(_now(what, following))
        elif place < reached or (case.quick and what in done and place > reached):
            happened = done.get(what)
            when = day_of(happened.at) if happened else None
            who = hands.get(what) or _actor(happened, names)
            steps.append(RoadStep(what, "done", when, who, _outcome(case, what)))
        else:
            steps.append(RoadStep(what, "", None, (), None))
    return steps


def _way(case: Case) -> Sequence[Milestone]:
    archived = case.state is CaseState.ARCHIVED
    if case.state is CaseState.UNCONFIRMED or (archived and case.closed_at is None):
        return NOT_FOUND
    return FIXED if case.fixed_on_spot else WHOLE


def _now(what: Milestone, following: Next) -> RoadStep:
    due = following.due
    if due is not None and due.kind is DeadlineKind.LOOK_AGAIN:  # no step of its own
        return RoadStep(what, "now", None, (), None)
    if due is None:
        return RoadStep(what, "now", None, following.who, None)
    if due.overdue:
        late = Sentence(N_("Overdue %(n)s days"), n=due.overdue)
        return RoadStep(what, "late", None, following.who, late)
    by = Sentence(N_("by %(d)s"), d=due.last_day)
    return RoadStep(what, "now", None, following.who, by)


def _outcome(case: Case, what: Milestone) -> Sentence | None:
    if what is _M.GRADED and case.reward_level:
        return Sentence(N_("Level %(n)s"), n=case.reward_level)
    if what is _M.VERIFIED and case.state is CaseState.UNCONFIRMED:
        return Sentence(N_("Not confirmed"))
    if what is _M.PLANNED and case.due_on:
        return Sentence(N_("by %(d)s"), d=case.due_on)
    return None


def _hands(
    session: Session, case: Case, names: Mapping[int, str]
) -> dict[Milestone, tuple[str, ...]]:
    """Return who did what took several hands, or other ones than the event's."""
    plan, checks = plan_of(case), list_checks(session, case)
    found = [each.person_id for each in list_findings(session, case) if each.round == case.round]
    hands = {_M.VERIFIED: found}
    if plan:
        hands[_M.PLANNED], hands[_M.RECTIFIED] = [plan.maker_id], [plan.owner_id]
    if checks:
        hands[_M.CHECKED] = [checks[-1].checker_id, *filter(None, [checks[-1].cosigned_by])]
    return {
        what: tuple(names[each] for each in people if each in names)
        for what, people in hands.items()
    }


def _last(happenings: Sequence[Happening]) -> dict[Milestone, Happening]:
    """Return the last event of each step: what was done anew counts, what was undone does not."""
    steps: dict[Milestone, Happening] = {}
    for each in happenings:
        if _action(each) in {Step.REOPEN, Step.REOPEN_PLAN, Step.VERIFY_AGAIN}:
            for undone in (_M.RECTIFIED, _M.CHECKED, _M.ARCHIVED):
                steps.pop(undone, None)
        elif (what := _DONE_BY.get(_action(each))) is not None:
            steps[what] = each
    return steps


def _action(happening: Happening) -> str:
    return happening.action.split(".", 1)[1]


def _actor(happening: Happening | None, names: Mapping[int, str]) -> tuple[str, ...]:
    name = names.get(happening.actor_id or 0) if happening else None
    return (name,) if name else ()
