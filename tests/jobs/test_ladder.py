"""The ladder: each level above is told of what is overdue, exactly once."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from hazard.access.permissions import Role
from hazard.core.clock import FakeClock
from hazard.core.house import House
from hazard.core.words import say
from hazard.deadlines.models import Rung
from hazard.jobs.timetable import TICK_S, Leader, run_once
from hazard.notices.outbox import Message, list_messages
from hazard.people.keeping import add_person, grant_role
from hazard.people.models import Unit
from hazard.people.queries import root_unit
from hazard.policy.keeping import add_version
from hazard.policy.terms import preset_values
from hazard.policy.words import About, Desk, Size
from hazard.reports.handling import ask
from hazard.reports.queries import hold_report
from tests.company import Company
from tests.jobs.clocks import jump
from tests.seal import represent
from tests.walks import walk_to_kept, walk_to_proposed_award, walk_to_reported

LATE = "Overdue %(n)s days: %(kind)s"


def told(company: Company, person: int) -> int:
    with company.reading() as session:
        return sum(m.sentence.msgid == LATE for m in list_messages(session, person))


def rungs(company: Company) -> list[int]:
    with company.reading() as session:
        return list(session.scalars(select(Rung.level).order_by(Rung.id)))


def next_tick(leader: Leader, now: FakeClock) -> None:
    now.move(timedelta(seconds=TICK_S))
    leader.tick()


def test_nobody_is_told_before_the_day_is_over(
    company: Company, house: House, now: FakeClock
) -> None:
    walk_to_reported(company)
    leader = Leader(house)
    leader.tick()
    now.move(timedelta(days=1, hours=14))  # 23:30 of the last day
    leader.tick()
    assert rungs(company) == []
    now.move(timedelta(minutes=31))
    leader.tick()
    assert rungs(company) == [1]


def test_a_rung_is_told_once_however_often_the_clock_ticks(
    company: Company, house: House, now: FakeClock
) -> None:
    walk_to_reported(company)
    now.move(timedelta(days=2))
    leader = Leader(house)
    for _ in range(5):
        next_tick(leader, now)
    assert told(company, company.safety) == 1
    assert told(company, company.head) == 0
    assert rungs(company) == [1]


@pytest.mark.parametrize("accepted", [False, True])
def test_the_officer_never_hears_that_a_matter_about_the_officer_is_late(
    company: Company, house: House, now: FakeClock, *, accepted: bool
) -> None:
    union = represent(company)
    if accepted:
        walk_to_kept(company, union, About.SAFETY)
    else:
        walk_to_reported(company, about=About.SAFETY, desk=Desk.BOTH)
    now.move(timedelta(days=20))
    leader = Leader(house)
    for _ in range(4):
        next_tick(leader, now)
    assert rungs(company)
    assert told(company, company.safety) == 0
    assert told(company, company.head) + told(company, union) > 0


def test_what_nobody_holds_is_told_first_to_those_whose_task_it_is(
    company: Company, house: House, now: FakeClock
) -> None:
    """In a medium plant the workshop head comes first on the ladder, but has no such task."""
    with company.work_as(company.head) as work:
        add_version(work, preset_values(Size.MEDIUM), work.now.date())
    with company.work_as() as work:
        workshop = work.session.get_one(Unit, company.workshop)
        chief = add_person(work, "1000", "沈国梁", workshop)
        grant_role(work, chief, Role.WORKSHOP_HEAD, workshop)
        manager = add_person(work, "0004", "陈卫东", workshop)
        grant_role(work, manager, Role.SAFETY_MANAGER, root_unit(work.session))
        ids = chief.id, manager.id
    walk_to_proposed_award(company, level=2)
    walk_to_reported(company)
    now.move(timedelta(days=8))
    for _ in range(2):
        run_once(house, "ladder")
    chiefs, managers, officers = (late(company, who) for who in (*ids, company.safety))
    assert "决定是否受理" in officers
    assert "决定是否受理" not in chiefs, "nobody of the workshop hears that a report came in"
    assert managers == "决定奖励"


def late(company: Company, person: int) -> str:
    """Return in words what this person was told is late."""
    with company.reading() as session:
        found = [m.sentence for m in list_messages(session, person) if m.sentence.msgid == LATE]
    return " ".join(sorted({say(each).partition("：")[2] for each in found}))


def test_two_threads_tell_a_rung_once(company: Company, house: House, now: FakeClock) -> None:
    for _ in range(4):
        walk_to_reported(company)
    now.move(timedelta(days=2))
    start = threading.Barrier(2)
    failures: list[BaseException] = []

    def climb() -> None:
        try:
            start.wait()
            for _ in range(3):
                run_once(house, "ladder")
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=climb) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert rungs(company) == [1, 1, 1, 1]
    assert told(company, company.safety) == 4


def test_a_server_that_was_down_for_five_days_catches_up_one_level_a_tick(
    company: Company, house: House, now: FakeClock
) -> None:
    walk_to_reported(company)
    now.move(timedelta(days=7))
    leader = Leader(house)
    climbed = []
    for _ in range(4):
        next_tick(leader, now)
        climbed.append(len(rungs(company)))
    assert climbed == [1, 2, 3, 3]
    assert (told(company, company.safety), told(company, company.head)) == (2, 1)


def test_a_question_to_the_reporter_stops_the_ladder(
    company: Company, house: House, now: FakeClock
) -> None:
    walk = walk_to_reported(company)
    with company.work_as(company.safety) as work:
        ask(work, hold_report(work, walk.report), "是哪台车床？")
    now.move(timedelta(days=7))
    Leader(house).tick()
    assert rungs(company) == []


def test_a_clock_that_jumps_ahead_tells_nobody_until_it_is_right_again(
    company: Company, house: House, now: FakeClock
) -> None:
    walk_to_reported(company)
    leader = Leader(house)
    leader.tick()
    jump(now, timedelta(days=30))
    leader.tick()
    next_tick(leader, now)
    assert rungs(company) == []
    assert [m.sentence.msgid[:24] for m in messages(company)] == ["The server's clock jumpe"]
    jump(now, timedelta(days=-30))
    now.move(timedelta(days=2))
    leader.tick()
    assert rungs(company) == [1]


def test_a_clock_that_falls_back_is_doubted_and_two_minutes_are_not(
    company: Company, house: House, now: FakeClock
) -> None:
    walk_to_reported(company)
    leader = Leader(house)
    now.move(timedelta(days=2))
    jump(now, timedelta(seconds=-121))
    leader.tick()
    assert rungs(company) == []
    jump(now, timedelta(seconds=1))
    leader.tick()
    assert rungs(company) == [1]


def messages(company: Company) -> list[Message]:
    with company.reading() as session:
        return list_messages(session, company.head)
