"""Sealing the name of a confidential reporter as the report comes in (decisions 20, 21)."""

import unicodedata
from dataclasses import replace

from hazard.audit.work import Work
from hazard.core.clock import day_of
from hazard.people.models import Person
from hazard.people.queries import get_person, list_holders, list_people, teams_of
from hazard.policy.terms import NO_CASH_ROLES
from hazard.reports.models import Report
from hazard.sealing.sealed import Identity, seal_identity, seal_payout


def seal_reporter(work: Work, report: Report, person_id: int | None, typed: Identity) -> None:
    """Seal who reports, and whom to pay; nothing of it is left in clear.

    `person_id` is known from a login, else the typed name is looked up: one employee of that
    name, or one in that team, is paid without a code; all others against the code.
    """
    person = get_person(work.session, person_id) if person_id else _find(work, typed)
    identity = typed if person is None else _of(work, person, typed)
    seal_identity(work, report.id, report.number, identity)
    paid = person if person and not _earns_none(work, report, person) else None
    seal_payout(work, report.id, report.number, paid.employee_no if paid else "")


def _of(work: Work, person: Person, typed: Identity) -> Identity:
    team = teams_of(work.session, [person.id], day_of(work.now)).get(person.id, "")
    return replace(
        typed, name=person.name, employee_no=person.employee_no, team=typed.team or team,
        phone=typed.phone or person.phone,
    )  # fmt: skip


def _find(work: Work, typed: Identity) -> Person | None:
    if typed.company:
        return None
    day = day_of(work.now)
    same = [p for p in list_people(work.session, day) if _plain(p.name) == _plain(typed.name)]
    if len(same) > 1:
        teams = teams_of(work.session, [person.id for person in same], day)
        same = [p for p in same if p.id in teams and _plain(teams[p.id]) == _plain(typed.team)]
    return same[0] if len(same) == 1 else None


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def _earns_none(work: Work, report: Report, person: Person) -> bool:
    """Say whether this person's reports earn no cash (E6): payer and witness will see who it is."""
    day = day_of(work.now)
    return person.id in list_holders(work.session, NO_CASH_ROLES, report.unit_path, day)
