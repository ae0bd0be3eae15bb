"""Which shift a moment belongs to (decisions 7)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations

from hazard.core.clock import CHINA
from hazard.core.errors import Unclear
from hazard.core.words import N_, Sentence

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift of every day, in Shanghai time.

    One that ends no later than it starts runs over midnight; equal times last 24 hours.
    """

    name: str
    start: time
    end: time

    @property
    def length(self) -> timedelta:
        """Return how long it lasts: above zero, at most a day."""
        span = _of_day(self.end) - _of_day(self.start)
        return span if span > timedelta() else span + ONE_DAY


@dataclass(frozen=True, slots=True)
class ShiftMoment:
    """One shift of one day: from `starts` up to, not including, `ends` (both UTC)."""

    day: date
    """The day it began, in Shanghai: a night shift belongs to its evening."""
    name: str | None
    """None for the time between two shifts."""
    starts: datetime
    ends: datetime

    @property
    def label(self) -> Sentence | str:
        """Return what people read."""
        return Sentence(N_("Between shifts")) if self.name is None else self.name


class ShiftsOverlap(Unclear):
    """Two shifts of one unit want the same hours."""


def shift_of(moment: datetime, shifts: Sequence[Shift]) -> ShiftMoment:
    """Return the one shift, or time between two, that holds `moment`.

    Without shifts each calendar day counts as one. Shifts that overlap are refused where they
    are entered; should two do, the one that began last counts.
    """
    local = moment.astimezone(CHINA).replace(tzinfo=None)
    if not shifts:
        midnight = datetime.combine(local.date(), time.min)
        return _stretch(None, midnight, midnight + ONE_DAY)
    begun, following = _around(local, shifts)
    (starts, shift), upto = begun, following[0]
    ends = min(starts + shift.length, upto)
    if local < ends:
        return _stretch(shift.name, starts, ends)
    return _stretch(None, ends, upto)


def refuse_overlap(shifts: Sequence[Shift], *, field: str = "") -> None:
    """Raise `ShiftsOverlap` naming the first two that share a moment of the day."""
    for one, other in combinations(shifts, 2):
        if _after(one, other) < one.length or _after(other, one) < other.length:
            sentence = Sentence(N_("%(one)s and %(other)s overlap"), one=one.name, other=other.name)
            raise ShiftsOverlap(sentence, field=field)


def _around(
    local: datetime, shifts: Sequence[Shift]
) -> tuple[tuple[datetime, Shift], tuple[datetime, Shift]]:
    begins = sorted(_begins(local.date(), shifts), key=lambda begin: begin[0])
    begun = [begin for begin in begins if begin[0] <= local]
    return begun[-1], begins[len(begun)]


def _begins(day: date, shifts: Sequence[Shift]) -> Iterator[tuple[datetime, Shift]]:
    for near in (day - ONE_DAY, day, day + ONE_DAY):
        for shift in shifts:
            yield datetime.combine(near, shift.start), shift


def _stretch(name: str | None, starts: datetime, ends: datetime) -> ShiftMoment:
    return ShiftMoment(starts.date(), name, _moment(starts), _moment(ends))


def _moment(local: datetime) -> datetime:
    return local.replace(tzinfo=CHINA).astimezone(UTC)


def _after(one: Shift, other: Shift) -> timedelta:
    """Return how long after the start of `one` the next start of `other` comes."""
    return (_of_day(other.start) - _of_day(one.start)) % ONE_DAY


def _of_day(at: time) -> timedelta:
    return timedelta(
        hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond
    )
