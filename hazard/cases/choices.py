"""Whom a form may offer: only those whose choice would not be refused."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from hazard.access.duties import Part as Duty
from hazard.access.duties import who_can
from hazard.access.permissions import Role
from hazard.cases.hands import crew_of, fitting, hands_of
from hazard.cases.models import Case, Finding
from hazard.cases.queries import list_findings
from hazard.people.queries import list_employees, list_holders
from hazard.reports.identity import known_reporters
from hazard.reports.models import Report

Choice = tuple[int, str]
"""Person id, and name, number and unit as a list shows them."""
NEAREST = (Role.SHIFT_LEADER, Role.WORKSHOP_HEAD, Role.HEAD)
"""Who is proposed to confirm: whoever is nearest to the place."""


def employees(session: Session, day: date, among: Collection[int] | None = None) -> list[Choice]:
    """Return those employed on `day`, or those of them who are `among` the given, by name."""
    return [
        (p.id, " · ".join(filter(None, (p.name, p.employee_no, p.unit))))
        for p in list_employees(session, day)
        if among is None or p.id in among
    ]


def by_number(session: Session, day: date) -> list[tuple[str, str]]:
    """Return number and name of everybody, for a field one may search in."""
    return [(person.employee_no, person.name) for person in list_employees(session, day)]


def choices_for(session: Session, case: Case, duty: Duty, day: date) -> list[Choice]:
    """Return who may take `duty` in the case."""
    if duty in {Duty.VERIFIER, Duty.CONFIRMER}:
        return employees(session, day, _free_to_verify(session, case, duty, day))
    return employees(session, day, fitting(session, case, duty, day))


def seconds(session: Session, report: Report, first_id: int, day: date) -> list[Choice]:
    """Return who may confirm what `first_id` handles now, the nearest first."""
    nobody = {first_id, *known_reporters(session, [report.id])}
    near = list_holders(session, NEAREST, report.unit_path, day)
    fit = [choice for choice in employees(session, day) if choice[0] not in nobody]
    return sorted(fit, key=lambda choice: near.index(choice[0]) if choice[0] in near else len(near))


def _free_to_verify(session: Session, case: Case, duty: Duty, day: date) -> tuple[int, ...]:
    """Return who can, once those asked before are released: what they found stays."""
    found = tuple(f.person_id for f in list_findings(session, case) if _counts(f, case))
    hands = replace(hands_of(session, case), verifiers=found)
    return who_can(duty, hands, crew_of(session, case, day))


def _counts(finding: Finding, case: Case) -> bool:
    return finding.round == case.round
