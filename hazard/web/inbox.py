"""What one was told."""

from flask import Blueprint, Response, url_for

from hazard.access.permissions import Permission
from hazard.notices.outbox import count_unread, list_messages, mark_read
from hazard.web.doorway import person_id, reading, requires, write
from hazard.web.replies import look_at, page

bp = Blueprint("inbox", __name__, url_prefix="/inbox")


@bp.get("")
@requires(Permission.WORK)
def index() -> Response:
    return page(
        "inbox/list.html",
        messages_told=list_messages(reading(), person_id()),
        unread=count_unread(reading(), person_id()),
    )


@bp.post("/read")
@requires(Permission.WORK)
def read() -> Response:
    with write() as work:
        mark_read(work)
    return look_at(url_for(".index"))
