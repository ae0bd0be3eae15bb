"""The signed sheet of a shift comes back: a photo, and the rows marked with √ (words 4.2)."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.cases import rectification
from hazard.cases.checklists import check_control
from hazard.cases.models import SignedPaper
from hazard.cases.queries import hold_case
from hazard.cases.terms import PaperAbout
from hazard.core.errors import NotFound
from hazard.people.models import Unit
from hazard.people.working import shift_at
from hazard.reports.models import Photo


def keep_sheet(
    work: Work,
    unit_id: int,
    photo: Photo,
    ticked: Mapping[str, Collection[int]],
    holds: Mapping[str, bool],
) -> None:
    """Attach the photo to the running shift and take over what was marked on paper.

    `ticked` are measures by case number, `holds` the word on the interim control by case number;
    what is in neither stays as it was ("all unchanged").
    """
    unit = work.session.get(Unit, unit_id)
    if unit is None or not work.actor.may(Permission.CHECKLIST_USE, unit.path):
        raise NotFound
    shift = shift_at(work.session, work.now, unit.id)
    work.session.add(
        SignedPaper(
            about=PaperAbout.SHIFT, unit_id=unit.id, day=shift.day, shift_name=shift.name or "",
            photo_id=photo.id, by_id=work.actor.person_id or 0, at=work.now,
        )
    )  # fmt: skip
    for number, measures in sorted(ticked.items()):
        for measure in sorted(measures):
            rectification.tick(work, hold_case(work, number), measure, None)
    for number, word in sorted(holds.items()):
        check_control(work, hold_case(work, number), unit_id, holds=word)


def latest_sheets(
    session: Session, unit_id: int, limit: int = 6
) -> list[tuple[date, str, datetime, str]]:
    """Return day, shift, moment and photo of the newest signed sheets of a unit."""
    kept = (
        select(SignedPaper.day, SignedPaper.shift_name, SignedPaper.at, Photo.public_id)
        .join(Photo, SignedPaper.photo_id == Photo.id)
        .where(SignedPaper.about == PaperAbout.SHIFT, SignedPaper.unit_id == unit_id)
    )
    newest = kept.order_by(SignedPaper.id.desc()).limit(limit)
    return [(row.day, row.shift_name, row.at, row.public_id) for row in session.execute(newest)]
