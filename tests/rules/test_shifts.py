"""Which shift a moment belongs to (decisions 7, edge case 14)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hazard.core.clock import CHINA
from hazard.core.words import Sentence, say
from hazard.people.shifts import Shift, ShiftsOverlap, refuse_overlap, shift_of

DAY = Shift("白班", time(8), time(17))
TWO = (Shift("白班", time(8), time(20)), Shift("夜班", time(20), time(8)))
THREE = (
    Shift("早班", time(0), time(8)),
    Shift("中班", time(8), time(16)),
    Shift("晚班", time(16), time(0)),
)
LATE = (Shift("中班", time(14), time(22)), Shift("夜班", time(22, 30), time(6)))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def test_a_hazard_found_at_ten_to_midnight_and_reported_after_it_is_one_shift() -> None:
    found = shift_of(at("2026-11-22T23:50"), TWO)
    reported = shift_of(at("2026-11-23T00:10"), TWO)
    assert found == reported
    assert (found.day, found.name) == (date(2026, 11, 22), "夜班")
    assert found.starts == at("2026-11-22T20:00")
    assert found.ends == at("2026-11-23T08:00")
    assert found.starts.tzinfo is found.ends.tzinfo is UTC


def test_the_hour_of_handing_over_belongs_to_the_shift_that_begins() -> None:
    assert shift_of(at("2026-11-22T19:59:59.999999"), TWO).name == "白班"
    assert shift_of(at("2026-11-22T20:00"), TWO).name == "夜班"
    assert shift_of(at("2026-11-23T08:00"), TWO).day == date(2026, 11, 23)


@pytest.mark.parametrize("moment", ["2026-11-22T17:00", "2026-11-23T03:00", "2026-11-23T07:59"])
def test_the_night_after_a_day_shift_is_one_stretch_of_the_day_it_began(moment: str) -> None:
    night = shift_of(at(moment), [DAY])
    assert (night.day, night.name) == (date(2026, 11, 22), None)
    assert (night.starts, night.ends) == (at("2026-11-22T17:00"), at("2026-11-23T08:00"))
    assert isinstance(night.label, Sentence)
    assert say(night.label, "en") == "Between shifts"
    assert shift_of(at("2026-11-23T12:00"), [DAY]).label == "白班"


def test_the_morning_after_a_night_shift_belongs_to_the_day_that_stretch_began() -> None:
    morning = shift_of(at("2026-11-23T07:00"), LATE)
    assert (morning.day, morning.name) == (date(2026, 11, 23), None)
    assert (morning.starts, morning.ends) == (at("2026-11-23T06:00"), at("2026-11-23T14:00"))
    gap = shift_of(at("2026-11-23T22:10"), LATE)
    assert (gap.starts, gap.ends) == (at("2026-11-23T22:00"), at("2026-11-23T22:30"))


def test_three_shifts_fill_the_day_and_midnight_starts_the_next() -> None:
    names = [shift_of(at(f"2026-11-22T{hour:02d}:00"), THREE).name for hour in (0, 8, 16, 23)]
    assert names == ["早班", "中班", "晚班", "晚班"]
    assert shift_of(at("2026-11-22T23:59"), THREE).ends == at("2026-11-23T00:00")
    assert shift_of(at("2026-11-23T00:00"), THREE).day == date(2026, 11, 23)


def test_without_shifts_each_calendar_day_is_one_stretch() -> None:
    whole = shift_of(datetime(2026, 11, 22, 16, 30, tzinfo=UTC), [])
    assert (whole.day, whole.name) == (date(2026, 11, 23), None)
    assert (whole.starts, whole.ends) == (at("2026-11-23T00:00"), at("2026-11-24T00:00"))


def test_a_shift_around_the_clock_hands_over_to_itself() -> None:
    duty = [Shift("值班", time(8), time(8))]
    assert shift_of(at("2026-11-23T07:59"), duty).day == date(2026, 11, 22)
    assert shift_of(at("2026-11-23T08:00"), duty).day == date(2026, 11, 23)


times = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))


@st.composite
def patterns(draw: st.DrawFn) -> list[Shift]:
    """Draw shifts that do not overlap, entered in any order, some across midnight."""
    cuts = sorted(draw(st.sets(times, max_size=8)))
    names = iter("甲乙丙丁")
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    shifts = [Shift(next(names), start, end) for start, end in pairs]
    if shifts and draw(st.sampled_from([False, True])):
        shifts = [
            Shift(one.name, one.end, other.start)
            for one, other in zip(shifts, shifts[1:] + shifts[:1], strict=True)
        ]
    order: list[Shift] = draw(st.permutations(shifts))
    return order


moments = st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, CHINA]),
)


@given(moments, patterns())
def test_every_moment_lies_in_exactly_one_shift_and_they_follow_each_other(
    moment: datetime, shifts: list[Shift]
) -> None:
    refuse_overlap(shifts)
    here = shift_of(moment, shifts)
    assert here.starts <= moment < here.ends
    assert here.day == here.starts.astimezone(CHINA).date()
    assert shift_of(here.starts, shifts) == here
    assert shift_of(here.ends - timedelta.resolution, shifts) == here
    assert shift_of(here.ends, shifts).starts == here.ends
    assert shift_of(here.starts - timedelta.resolution, shifts).ends == here.starts
    inside = [s for s in shifts if s.name == here.name]
    assert not inside or here.ends - here.starts == inside[0].length


@given(moments, st.lists(st.builds(Shift, st.sampled_from("甲乙丙"), times, times), max_size=4))
def test_even_shifts_that_overlap_give_each_moment_one_place(
    moment: datetime, shifts: list[Shift]
) -> None:
    here = shift_of(moment, shifts)
    assert here.starts <= moment < here.ends
    assert shift_of(here.ends, shifts).starts == here.ends


@pytest.mark.parametrize(
    "shifts",
    [
        [DAY, Shift("夜班", time(16, 59), time(8))],
        [DAY, Shift("夜班", time(20), time(8, 1))],
        [DAY, Shift("值班", time(20), time(20))],
        [DAY, Shift("白班二", time(8), time(9))],
        [Shift("夜班", time(20), time(8)), Shift("早班", time(3), time(4))],
    ],
)
def test_shifts_that_overlap_are_refused_by_name(shifts: list[Shift]) -> None:
    with pytest.raises(ShiftsOverlap) as refused:
        refuse_overlap(shifts)
    words = say(refused.value.sentence, "en")
    assert shifts[0].name in words
    assert shifts[1].name in words


def test_shifts_that_only_touch_are_accepted() -> None:
    for shifts in (TWO, THREE, LATE, (DAY,), ()):
        refuse_overlap(shifts)
