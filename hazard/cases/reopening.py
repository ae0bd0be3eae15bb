"""A hazard that is still there after it was closed: looked at again, and opened again if so.

The reporter says so on the page that follows the report, or the desk sees it on a look back
(domain T20, T21). Reopened is a mark with a count; the state is `rectifying` under the plan that
stood, with a new date. What was fixed on the spot had no plan, and a plan whose owner is no
longer free needs another: they go to `planning`. The reward stays as it was.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from hazard.audit.work import Work
from hazard.cases.beside import note
from hazard.cases.checking import passed_check
from hazard.cases.hands import declare
from hazard.cases.models import Case
from hazard.cases.queries import cases_of_report
from hazard.cases.rectification import can_stand_again, plan_anew, stand_again
from hazard.cases.states import Step
from hazard.cases.terms import CaseState, RemarkKind
from hazard.cases.transition import need_open, take
from hazard.core.clock import day_of
from hazard.core.errors import NotAllowed, Refused
from hazard.core.words import N_, Sentence, say
from hazard.deadlines.clocks import Charge, finish, start
from hazard.deadlines.terms import DeadlineKind
from hazard.people.queries import names_of
from hazard.policy.queries import policy_on
from hazard.reports import handling
from hazard.reports.models import Report
from hazard.reports.terms import ReportState

OVER = frozenset({CaseState.CLOSED, CaseState.ARCHIVED})


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody of the desk found on looking again."""

    words: str
    """What is still there; or, if it is fixed, what the reporters who said otherwise read."""
    due_on: date | None
    """By when it is put right, where the old plan stands again."""
    declared: bool


def say_if_fixed(work: Work, report: Report, *, fixed: bool) -> None:
    """Let the reporter answer "Is it really fixed?", once after each closing.

    A "no" goes to the desk with a clock that climbs the ladder: somebody has to look again.
    """
    cases = [case for case in cases_of_report(work.session, report.id) if is_fixed(case)]
    if not cases:
        raise Refused(Sentence(N_("The plant has not finished yet; look again later")))
    handling.confirm_fixed(work, report, fixed=fixed, closing=_closing(cases))
    if not fixed:
        for case in cases:
            _ask_to_look(work, case)


def may_say(session: Session, report: Report) -> bool:
    """Say whether the reporter is asked now if it is really fixed."""
    cases = [case for case in cases_of_report(session, report.id) if is_fixed(case)]
    return bool(cases) and not handling.has_answered(session, report, _closing(cases))


def is_fixed(case: Case) -> bool:
    """Say whether the plant holds the hazard for fixed."""
    return case.state in OVER and case.closed_at is not None


def reopen(work: Work, case: Case, look: Look) -> None:
    """Open a closed or archived hazard again, since it is still there (T21).

    Reporters are told; who checked it does not check it again, as long as anybody else can.
    """
    _need_closed(case)
    need_open(work, case, Step.REOPEN)
    declare(work, case, "look_again", declared=look.declared)
    note(work, case, RemarkKind.REOPENED, look.words, ended=True)
    case.reopened += 1
    again = can_stand_again(work.session, case, day_of(work.now))
    take(work, case, Step.REOPEN if again else Step.REOPEN_PLAN, times=case.reopened)
    case.closed_at, case.completed_at, case.quick = None, None, False
    case.fixed_on_spot, case.fixer_id = False, None
    finish(
        work, case, DeadlineKind.LOOK_AGAIN, DeadlineKind.ARCHIVE, DeadlineKind.FEEDBACK,
        DeadlineKind.HANDLE,
    )  # fmt: skip
    if again:
        stand_again(work, case, look.due_on, look.words.strip())
    else:
        plan_anew(work, case)
    _tell_reporters(work, case)


def uphold(work: Work, case: Case, look: Look) -> None:
    """Put down that it is fixed after all; reporters who said otherwise read the words.

    Not by whoever checked it: theirs is the work that is doubted.
    """
    _need_closed(case)
    need_open(work, case, Step.REOPEN)
    check = passed_check(work.session, case)
    if check is not None and check.checker_id == work.actor.person_id:
        name = names_of(work.session, [check.checker_id]).get(check.checker_id, "")
        raise NotAllowed(
            Sentence(N_("%(name)s checked it; somebody else says whether it is fixed"), name=name)
        )
    declare(work, case, "look_again", declared=look.declared)
    note(work, case, RemarkKind.LOOKED_AGAIN, look.words, ended=True)
    work.record("looked_again", case)
    finish(work, case, DeadlineKind.LOOK_AGAIN)
    for report in doubters(work.session, case):
        handling.write_to_reporter(work, report, look.words)


def doubters(session: Session, case: Case) -> list[Report]:
    """Return the reports whose reporters said after this closing that it is still there."""
    return [
        link.report for link in case.reports
        if handling.says_still_there(session, link.report, _closing([case]))
    ]  # fmt: skip


def _closing(cases: list[Case]) -> int:
    """Return which closing is talked of: after how many reopenings."""
    return max(case.reopened for case in cases)


def _need_closed(case: Case) -> None:
    if not is_fixed(case) or case.merged_into_id is not None:
        raise Refused(Sentence(N_("Only a hazard that was closed as fixed is looked at again")))


def _ask_to_look(work: Work, case: Case) -> None:
    finish(work, case, DeadlineKind.LOOK_AGAIN)
    versioned = policy_on(work.session, day_of(work.now))
    charge = Charge(versioned, "T20", None, case.unit_id)
    start(work, case, DeadlineKind.LOOK_AGAIN, versioned.policy.clocks.verify, charge)


def _tell_reporters(work: Work, case: Case) -> None:
    if case.due_on:
        words = Sentence(
            N_("It was not really fixed. It is being put right again, by %(d)s"), d=case.due_on
        )
    else:
        words = Sentence(N_("It was not really fixed. It is being put right again"))
    for link in case.reports:
        if link.report.state is not ReportState.WITHDRAWN:
            handling.write_to_reporter(work, link.report, say(words))
