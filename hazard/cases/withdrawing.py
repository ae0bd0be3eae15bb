"""A report taken back: the hazard it told of goes on as the plant's own (domain 2.6.8)."""

from hazard.access.permissions import Role
from hazard.audit.work import Work
from hazard.cases.feedback import settle_told
from hazard.cases.models import Case
from hazard.cases.queries import cases_of_report
from hazard.cases.terms import CaseState
from hazard.core.clock import day_of
from hazard.core.errors import Refused
from hazard.core.words import N_, Sentence
from hazard.notices.outbox import tell
from hazard.people.queries import list_holders
from hazard.reports import handling
from hazard.reports.models import Report

OVER = frozenset({CaseState.CLOSED, CaseState.ARCHIVED, CaseState.UNCONFIRMED})


def withdraw(work: Work, report: Report, *, pressed: bool = False) -> None:
    """Let the reporter take the report back until its hazard is over; its cases go on without it.

    The desk is told to look at the reward anew, since it does not move to another report by
    itself. Whether the reporter was pressed goes to the workers' representatives alone.
    """
    cases = cases_of_report(work.session, report.id)
    if any(case.state in OVER for case in cases):
        raise Refused(Sentence(N_("It is over already; it can no longer be withdrawn")))
    handling.withdraw(work, report, pressed=pressed)
    for case in cases:
        _go_on(work, case, report)


def _go_on(work: Work, case: Case, report: Report) -> None:
    work.record("report_withdrawn", case)
    settle_told(work, case)
    if case.is_hidden_from(Role.SAFETY_OFFICER):
        return
    officers = list_holders(work.session, [Role.SAFETY_OFFICER], case.unit_path, day_of(work.now))
    words = Sentence(
        N_("A report of %(number)s was withdrawn; the hazard goes on, look at the reward anew"),
        number=case.number,
    )
    key, link = f"withdrawn:{case.id}:{report.id}", f"/cases/{case.number}"
    tell(work, officers, words, key=key, link=link)
