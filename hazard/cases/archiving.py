"""Archiving a finished case: what its file holds and the head of the trail (S1-17)."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazard.audit.queries import get_head
from hazard.audit.work import Work
from hazard.cases.models import Archive, Case
from hazard.cases.states import Step
from hazard.cases.terms import CaseState
from hazard.cases.transition import take
from hazard.core.calendar import end_of
from hazard.core.clock import day_of
from hazard.deadlines.clocks import finish
from hazard.deadlines.models import Deadline
from hazard.deadlines.terms import DeadlineKind


def ready_ids(session: Session, now: datetime) -> list[int]:
    """Return the cases on or after their day of archiving whose reporters were all told.

    On the day itself, so that a clock kept never counts as late. What a reporter doubts waits.
    """
    due = (
        select(Case.id)
        .join(Deadline, (Deadline.subject_id == Case.id) & (Deadline.subject_kind == Case.kind))
        .where(
            Case.state.in_([CaseState.CLOSED, CaseState.UNCONFIRMED]),
            Deadline.kind == DeadlineKind.ARCHIVE,
            Deadline.done_at.is_(None),
            Deadline.due_at <= end_of(day_of(now)),
        )
    )
    waiting = select(Deadline.subject_id).where(
        Deadline.subject_kind == Case.kind,
        Deadline.kind.in_([DeadlineKind.FEEDBACK, DeadlineKind.LOOK_AGAIN]),
        Deadline.done_at.is_(None),
    )
    return list(session.scalars(due.where(Case.id.not_in(waiting)).order_by(Case.id)))


def archive(work: Work, case_id: int, manifest: Mapping[str, object]) -> None:
    """Seal the case with the manifest of its file; only the job does it, once."""
    case = work.session.get_one(Case, case_id, with_for_update=True)
    head_seq, head_hash = get_head(work.session)
    work.session.add(
        Archive(
            case_id=case.id, index_json=json.dumps(manifest, sort_keys=True),
            head_seq=head_seq, head_hash=head_hash, at=work.now,
        )
    )  # fmt: skip
    take(work, case, Step.ARCHIVE, head=head_hash)
    finish(work, case, DeadlineKind.ARCHIVE)
