"""Archiving a finished case: an index of its records and the head of the trail (S1-17)."""

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazard.audit.queries import get_head, list_happenings
from hazard.audit.work import Work
from hazard.cases.models import Archive, Case, CasePhoto, CheckRecord, Feedback, Finding
from hazard.cases.states import Step
from hazard.cases.terms import CaseState
from hazard.cases.transition import take
from hazard.deadlines.clocks import finish
from hazard.deadlines.models import Deadline
from hazard.deadlines.terms import DeadlineKind
from hazard.reports.models import Photo
from hazard.reports.queries import list_photos


def ready_ids(session: Session, now: object) -> list[int]:
    """Return the cases whose time to be archived has come and whose reporters were all told."""
    due = (
        select(Case.id)
        .join(Deadline, (Deadline.subject_id == Case.id) & (Deadline.subject_kind == Case.kind))
        .where(
            Case.state.in_([CaseState.CLOSED, CaseState.UNCONFIRMED]),
            Deadline.kind == DeadlineKind.ARCHIVE,
            Deadline.done_at.is_(None),
            Deadline.due_at <= now,
        )
    )
    waiting = select(Deadline.subject_id).where(
        Deadline.subject_kind == Case.kind,
        Deadline.kind == DeadlineKind.FEEDBACK,
        Deadline.done_at.is_(None),
    )
    return list(session.scalars(due.where(Case.id.not_in(waiting)).order_by(Case.id)))


def archive(work: Work, case_id: int) -> None:
    """Seal the case; only the job does it, once."""
    case = work.session.get_one(Case, case_id, with_for_update=True)
    head_seq, head_hash = get_head(work.session)
    work.session.add(
        Archive(
            case_id=case.id, index_json=json.dumps(_index(work.session, case), sort_keys=True),
            head_seq=head_seq, head_hash=head_hash, at=work.now,
        )
    )  # fmt: skip
    take(work, case, Step.ARCHIVE, head=head_hash)
    finish(work, case, DeadlineKind.ARCHIVE)


def _index(session: Session, case: Case) -> dict[str, object]:
    reports = [link.report for link in case.reports]
    photos = list_photos(session, [report.id for report in reports])
    own = session.scalars(
        select(Photo)
        .join(CasePhoto, CasePhoto.photo_id == Photo.id)
        .where(CasePhoto.case_id == case.id)
    )
    subjects = [(case.kind, case.id), *((report.kind, report.id) for report in reports)]
    return {
        "case": case.number,
        "reports": [report.number for report in reports],
        "photos": sorted(photo.sha256 for photo in (*photos, *own)),
        "plans": [plan.id for plan in case.plans],
        "events": [event.seq for event in list_happenings(session, subjects)],
        **{
            table.__tablename__: list(
                session.scalars(select(table.id).where(table.case_id == case.id))
            )
            for table in (Finding, CheckRecord, Feedback)
        },
    }
