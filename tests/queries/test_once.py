"""What is asked twice in one reading is read once; what many will ask is read together."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from hazard.cases.for_reporter import progress_of
from hazard.cases.waiting import waiting_for
from hazard.core import clock
from hazard.core.clock import day_of
from hazard.people.keeping import add_unit
from hazard.people.queries import list_units, root_unit, unit_names
from hazard.reports.queries import list_mine
from hazard.rewards.for_reporter import rewards_of
from tests import walks
from tests.company import Company

DESKS = (
    walks.walk_to_accepted, walks.walk_to_verifying, walks.walk_to_graded, walks.walk_to_planned,
    walks.walk_to_rectifying, walks.walk_to_completed, walks.walk_to_closed, walks.walk_to_handled,
)  # fmt: skip
"""Something waits for everybody of the office."""


@contextmanager
def statements(company: Company) -> Iterator[list[str]]:
    """Collect what the database is asked meanwhile."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    engine = company.database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_one_reading_asks_once_and_the_next_asks_anew(company: Company) -> None:
    with company.reading() as session:
        with statements(company) as asked:
            assert unit_names(session)[company.workshop] == "机加工车间"
            assert len(list_units(session, clock.today())) == 2
        assert len(asked) == 1
        session.rollback()
        with company.work_as() as work:
            added = add_unit(work, "装配车间", root_unit(work.session)).id
        assert unit_names(session)[added] == "装配车间"


def test_a_writing_session_sees_what_it_has_just_done(company: Company) -> None:
    with company.work_as() as work:
        assert len(unit_names(work.session)) == 2
        added = add_unit(work, "装配车间", root_unit(work.session)).id
        assert unit_names(work.session)[added] == "装配车间"


@pytest.mark.parametrize("who", ["head", "safety", "finance", "worker"])
def test_the_desk_asks_no_more_for_many_hazards_than_for_few(company: Company, who: str) -> None:
    def asked_for(count: int) -> int:
        for _ in range(count):
            for walk in DESKS:
                walk(company)
        actor = company._actor(getattr(company, who))
        with company.reading() as session, statements(company) as asked:
            assert waiting_for(session, actor, company.clock.now()) or who == "worker"
        return len(asked)

    few = asked_for(1)
    assert asked_for(2) == few


def test_my_reports_ask_no_more_for_many_rewards_than_for_few(company: Company) -> None:
    def asked_for(count: int) -> int:
        walks_made = [walks.walk_to_approved_award(company, level=2) for _ in range(count)]
        with company.reading() as session, statements(company) as asked:
            ids = [report.id for report in list_mine(session, company.worker)]
            today = day_of(company.clock.now())
            assert len(rewards_of(session, progress_of(session, ids), today)) >= len(walks_made)
        return len(asked)

    few = asked_for(1)
    assert asked_for(2) == few
