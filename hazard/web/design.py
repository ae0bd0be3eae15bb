"""The pieces all pages are made of, shown on one page: light, dark and in large type."""

from enum import StrEnum

from flask import Blueprint, Response, request

from hazard.access.permissions import Permission
from hazard.core import clock
from hazard.core.money import FEN_PER_YUAN, Money
from hazard.core.tasks import TaskState
from hazard.web.doorway import requires
from hazard.web.forms import Filled
from hazard.web.replies import page

bp = Blueprint("design", __name__)


class Manner(StrEnum):
    """How the page is to be drawn, whatever the device asks for."""

    OWN = ""
    LIGHT = "light"
    DARK = "dark"
    LARGE = "large"


@bp.get("/design")
@requires(Permission.PLANT_KEEP)
def show() -> Response:
    manner = request.args.get("manner", "")
    return page(
        "design/show.html",
        manner=manner if manner in set(Manner) else Manner.OWN,
        day=clock.today(),
        form=Filled({"declared": True}),
        running=TaskState.RUNNING,
        amount=Money(200 * FEN_PER_YUAN),
    )
