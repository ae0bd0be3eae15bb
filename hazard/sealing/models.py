"""Tables of sealing: public keys, who keeps a half, and closed boxes. No half stands here."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hazard.core.db import Base, Id
from hazard.people.models import Person
from hazard.sealing.terms import Group


class SealingKey(Base):
    """One key pair for names; the newest closes, older ones still open what they closed."""

    __tablename__ = "sealing_key"
    kind: ClassVar[str] = "sealing_key"

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    """Five symbols, printed on the sheets."""
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    safety_digest: Mapped[str]
    union_digest: Mapped[str]
    """SHA-256 of each half, by which a wrong one is told apart."""
    made_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    guardians: Mapped[list["Guardian"]] = relationship(order_by="Guardian.id")

    def digest_of(self, group: Group) -> str:
        """Return the digest of the half a side keeps."""
        return self.safety_digest if group is Group.SAFETY else self.union_digest


class Guardian(Base):
    """Somebody who keeps one side's half of one key on a sheet."""

    __tablename__ = "guardian"
    __table_args__ = (Index(None, "key_id"),)
    kind: ClassVar[str] = "guardian"

    id: Mapped[Id]
    key_id: Mapped[int] = mapped_column(ForeignKey("sealing_key.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    group: Mapped[Group] = mapped_column("side")
    sheet: Mapped[str] = mapped_column(unique=True)
    """Number of the sheet; the sheet itself is with the guardian alone."""
    made_at: Mapped[datetime]
    kept_at: Mapped[datetime | None]
    """When the sheet was downloaded or printed; before that it does not count."""
    ended_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship()


class SealedIdentity(Base):
    """Who stands behind a confidential report: a box of always the same size."""

    __tablename__ = "sealed_identity"

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True)
    key_id: Mapped[int] = mapped_column(ForeignKey("sealing_key.id"), index=True)
    box: Mapped[bytes] = mapped_column(LargeBinary)


class PayoutKey(Base):
    """The key to employee numbers for paying; its private half lies here under a passphrase."""

    __tablename__ = "payout_key"
    kind: ClassVar[str] = "payout_key"

    id: Mapped[Id]
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    locked: Mapped[str] = mapped_column(Text)
    """The private key under finance's passphrase, as `payouts.lock` writes it."""
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class PayoutBox(Base):
    """Whom to pay for a confidential report: employee number and payout number, nothing else."""

    __tablename__ = "payout_box"

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True)
    key_id: Mapped[int] = mapped_column(ForeignKey("payout_key.id"), index=True)
    payout_number: Mapped[str] = mapped_column(unique=True)
    box: Mapped[bytes] = mapped_column(LargeBinary)
