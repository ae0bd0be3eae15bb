"""What the company set: dated versions of its policy, and the facts of the plant."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from hazard.core.db import Base, Id


class PolicyVersion(Base):
    """One version of the policy; versions are added, never edited."""

    __tablename__ = "policy_version"
    __table_args__ = (Index(None, "valid_from"),)
    kind: ClassVar[str] = "policy"

    id: Mapped[Id]
    """Also its number on papers: 奖励表第3版."""
    valid_from: Mapped[date]
    body: Mapped[str] = mapped_column(Text)
    """JSON in the form of a preset file."""
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Plant(Base):
    """The facts of the plant that pages and posters print; one row."""

    __tablename__ = "plant"
    kind: ClassVar[str] = "plant"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    department: Mapped[str] = mapped_column(default="")
    """Receiving department, such as 安全部."""
    officer: Mapped[str] = mapped_column(default="")
    """Receiving person named on posters."""
    officer_phone: Mapped[str] = mapped_column(default="")
    report_phone: Mapped[str] = mapped_column(default="")
    """Number to report by telephone."""
    emergency_phone: Mapped[str] = mapped_column(default="")
    mailbox: Mapped[str] = mapped_column(default="")
    union_name: Mapped[str] = mapped_column(default="")
    """Union or workers' representative named on posters, or empty."""
    union_phone: Mapped[str] = mapped_column(default="")
    fax: Mapped[str] = mapped_column(default="")
    postcode: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    standard_plan: Mapped[str] = mapped_column(default="")
    """Name of the contingency plan most plans refer to."""
    own_words: Mapped[str] = mapped_column(Text, default="{}")
    """JSON: what the plant calls things, by key of `core.words.USUAL`."""
    rule_number: Mapped[str] = mapped_column(default="")
    """文号 under which the rule on reports and rewards was issued."""
    rule_adopted_on: Mapped[date | None]
    rule_version: Mapped[int | None] = mapped_column(ForeignKey("policy_version.id"))
    """The version of the policy whose figures the issued rule holds."""
    told_on: Mapped[date | None]
    """When the people of the plant were told how to report."""
    told_people: Mapped[int | None]
    running_since: Mapped[date | None]
    """When all five ticks of D-1 were made for the first time."""
    reached_at: Mapped[datetime | None]
    """When a phone last opened the test code at `reached_url`."""
    reached_url: Mapped[str] = mapped_column(default="")
    test_code: Mapped[str] = mapped_column(default="")
    """What the test code on the settings page carries."""


class LedgerTemplate(Base):
    """The blank ledger of a county's platform, and which of its headings is which column."""

    __tablename__ = "ledger_template"
    kind: ClassVar[str] = "ledger_template"

    id: Mapped[Id]
    name: Mapped[str]
    file_key: Mapped[str]
    """Where the blank .xlsx lies in the file store."""
    was_old: Mapped[bool]
    """It was sent as .xls and is filled in as .xlsx."""
    sheet: Mapped[str]
    head_row: Mapped[int]
    first_row: Mapped[int]
    """Where filling in begins; rows are counted from 1."""
    date_style: Mapped[str]
    columns_json: Mapped[str] = mapped_column(Text)
    """By index of the heading: {"column": key of ours} or {"fixed": words}."""
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
