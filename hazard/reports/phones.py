"""Named reports a phone may see again, known by a random mark alone (decisions 23)."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from hazard.audit.work import Work
from hazard.core.clock import day_of
from hazard.core.errors import NotFound
from hazard.policy.words import Identity
from hazard.reports.models import PhoneReport, Report

LIFE = timedelta(days=90)
MOST = 20


def note_report(work: Work, mark: str, report: Report) -> None:
    """Let the phone with this mark see a named report for 90 days; others are never noted."""
    known = work.session.get(PhoneReport, report.id) is not None
    if known or report.identity is not Identity.NAMED:
        return
    row = PhoneReport(
        report_id=report.id, mark_hash=_hash(mark), erase_after=day_of(work.now + LIFE)
    )
    work.session.add(row)


def list_of_phone(session: Session, mark: str, now: datetime) -> list[Report]:
    """Return the reports this mark may see, newest first, at most twenty."""
    return list(session.scalars(_of(mark, now).order_by(Report.id.desc()).limit(MOST)))


def get_of_phone(session: Session, mark: str, now: datetime, number: str) -> Report:
    """Return one of them; raises `NotFound`."""
    report = session.scalars(_of(mark, now).where(Report.number == number)).one_or_none()
    if report is None:
        raise NotFound
    return report


def forget_phone(work: Work, mark: str) -> None:
    """Let the mark see nothing any more; the reports stay."""
    work.session.execute(delete(PhoneReport).where(PhoneReport.mark_hash == _hash(mark)))


def forget_old(work: Work) -> None:
    """Delete what is older than 90 days."""
    work.session.execute(delete(PhoneReport).where(PhoneReport.erase_after < day_of(work.now)))


def _of(mark: str, now: datetime) -> Select[Report]:
    mine = select(Report).join(PhoneReport, PhoneReport.report_id == Report.id)
    return mine.where(PhoneReport.mark_hash == _hash(mark), PhoneReport.erase_after >= day_of(now))


def _hash(mark: str) -> str:
    return hashlib.sha256(f"phone|{mark}".encode()).hexdigest()
