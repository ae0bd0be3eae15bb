"""How far a date may be moved, how often, and whose word it takes (domain 2.6.6, S1-9). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from hazard.access.duties import LEVELS
from hazard.core.errors import Refused, Unclear
from hazard.core.words import N_, Sentence
from hazard.policy.terms import Duty

MOST = 2
"""Times the date of a rectification may be moved."""
HANDLING_DAYS = 30
"""The law's only extension of handling a report (S1-9)."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The date that would move."""

    begins: date
    """Day the first date was set."""
    first_until: date
    """The date as it was set first."""
    until: date
    """The date in force."""
    granted: int
    """How often it was moved already."""
    control: str
    """The interim control in force."""
    handling: bool = False
    """Whether it is the date of handling the report."""

    @property
    def latest(self) -> date:
        """Return the last day it may ever be moved to: all extensions ≤ the first length."""
        if self.handling:
            return self.first_until + timedelta(days=HANDLING_DAYS)
        return self.first_until + (self.first_until - self.begins)

    @property
    def first_late(self) -> date:
        """Return the first day on which it is too late to ask."""
        return self.until + timedelta(days=1)

    @property
    def most(self) -> int:
        """Return how often it may be moved."""
        return 1 if self.handling else MOST


@dataclass(frozen=True, slots=True)
class Wish:
    """A later date as it is asked for."""

    until: date | None
    reason: str
    risk: str
    control: str


def need_room(standing: Standing) -> None:
    """Raise `Refused` where no further extension is possible at all (edge 23)."""
    if standing.granted >= standing.most:
        raise Refused(
            Sentence(
                N_("The date was moved %(n)s times already; it cannot be moved again"),
                n=standing.granted,
            )
        )
    if standing.until >= standing.latest:
        raise Refused(
            Sentence(N_("All extensions together may not be longer than the first date allowed"))
        )


def need_sound(wish: Wish, standing: Standing) -> None:
    """Raise `Unclear` beside the field that is missing or goes too far.

    The interim control has to be another than the one in force: each extension asks for a
    stronger one, and whoever decides judges whether it is.
    """
    need_room(standing)
    if wish.until is None or not standing.until < wish.until <= standing.latest:
        raise Unclear(
            Sentence(
                N_("Choose a day after %(d0)s and not after %(d1)s"),
                d0=standing.until,
                d1=standing.latest,
            ),
            field="until",
        )
    for field, typed, words in (
        ("reason", wish.reason, N_("Please write why it takes longer")),
        ("risk", wish.risk, N_("Please write what may happen meanwhile")),
        ("control", wish.control, N_("Please write how people are kept safe meanwhile")),
    ):
        if not typed.strip():
            raise Unclear(Sentence(words), field=field)
    if wish.control.strip() == standing.control.strip():
        raise Unclear(
            Sentence(N_("A later date needs a stronger interim control than the present one")),
            field="control",
        )


def level_above(approval: Mapping[int, Duty], level: int) -> int:
    """Return the level whose plan approvers decide: the next one with other hands (T14).

    Where no higher level has other hands, the same hands decide: in small the head.
    """
    higher = (each for each in LEVELS if each > level and approval[each] != approval[level])
    return next(higher, level)
