"""The trail: what happened, newest first, and the proof that nobody changed it."""

from flask import Blueprint, Response, request

from hazard.access.permissions import Permission
from hazard.audit.queries import get_head
from hazard.statistics.checkup import verify as check_trail
from hazard.web.doorway import house, reading, requires
from hazard.web.forms import DIGITS, whole
from hazard.web.replies import page
from hazard.web.trail import list_entries

bp = Blueprint("audit", __name__, url_prefix="/audit")

PAGE = 50
LAST = 10**DIGITS
"""Beyond any event."""
SHOWN_FAULTS = 20


@bp.get("")
@requires(Permission.AUDIT_READ)
def show() -> Response:
    before = whole(request.args.get("before", ""))
    entries = list_entries(LAST if before is None else before, PAGE)
    more = entries[-1].seq if len(entries) == PAGE else None
    return page(
        "audit/list.html",
        entries=entries,
        later=before is not None,
        more=more,
        head=get_head(reading()),
    )


@bp.post("/verification")
@requires(Permission.AUDIT_READ)
def verify() -> Response:
    faults = check_trail(house())
    return page(
        "audit/verified.html",
        head=get_head(reading()),
        count=len(faults),
        faults=faults[:SHOWN_FAULTS],
    )
