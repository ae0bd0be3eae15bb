"""What the weekly closing list shows (《本周销号确认单》, words.md 4.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from hazard.core.typeset import NamelessPaper, full_day, paginate
from hazard.core.words import N_, Sentence

PAGE_ROWS = 16


@dataclass(frozen=True, kw_only=True)
class ClosingRow:
    """One hazard closed in the week, as far as papers may show it."""

    number: str
    place: str
    hazard: str
    """The desk's short description."""
    done: tuple[str, ...]
    """The measures; empty where it was fixed on the spot."""
    checker: str
    closed_on: date


@dataclass(frozen=True, kw_only=True)
class ClosingSheet(NamelessPaper):
    """The week's closings, A4 portrait, one signature of the representative for each page."""

    template: ClassVar[str] = "closings"

    plant: str
    starts: date
    ends: date
    rows: tuple[ClosingRow, ...]
    form_code: str = "AQ-06"

    labels: ClassVar[Mapping[str, Sentence]] = {
        "title": Sentence(N_("Closings of the week, to be confirmed")),
        "number": Sentence(N_("Number")),
        "place": Sentence(N_("Part of the plant")),
        "done": Sentence(N_("What was done")),
        "checker": Sentence(N_("Checked by")),
        "date": Sentence(N_("Date")),
        "blank_below": Sentence(N_("Blank below")),
        "continued": Sentence(N_("Continued on the next page")),
        "confirmed": Sentence(
            N_("I confirm the closings of this page (workers' representative, signature)")
        ),
        "signed_on": Sentence(N_("Date")),
    }

    def shown(self) -> dict[str, object]:
        """Return head, pages of rows and foot."""
        pages = paginate([self._row(row) for row in self.rows], PAGE_ROWS, PAGE_ROWS)
        return {
            "labels": self.labels,
            "plant": self.plant,
            "week": Sentence(
                N_("%(first)s to %(last)s, closed: %(n)s"),
                first=full_day(self.starts), last=full_day(self.ends), n=len(self.rows),
            ),
            "pages": [
                {"rows": rows, "foot": self.foot(number, len(pages))}
                for number, rows in enumerate(pages, start=1)
            ],
        }  # fmt: skip

    def _row(self, row: ClosingRow) -> dict[str, object]:
        fixed = Sentence(N_("Fixed on the spot"))
        return {
            "number": row.number,
            "place": row.place,
            "hazard": row.hazard,
            "done": row.done or (fixed,),
            "checker": row.checker,
            "date": row.closed_on,
        }
