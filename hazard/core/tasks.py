"""Long work: asked for by a view, done one at a time by the leader, its progress polled.

Decisions 35. Who does which kind stands in `jobs.work`.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from hazard.core.db import Base, Id
from hazard.core.errors import NotFound
from hazard.core.words import N_, Term


class TaskKind(Term):
    """What can be asked for."""

    LEDGER = "ledger", N_("Hazard ledger")
    PACK = "pack", N_("Inspection pack")
    POSTERS = "posters", N_("All posters")
    SLIPS = "slips", N_("Paper slips")


class TaskState(Term):
    """Where long work stands."""

    WAITING = "waiting", N_("Waiting to start")
    RUNNING = "running", N_("Under way")
    DONE = "done", N_("Done")
    FAILED = "failed", N_("It did not work")


class Task(Base):
    """One piece of long work and what came of it."""

    __tablename__ = "task"
    __table_args__ = (Index(None, "state", "id"),)

    id: Mapped[Id]
    kind: Mapped[str]
    body: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    state: Mapped[TaskState]
    done: Mapped[int]
    total: Mapped[int]
    result_key: Mapped[str]
    """Where the result lies in the file store, or empty."""
    error: Mapped[str]
    """Name of the error, for the log; people read the state."""

    @property
    def under_way(self) -> bool:
        """Say whether it waits or runs: whoever watches looks again."""
        return self.state in {TaskState.WAITING, TaskState.RUNNING}

    @property
    def percent(self) -> int:
        """Return how much of it is done."""
        return 100 * self.done // self.total if self.total else 0


def ask(session: Session, kind: str, body: Mapping[str, Any], asked_by: int, now: datetime) -> Task:
    """Put long work into the queue."""
    task = Task(
        kind=kind, body=json.dumps(body), asked_by=asked_by, asked_at=now,
        state=TaskState.WAITING, done=0, total=0, result_key="", error="",
    )  # fmt: skip
    session.add(task)
    session.flush()
    return task


def get_task(session: Session, task_id: int, asked_by: int) -> Task:
    """Return one's own task; raises `NotFound`."""
    task = session.get(Task, task_id)
    if task is None or task.asked_by != asked_by:
        raise NotFound
    return task


def does_any_wait(session: Session) -> bool:
    """Say whether a task waits to be taken."""
    waiting = select(Task.id).where(Task.state == TaskState.WAITING).limit(1)
    return session.scalar(waiting) is not None


def claim_next(session: Session) -> Task | None:
    """Take the task that waits longest, if there is one; the caller commits."""
    waiting = select(Task).where(Task.state == TaskState.WAITING).order_by(Task.id).limit(1)
    task = session.scalars(waiting.with_for_update()).one_or_none()
    if task is not None:
        task.state = TaskState.RUNNING
    return task


def note(session: Session, task_id: int, **values: object) -> None:
    """Set progress, state or result of a task."""
    session.execute(update(Task).where(Task.id == task_id).values(**values))


def requeue_running(session: Session) -> None:
    """Let work that a stopped server left half done begin anew."""
    left = update(Task).where(Task.state == TaskState.RUNNING)
    session.execute(left.values(state=TaskState.WAITING, done=0))
