"""The reporter's road: from the scanned poster to the receipt."""

from base64 import b64encode
from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, Response, current_app, jsonify, make_response, redirect, request

from hazard.audit.work import Work
from hazard.core import clock, qr
from hazard.core.calendar import last_day
from hazard.core.db import Collision
from hazard.core.errors import HazardError
from hazard.core.limits import NoRoom, Room, need_room
from hazard.core.words import N_, Sentence, say
from hazard.people.passwords import hash_password
from hazard.policy.queries import Versioned, find_plant, policy_numbered
from hazard.policy.words import Identity
from hazard.reports import intake, photos, receipts, voices
from hazard.reports import phones as phones_of_reports
from hazard.reports.followup import Promise, Receipt, end_of, find_receipt
from hazard.reports.queries import find_by_submission, hold_by_id
from hazard.rewards.for_reporter import pay_day_promised
from hazard.web.doorway import actor, house, language, public, reading, takes, write
from hazard.web.forms import chosen_files, text, ticked
from hazard.web.phone import mark_for, put_mark
from hazard.web.replies import on_refusal, page
from hazard.web.report_page import near_of, open_form, phones, prices, spoken
from hazard.web.sealed import SealedCookie
from hazard.web.sending import (
    Sending,
    add_pictures,
    read_name,
    read_told,
    receive_photo,
    receive_voice,
)
from hazard.web.thumbnails import of_picture
from hazard.web.tokens import Stale, need_own_form, new_token

bp = Blueprint("reporting", __name__)
RECEIPT = SealedCookie("receipt", "/receipt")
PHOTOS_WAIT, SHARED = "photos-wait", "shared"
Result = TypeVar("Result")


@bp.before_request
def need_plant() -> Response | None:
    """Answer that nothing is set up yet; a plant once founded stays, so it is asked till then."""
    founded: set[str] = current_app.extensions.setdefault("founded", set())
    where = house().settings.database_url
    if where not in founded:
        if find_plant(reading()) is None:
            return page("reporting/unready.html", 503)
        founded.add(where)
    return None


@bp.get("/")
@public
def home() -> Response:
    return _go("/report" if actor().person_id is None else "/desk")


@bp.get("/p/<code>")
@public
def scan(code: str) -> Response:
    return open_form(code, known=actor().person_id is not None)


@bp.get("/report")
@public
def form() -> Response:
    return open_form("", known=actor().person_id is not None)


@bp.get("/report/nearby")
@public
def nearby() -> Response:
    return page("reporting/_nearby.html", near=near_of(request.args), same_as="")


@bp.post("/report")
@public
@takes(megabytes=400)
def send() -> Response:
    sending = Sending()
    on_refusal(sending.again)
    need_own_form()
    need_room(house().settings.instance, Room.WORDS)
    sending.receive()
    told = read_told()
    name = read_name(told)
    submission = receipts.hash_of_key(sending.key)
    sending.need_all_taken(told)
    intake.need_sound(told, name, sending.shown)
    logged_in = told.identity is Identity.NAMED and name.person_id is not None
    slip = _slip(sending.key, submission, coded=not logged_in)
    mark = mark_for(told.identity)
    _once_more_if_raced(lambda: _submit(sending, told, name, slip, mark))
    notes = [PHOTOS_WAIT] * sending.without_room + [SHARED] * ticked("shared")
    answer = _go("/receipt")
    RECEIPT.put(answer, " ".join((sending.key, *notes)))
    put_mark(answer, mark)
    return answer


@bp.post("/report/photos")
@public
@takes(megabytes=11)
def send_photo() -> Response:
    on_refusal(_say_error)
    need_own_form()
    submission = receipts.hash_of_key(text("submission_key"))
    sent = chosen_files("photo")
    picture = receive_photo(sent[0].read() if sent else b"")
    with write(as_reporter=True) as work:
        public_id = photos.add_unclaimed(work, picture, submission).public_id
        intake.add_late(work, submission, public_id)
    shown = of_picture(public_id, picture)
    return _json({"id": shown.id, "thumbnail": shown.thumbnail}, 201)


@bp.post("/report/voice")
@public
@takes(megabytes=11)
def send_voice() -> Response:
    on_refusal(_say_error)
    need_own_form()
    submission = receipts.hash_of_key(text("submission_key"))
    sent = chosen_files("voice_file")
    note = receive_voice(sent[0].read() if sent else b"")
    with write(as_reporter=True) as work:
        shown = spoken(voices.add_unclaimed(work, note, submission))
        intake.add_late(work, submission, shown.id)
    return _json({"id": shown.id, "words": say(shown.words, language())}, 201)


@bp.get("/receipt")
@public
def receipt() -> Response:
    key, found = _received()
    if found is None:
        return _go("/follow")
    versioned = policy_numbered(reading(), found.policy_version)
    code = "-".join(receipts.derive(house().keys.receipt, key).groups) if found.shows_code else ""
    return page(
        "reporting/receipt.html",
        number=found.number,
        code=code,
        qr=_qr(code) if code else "",
        lines=_lines(found.promise, versioned),
        prices=prices(versioned),
        again=_again_at(found),
        follow="/follow" if found.coded else "/mine",
        urgent=found.emergency,
        repeated=found.repeated,
        phones=phones(),
        token=new_token(),
        waiting=NoRoom(Room.PHOTO).sentence if PHOTOS_WAIT in (RECEIPT.read() or "") else None,
    )


@bp.post("/receipt")
@public
def keep() -> Response:
    need_own_form()
    _, found = _received()
    if found is not None and found.shows_code:
        with write(as_reporter=True) as work:
            intake.keep_code(work, hold_by_id(work, found.report_id))
    if found is None or SHARED not in (RECEIPT.read() or ""):
        return _go("/receipt")
    answer = _go(_again_at(found))
    RECEIPT.end(answer)  # on a phone that others use nothing remains
    return answer


def _submit(
    sending: Sending, told: intake.Told, name: intake.Name, slip: intake.Slip, mark: str
) -> None:
    with write(as_reporter=True) as work:
        ids = add_pictures(work, slip.submission_hash, sending.ids, sending.pictures)
        report = intake.submit(work, told, name, slip, ids, _voice_id(work, slip, sending))
        if mark:
            phones_of_reports.note_report(work, mark, report)


def _voice_id(work: Work, slip: intake.Slip, sending: Sending) -> str:
    if sending.voice is None:
        return sending.voice_id
    return voices.add_unclaimed(work, sending.voice, slip.submission_hash).public_id


def _slip(key: str, submission: str, *, coded: bool) -> intake.Slip:
    """Return what is stored of the code; the slow hash only for a report that is new."""
    salt = receipts.salt_of_key(key)
    if not coded or find_by_submission(reading(), submission) is not None:
        return intake.Slip(submission, salt=salt)
    code = receipts.derive(house().keys.receipt, key)
    return intake.Slip(submission, code.locator, hash_password(code.secret), salt)


def _once_more_if_raced(work: Callable[[], Result]) -> Result:
    """Do the work; where two came at the same moment, the second finds what the first made."""
    try:
        return work()
    except Collision:
        return work()


def _received() -> tuple[str, Receipt | None]:
    """Return submission key and receipt behind the cookie, or no receipt."""
    key = (RECEIPT.read() or "").partition(" ")[0]
    if not key:
        return "", None
    return key, find_receipt(reading(), receipts.hash_of_key(key), clock.now())


def _again_at(found: Receipt) -> str:
    return f"/p/{found.poster_code}" if found.poster_code else "/report"


def _qr(code: str) -> str:
    picture = qr.png(f"{house().settings.base_url}/follow#{code}", qr.Level.M)
    return f"data:image/png;base64,{b64encode(picture).decode()}"


def _lines(promise: Promise, versioned: Versioned) -> tuple[Sentence, ...]:
    paid = pay_day_promised(last_day(promise.checked_by), versioned.policy.rewards)
    return (
        Sentence(N_("By %(t)s: you are told whether it is accepted"), t=end_of(promise.told_by)),
        Sentence(N_("By %(t)s: two people check on the spot"), t=end_of(promise.checked_by)),
        Sentence(
            N_("If true: reward by the table, paid by %(d)s"),
            d=Sentence(N_("%(day)s at the latest"), day=paid),
        ),
    )


def _say_error(error: HazardError) -> Response:
    """Answer the script in words; a page left open is given what it lacks to try again."""
    fresh = {"csrf_token": new_token()} if isinstance(error, Stale) else {}
    return _json({"error": say(error.sentence, language()), **fresh}, error.status)


def _json(values: dict[str, str], status: int) -> Response:
    response = jsonify(values)
    response.status_code = status
    return response


def _go(url: str) -> Response:
    return make_response(redirect(url, 303))
