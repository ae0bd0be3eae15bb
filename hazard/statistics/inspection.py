"""What an inspector would find missing: each in plain words, with where to mend it (D-18)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session

from hazard.access.actor import Actor, Grant
from hazard.access.permissions import Permission, Role
from hazard.cases.models import Case, Plan
from hazard.cases.queries import seen_by
from hazard.cases.terms import CaseState, PlanState
from hazard.core.clock import day_of
from hazard.core.config import Settings
from hazard.core.words import N_, Sentence
from hazard.deadlines.models import Deadline
from hazard.deadlines.terms import DeadlineKind
from hazard.places.register import Registered, coverage, list_registered
from hazard.policy.queries import get_plant, policy_on
from hazard.policy.words import StatutoryLevel
from hazard.reports.models import Report
from hazard.reports.queries import WAITING, unkept_from
from hazard.rewards.models import Award
from hazard.rewards.queries import view_budget
from hazard.rewards.terms import AwardState
from hazard.statistics.figures import PAID_WITHIN, confirmed, counted, open_at, overdue_at

PLANT = Actor(None, "system", (Grant(Role.SAFETY_OFFICER, "/"),))
"""The whole plant is inspected, whoever asks: what is counted here names nobody."""
PAGES: Mapping[str, Permission] = {
    "/budgets": Permission.AWARD_READ,
    "/cases": Permission.WORK,
    "/desk": Permission.GOLIVE_KEEP,
    "/ledger": Permission.LEDGER_READ,
    "/pack": Permission.PACK_MAKE,
    "/posters": Permission.POSTERS_KEEP,
    "/reports": Permission.REPORT_RECEIVE,
    "/settlements": Permission.SETTLEMENT_READ,
}
"""Where things are mended, and the permission of that page."""
OLD_FIGURES = N_("Version %(n)s of the figures is in force; the rule is to be issued with them")
UNPAID = (AwardState.APPROVED, AwardState.PAYABLE, AwardState.WAITING)


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the checklist: whether it is in order, in words, and where it is mended."""

    key: str
    good: bool
    words: Sentence
    href: str

    @property
    def needs(self) -> Permission:
        """Return what opening that page takes."""
        return PAGES[urlsplit(self.href).path]


def checks(session: Session, actor: Actor, settings: Settings, now: datetime) -> tuple[Check, ...]:
    """Return the checklist of the whole plant as of now, in the order inspectors ask.

    Hazards and reports that are kept from the actor are not counted: their list lacks them too.
    """
    return tuple(_checks(session, actor, settings, now))


def _checks(session: Session, actor: Actor, settings: Settings, now: datetime) -> Iterator[Check]:
    mine = and_(counted(), seen_by(actor))
    yield rule(session)
    yield _figures(session, now)
    yield budget(session, now)
    yield from _posters(session, settings, now)
    yield told(session)
    yield _undecided(session, actor, now)
    yield _overdue(session, now, mine)
    yield _majors(session, now, mine)
    yield _unpaid(session, now, mine)
    yield _unarchived(session, now, mine)


def rule(session: Session) -> Check:
    """Say whether the rule was issued."""
    plant = get_plant(session)
    if plant.rule_adopted_on is None:
        words = Sentence(N_("The rule on reports and rewards has not been issued"))
        return Check("rule", good=False, words=words, href="/pack#rule")
    words = Sentence(
        N_("The rule was issued as %(number)s on %(day)s"),
        number=plant.rule_number, day=plant.rule_adopted_on,
    )  # fmt: skip
    return Check("rule", good=True, words=words, href="/pack#rule")


def _figures(session: Session, now: datetime) -> Check:
    plant, current = get_plant(session), policy_on(session, day_of(now)).number
    good, words = plant.rule_version == current, OLD_FIGURES
    if good:
        words = N_("The issued rule holds the figures in force (version %(n)s)")
    elif plant.rule_version is None:
        words = N_("Version %(n)s of the figures is in force; no rule holds them yet")
    return Check("figures", good, Sentence(words, n=current), "/pack#rule")


def budget(session: Session, now: datetime) -> Check:
    """Say whether this year has money for rewards."""
    year = day_of(now).year
    whole = view_budget(session, year, day_of(now)).total
    if whole:
        words = Sentence(N_("Budget of %(year)s: %(sum)s yuan"), year=str(year), sum=whole)
        return Check("budget", good=True, words=words, href="/budgets")
    words = Sentence(N_("No approved budget for %(year)s"), year=str(year))
    return Check("budget", good=False, words=words, href="/budgets")


def told(session: Session) -> Check:
    """Say whether the people of the plant were told how to report (D-17)."""
    plant = get_plant(session)
    if plant.told_on is None:
        words = Sentence(N_("It is not noted when people were told how to report"))
        return Check("told", good=False, words=words, href="/desk#told")
    words = Sentence(
        N_("People were told how to report on %(day)s: %(n)s"),
        day=plant.told_on, n=plant.told_people or 0,
    )  # fmt: skip
    return Check("told", good=True, words=words, href="/desk#told")


def hung(session: Session, now: datetime, registered: list[Registered]) -> Check:
    """Say whether posters hang at the gate and in each workshop (W-12)."""
    cover = coverage(session, PLANT, now, registered)
    lacking = cover.gate.lacking + sum(workshop.lacking for workshop in cover.workshops)
    words = (
        Sentence(N_("Posters still to be hung at gate and workshops: %(n)s"), n=lacking)
        if lacking
        else Sentence(
            N_("Posters hang at the gate and in each workshop: %(n)s"), n=_hung(registered)
        )
    )
    return Check("posters", not lacking, words, "/posters")


def _posters(session: Session, settings: Settings, now: datetime) -> Iterator[Check]:
    posters = list_registered(session, PLANT, settings, now)
    yield hung(session, now, posters)
    bare = sum(poster.hangs and not poster.now.proof for poster in posters)
    yield _none(
        "proof", bare, N_("Posters without a photo that proves they hang: %(n)s"),
        N_("Each poster that hangs has its photo"), "/posters",
    )  # fmt: skip
    old = sum(bool(poster.outdated) for poster in posters)
    yield _none(
        "outdated", old, N_("Posters that show outdated words or figures: %(n)s"),
        N_("No poster is outdated"), "/posters",
    )  # fmt: skip


def _hung(posters: list[Registered]) -> int:
    return sum(poster.hangs for poster in posters)


def _undecided(session: Session, actor: Actor, now: datetime) -> Check:
    late = (
        select(func.count(Report.id))
        .join(Deadline, Deadline.subject_id == Report.id)
        .where(
            Report.state.in_(WAITING), Report.drill.is_(False),
            Deadline.subject_kind == Report.kind, Deadline.kind == DeadlineKind.ACCEPT,
            Deadline.due_at <= now, Deadline.done_at.is_(None), Deadline.paused_since.is_(None),
            unkept_from(session, actor),
        )
    )  # fmt: skip
    count = session.scalar(late) or 0
    return _none(
        "undecided", count, N_("Reports not decided in time: %(n)s"),
        N_("Every report was decided in time or is still in time"), "/reports",
    )  # fmt: skip


def _overdue(session: Session, now: datetime, mine: ColumnElement[bool]) -> Check:
    late = select(func.count(Case.id)).where(mine, open_at(now), overdue_at(now))
    count = session.scalar(late) or 0
    return _none(
        "overdue", count, N_("Hazards whose rectification is overdue: %(n)s"),
        N_("No rectification is overdue"), "/cases?overdue=1",
    )  # fmt: skip


def _majors(session: Session, now: datetime, mine: ColumnElement[bool]) -> Check:
    planned = exists().where(Plan.case_id == Case.id, Plan.state == PlanState.IN_FORCE)
    bare = select(func.count(Case.id)).where(
        mine, confirmed(), open_at(now), Case.statutory_level == StatutoryLevel.MAJOR,
        ~planned, Case.fixed_on_spot.is_(False),
    )  # fmt: skip
    count = session.scalar(bare) or 0
    return _none(
        "majors", count, N_("Open major hazards without the five implementations: %(n)s"),
        N_("Every open major hazard has its five implementations"), "/ledger?level=major",
    )  # fmt: skip


def _unpaid(session: Session, now: datetime, mine: ColumnElement[bool]) -> Check:
    old: timedelta = PAID_WITHIN
    late = (
        select(func.count(Award.id))
        .join(Case, Case.id == Award.case_id)
        .where(mine, Award.state.in_(UNPAID), Case.verified_at < now - old)
    )
    count = session.scalar(late) or 0
    return _none(
        "unpaid", count, N_("Rewards unpaid for more than %(days)s days: %(n)s"),
        N_("No reward waits longer than %(days)s days"), "/settlements", days=old.days,
    )  # fmt: skip


def _unarchived(session: Session, now: datetime, mine: ColumnElement[bool]) -> Check:
    late = (
        select(func.count(Case.id.distinct()))
        .join(Deadline, Deadline.subject_id == Case.id)
        .where(
            mine, Case.state == CaseState.CLOSED, Deadline.subject_kind == Case.kind,
            Deadline.kind.in_((DeadlineKind.FEEDBACK, DeadlineKind.ARCHIVE)),
            Deadline.due_at <= now, Deadline.done_at.is_(None), Deadline.paused_since.is_(None),
        )
    )  # fmt: skip
    count = session.scalar(late) or 0
    return _none(
        "archive", count, N_("Closed cases not told or archived in time: %(n)s"),
        N_("Closed cases were told and archived in time"), "/cases?state=closed",
    )  # fmt: skip


def _none(key: str, count: int, lacking: str, fine: str, href: str, **values: object) -> Check:
    """Return a line that is in order where nothing was counted."""
    words = Sentence(lacking, n=count, **values) if count else Sentence(fine, **values)
    return Check(key, not count, words, href)
