"""Tables for places and posters."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hazard.core.db import Base, Id
from hazard.people.models import Person, Unit
from hazard.places.terms import Camera, PosterType
from hazard.places.trades import Trade


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
    explosive: Mapped[bool] = mapped_column(default=False)
    """Whether an explosive atmosphere forbids phones, and so posters, here."""
    risk_point: Mapped[str] = mapped_column(default="")
    """Its number in the plant's list of risk points (风险点), if it has one."""
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
    type: Mapped[PosterType]
    trade: Mapped[Trade | None]
    """Whose examples it shows; None goes by the names of place and unit."""
    bilingual: Mapped[bool] = mapped_column(default=False)
    """Whether English stands below the Chinese."""
    made_at: Mapped[datetime]
    printed_at: Mapped[datetime | None]
    policy_version: Mapped[int | None] = mapped_column(ForeignKey("policy_version.id"))
    """Whose figures the last print shows."""
    printed_facts: Mapped[str] = mapped_column(Text, default="")
    """JSON: each `Part` the last print shows and what it said; empty before the first."""
    test_until: Mapped[datetime | None]
    """Until when the next phone that opens the code proves that it works."""
    retired_at: Mapped[datetime | None]
    place: Mapped[Place] = relationship()
    hangings: Mapped[list["Hanging"]] = relationship(order_by="Hanging.id")


class Hanging(Base):
    """A poster at one place in a span of days, and what proves that it hangs and works there."""

    __tablename__ = "poster_hanging"
    __table_args__ = (
        Index(None, "poster_id"),
        Index(
            "uq_poster_hanging_current", "poster_id", unique=True,
            sqlite_where=text("valid_to IS NULL"), postgresql_where=text("valid_to IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Id]
    poster_id: Mapped[int] = mapped_column(ForeignKey("poster.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    """Last day, or None while it is meant to hang here."""
    posted_on: Mapped[date | None]
    posted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proof: Mapped[str] = mapped_column(default="")
    """SHA-256 of the photo of it on the wall, or empty."""
    camera: Mapped[Camera | None]
    tested_at: Mapped[datetime | None]
    """When a phone last opened the code here."""
    place: Mapped[Place] = relationship()
