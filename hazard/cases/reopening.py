"""A hazard that is still there after its end: looked at again, and opened again if so.

The reporter says so on the page that follows the report, or the desk sees it on a look back
(domain T20, T21). Reopened is a mark with a count; the state is `rectifying` under the plan that
stood, with a new date. What was fixed on the spot had no plan, and a plan whose owner is no
longer free needs another: they go to `planning`. What was not found is verified anew (domain
2.2). The reward stays as it was.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from hazard.access.permissions import ROLE_PERMISSIONS, Permission
from hazard.audit.work import Work
from hazard.cases import assigning
from hazard.cases.beside import note
from hazard.cases.checking import passed_check
from hazard.cases.feedback import ENDED
from hazard.cases.hands import declare, hands_of
from hazard.cases.models import Case
from hazard.cases.opening import start_clocks
from hazard.cases.queries import cases_of_report
from hazard.cases.rectification import can_stand_again, plan_anew, stand_again
from hazard.cases.states import Step
from hazard.cases.terms import CaseState, Part, RemarkKind
from hazard.cases.transition import need_open, take
from hazard.core.clock import day_of
from hazard.core.errors import NotAllowed, Refused
from hazard.core.words import N_, Sentence, say
from hazard.deadlines.clocks import Charge, finish, start
from hazard.deadlines.terms import DeadlineKind
from hazard.people.queries import list_holders, names_of
from hazard.policy.queries import policy_on
from hazard.reports import handling
from hazard.reports.models import Report
from hazard.reports.terms import ReportState


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody of the desk found on looking again."""

    words: str
    """What is still there; or, if nothing is, what the reporters who said so read."""
    due_on: date | None
    """By when it is put right, where the old plan stands again."""
    declared: bool


def say_if_fixed(work: Work, report: Report, *, fixed: bool) -> None:
    """Let the reporter answer "Is it really fixed?", once after each end of the case.

    A "no" goes to the desk with a clock that climbs the ladder: somebody has to look again. What
    was not found can only be said to be still there.
    """
    cases = _over(work.session, report)
    if not cases or (fixed and not any(map(is_fixed, cases))):
        raise Refused(Sentence(N_("The plant has not finished yet; look again later")))
    handling.confirm_fixed(work, report, fixed=fixed, ends=[_end(case) for case in cases])
    if not fixed:
        for case in cases:
            _ask_to_look(work, case)


def may_say(session: Session, report: Report) -> bool:
    """Say whether the reporter is asked now if it is really fixed, or gone."""
    cases = _over(session, report)
    ends = [_end(case) for case in cases]
    return bool(cases) and not handling.has_answered(session, report, ends)


def is_over(case: Case) -> bool:
    """Say whether the plant is done with the hazard, fixed or not found."""
    return case.state in ENDED and case.merged_into_id is None


def is_fixed(case: Case) -> bool:
    """Say whether the plant holds the hazard for fixed."""
    return is_over(case) and case.closed_at is not None


def reopen(work: Work, case: Case, look: Look) -> None:
    """Open a hazard again that is still there (T21); what was not found is verified anew.

    Reporters are told; who checked it does not check it again, as long as anybody else can.
    """
    _need_over(case)
    fixed = is_fixed(case)
    need_open(work, case, Step.REOPEN if fixed else Step.VERIFY_AGAIN)
    declare(work, case, "look_again", declared=look.declared)
    note(work, case, RemarkKind.REOPENED, look.words, ended=True)
    case.reopened += 1
    finish(
        work, case, DeadlineKind.LOOK_AGAIN, DeadlineKind.ARCHIVE, DeadlineKind.FEEDBACK,
        DeadlineKind.HANDLE,
    )  # fmt: skip
    if fixed:
        _put_right_again(work, case, look)
    else:
        _verify_again(work, case)
    _tell_reporters(work, case)


def uphold(work: Work, case: Case, look: Look) -> None:
    """Put down that nothing is there; reporters who said otherwise read the words.

    Not by whoever checked or verified it, if anybody else can: theirs is what is doubted.
    """
    _need_over(case)
    need_open(work, case, Step.REOPEN if is_fixed(case) else Step.VERIFY_AGAIN)
    _need_other_eyes(work, case)
    declare(work, case, "look_again", declared=look.declared)
    note(work, case, RemarkKind.LOOKED_AGAIN, look.words, ended=True)
    work.record("looked_again", case)
    finish(work, case, DeadlineKind.LOOK_AGAIN)
    for report in doubters(work.session, case):
        handling.write_to_reporter(work, report, look.words)


def doubters(session: Session, case: Case) -> list[Report]:
    """Return the reports whose reporters said after this end that it is still there."""
    return [
        link.report for link in case.reports
        if handling.says_still_there(session, link.report, _end(case))
    ]  # fmt: skip


def _over(session: Session, report: Report) -> list[Case]:
    return [case for case in cases_of_report(session, report.id) if is_over(case)]


def _end(case: Case) -> str:
    """Return the name of this end of the case: after each reopening it is another."""
    return f"{case.id}:{case.reopened}"


def _need_over(case: Case) -> None:
    if not is_over(case):
        raise Refused(Sentence(N_("Only a hazard that is over is looked at again")))


def _need_other_eyes(work: Work, case: Case) -> None:
    day, me = day_of(work.now), work.actor.person_id
    check = passed_check(work.session, case)
    judged = {check.checker_id} if check else set(hands_of(work.session, case).verifiers)
    deciding = [
        role for role, held in ROLE_PERMISSIONS.items()
        if Permission.CASE_ASSIGN in held and not case.is_hidden_from(role)
    ]  # fmt: skip
    others = set(list_holders(work.session, deciding, case.unit_path, day)) - judged
    if me in judged and others:
        names = names_of(work.session, sorted(others))
        raise NotAllowed(
            Sentence(
                N_("You judged it before; somebody else says whether it stays closed: %(names)s"),
                names=tuple(names.values()),
            )
        )


def _put_right_again(work: Work, case: Case, look: Look) -> None:
    again = can_stand_again(work.session, case, day_of(work.now))
    take(work, case, Step.REOPEN if again else Step.REOPEN_PLAN, times=case.reopened)
    case.closed_at, case.completed_at, case.quick = None, None, False
    case.fixed_on_spot, case.fixer_id = False, None
    if again:
        stand_again(work, case, look.due_on, look.words.strip())
    else:
        plan_anew(work, case)


def _verify_again(work: Work, case: Case) -> None:
    take(work, case, Step.VERIFY_AGAIN, times=case.reopened)
    case.round, case.quick, case.verified_at = case.round + 1, False, None
    assigning.end(work, case, Part.VERIFIER)
    start_clocks(work, case)


def _ask_to_look(work: Work, case: Case) -> None:
    finish(work, case, DeadlineKind.LOOK_AGAIN)
    versioned = policy_on(work.session, day_of(work.now))
    charge = Charge(versioned, "T20", None, case.unit_id)
    start(work, case, DeadlineKind.LOOK_AGAIN, versioned.policy.clocks.verify, charge)


def _tell_reporters(work: Work, case: Case) -> None:
    if case.state is CaseState.VERIFYING:
        words = Sentence(N_("You say it is still there. Two people look again"))
    elif case.due_on:
        words = Sentence(
            N_("It was not really fixed. It is being put right again, by %(d)s"), d=case.due_on
        )
    else:
        words = Sentence(N_("It was not really fixed. It is being put right again"))
    for link in case.reports:
        if link.report.state is not ReportState.WITHDRAWN:
            handling.write_to_reporter(work, link.report, say(words))
