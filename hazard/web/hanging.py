"""The walk with tape and phone: one poster hung, photographed, scanned; moving it later."""

import re

from flask import Blueprint, Response, flash, request, url_for

from hazard.access.permissions import Permission
from hazard.core import clock
from hazard.core.errors import NotFound
from hazard.core.words import N_, Sentence, say
from hazard.places import hanging
from hazard.places.queries import get_place, get_poster, proof_key
from hazard.places.register import get_registered
from hazard.places.terms import Camera
from hazard.web.addresses import opened_elsewhere
from hazard.web.doorway import (
    actor,
    house,
    language,
    need_photo_room,
    reading,
    requires,
    takes,
    write,
)
from hazard.web.forms import beside, chosen_files, day, needed_number, text, word
from hazard.web.posters import return_to
from hazard.web.replies import download, is_htmx, look_at, page

bp = Blueprint("hanging", __name__, url_prefix="/posters/<int:poster_id>")

SHA256 = re.compile(r"[0-9a-f]{64}")
MOVE_ON = {
    Camera.YES: N_("Noted. Hang it where no camera sees who scans, then take the photo again"),
    Camera.NO: N_("It hangs. Now scan it with a phone"),
}


@bp.post("/hanging")
@requires(Permission.POSTERS_KEEP)
@takes(megabytes=11)
def hang(poster_id: int) -> Response:
    return_to(poster_id)
    kept = _stored_photo()
    return_to(poster_id, kept)
    camera, posted_on = word("camera", Camera), day("posted_on")
    with write() as work:
        poster = get_poster(work.session, poster_id)
        hanging.hang(work, poster, camera, posted_on, kept)
    return _back(poster_id, Sentence(MOVE_ON[camera]), "good" if camera is Camera.NO else "warn")


@bp.post("/test")
@requires(Permission.POSTERS_KEEP)
def test(poster_id: int) -> Response:
    return_to(poster_id)
    with write() as work:
        hanging.ask_for_test(work, get_poster(work.session, poster_id))
    return look_at(url_for("posters.show", poster_id=poster_id, _anchor="test"))


@bp.get("/test")
@requires(Permission.POSTERS_KEEP)
def tested(poster_id: int) -> Response:
    if not is_htmx():
        return look_at(url_for("posters.show", poster_id=poster_id, _anchor="test"))
    now = clock.now()
    line = get_registered(reading(), actor(), house().settings, now, poster_id)
    awaiting = line.test_until is not None and line.test_until > now
    return page("posters/_test.html", line=line, awaiting=awaiting)


@bp.post("/place")
@requires(Permission.POSTERS_KEEP)
def move(poster_id: int) -> Response:
    return_to(poster_id)
    place_id = needed_number("place")
    with write() as work:
        poster = get_poster(work.session, poster_id)
        hanging.move(work, poster, get_place(work.session, place_id))
    said = N_("Reports now name the new place. Print the poster again: the old place stands on it")
    return _back(poster_id, Sentence(said), "warn")


@bp.get("/proof/<int:spell_id>.jpg")
@requires(Permission.POSTERS_KEEP)
def proof(poster_id: int, spell_id: int) -> Response:
    line = get_registered(reading(), actor(), house().settings, clock.now(), poster_id)
    for spell in (line.now, *line.before):
        if spell.id == spell_id and spell.proof:
            body = house().files.get(proof_key(spell.proof))
            return download(body, "image/jpeg", f"poster-{line.number}.jpg")
    raise NotFound


def answer_test(code: str) -> Response | None:
    """Answer the scan somebody waits for, noting that the code works; None for any other scan.

    Only another machine that opened the base address itself proves anything.
    """
    if not hanging.awaits_test(reading(), code, clock.now()):
        return None
    if not (house().demo or opened_elsewhere(request.host, request.remote_addr)):
        return None
    with write(as_reporter=True) as work:
        poster = hanging.note_test(work, code)
        number, place = poster.number, poster.place.name
    return page("posters/scanned.html", number=number, place=place, code=code)


def _stored_photo() -> str:
    """Return the SHA-256 of the photo in the form, stored, or of the one it kept; else ""."""
    sent = chosen_files("photo")
    if not sent:
        kept = text("kept")
        known = SHA256.fullmatch(kept) and house().files.has(proof_key(kept))
        return kept if known else ""
    need_photo_room()
    with beside("photo"):
        picture = house().darkroom.develop(sent[0].read())
    hanging.store_proof(house().files, picture, clock.now())
    return picture.sha256


def _back(poster_id: int, sentence: Sentence, tone: str) -> Response:
    flash(say(sentence, language()), tone)
    return look_at(url_for("posters.show", poster_id=poster_id))
