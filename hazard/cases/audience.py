"""Who sees a case: the narrowest of its reports, until the desk widens it (decisions 15)."""

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy.orm import Session

from hazard.access.actor import Actor
from hazard.access.permissions import ROLE_PERMISSIONS, Permission, Role
from hazard.audit.work import Work
from hazard.cases.models import Case
from hazard.core.errors import Refused, Unclear
from hazard.core.words import N_, Sentence
from hazard.people.queries import list_holders
from hazard.reports.models import Report
from hazard.reports.queries import has_union_desk, may_read
from hazard.reports.routing import hidden_from


def hidden_roles(case: Case) -> tuple[Role, ...]:
    """Return the roles that see the case only when assigned to it, in their order."""
    kept_out = set(case.hidden_from.split(";"))
    return tuple(role for role in Role if role.value in kept_out)


def narrow(work: Work, case: Case, report: Report) -> None:
    """Keep out of the case whoever the report keeps out."""
    hidden = hidden_from(report.desk, report.about, union=has_union_desk(work.session))
    _store(case, {*hidden_roles(case), *hidden})


def may_widen(session: Session, actor: Actor, case: Case) -> bool:
    """Say whether the case is kept from somebody and the actor's desk received its reports."""
    return bool(case.hidden_from) and any(
        may_read(session, actor, link.report) for link in case.reports
    )


def widen(work: Work, case: Case, roles: Collection[Role]) -> None:
    """Let further roles see the case; needs `report:receive` and a report of one's own desk."""
    work.actor.need(Permission.REPORT_RECEIVE, case.unit_path)
    if not may_widen(work.session, work.actor, case):
        raise Refused(Sentence(N_("Only the desk that received the report decides who sees it")))
    shown = [role for role in hidden_roles(case) if role in roles]
    if not shown:
        raise Unclear(Sentence(N_("Please tick at least one")), field="role")
    _store(case, set(hidden_roles(case)) - set(shown))
    work.record("widened", case, roles=[role.value for role in shown])


def holders_told(session: Session, case: Case, role: Role, day: date) -> list[int]:
    """Return who holds the role over the case; the head's where the case is kept from it."""
    told = [each for each in (role, Role.HEAD) if not case.is_hidden_from(each)]
    return list_holders(session, told[:1], case.unit_path, day)


def kept_from(session: Session, kind: str, subject_id: int) -> Collection[Role]:
    """Return the roles that must not hear of a case or a report; none for anything else.

    Of a report only those hear who receive reports: a workshop must not learn that one came in.
    """
    if kind == Case.kind:
        return hidden_roles(session.get_one(Case, subject_id))
    if kind == Report.kind:
        report = session.get_one(Report, subject_id)
        hidden = hidden_from(report.desk, report.about, union=has_union_desk(session))
        return hidden | _NO_DESK
    return ()


_NO_DESK = frozenset(
    role for role, held in ROLE_PERMISSIONS.items() if Permission.REPORT_RECEIVE not in held
)


def _store(case: Case, hidden: Iterable[Role]) -> None:
    values = sorted(role.value for role in hidden)
    case.hidden_from = f";{';'.join(values)};" if values else ""
