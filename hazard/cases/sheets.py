"""What the shift leader's checklist shows (words.md 4.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import ClassVar
from unicodedata import east_asian_width

from hazard.core import qr
from hazard.core.typeset import NamelessPaper, Words, full_day, paginate
from hazard.core.words import N_, Sentence

FIRST_PAGE_ROWS = 6
PAGE_ROWS = 12
MEASURE_LINES = 3
MEASURE_WIDTH = 11
"""Characters in a line of measures, a Latin one counting half."""
MUST_CHECKS = 8
NEW_HAZARD_LINES = 3


@dataclass(frozen=True, kw_only=True)
class ChecklistRow:
    """One case that is not closed, as far as papers may show it (decisions 9)."""

    number: str
    url: str
    place: str
    description: str
    """The short description of the desk, at most 30 characters, never the reporter's words."""
    measures: tuple[str, ...] = ()
    owner: str | None = None
    due: date | None = None
    urgent: bool = False
    controlled: bool = False
    """Whether an interim control stands whose hold is to be ticked."""


@dataclass(frozen=True, kw_only=True)
class Checklist(NamelessPaper):
    """A shift's hazards to be rectified, A4 portrait, for the clipboard.

    `day` is the day the shift belongs to: a night shift's is the day it began (decisions 7).
    A shift without an open case prints nothing: callers refuse before.
    """

    template: ClassVar[str] = "checklist"

    day: date
    shift: Words
    """Name and hours, as in 夜班 20:00–次日8:00."""
    team: str
    leader: str
    rows: tuple[ChecklistRow, ...]
    must_checks: tuple[Words, ...]
    """The team's own list for each shift; the paper has room for eight."""
    emergency_phone: str
    form_code: str = "AQ-02"

    labels: ClassVar[Mapping[str, Sentence]] = {
        "title": Sentence(N_("Shift checklist of hazards to be rectified (handover)")),
        "day": Sentence(N_("Day")),
        "shift": Sentence(N_("Shift")),
        "team": Sentence(N_("Team")),
        "leader": Sentence(N_("Leader of the shift")),
        "row": Sentence(N_("No.")),
        "number": Sentence(N_("Number, scan")),
        "hazard": Sentence(N_("Place and hazard")),
        "measures": Sentence(N_("Measures")),
        "owner": Sentence(N_("Person in charge, deadline")),
        "control": Sentence(N_("Control √×")),
        "progress": Sentence(N_("How far today")),
        "done": Sentence(N_("Done √")),
        "see_code": Sentence(N_("… see code")),
        "blank_below": Sentence(N_("Blank below")),
        "continued": Sentence(N_("Continued on the next page")),
        "must_checks": Sentence(N_("II. To be checked each shift")),
        "new": Sentence(N_("III. Found this shift")),
        "new_place": Sentence(N_("Part of the plant")),
        "new_hazard": Sentence(N_("What is wrong")),
        "new_scanned": Sentence(N_("Scanned √")),
        "new_number": Sentence(N_("Report number")),
        "beyond": Sentence(N_("IV. Beyond us, handed to the workshop (number, reason)")),
        "handover": Sentence(N_("V. Handover (all of the above was said face to face)")),
        "leader_before": Sentence(N_("Leader handing over")),
        "leader_after": Sentence(N_("Leader taking over")),
        "moment": Sentence(N_("Time")),
    }

    @property
    def ordered(self) -> tuple[ChecklistRow, ...]:
        """Return the rows as they are printed: overdue, then urgent, then by date and number."""
        return tuple(sorted(self.rows, key=self._rank))

    @property
    def overdue(self) -> int:
        """Return how many rows have passed their date."""
        return sum((self._days_left(row) or 0) < 0 for row in self.rows)

    def shown(self) -> dict[str, object]:
        """Return head, pages of rows, blocks, and foot."""
        rows = [self._row(place, row) for place, row in enumerate(self.ordered, start=1)]
        pages = paginate(rows, FIRST_PAGE_ROWS, PAGE_ROWS)
        return {
            "labels": self.labels,
            "day": full_day(self.day),
            "shift": self.shift,
            "team": self.team,
            "leader": self.leader,
            "open": Sentence(
                N_("I. Not fixed yet: %(n)s, overdue %(m)s"), n=len(self.rows), m=self.overdue
            ),
            "pages": [
                {"rows": page, "foot": self.foot(number, len(pages))}
                for number, page in enumerate(pages, start=1)
            ],
            "must_checks": [*self.must_checks, *[""] * MUST_CHECKS][:MUST_CHECKS],
            "new_hazard_lines": NEW_HAZARD_LINES,
        }

    def _rank(self, row: ChecklistRow) -> tuple[bool, bool, date, str]:
        left = self._days_left(row)
        return (left is None or left >= 0, not row.urgent, row.due or date.max, row.number)

    def _days_left(self, row: ChecklistRow) -> int | None:
        return None if row.due is None else (row.due - self.day).days

    def _row(self, place: int, row: ChecklistRow) -> dict[str, object]:
        left = self._days_left(row)
        lines, more = measure_lines(row.measures)
        return {
            "place_in_list": place,
            "number": row.number,
            "qr": qr.svg(row.url, qr.Level.M, quiet_zone=0),
            "overdue": None if left is None or left >= 0 else late(-left),
            "place": row.place,
            "description": row.description,
            "measures": lines,
            "see_code": more,
            "owner": row.owner or "",
            "due": row.due or "",
            "left": "" if left is None else days_left(left),
            "controlled": row.controlled,
        }

    def foot(self, number: int = 1, pages: int = 1) -> tuple[Words, ...]:
        """Return the small print of a page, with the number to ring first."""
        emergency = Sentence(N_("Emergency %(phone)s"), phone=self.emergency_phone)
        return (emergency, *super().foot(number, pages))


def late(days: int) -> Sentence:
    """Return how many days a date has passed."""
    return Sentence(N_("%(n)s days late"), n=days)


def days_left(days: int) -> Sentence:
    """Return how many days are left, or that they have run out."""
    if days < 0:
        return late(-days)
    if days == 0:
        return Sentence(N_("Due today"))
    return Sentence(N_("%(n)s d left"), n=days)


def measure_lines(measures: tuple[str, ...]) -> tuple[list[dict[str, object]], bool]:
    """Return the lines of the measures' cell, and whether the rest is to be seen by the code.

    A line holds 11 characters; the first of each measure has a box to tick. What is longer than
    three lines is cut to two, so that the third can say where the rest stands.
    """
    lines = list(chain.from_iterable(map(_lines_of, measures)))
    if len(lines) <= MEASURE_LINES:
        return lines, False
    return lines[: MEASURE_LINES - 1], True


def _lines_of(measure: str) -> list[dict[str, object]]:
    pieces = [""]
    for letter in measure:
        if _width(pieces[-1] + letter) > MEASURE_WIDTH:
            pieces.append("")
        pieces[-1] += letter
    return [{"box": place == 0, "text": piece} for place, piece in enumerate(pieces)]


def _width(text: str) -> float:
    return sum(1.0 if east_asian_width(letter) in "WF" else 0.5 for letter in text)
