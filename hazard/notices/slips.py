"""A new login slip for somebody who handles money is told."""

from datetime import date

from hazard.access.actor import SYSTEM
from hazard.access.permissions import Role
from hazard.audit.work import Work
from hazard.core.clock import day_of
from hazard.core.errors import Refused
from hazard.core.words import N_, Sentence
from hazard.notices.outbox import tell
from hazard.people.logins import IssuedSlip, issue_slip, may_print_slip
from hazard.people.models import Person, Unit
from hazard.people.queries import (
    actor_of,
    list_holders,
    list_without_password,
    root_unit,
    teams_of,
)
from hazard.people.sheets import ActivationSheet, ActivationShown


class NobodyWaits(Refused):
    """There is no slip to print."""


def print_slip(work: Work, person: Person) -> IssuedSlip:
    """Issue a slip (`issue_slip`); where money is near, tell the person and the head."""
    slip = issue_slip(work, person)
    if slip.handles_money:
        root, day = root_unit(work.session), day_of(work.now)
        heads = list_holders(work.session, [Role.HEAD], root.path, day)
        tell(work, {person.id, *heads}, _sentence(work, person), key=f"slip:{slip.id}")
    return slip


def print_unit_slips(work: Work, unit: Unit, company: str, url: str) -> ActivationSheet:
    """Return the sheet of fresh slips for everyone under `unit` who has no password yet.

    Only people whose slips the actor may print are in it; raises `NobodyWaits` if that is nobody.
    """
    day = day_of(work.now)
    waiting = [
        person
        for person in list_without_password(work.session, unit, day)
        if _may_print(work, person, day)
    ]
    if not waiting:
        raise NobodyWaits(Sentence(N_("Everybody here whose slip is yours to print can log in")))
    teams = teams_of(work.session, [p.id for p in waiting], day)
    return ActivationSheet(
        printed_at=work.now,
        company=company,
        url=url,
        slips=tuple(_shown(work, person, teams[person.id]) for person in waiting),
    )


def _may_print(work: Work, person: Person, day: date) -> bool:
    holder = actor_of(work.session, person.id, day)
    return holder is not None and may_print_slip(work.session, work.actor, holder, work.now)


def _shown(work: Work, person: Person, unit: str) -> ActivationShown:
    slip = print_slip(work, person)
    return ActivationShown(
        name=person.name,
        employee_no=person.employee_no,
        unit=unit,
        code=slip.code,
        ends_at=slip.ends_at,
    )


def _sentence(work: Work, person: Person) -> Sentence:
    if work.actor is SYSTEM:
        return Sentence(
            N_("A new login slip for %(name)s, who handles money, was printed on the server"),
            name=person.name,
        )
    return Sentence(
        N_("%(who)s printed a new login slip for %(name)s, who handles money"),
        who=work.actor.name,
        name=person.name,
    )
