"""Keying in a report that came on paper, by telephone or face to face."""

from contextlib import suppress
from datetime import datetime

from flask import Blueprint, Response, make_response, redirect, url_for

from hazard.access.permissions import Permission
from hazard.core import clock
from hazard.core.calendar import EARLIEST
from hazard.core.clock import CHINA
from hazard.core.errors import HazardError, Unclear
from hazard.core.words import N_, Sentence
from hazard.people.passwords import hash_password
from hazard.people.queries import list_units
from hazard.places.queries import PlaceChoice, list_places
from hazard.policy.words import About, Category, DoneAlready, Identity, Urgency
from hazard.reports import photos, receipts
from hazard.reports.followup import end_of, find_receipt
from hazard.reports.intake import Name, Slip, need_sound
from hazard.reports.queries import find_by_submission, has_union_desk
from hazard.reports.registering import Origin, register
from hazard.reports.routing import offered_desks
from hazard.reports.terms import Channel, PhotoPart
from hazard.web.doorway import actor, house, person_id, reading, requires, takes, write
from hazard.web.forms import Filled, text, word
from hazard.web.replies import on_refusal, page
from hazard.web.report_page import new_key
from hazard.web.sealed import SealedCookie
from hazard.web.sending import NAMES, read_told
from hazard.web.snapshots import snapshots

bp = Blueprint("registering", __name__, url_prefix="/register")
DONE = SealedCookie("registered", "/register")


@bp.get("")
@requires(Permission.REPORT_REGISTER)
def form() -> Response:
    return _form()


@bp.post("")
@requires(Permission.REPORT_REGISTER)
@takes(megabytes=100)
def save() -> Response:
    on_refusal(_form)
    papers, pictures = snapshots("carrier", coarse=True), snapshots("photos", coarse=True)
    key = text("submission_key")
    submission = receipts.hash_of_key(key)
    told = read_told()
    typed = Name(None, *(text(name) for name in NAMES))
    name = typed if told.identity is Identity.NAMED else Name()
    origin = Origin(word("channel", Channel), _told_at(), text("slip"))
    need_sound(told, name, int(papers.any or pictures.any))
    papers.develop()
    pictures.develop()
    slip = _slip(key, submission, printed=bool(origin.slip))
    with write() as work:
        if find_by_submission(work.session, submission) is None:
            report = register(work, told, name, slip, origin)
            for taken, part in ((papers, PhotoPart.CARRIER), (pictures, PhotoPart.REPORT)):
                for photo in taken.take(work, part):
                    photos.keyed_in(work, report.id, photo, part)
    answer = make_response(redirect(url_for(".done"), 303))
    DONE.put(answer, f"{person_id()} {key}")
    return answer


@bp.get("/done")
@requires(Permission.REPORT_REGISTER)
def done() -> Response:
    owner, _, key = (DONE.read() or "").partition(" ")
    key = key if owner == str(person_id()) else ""
    found = find_receipt(reading(), receipts.hash_of_key(key), clock.now()) if key else None
    if found is None:
        return make_response(redirect(url_for(".form"), 303))
    groups = receipts.derive(house().keys.receipt, key).groups if found.shows_code else ()
    return page(
        "registering/done.html",
        number=found.number,
        groups=groups,
        told_by=end_of(found.promise.told_by),
    )


def _form(error: HazardError | None = None) -> Response:
    now = clock.now().astimezone(CHINA)
    desks = offered_desks(union=has_union_desk(reading()))
    proposed = {
        "channel": Channel.PAPER, "told_at": now.strftime("%Y-%m-%dT%H:%M"),
        "urgency": Urgency.NORMAL, "identity": Identity.ANONYMOUS, "desk": desks[0],
        "about": About.NONE, "category": Category.UNSURE, "submission_key": new_key(),
    }  # fmt: skip
    return page(
        "registering/form.html",
        form=Filled(proposed, error),
        channels=tuple(Channel),
        places=[(place.id, f"{place.unit} · {place.name}") for place in _places()],
        categories=tuple(Category),
        urgencies=tuple(Urgency),
        desks=desks,
        abouts=tuple(About),
        chips=tuple(DoneAlready),
    )


def _places() -> list[PlaceChoice]:
    """Return the places whose reports the actor may key in."""
    may = actor().paths(Permission.REPORT_REGISTER)
    paths = {unit.id: unit.path for unit in list_units(reading(), clock.today())}
    return [
        place
        for place in list_places(reading(), clock.today())
        if paths.get(place.unit_id, "").startswith(may)
    ]


def _told_at() -> datetime:
    typed = text("told_at")
    with suppress(ValueError):
        told_at = datetime.fromisoformat(typed).replace(tzinfo=CHINA)
        if told_at.year >= EARLIEST:
            return told_at
    raise Unclear(
        Sentence(N_("Please enter day and time, such as 2026-11-22 14:30")), field="told_at"
    )


def _slip(key: str, submission: str, *, printed: bool) -> Slip:
    """Return what is stored of the code that is read out; a preprinted slip has its own."""
    if printed or find_by_submission(reading(), submission) is not None:
        return Slip(submission)
    code = receipts.derive(house().keys.receipt, key)
    return Slip(submission, code.locator, hash_password(code.secret))
