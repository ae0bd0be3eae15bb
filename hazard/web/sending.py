"""One sending of the report form: its words, its photos, and the form again if it is refused."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime

from flask import Response, request

from hazard.audit.work import Work
from hazard.cases.nearby import is_number
from hazard.core import clock
from hazard.core.errors import HazardError, Unclear
from hazard.core.images import Picture
from hazard.core.limits import NoRoom, Room
from hazard.core.voices import Voice, clean
from hazard.core.words import N_, Sentence
from hazard.people.working import shift_at
from hazard.places.queries import list_places
from hazard.policy.words import About, Category, Desk, DoneAlready, Identity, Urgency
from hazard.reports import handling, photos, voices
from hazard.reports.intake import MAX_PHOTOS, KeyReused, Name, Told
from hazard.reports.queries import has_union_desk, hold_by_id, list_of_form
from hazard.reports.receipts import hash_of_key
from hazard.reports.routing import offered_desks
from hazard.sealing.sealed import NotReady
from hazard.web.doorway import actor, house, need_photo_room, reading, write
from hazard.web.forms import beside, chosen_files, number, text, word
from hazard.web.replies import page
from hazard.web.report_page import (
    Kept,
    Spoken,
    find_scanned,
    new_key,
    offered_identities,
    show_form,
    spoken,
)
from hazard.web.thumbnails import Thumbnail, thumbnails
from hazard.web.tokens import Elsewhere

NAMES = ("name", "team", "company", "phone")
WITH_NAME = (Identity.NAMED, Identity.CONFIDENTIAL)
"""Only for these the login is looked at, or a name is read (decisions 25)."""


class NotTaken(Unclear):
    """Some of the photos in the form cannot be kept."""


class Sending:
    """What came with `POST /report`; nothing of it is lost when it cannot be taken yet."""

    def __init__(self) -> None:
        self.pictures: list[Picture] = []
        self.voice: Voice | None = None
        self._refusals: list[tuple[int, HazardError]] = []
        self._misheard: HazardError | None = None
        self._received = False

    @property
    def key(self) -> str:
        """Return the submission key."""
        return text("submission_key")

    @property
    def ids(self) -> list[str]:
        """Return the public ids of photos sent before and still ticked."""
        return request.form.getlist("photo")[:MAX_PHOTOS]

    @property
    def voice_id(self) -> str:
        """Return the public id of a voice note sent before, or an empty string."""
        return text("voice")

    @property
    def shown(self) -> int:
        """Return how many photos and voice notes there are."""
        return len(self.ids) + len(self.pictures) + bool(self.voice_id or self.voice)

    @property
    def is_too_full(self) -> bool:
        """Say whether more photos came than nine."""
        many = len(self.ids) + len(chosen_files("photos")) > MAX_PHOTOS
        return many or bool(getattr(request, "overfull", False))

    @property
    def without_room(self) -> bool:
        """Say whether the disk was too full for the photos."""
        refusals = [self._misheard, *(error for _, error in self._refusals)]
        return any(isinstance(error, NoRoom) for error in refusals)

    def receive(self) -> None:
        """Store the voice and the first nine photos; what cannot be taken is noted."""
        if self._received:
            return
        self._received = True
        self._hear()
        room = MAX_PHOTOS - len(self.ids)
        for place, sent in enumerate(chosen_files("photos")[: max(room, 0)], start=1):
            try:
                self.pictures.append(receive_photo(sent.read()))
            except HazardError as error:
                self._refusals.append((place, error))

    def _hear(self) -> None:
        for sent in chosen_files("voice_file")[:1]:
            try:
                self.voice = receive_voice(sent.read())
            except HazardError as error:
                self._misheard = error

    def need_all_taken(self, told: Told) -> None:
        """Raise for photos that were not taken; on a full disk words alone will do."""
        if self.without_room:
            if not told.description.strip() and not self.voice_id:
                raise NoRoom(Room.PHOTO)
        elif self._misheard:
            raise self._misheard
        elif self._refusals:
            raise self._not_taken()
        elif self.is_too_full:
            raise photos.TooManyPhotos

    def again(self, error: HazardError) -> Response:
        """Answer with the form, its words and its photos kept; what is wrong stands beside it."""
        if isinstance(error, Elsewhere):
            return page("errors/page.html", message=error.sentence, status=error.status)
        self.receive()
        key = self._key_again(error)
        known = request.form.get("identity") in WITH_NAME and actor().person_id is not None
        kept: list[Thumbnail] = []
        voice: Spoken | None = None
        with suppress(HazardError):  # where even that fails, the words at least are there
            kept = self._kept(key)
            voice = self._kept_voice(key)
        shown = Kept(kept, voice)
        return show_form(text("poster"), known=known, error=error, key=key, sent=shown)

    def _key_again(self, error: HazardError) -> str:
        try:
            hash_of_key(self.key)
        except Unclear:
            return new_key()
        return new_key() if isinstance(error, KeyReused) else self.key

    def _kept(self, key: str) -> list[Thumbnail]:
        """Return the photos the form goes on with, those in it noted as sent."""
        ids, form = self.ids, hash_of_key(key)
        if self.pictures or (ids and key != self.key):
            with write(as_reporter=True) as work:
                if key != self.key:
                    ids = photos.copy_to_form(work, ids, hash_of_key(self.key), form)
                ids = add_pictures(work, form, ids, self.pictures)
        return thumbnails(list_of_form(reading(), form, ids))

    def _kept_voice(self, key: str) -> Spoken | None:
        """Return the voice note the form goes on with, under its key."""
        form = hash_of_key(key)
        if self.voice is None and not self.voice_id:
            return None
        with write(as_reporter=True) as work:
            if self.voice is not None:
                return spoken(voices.add_unclaimed(work, self.voice, form))
            had = voices.copy_to_form(work, self.voice_id, hash_of_key(self.key), form)
            return spoken(had) if had else None

    def _not_taken(self) -> NotTaken:
        reasons = tuple(
            Sentence(N_("photo %(n)s: %(why)s"), n=place, why=error.sentence)
            for place, error in self._refusals
        )
        return NotTaken(
            Sentence(N_("Not taken: %(list)s. Everything else is kept"), list=reasons),
            field="photos",
        )


def add_pictures(
    work: Work, form: str, ids: Sequence[str], pictures: Iterable[Picture]
) -> list[str]:
    """Note the pictures under a form, without those whose tick was removed; return all ids."""
    photos.let_go(work, form, ids)
    return [*ids, *(photos.add_unclaimed(work, each, form).public_id for each in pictures)]


def receive_reply(report_id: int) -> None:
    """Take a reply's photos, then its words; a photo once taken stays, whatever follows."""
    chosen = chosen_files("photos")
    for sent in chosen[:MAX_PHOTOS]:
        with beside("photos"):
            picture = receive_photo(sent.read())
            with write(as_reporter=True) as work:
                handling.add_photo(work, hold_by_id(work, report_id), picture)
    if len(chosen) > MAX_PHOTOS:
        raise photos.TooManyPhotos
    with write(as_reporter=True) as work:
        handling.answer(work, hold_by_id(work, report_id), text("text"), len(chosen))


def receive_photo(raw: bytes) -> Picture:
    """Return the photo developed and durably stored, its file dated to the start of the shift."""
    need_photo_room()
    picture = house().darkroom.develop(raw)
    shift = shift_at(reading(), clock.now(), None)
    photos.store(house().files, picture, shift.starts)
    return picture


def receive_voice(raw: bytes) -> Voice:
    """Return the voice note cleaned and durably stored, dated to the start of the shift."""
    need_photo_room()
    note = clean(raw)
    voices.store(house().files, note, shift_at(reading(), clock.now(), None).starts)
    return note


def read_told() -> Told:
    """Return what the reporter filled in; everything may be left out."""
    scanned = find_scanned(text("poster"))
    identity = word("identity", Identity, Identity.ANONYMOUS)
    desks = offered_desks(union=has_union_desk(reading()))
    desk = word("desk", Desk, desks[0])
    offered = offered_identities()
    if identity is Identity.CONFIDENTIAL and identity not in offered:
        raise NotReady
    if desk not in desks or identity not in offered:
        field = "desk" if desk not in desks else "identity"
        raise Unclear(Sentence(N_("Please choose one of these")), field=field)
    chosen = _place()
    return Told(
        category=word("category", Category, Category.UNSURE),
        description=request.form.get("description", "").replace("\r\n", "\n"),
        suggestion=request.form.get("suggestion", "").replace("\r\n", "\n"),
        spot=text("spot"),
        done_already=_done_already(),
        found_on=_found_on(),
        urgency=word("urgency", Urgency, Urgency.NORMAL),
        desk=desk,
        about=word("about", About, About.NONE),
        identity=identity,
        place_id=chosen or (scanned.place_id if scanned else None),
        poster_code=scanned.code if scanned else "",
        same_as=text("same_as") if is_number(text("same_as")) else "",
    )


def read_name(told: Told) -> Name:
    """Return who reports: by the login, by what was typed, or nobody."""
    if told.identity not in WITH_NAME:
        return Name()
    person_id = actor().person_id
    if person_id is not None:
        return Name(person_id=person_id)
    return Name(None, *(text(name) for name in NAMES))


def _place() -> int | None:
    chosen = number("place")
    if chosen and all(place.id != chosen for place in list_places(reading(), clock.today())):
        raise Unclear(Sentence(N_("This place is not in use any more")), field="place")
    return chosen


def _done_already() -> tuple[DoneAlready, ...]:
    ticked = set(request.form.getlist("done_already"))
    return tuple(done for done in DoneAlready if done.value in ticked)


def _found_on() -> date | None:
    """Return the day of `found_at`; the hour is not kept, as it could give somebody away."""
    typed = text("found_at")
    if not typed:
        return None
    try:
        found = datetime.fromisoformat(typed).date()
    except ValueError:
        found = date.max
    if not date(2000, 1, 1) <= found <= clock.today():
        sentence = Sentence(N_("Please enter a day that is not in the future"))
        raise Unclear(sentence, field="found_at")
    return found
