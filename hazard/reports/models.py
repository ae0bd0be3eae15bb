"""Tables of the report. No column here points to a case (decisions 1)."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hazard.core.db import Base, Id
from hazard.core.voices import Kind
from hazard.people.models import Person
from hazard.places.models import Place
from hazard.policy.words import About, Category, Desk, Identity, Urgency
from hazard.reports.terms import Channel, PhotoPart, Refusal, ReportState


class Report(Base):
    """One message from one person; never edited, only supplemented."""

    __tablename__ = "report"
    __table_args__ = (Index(None, "state", "id"),)
    kind: ClassVar[str] = "report"

    id: Mapped[Id]
    """Also the order in which reports came in (decisions 5)."""
    number: Mapped[str] = mapped_column(unique=True)
    state: Mapped[ReportState] = mapped_column(default=ReportState.SUBMITTED)
    identity: Mapped[Identity]
    category: Mapped[Category]
    urgency: Mapped[Urgency]
    desk: Mapped[Desk]
    about: Mapped[About]
    description: Mapped[str] = mapped_column(Text)
    suggestion: Mapped[str] = mapped_column(Text)
    spot: Mapped[str] = mapped_column(Text)
    done_already: Mapped[str]
    """Values of `DoneAlready`, separated by spaces."""
    found_on: Mapped[date | None]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    place_name: Mapped[str]
    """As it was called that day, or as the reporter typed it."""
    unit_path: Mapped[str]
    """Of the place's unit that day, or of the company where no place is known."""
    poster_code: Mapped[str]
    same_as: Mapped[str] = mapped_column(default="")
    """Number of a hazard the reporter saw too: a hint for the desk, never a link (decisions 1)."""
    received_at: Mapped[datetime]
    """The moment; for anonymous reports the start of their shift (decisions 24)."""
    shift_day: Mapped[date]
    shift_name: Mapped[str]
    """Empty means between two shifts."""
    policy_version: Mapped[int] = mapped_column(ForeignKey("policy_version.id"))
    """Whose dates and figures the receipt quotes."""

    submission_hash: Mapped[str] = mapped_column(unique=True)
    """SHA-256 of the submission key; a retry finds the report by it."""
    fields_hash: Mapped[str]
    """SHA-256 of the fields without photos; the same key with other fields is refused."""
    locator: Mapped[str | None] = mapped_column(index=True)
    """First five symbols of the receipt code; None for reports sent under a login."""
    secret_hash: Mapped[str | None]
    """Argon2id of the code's 13 secret symbols."""
    kept: Mapped[bool] = mapped_column(default=False)
    """The reporter has kept the code; it is not shown again (decisions 22)."""
    code_until: Mapped[datetime]
    """One hour after the shift's end; after it the code is not shown again either."""

    refusal: Mapped[Refusal | None]
    reply: Mapped[str] = mapped_column(Text, default="")
    """The last reason or answer given to the reporter: refusal, transfer."""
    drill: Mapped[bool] = mapped_column(default=False)
    """测试/演练: kept, never counted (decisions 16)."""
    erase_after: Mapped[date | None]

    place: Mapped[Place | None] = relationship()


class Acknowledgement(Base):
    """Somebody at the watch screen saw an urgent report and takes it on."""

    __tablename__ = "acknowledgement"

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    """The moment; for unnamed reports the start of the shift (decisions 24)."""
    person: Mapped[Person] = relationship()


class Reporter(Base):
    """The name behind a named report; only `reports.identity` reads it (decisions 19)."""

    __tablename__ = "reporter"

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """Set by the login, or when the desk matched the typed name."""
    outside: Mapped[bool] = mapped_column(default=False)
    """The desk found that the person is not on the roster: a payee from outside."""
    name: Mapped[str]
    """As typed; empty when the login told who it is."""
    team: Mapped[str]
    company: Mapped[str]
    phone: Mapped[str]
    person: Mapped[Person | None] = relationship()


class PhoneReport(Base):
    """A named report that the phone it was sent from may see (decisions 23)."""

    __tablename__ = "phone_report"

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True)
    mark_hash: Mapped[str] = mapped_column(index=True)
    """SHA-256 of the random mark in the phone's cookie."""
    erase_after: Mapped[date]


class Transfer(Base):
    """A report handed on to another office, until its receipt is here or it comes back."""

    __tablename__ = "transfer"
    __table_args__ = (Index(None, "report_id"),)

    id: Mapped[Id]
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    target: Mapped[str]
    """Office and person it went to."""
    at: Mapped[datetime]
    received_on: Mapped[date | None]
    received_by: Mapped[str] = mapped_column(default="")
    reference: Mapped[str] = mapped_column(default="")
    """The other office's own number."""
    back_at: Mapped[datetime | None]


class Message(Base):
    """One turn of the conversation between desk and reporter; plain words."""

    __tablename__ = "message"
    __table_args__ = (Index(None, "report_id", "id"),)

    id: Mapped[Id]
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    from_reporter: Mapped[bool]
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class Voice(Base):
    """A voice note of a report, for the receiving desk alone; its file is found by `sha256`."""

    __tablename__ = "voice"
    __table_args__ = (Index(None, "report_id"), Index(None, "submission_hash"))
    kind: ClassVar[str] = "voice"

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(unique=True)
    """Random; the only name of the note in addresses."""
    sha256: Mapped[str] = mapped_column(index=True)
    sound: Mapped[Kind]
    seconds: Mapped[int | None]
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    submission_hash: Mapped[str | None]
    """Until its report exists, the form it was spoken for."""
    made_at: Mapped[datetime]
    """Coarse: the start of the shift."""


class Photo(Base):
    """One re-encoded picture (decisions 31); its file is found by `sha256`."""

    __tablename__ = "photo"
    __table_args__ = (Index(None, "report_id"), Index(None, "submission_hash"))
    kind: ClassVar[str] = "photo"

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(unique=True)
    """Random; the only name of the picture in addresses."""
    sha256: Mapped[str] = mapped_column(index=True)
    dhash: Mapped[str]
    part: Mapped[PhotoPart]
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    submission_hash: Mapped[str | None]
    """Until its report exists, the form it was chosen in."""
    uploader_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who sent a before or after photo; None for photos of a report."""
    made_from_id: Mapped[int | None] = mapped_column(ForeignKey("photo.id"))
    """The photo this is a copy of with parts blacked out; the original stays hidden."""
    shown_to_rectifiers: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime]
    """Coarse for photos of a report: the start of the shift."""


class PaperBatch(Base):
    """Preprinted slips made in one go; fetched once, and by whoever asked alone."""

    __tablename__ = "paper_batch"
    kind: ClassVar[str] = "paper_batch"

    id: Mapped[Id]
    count: Mapped[int]
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    fetched_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    """When its unused slips were declared worthless."""
    asker: Mapped[Person] = relationship()


class PaperSlip(Base):
    """One preprinted slip: what proves its code, never the code (decisions 22)."""

    __tablename__ = "paper_slip"

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("paper_batch.id"), index=True)
    locator: Mapped[str] = mapped_column(index=True)
    secret_hash: Mapped[str]
    """Argon2id of the code's 13 secret symbols."""
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"), unique=True)
    batch: Mapped[PaperBatch] = relationship()
    report: Mapped[Report | None] = relationship()


class Registration(Base):
    """How a report came that a member of staff keyed in."""

    __tablename__ = "registration"

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True)
    channel: Mapped[Channel]
    keyed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    told_at: Mapped[datetime]
    """When it was told or found in the box; for unnamed reports the start of that shift."""
    keyed_at: Mapped[datetime]
    """When it was keyed in, coarse in the same way (edge 75)."""
    slip_id: Mapped[int | None] = mapped_column(ForeignKey("paper_slip.id"))
    keyer: Mapped[Person] = relationship()
    slip: Mapped[PaperSlip | None] = relationship()
