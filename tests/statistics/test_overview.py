"""The page of figures: a month beside its year, and what is kept from whom."""

from datetime import timedelta

import pytest

from hazard.access.actor import Actor, Grant
from hazard.access.permissions import Role
from hazard.core.calendar import Month
from hazard.core.errors import NotAllowed
from hazard.core.money import yuan
from hazard.core.words import say
from hazard.people.queries import actor_of
from hazard.policy.words import About, Category
from hazard.statistics.figures import Levels, Rate
from hazard.statistics.overview import MonthToCome, Overview, Workshop, overview_of
from tests.company import Company
from tests.walks import (
    walk_to_closed,
    walk_to_graded,
    walk_to_kept,
    walk_to_paid,
    walk_to_rectifying,
)

NOVEMBER = Month(2026, 11)
DECEMBER = Month(2026, 12)


def look(company: Company, person: int, month: Month = NOVEMBER) -> Overview:
    now = company.clock.now()
    with company.reading() as session:
        actor = actor_of(session, person, Month.of(now).last_day)
        assert actor is not None
        return overview_of(session, actor, month, now)


def test_a_month_stands_beside_its_year(company: Company) -> None:
    walk_to_graded(company, level=4)
    company.clock.move(timedelta(days=15))
    walk_to_paid(company, level=3, category=Category.PERSON)
    seen = look(company, company.head, DECEMBER)
    assert (seen.in_month.hazards.found, seen.in_year.hazards.found) == (Levels(1, 0), Levels(1, 1))
    assert seen.in_month.reports is not None
    assert seen.in_year.reports is not None
    assert (seen.in_month.reports.received, seen.in_year.reports.received) == (1, 2)
    assert seen.in_month.rewards is not None
    assert seen.in_month.rewards.paid_sum == yuan(200)
    assert seen.categories == ((Category.PERSON, 1), (Category.EQUIPMENT, 1))
    assert (seen.previous, seen.next) == (NOVEMBER, None)


def test_the_course_tells_what_of_each_month_is_put_right_by_now(company: Company) -> None:
    walk_to_closed(company, level=2)
    walk_to_rectifying(company, level=2)
    company.clock.move(timedelta(days=60))
    courses = look(company, company.head, Month(2027, 1)).courses
    assert [(str(each.month), each.closed) for each in courses] == [
        ("2026-11", Rate(1, 2)), ("2026-12", Rate(0, 0)), ("2027-01", Rate(0, 0)),
    ]  # fmt: skip


def test_workshops_show_what_is_open_and_late_today(company: Company) -> None:
    walk_to_rectifying(company, level=2)
    walk_to_graded(company, level=2)
    company.clock.move(timedelta(days=4))
    assert look(company, company.head).workshops == (Workshop("机加工车间", 2, 1),)


def test_a_quiet_plant_has_no_rate_and_no_bars(company: Company) -> None:
    seen = look(company, company.head)
    assert (seen.categories, seen.workshops) == ((), ())
    assert [each.closed for each in seen.courses] == [Rate(0, 0)]
    assert str(seen.in_year.hazards.rectification) == "—"


def test_what_is_kept_from_the_officer_is_in_no_figure_of_theirs(company: Company) -> None:
    walk_to_kept(company, company.head, About.SAFETY)
    of_head, of_officer = look(company, company.head), look(company, company.safety)
    assert [each.in_month.hazards.accepted for each in (of_head, of_officer)] == [1, 0]
    assert [each.in_month.reports and each.in_month.reports.received for each in
            (of_head, of_officer)] == [1, 0]  # fmt: skip
    assert [bool(each.workshops) for each in (of_head, of_officer)] == [True, False]


def test_a_workshop_head_sees_its_hazards_and_neither_reports_nor_rewards(
    company: Company,
) -> None:
    walk_to_paid(company, level=3)
    boss = Actor(company.worker, "张伟", (Grant(Role.WORKSHOP_HEAD, "/1/2/"),))
    with company.reading() as session:
        seen = overview_of(session, boss, NOVEMBER, company.clock.now())
    assert seen.in_month.hazards.found.all == 1
    assert (seen.in_month.reports, seen.in_month.rewards, seen.share) == (None, None, None)


def test_fewer_than_five_who_reported_are_no_number(company: Company) -> None:
    walk_to_graded(company, level=2)
    share = look(company, company.head).share
    assert share is not None
    assert "不足 5 人" in say(share)


def test_a_month_to_come_and_a_worker_are_refused(company: Company) -> None:
    with pytest.raises(MonthToCome):
        look(company, company.head, DECEMBER)
    with pytest.raises(NotAllowed):
        look(company, company.worker)
