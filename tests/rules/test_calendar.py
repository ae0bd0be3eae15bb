"""Days and deadlines: the vectors of domain 2.4 and edge cases 13 to 18."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hazard.core.calendar import (
    Month,
    MonthUnclear,
    Unit,
    add_months,
    add_natural,
    add_working,
    days_left,
    due,
    end_of,
    extended,
    has_table,
    is_working,
    last_day,
    overdue_days,
    start_of,
)
from hazard.core.clock import CHINA
from hazard.core.words import say

days = st.dates(date(2014, 1, 1), date(2035, 12, 31))
moments = st.datetimes(
    datetime(2014, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    datetime(2035, 12, 31),  # noqa: DTZ001
    timezones=st.just(CHINA),
)


def iso(text: str) -> date:
    return date.fromisoformat(text)


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


WORKING = [
    ("2026-02-13", "2026-03-12", "2026-03-05", "2026-02-25"),
    ("2026-04-30", "2026-05-25", "2026-05-18", "2026-05-08"),
    ("2026-06-18", "2026-07-10", "2026-07-03", "2026-06-24"),
    ("2026-09-17", "2026-10-14", "2026-10-08", "2026-09-21"),
    ("2026-09-24", "2026-10-22", "2026-10-15", "2026-09-30"),
    ("2026-09-30", "2026-10-27", "2026-10-20", "2026-10-10"),
]


@pytest.mark.parametrize(("start", "fifteen", "ten", "three"), WORKING)
def test_working_days_skip_holidays_and_count_make_up_weekends(
    start: str, fifteen: str, ten: str, three: str
) -> None:
    assert add_working(iso(start), 15) == iso(fifteen)
    assert add_working(iso(start), 10) == iso(ten)
    assert add_working(iso(start), 3) == iso(three)


@pytest.mark.parametrize(
    ("start", "naive"),
    [
        ("2026-02-13", "2026-03-06"),
        ("2026-04-30", "2026-05-21"),
        ("2026-06-18", "2026-07-09"),
        ("2026-09-17", "2026-10-08"),
        ("2026-09-24", "2026-10-15"),
        ("2026-09-30", "2026-10-21"),
    ],
)
def test_counting_monday_to_friday_would_end_too_early(start: str, naive: str) -> None:
    day, left = iso(start), 15
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    assert day == iso(naive)
    assert add_working(iso(start), 15) > day


@pytest.mark.parametrize(
    ("start", "ten", "fifteen"),
    [
        ("2026-02-13", "2026-02-23", "2026-02-28"),
        ("2026-04-30", "2026-05-10", "2026-05-15"),
        ("2026-06-18", "2026-06-28", "2026-07-03"),
        ("2026-09-17", "2026-09-27", "2026-10-02"),
        ("2026-09-24", "2026-10-04", "2026-10-09"),
        ("2026-09-30", "2026-10-10", "2026-10-15"),
    ],
)
def test_natural_days_run_through_holidays(start: str, ten: str, fifteen: str) -> None:
    assert add_natural(iso(start), 10) == iso(ten)
    assert add_natural(iso(start), 15) == iso(fifteen)


@pytest.mark.parametrize(
    ("accepted", "sixty", "ninety"),
    [
        ("2026-01-30", "2026-03-31", "2026-04-30"),
        ("2026-11-22", "2027-01-21", "2027-02-20"),
        ("2026-12-03", "2027-02-01", "2027-03-03"),
        ("2026-12-31", "2027-03-01", "2027-03-31"),
        ("2028-01-01", "2028-03-01", "2028-03-31"),
    ],
)
def test_a_report_is_handled_in_sixty_days_and_once_thirty_more(
    accepted: str, sixty: str, ninety: str
) -> None:
    first_due = due(start_of(iso(accepted)), 60, Unit.NATURAL)
    assert last_day(first_due) == iso(sixty)
    assert last_day(due(start_of(iso(accepted)), 90, Unit.NATURAL)) == iso(ninety)
    assert last_day(extended(first_due, 30, Unit.NATURAL)) == iso(ninety)


def test_an_extension_in_working_days_counts_from_the_last_day() -> None:
    first_due = due(shanghai("2026-09-21T09:00"), 3, Unit.NATURAL)
    assert last_day(extended(first_due, 15, Unit.WORKING)) == iso("2026-10-22")


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-01-31", 2, "2026-03-31"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2027-03-31", -1, "2027-02-28"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2027-01-15", -1, "2026-12-15"),
        ("2026-11-30", -24, "2024-11-30"),
    ],
)
def test_months_end_on_the_same_day_number_or_the_last_day(
    start: str, months: int, end: str
) -> None:
    assert add_months(iso(start), months) == iso(end)


def test_2026_has_248_working_days_month_by_month() -> None:
    by_month = [0] * 12
    for offset in range(365):
        day = date(2026, 1, 1) + timedelta(days=offset)
        by_month[day.month - 1] += is_working(day)
    assert by_month == [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]
    assert sum(by_month) == 248


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-01-01", "2026-01-03"),
        ("2026-02-15", "2026-02-23"),
        ("2026-04-04", "2026-04-06"),
        ("2026-05-01", "2026-05-05"),
        ("2026-06-19", "2026-06-21"),
        ("2026-09-25", "2026-09-27"),
        ("2026-10-01", "2026-10-07"),
    ],
)
def test_nobody_works_on_the_public_holidays_of_2026(first: str, last: str) -> None:
    count = (iso(last) - iso(first)).days + 1
    assert not any(is_working(iso(first) + timedelta(days=n)) for n in range(count))


@pytest.mark.parametrize("day", ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"])
def test_six_weekends_of_2026_are_worked(day: str) -> None:
    assert iso(f"2026-{day}").weekday() >= 5
    assert is_working(iso(f"2026-{day}"))


def test_the_company_may_add_days_off_and_make_up_days() -> None:
    friday, saturday = iso("2026-11-27"), iso("2026-11-28")
    assert add_working(iso("2026-11-26"), 1) == friday
    overrides = {friday: False, saturday: True}
    assert add_working(iso("2026-11-26"), 1, overrides) == saturday
    end = due(shanghai("2026-11-26T09:00"), 1, Unit.WORKING, overrides)
    assert last_day(end) == saturday


def test_working_days_are_not_counted_backwards() -> None:
    with pytest.raises(ValueError, match="forward"):
        add_working(iso("2026-11-26"), -1)


def test_a_year_without_its_notice_is_known_as_provisional() -> None:
    assert has_table(2025)
    assert has_table(2026)
    assert not has_table(2027)
    assert not is_working(iso("2027-10-01")), "statutory holidays are known all the same"


def test_the_make_up_days_of_a_later_notice_complete_the_year() -> None:
    assert has_table(2027, {iso("2027-02-14"): True})
    assert not has_table(2027, {iso("2027-02-15"): False}), "a day off of one's own is no notice"
    assert not has_table(2027, {iso("2027-02-15"): True}), "a Monday is no make-up weekend"
    assert not has_table(2027, {iso("2028-02-12"): True})


@pytest.mark.parametrize("at", ["00:00:00", "09:30:00", "23:59:59.999999"])
def test_the_day_of_the_start_is_not_counted_whatever_the_hour(at: str) -> None:
    end = due(shanghai(f"2026-11-22T{at}"), 3, Unit.NATURAL)
    assert end == shanghai("2026-11-26T00:00") == datetime(2026, 11, 25, 16, tzinfo=UTC)
    assert end.tzinfo is UTC


def test_the_day_is_shanghais_not_that_of_utc() -> None:
    late = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
    assert last_day(due(late, 1, Unit.NATURAL)) == iso("2026-12-02")


def test_the_last_day_is_whole_and_the_next_one_is_late() -> None:
    end = due(shanghai("2026-11-22T10:00"), 3, Unit.NATURAL)
    assert days_left(end, shanghai("2026-11-22T10:00")) == 3
    assert days_left(end, shanghai("2026-11-24T23:59")) == 1
    assert days_left(end, shanghai("2026-11-25T00:00")) == 0
    assert overdue_days(end, shanghai("2026-11-25T23:59:59.999999")) == 0
    assert overdue_days(end, shanghai("2026-11-26T00:00")) == 1
    assert overdue_days(end, shanghai("2026-11-26T23:59")) == 1
    assert overdue_days(end, shanghai("2026-11-28T12:00")) == 3
    assert days_left(end, shanghai("2026-11-28T12:00")) == 0


def test_a_deadline_in_the_middle_of_a_day_is_late_from_its_moment() -> None:
    end = shanghai("2026-11-25T15:00")
    assert last_day(end) == iso("2026-11-25")
    assert overdue_days(end, shanghai("2026-11-25T14:59")) == 0
    assert overdue_days(end, shanghai("2026-11-25T15:00")) == 1
    assert overdue_days(end, shanghai("2026-11-26T00:00")) == 2


@given(days, st.integers(0, 60))
def test_exactly_as_many_working_days_lie_behind_as_were_asked(day: date, count: int) -> None:
    end = add_working(day, count)
    passed = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    assert sum(map(is_working, passed)) == count
    assert not count or is_working(end)


@given(moments, st.integers(0, 120), st.sampled_from(Unit), moments)
def test_nothing_is_late_before_its_time_and_days_left_never_miscount(
    start: datetime, length: int, unit: Unit, now: datetime
) -> None:
    end = due(start, length, unit)
    assert end == end_of(last_day(end))
    assert (overdue_days(end, now) > 0) == (now >= end)
    assert not (days_left(end, now) and overdue_days(end, now))
    if now < end:
        assert now + timedelta(days=days_left(end, now)) < end
        assert now + timedelta(days=days_left(end, now) + 1) >= end


def test_the_last_tenth_of_november_is_november_and_midnight_is_december() -> None:
    late = datetime(2026, 11, 30, 15, 59, 59, 900_000, tzinfo=UTC)
    midnight = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
    november, december = Month(2026, 11), Month(2026, 12)
    assert (Month.of(late), Month.of(midnight)) == (november, december)
    assert late in november
    assert midnight not in november
    assert midnight in december
    assert november.ends == december.starts == midnight


@given(moments)
def test_every_moment_lies_in_its_own_month_alone(moment: datetime) -> None:
    month = Month.of(moment)
    assert moment in month
    assert moment not in month.next()
    assert moment not in month.previous()
    assert month.next().previous() == month
    assert month.previous() < month < month.next()
    assert Month.parse(str(month)) == month
    assert month.last_day + timedelta(days=1) == month.next().first_day


@pytest.mark.parametrize(
    "text",
    [
        *("2026-13", "2026-00", "２０２６-11", "26-1", "2026-1", "", "2026-11\n", " 2026-11"),
        *("1e9-11", "2026/11", "-2026-11", "2026-11-01", "١٢٣٤-11", "0000-01", "9999-12"),
    ],
)
def test_a_month_that_is_none_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(MonthUnclear) as refused:
        Month.parse(text, field="month")
    assert refused.value.status == 422
    assert refused.value.field == "month"
    assert "2026-11" in say(refused.value.sentence, "en")


def test_a_month_is_shown_as_people_write_it() -> None:
    assert say(Month(2026, 3).label, "en") == "3/2026"
    assert str(Month(2026, 3)) == "2026-03"
