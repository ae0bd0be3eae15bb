"""What closing a case sets going, whichever way it was closed."""

from hazard.audit.work import Work
from hazard.cases.beside import end_all
from hazard.cases.models import Case
from hazard.core.clock import day_of
from hazard.deadlines.clocks import Charge, finish, start
from hazard.deadlines.terms import DeadlineKind
from hazard.policy.queries import policy_on


def from_now_closed(work: Work, case: Case) -> None:
    """Set the moment of closing and start the clock of the archive (S1-17)."""
    case.closed_at = work.now
    end_all(work, case)
    finish(work, case, DeadlineKind.HANDLE, DeadlineKind.CHECK, DeadlineKind.RECTIFY)
    start_archive_clock(work, case)


def start_archive_clock(work: Work, case: Case) -> None:
    """Start the clock of the archive; a hazard that was not confirmed is archived too."""
    versioned = policy_on(work.session, day_of(work.now))
    charge = Charge(versioned, "S1-17", None, case.unit_id)
    start(work, case, DeadlineKind.ARCHIVE, versioned.policy.clocks.archive, charge)
