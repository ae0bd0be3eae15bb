"""Numbers people say on the phone, and those they dial."""

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime

from hazard.core import chance
from hazard.core.clock import day_of
from hazard.core.errors import Unclear
from hazard.core.words import N_, Sentence

PER_MONTH = 10_000
PHONE = re.compile(r"\+?[0-9][0-9 -]{2,24}")


class BadNumber(Unclear):
    """A telephone number no phone could dial."""


def as_counted(name: str) -> tuple[str | int, ...]:
    """Return the key by which people sort names: 4号位 before 12号位."""
    parts = re.split(r"([0-9]+)", unicodedata.normalize("NFKC", name))
    return tuple(int(part) if at % 2 else part for at, part in enumerate(parts))


def telephone(text: str, *, field: str = "phone") -> str:
    """Return a telephone number or extension, empty if none; raises `BadNumber`."""
    number = unicodedata.normalize("NFKC", text).strip()
    if number and PHONE.fullmatch(number) is None:
        words = N_("A telephone number is 3 to 25 digits, with spaces or - between them")
        raise BadNumber(Sentence(words), field=field)
    return number


def draw_number(letter: str, moment: datetime, is_taken: Callable[[str], bool]) -> str:
    """Return a number such as R2611-4827: year, month, four random digits free in that month.

    It shows no order (decisions 5).
    """
    day = day_of(moment)
    for _ in range(100 * PER_MONTH):
        number = f"{letter}{day.year % 100:02d}{day.month:02d}-{chance.below(PER_MONTH):04d}"
        if not is_taken(number):
            return number
    raise RuntimeError(f"all {PER_MONTH} numbers of {day:%Y-%m} are taken")
