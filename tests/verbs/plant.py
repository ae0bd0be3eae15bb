"""A small plant on a fresh database: 厂长老周, 安全员小李, 财务陈姐, and one workshop."""

from dataclasses import dataclass

from hazard.access.actor import SYSTEM, Actor
from hazard.access.permissions import Role
from hazard.audit.work import writing
from hazard.core import clock
from hazard.core.db import Database
from hazard.people.keeping import add_person, add_unit, found_company, grant_role
from hazard.people.queries import actor_of
from hazard.policy.keeping import found_plant
from hazard.policy.words import Size


@dataclass(frozen=True)
class Plant:
    """The database and the ids of everybody in it."""

    database: Database
    company: int
    workshop: int
    head: int
    officer: int
    finance: int
    worker: int

    def actor(self, person_id: int) -> Actor:
        with self.database.reading() as session:
            actor = actor_of(session, person_id, clock.today())
        assert actor is not None
        return actor


def build(database: Database) -> Plant:
    with writing(database, SYSTEM) as work:
        found_plant(work, "红星机械厂", Size.SMALL)
        company = found_company(work, "红星机械厂")
        workshop = add_unit(work, "机加工车间", company)
        head = add_person(work, "1001", "周建国", company)
        officer = add_person(work, "1002", "李敏", company)
        finance = add_person(work, "1003", "陈芳", company)
        worker = add_person(work, "2001", "王铁柱", workshop)
        grant_role(work, head, Role.HEAD, company)
        grant_role(work, officer, Role.SAFETY_OFFICER, company)
        grant_role(work, finance, Role.FINANCE, company)
        return Plant(database, company.id, workshop.id, head.id, officer.id, finance.id, worker.id)
