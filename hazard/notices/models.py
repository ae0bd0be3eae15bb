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
