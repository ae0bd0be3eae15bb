"""What a reporter may do with a report, and what was promised when it came in."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from hazard.core.calendar import extended, last_day
from hazard.core.words import N_, Sentence
from hazard.deadlines.queries import all_of
from hazard.deadlines.terms import DeadlineKind
from hazard.policy.queries import policy_numbered
from hazard.policy.words import Urgency
from hazard.reports.handling import appeals_left
from hazard.reports.models import Report
from hazard.reports.queries import find_by_submission
from hazard.reports.states import PATHS, ReportStep


@dataclass(frozen=True, slots=True)
class Promise:
    """Until when the plant has to act; 24:00 of the last day."""

    told_by: datetime
    """Accepted or not."""
    checked_by: datetime
    """Two people on the spot, if it is accepted on the last day only."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is shown after sending."""

    report_id: int
    number: str
    coded: bool
    """A code follows it; else it stands among the reports of whoever was logged in."""
    shows_code: bool
    """The code may be shown again: not kept yet, the shift is not long over."""
    poster_code: str
    emergency: bool
    repeated: bool
    """The reporter said that somebody had reported it before."""
    policy_version: int
    promise: Promise


def find_receipt(session: Session, submission_hash: str, now: datetime) -> Receipt | None:
    """Return the receipt of the report that a form made, or None."""
    report = find_by_submission(session, submission_hash)
    if report is None:
        return None
    coded = report.locator is not None
    shows_code = coded and not report.kept and now < report.code_until
    return Receipt(
        report.id, report.number, coded, shows_code, report.poster_code,
        report.urgency is Urgency.EMERGENCY, bool(report.same_as), report.policy_version,
        promised(session, report),
    )  # fmt: skip


def promised(session: Session, report: Report) -> Promise:
    """Return the dates of the receipt from the report's clock and the policy it came under."""
    clocks = all_of(session, report.kind, report.id)
    told_by = next(clock.due_at for clock in clocks if clock.kind is DeadlineKind.ACCEPT)
    verify = policy_numbered(session, report.policy_version).policy.clocks.verify
    return Promise(told_by, extended(told_by, verify.days, verify.unit))


def end_of(due_at: datetime) -> Sentence:
    """Return the last day of something due, as phones say it: 11月24日 24:00前."""
    return Sentence(N_("the end of %(day)s"), day=last_day(due_at))


def may_withdraw(report: Report) -> bool:
    """Say whether the report can still be taken back, as far as it knows itself."""
    return report.state in PATHS[ReportStep.WITHDRAW].sources


def may_appeal(session: Session, report: Report, now: datetime) -> bool:
    """Say whether the report is refused and there is somebody left to ask."""
    refused = report.state in PATHS[ReportStep.REOPEN].sources
    return refused and bool(appeals_left(session, report, now))


def may_reply(report: Report) -> bool:
    """Say whether somebody at the plant would read a reply."""
    return report.state not in PATHS[ReportStep.REOPEN].sources | CLOSED_TALK


CLOSED_TALK = frozenset({PATHS[ReportStep.WITHDRAW].target, PATHS[ReportStep.TRANSFER].target})
"""Withdrawn and handed on: the desk has done with it."""
