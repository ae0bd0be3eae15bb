"""How little a notice board may show, so that nobody can be picked out of it. Pure."""

from collections.abc import Sequence

FEWEST_LINES = 3
"""Fewer lines wait for the next sheet (words 4.3)."""
FEWEST_PLACES = 5
"""Fewer lines stand without their workshop; splits of fewer are not shown (k = 5)."""
TAIL = 4


def shows_places(count: int) -> bool:
    """Say whether so many lines may name where each hazard was."""
    return count >= FEWEST_PLACES


def shown_together(counts: Sequence[int]) -> range:
    """Return which sheets of a row, the last one included, stand on the board of the last.

    `counts` are the lines of each sheet, oldest first. A sheet of too few lines waits and stands
    with the next; none where those that wait are still too few.
    """
    held, first = 0, 0
    for at, count in enumerate(counts):
        held += count
        last = at == len(counts) - 1
        if held >= FEWEST_LINES and not last:
            held, first = 0, at + 1
    return range(first, len(counts)) if held >= FEWEST_LINES else range(0)


def tail_of(number: str) -> str:
    """Return the last four digits of a number, by which its reporter knows it."""
    return number[-TAIL:]
