"""The plant of four that most tests live in, and how its people act."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from sqlalchemy.orm import Session

from hazard.access.actor import REPORTER, SYSTEM, Actor
from hazard.access.permissions import Role
from hazard.audit.work import Work, writing
from hazard.core.clock import FakeClock, day_of
from hazard.core.db import Database
from hazard.core.money import yuan
from hazard.people.keeping import add_person, add_unit, grant_role
from hazard.people.keeping import found_company as found_root
from hazard.people.models import Person, Unit
from hazard.people.queries import actor_of
from hazard.places.keeping import add_place
from hazard.places.posters import make_poster
from hazard.policy.keeping import found_plant
from hazard.policy.words import Size
from hazard.rewards.budgets import approve, enter

ON_ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For looks, pictures, spreadsheets, doors, phones: nothing the other database could change."""


@dataclass
class Company:
    """Ids of the people and things of the plant, and the ways to act as one of them."""

    database: Database
    clock: FakeClock
    head: int = 0
    safety: int = 0
    finance: int = 0
    worker: int = 0
    workshop: int = 0
    place: int = 0
    poster: str = ""
    people: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def work_as(self, person: int | None = None, actor: Actor | None = None) -> Iterator[Work]:
        """Do a piece of work as a person, or as another actor."""
        with writing(self.database, actor or self._actor(person)) as work:
            yield work

    @contextmanager
    def reported(self) -> Iterator[Work]:
        """Do a piece of work as the unnamed reporter."""
        with writing(self.database, REPORTER) as work:
            yield work

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Read, and write nothing."""
        with self.database.reading() as session:
            yield session

    def _actor(self, person: int | None) -> Actor:
        if person is None:
            return SYSTEM
        with self.reading() as session:
            found = actor_of(session, person, day_of(self.clock.now()))
        assert found is not None
        return found


def found_company(database: Database, clock: FakeClock) -> Company:
    """Found the plant of four with the small preset, one workshop, one place, one poster."""
    made = Company(database, clock)
    with made.work_as() as work:
        found_plant(work, "东方机械厂", Size.SMALL)
        root = found_root(work, "东方机械厂")
        workshop = add_unit(work, "机加工车间", root)
        made.workshop = workshop.id
        for key, number, name, unit, role in (
            ("head", "0001", "周国强", root, Role.HEAD),
            ("safety", "0002", "王建华", root, Role.SAFETY_OFFICER),
            ("finance", "0003", "李秀英", root, Role.FINANCE),
            ("worker", "1001", "张伟", workshop, None),
        ):
            setattr(made, key, _hire(work, number, name, unit, root, role).id)
        place = add_place(work, "机加工车间·3号车床", workshop, None)
        made.place = place.id
        made.poster = make_poster(work, place).code
    with made.work_as(made.finance) as work:
        budget = enter(work, 2026, yuan(6000)).id
    with made.work_as(made.head) as work:
        approve(work, budget)
    return made


def _hire(work: Work, number: str, name: str, unit: Unit, root: Unit, role: Role | None) -> Person:
    person = add_person(work, number, name, unit)
    if role is not None:
        grant_role(work, person, role, root)
    return person
