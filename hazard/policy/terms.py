"""What a company may set: frozen values, read from a preset or from a stored version. Pure."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any

from hazard.access.permissions import Role
from hazard.core.calendar import Unit
from hazard.core.money import Money, yuan
from hazard.policy.classing import Extra
from hazard.policy.words import LEVELS, Gravity, Hurt, Identity, Likely, Pay, Size, Weekday

PRESETS = Path(__file__).parent / "presets"
NO_CASH_ROLES = (Role.HEAD, Role.SAFETY_OFFICER, Role.SAFETY_MANAGER)
"""Whose own reports earn no cash within their scope (E6)."""
COSTLY_AS = 4
"""Plans that cost much go the way of this level (domain 2.3, T12)."""
OUTSIDERS_FROM = 3
"""From this level on verifiers may have to come from outside the workshop (words 5)."""
EVERYONE = "everyone"
"""Stands in a list of stand-ins for any employee who is not involved."""


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time with its unit, such as 3 working days."""

    days: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Rewards:
    """The figures of the reward table (decisions 34)."""

    amounts: Mapping[int, Money]
    """One figure per level 1 to 5."""
    out_of_post: Mapping[int, Money] | None
    """The second printed column, if the plant has one."""
    suggestion: Mapping[int, Money]
    """What an adopted suggestion adds, per level."""
    supplement: Money
    """What a later report earns that added what helped; 0: thanks alone."""
    paid_day: int
    """Day of the following month by which rewards are paid."""
    pay: Pay
    year_budget: Money
    grave_part: Money
    """The part of the budget meant for L4 and L5: a printed figure and a warning."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """How long each step may take; maxima of the law are checked where a version is made."""

    accept: Length
    verify: Length
    plan: Length
    rectify: Mapping[int, Length]
    """For L1 to L3; at L4 and L5 the plan sets the date."""
    check: Length
    feedback: Length
    archive: Length
    handling: Length


@dataclass(frozen=True, slots=True)
class Duty:
    """Who takes a step: the roles asked first, and those who stand in when none is free."""

    first: tuple[Role, ...]
    stand_ins: tuple[str, ...]
    """Role values, or `EVERYONE`."""


@dataclass(frozen=True, slots=True)
class Hands:
    """Who approves, checks and decides at each level; an empty list means nobody needs to."""

    plan_approval: Mapping[int, Duty]
    check: Mapping[int, Duty]
    propose: Duty
    decide: Mapping[int, Duty]
    quick_levels: frozenset[int]
    """Levels of the quick lane (decisions 10)."""
    photos_levels: frozenset[int]
    """Levels at which the second verifier may confirm from photographs."""
    outsiders: Mapping[int, int]
    """How many of the two verifiers come from outside the workshop, per level."""
    costly_above: Money | None
    """A plan that asks for more is approved as those of level 4 are; None: funds play no part."""

    def plan_duty(self, level: int, funds: Money) -> Duty:
        """Return whose approval a plan of that level and those funds needs."""
        costly = self.costly_above is not None and funds > self.costly_above
        return self.plan_approval[max(level, COSTLY_AS) if costly else level]


@dataclass(frozen=True, slots=True)
class Grading:
    """The table behind the three plain questions."""

    grave: Mapping[Gravity, int]
    table: Mapping[tuple[Hurt, Likely], int]


@dataclass(frozen=True, slots=True)
class ShiftPattern:
    """One shift of the company, such as 白班 8:00 to 17:00."""

    name: str
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything a company set, as of one version."""

    size: Size
    roles: tuple[Role, ...]
    identities: tuple[Identity, ...]
    first_identity: Identity
    """What the form proposes to who is not logged in, as long as it is offered (decisions 19)."""
    no_penalty: bool
    """A first ordinary breach found through a report is not fined (decisions 17)."""
    echo_weekday: Weekday
    """When the officer is told that last week's 《隐患回音》 is ready."""
    extras: tuple[Extra, ...]
    """What the ledger asks of a hazard besides the usual (words 5)."""
    rewards: Rewards
    clocks: Clocks
    hands: Hands
    grading: Grading
    shifts: tuple[ShiftPattern, ...]
    escalate_after: tuple[int, ...]
    """Days after the due moment at which the next rung of the ladder is told."""
    escalate_to: tuple[Role, ...]


def preset_values(size: Size) -> dict[str, Any]:
    """Return the values of a preset (words 5) as they stand in its file."""
    return tomllib.loads((PRESETS / f"{size.value}.toml").read_text(encoding="utf-8"))


def policy_of(values: Mapping[str, Any]) -> Policy:
    """Return the policy that `values`, in the form of a preset file, describe."""
    return Policy(
        size=Size(values["size"]),
        roles=tuple(Role(role) for role in values["roles"]),
        identities=tuple(Identity(identity) for identity in values["identities"]),
        first_identity=Identity(values.get("first_identity", Identity.ANONYMOUS)),
        no_penalty=values["no_penalty"],
        echo_weekday=Weekday(values["echo_weekday"]),
        extras=tuple(Extra(extra) for extra in values["extras"]),
        rewards=_rewards(values["rewards"]),
        clocks=_clocks(values["clocks"]),
        hands=_hands(values["hands"]),
        grading=_grading(values["grading"]),
        shifts=tuple(
            ShiftPattern(s["name"], time.fromisoformat(s["start"]), time.fromisoformat(s["end"]))
            for s in values["shifts"]
        ),
        escalate_after=tuple(values["ladder"]["after"]),
        escalate_to=tuple(Role(role) for role in values["ladder"]["to"]),
    )


def _rewards(values: Mapping[str, Any]) -> Rewards:
    extra = values.get("out_of_post")
    return Rewards(
        amounts=_per_level(values["amounts"]),
        out_of_post=_per_level(extra) if extra else None,
        suggestion=_per_level(values["suggestion"]),
        supplement=yuan(values.get("supplement", 0)),
        paid_day=values["paid_day"],
        pay=Pay(values.get("pay", Pay.CASH)),
        year_budget=yuan(values["year_budget"]),
        grave_part=yuan(values["grave_part"]),
    )


def _per_level(figures: list[int]) -> Mapping[int, Money]:
    return {level: yuan(figure) for level, figure in zip(LEVELS, figures, strict=True)}


def _clocks(values: Mapping[str, Any]) -> Clocks:
    plain = {name: _length(text) for name, text in values.items() if name != "rectify"}
    rectify = {level: _length(text) for level, text in enumerate(values["rectify"], start=1)}
    return Clocks(rectify=rectify, **plain)


def _length(text: str) -> Length:
    days, unit = text.split()
    return Length(int(days), Unit(unit))


def _hands(values: Mapping[str, Any]) -> Hands:
    return Hands(
        plan_approval=_duties(values["plan_approval"]),
        check=_duties(values["check"]),
        propose=_duty(values["propose"]),
        decide=_duties(values["decide"]),
        quick_levels=frozenset(values["quick_levels"]),
        photos_levels=frozenset(values["photos_levels"]),
        outsiders=dict(zip(LEVELS, values["outsiders"], strict=True)),
        costly_above=yuan(values["costly_above"]) if values["costly_above"] else None,
    )


def _duties(values: list[Mapping[str, Any]]) -> Mapping[int, Duty]:
    return {level: _duty(duty) for level, duty in zip(LEVELS, values, strict=True)}


def _duty(values: Mapping[str, Any]) -> Duty:
    return Duty(tuple(Role(role) for role in values["first"]), tuple(values["stand_ins"]))


def _grading(values: Mapping[str, Any]) -> Grading:
    return Grading(
        grave={Gravity.MAJOR: values["major"], Gravity.AVERTED: values["averted"]},
        table={
            (hurt, likely): level
            for hurt in Hurt
            for likely, level in zip(Likely, values[hurt.value], strict=True)
        },
    )
