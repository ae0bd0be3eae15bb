"""The poster register: what hangs where, what is outdated, and what W-12 still asks for."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from hazard.access.actor import Actor
from hazard.access.permissions import Permission
from hazard.core.clock import day_of
from hazard.core.config import Settings
from hazard.core.errors import NotFound
from hazard.core.words import N_, Sentence
from hazard.people.models import Unit
from hazard.people.queries import list_units, unit_names
from hazard.places.composing import Composer, composer
from hazard.places.models import Hanging, Place, Poster
from hazard.places.queries import list_kept_places
from hazard.places.terms import Camera, Part, PosterType, Stage
from hazard.places.trades import Trade

GATE_POSTERS = 3
"""At the gate and conspicuous places of a plant, in all (W-12, decisions 42)."""


@dataclass(frozen=True, slots=True)
class Spell:
    """A poster at one place in a span of days."""

    id: int
    place: str
    valid_from: date
    valid_to: date | None
    posted_on: date | None
    camera: Camera | None
    tested_at: datetime | None
    proof: str
    """SHA-256 of the photo, or empty."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A poster as the register shows it."""

    id: int
    code: str
    number: str
    type: PosterType
    chosen_trade: Trade | None
    trade: Trade
    """Whose examples it shows."""
    bilingual: bool
    place_id: int
    place: str
    unit_path: str
    unit: str
    """Full name."""
    printed_at: datetime | None
    policy_version: int | None
    retired_at: datetime | None
    test_until: datetime | None
    forbidden: bool
    """Whether phones are forbidden where it hangs (edge 65)."""
    outdated: tuple[Part, ...]
    """What it says wrongly since its last print."""
    now: Spell
    """Where it hangs, or last hung."""
    before: tuple[Spell, ...]
    """Where it hung earlier, newest first."""

    @property
    def complaint(self) -> Sentence | None:
        """Return what it says wrongly, in words."""
        if not self.outdated:
            return None
        return Sentence(N_("Changed since the print: %(parts)s"), parts=self.outdated)

    @property
    def hangs(self) -> bool:
        """Say whether it counts for W-12: in use, on a wall, and phones are allowed there."""
        return self.retired_at is None and self.now.posted_on is not None and not self.forbidden

    @property
    def stage(self) -> Stage:
        """Return what it needs next."""
        if self.printed_at is None:
            return Stage.TO_PRINT
        if self.outdated:
            return Stage.OUTDATED
        if self.now.posted_on is None:
            return Stage.TO_HANG
        if self.now.camera is Camera.YES:
            return Stage.IN_VIEW
        return Stage.DONE if self.now.tested_at else Stage.TO_TEST


@dataclass(frozen=True, slots=True)
class Cover:
    """How far one workshop, or the gate, has the posters W-12 asks for."""

    unit_id: int | None
    """None for the gate and conspicuous places."""
    name: str
    wanted: int
    hanging: int
    unhung: tuple[Registered, ...]
    """Made, but not on a wall yet."""
    places: tuple[tuple[int, str], ...]
    """Where one may be hung."""

    @property
    def lacking(self) -> int:
        """Return how many are missing."""
        return max(0, self.wanted - self.hanging)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The counter of W-12."""

    gate: Cover
    workshops: tuple[Cover, ...]
    placeless: tuple[str, ...]
    """Units right below the company without any place: offices, as a rule; not counted."""

    @property
    def complete(self) -> bool:
        """Say whether nothing is missing."""
        return not any(cover.lacking for cover in (self.gate, *self.workshops))


def list_registered(
    session: Session, actor: Actor, settings: Settings, now: datetime, *, retired: bool = False
) -> list[Registered]:
    """Return the posters the actor keeps, in the order they were made."""
    state = Poster.retired_at.is_not(None) if retired else Poster.retired_at.is_(None)
    eager = (
        joinedload(Poster.place).joinedload(Place.unit),
        selectinload(Poster.hangings).joinedload(Hanging.place),
    )
    found = session.scalars(select(Poster).where(state).options(*eager).order_by(Poster.id))
    compose, names = composer(session, settings, now), unit_names(session)
    paths = actor.paths(Permission.POSTERS_KEEP)
    kept = [poster for poster in found if poster.place.unit.path.startswith(tuple(paths))]
    return [_registered(poster, compose, names) for poster in kept]


def get_registered(
    session: Session, actor: Actor, settings: Settings, now: datetime, poster_id: int
) -> Registered:
    """Return one poster the actor keeps, in use or retired; raises `NotFound`."""
    poster = session.get(Poster, poster_id)
    if poster is None or not actor.may(Permission.POSTERS_KEEP, poster.place.unit.path):
        raise NotFound
    return _registered(poster, composer(session, settings, now), unit_names(session))


def coverage(
    session: Session, actor: Actor, now: datetime, in_use: Iterable[Registered]
) -> Coverage:
    """Return the counter of W-12 over the units the actor keeps, for the posters `in_use`."""
    day, posters = day_of(now), list(in_use)
    units = {unit.id: unit for unit in list_units(session, day)}
    open_places = [
        (line.id, line.name, units[line.unit_id].path)
        for line in list_kept_places(session, actor, day)
        if not line.explosive and line.unit_id in units
    ]
    workshops = [unit for unit in units.values() if _is_below_company(unit, units)]
    covers = [_cover(unit, posters, open_places) for unit in workshops]
    return Coverage(
        gate=_gate(posters, open_places),
        workshops=tuple(cover for cover in covers if cover.places),
        placeless=tuple(cover.name for cover in covers if not cover.places),
    )


def next_to_do(posters: Iterable[Registered], after: int = 0) -> Registered | None:
    """Return the next poster on the walk that is not done: first those made after `after`."""
    todo = [poster for poster in posters if poster.stage is not Stage.DONE and poster.id != after]
    return min(todo, key=lambda poster: (poster.id <= after, poster.id), default=None)


def _registered(poster: Poster, compose: Composer, names: dict[int, str]) -> Registered:
    spells = [_spell(hanging) for hanging in reversed(poster.hangings)]
    place = poster.place
    return Registered(
        id=poster.id,
        code=poster.code,
        number=poster.number,
        type=poster.type,
        chosen_trade=poster.trade,
        trade=compose.trade(poster),
        bilingual=poster.bilingual,
        place_id=place.id,
        place=place.name,
        unit_path=place.unit.path,
        unit=names[place.unit_id],
        printed_at=poster.printed_at,
        policy_version=poster.policy_version,
        retired_at=poster.retired_at,
        test_until=poster.test_until,
        forbidden=place.explosive,
        outdated=_outdated(poster, compose),
        now=spells[0],
        before=tuple(spells[1:]),
    )


def _spell(hanging: Hanging) -> Spell:
    return Spell(
        id=hanging.id,
        place=hanging.place.name,
        valid_from=hanging.valid_from,
        valid_to=hanging.valid_to,
        posted_on=hanging.posted_on,
        camera=hanging.camera,
        tested_at=hanging.tested_at,
        proof=hanging.proof,
    )


def _outdated(poster: Poster, compose: Composer) -> tuple[Part, ...]:
    """Return what the print says otherwise than it would today; a changed design counts not."""
    if not poster.printed_facts:
        return ()
    printed = json.loads(poster.printed_facts)
    today = compose.sheet(poster).facts()
    return tuple(
        part for part in Part if part in printed and printed[part] != today.get(part, printed[part])
    )


def _is_below_company(unit: Unit, units: dict[int, Unit]) -> bool:
    parent = units.get(unit.parent_id or 0)
    return parent is not None and parent.parent_id is None


def _gate(posters: list[Registered], open_places: list[tuple[int, str, str]]) -> Cover:
    mine = [poster for poster in posters if poster.type is PosterType.GATE]
    places = tuple((place_id, name) for place_id, name, _ in open_places)
    return _counted(None, "", GATE_POSTERS, mine, places)


def _cover(unit: Unit, posters: list[Registered], open_places: list[tuple[int, str, str]]) -> Cover:
    inside = [poster for poster in posters if poster.unit_path.startswith(unit.path)]
    mine = [poster for poster in inside if poster.type is PosterType.WORKSHOP]
    places = tuple((pid, name) for pid, name, path in open_places if path.startswith(unit.path))
    return _counted(unit.id, unit.name, 1, mine, places)


def _counted(
    unit_id: int | None, name: str, wanted: int, posters: list[Registered],
    places: tuple[tuple[int, str], ...],
) -> Cover:  # fmt: skip
    return Cover(
        unit_id=unit_id,
        name=name,
        wanted=wanted,
        hanging=sum(poster.hangs for poster in posters),
        unhung=tuple(poster for poster in posters if poster.now.posted_on is None),
        places=places,
    )
