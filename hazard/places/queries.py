"""Reading places and posters."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, joinedload

from hazard.access.actor import Actor
from hazard.access.permissions import Permission
from hazard.core.errors import NotFound
from hazard.core.numbers import as_counted
from hazard.core.words import N_, Sentence
from hazard.people.models import Unit
from hazard.people.queries import unit_names
from hazard.places.models import Hanging, Place, Poster
from hazard.places.terms import Camera, PosterType


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """A place to pick, with the full name of its unit."""

    id: int
    name: str
    unit_id: int
    unit: str


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A place as lists show it."""

    id: int
    name: str
    unit_id: int
    unit: str
    """Full name of the unit."""
    owner_id: int | None
    owner: str
    """Name of who is in charge, or empty."""
    owner_no: str
    posters: int
    """How many posters in use hang there."""
    explosive: bool
    """Whether phones are forbidden there."""
    risk_point: str


@dataclass(frozen=True, slots=True)
class PosterLine:
    """A poster as lists and the report form show it."""

    id: int
    code: str
    number: str
    type: PosterType
    place_id: int
    place: str
    unit_id: int
    unit: str
    made_at: datetime
    printed_at: datetime | None
    policy_version: int | None
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scanned code leads to; without a poster `notice` says why."""

    poster: PosterLine | None
    notice: Sentence | None


@dataclass(frozen=True, slots=True)
class PosterProof:
    """A poster that hangs, as an inspector asks to see it."""

    number: str
    type: PosterType
    place: str
    unit: str
    """Full name."""
    posted_on: date
    camera: Camera | None
    tested_at: datetime | None
    proof_key: str
    """Where the photo of it on the wall lies in the file store (a JPEG)."""


PROOF_FOLDER = "proofs"
NO_LONGER_USED = Sentence(N_("This poster is no longer used. Please tell us where you are."))


def places_on(day: date) -> ColumnElement[bool]:
    """Return the condition that a place exists on `day`."""
    return and_(Place.valid_from <= day, or_(Place.valid_to.is_(None), Place.valid_to >= day))


def find_poster(session: Session, code: str, day: date) -> Scan:
    """Return the poster of a scanned code; unknown and retired ones answer alike.

    The code may be typed: small letters, and I, L, O for 1, 1, 0 are understood.
    """
    plain = plain_code(code)
    wanted = _posters().where(Poster.code == plain, Poster.retired_at.is_(None), places_on(day))
    poster = session.scalars(wanted).one_or_none()
    if poster is None:
        return Scan(None, NO_LONGER_USED)
    return Scan(_poster_line(poster, unit_names(session)), None)


def plain_code(typed: str) -> str:
    """Return a poster's code as it is stored."""
    return "".join(s for s in typed.upper() if s.isalnum()).translate(_LOOKALIKES)


def get_place(session: Session, place_id: int) -> Place:
    """Return the place; raises `NotFound`."""
    place = session.get(Place, place_id)
    if place is None:
        raise NotFound
    return place


def get_poster(session: Session, poster_id: int) -> Poster:
    """Return the poster; raises `NotFound`."""
    poster = session.get(Poster, poster_id)
    if poster is None:
        raise NotFound
    return poster


def list_places(session: Session, day: date) -> list[PlaceChoice]:
    """Return the places of `day` by unit and name: for anybody who picks where they are."""
    names = unit_names(session)
    rows = session.execute(
        select(Place.id, Place.name, Place.unit_id, Unit.path)
        .join(Unit, Unit.id == Place.unit_id)
        .where(places_on(day))
    )
    found = sorted(rows, key=lambda row: (row.path, as_counted(row.name), row.id))
    return [PlaceChoice(row.id, row.name, row.unit_id, names[row.unit_id]) for row in found]


def list_kept_places(session: Session, actor: Actor, day: date) -> list[PlaceLine]:
    """Return the places of `day` that the actor keeps."""
    return _place_lines(session, and_(places_on(day), _under(actor, Permission.PLACES_KEEP)))


def get_place_line(session: Session, actor: Actor, place_id: int) -> PlaceLine:
    """Return one place the actor keeps, open or closed; raises `NotFound`."""
    wanted = and_(Place.id == place_id, _under(actor, Permission.PLACES_KEEP))
    lines = _place_lines(session, wanted)
    if not lines:
        raise NotFound
    return lines[0]


def list_printable(session: Session, actor: Actor, type_: str = "") -> list[Poster]:
    """Return the posters in use the actor keeps where phones are allowed, or those of a type."""
    kept = (Poster.retired_at.is_(None), ~Place.explosive, _under(actor, Permission.POSTERS_KEEP))
    wanted = _posters().where(*kept).options(joinedload(Poster.place).joinedload(Place.unit))
    if type_:
        wanted = wanted.where(Poster.type == type_)
    return list(session.scalars(wanted.order_by(Poster.id)))


def list_poster_ids(session: Session) -> list[int]:
    """Return the ids of all posters in use, in the order of their numbers."""
    used = select(Poster.id).where(Poster.retired_at.is_(None))
    return list(session.scalars(used.order_by(Poster.number)))


def count_posters(session: Session) -> int:
    """Return how many posters in use have been printed: those a new address would strand."""
    printed = select(func.count()).where(
        Poster.retired_at.is_(None), Poster.printed_at.is_not(None)
    )
    return session.scalar(printed) or 0


def list_posters_with_proof(session: Session) -> list[PosterProof]:
    """Return every poster in use that hangs and was photographed: by unit, place and number."""
    rows = session.execute(
        select(Poster, Hanging)
        .join(Hanging, and_(Hanging.poster_id == Poster.id, Hanging.valid_to.is_(None)))
        .join(Place, Place.id == Poster.place_id)
        .join(Unit, Unit.id == Place.unit_id)
        .where(Poster.retired_at.is_(None), Hanging.posted_on.is_not(None), Hanging.proof != "")
        .options(joinedload(Poster.place).joinedload(Place.unit))
    ).all()
    rows = sorted(rows, key=lambda row: (*_by_unit_and_name(row[0].place), row[0].id))
    names = unit_names(session)
    return [
        _proof(poster, hanging, hanging.posted_on, names)
        for poster, hanging in rows
        if hanging.posted_on is not None
    ]


def proof_key(sha256: str) -> str:
    """Return where the photo of a hanging poster lies in the file store."""
    return f"{PROOF_FOLDER}/{sha256}.jpg"


_LOOKALIKES = str.maketrans("ILO", "110")


def _posters() -> Select[Poster]:
    return (
        select(Poster)
        .join(Place, Place.id == Poster.place_id)
        .join(Unit, Unit.id == Place.unit_id)
        .options(joinedload(Poster.place))
    )


def _under(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    paths = actor.paths(permission)
    return or_(false(), *(Unit.path.startswith(path, autoescape=True) for path in paths))


def _place_lines(session: Session, wanted: ColumnElement[bool]) -> list[PlaceLine]:
    names = unit_names(session)
    hanging = dict(
        session.execute(
            select(Poster.place_id, func.count())
            .where(Poster.retired_at.is_(None))
            .group_by(Poster.place_id)
        ).all()
    )
    rows = (
        select(Place)
        .join(Unit, Unit.id == Place.unit_id)
        .where(wanted)
        .options(joinedload(Place.owner), joinedload(Place.unit))
    )
    found = sorted(session.scalars(rows), key=_by_unit_and_name)
    return [_place_line(place, names, hanging.get(place.id, 0)) for place in found]


def _by_unit_and_name(place: Place) -> tuple[str, tuple[str | int, ...], int]:
    return place.unit.path, as_counted(place.name), place.id


def _place_line(place: Place, names: dict[int, str], posters: int) -> PlaceLine:
    owner = place.owner
    return PlaceLine(
        id=place.id,
        name=place.name,
        unit_id=place.unit_id,
        unit=names[place.unit_id],
        owner_id=place.owner_id,
        owner=owner.name if owner else "",
        owner_no=owner.employee_no if owner else "",
        posters=posters,
        explosive=place.explosive,
        risk_point=place.risk_point,
    )


def _poster_line(poster: Poster, names: dict[int, str]) -> PosterLine:
    place = poster.place
    return PosterLine(
        id=poster.id,
        code=poster.code,
        number=poster.number,
        type=poster.type,
        place_id=place.id,
        place=place.name,
        unit_id=place.unit_id,
        unit=names[place.unit_id],
        made_at=poster.made_at,
        printed_at=poster.printed_at,
        policy_version=poster.policy_version,
        retired_at=poster.retired_at,
    )


def _proof(poster: Poster, hanging: Hanging, posted_on: date, names: dict[int, str]) -> PosterProof:
    place = poster.place
    return PosterProof(
        number=poster.number,
        type=poster.type,
        place=place.name,
        unit=names[place.unit_id],
        posted_on=posted_on,
        camera=hanging.camera,
        tested_at=hanging.tested_at,
        proof_key=proof_key(hanging.proof),
    )
