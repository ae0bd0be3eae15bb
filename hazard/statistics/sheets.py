"""The papers an inspector asks for; common rules of words.md 4."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from hazard.core.typeset import Paper, form, full_day, printed
from hazard.core.words import N_, Sentence
from hazard.core.workbooks import Cell
from hazard.statistics.columns import BY_KEY, LedgerColumn, cells
from hazard.statistics.ledger import Row, Totals

PAGE_OF = Sentence(N_("Page %(number)s of %(pages)s"), number="@n", pages="@m")
"""Said with marks the typesetter puts the figures of each page in for."""


@dataclass(frozen=True, kw_only=True)
class OfficePaper(Paper):
    """Head and foot of every paper of an inspection."""

    company: str
    printed_by: str
    table_version: int
    form_code: str

    labels: ClassVar[Mapping[str, Sentence]] = {
        "blank_below": Sentence(N_("Blank below")),
        "signed_on": Sentence(N_("Year      month      day")),
        "page": PAGE_OF,
    }

    def foot(self) -> tuple[Sentence, ...]:
        """Return the small print below each page, beside its number."""
        return (
            form(self.form_code),
            printed(self.printed_at, self.printed_by),
            Sentence(N_("Reward table no. %(version)s"), version=self.table_version),
        )


def short_day(day: date) -> Sentence:
    """Return a day with its year as narrow columns write it, as in 2026.11.22."""
    return Sentence(N_("%(year)s.%(month)s.%(day)s"), year=day.year, month=day.month, day=day.day)


def period(since: date, until: date) -> Sentence:
    """Return a period as papers write it."""
    return Sentence(N_("%(since)s to %(until)s"), since=full_day(since), until=full_day(until))


@dataclass(frozen=True, kw_only=True)
class LedgerSheet(OfficePaper):
    """The hazard ledger, A3 or A4 landscape; columns that belong together share a cell."""

    template: ClassVar[str] = "ledger"

    since: date
    until: date
    unit: str
    """Name of the unit; empty for the whole plant."""
    rows: Sequence[Row]
    totals: Totals
    columns: Sequence[LedgerColumn]
    large: bool = True
    """A3; else A4 with smaller letters."""
    form_code: str = "AQ-07"

    labels: ClassVar[Mapping[str, Sentence]] = {
        **OfficePaper.labels,
        "title": Sentence(N_("Hazard ledger")),
    }

    def shown(self) -> dict[str, object]:
        """Return head, groups of columns, lines, totals, and the boxes for hands."""
        groups = groups_of(self.columns)
        return {
            "labels": self.labels,
            "large": self.large,
            "head": (
                Sentence(N_("Company: %(name)s"), name=self.company),
                Sentence(N_("Period: %(period)s"), period=period(self.since, self.until)),
                Sentence(N_("Unit: %(unit)s"), unit=self.unit or Sentence(N_("Whole plant"))),
                Sentence(N_("No column names who reported")),
            ),
            "groups": [
                {
                    "share": share,
                    "heads": [BY_KEY[key].column.heading for key in keys],
                    "end": all(key in FIGURES for key in keys),
                }
                for share, keys in groups
            ],
            "lines": [_grouped(row, groups) for row in self.rows],
            "totals": totals_of(self.totals),
            "hands": (MADE_BY, CHECKED_BY, IN_CHARGE),
            "foot": self.foot(),
        }


GROUPS: tuple[tuple[float, tuple[str, ...]], ...] = (
    (1.1, ("row",)),
    (3.0, ("number", "found_on")),
    (2.2, ("source", "found_by")),
    (4.8, ("unit", "place", "risk_point")),
    (5.9, ("hazard", "clause")),
    (5.0, ("category", "sub_code", "factor")),
    (2.7, ("level", "grade", "lec")),
    (2.7, ("cause", "accident")),
    (3.4, ("control", "watched")),
    (2.2, ("owner", "remedy")),
    (5.3, ("measures", "contingency")),
    (2.5, ("funds", "cost")),
    (2.8, ("due", "extensions", "completed", "overdue")),
    (2.7, ("checker", "checked_on", "check_note")),
    (2.1, ("union",)),
    (2.7, ("closed", "state")),
    (1.8, ("rewarded",)),
    (1.9, ("before", "after")),
    (3.0, ("file", "archived", "note")),
)
"""Share of the width, and the columns that stand below each other in it: all of the ledger."""
FIGURES = frozenset({"funds", "cost", "before", "after"})
"""Columns that stand at the right."""


def groups_of(columns: Collection[LedgerColumn]) -> list[tuple[float, tuple[str, ...]]]:
    """Return the groups with those of the columns in them."""
    keys = {column.key for column in columns}
    kept = [(share, tuple(key for key in group if key in keys)) for share, group in GROUPS]
    return [(share, group) for share, group in kept if group]


MADE_BY = Sentence(N_("Made by (safety)"))
CHECKED_BY = Sentence(N_("Looked through by"))
IN_CHARGE = Sentence(N_("Main person in charge"))


def totals_of(totals: Totals) -> tuple[Sentence, ...]:
    """Return the totals in words, for page, PDF and XLSX alike."""
    return (
        Sentence(
            N_("Total %(n)s: general %(general)s, major %(major)s"),
            n=totals.found, general=totals.general, major=totals.major,
        ),
        Sentence(
            N_("Closed %(closed)s, open %(open)s, of them overdue %(overdue)s"),
            closed=totals.closed, open=totals.found - totals.closed, overdue=totals.overdue,
        ),
        Sentence(
            N_("Funds planned %(funds)s yuan, spent %(cost)s yuan"),
            funds=totals.funds, cost=totals.cost,
        ),
    )  # fmt: skip


def _grouped(row: Row, groups: Sequence[tuple[float, tuple[str, ...]]]) -> list[list[object]]:
    """Return the cells by group; an empty one among several is a dash and keeps its line."""
    return [
        [shown(value, alone=len(keys) == 1) for value in cells(row, _columns(keys))]
        for _, keys in groups
    ]


def _columns(keys: Sequence[str]) -> list[LedgerColumn]:
    return [BY_KEY[key] for key in keys]


def shown(value: Cell, *, alone: bool = True) -> object:
    """Return a cell as paper and page write it; an empty one among others is a dash."""
    if isinstance(value, date):
        return short_day(value)
    if value is None or value == "":
        return "" if alone else "—"
    return value
