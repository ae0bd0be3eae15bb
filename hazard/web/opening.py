"""Opening a sealed name: both guardians at one screen, the name shown once."""

from typing import TYPE_CHECKING

from flask import Blueprint, Response, url_for

from hazard.access.permissions import Permission
from hazard.core import clock
from hazard.core.errors import HazardError, NotFound
from hazard.policy.words import Identity
from hazard.reports import opening
from hazard.reports.queries import get_report, hold_report
from hazard.sealing.terms import Group
from hazard.web.doorway import actor, reading, requires, write
from hazard.web.forms import Filled, text, word
from hazard.web.replies import on_refusal, page
from hazard.web.sealing import unlocked

if TYPE_CHECKING:
    from hazard.reports.models import Report

bp = Blueprint("opening", __name__, url_prefix="/reports")


@bp.get("/<number>/opening")
@requires(Permission.SEALING_OPEN)
def form(number: str) -> Response:
    return _form(number)


@bp.post("/<number>/opening")
@requires(Permission.SEALING_OPEN)
def open_(number: str) -> Response:
    _sealed(number)
    on_refusal(lambda error: _form(number, error))
    why = opening.Why(word("reason", opening.OpenReason), text("words"), text("document"))
    safety, union = (unlocked(group.value) for group in Group)
    with write() as work:
        opened = opening.open_name(work, hold_report(work, number), (safety, union), why)
    return page(
        "reports/opened.html", number=number, opened=opened, why=why, now=clock.now(),
        back=url_for("reports.show", number=number),
    )  # fmt: skip


def _form(number: str, error: HazardError | None = None) -> Response:
    report = _sealed(number)
    return page(
        "reports/opening.html", report=report, groups=list(Group), form=Filled(error=error),
        reasons=[(each.value, each.label) for each in opening.OpenReason],
        openings=opening.list_openings(reading(), report), least=opening.LEAST_WORDS,
    )  # fmt: skip


def _sealed(number: str) -> "Report":
    report = get_report(reading(), actor(), number)
    if report.identity is not Identity.CONFIDENTIAL:
        raise NotFound
    return report
