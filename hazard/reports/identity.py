"""The one door to a named reporter's name; every look is recorded (decisions 19)."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from hazard.access.actor import Actor, not_allowed
from hazard.access.permissions import ROLE_PERMISSIONS, Permission, Role
from hazard.audit.work import Personal, Work
from hazard.core.errors import Unclear
from hazard.core.words import N_, Sentence, Term
from hazard.people.queries import get_person
from hazard.policy.words import Identity
from hazard.reports.models import Report, Reporter
from hazard.reports.queries import receivers_of
from hazard.sealing.payouts import payout_number


class LookReason(Term):
    """Why a name is looked at (domain 3.3)."""

    R1 = "R1", N_("To reach the reporter")
    R2 = "R2", N_("To pay the reward")


@dataclass(frozen=True, slots=True)
class Known:
    """Who reported, as far as it is known."""

    person_id: int | None
    name: str
    employee_no: str
    team: str
    company: str
    phone: str
    matched: bool
    """False: a typed name that nobody has matched to a person; it blocks payment only."""
    outside: bool


def look(work: Work, report: Report, reason: LookReason) -> Known | None:
    """Return who reported, or None for an anonymous report; needs `report:identify`."""
    _need_right(work, report)
    reporter = work.session.get(Reporter, report.id)
    if reporter is None:
        return None
    work.record("identity_looked", report, reason=reason)
    person = reporter.person
    return Known(
        reporter.person_id, person.name if person else reporter.name,
        person.employee_no if person else "", reporter.team, reporter.company, reporter.phone,
        person is not None or reporter.outside, reporter.outside,
    )  # fmt: skip


def match_person(work: Work, report: Report, person_id: int) -> None:
    """Decide that the typed name is this employee; needs `report:identify`."""
    reporter = _typed(work, report)
    reporter.person_id, reporter.outside = get_person(work.session, person_id).id, False
    work.record("matched", report, person=Personal(f"person:{person_id}"))


def match_outside(work: Work, report: Report) -> None:
    """Decide that the reporter is not on the roster and is paid as one from outside."""
    reporter = _typed(work, report)
    reporter.person_id, reporter.outside = None, True
    work.record("matched", report, outside=True)


def is_unmatched(session: Session, report: Report) -> bool:
    """Say whether a typed name still waits to be matched; no name is read."""
    if report.identity is not Identity.NAMED:
        return False
    reporter = session.get_one(Reporter, report.id)
    return reporter.person_id is None and not reporter.outside


def unmatched_among(session: Session, report_ids: Iterable[int]) -> frozenset[int]:
    """Return which of these reports still carry an unmatched typed name."""
    waiting = select(Reporter.report_id).where(
        Reporter.report_id.in_(list(report_ids)),
        Reporter.person_id.is_(None),
        Reporter.outside.is_(False),
    )
    return frozenset(session.scalars(waiting))


def list_unmatched(session: Session, among: Select[int]) -> list[Report]:
    """Return the reports with such a name, of those whose ids `among` gives, oldest first."""
    waiting = select(Report).join(Reporter, Reporter.report_id == Report.id).where(
        Report.id.in_(among), Reporter.person_id.is_(None), Reporter.outside.is_(False)
    )  # fmt: skip
    return list(session.scalars(waiting.order_by(Report.id)))


def sent_by(people: Iterable[int]) -> Select[int]:
    """Return the query of the ids of what these people sent by name, to be left out unseen."""
    return select(Reporter.report_id).where(Reporter.person_id.in_(list(people)))


def known_reporters(session: Session, report_ids: Iterable[int]) -> frozenset[int]:
    """Return the person ids behind these reports, for separation of duty and notices only."""
    return frozenset(reporters_of(session, report_ids).values())


def reporters_of(session: Session, report_ids: Iterable[int]) -> dict[int, int]:
    """Return the same by report id, for many cases at once."""
    known = select(Reporter.report_id, Reporter.person_id).where(
        Reporter.report_id.in_(list(report_ids)), Reporter.person_id.is_not(None)
    )
    return {report: person for report, person in session.execute(known) if person is not None}


def who_reported(session: Session, *which: ColumnElement[bool]) -> frozenset[int]:
    """Return the employees known to have sent reports like these; to be counted, never shown."""
    known = select(Reporter.person_id).join(Report, Report.id == Reporter.report_id)
    people = session.scalars(known.where(Reporter.person_id.is_not(None), *which).distinct())
    return frozenset(person for person in people if person is not None)


@dataclass(frozen=True, slots=True)
class Collector:
    """Who may collect the reward of a report: an employee, a name from outside, or a code."""

    person_id: int | None
    outside_name: str
    sealed_number: str = ""
    """Payout number on the sealed box that says whom to pay; only finance opens it."""


def payee(work: Work, report: Report) -> Collector:
    """Return who collects; recorded as a look of reason R2 (decisions 32).

    Raises `Unclear` while a typed name waits to be matched. An anonymous report is collected
    with its code: all fields are empty then. A confidential one has the number of its sealed box.
    """
    if report.identity is not Identity.NAMED:
        return Collector(None, "", payout_number(work.session, report.id))
    if is_unmatched(work.session, report):
        raise Unclear(Sentence(N_("The name of this report is not matched to a person yet")))
    reporter = work.session.get_one(Reporter, report.id)
    work.record("identity_looked", report, reason=LookReason.R2)
    outside = ", ".join(part for part in (reporter.name, reporter.company) if part)
    return Collector(reporter.person_id, "" if reporter.person_id else outside)


def _typed(work: Work, report: Report) -> Reporter:
    _need_right(work, report)
    reporter = work.session.get(Reporter, report.id)
    if reporter is None:
        raise Unclear(Sentence(N_("This report carries no name")))
    return reporter


def may_identify(session: Session, actor: Actor, report: Report) -> bool:
    """Say whether the actor may look at the name of a report of the own desk.

    The form promises that safety officer, head and finance alone know a name: the workers'
    representative looks only where no other desk receives the report.
    """
    roles = [
        grant.role
        for grant in actor.grants
        if report.unit_path.startswith(grant.unit_path)
        and Permission.REPORT_IDENTIFY in ROLE_PERMISSIONS[grant.role]
    ]
    others = {*receivers_of(session, report)} - {Role.UNION_REPRESENTATIVE, Role.AUDITOR}
    return any(role is not Role.UNION_REPRESENTATIVE or not others for role in roles)


def _need_right(work: Work, report: Report) -> None:
    if not may_identify(work.session, work.actor, report):
        raise not_allowed(Permission.REPORT_IDENTIFY)
