"""The week's closings, confirmed by the workers' representative in one go (words 4.2).

Major hazards are not in the one go: each is signed singly before it closes (decisions 12).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from hazard.access.actor import Actor
from hazard.access.duties import MAJOR_FROM
from hazard.access.permissions import Permission, Role
from hazard.audit.work import Work
from hazard.cases.closing_sheets import ClosingRow, ClosingSheet
from hazard.cases.hands import plan_of
from hazard.cases.models import Case, CheckRecord, Plan, SignedPaper
from hazard.cases.queries import visible_to
from hazard.cases.terms import PaperAbout, Part
from hazard.core.calendar import start_of
from hazard.core.clock import day_of
from hazard.core.errors import Refused, Unclear
from hazard.core.words import N_, Sentence
from hazard.notices.outbox import tell
from hazard.people.queries import list_holders, names_of, root_unit
from hazard.policy.queries import get_plant
from hazard.reports.models import Photo
from hazard.reports.queries import list_mine

WEEK = timedelta(days=7)
ALL_MINE = 1000


@dataclass(frozen=True, slots=True)
class Closing:
    """One closed hazard as the list shows it; never who reported."""

    row: ClosingRow
    case_id: int
    major: bool
    signed_by: str
    """Name of the representative, empty while nobody signed."""
    mine: bool
    """Whether the actor may sign it now: not one's own report, work or check."""


@dataclass(frozen=True, slots=True)
class Week:
    """The closings of one week, Monday to Sunday."""

    starts: date
    ends: date
    """The Sunday."""
    lines: tuple[Closing, ...]
    papers: tuple[str, ...]
    """Public ids of photos of the signed sheet."""

    @property
    def waiting(self) -> int:
        """Return how many nobody signed yet, the major ones left out."""
        return sum(not line.signed_by and not line.major for line in self.lines)


def monday_of(day: date) -> date:
    """Return the Monday of the week the day lies in."""
    return day - timedelta(days=day.weekday())


def get_week(session: Session, actor: Actor, monday: date) -> Week:
    """Return what was closed from this Monday to Sunday, in the order it was closed."""
    cases = _closed(session, actor, monday)
    checks = _passed(session, [case.id for case in cases])
    people = {check.checker_id for check in checks.values()}
    names = names_of(session, people | {check.cosigned_by for check in checks.values()})
    own = _own(session, actor)
    lines = tuple(
        _line(case, checks[case.id], names, actor, own) for case in cases if case.id in checks
    )
    papers = _papers(session, actor, monday)
    return Week(monday, monday + WEEK - timedelta(days=1), lines, papers)


def confirm(work: Work, monday: date, numbers: Collection[str], note: str) -> int:
    """Sign the chosen closings of the week in one go; return how many.

    What is left out stays unsigned; the safety officer is told with the words, which are needed.
    Raises `Refused` when nothing waits.
    """
    work.actor.need(Permission.CASE_COSIGN)
    waiting = [line for line in get_week(work.session, work.actor, monday).lines if line.mine]
    if not waiting:
        raise Refused(Sentence(N_("Nothing waits for your signature in this week")))
    chosen = [line for line in waiting if line.row.number in numbers]
    left = [line for line in waiting if line.row.number not in numbers]
    if left and not note.strip():
        raise Unclear(Sentence(N_("Please write what is not right with the rest")), field="note")
    checks = _passed(work.session, [line.case_id for line in chosen])
    for check in checks.values():
        check.cosigned_by, check.cosigned_at = work.actor.person_id, work.now
        work.record("week_signed", work.session.get_one(Case, check.case_id))
    if left:
        _object(work, monday, left, note.strip())
    return len(chosen)


def attach_paper(work: Work, monday: date, photo: Photo) -> None:
    """Keep a photo of the signed sheet with its week."""
    work.actor.need(Permission.CASE_READ)
    root = root_unit(work.session)
    work.session.add(
        SignedPaper(
            about=PaperAbout.WEEK, unit_id=root.id, day=monday, photo_id=photo.id,
            by_id=work.actor.person_id or 0, at=work.now,
        )
    )  # fmt: skip


def sheet_of(session: Session, actor: Actor, week: Week, printed_at: datetime) -> ClosingSheet:
    """Return the paper; raises `Refused` for a week in which nothing was closed."""
    rows = tuple(line.row for line in week.lines if not line.major)
    if not rows:
        raise Refused(Sentence(N_("Nothing was closed in this week, so nothing is printed")))
    return ClosingSheet(
        printed_at=printed_at, plant=get_plant(session).name, starts=week.starts, ends=week.ends,
        rows=rows, printed_by=actor.name,
    )  # fmt: skip


def _closed(session: Session, actor: Actor, monday: date) -> Sequence[Case]:
    begins, ends = start_of(monday), start_of(monday + WEEK)
    within = visible_to(actor).where(
        Case.closed_at >= begins, Case.closed_at < ends, Case.drill.is_(False)
    )
    whole = within.options(
        selectinload(Case.assignments), selectinload(Case.plans).selectinload(Plan.measures),
        selectinload(Case.reports),
    )  # fmt: skip
    return session.scalars(whole.order_by(Case.closed_at, Case.id)).all()


def _passed(session: Session, case_ids: Collection[int]) -> dict[int, CheckRecord]:
    """Return the last passed check of each case."""
    passed = select(CheckRecord).where(CheckRecord.case_id.in_(case_ids), CheckRecord.passed)
    return {check.case_id: check for check in session.scalars(passed.order_by(CheckRecord.id))}


def _line(
    case: Case, check: CheckRecord, names: dict[int, str], actor: Actor, own: set[int]
) -> Closing:
    plan = plan_of(case)
    done = tuple(measure.text for measure in plan.measures) if plan else ()
    row = ClosingRow(
        number=case.number, place=case.place_name, hazard=case.short_description,
        done=done, checker=names.get(check.checker_id, ""),
        closed_on=day_of(case.closed_at or check.at),
    )  # fmt: skip
    signed = names.get(check.cosigned_by or 0, "")
    major = (case.reward_level or 0) >= MAJOR_FROM
    mine = (
        not signed and not major and actor.may(Permission.CASE_COSIGN, case.unit_path)
        and not _is_involved(case, check, actor, own)
    )  # fmt: skip
    return Closing(row, case.id, major, signed, mine)


def _is_involved(case: Case, check: CheckRecord, actor: Actor, own: set[int]) -> bool:
    """Say whether it is the actor's own work, check or report."""
    owners = {each.person_id for each in case.assignments if each.part is Part.OWNER}
    reported = any(link.report_id in own for link in case.reports)
    return reported or actor.person_id in {*owners, check.checker_id, case.fixer_id}


def _own(session: Session, actor: Actor) -> set[int]:
    if actor.person_id is None or not actor.may(Permission.CASE_COSIGN):
        return set()
    return {report.id for report in list_mine(session, actor.person_id, limit=ALL_MINE)}


def _papers(session: Session, actor: Actor, monday: date) -> tuple[str, ...]:
    if not actor.may(Permission.CASE_READ, root_unit(session).path):
        return ()
    kept = (
        select(Photo.public_id)
        .join(SignedPaper, SignedPaper.photo_id == Photo.id)
        .where(SignedPaper.about == PaperAbout.WEEK, SignedPaper.day == monday)
    )
    return tuple(session.scalars(kept.order_by(SignedPaper.id)))


def _object(work: Work, monday: date, left: Sequence[Closing], words: str) -> None:
    root = root_unit(work.session)
    officers = list_holders(work.session, [Role.SAFETY_OFFICER], root.path, day_of(work.now))
    numbers = " ".join(line.row.number for line in left)
    tell(
        work, officers,
        Sentence(
            N_("The workers' representative did not sign %(numbers)s: %(words)s"),
            numbers=numbers, words=words,
        ),
        key=f"closings:{monday}:{work.now.isoformat()}", link=f"/closings?week={monday}",
    )  # fmt: skip
