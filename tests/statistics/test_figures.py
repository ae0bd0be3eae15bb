"""The counts of domain 5.5: what is found, rectified, late and paid, over whole days."""

from datetime import date, datetime, timedelta

import pytest

from hazard.cases import drills
from hazard.cases.queries import hold_case
from hazard.cases.reopening import Look, reopen
from hazard.core.clock import CHINA, day_of
from hazard.core.money import yuan
from hazard.core.words import say
from hazard.people.keeping import add_person
from hazard.people.queries import actor_of, root_unit
from hazard.policy.words import About, Category, Identity
from hazard.reports.intake import Name
from hazard.reports.queries import hold_report, unkept_from
from hazard.statistics.figures import (
    Figures,
    Levels,
    Rate,
    _guarded,
    count_participation,
    count_returns,
    figures_of,
)
from hazard.statistics.ledger import rates_of, scope_of
from hazard.statistics.spans import Span, Week, WeekUnclear
from tests.company import Company
from tests.walks import (
    close,
    complete,
    walk_to_accepted,
    walk_to_closed,
    walk_to_graded,
    walk_to_paid,
    walk_to_rectifying,
    walk_to_reported,
)

NOVEMBER = Span(date(2026, 11, 1), date(2026, 11, 30))
DECEMBER = Span(date(2026, 12, 1), date(2026, 12, 31))


def count(company: Company, span: Span = NOVEMBER) -> Figures:
    with company.reading() as session:
        return figures_of(session, span, company.clock.now())


def test_a_quiet_month_has_no_rates(company: Company) -> None:
    quiet = count(company)
    rates = (quiet.reports.acceptance, quiet.hazards.confirmation, quiet.hazards.punctuality)
    assert [str(rate) for rate in (*rates, quiet.rewards.cashed)] == ["—"] * 4
    assert quiet.hazards.mean_days is None


@pytest.mark.parametrize(
    ("part", "whole", "words"), [(0, 3, "0%"), (1, 3, "33%"), (2, 3, "67%"), (1, 8, "13%")]
)
def test_a_rate_is_rounded_half_up(part: int, whole: int, words: str) -> None:
    assert str(Rate(part, whole)) == words


def test_reports_count_by_kind_and_identity_and_effective_ones_by_their_hazard(
    company: Company,
) -> None:
    walk_to_reported(company, category=Category.PERSON)
    walk_to_accepted(company, identity=Identity.ANONYMOUS)
    walk_to_graded(company, level=3)
    found = count(company).reports
    assert (found.received, found.accepted, found.effective) == (3, 2, 1)
    assert found.by_category == {Category.PERSON: 1, Category.EQUIPMENT: 2}
    assert str(found.anonymous) == "33%"


def test_a_drill_is_in_no_figure(company: Company) -> None:
    walk = walk_to_closed(company, level=2)
    with company.work_as(company.safety) as work:
        drills.mark(work, hold_report(work, walk.report), drill=True)
    found = count(company)
    assert found.reports.received == 0
    assert found.hazards.accepted == found.hazards.rectified.all == found.hazards.open.all == 0


def test_major_and_general_are_found_and_rectified_apart(company: Company) -> None:
    walk_to_graded(company, level=4)
    walk_to_closed(company, level=2)
    walk_to_accepted(company)
    found = count(company).hazards
    assert (found.accepted, found.checked) == (3, 2)
    assert (found.found, found.rectified) == (Levels(1, 1), Levels(1, 0))
    assert found.open == Levels(1, 1)
    assert str(found.rectification) == "50%"


def test_found_in_november_and_rectified_in_december_stand_in_two_months(
    company: Company,
) -> None:
    waits = walk_to_rectifying(company, level=2)
    company.clock.move(timedelta(days=10))
    walk_to_closed(company, level=2)
    november, december = count(company).hazards, count(company, DECEMBER).hazards
    assert (november.found.all, november.rectified.all) == (1, 0)
    assert (december.found.all, december.rectified.all) == (1, 1)
    assert str(november.rectification) == "0%"
    close(company, complete(company, waits))
    november, december = count(company).hazards, count(company, DECEMBER).hazards
    assert (november.rectified.all, december.rectified.all) == (0, 2)
    assert str(november.rectification) == "100%", "those found are followed to their end"


def test_a_plan_runs_late_on_the_day_after_its_last(company: Company) -> None:
    walk_to_rectifying(company, level=2)  # three days: until 26 November, 24:00
    company.clock.set(datetime(2026, 11, 26, 23, 59, tzinfo=CHINA))
    before = count(company).hazards
    company.clock.set(datetime(2026, 11, 27, 0, 0, tzinfo=CHINA))
    after = count(company).hazards
    assert (before.overdue.all, before.fell_due) == (0, 0)
    assert (after.overdue.all, after.fell_due, after.in_time) == (1, 1, 0)
    assert after.planned == after.open.all == 1


def test_a_past_month_keeps_what_was_late_at_its_end(company: Company) -> None:
    walk_to_rectifying(company, level=2)
    company.clock.set(datetime(2026, 12, 20, 9, 0, tzinfo=CHINA))
    assert count(company).hazards.overdue.all == 1
    week = Week.parse("2026-W48").span
    assert count(company, week).hazards.overdue.all == 1
    assert count(company, Week.parse("2026-W47").span).hazards.overdue.all == 0


def test_rewards_are_granted_in_one_month_and_paid_in_another(company: Company) -> None:
    walk_to_paid(company, level=3, suggestion_adopted=True)
    found = count(company).rewards
    assert (found.granted, found.granted_sum) == (2, yuan(220))
    assert (found.paid_sum, found.largest) == (yuan(220), yuan(200))
    assert (str(found.cashed), str(found.in_time), found.days_to_money) == ("100%", "100%", 0)


@pytest.mark.parametrize("typed", ["2026-W54", "2026-W00", "2025-W53", "2026-47", "x", ""])
def test_a_week_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(WeekUnclear):
        Week.parse(typed)


def test_a_week_across_new_year_is_one_week() -> None:
    week = Week.of_day(date(2027, 1, 1))
    assert str(week) == "2026-W53"
    assert week.span == Span(date(2026, 12, 28), date(2027, 1, 3))
    assert week.next() == Week(2027, 1)
    assert week.next().previous() == week


# ---- what comes back, and who takes part ----


def returns(company: Company, span: Span = NOVEMBER) -> str:
    with company.reading() as session:
        return str(count_returns(session, span))


def test_what_comes_back_at_the_same_place_within_90_days_counts_against_what_was_closed(
    company: Company,
) -> None:
    assert returns(company) == "—"
    walk_to_closed(company, level=2)
    walk_to_closed(company, level=2, category=Category.PERSON)
    company.clock.move(timedelta(days=89))
    walk_to_graded(company, level=2)
    assert returns(company) == "50%"
    company.clock.move(timedelta(days=2))
    walk_to_graded(company, level=2, category=Category.PERSON)
    assert returns(company) == "50%", "the 91st day is a new matter"


def test_what_was_opened_again_came_back(company: Company) -> None:
    number = walk_to_closed(company, level=1).case
    with company.work_as(company.safety) as work:
        look = Look("还在", day_of(work.now), declared=True)
        reopen(work, hold_case(work, number), look)
    assert returns(company) == "100%"


def test_participation_counts_each_person_once_and_unnamed_reports_not_at_all(
    company: Company,
) -> None:
    for identity in (Identity.NAMED, Identity.NAMED, Identity.ANONYMOUS):
        walk_to_reported(company, identity=identity)
    with company.reading() as session:
        share = count_participation(session, NOVEMBER)
    assert (share.whole.part, share.whole.whole, str(share.whole)) == (1, 4, "25%")
    assert [rate for _, rate in share.by_unit] == [None, None], "one person is no group"


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        ({"a": 7, "b": 5, "c": 6}, {"a", "b", "c"}),
        ({"a": 7, "b": 4, "c": 0}, {"a"}),
        ({"a": 7, "b": 5, "c": 4}, {"a"}),
        ({"a": 7, "b": 0}, set()),
        ({}, set()),
    ],
)
def test_no_small_group_is_shown_nor_given_away_by_the_sum(
    parts: dict[str, int], shown: set[str]
) -> None:
    assert set(_guarded({key: Rate(n, 20) for key, n in parts.items()})) == shown


def test_beside_the_ledger_nobody_learns_of_one_more_reporter_from_day_to_day(
    company: Company,
) -> None:
    names = ("赵志强", "钱大勇", "冯小刚", "孙桂芳")
    with company.work_as() as work:
        hired = [
            add_person(work, f"12{at}", name, root_unit(work.session)).id
            for at, name in enumerate(names)
        ]
    for person in hired:
        walk_to_reported(company, name=Name(person))
    today = day_of(company.clock.now())

    def said(since: date) -> str:
        with company.reading() as session:
            head = actor_of(session, company.head, today)
            assert head
            return " ".join(map(say, rates_of(session, head, scope_of(since, today), today)))

    assert "不足 5 人" in said(today.replace(day=1))
    walk_to_reported(company)
    assert "8 人中 5 人" in said(today.replace(day=1))
    assert "参与率" not in said(today.replace(day=2))


def test_who_reported_the_officer_is_not_counted_where_the_officer_reads(company: Company) -> None:
    walk_to_reported(company)
    walk_to_reported(company, about=About.SAFETY, name=Name(company.finance))
    with company.reading() as session:
        day = day_of(company.clock.now())
        readers = (company.head, company.safety)
        counts = [
            count_participation(session, NOVEMBER, unkept_from(session, actor)).whole.part
            for actor in (actor_of(session, each, day) for each in readers)
            if actor
        ]
    assert counts == [2, 1]
