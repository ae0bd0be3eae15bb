"""Tables of the case."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index, PrimaryKeyConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hazard.access.permissions import Role
from hazard.cases.terms import (
    CaseState,
    ExtensionState,
    PaperAbout,
    Part,
    PlanState,
    RemarkKind,
    ReportPart,
    Verdict,
)
from hazard.core.db import Base, Id
from hazard.core.money import Money
from hazard.deadlines.terms import DeadlineKind
from hazard.people.models import Person
from hazard.policy.classing import Accident, Cause, Classing, Factor, Lec, Remedy
from hazard.policy.words import (
    Category,
    Gravity,
    Hurt,
    Likely,
    StatutoryLevel,
    SubCode,
    Urgency,
)  # fmt: skip
from hazard.reports.models import Photo, Report


class Case(Base):
    """One hazard at one place. Its verbs live beside this file, named by stage."""

    __tablename__ = "hazard_case"
    __table_args__ = (
        Index(None, "state", "id"),
        Index(None, "unit_path", "id"),
        Index(None, "place_id", "id"),
        Index(None, "category", "id"),
        Index(None, "reward_level", "id"),
        Index(None, "opened_at"),
    )
    kind: ClassVar[str] = "case"

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    state: Mapped[CaseState] = mapped_column(default=CaseState.ACCEPTED)
    category: Mapped[Category]
    sub_code: Mapped[SubCode | None]
    urgency: Mapped[Urgency]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    place_name: Mapped[str]
    """As the place was called that day (decisions 8)."""
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    unit_path: Mapped[str]
    unit_name: Mapped[str]
    workshop_name: Mapped[str]
    """The workshop the unit belonged to; the unit itself where it is one, or above them all."""
    short_description: Mapped[str]
    """What papers and lists show: at most 30 characters, no person (decisions 9)."""
    extract: Mapped[str] = mapped_column(Text)
    """What the rectifying side reads instead of the reporter's words."""
    advice: Mapped[str] = mapped_column(Text, default="")
    """The reporter's suggestion in the desk's words, proposed as the first measure."""
    hidden_from: Mapped[str] = mapped_column(default="")
    """Roles that see it only when assigned, as in ";head;safety_officer;" (`audience`)."""
    drill: Mapped[bool] = mapped_column(default=False)
    """测试/演练: every report of it is one, so it stands in no list, figure or reward."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("hazard_case.id"))
    """The older case of the same hazard, whose number survives."""
    merge_note: Mapped[str] = mapped_column(Text, default="")
    opened_at: Mapped[datetime]
    policy_version: Mapped[int] = mapped_column(ForeignKey("policy_version.id"))

    round: Mapped[int] = mapped_column(default=1)
    """Verification round; a new one starts when verdicts differ or a confirmation said no."""
    hurt: Mapped[Hurt | None]
    likely: Mapped[Likely | None]
    gravity: Mapped[Gravity | None]
    statutory_level: Mapped[StatutoryLevel | None]
    internal_grade: Mapped[str | None]
    reward_level: Mapped[int | None]
    grade_reason: Mapped[str] = mapped_column(Text, default="")
    """Why the grade differs from the table's, if it does."""
    graded_on: Mapped[date | None]
    """The table of this day sets the reward (decisions 32)."""
    clause: Mapped[str] = mapped_column(Text, default="")
    cause: Mapped[Cause | None]
    remedy: Mapped[Remedy | None]
    """None: as the level proposes."""
    accident: Mapped[Accident | None]
    factor: Mapped[Factor | None]
    lec: Mapped[str] = mapped_column(default="")
    """L/E/C, or empty."""
    quick: Mapped[bool] = mapped_column(default=False)
    """Came through the quick lane: the second hand confirms (decisions 10)."""
    fixed_on_spot: Mapped[bool] = mapped_column(default=False)
    fixer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    suggestion_adopted: Mapped[bool] = mapped_column(default=False)
    interim_control: Mapped[str] = mapped_column(Text, default="")
    control_failed_at: Mapped[datetime | None]
    """When a shift said that it no longer holds; None once it holds again or is renewed."""
    due_on: Mapped[date | None]
    """Last day of the rectification in force."""
    actual_cost: Mapped[Money | None]
    completed_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    reopened: Mapped[int] = mapped_column(default=0)
    """How often it was found not really fixed after it was closed (decisions 3)."""

    def is_hidden_from(self, role: Role) -> bool:
        """Say whether holders of the role see it only when assigned to it."""
        return f";{role.value};" in self.hidden_from

    @property
    def classing(self) -> Classing:
        """Return what is written down of it for the ledger."""
        lec = Lec.from_stored(self.lec)
        return Classing(self.clause, self.cause, self.remedy, self.accident, self.factor, lec)

    reports: Mapped[list["CaseReport"]] = relationship(order_by="CaseReport.seq")
    assignments: Mapped[list["Assignment"]] = relationship(order_by="Assignment.id")
    plans: Mapped[list["Plan"]] = relationship(order_by="Plan.id")
    extensions: Mapped[list["Extension"]] = relationship(order_by="Extension.id")
    remarks: Mapped[list["Remark"]] = relationship(order_by="Remark.id")

    @property
    def first(self) -> "CaseReport":
        """Return the first report that said it clearly (E5)."""
        return next(each for each in self.reports if each.part is ReportPart.FIRST)


class CaseReport(Base):
    """A report that belongs to a case, and how."""

    __tablename__ = "case_report"
    __table_args__ = (UniqueConstraint("case_id", "report_id"), Index(None, "report_id"))

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("hazard_case.id"))
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    part: Mapped[ReportPart]
    seq: Mapped[int]
    note: Mapped[str] = mapped_column(Text, default="")
    """What the desk compared it by when it joined."""
    report: Mapped[Report] = relationship()


class CaseWord(Base):
    """Two neighbouring letters of a case's words: what search reads (decisions 37)."""

    __tablename__ = "case_word"
    __table_args__ = (
        PrimaryKeyConstraint("gram", "case_id", "report_id"),
        Index(None, "case_id"),
        {"sqlite_with_rowid": False},
    )

    gram: Mapped[str]
    case_id: Mapped[int] = mapped_column(ForeignKey("hazard_case.id"))
    report_id: Mapped[int] = mapped_column(BigInteger)
    """0: number, place and short description, for all; else the report with these words."""


class Assignment(Base):
    """`person` takes `part` in one case and sees that case alone (decisions 14)."""

    __tablename__ = "assignment"
    __table_args__ = (
        Index(None, "person_id", "ended_at"),
        Index(None, "ended_at", "part", "person_id"),
        Index(None, "case_id"),
    )

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("hazard_case.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    part: Mapped[Part]
    assigned_at: Mapped[datetime]
    declared_at: Mapped[datetime | None]
    """When the person declared "not mine, no conflict"."""
    ended_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship()


class Declaration(Base):
    """Whoever verifies, grades, checks, proposes or approves declares to have no interest."""

    __tablename__ = "declaration"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("hazard_case.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    stage: Mapped[str]
    at: Mapped[datetime]


class Finding(Base):
    """What one verifier found in one round."""

    __tablename__ = "finding"
    __table_args__ = (UniqueConstraint("case_id", "round", "person_id"),)

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("hazard_case.id"))
    round: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    verdict: Mapped[Verdict]
    note: Mapped[str] = mapped_column(Text)
    on_site: Mapped[bool]
    """False: confirmed from photographs, L1 and L2 only."""
    at: Mapped[datetime]


class Plan(Base):
    """The five implementations: owner, measures, funds, deadline, contingency plan (D-10)."""

    __tablename__ = "plan"
    __table_args__ = (Index(None, "case_id"), Index(None, "owner_id"))
    kind: ClassVar[str] = "plan"

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("hazard_case.id"))
    state: Mapped[PlanState]
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    maker_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    funds: Mapped[Money]
    due_on: Mapped[date]
    contingency: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decision_note: Mapped[str] = mapped_column(Text, default="")
    measures: Mapped[list["Measure"]] = relationship(order_by="Measure.seq")


class Measure(Base):
    """One line of the plan, ticked when done."""

    __tablename__ = "measure"
    __table_args__ = (UniqueConstraint("plan_id", "seq"),)
    kind: ClassVar[str] = "measure"

    id: Mapped[Id]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    seq: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    done_at: Mapped[datetime | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("photo.id"))


class CasePhoto(Base):
    """A before or after photo of a case."""

    __tablename__ = "case_photo"
    __table_args__ = (UniqueConstraint("case_id", "photo_id"),)

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("hazard_case.id"))
    photo_id: Mapped[int] = mapped_column(ForeignKey("photo.id"), index=True)
    photo: Mapped[Photo] = relationship()


class CheckRecord(Base):
    """One acceptance check (验收) by other hands."""

    __tablename__ = "check_record"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("hazard_case.id"))
    checker_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    passed: Mapped[bool]
    reopened: Mapped[int] = mapped_column(default=0)
    """How often the case had been reopened; a check of before counts no more."""
    note: Mapped[str] = mapped_column(Text)
    cosigned_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    cosigned_at: Mapped[datetime | None]
    """When the workers' representative signed, singly or with the week's list."""
    at: Mapped[datetime]


class Extension(Base):
    """A later date asked for before the old one passed (延期): a record beside the case."""

    __tablename__ = "extension"
    __table_args__ = (Index(None, "case_id"),)
    kind: ClassVar[str] = "extension"

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("hazard_case.id"))
    clock: Mapped[DeadlineKind]
    """Which date moves: that of the rectification, or of handling the report (S1-9)."""
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id"))
    """The plan whose date moves; another plan ends the request."""
    state: Mapped[ExtensionState] = mapped_column(default=ExtensionState.ASKED)
    was_until: Mapped[date]
    until: Mapped[date]
    """The last day asked for."""
    reason: Mapped[str] = mapped_column(Text)
    risk: Mapped[str] = mapped_column(Text)
    """What may happen meanwhile, in the asker's opinion (T13)."""
    control: Mapped[str] = mapped_column(Text)
    """The stronger interim control; in force with the grant."""
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, default="")


class Remark(Base):
    """Something said or marked beside a case; it never moves the case by itself."""

    __tablename__ = "remark"
    __table_args__ = (Index(None, "case_id"), Index(None, "kind", "ended_at"))

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("hazard_case.id"))
    kind: Mapped[RemarkKind]
    text: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """When it was answered or lifted; an explanation is never open."""
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[str] = mapped_column(Text, default="")


class Signature(Base):
    """A finger signature on the first hand's phone, in place of a tap under the own login."""

    __tablename__ = "signature"
    __table_args__ = (Index(None, "case_id"), Index(None, "person_id"))
    kind: ClassVar[str] = "signature"

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("hazard_case.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """Who is said to have signed."""
    taken_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    photo_id: Mapped[int] = mapped_column(ForeignKey("photo.id"))
    at: Mapped[datetime]
    denied_at: Mapped[datetime | None]
    denial: Mapped[str] = mapped_column(Text, default="")
    """What the person said who did not sign."""


class SignedPaper(Base):
    """A photo of a signed sheet: of a shift's checklist, or of the week's closing list."""

    __tablename__ = "signed_paper"
    __table_args__ = (Index(None, "about", "day", "unit_id"),)

    id: Mapped[Id]
    about: Mapped[PaperAbout]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    day: Mapped[date]
    """The day of the shift, or the Monday of the week."""
    shift_name: Mapped[str] = mapped_column(default="")
    photo_id: Mapped[int] = mapped_column(ForeignKey("photo.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class MustCheck(Base):
    """What a team looks at each shift: its own list, newest version (words 4.2)."""

    __tablename__ = "must_check"
    __table_args__ = (Index(None, "unit_id"),)
    kind: ClassVar[str] = "must_check"

    id: Mapped[Id]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    lines: Mapped[str] = mapped_column(Text)
    """One thing a line, at most eight."""
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class Feedback(Base):
    """The result told to one reporter (S1-13)."""

    __tablename__ = "feedback"
    __table_args__ = (UniqueConstraint("case_id", "report_id", "reopened"),)

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("hazard_case.id"))
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    reopened: Mapped[int] = mapped_column(default=0)
    """How often the case had been reopened; each closing is told anew."""
    given_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class Archive(Base):
    """The sealed index of a finished case: what it held and where the trail stood.

    A case that was reopened is archived again; the newest counts, the older ones stay.
    """

    __tablename__ = "archive"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("hazard_case.id"))
    index_json: Mapped[str] = mapped_column(Text)
    head_seq: Mapped[int]
    head_hash: Mapped[str]
    at: Mapped[datetime]


class ControlCheck(Base):
    """Whether the interim control still held in one shift (words 101)."""

    __tablename__ = "control_check"
    __table_args__ = (UniqueConstraint("case_id", "shift_day", "shift_name"),)

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("hazard_case.id"))
    shift_day: Mapped[date]
    shift_name: Mapped[str]
    holds: Mapped[bool]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class Handover(Base):
    """One shift of one unit handed over and taken over."""

    __tablename__ = "handover"
    __table_args__ = (UniqueConstraint("unit_id", "shift_day", "shift_name"),)
    kind: ClassVar[str] = "handover"

    id: Mapped[Id]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    shift_day: Mapped[date]
    shift_name: Mapped[str]
    given_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    given_at: Mapped[datetime]
    open_count: Mapped[int]
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    taken_at: Mapped[datetime | None]
