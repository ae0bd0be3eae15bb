"""Days, months and deadlines as Chinese law counts them (Civil Code 201-203), in Asia/Shanghai."""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Self

import holidays

from hazard.core.clock import CHINA, day_of
from hazard.core.errors import Unclear
from hazard.core.words import N_, Sentence, Term

Overrides = Mapping[date, bool]
"""Days the company or a later notice sets: True works, False is off; they beat the library."""

NO_OVERRIDES: Overrides = MappingProxyType({})
EARLIEST, LATEST = 2000, 2199
"""Years that can be typed."""
ONE_DAY = timedelta(days=1)
MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
SATURDAY = 5


class Unit(Term):
    """What a length of time is counted in; kept as data beside the length."""

    NATURAL = "natural", N_("natural days")
    WORKING = "working", N_("working days")


class MonthUnclear(Unclear):
    """What was typed is no month."""


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month of the company's days, such as November 2026."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str, *, field: str = "") -> Self:
        """Read `2026-11` (years 2000 to 2099, plain digits); raises `MonthUnclear`."""
        found = MONTH.fullmatch(text)
        if found is None:
            sentence = Sentence(N_("Write the month like %(example)s"), example="2026-11")
            raise MonthUnclear(sentence, field=field)
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, moment: datetime) -> Self:
        """Return the month that holds `moment`, counted in Shanghai."""
        return cls.of_day(day_of(moment))

    @classmethod
    def of_day(cls, day: date) -> Self:
        """Return the month that holds `day`."""
        return cls(day.year, day.month)

    @property
    def first_day(self) -> date:
        """Return the first day."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """Return the last day."""
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    @property
    def starts(self) -> datetime:
        """Return the first moment, in UTC."""
        return start_of(self.first_day)

    @property
    def ends(self) -> datetime:
        """Return 24:00 of the last day, in UTC: the first moment that no longer belongs to it."""
        return end_of(self.last_day)

    @property
    def label(self) -> Sentence:
        """Return what people read, as in 2026年11月."""
        return Sentence(N_("%(month)s/%(year)s"), year=self.year, month=self.month)

    def next(self) -> Self:
        """Return the month after."""
        return self.of_day(add_months(self.first_day, 1))

    def previous(self) -> Self:
        """Return the month before."""
        return self.of_day(add_months(self.first_day, -1))

    def __contains__(self, moment: datetime) -> bool:
        return self.starts <= moment < self.ends

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}"


def due(start: datetime, length: int, unit: Unit, overrides: Overrides = NO_OVERRIDES) -> datetime:
    """Return the moment `length` days after `start` are over, in UTC.

    The day of `start` is not counted; the time ends at 24:00 of its last day (domain 2.4).
    """
    return end_of(_counted(day_of(start), length, unit, overrides))


def extended(
    due_at: datetime, length: int, unit: Unit, overrides: Overrides = NO_OVERRIDES
) -> datetime:
    """Return the moment `due_at` moves to when `length` days are added to its last day, in UTC.

    Not `due(due_at, ...)`: 24:00 of a day already is the next day, which would give one more.
    """
    return end_of(_counted(last_day(due_at), length, unit, overrides))


def last_day(due_at: datetime) -> date:
    """Return the last day on which `due_at` can be kept; 24:00 of a day is that day."""
    return day_of(due_at - timedelta.resolution)


def days_left(due_at: datetime, now: datetime) -> int:
    """Return the whole days after today until the last day; 0 on the last day and after it."""
    return max((last_day(due_at) - day_of(now)).days, 0)


def overdue_days(due_at: datetime, now: datetime) -> int:
    """Return the days begun since `due_at` passed, today included; 0 while it has not."""
    if now < due_at:
        return 0
    return (day_of(now) - day_of(due_at)).days + 1


def add_natural(day: date, count: int) -> date:
    """Return the day `count` natural days after `day`."""
    return day + timedelta(days=count)


def add_working(day: date, count: int, overrides: Overrides = NO_OVERRIDES) -> date:
    """Return the `count`-th working day after `day`; `day` itself for 0."""
    if count < 0:
        raise ValueError("working days are only counted forward")
    while count:
        day += ONE_DAY
        count -= is_working(day, overrides)
    return day


def add_months(day: date, count: int) -> date:
    """Return the same day number `count` months on, or that month's last day."""
    years, month = divmod(day.month - 1 + count, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _counted(day: date, length: int, unit: Unit, overrides: Overrides) -> date:
    if unit is Unit.WORKING:
        return add_working(day, length, overrides)
    return add_natural(day, length)


def is_working(day: date, overrides: Overrides = NO_OVERRIDES) -> bool:
    """Tell whether people work on `day`: make-up weekends count, public holidays do not."""
    if day in overrides:
        return overrides[day]
    return bool(_year(day.year).is_working_day(day))


def has_table(year: int, overrides: Overrides = NO_OVERRIDES) -> bool:
    """Tell whether the make-up days of `year` are known: from the library, or as overrides.

    Without them a count over `year` is provisional: statutory holidays, but no make-up days.
    """
    return year in _published() or any(
        works and day.year == year and day.weekday() >= SATURDAY for day, works in overrides.items()
    )


def read_day(typed: str) -> date:
    """Return the day that was typed, as in 2026-11-22.

    Raises `ValueError` for none, and outside the years a plant can mean: no calendar reckons on.
    """
    day = date.fromisoformat(typed)
    if not EARLIEST <= day.year <= LATEST:
        raise ValueError(typed)
    return day


def start_of(day: date) -> datetime:
    """Return 0:00 of `day` in Shanghai, as a moment in UTC."""
    return datetime.combine(day, time.min, CHINA).astimezone(UTC)


def end_of(day: date) -> datetime:
    """Return 24:00 of `day` in Shanghai, as a moment in UTC; it no longer belongs to `day`."""
    return start_of(day + ONE_DAY)


@lru_cache
def _year(year: int) -> holidays.HolidayBase:
    # One object a year: a shared growing one is read half-filled by other threads.
    return holidays.country_holidays("CN", years=year, expand=False)


@lru_cache
def _published() -> frozenset[int]:
    return frozenset(getattr(holidays.country_holidays("CN"), "special_public_holidays"))  # noqa: B009 - untyped
