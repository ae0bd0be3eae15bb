"""Reading what is due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
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
    running = select(*_SHOWN).where(about, Deadline.done_at.is_(None))
    rows = session.execute(running.order_by(Deadline.due_at, Deadline.id))
    return [_due(row, now) for row in rows]


def next_among(session: Session, kind: str, among: Select[int], now: datetime) -> date | None:
    """Return the last day of what runs out next among the subjects whose ids `among` gives."""
    running = select(Deadline.due_at).where(
        Deadline.subject_kind == kind, Deadline.subject_id.in_(among), Deadline.due_at > now,
        Deadline.done_at.is_(None), Deadline.paused_since.is_(None),
    )  # fmt: skip
    soonest = session.scalar(running.order_by(Deadline.due_at).limit(1))
    return last_day(soonest) if soonest else None


def all_of(session: Session, kind: str, subject_id: int) -> list[Deadline]:
    """Return every clock a subject ever had, in the order they started."""
    mine = select(Deadline).where(Deadline.subject_kind == kind, Deadline.subject_id == subject_id)
    return list(session.scalars(mine.order_by(Deadline.id)))


_SHOWN = (
    Deadline.id, Deadline.subject_kind, Deadline.subject_id, Deadline.kind, Deadline.holder_id,
    Deadline.due_at, Deadline.paused_since, Deadline.level,
)  # fmt: skip


def _due(row: Any, now: datetime) -> Due:
    return Due(
        row.id, row.subject_kind, row.subject_id, row.kind, row.holder_id, row.due_at,
        last_day(row.due_at), row.paused_since is not None, overdue_days(row.due_at, now),
        days_left(row.due_at, now), row.level,
    )  # fmt: skip
