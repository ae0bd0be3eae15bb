"""Who may look at a photograph (decisions 31)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazard.access.actor import Actor
from hazard.access.permissions import Permission
from hazard.cases.models import Case, CasePhoto, Measure, Plan, Signature, SignedPaper
from hazard.cases.queries import case_of_report, visible_to
from hazard.core.errors import NotFound
from hazard.notices.echoes import shows
from hazard.people.models import Unit
from hazard.reports.models import Photo, Report
from hazard.reports.queries import get_photo, is_mine, may_read


def get_visible(session: Session, actor: Actor, public_id: str) -> Photo:
    """Return the photo if the actor may see it; raises `NotFound` for every other.

    A photo of a report is for the desk that receives it and for its own reporter, one that was
    released and those of a case are for whoever sees the case, what the weekly echo shows for
    every employee; nobody sees unclaimed ones.
    """
    photo = get_photo(session, public_id)
    if photo.report_id is not None:
        allowed = _of_report(session, actor, photo, session.get_one(Report, photo.report_id))
    else:
        cases = _cases_with(session, photo)
        allowed = _signed(session, actor, photo) or any(_sees(session, actor, c) for c in cases)
    if not allowed and not (actor.may(Permission.WORK) and shows(session, public_id)):
        raise NotFound
    return photo


def _signed(session: Session, actor: Actor, photo: Photo) -> bool:
    """Say whether it is one's own finger signature, or a signed sheet of one's unit."""
    own = select(Signature.id).where(
        Signature.photo_id == photo.id, Signature.person_id == actor.person_id
    )
    if session.scalars(own).first() is not None:
        return True
    sheet = select(Unit.path).join(SignedPaper, SignedPaper.unit_id == Unit.id)
    paths = session.scalars(sheet.where(SignedPaper.photo_id == photo.id)).all()
    return any(actor.may(Permission.CASE_READ, path) for path in paths)


def _of_report(session: Session, actor: Actor, photo: Photo, report: Report) -> bool:
    if may_read(session, actor, report) or is_mine(session, actor.person_id, report):
        return True
    case = case_of_report(session, report.id) if photo.shown_to_rectifiers else None
    return case is not None and _sees(session, actor, case.id)


def _cases_with(session: Session, photo: Photo) -> list[int]:
    kept = select(CasePhoto.case_id).where(CasePhoto.photo_id == photo.id)
    ticked = select(Plan.case_id).join(Measure, Measure.plan_id == Plan.id)
    ticked = ticked.where(Measure.photo_id == photo.id)
    return list(session.scalars(kept.union(ticked)))


def _sees(session: Session, actor: Actor, case_id: int) -> bool:
    return session.scalar(visible_to(actor).where(Case.id == case_id)) is not None
