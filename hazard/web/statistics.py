"""The plant's figures of a month beside those of the year, drawn where looking tells more."""

from flask import Blueprint, Response, request

from hazard.access.permissions import Permission
from hazard.core import clock
from hazard.core.calendar import Month
from hazard.core.errors import HazardError
from hazard.statistics.overview import overview_of
from hazard.web.doorway import actor, reading, requires
from hazard.web.replies import on_refusal, page

bp = Blueprint("statistics", __name__, url_prefix="/statistics")


@bp.get("")
@requires(Permission.LEDGER_READ)
def show() -> Response:
    this_month = Month.of_day(clock.today())
    on_refusal(lambda error: _page(this_month, error))
    asked = request.args.get("month")
    return _page(Month.parse(asked, field="month") if asked else this_month)


def _page(month: Month, error: HazardError | None = None) -> Response:
    shown = overview_of(reading(), actor(), month, clock.now())
    typed = request.args.get("month", "") if error else str(month)
    return page("statistics/show.html", shown=shown, error=error, typed=typed)
