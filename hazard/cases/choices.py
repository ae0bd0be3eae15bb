"""Whom a form may offer: only those whose choice would not be refused."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from sqlalchemy.orm import Session

from hazard.access.actor import Actor
from hazard.access.duties import Hands, lenient, who_can
from hazard.access.duties import Part as Duty
from hazard.access.permissions import Role
from hazard.cases.hands import as_shown, crew_of, hands_of, without
from hazard.cases.models import Case, Finding
from hazard.cases.queries import list_findings
from hazard.cases.terms import CaseState
from hazard.people.queries import list_employees, list_holders
from hazard.reports.identity import known_reporters, may_identify
from hazard.reports.models import Report

NEAREST = (Role.SHIFT_LEADER, Role.WORKSHOP_HEAD, Role.HEAD)
"""Who is proposed to confirm: whoever is nearest to the place."""
USUAL = (*NEAREST, Role.SAFETY_OFFICER, Role.SAFETY_MANAGER, Role.UNION_REPRESENTATIVE)
"""Who stands first in a long list: near the place, or asked often."""
LONG = 12
"""A list of more people is shown in two groups."""


class Choice(NamedTuple):
    """A person to pick: their id, and name, number and unit as a list shows them."""

    id: int
    words: str
    near: bool = False
    """In the first of two groups."""


def employees(
    session: Session, day: date, among: Collection[int] | None = None, near: Sequence[int] = ()
) -> list[Choice]:
    """Return those employed on `day`, or those of them who are `among` the given, by name.

    Whoever is `near` comes first, in that order.
    """
    found = [p for p in list_employees(session, day) if among is None or p.id in among]
    first = {person: at for at, person in enumerate(near)}
    far = len(first)
    return [
        Choice(
            p.id,
            " · ".join(filter(None, (p.name, p.employee_no, p.unit))),
            near=p.id in first and len(found) > LONG,
        )
        for p in sorted(found, key=lambda p: first.get(p.id, far))
    ]


def by_number(session: Session, day: date) -> list[tuple[str, str]]:
    """Return number and name of everybody, for a field one may search in."""
    return [(person.employee_no, person.name) for person in list_employees(session, day)]


def choices_for(session: Session, actor: Actor, case: Case, duty: Duty, day: date) -> list[Choice]:
    """Return who may take `duty` in the case, as far as the actor may know (`hands.as_shown`)."""
    hands = _released(session, case) if duty in _VERIFYING else hands_of(session, case)
    crew = crew_of(session, case, day)
    hands = lenient(as_shown(session, case, without(hands, duty), actor), crew)
    usual = list_holders(session, USUAL, case.unit_path, day)
    return employees(session, day, who_can(duty, hands, crew), usual)


def seconds(session: Session, actor: Actor, report: Report, day: date) -> list[Choice]:
    """Return who may confirm what the actor handles now, the nearest first.

    Who reported is left out only for whoever may look at the name: who is missing tells it.
    """
    nobody = {actor.person_id}
    if may_identify(session, actor, report):
        nobody |= known_reporters(session, [report.id])
    near = list_holders(session, NEAREST, report.unit_path, day)
    return [each for each in employees(session, day, near=near) if each.id not in nobody]


_VERIFYING = frozenset({Duty.VERIFIER, Duty.CONFIRMER})


def _released(session: Session, case: Case) -> Hands:
    """Return the hands once the verifiers asked before are released: what they found stays."""
    found = tuple(f.person_id for f in list_findings(session, case) if _counts(f, case))
    return replace(hands_of(session, case), verifiers=found)


def _counts(finding: Finding, case: Case) -> bool:
    return finding.round == case.round and case.state is not CaseState.VERIFIED
