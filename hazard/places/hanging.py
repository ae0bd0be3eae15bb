"""From the printer to the wall: hung, photographed, scanned, moved."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.core.clock import day_of
from hazard.core.errors import NotFound, Refused, Unclear
from hazard.core.files import FileStore
from hazard.core.images import Picture
from hazard.core.words import N_, Sentence
from hazard.places.models import Hanging, Place, Poster
from hazard.places.posters import need_in_use, need_phones_allowed
from hazard.places.queries import plain_code, proof_key
from hazard.places.terms import Camera

TEST_LASTS = timedelta(minutes=10)
ONE_DAY = timedelta(days=1)


class NotPrinted(Refused):
    """What was never printed hangs nowhere."""


class NoProof(Unclear):
    """A poster without a photo of it on the wall."""


class LaterThanToday(Unclear):
    """A day that has not come yet."""


def store_proof(files: FileStore, picture: Picture, at: datetime) -> None:
    """Put the photo of a hanging poster into the store, durable on return."""
    files.put(proof_key(picture.sha256), picture.jpeg, at)


def hang(
    work: Work, poster: Poster, camera: Camera, posted_on: date | None, proof: str = ""
) -> None:
    """Note that the poster hangs at its place since `posted_on` (today without it).

    `proof` is the SHA-256 of its stored photo; without one the earlier photo stays. Raises
    `NotPrinted`, `NoProof` or `LaterThanToday`.
    """
    work.actor.need(Permission.POSTERS_KEEP, poster.place.unit.path)
    need_in_use(poster)
    need_phones_allowed(poster.place)
    if poster.printed_at is None:
        raise NotPrinted(Sentence(N_("This poster has not been printed yet. Print it first")))
    hanging = current_hanging(poster)
    if not (proof or hanging.proof):
        raise NoProof(Sentence(N_("Take a photo of the poster on the wall")), field="photo")
    today = day_of(work.now)
    if posted_on is not None and posted_on > today:
        raise LaterThanToday(Sentence(N_("This day has not come yet")), field="posted_on")
    hanging.posted_on = posted_on or hanging.posted_on or today
    hanging.posted_by = work.actor.person_id
    hanging.proof, hanging.camera = proof or hanging.proof, camera
    work.record("hung", poster, place=poster.place_id, proof=hanging.proof, camera=camera)


def ask_for_test(work: Work, poster: Poster) -> None:
    """Let the next phone that opens the code within ten minutes prove that it works."""
    work.actor.need(Permission.POSTERS_KEEP, poster.place.unit.path)
    need_in_use(poster)
    poster.test_until = work.now + TEST_LASTS
    work.record("test_asked", poster)


def awaits_test(session: Session, code: str, now: datetime) -> bool:
    """Say whether whoever keeps the poster of this code waits for a phone to open it."""
    waits = (Poster.code == plain_code(code), Poster.test_until > now, Poster.retired_at.is_(None))
    return session.scalar(select(Poster.id).where(*waits)) is not None


def note_test(work: Work, code: str) -> Poster:
    """Note that a phone opened the code while a test was awaited; raises `NotFound` otherwise.

    Nothing of the phone is kept.
    """
    waits = (Poster.code == plain_code(code), Poster.test_until > work.now)
    poster = work.session.scalars(select(Poster).where(*waits)).one_or_none()
    if poster is None or poster.retired_at is not None:
        raise NotFound
    poster.test_until = None
    current_hanging(poster).tested_at = work.now
    work.record("tested", poster)
    return poster


def move(work: Work, poster: Poster, place: Place) -> None:
    """Let the poster hang at another place from today; where it hung before is kept.

    Reports from now on name the new place. Raises `PhonesForbidden` or `PosterRetired`.
    """
    for unit in (poster.place.unit, place.unit):
        work.actor.need(Permission.POSTERS_KEEP, unit.path)
    need_in_use(poster)
    need_phones_allowed(place)
    if place.id == poster.place_id:
        return
    hanging, today = current_hanging(poster), day_of(work.now)
    if hanging.posted_on is None:
        hanging.place = place  # it never hung at the first place
    else:
        hanging.valid_to = max(hanging.valid_from, today - ONE_DAY)
        work.session.flush()  # only one may be current at a time
        poster.hangings.append(Hanging(place=place, valid_from=today))
    poster.place = place
    work.record("moved", poster, place=place.id)


def current_hanging(poster: Poster) -> Hanging:
    """Return where a poster in use is meant to hang now."""
    return next(hanging for hanging in poster.hangings if hanging.valid_to is None)
