"""Reading what is due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazard.core.calendar import days_left, last_day, overdue_days
from hazard.core.db import one_of
from hazard.deadlines.models import Deadline
from hazard.deadlines.terms import DeadlineKind


@dataclass(frozen=True, slots=True)
class Due:
    """A running clock as pages show it."""

    id: int
    subject_kind: str
    subject_id: int
    kind: DeadlineKind
    holder_id: int | None
    due_at: datetime
    last_day: date
    paused: bool
    overdue: int
    """Days begun since it passed, 0 while it has not."""
    left: int
    """Whole days after today."""
    told: int
    """How many rungs of the ladder were told."""


def running_of(session: Session, subjects: Iterable[tuple[str, int]], now: datetime) -> list[Due]:
    """Return the running clocks of these subjects (kind, id), soonest due first."""
    wanted = list(subjects)
    if not wanted:
        return []
    about = one_of(Deadline.subject_kind, Deadline.subject_id, wanted)
    rows = session.scalars(
        select(Deadline).where(about, Deadline.done_at.is_(None)).order_by(Deadline.due_at)
    )
    return [_due(row, now) for row in rows]


def all_of(session: Session, kind: str, subject_id: int) -> list[Deadline]:
    """Return every clock a subject ever had, in the order they started."""
    mine = select(Deadline).where(Deadline.subject_kind == kind, Deadline.subject_id == subject_id)
    return list(session.scalars(mine.order_by(Deadline.id)))


def _due(row: Deadline, now: datetime) -> Due:
    return Due(
        row.id, row.subject_kind, row.subject_id, row.kind, row.holder_id, row.due_at,
        last_day(row.due_at), row.paused_since is not None, overdue_days(row.due_at, now),
        days_left(row.due_at, now), row.level,
    )  # fmt: skip
