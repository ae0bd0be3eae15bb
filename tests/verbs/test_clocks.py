"""When the clocks of the law begin, stand still and stop."""

from datetime import date, datetime

from sqlalchemy import select

from hazard.cases.models import Case
from hazard.core.calendar import ONE_DAY, end_of
from hazard.core.clock import CHINA
from hazard.deadlines.models import Deadline
from hazard.deadlines.terms import DeadlineKind
from hazard.policy.words import Identity
from hazard.reports import handling
from hazard.reports.models import Report
from hazard.reports.queries import hold_report
from tests.company import Company
from tests.walks import Walk, walk_to_accepted, walk_to_reported

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def acceptance(company: Company, walk: Walk) -> Deadline:
    """Return the clock of acceptance of a report."""
    with company.reading() as session:
        report = session.scalars(select(Report).where(Report.number == walk.report)).one()
        return session.scalars(
            select(Deadline).where(
                Deadline.subject_kind == report.kind,
                Deadline.subject_id == report.id,
                Deadline.kind == DeadlineKind.ACCEPT,
            )
        ).one()


def test_the_clock_of_an_anonymous_report_begins_when_its_shift_is_over(company: Company) -> None:
    """Else its date would tell on which side of midnight it was sent (decisions 24)."""
    company.clock.set(datetime(2026, 11, 23, 23, 30, tzinfo=CHINA))
    named = acceptance(company, walk_to_reported(company))
    unnamed = acceptance(company, walk_to_reported(company, identity=Identity.ANONYMOUS))
    assert (named.starts_on, named.due_at) == (MONDAY, end_of(TUESDAY))
    assert (unnamed.starts_on, unnamed.due_at) == (TUESDAY, end_of(TUESDAY + ONE_DAY))


def test_while_the_reporter_is_asked_the_clock_stands_still(company: Company) -> None:
    walk = walk_to_reported(company)
    with company.work_as(company.safety) as work:
        handling.ask(work, hold_report(work, walk.report), "哪一台？")
    asked = acceptance(company, walk)
    assert (asked.paused_since, asked.due_at) == (company.clock.now(), end_of(TUESDAY))
    company.clock.move(3 * ONE_DAY)
    with company.reported() as work:
        report = work.session.scalars(select(Report).where(Report.number == walk.report)).one()
        handling.answer(work, report, "靠门那台")
    answered = acceptance(company, walk)
    assert (answered.paused_since, answered.due_at) == (None, end_of(TUESDAY + 3 * ONE_DAY))


def test_a_clock_that_was_kept_is_over_and_those_of_the_case_run(company: Company) -> None:
    company.clock.move(ONE_DAY / 24)
    walk = walk_to_accepted(company)
    assert acceptance(company, walk).done_at == company.clock.now()
    with company.reading() as session:
        case = session.scalars(select(Case).where(Case.number == walk.case)).one()
        running = session.scalars(
            select(Deadline.kind).where(
                Deadline.subject_kind == case.kind,
                Deadline.subject_id == case.id,
                Deadline.done_at.is_(None),
            )
        ).all()
    assert DeadlineKind.HANDLE in running
