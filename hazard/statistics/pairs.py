"""Before and after: hazards put right, with photos whose release somebody decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazard.access.actor import Actor
from hazard.cases.models import Case, CasePhoto, CaseReport
from hazard.cases.queries import visible_to
from hazard.core.clock import day_of
from hazard.reports.models import Photo
from hazard.reports.terms import PhotoPart
from hazard.statistics.figures import counted
from hazard.statistics.spans import Span

LOOKED_AT = 40
"""So many closed hazards are looked through for pairs."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One hazard before and after; photos by public id, the first of each proposed."""

    case_number: str
    summary: str
    place: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    closed_on: date


def list_pairs(session: Session, actor: Actor, span: Span, limit: int) -> list[Pair]:
    """Return pairs of hazards closed in the span that the actor may see, newest first.

    Of the photos of reports only released ones (decisions 31); what is kept from anybody is out.
    """
    closed = (Case.closed_at >= span.starts, Case.closed_at < span.ends, Case.hidden_from == "")
    cases = session.scalars(
        visible_to(actor)
        .where(counted(), *closed)
        .order_by(Case.closed_at.desc(), Case.id.desc())
        .limit(LOOKED_AT)
    ).all()
    photos = _photos(session, [case.id for case in cases])
    pairs = [_pair(case, photos.get(case.id, ())) for case in cases]
    return [pair for pair in pairs if pair.before and pair.after][:limit]


def _pair(case: Case, photos: Sequence[Photo]) -> Pair:
    after = [photo.public_id for photo in photos if photo.part is PhotoPart.AFTER]
    before = [photo.public_id for photo in photos if photo.part is not PhotoPart.AFTER]
    return Pair(
        case.number, case.short_description, case.place_name, tuple(before), tuple(after),
        day_of(case.closed_at or case.opened_at),
    )  # fmt: skip


def _photos(session: Session, case_ids: Sequence[int]) -> dict[int, list[Photo]]:
    own = select(CasePhoto.case_id, Photo).join(Photo, Photo.id == CasePhoto.photo_id)
    own = own.where(CasePhoto.case_id.in_(case_ids))
    reported = select(CaseReport.case_id, Photo).join(
        Photo, Photo.report_id == CaseReport.report_id
    )
    reported = reported.where(CaseReport.case_id.in_(case_ids), Photo.shown_to_rectifiers)
    found: dict[int, list[Photo]] = {}
    for query in (reported, own):
        for case_id, photo in session.execute(query.order_by(Photo.id)):
            found.setdefault(case_id, []).append(photo)
    return found
