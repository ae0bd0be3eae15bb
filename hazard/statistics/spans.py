"""The stretches of whole days that figures are counted over. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from hazard.core.calendar import ONE_DAY, Month, end_of, start_of
from hazard.core.errors import Unclear
from hazard.core.words import N_, Sentence

WEEK = re.compile(r"(20[0-9]{2})-W([0-9]{2})")
A_WEEK = timedelta(days=7)


class WeekUnclear(Unclear):
    """What was typed is no week."""


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days of the company, the first and the last included."""

    first: date
    last: date

    @classmethod
    def of_month(cls, month: Month) -> Self:
        """Return the days of a month."""
        return cls(month.first_day, month.last_day)

    @property
    def starts(self) -> datetime:
        """Return 0:00 of the first day, in UTC."""
        return start_of(self.first)

    @property
    def ends(self) -> datetime:
        """Return 24:00 of the last day, in UTC; it no longer belongs to the span."""
        return end_of(self.last)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """An ISO week, Monday to Sunday; the year of the week, not of its days (domain edge 20)."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str, *, field: str = "") -> Self:
        """Read `2026-W47`; raises `WeekUnclear`."""
        found = WEEK.fullmatch(text)
        if found is None or not 1 <= int(found[2]) <= _weeks_in(int(found[1])):
            sentence = Sentence(N_("Write the week like %(example)s"), example="2026-W47")
            raise WeekUnclear(sentence, field=field)
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of_day(cls, day: date) -> Self:
        """Return the week that holds `day`."""
        found = day.isocalendar()
        return cls(found.year, found.week)

    @property
    def span(self) -> Span:
        """Return its days."""
        monday = date.fromisocalendar(self.year, self.number, 1)
        return Span(monday, monday + A_WEEK - ONE_DAY)

    @property
    def label(self) -> Sentence:
        """Return what people read, as in 2026年第47周."""
        return Sentence(N_("Week %(week)s of %(year)s"), year=str(self.year), week=self.number)

    def previous(self) -> Self:
        """Return the week before."""
        return self.of_day(self.span.first - ONE_DAY)

    def next(self) -> Self:
        """Return the week after."""
        return self.of_day(self.span.last + ONE_DAY)

    def __str__(self) -> str:
        return f"{self.year}-W{self.number:02d}"


def _weeks_in(year: int) -> int:
    return date(year, 12, 28).isocalendar().week
