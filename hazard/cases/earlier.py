"""Earlier hazards that may be the same as a new report: proposed, never decided (domain 2.6.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from hazard.access.actor import Actor
from hazard.cases.likeness import DAYS, Likeness, Message, compare
from hazard.cases.models import Case, CaseReport
from hazard.cases.queries import visible_to
from hazard.cases.terms import CaseState
from hazard.core.clock import day_of
from hazard.core.words import N_, Sentence
from hazard.reports.models import Photo, Report
from hazard.reports.queries import list_photos, may_read

LOOKED_AT = 300
"""How many of the newest hazards are compared."""
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier hazard beside a new report."""

    number: str
    place: str
    short_description: str
    state: CaseState
    closed_on: date | None
    """What came after this day is a new matter (domain 6.9)."""
    points: int
    reasons: tuple[Sentence, ...]


def propose_earlier(session: Session, actor: Actor, report: Report) -> list[Earlier]:
    """Return the hazards of the last 30 days that look most like the report, likest first.

    Only what the actor may see; the words of other reports count only where they may be read.
    """
    about = (
        Case.category == report.category, Case.place_id == report.place_id,
        Case.number == report.same_as,
    )  # fmt: skip
    recent = visible_to(actor).where(
        Case.opened_at >= report.received_at - timedelta(days=DAYS), or_(*about),
        Case.merged_into_id.is_(None), Case.drill.is_(report.drill),
        Case.id.not_in(select(CaseReport.case_id).where(CaseReport.report_id == report.id)),
    )  # fmt: skip
    loaded = recent.options(selectinload(Case.reports).selectinload(CaseReport.report))
    cases = list(session.scalars(loaded.order_by(Case.id.desc()).limit(LOOKED_AT)))
    hashes = _hashes(session, [report, *(link.report for case in cases for link in case.reports)])
    mine = _message_of(report, hashes)
    found = []
    for case in cases:
        theirs, said_so = _message(session, actor, case, hashes), report.same_as == case.number
        found.append(_earlier(case, compare(mine, theirs, said_so=said_so)))
    likely = [earlier for earlier in found if earlier is not None]
    return sorted(likely, key=lambda each: (-each.points, each.number))[:SHOWN]


def _earlier(case: Case, like: Likeness) -> Earlier | None:
    if not like.is_enough:
        return None
    return Earlier(
        case.number, case.place_name, case.short_description, case.state, _day(case.closed_at),
        like.points, _reasons(like),
    )  # fmt: skip


def _day(moment: datetime | None) -> date | None:
    return day_of(moment) if moment else None


def _reasons(like: Likeness) -> tuple[Sentence, ...]:
    told = (
        (like.said_so, Sentence(N_("the reporter holds it for the same"))),
        (like.same_place, Sentence(N_("same place"))),
        (like.same_kind, Sentence(N_("same kind"))),
        (like.near_photo, Sentence(N_("nearly the same photo"))),
        (like.text >= 0.2, Sentence(N_("words alike by %(n)s%%"), n=round(like.text * 100))),
    )
    return tuple(reason for applies, reason in told if applies)


def _message_of(report: Report, hashes: dict[int, list[str]]) -> Message:
    words = f"{report.description} {report.spot}"
    photos = tuple(hashes.get(report.id, ()))
    return Message(words, report.place_id, report.category.value, photos)


def _message(session: Session, actor: Actor, case: Case, hashes: dict[int, list[str]]) -> Message:
    readable = [link.report for link in case.reports if may_read(session, actor, link.report)]
    words = [f"{each.description} {each.spot}" for each in readable]
    photos = tuple(found for each in readable for found in hashes.get(each.id, ()))
    text = max(words, key=len) if words else f"{case.short_description} {case.extract}"
    return Message(text, case.place_id, case.category.value, photos)


def _hashes(session: Session, reports: Iterable[Report]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    photos: list[Photo] = list_photos(session, [report.id for report in reports])
    for photo in photos:
        found.setdefault(photo.report_id or 0, []).append(photo.dhash)
    return found
