"""Blacking out what would tell who reported, before those who fix it see a photo (edge 41)."""

import re
from functools import lru_cache

from flask import Blueprint, Response, flash, request, url_for

from hazard.access.permissions import Permission
from hazard.cases import verification
from hazard.cases.queries import find_photo, get_case, hold_case
from hazard.core.errors import HazardError, Unclear
from hazard.core.images import Box
from hazard.core.words import N_, Sentence, say
from hazard.reports import photos
from hazard.web.doorway import actor, house, language, reading, requires, write
from hazard.web.forms import Filled
from hazard.web.replies import look_at, on_refusal, page

bp = Blueprint("covering", __name__, url_prefix="/cases")
WIDE, TALL = (7, 5), (7, 10)
"""Columns and rows of the grid laid over a photo: each field is large enough for a thumb."""
MOST = 100
CELL = re.compile(r"(\d{1,2})-(\d{1,2})")
DRAWN = re.compile(r"(\d{1,4}),(\d{1,4}),(\d{1,4}),(\d{1,4})")


@bp.get("/<number>/photos/<public_id>")
@requires(Permission.REPORT_READ_ORIGINAL)
def form(number: str, public_id: str) -> Response:
    return _form(number, public_id)


@bp.post("/<number>/photos/<public_id>")
@requires(Permission.REPORT_READ_ORIGINAL)
def cover(number: str, public_id: str) -> Response:
    photo = find_photo(reading(), actor(), get_case(reading(), actor(), number), public_id)
    on_refusal(lambda error: _form(number, public_id, error))
    boxes = _boxes(_grid(photo.sha256))
    jpeg = house().files.get(photos.file_key(photo.sha256))
    if request.form.get("how") == "keep":
        picture = house().darkroom.crop(jpeg, _around(boxes))
    else:
        picture = house().darkroom.cover(jpeg, boxes)
    photos.store(house().files, picture, photo.made_at)
    with write() as work:
        case = hold_case(work, number)
        original = find_photo(work.session, work.actor, case, public_id)
        verification.release_copy(work, case, original, picture)
    flash(say(Sentence(N_("The changed copy is shown to those who fix it")), language()), "good")
    return look_at(url_for("cases.show", number=number))


def _form(number: str, public_id: str, error: HazardError | None = None) -> Response:
    case = get_case(reading(), actor(), number)
    photo = find_photo(reading(), actor(), case, public_id)
    columns, rows = _grid(photo.sha256)
    return page(
        "cases/cover.html", case=case, photo=photo, columns=columns, rows=rows,
        form=Filled({"how": "black"}, error), ticked=set(request.form.getlist("cell")),
        drawn=[each for each in request.form.getlist("box")[:MOST] if DRAWN.fullmatch(each)],
    )  # fmt: skip


def _boxes(grid: tuple[int, int]) -> list[Box]:
    columns, rows = grid
    found: list[Box] = []
    for cell in request.form.getlist("cell")[:MOST]:
        if match := CELL.fullmatch(cell):
            row, column = int(match[1]), int(match[2])
            if row < rows and column < columns:
                left, top = column * 1000 // columns, row * 1000 // rows
                found.append((left, top, 1000 // columns + 1, 1000 // rows + 1))
    for drawn in request.form.getlist("box")[:MOST]:
        if match := DRAWN.fullmatch(drawn):
            left, top, width, height = (min(int(each), 1000) for each in match.groups())
            found.append((left, top, width, height))
    if not found:
        raise Unclear(Sentence(N_("Please mark at least one part of the photo")), field="cell")
    return found


def _around(boxes: list[Box]) -> Box:
    """Return the smallest box around all of them."""
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right = min(max(box[0] + box[2] for box in boxes), 1000)
    bottom = min(max(box[1] + box[3] for box in boxes), 1000)
    return left, top, right - left, bottom - top


@lru_cache(maxsize=256)
def _grid(sha256: str) -> tuple[int, int]:
    """Return columns and rows for a photo, by its shape."""
    picture = house().darkroom.develop(house().files.get(photos.file_key(sha256)))
    return WIDE if picture.width >= picture.height else TALL
