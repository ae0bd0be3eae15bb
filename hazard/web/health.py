"""Is the server well? For whoever watches it from outside."""

from flask import Blueprint, Response, jsonify

from hazard.core import clock
from hazard.core.lease import LEADER, is_fresh
from hazard.web.doorway import house, public, reading

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def healthz() -> Response:
    reachable = house().database.answers()
    leading = reachable and is_fresh(reading(), LEADER, clock.now())
    response = jsonify(alive=True, database=reachable, scheduler=leading)
    response.status_code = 200 if reachable and leading else 503
    return response
