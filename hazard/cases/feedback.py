"""Telling each reporter of a case what came of it (S1-13)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.cases.models import Case, Feedback
from hazard.cases.states import Step
from hazard.cases.terms import CaseState
from hazard.cases.transition import take
from hazard.core.errors import NotFound, Refused
from hazard.core.words import N_, Sentence
from hazard.deadlines.clocks import finish
from hazard.deadlines.terms import DeadlineKind
from hazard.reports import handling
from hazard.reports.models import Report
from hazard.reports.terms import ReportState

TELLABLE = frozenset(CaseState) - {CaseState.ACCEPTED, CaseState.VERIFYING, CaseState.ARCHIVED}
"""The clock of S1-13 starts when the investigation ends, so the result may be told from then on."""


def inform(work: Work, case: Case, report: Report, text: str) -> None:
    """Give one reporter the result; with the last one the clock of feedback is done."""
    work.actor.need(Permission.CASE_INFORM, case.unit_path)
    if case.state not in TELLABLE:
        raise Refused(Sentence(N_("The result is told once it was verified on the spot")))
    if report.id not in {link.report_id for link in case.reports}:
        raise NotFound
    if report.id not in {each.id for each in uninformed(work.session, case)}:
        raise Refused(Sentence(N_("This reporter has been told the result already")))
    handling.write_to_reporter(work, report, text)
    work.session.add(
        Feedback(
            case_id=case.id, report_id=report.id, given_by=work.actor.person_id,
            text=text.strip(), at=work.now,
        )
    )  # fmt: skip
    work.session.flush()
    if case.state is CaseState.CLOSED:
        take(work, case, Step.INFORM, report=report.number)
    else:  # no step of its own: the state stays, whichever it is
        work.record(Step.INFORM, case, report=report.number)
    if not uninformed(work.session, case):
        finish(work, case, DeadlineKind.FEEDBACK)


def uninformed(session: Session, case: Case) -> list[Report]:
    """Return the reports of the case whose reporters wait to be told; withdrawn ones do not."""
    told = set(session.scalars(select(Feedback.report_id).where(Feedback.case_id == case.id)))
    return [
        link.report for link in case.reports
        if link.report_id not in told and link.report.state is not ReportState.WITHDRAWN
    ]  # fmt: skip
