"""The duty roster: a month at a glance, one cell, a pattern, or a list from a spreadsheet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, flash, request, url_for

from hazard.access.permissions import Permission
from hazard.core import clock
from hazard.core.calendar import Month, is_working, read_day
from hazard.core.errors import HazardError, NotFound, Unclear
from hazard.core.words import N_, Sentence, list_of, say
from hazard.people import duty
from hazard.people.duty import Cell
from hazard.people.duty_paste import COLUMNS, apply_roster, read_roster
from hazard.people.queries import list_employees
from hazard.people.roll import SEPARATORS, read_roll
from hazard.web import forms
from hazard.web.doorway import language, reading, requires, write
from hazard.web.forms import Filled, text, ticked
from hazard.web.replies import look_at, on_refusal, page
from hazard.web.report_page import phones

bp = Blueprint("duty", __name__, url_prefix="/duty")

WEEKDAYS = (
    N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"),
)  # fmt: skip
CHOSEN = "who:"
"""Starts the name of a field that says which namesake is meant."""
BETWEEN = "-"
"""Stands in forms for the time between two shifts, whose name is empty."""


@dataclass(frozen=True, slots=True)
class Row:
    """One day of the grid."""

    day: date
    weekday: Sentence
    rest: bool
    today: bool
    cells: Mapping[str, Cell]


@bp.get("")
@requires(Permission.WORK)
def index() -> Response:
    month = _month()
    days = duty.list_month(reading(), month)
    shifts = dict.fromkeys((cell.shift, cell.label) for cells in days for cell in cells)
    return page(
        "duty/month.html",
        month=month,
        rows=[_row(cells) for cells in days],
        shifts=list(shifts),
        now=duty.on_duty(reading(), clock.now()),
        emergency=phones().otherwise or phones().emergency,
        between=BETWEEN,
    )


@bp.get("/cell")
@requires(Permission.DUTY_KEEP)
def cell() -> Response:
    return _cell_page()


@bp.post("/cell")
@requires(Permission.DUTY_KEEP)
def set_cell() -> Response:
    on_refusal(_cell_page)
    day, shift = _place(request.form)
    roll = read_roll(reading(), day)
    typed, second, phone = text("person"), text("deputy"), text("phone")
    person = roll.one(typed, field="person") if typed else None
    deputy = roll.one(second, field="deputy") if second else None
    with write() as work:
        if person is None:
            duty.clear_duty(work, day, shift)
        else:
            duty.set_duty(work, duty.Entry(day, shift, person, deputy, phone))
    return _saved(N_("Saved"), Month.of_day(day), day)


@bp.get("/fill")
@requires(Permission.DUTY_KEEP)
def pattern() -> Response:
    return _fill_page()


@bp.post("/fill")
@requires(Permission.DUTY_KEEP)
def fill() -> Response:
    on_refusal(_fill_page)
    first, last = _needed_day("first"), _needed_day("last")
    roll = read_roll(reading(), first)
    names = [name for name in SEPARATORS.split(text("people")) if name.strip()]
    people = tuple(roll.one(name, field="people") for name in names)
    days_each = forms.number("days_each", default=1) or 1
    wanted = duty.Pattern(_shift(text("shift")), first, last, people, days_each, ticked("replace"))
    with write() as work:
        changed = duty.fill(work, wanted)
    flash(say(Sentence(N_("Filled in: %(n)s"), n=changed), language()), "good")
    return look_at(url_for(".index", month=str(Month.of_day(first))))


@bp.get("/paste")
@requires(Permission.DUTY_KEEP)
def paste() -> Response:
    return _paste_page()


@bp.post("/paste")
@requires(Permission.DUTY_KEEP)
def check_paste() -> Response:
    on_refusal(_paste_page)
    month = _month_of_form()
    roster = request.form.get("roster", "")
    chosen = _chosen()
    draft = read_roster(reading(), roster, month, clock.today(), chosen)
    return page(
        "duty/draft.html", draft=draft, roster=roster, month=month, chosen=CHOSEN, kept=chosen
    )


@bp.post("/paste/apply")
@requires(Permission.DUTY_KEEP)
def apply_paste() -> Response:
    on_refusal(_paste_page)
    month, roster, chosen = _month_of_form(), request.form.get("roster", ""), _chosen()
    with write() as work:
        draft = read_roster(work.session, roster, month, clock.today(), chosen)
        changed = apply_roster(work, draft)
    flash(say(Sentence(N_("Filled in: %(n)s"), n=changed), language()), "good")
    return look_at(url_for(".index", month=str(month)))


def _row(cells: list[Cell]) -> Row:
    day = cells[0].day
    by_shift = {cell.shift: cell for cell in cells}
    weekday = Sentence(WEEKDAYS[day.weekday()])
    return Row(day, weekday, not is_working(day), day == clock.today(), by_shift)


def _cell_page(error: HazardError | None = None) -> Response:
    day, shift = _place(request.values)
    (cells,) = duty.list_days(reading(), day, day)
    cell = next((cell for cell in cells if cell.shift == shift), None)
    if cell is None:
        raise NotFound
    proposed = {
        "person": f"{cell.employee_no} {cell.person}".strip(),
        "deputy": f"{cell.deputy_no} {cell.deputy}".strip(),
        "phone": cell.own_phone,
    }
    return page(
        "duty/cell.html",
        cell=cell,
        weekday=Sentence(WEEKDAYS[day.weekday()]),
        form=Filled(proposed, error),
        people=_people(day),
        month=str(Month.of_day(day)),
        shift=cell.shift or BETWEEN,
    )


def _fill_page(error: HazardError | None = None) -> Response:
    month, today = _month(), clock.today()
    shifts = duty.shift_names(reading(), today)
    first = today if month == Month.of_day(today) else month.first_day
    proposed = {"first": first, "last": month.last_day, "days_each": 1}
    return page(
        "duty/fill.html",
        form=Filled(proposed, error),
        shifts=[(name or BETWEEN, Cell(month.first_day, name).label) for name in shifts],
        people=_people(today),
    )


def _paste_page(error: HazardError | None = None) -> Response:
    today = clock.today()
    labels = [Cell(today, name).label for name in duty.shift_names(reading(), today)]
    return page(
        "duty/paste.html",
        form=Filled({"month": str(_month())}, error),
        columns=[column.heading for column in COLUMNS],
        shifts=list_of(labels, language()),
    )


def _people(day: date) -> list[tuple[str, str]]:
    return [(person.employee_no, person.name) for person in list_employees(reading(), day)]


def _month() -> Month:
    wanted = request.args.get("month", "")
    return Month.parse(wanted) if wanted else Month.of(clock.now())


def _month_of_form() -> Month:
    return Month.parse(text("month"), field="month")


def _place(fields: Mapping[str, str]) -> tuple[date, str]:
    """Return day and shift of the cell an address or a form names; raises `NotFound`."""
    try:
        day = read_day(fields.get("day", ""))
    except ValueError:
        raise NotFound from None
    return day, _shift(fields.get("shift", ""))


def _shift(typed: str) -> str:
    return "" if typed == BETWEEN else typed


def _needed_day(name: str) -> date:
    day = forms.day(name)
    if day is None:
        raise Unclear(Sentence(N_("Please choose one of these")), field=name)
    return day


def _chosen() -> dict[str, int]:
    """Return which namesakes were meant, by name."""
    meant = {
        name.removeprefix(CHOSEN): forms.whole(value)
        for name, value in request.form.items()
        if name.startswith(CHOSEN)
    }
    return {name: person_id for name, person_id in meant.items() if person_id is not None}


def _saved(msgid: str, month: Month, day: date) -> Response:
    flash(say(Sentence(msgid), language()), "good")
    return look_at(url_for(".index", month=str(month), _anchor=f"d{day.day}"))
