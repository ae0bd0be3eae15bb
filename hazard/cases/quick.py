"""The quick lane 现场快办 for slight hazards: two hands, few touches (decisions 10)."""

from collections.abc import Sequence
from dataclasses import dataclass

from hazard.access.duties import Part as Duty
from hazard.audit.work import Work
from hazard.cases import assigning
from hazard.cases.closing import from_now_closed
from hazard.cases.grading import Grade, put_grade, start_next
from hazard.cases.hands import declare, need_hand
from hazard.cases.models import Case, CheckRecord
from hazard.cases.opening import Opening, open_case
from hazard.cases.states import Step
from hazard.cases.terms import Part, Verdict
from hazard.cases.transition import need_open, take
from hazard.cases.verification import (
    Found,
    assign_verifiers,
    end_investigation,
    fix_on_spot,
    put_down,
    release_photo,
    start_over,
)
from hazard.core.clock import day_of
from hazard.core.errors import Refused, Unclear
from hazard.core.words import N_, Sentence
from hazard.deadlines.clocks import Charge, finish, hand_to, start
from hazard.deadlines.terms import DeadlineKind
from hazard.policy.queries import policy_on
from hazard.reports.models import Photo, Report
from hazard.reports.queries import list_photos


@dataclass(frozen=True, slots=True)
class FirstHand:
    """All the first hand puts down on one screen."""

    opening: Opening
    grade: Grade
    second_id: int
    """Who confirms."""
    fixer_id: int | None
    photos: tuple[Photo, ...]
    declared: bool
    shown: tuple[str, ...] = ()
    """Public ids of the reporter's photos that stand as "before" for those who fix it."""


class TooGraveForQuick(Refused):
    """The quick lane is for slight hazards."""


def handle(work: Work, report: Report, first: FirstHand) -> Case:
    """Accept, find true and grade in one deed; the case stands verifying until confirmed."""
    case = open_case(work, report, first.opening)
    need_open(work, case, Step.QUICK)
    declare(work, case, "quick", declared=first.declared)
    put_grade(work, case, first.grade)
    allowed = policy_on(work.session, day_of(work.now)).policy.hands.quick_levels
    if case.reward_level not in allowed:
        raise TooGraveForQuick(
            Sentence(
                N_("Level %(n)s goes the long way: accept it and ask two people to verify"),
                n=case.reward_level,
            )
        )
    need_hand(work, case, Duty.VERIFIER, work.actor.person_id or 0)
    if first.fixer_id is not None:
        fix_on_spot(work, case, first.fixer_id, first.photos)
    put_down(work, case, Found(Verdict.TRUE, "", on_site=True, declared=True))
    case.quick = True
    take(work, case, Step.QUICK, level=case.reward_level, fixed=case.fixed_on_spot)
    for photo in list_photos(work.session, [report.id]):
        if photo.public_id in first.shown:
            release_photo(work, case, photo, shown=True)
    need_hand(work, case, Duty.CONFIRMER, first.second_id)
    assigning.assign(work, case, first.second_id, Part.VERIFIER)
    finish(work, case, DeadlineKind.VERIFY)
    _start_confirmation(work, case, first.second_id)
    return case


def ask_others(work: Work, case: Case, person_ids: Sequence[int]) -> None:
    """Ask two people to verify, or one to confirm what was handled in the quick lane."""
    if not case.quick:
        assign_verifiers(work, case, person_ids)
    elif len(person_ids) != 1:
        raise Unclear(Sentence(N_("Please choose one of these")), field="verifier")
    else:
        ask_another(work, case, person_ids[0])


def ask_another(work: Work, case: Case, second_id: int) -> None:
    """Ask somebody else to confirm, where the second hand is away."""
    take(work, case, Step.ASSIGN_VERIFIERS)
    assigning.end(work, case, Part.VERIFIER)
    work.session.flush()
    need_hand(work, case, Duty.CONFIRMER, second_id)
    assigning.assign(work, case, second_id, Part.VERIFIER)
    hand_to(work, case, DeadlineKind.CONFIRM, second_id)


def confirm(work: Work, case: Case, *, yes: bool, reason: str, declared: bool) -> None:
    """Say yes or no as the second hand: verification and, if fixed, check in one (decisions 10)."""
    fixed = case.fixed_on_spot
    need_open(work, case, Step.CONFIRM_FIXED if fixed else Step.CONFIRM_PLAN)
    if not case.quick:
        raise Refused(Sentence(N_("This hazard goes the long way; give your own finding")))
    declare(work, case, "confirmation", declared=declared)
    finish(work, case, DeadlineKind.CONFIRM)
    if not yes:
        _refuse(work, case, reason)
        return
    put_down(work, case, Found(Verdict.TRUE, "", on_site=False, declared=True))
    end_investigation(work, case)
    if fixed:
        _close(work, case)
    else:
        take(work, case, Step.CONFIRM_PLAN)
        start_next(work, case)
    assigning.end(work, case, Part.VERIFIER)


def _refuse(work: Work, case: Case, reason: str) -> None:
    if not reason.strip():
        raise Unclear(Sentence(N_("Please write why not")), field="reason")
    case.quick = False
    take(work, case, Step.DISAGREE, reason_given=True)
    put_down(work, case, Found(Verdict.NOT_FOUND, reason, on_site=False, declared=True))
    start_over(work, case)
    versioned = policy_on(work.session, day_of(work.now))
    charge = Charge(versioned, "policy", None, case.unit_id)
    start(work, case, DeadlineKind.VERIFY, versioned.policy.clocks.verify, charge)


def _close(work: Work, case: Case) -> None:
    work.session.add(
        CheckRecord(
            case_id=case.id, checker_id=work.actor.person_id or 0, passed=True,
            reopened=case.reopened, note="", at=work.now,
        )
    )  # fmt: skip
    take(work, case, Step.CONFIRM_FIXED)
    from_now_closed(work, case)


def _start_confirmation(work: Work, case: Case, second_id: int) -> None:
    versioned = policy_on(work.session, day_of(work.now))
    charge = Charge(versioned, "policy", second_id, case.unit_id)
    start(work, case, DeadlineKind.CONFIRM, versioned.policy.clocks.verify, charge)
