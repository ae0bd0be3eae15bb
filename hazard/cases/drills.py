"""Tests and drills: kept in the trail, in no list, figure or reward, undoable (decisions 16).

A report so marked waits for nobody; one that was accepted is walked as any other.
"""

from sqlalchemy import select

from hazard.audit.work import Work
from hazard.cases.models import Case, CaseReport
from hazard.deadlines.clocks import pause, resume
from hazard.deadlines.terms import DeadlineKind
from hazard.reports import handling
from hazard.reports.models import Report
from hazard.reports.terms import ReportState


def mark(work: Work, report: Report, *, drill: bool) -> None:
    """Mark a report as test or drill, or take the mark off; the clocks stand meanwhile."""
    handling.mark_drill(work, report, drill=drill)
    let = pause if drill else resume
    if report.state is not ReportState.RETURNED:
        let(work, report, DeadlineKind.ACCEPT)
    let(work, report, DeadlineKind.RECEIPT)
    for case in _cases_of(work, report):
        was, case.drill = case.drill, all(link.report.drill for link in case.reports)
        if was != case.drill:
            for kind in DeadlineKind:
                let(work, case, kind)


def _cases_of(work: Work, report: Report) -> list[Case]:
    linked = select(Case).join(CaseReport).where(CaseReport.report_id == report.id)
    return list(work.session.scalars(linked.order_by(Case.id)))
