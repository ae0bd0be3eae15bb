"""The outbox: one row a message and recipient."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hazard.core.db import Base, Id


class Notice(Base):
    """A message to one person, said in that person's language when it is read."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("recipient_id", "key"),
        Index(None, "recipient_id", "id"),
    )
    kind: ClassVar[str] = "notice"

    id: Mapped[Id]
    recipient_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    key: Mapped[str]
    """What it is about, so that nobody is told the same thing twice."""
    msgid: Mapped[str] = mapped_column(Text)
    values_json: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class Echo(Base):
    """One edition of the weekly 《隐患回音》, frozen when it was published."""

    __tablename__ = "echo"
    __table_args__ = (UniqueConstraint("week", "edition"),)
    kind: ClassVar[str] = "echo"

    id: Mapped[Id]
    week: Mapped[str]
    """As in "2026-W47"."""
    edition: Mapped[int]
    body_json: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class EchoPhoto(Base):
    """A photo an edition shows to everybody."""

    __tablename__ = "echo_photo"

    id: Mapped[Id]
    echo_id: Mapped[int] = mapped_column(ForeignKey("echo.id"), index=True)
    public_id: Mapped[str] = mapped_column(index=True)
