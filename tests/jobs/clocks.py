"""What the tests of the jobs share."""

from datetime import timedelta

from hazard.core.clock import FakeClock


def jump(now: FakeClock, by: timedelta) -> None:
    """Put the wall clock to another time, as a hand or a dead battery does."""
    now._now += by
