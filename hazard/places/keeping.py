"""Keeping the places of the plant."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hazard.access.actor import SYSTEM
from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.core.clock import day_of
from hazard.core.errors import Refused, Unclear
from hazard.core.words import N_, Sentence
from hazard.people import keeping as people_keeping
from hazard.people.models import Person, Unit
from hazard.people.queries import find_by_number
from hazard.people.terms import BadEntry, employee_number, name_of_thing
from hazard.places.models import Hanging, Place, Poster
from hazard.places.queries import places_on

ONE_DAY = timedelta(days=1)
MOST_RISK_POINT = 40


class PlaceNameTaken(Refused):
    """Two places of one name could not be told apart on a poster."""


class OwnerGone(Refused):
    """Who left cannot be in charge of a place."""


class NoSuchPerson(Unclear):
    """The employee number of an owner is nobody's."""


class PlacesLeft(Refused):
    """Places still belong to the unit."""


def add_place(work: Work, name: str, unit: Unit, owner: Person | None = None) -> Place:
    """Add a place of `unit` from today; `owner` is proposed for its hazards."""
    _need(work, unit)
    name = name_of_thing(name)
    _need_free_name(work, name)
    place = Place(name=name, unit=unit, owner=None, valid_from=day_of(work.now), valid_to=None)
    work.session.add(place)
    work.session.flush()
    work.record("added", place, name=name, unit=unit.id)
    if owner is not None:
        set_owner(work, place, owner)
    return place


def change_place(work: Work, place: Place, name: str, unit: Unit, owner: Person | None) -> None:
    """Correct the name, the unit and who is in charge, whatever of it differs."""
    rename_place(work, place, name)
    move_place(work, place, unit)
    set_owner(work, place, owner)


def rename_place(work: Work, place: Place, name: str) -> None:
    """Give the place another name; cases keep the name of their day."""
    _need(work, place.unit)
    name = name_of_thing(name)
    if name == place.name:
        return
    _need_free_name(work, name)
    work.record("renamed", place, before=place.name, after=name)
    place.name = name


def move_place(work: Work, place: Place, unit: Unit) -> None:
    """Let the place belong to another unit."""
    _need(work, place.unit)
    if unit.id == place.unit_id:
        return
    _need(work, unit)
    place.unit = unit
    work.record("moved", place, unit=unit.id)


def set_owner(work: Work, place: Place, owner: Person | None) -> None:
    """Put somebody in charge of the place, or nobody."""
    _need(work, place.unit)
    day = day_of(work.now)
    if owner is not None and owner.left_on is not None and owner.left_on < day:
        raise OwnerGone(Sentence(N_("%(name)s has left the plant"), name=owner.name), field="owner")
    if owner is place.owner:
        return
    place.owner = owner
    work.record("owner_set", place, owner=owner.id if owner else None)


def set_risk_point(work: Work, place: Place, number: str) -> None:
    """Note the number the place has in the plant's list of risk points; empty: none."""
    _need(work, place.unit)
    number = number.strip()
    if len(number) > MOST_RISK_POINT:
        raise Unclear(
            Sentence(N_("At most %(n)s characters, please"), n=MOST_RISK_POINT), field="risk_point"
        )
    if number != place.risk_point:
        place.risk_point = number
        work.record("risk_point_set", place, number=number)


def forbid_phones(work: Work, place: Place, *, forbidden: bool) -> None:
    """Note whether an explosive atmosphere forbids phones, and so posters, at the place."""
    _need(work, place.unit)
    if place.explosive != forbidden:
        place.explosive = forbidden
        work.record("phones_forbidden" if forbidden else "phones_allowed", place)


def owner_by_number(session: Session, text: str) -> Person | None:
    """Return who has this employee number, or None for an empty field; raises `NoSuchPerson`."""
    if not text.strip():
        return None
    try:
        number = employee_number(text)
    except BadEntry as error:
        error.field = "owner"
        raise
    person = find_by_number(session, number)
    if person is None:
        raise NoSuchPerson(
            Sentence(N_("Nobody here has employee number %(number)s"), number=number), field="owner"
        )
    return person


def close_place(work: Work, place: Place) -> None:
    """End the place with yesterday and retire its posters."""
    _need(work, place.unit)
    day = day_of(work.now)
    live = update(Poster).where(Poster.place_id == place.id, Poster.retired_at.is_(None))
    work.session.execute(live.values(retired_at=work.now))
    hung = update(Hanging).where(Hanging.place_id == place.id, Hanging.valid_to.is_(None))
    work.session.execute(hung.values(valid_to=day))
    place.valid_to = day - ONE_DAY
    work.record("closed", place)


def close_unit(work: Work, unit: Unit) -> None:
    """Close a unit (`people.keeping.close_unit`) once no place belongs to it any more."""
    day = day_of(work.now)
    left = select(Place.name).where(Place.unit_id == unit.id, places_on(day)).order_by(Place.id)
    names = tuple(work.session.scalars(left.limit(3)))
    if names:
        raise PlacesLeft(
            Sentence(N_("Places belong to it: %(names)s. Move or close those first"), names=names)
        )
    people_keeping.close_unit(work, unit)


def _need(work: Work, unit: Unit) -> None:
    if work.actor is not SYSTEM:
        work.actor.need(Permission.PLACES_KEEP, unit.path)


def _need_free_name(work: Work, name: str) -> None:
    same = select(Place.id).where(Place.name == name, places_on(day_of(work.now)))
    if work.session.scalar(same) is not None:
        raise PlaceNameTaken(
            Sentence(N_("There is a place named %(name)s already"), name=name), field="name"
        )
