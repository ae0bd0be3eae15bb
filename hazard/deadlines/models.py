"""The one table of what is due (decisions 6)."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hazard.core.calendar import Unit
from hazard.core.db import Base, Id
from hazard.deadlines.terms import DeadlineKind

RUNS = text("done_at IS NULL")


class Deadline(Base):
    """Something is due for a subject; desk, overdue marks, receipts and ladder read only this."""

    __tablename__ = "deadline"
    __table_args__ = (
        Index("ix_deadline_running", "due_at", sqlite_where=RUNS, postgresql_where=RUNS),
        Index(None, "subject_kind", "subject_id", "done_at"),
    )
    kind_of_subject: ClassVar[str] = "deadline"

    id: Mapped[Id]
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    kind: Mapped[DeadlineKind]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    starts_on: Mapped[date]
    due_at: Mapped[datetime]
    """The first moment that is too late: 24:00 of the last day."""
    unit: Mapped[Unit]
    length: Mapped[int]
    policy_version: Mapped[int] = mapped_column(ForeignKey("policy_version.id"))
    source: Mapped[str]
    """Where the figure comes from, such as "S1-9" or "plan"."""
    paused_since: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    extended: Mapped[int] = mapped_column(default=0)
    """How often the date was moved; each new date has a ladder of its own."""
    level: Mapped[int] = mapped_column(default=0)
    """How many rungs of the ladder of the present date were told."""


class Rung(Base):
    """One rung of the ladder, claimed in the transaction of its message."""

    __tablename__ = "deadline_rung"
    __table_args__ = (UniqueConstraint("deadline_id", "extended", "level"),)

    id: Mapped[Id]
    deadline_id: Mapped[int] = mapped_column(ForeignKey("deadline.id"))
    extended: Mapped[int] = mapped_column(default=0)
    """Of which date of the clock."""
    level: Mapped[int]
    told_at: Mapped[datetime]
