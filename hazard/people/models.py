"""Tables for units, persons, the roles they hold, and how they log in."""

from datetime import date, datetime, time
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hazard.access.permissions import Role
from hazard.core.db import Base, Id


class Unit(Base):
    """The company, a workshop or a team; dated, so that a renaming keeps the past (decisions 8)."""

    __tablename__ = "unit"
    kind: ClassVar[str] = "unit"

    id: Mapped[Id]
    name: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    path: Mapped[str] = mapped_column(default="", index=True)
    """Ids from the root down, such as "/1/4/"; a prefix match finds the subtree."""
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    """Last day, or None while it exists."""


class Person(Base):
    """An employee. Everyone on the roster may log in and be given work."""

    __tablename__ = "person"
    kind: ClassVar[str] = "person"

    id: Mapped[Id]
    employee_no: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    initials: Mapped[str]
    """Pinyin initials, for finding and sorting."""
    phone: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="zh")
    joined_on: Mapped[date]
    left_on: Mapped[date | None]
    """Last day, or None while employed."""

    memberships: Mapped[list["Membership"]] = relationship(order_by="Membership.valid_from")
    holdings: Mapped[list["RoleHolding"]] = relationship()


class Membership(Base):
    """`person` belongs to `unit` in a span of days."""

    __tablename__ = "membership"
    __table_args__ = (Index(None, "person_id"), Index(None, "unit_id"))

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    unit: Mapped[Unit] = relationship()


class RoleHolding(Base):
    """`person` holds `role` over `unit` in a span of days."""

    __tablename__ = "role_holding"
    __table_args__ = (Index(None, "person_id"),)
    kind: ClassVar[str] = "role_holding"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    role: Mapped[Role]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    unit: Mapped[Unit] = relationship()


class UnitShift(Base):
    """A shift of one unit; without any the company's shifts of the policy count (decisions 7)."""

    __tablename__ = "unit_shift"
    __table_args__ = (Index(None, "unit_id"),)
    kind: ClassVar[str] = "unit_shift"

    id: Mapped[Id]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    name: Mapped[str]
    start: Mapped[time]
    end: Mapped[time]
    teams: Mapped[str] = mapped_column(default="")
    """Names of the teams that work it."""
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Duty(Base):
    """Who is on duty in one shift of one day, plant-wide."""

    __tablename__ = "duty"
    __table_args__ = (UniqueConstraint("day", "shift"),)
    kind: ClassVar[str] = "duty"

    id: Mapped[Id]
    day: Mapped[date]
    """The day the shift begins: a night shift belongs to its evening (decisions 7)."""
    shift: Mapped[str]
    """Name of the company's shift; empty for the time between two (班外)."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    phone: Mapped[str]
    """What is dialled during this duty; empty: the person's own number."""

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    deputy: Mapped[Person | None] = relationship(foreign_keys=[deputy_id])


class ListImport(Base):
    """A list of people or places that was written, and how to take it back."""

    __tablename__ = "list_import"

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None: from the command line."""
    at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)
    """JSON: ids made by table, and rows changed with what stood there before and after."""
    undone_at: Mapped[datetime | None]
    by: Mapped[Person | None] = relationship()


class Credential(Base):
    """What proves that a person is the one (decisions 30); in this issue a password."""

    __tablename__ = "credential"
    __table_args__ = (UniqueConstraint("person_id", "kind"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str]
    """Which sort of proof: "password"."""
    hash: Mapped[str]
    """Argon2id."""
    made_at: Mapped[datetime]


class ActivationSlip(Base):
    """A printed one-time code with which a person sets a password; valid 72 h."""

    __tablename__ = "activation_slip"
    kind: ClassVar[str] = "activation_slip"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class LoginSession(Base):
    """One login; the cookie holds the token, the row its hash."""

    __tablename__ = "login_session"
    kind: ClassVar[str] = "login_session"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    device: Mapped[str]
    """Either "own" or "shared"."""
    made_at: Mapped[datetime]
    seen_hour: Mapped[datetime]
    """The hour of the last sign of life, no finer."""
    ends_at: Mapped[datetime]


class LoginThrottle(Base):
    """Failures of one account or address, so that guessing grows slow; survives a restart."""

    __tablename__ = "login_throttle"

    key: Mapped[str] = mapped_column(primary_key=True)
    """SHA-256 of what was tried: an employee number or an address."""
    failures: Mapped[int]
    until: Mapped[datetime]
    """No try is looked at before this moment."""
