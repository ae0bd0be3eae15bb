"""The tables of the trail (decisions 27): events never change, personal values can be erased."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from hazard.core.db import Base


class Event(Base):
    """One thing that happened; its row never changes and never goes."""

    __tablename__ = "event"
    __table_args__ = (Index(None, "subject_kind", "subject_id", "seq"),)

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """Place in the chain, from 1, without gaps."""
    at: Mapped[datetime]
    """The moment; for unnamed reporters the start of their shift (decisions 24)."""
    actor_ref: Mapped[str]
    """SHA-256 of salt and actor, or empty for the system and unnamed reporters."""
    action: Mapped[str]
    """Past tense and namespaced, such as "case.verified"."""
    subject_kind: Mapped[str]
    subject_id: Mapped[int] = mapped_column(BigInteger)
    body: Mapped[str] = mapped_column(Text)
    """Canonical JSON of the facts; no name, no text, no phone number."""
    prev: Mapped[str]
    hash: Mapped[str]


class EventPersonal(Base):
    """A personal value an event refers to by its hash; deletable without breaking the chain."""

    __tablename__ = "event_personal"

    seq: Mapped[int] = mapped_column(ForeignKey("event.seq"), primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    salt: Mapped[str]
    value: Mapped[str]


class ChainHead(Base):
    """The last link, one row; locking it orders the writers."""

    __tablename__ = "chain_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str]
