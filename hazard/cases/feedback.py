"""Telling each reporter of a case what came of it (S1-13)."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.cases.models import Case, Feedback
from hazard.cases.states import Step
from hazard.cases.terms import CaseState, PlanState
from hazard.cases.transition import take
from hazard.core.db import once
from hazard.core.errors import NotFound, Refused
from hazard.core.words import N_, Sentence
from hazard.deadlines.clocks import finish
from hazard.deadlines.terms import DeadlineKind
from hazard.policy.words import StatutoryLevel
from hazard.reports import handling
from hazard.reports.models import Report
from hazard.reports.terms import ReportState

ENDED = frozenset({CaseState.CLOSED, CaseState.ARCHIVED, CaseState.UNCONFIRMED})
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
            case_id=case.id, report_id=report.id, reopened=case.reopened,
            given_by=work.actor.person_id, text=text.strip(), at=work.now,
        )
    )  # fmt: skip
    work.session.flush()
    if case.state is CaseState.CLOSED:
        take(work, case, Step.INFORM, report=report.number)
    else:  # no step of its own: the state stays, whichever it is
        work.record(Step.INFORM, case, report=report.number)
    settle_told(work, case)


def settle_told(work: Work, case: Case) -> None:
    """Stop the clock of feedback once nobody waits to be told, and with it that of handling."""
    if not uninformed(work.session, case):
        finish(work, case, DeadlineKind.FEEDBACK)
        settle_handling(work, case)


def settle_handling(work: Work, case: Case) -> None:
    """Stop the clock of handling once it is decided and the reporters know (domain 2.4).

    Decided is: not confirmed; or closed; a major hazard with its plan in force already.
    """
    if _is_decided(case) and not uninformed(work.session, case):
        finish(work, case, DeadlineKind.HANDLE)


def _is_decided(case: Case) -> bool:
    if case.state is CaseState.UNCONFIRMED or case.closed_at is not None:
        return True
    planned = any(plan.state is PlanState.IN_FORCE for plan in case.plans)
    return case.statutory_level is StatutoryLevel.MAJOR and planned


def uninformed(session: Session, case: Case) -> list[Report]:
    """Return the reports of the case whose reporters wait to be told; withdrawn ones do not.

    While a case that was opened again is under way they have been told so, and wait for its end.
    """
    if case.reopened and case.state not in ENDED:
        return []
    told = _told(session, case)
    return [
        link.report for link in case.reports
        if link.report_id not in told and link.report.state is not ReportState.WITHDRAWN
    ]  # fmt: skip


def foresee_told(session: Session, cases: Sequence[Case]) -> None:
    """Read together which reporters of each of many cases were told."""
    told: dict[int, set[int]] = {case.id: set() for case in cases}
    for case_id, report_id in session.execute(_given(cases)):
        told[case_id].add(report_id)
    for case in cases:
        _told.foretell(session, frozenset(told[case.id]), case)


@once
def _told(session: Session, case: Case) -> frozenset[int]:
    return frozenset(report_id for _, report_id in session.execute(_given([case])))


def _given(cases: Sequence[Case]) -> Select[int, int]:
    given = select(Feedback.case_id, Feedback.report_id).join(Case, Case.id == Feedback.case_id)
    return given.where(
        Feedback.case_id.in_([case.id for case in cases]), Feedback.reopened == Case.reopened
    )
