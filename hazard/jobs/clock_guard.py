"""Doubting the machine's clock: a wall time that jumps must not end deadlines or erase anything."""

from datetime import timedelta

from hazard.core import clock

BACKWARDS = timedelta(seconds=120)
AHEAD = timedelta(hours=26)
"""A day and two hours: more than any change of zone or summer time put right by hand."""


class ClockGuard:
    """Compares the wall time with the monotonic time since the last look that agreed."""

    def __init__(self) -> None:
        self._wall, self._monotonic = clock.now(), clock.monotonic()

    def believes(self) -> bool:
        """Say whether the wall time moved as the monotonic time did.

        False from more than 120 s backwards or 26 h ahead until both agree again. A server
        started anew takes the clock as it finds it.
        """
        wall, monotonic = clock.now(), clock.monotonic()
        off = wall - self._wall - timedelta(seconds=monotonic - self._monotonic)
        if not -BACKWARDS <= off <= AHEAD:
            return False
        self._wall, self._monotonic = wall, monotonic
        return True
