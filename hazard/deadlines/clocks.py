"""Starting, moving and finishing what is due; the only writer of deadlines (decisions 6)."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from hazard.audit.work import Subject, Work
from hazard.core.calendar import Unit, due, end_of
from hazard.core.clock import day_of
from hazard.deadlines.models import Deadline
from hazard.deadlines.terms import DeadlineKind
from hazard.policy.queries import Versioned
from hazard.policy.terms import Length


@dataclass(frozen=True, slots=True)
class Charge:
    """Under which policy a clock runs, where its figure comes from, and whom it falls to."""

    versioned: Versioned
    source: str
    """Such as "S1-9", "policy" or "plan"."""
    holder_id: int | None = None
    """None: whoever of the desk takes it."""
    unit_id: int | None = None


def start(
    work: Work, subject: Subject, kind: DeadlineKind, length: Length, charge: Charge,
    begins: datetime | None = None,
) -> Deadline:  # fmt: skip
    """Start a clock of `length` from `begins` (default: the moment of the work's events)."""
    begins = begins or work.stamped_at
    due_at = due(begins, length.days, length.unit)
    return _add(work, subject, kind, (day_of(begins), due_at, length), charge)


def start_until(
    work: Work, subject: Subject, kind: DeadlineKind, last_day: date, charge: Charge
) -> Deadline:
    """Start a clock that ends at 24:00 of a day somebody set, such as a plan's date."""
    begins = day_of(work.stamped_at)
    length = Length((last_day - begins).days, Unit.NATURAL)
    return _add(work, subject, kind, (begins, end_of(last_day), length), charge)


def pause(work: Work, subject: Subject, kind: DeadlineKind) -> None:
    """Stop the clock while others have to act; `resume` gives the time back."""
    for deadline in _running(work, subject, kind):
        deadline.paused_since = deadline.paused_since or work.stamped_at


def resume(work: Work, subject: Subject, kind: DeadlineKind) -> None:
    """Let a paused clock run on, its due moment moved by the whole days it stood."""
    for deadline in _running(work, subject, kind):
        if deadline.paused_since is not None:
            deadline.due_at += day_of(work.stamped_at) - day_of(deadline.paused_since)
            deadline.paused_since = None


def extend(work: Work, subject: Subject, kind: DeadlineKind, last_day: date) -> None:
    """Move a running clock to end with `last_day`; the ladder begins anew for the new date.

    The clock never stood still: what was told while it was undecided stays told (edge 22).
    """
    for deadline in _running(work, subject, kind):
        deadline.length += (end_of(last_day) - deadline.due_at).days
        deadline.due_at = end_of(last_day)
        deadline.extended, deadline.level = deadline.extended + 1, 0


def finish(work: Work, subject: Subject, *kinds: DeadlineKind) -> None:
    """Mark these clocks of the subject as done; without kinds, all of them."""
    for kind in kinds or tuple(DeadlineKind):
        for deadline in _running(work, subject, kind):
            deadline.done_at = work.stamped_at


def hand_to(work: Work, subject: Subject, kind: DeadlineKind, holder_id: int) -> None:
    """Let somebody else hold a running clock."""
    for deadline in _running(work, subject, kind):
        deadline.holder_id = holder_id


def _running(work: Work, subject: Subject, kind: DeadlineKind) -> list[Deadline]:
    running = select(Deadline).where(
        Deadline.subject_kind == subject.kind,
        Deadline.subject_id == subject.id,
        Deadline.kind == kind,
        Deadline.done_at.is_(None),
    )
    return list(work.session.scalars(running.with_for_update()))


def _add(
    work: Work, subject: Subject, kind: DeadlineKind, span: tuple[date, datetime, Length],
    charge: Charge,
) -> Deadline:  # fmt: skip
    work.session.flush()
    starts_on, due_at, length = span
    deadline = Deadline(
        subject_kind=subject.kind, subject_id=subject.id, kind=kind, unit_id=charge.unit_id,
        holder_id=charge.holder_id, starts_on=starts_on, due_at=due_at, unit=length.unit,
        length=length.days, policy_version=charge.versioned.number, source=charge.source,
    )  # fmt: skip
    work.session.add(deadline)
    return deadline
