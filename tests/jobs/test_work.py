"""Long work: asked for by a page, done by the leader, fetched by who asked."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from hazard.core.clock import FakeClock
from hazard.core.errors import NotFound
from hazard.core.house import House
from hazard.core.tasks import Task, TaskKind, TaskState, ask, claim_next, get_task
from hazard.jobs.timetable import Leader, run_once
from hazard.jobs.work import run_next
from hazard.places.posters import make_poster
from hazard.places.queries import get_place, get_poster
from hazard.policy.models import Plant
from tests.company import Company
from tests.prints.reading import Print


@pytest.fixture
def ready(company: Company, house: House) -> House:
    """The house of the demo plant, which prints without a phone having tested the address."""
    facts = {
        "department": "安全部",
        "officer": "王建华",
        "officer_phone": "8801",
        "report_phone": "8888",
        "emergency_phone": "8888",
    }
    with company.work_as() as work:
        work.session.execute(update(Plant).values(**facts))
        for _ in range(2):
            make_poster(work, get_place(work.session, company.place))
    return replace(house, demo=True)


def asked(company: Company, person: int) -> int:
    with company.work_as(person) as work:
        return ask(work.session, TaskKind.POSTERS, {}, person, work.now).id


def task(company: Company, task_id: int, person: int) -> Task:
    with company.reading() as session:
        return get_task(session, task_id, person)


def test_all_posters_come_in_one_file_a_page_each(company: Company, ready: House) -> None:
    task_id = asked(company, company.safety)
    assert run_next(ready)
    assert not run_next(ready)
    done = task(company, task_id, company.safety)
    assert (done.state, done.done, done.total) == (TaskState.DONE, 6, 6)
    book = Print(ready.files.get(done.result_key))
    assert len(book) == 3
    codes = [code.text for page in book.pages for code in page.codes()]
    assert len(set(codes)) == 3
    assert codes[0].endswith(company.poster)
    with company.reading() as session:
        assert all(get_poster(session, number).printed_at for number in (1, 2, 3))


def test_work_that_fails_says_so_and_does_not_stop_the_next(company: Company, ready: House) -> None:
    with company.work_as() as work:
        work.session.execute(update(Plant).values(emergency_phone=""))
    failing = asked(company, company.safety)
    run_next(ready)
    with company.work_as() as work:
        work.session.execute(update(Plant).values(emergency_phone="8888"))
    following = asked(company, company.safety)
    run_once(ready, "work")
    failed = task(company, failing, company.safety)
    assert (failed.state, failed.error, failed.result_key) == (TaskState.FAILED, "NotPrintable", "")
    assert task(company, following, company.safety).state is TaskState.DONE


def test_work_of_somebody_who_left_is_not_done(
    company: Company, ready: House, now: FakeClock
) -> None:
    from hazard.people.models import Person

    task_id = asked(company, company.safety)
    with company.work_as() as work:
        work.session.get_one(Person, company.safety).left_on = company.clock.now().date()
    now.move(timedelta(days=1))
    run_next(ready)
    assert task(company, task_id, company.safety).state is TaskState.FAILED


def test_nobody_else_sees_the_work_one_asked_for(company: Company, ready: House) -> None:
    del ready
    task_id = asked(company, company.safety)
    with pytest.raises(NotFound):
        task(company, task_id, company.head)


def test_what_a_stopped_server_left_half_done_begins_anew(company: Company, ready: House) -> None:
    task_id = asked(company, company.safety)
    with company.work_as() as work:
        assert claim_next(work.session) is not None
    leader = Leader(ready)
    leader.work()
    assert task(company, task_id, company.safety).state is TaskState.RUNNING
    leader.tick()
    leader.work()
    assert task(company, task_id, company.safety).state is TaskState.DONE


def test_a_result_is_kept_for_seven_days(company: Company, ready: House, now: FakeClock) -> None:
    task_id = asked(company, company.safety)
    run_next(ready)
    key = task(company, task_id, company.safety).result_key
    now.move(timedelta(days=6, hours=23))
    run_once(ready, "forget")
    assert ready.files.has(key)
    now.move(timedelta(hours=2))
    run_once(ready, "forget")
    assert not ready.files.has(key)
