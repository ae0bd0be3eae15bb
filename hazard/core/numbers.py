"""Numbers people say on the phone, such as R2611-4827: year, month, four random digits."""

from collections.abc import Callable
from datetime import datetime

from hazard.core import chance
from hazard.core.clock import day_of

PER_MONTH = 10_000


def draw_number(letter: str, moment: datetime, is_taken: Callable[[str], bool]) -> str:
    """Return a number free in the month of `moment`; it shows no order (decisions 5)."""
    day = day_of(moment)
    for _ in range(100 * PER_MONTH):
        number = f"{letter}{day.year % 100:02d}{day.month:02d}-{chance.below(PER_MONTH):04d}"
        if not is_taken(number):
            return number
    raise RuntimeError(f"all {PER_MONTH} numbers of {day:%Y-%m} are taken")
