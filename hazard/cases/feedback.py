"""Telling each reporter of a case what came of it (S1-13)."""

from sqlalchemy import select

from hazard.audit.work import Work
from hazard.cases.models import Case, Feedback
from hazard.cases.states import Step
from hazard.cases.terms import CaseState
from hazard.cases.transition import need_open, take
from hazard.core.errors import NotFound, Refused
from hazard.core.words import N_, Sentence
from hazard.deadlines.clocks import finish
from hazard.deadlines.terms import DeadlineKind
from hazard.reports import handling
from hazard.reports.models import Report


def inform(work: Work, case: Case, report: Report, text: str) -> None:
    """Give one reporter the result; with the last one the clock of feedback is done."""
    if case.state is CaseState.CLOSED:
        need_open(work, case, Step.INFORM)
    elif case.state is not CaseState.UNCONFIRMED:
        raise Refused(Sentence(N_("The result is told when the hazard is closed or not confirmed")))
    if report.id not in {link.report_id for link in case.reports}:
        raise NotFound
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
    if not uninformed(work, case):
        finish(work, case, DeadlineKind.FEEDBACK)


def uninformed(work: Work, case: Case) -> list[Report]:
    """Return the reports of the case whose reporters have not been told."""
    told = set(work.session.scalars(select(Feedback.report_id).where(Feedback.case_id == case.id)))
    return [link.report for link in case.reports if link.report_id not in told]
