"""Tables of the money: whole fen, double entry, postings that never change."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hazard.core.db import Base, Id
from hazard.core.money import Money
from hazard.rewards.terms import Account, AwardKind, AwardState, PayeeKind, RunState, ScanKind

ONE_MAIN = text("kind = 'main' AND state NOT IN ('refused', 'cancelled')")
"""What was undone leaves the case to whoever turns out to be the first."""


class Budget(Base):
    """The safety-cost budget for rewards of one year, set by finance, approved by the head."""

    __tablename__ = "budget"
    kind: ClassVar[str] = "budget"

    id: Mapped[Id]
    year: Mapped[int] = mapped_column(index=True)
    amount: Mapped[Money]
    """Added to what the year has."""
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]


class Balance(Base):
    """What stands in one account of one year; changed by `posting.post` alone."""

    __tablename__ = "balance"
    __table_args__ = (
        UniqueConstraint("year", "account"),
        CheckConstraint("amount >= 0", name="not_below_zero"),
    )

    id: Mapped[Id]
    year: Mapped[int]
    account: Mapped[Account]
    amount: Mapped[Money]


class Posting(Base):
    """Money moved from one account to another; append-only by trigger."""

    __tablename__ = "posting"
    __table_args__ = (
        CheckConstraint("amount > 0", name="positive"),
        UniqueConstraint("key"),
        Index(None, "year", "id"),
        Index(None, "award_id"),
    )
    kind: ClassVar[str] = "posting"

    id: Mapped[Id]
    year: Mapped[int]
    source: Mapped[Account | None]
    """None: a budget comes in from outside."""
    target: Mapped[Account]
    amount: Mapped[Money]
    key: Mapped[str]
    """What it is for, such as "award:12:reserved:1"; the same thing is never posted twice."""
    award_id: Mapped[int | None] = mapped_column(ForeignKey("award.id"))
    at: Mapped[datetime]


class Award(Base):
    """What one report of one case earned, of one kind."""

    __tablename__ = "award"
    __table_args__ = (
        UniqueConstraint("case_id", "report_id", "kind"),
        Index(
            "uq_award_one_main_per_case", "case_id", unique=True,
            sqlite_where=ONE_MAIN, postgresql_where=ONE_MAIN,
        ),
        Index(None, "state", "id"),
    )  # fmt: skip
    kind_of_subject: ClassVar[str] = "award"

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("hazard_case.id"))
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    kind: Mapped[AwardKind]
    state: Mapped[AwardState]
    level: Mapped[int]
    amount: Mapped[Money]
    standard: Mapped[Money]
    """The table's figure."""
    rule: Mapped[str]
    """Id of the rule that decided, such as "E5"."""
    reasons_json: Mapped[str] = mapped_column(Text)
    policy_version: Mapped[int] = mapped_column(ForeignKey("policy_version.id"))
    proposed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    proposal_note: Mapped[str] = mapped_column(Text, default="")
    """Why it is proposed again after a no."""
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decision_note: Mapped[str] = mapped_column(Text, default="")
    year: Mapped[int | None]
    """Budget year: the one of the approval (decisions 33)."""
    paid_at: Mapped[datetime | None]
    shares: Mapped[list["AwardShare"]] = relationship()


class AwardShare(Base):
    """Which payee gets how much of an award; the shares sum to the award."""

    __tablename__ = "award_share"
    __table_args__ = (UniqueConstraint("award_id", "payee_id"),)

    id: Mapped[Id]
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"))
    payee_id: Mapped[int] = mapped_column(ForeignKey("payee.id"), index=True)
    amount: Mapped[Money]


class Payee(Base):
    """Who is paid: joined by the finance version alone (decisions 32)."""

    __tablename__ = "payee"
    __table_args__ = (UniqueConstraint("report_id"),)
    kind_of_subject: ClassVar[str] = "payee"

    id: Mapped[Id]
    kind: Mapped[PayeeKind]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    payout_number: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    """Of a payee outside the roster; empty otherwise."""


class Settlement(Base):
    """One run of one month: draft, checked, locked, paid."""

    __tablename__ = "settlement"
    __table_args__ = (UniqueConstraint("month", "run"),)
    kind: ClassVar[str] = "settlement"

    id: Mapped[Id]
    month: Mapped[str]
    """As in "2026-11"."""
    run: Mapped[int]
    state: Mapped[RunState]
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    checked_at: Mapped[datetime | None]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    locked_at: Mapped[datetime | None]
    paid_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    paid_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, default="")
    """Why it went back to draft, if it did."""
    check_code: Mapped[str] = mapped_column(default="")
    """8 characters of a digest of the locked lines, printed on every page."""
    lines: Mapped[list["SettlementLine"]] = relationship(order_by="SettlementLine.seq")


class SettlementLine(Base):
    """One award share in a run, frozen with the words papers print."""

    __tablename__ = "settlement_line"
    __table_args__ = (UniqueConstraint("settlement_id", "seq"), Index(None, "award_id"))

    id: Mapped[Id]
    settlement_id: Mapped[int] = mapped_column(ForeignKey("settlement.id"))
    seq: Mapped[int]
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"))
    payee_id: Mapped[int] = mapped_column(ForeignKey("payee.id"))
    amount: Mapped[Money]
    paid_on: Mapped[date | None]
    paid_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    team: Mapped[str] = mapped_column(default="")
    """Of a named payee, as it was called when the sheet was locked (decisions 8)."""
    witness_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Second signature under a voucher."""


class SheetScan(Base):
    """One page of a signed sheet, photographed or scanned, kept with its run."""

    __tablename__ = "sheet_scan"
    __table_args__ = (Index(None, "settlement_id", "id"),)

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(unique=True)
    settlement_id: Mapped[int] = mapped_column(ForeignKey("settlement.id"))
    version: Mapped[str]
    kind: Mapped[ScanKind]
    sha256: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class Printing(Base):
    """One print of a locked sheet; the count stands on the paper."""

    __tablename__ = "printing"
    __table_args__ = (UniqueConstraint("settlement_id", "version", "number"),)

    id: Mapped[Id]
    settlement_id: Mapped[int] = mapped_column(ForeignKey("settlement.id"))
    version: Mapped[str]
    number: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
