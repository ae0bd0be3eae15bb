"""The only place that asks the machine what time it is (decisions 28)."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
"""The company's day is counted here; moments are stored in UTC."""


class Timekeeper(Protocol):
    """Wall time and monotonic time."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""


class MachineClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        return time.monotonic()


class FakeClock:
    """A clock that stands still until it is moved; for tests and the demo plant."""

    def __init__(self, moment: datetime) -> None:
        self._now = moment.astimezone(UTC)
        self._monotonic = 0.0

    def now(self) -> datetime:
        """Return the moment the clock was set to."""
        return self._now

    def monotonic(self) -> float:
        """Return the seconds the clock was moved forward so far."""
        return self._monotonic

    def move(self, by: timedelta) -> None:
        """Move the clock forward."""
        self._now += by
        self._monotonic += max(by.total_seconds(), 0.0)

    def set(self, moment: datetime) -> None:
        """Set the wall time; the monotonic time follows forward moves only."""
        self.move(moment.astimezone(UTC) - self._now)


_keeper: Timekeeper = MachineClock()


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return _keeper.now()


def today() -> date:
    """Return the company's present day."""
    return day_of(now())


def monotonic() -> float:
    """Return seconds that never run backwards."""
    return _keeper.monotonic()


def day_of(moment: datetime) -> date:
    """Return the company's day that holds `moment`."""
    return moment.astimezone(CHINA).date()


@contextmanager
def use(keeper: Timekeeper) -> Iterator[None]:
    """Let all threads of this process read `keeper` instead."""
    global _keeper  # noqa: PLW0603 - one clock for the whole process is the point
    before, _keeper = _keeper, keeper
    try:
        yield
    finally:
        _keeper = before
