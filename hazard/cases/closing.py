"""What closing a case sets going, whichever way it was closed."""

from hazard.audit.work import Work
from hazard.cases.beside import end_all
from hazard.cases.feedback import settle_handling
from hazard.cases.models import Case
from hazard.core.clock import day_of
from hazard.deadlines.clocks import Charge, finish, start
from hazard.deadlines.terms import DeadlineKind
from hazard.policy.queries import policy_on
from hazard.reports import handling


def from_now_closed(work: Work, case: Case) -> None:
    """Set the moment of closing, start the clock of the archive (S1-17) and let reporters know.

    A case that was reopened is told anew (S1-13), so that clock starts again as well.
    """
    case.closed_at = work.now
    end_all(work, case)
    finish(work, case, DeadlineKind.CHECK, DeadlineKind.RECTIFY)
    start_archive_clock(work, case)
    if case.reopened:
        start_feedback_clock(work, case)
    settle_handling(work, case)
    for link in case.reports:
        handling.tell_reporter(work, link.report, f"closed:{case.id}:{case.reopened}")


def start_archive_clock(work: Work, case: Case) -> None:
    """Start the clock of the archive; a hazard that was not confirmed is archived too."""
    versioned = policy_on(work.session, day_of(work.now))
    charge = Charge(versioned, "S1-17", None, case.unit_id)
    start(work, case, DeadlineKind.ARCHIVE, versioned.policy.clocks.archive, charge)


def start_feedback_clock(work: Work, case: Case) -> None:
    """Start the clock of telling the reporters what came of it (S1-13)."""
    versioned = policy_on(work.session, day_of(work.now))
    charge = Charge(versioned, "S1-13", None, case.unit_id)
    start(work, case, DeadlineKind.FEEDBACK, versioned.policy.clocks.feedback, charge)
