"""One voice note, for the desk that receives its report; for everybody else it does not exist."""

from flask import Blueprint, Response, request

from hazard.access.permissions import Permission
from hazard.core.voices import TYPES
from hazard.reports.voices import file_key, get_audible
from hazard.web.doorway import actor, house, reading, requires
from hazard.web.replies import download

bp = Blueprint("voices", __name__)


@bp.get("/voices/<public_id>")
@requires(Permission.REPORT_RECEIVE)
def play(public_id: str) -> Response:
    voice = get_audible(reading(), actor(), public_id)
    body = house().files.get(file_key(voice.sha256))
    response = download(body, TYPES[voice.sound], f"voice.{voice.sound.value}")
    response.headers["Content-Security-Policy"] = "default-src 'none'; media-src 'self'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    # Some browsers play sound only where they may ask for a part of it.
    response.make_conditional(request, accept_ranges=True, complete_length=len(body))
    return response
