"""Workshops and teams: add, rename, shifts, close."""

from datetime import time

from flask import Blueprint, Response, flash, request, url_for

from hazard.access.permissions import Permission
from hazard.core import clock
from hazard.core.errors import HazardError, Unclear
from hazard.core.words import N_, Sentence, say
from hazard.notices.slips import print_unit_slips
from hazard.people import keeping
from hazard.people.queries import count_members, get_unit, list_units, unit_names
from hazard.people.shifts import Shift
from hazard.people.terms import name_of_thing
from hazard.people.working import shifts_for
from hazard.places.keeping import close_unit
from hazard.policy.queries import get_plant
from hazard.web.doorway import house, language, reading, requires, write
from hazard.web.forms import Filled, needed_number, text, ticked
from hazard.web.replies import download, look_at, on_refusal, page

bp = Blueprint("units", __name__, url_prefix="/units")


@bp.get("")
@requires(Permission.PEOPLE_KEEP)
def index() -> Response:
    return _list_page()


@bp.post("")
@requires(Permission.PEOPLE_KEEP)
def add() -> Response:
    on_refusal(_list_page)
    parent_id = needed_number("parent")
    with write() as work:
        keeping.add_unit(work, text("name"), get_unit(work.session, parent_id))
    return _saved(url_for(".index"), N_("The unit is added"))


@bp.get("/<int:unit_id>")
@requires(Permission.PEOPLE_KEEP)
def show(unit_id: int) -> Response:
    return _unit_page(unit_id)


@bp.post("/<int:unit_id>")
@requires(Permission.PEOPLE_KEEP)
def rename(unit_id: int) -> Response:
    _show_again(unit_id)
    with write() as work:
        keeping.rename_unit(work, get_unit(work.session, unit_id), text("name"))
    return _saved(url_for(".show", unit_id=unit_id), N_("Saved"))


@bp.post("/<int:unit_id>/shifts")
@requires(Permission.PEOPLE_KEEP)
def set_shifts(unit_id: int) -> Response:
    _show_again(unit_id)
    shifts = [] if ticked("as_company") else typed_shifts()
    with write() as work:
        keeping.set_shifts(work, get_unit(work.session, unit_id), shifts)
    return _saved(url_for(".show", unit_id=unit_id), N_("The shifts count from today"))


@bp.post("/<int:unit_id>/slips")
@requires(Permission.PEOPLE_KEEP)
def slips(unit_id: int) -> Response:
    _show_again(unit_id)
    plant, url = get_plant(reading()).name, f"{house().settings.base_url}/activate"
    with write() as work:
        sheet = print_unit_slips(work, get_unit(work.session, unit_id), plant, url)
    pdf = house().typesetter.pdf(sheet, language())
    answer = download(pdf, "application/pdf", f"login-slips-{unit_id}.pdf")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/<int:unit_id>/closing")
@requires(Permission.PEOPLE_KEEP)
def close(unit_id: int) -> Response:
    _show_again(unit_id)
    with write() as work:
        close_unit(work, get_unit(work.session, unit_id))
    return _saved(url_for(".index"), N_("The unit is closed"))


def typed_shifts() -> list[Shift]:
    """Return the shifts typed in rows of name, start and end; empty rows are passed over."""
    rows = zip(
        request.form.getlist("shift_name"),
        request.form.getlist("shift_start"),
        request.form.getlist("shift_end"),
        strict=False,
    )
    return [
        Shift(name_of_thing(name, field="shifts"), _of_day(start), _of_day(end))
        for name, start, end in rows
        if name.strip()
    ]


def shift_rows(shifts: list[Shift]) -> list[tuple[str, str, str]]:
    """Return rows for the form: what was typed, else the given shifts, and an empty one."""
    typed = request.form.getlist("shift_name")
    rows = (
        list(
            zip(
                typed,
                request.form.getlist("shift_start"),
                request.form.getlist("shift_end"),
                strict=False,
            )
        )
        if typed
        else [(s.name, f"{s.start:%H:%M}", f"{s.end:%H:%M}") for s in shifts]
    )
    return [*rows, ("", "", "")]


def _of_day(typed: str) -> time:
    try:
        return time.fromisoformat(typed.strip()).replace(tzinfo=None)
    except ValueError:
        raise Unclear(
            Sentence(N_("Write start and end of a shift like %(example)s"), example="08:00"),
            field="shifts",
        ) from None


def _saved(url: str, msgid: str) -> Response:
    flash(say(Sentence(msgid), language()), "good")
    return look_at(url)


def _list_page(error: HazardError | None = None) -> Response:
    units, names = list_units(reading(), clock.today()), unit_names(reading())
    return page(
        "units/list.html",
        units=units,
        names=names,
        members=count_members(reading(), clock.today()),
        parents=[(unit.id, names[unit.id]) for unit in units],
        form=Filled({"parent": units[0].id if units else ""}, error),
    )


def _show_again(unit_id: int) -> None:
    get_unit(reading(), unit_id)
    on_refusal(lambda error: _unit_page(unit_id, error))


def _unit_page(unit_id: int, error: HazardError | None = None) -> Response:
    unit = get_unit(reading(), unit_id)
    shifts = shifts_for(reading(), clock.now(), unit_id)
    return page(
        "units/show.html",
        unit=unit,
        full_name=unit_names(reading())[unit_id],
        form=Filled({"name": unit.name}, error),
        rows=shift_rows(shifts),
        is_root=unit.parent_id is None,
        closed=unit.valid_to is not None and unit.valid_to < clock.today(),
    )
