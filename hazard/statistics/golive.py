"""The five ticks before a plant may say its scheme runs (D-1), each seen from what is recorded.

What it takes is found where the inspection's checklist finds it; told by hand is only when people
were told, since nothing else in the plant knows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hazard.access.actor import Actor
from hazard.access.permissions import Permission, Role
from hazard.cases.models import Case
from hazard.cases.terms import CaseState
from hazard.core.config import Settings
from hazard.core.words import N_, Sentence
from hazard.people.queries import list_holders, list_shut_out, list_units, root_unit
from hazard.places.posters import missing_for_print
from hazard.places.queries import list_places
from hazard.places.register import list_registered
from hazard.policy.queries import get_plant
from hazard.statistics import inspection
from hazard.statistics.inspection import PLANT, Check

WALKED = (CaseState.CLOSED, CaseState.ARCHIVED)
MOST_NAMED = 5
NEEDED = {
    Role.HEAD: Sentence(N_("Give somebody the role of plant manager, who approves")),
    Role.FINANCE: Sentence(N_("Give somebody the role of finance, who enters the budget")),
}
"""Roles without which no tick can be made; set-up gives the first in a small plant only."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do before the ticks can be made, where, and what it takes."""

    key: str
    words: Sentence
    href: str
    needs: Permission


def steps(session: Session, actor: Actor, settings: Settings, day: date) -> tuple[Step, ...]:
    """Return what this person can do towards the ticks at once, in the order it is best done."""
    return tuple(step for step in _steps(session, settings, day) if actor.may(step.needs))


def _steps(session: Session, settings: Settings, day: date) -> Iterator[Step]:
    if missing_for_print(get_plant(session), settings):
        words = Sentence(N_("Enter the numbers to call and test the address with a phone"))
        yield Step("facts", words, "/settings", Permission.PLANT_KEEP)
    shut_out = list_shut_out(session, day)
    if shut_out:
        names = tuple(person.name for person in shut_out[:MOST_NAMED])
        words = Sentence(N_("Print login slips: %(names)s cannot log in yet"), names=names)
        yield Step("slips", words, "/people", Permission.ROLES_KEEP)
    units = list_units(session, day)
    if len(units) == 1:
        words = Sentence(N_("Send the list of people; workshops and teams come with it"))
        yield Step("people", words, "/people/import", Permission.PEOPLE_KEEP)
    elif not list_places(session, day):
        words = Sentence(N_("Send the list of places where posters shall hang"))
        yield Step("places", words, "/places/import", Permission.PLACES_KEEP)
    for role, words in NEEDED.items():
        if not list_holders(session, (role,), root_unit(session).path, day):
            yield Step(role.value, words, "/people", Permission.ROLES_KEEP)


def ticks(session: Session, settings: Settings, now: datetime) -> tuple[Check, ...]:
    """Return the five ticks in the order a plant usually makes them."""
    posters = list_registered(session, PLANT, settings, now)
    return (
        inspection.rule(session), inspection.budget(session, now),
        inspection.hung(session, now, posters), inspection.told(session), _ledger(session),
    )  # fmt: skip


def _ledger(session: Session) -> Check:
    """Say whether a real report stands in the ledger, or a test was walked to its end."""
    walked = or_(Case.drill.is_(False), Case.state.in_(WALKED))
    if session.scalar(select(Case.id).where(walked).limit(1)):
        words = Sentence(N_("The ledger is open: a first report stands in it"))
        return Check("ledger", good=True, words=words, href="/ledger")
    words = Sentence(
        N_("No report in the ledger yet. Scan a poster and report something; a mere test is marked "
           "“test or drill” and walked to its end once")
    )  # fmt: skip
    return Check("ledger", good=False, words=words, href="/reports")
