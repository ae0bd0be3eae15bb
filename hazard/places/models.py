"""Tables for places and posters."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hazard.core.db import Base, Id
from hazard.people.models import Person, Unit


class Place(Base):
    """Somewhere in the plant a hazard can be; dated (decisions 8)."""

    __tablename__ = "place"
    __table_args__ = (Index(None, "unit_id"),)
    kind: ClassVar[str] = "place"

    id: Mapped[Id]
    name: Mapped[str]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who is in charge of the place, proposed as owner of its hazards."""
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    unit: Mapped[Unit] = relationship()
    owner: Mapped[Person | None] = relationship()


class Poster(Base):
    """A QR poster at one place; its code grants nothing but the place (decisions 26)."""

    __tablename__ = "poster"
    kind: ClassVar[str] = "poster"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    """8 random Crockford symbols."""
    number: Mapped[str] = mapped_column(unique=True)
    """What people call it, such as "A07"."""
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    made_at: Mapped[datetime]
    printed_at: Mapped[datetime | None]
    policy_version: Mapped[int | None] = mapped_column(ForeignKey("policy_version.id"))
    """Whose figures the last print shows."""
    retired_at: Mapped[datetime | None]
    place: Mapped[Place] = relationship()
