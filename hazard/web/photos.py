"""One photograph, for those the policy names; for everybody else it does not exist."""

from flask import Blueprint, Response

from hazard.cases.pictures import get_visible
from hazard.reports.photos import file_key
from hazard.web.doorway import actor, house, public, reading
from hazard.web.replies import download

bp = Blueprint("photos", __name__)


@bp.get("/photos/<public_id>")
@public
def show(public_id: str) -> Response:
    photo = get_visible(reading(), actor(), public_id)
    response = download(house().files.get(file_key(photo.sha256)), "image/jpeg", "photo.jpg")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response
