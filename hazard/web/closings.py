"""The week's closings: confirmed by the workers' representative, printed, the signed sheet kept."""

from datetime import date, timedelta

from flask import Blueprint, Response, flash, request, url_for

from hazard.access.permissions import Permission
from hazard.cases.closings import (
    Week,
    attach_paper,
    confirm,
    get_week,
    monday_of,
    sheet_of,
)
from hazard.core import clock
from hazard.core.calendar import read_day
from hazard.core.errors import HazardError
from hazard.core.words import N_, Sentence, say
from hazard.reports.terms import PhotoPart
from hazard.web.doorway import actor, house, language, reading, requires, takes, write
from hazard.web.forms import Filled, text
from hazard.web.replies import download, look_at, on_refusal, page
from hazard.web.snapshots import shown_again, snapshots

bp = Blueprint("closings", __name__, url_prefix="/closings")


@bp.get("")
@requires(Permission.CASE_READ)
def show() -> Response:
    return _page()


@bp.post("")
@requires(Permission.CASE_COSIGN)
def sign() -> Response:
    on_refusal(_page)
    monday, chosen, note = _monday(), request.form.getlist("case"), text("note")
    with write() as work:
        signed = confirm(work, monday, chosen, note)
    flash(say(Sentence(N_("Signed: %(n)s"), n=signed), language()), "good")
    return look_at(url_for(".show", week=monday.isoformat()))


@bp.get("/sheet.pdf")
@requires(Permission.CASE_READ)
def sheet() -> Response:
    week = _week()
    paper = sheet_of(reading(), actor(), week, clock.now())
    pdf = house().typesetter.pdf(paper, language())
    return download(pdf, "application/pdf", f"closings-{week.starts}.pdf")


@bp.post("/paper")
@requires(Permission.CASE_READ)
@takes(megabytes=11)
def paper() -> Response:
    on_refusal(_page)
    pictures = snapshots("photo")
    pictures.need()
    monday = _monday()
    pictures.develop()
    with write() as work:
        attach_paper(work, monday, pictures.take(work, PhotoPart.PAPER)[0])
    return look_at(url_for(".show", week=monday.isoformat()))


def _page(error: HazardError | None = None) -> Response:
    week = _week()
    return page(
        "closings/show.html",
        week=week,
        before=week.starts - timedelta(days=7),
        after=week.starts + timedelta(days=7) if week.ends < clock.today() else None,
        form=Filled({}, error),
        kept=shown_again("photo"),
    )


def _week() -> Week:
    return get_week(reading(), actor(), _monday())


def _monday() -> date:
    """Return the Monday of the week asked for; this week's where none or nonsense is asked."""
    asked = request.values.get("week", "")
    try:
        return monday_of(read_day(asked))
    except ValueError:
        return monday_of(clock.today())
