"""The shift leader's checklist: on the phone, as a page to print and as PDF (words 4.2)."""

from base64 import b64encode
from enum import StrEnum

from flask import Blueprint, Response, flash, request, url_for

from hazard.access.permissions import Permission
from hazard.cases import rectification
from hazard.cases.checklists import (
    Line,
    ShiftList,
    check_control,
    get_line,
    get_list,
    hand_over,
    sheet_of,
    take_over,
    units_led,
)
from hazard.cases.must_checks import PRESETS, keep_list, list_of_unit
from hazard.cases.queries import hold_case
from hazard.cases.sheets import Checklist
from hazard.cases.shift_papers import keep_sheet, latest_sheets
from hazard.core import clock
from hazard.core.errors import HazardError, NotFound
from hazard.core.words import N_, Sentence, say
from hazard.core.words import write as write_words
from hazard.people.queries import get_unit
from hazard.places.trades import Trade
from hazard.reports.terms import PhotoPart
from hazard.web.doorway import actor, house, language, reading, requires, takes, write
from hazard.web.forms import Filled, needed_number, text, whole, word
from hazard.web.grades import chosen
from hazard.web.replies import download, is_htmx, look_at, on_refusal, page, refused
from hazard.web.snapshots import shown_again, snapshots

bp = Blueprint("checklist", __name__, url_prefix="/checklist")


class Holds(StrEnum):
    """Whether the interim control still holds."""

    YES = "yes"
    NO = "no"


@bp.get("")
@requires(Permission.CHECKLIST_USE)
def show() -> Response:
    return _page(_shown())


@bp.get("/sheet")
@requires(Permission.CHECKLIST_USE)
def sheet() -> Response:
    shown = _shown()
    pages = house().typesetter.pages(_sheet(shown), language())
    pictures = [f"data:image/svg+xml;base64,{b64encode(svg).decode()}" for svg in pages]
    return page("checklist/sheet.html", shown=shown, pages=pictures)


@bp.get("/sheet.pdf")
@requires(Permission.CHECKLIST_USE)
def sheet_pdf() -> Response:
    shown = _shown()
    name = f"checklist-{shown.shift.day}-{shown.unit_id}.pdf"
    return download(house().typesetter.pdf(_sheet(shown), language()), "application/pdf", name)


@bp.post("/<number>/measure")
@requires(Permission.CHECKLIST_USE)
@takes(megabytes=11)
def tick(number: str) -> Response:
    unit_id = _shown().unit_id
    on_refusal(lambda error: _again(number, error))
    pictures = snapshots("photo")
    measure_id = needed_number("measure")
    pictures.develop()
    with write() as work:
        case = hold_case(work, number)
        rectification.tick(work, case, measure_id, next(iter(pictures.take(work)), None))
    return _line_anew(unit_id, number)


@bp.post("/<number>/control")
@requires(Permission.CHECKLIST_USE)
def control(number: str) -> Response:
    unit_id = _shown().unit_id
    on_refusal(lambda error: _again(number, error))
    holds = word("holds", Holds) is Holds.YES
    with write() as work:
        check_control(work, hold_case(work, number), unit_id, holds=holds)
    return _line_anew(unit_id, number)


@bp.post("/handover")
@requires(Permission.CHECKLIST_USE)
def give() -> Response:
    unit_id = _shown().unit_id
    on_refusal(lambda error: _page(_shown(), problem=error))
    with write() as work:
        left = hand_over(work, unit_id).open_count
    return _done(unit_id, Sentence(N_("Handed over, %(n)s not fixed yet"), n=left))


@bp.post("/takeover")
@requires(Permission.CHECKLIST_USE)
def take() -> Response:
    unit_id = _shown().unit_id
    on_refusal(lambda error: _page(_shown(), problem=error))
    with write() as work:
        take_over(work, unit_id)
    return _done(unit_id, Sentence(N_("The shift is yours")))


@bp.get("/must")
@requires(Permission.CHECKLIST_USE)
def must() -> Response:
    return _must()


@bp.post("/must")
@requires(Permission.CHECKLIST_USE)
def keep_must() -> Response:
    unit_id = _shown().unit_id
    on_refusal(_must)
    lines = text("lines").splitlines()
    with write() as work:
        keep_list(work, unit_id, lines)
    return _done(unit_id, Sentence(N_("Printed on the next sheet")))


@bp.get("/paper")
@requires(Permission.CHECKLIST_USE)
def paper() -> Response:
    return _paper()


@bp.post("/paper")
@requires(Permission.CHECKLIST_USE)
@takes(megabytes=11)
def keep_paper() -> Response:
    unit_id = _shown().unit_id
    on_refusal(_paper)
    pictures = snapshots("photo")
    pictures.need()
    ticked, holds = _ticked(), _held()
    pictures.develop()
    with write() as work:
        photo = pictures.take(work, PhotoPart.PAPER)[0]
        keep_sheet(work, unit_id, photo, ticked, holds)
    return _done(unit_id, Sentence(N_("The signed sheet is kept with the shift")))


def _must(error: HazardError | None = None) -> Response:
    shown = _shown()
    unit = get_unit(reading(), shown.unit_id)
    asked = chosen(request.args, "preset", Trade)
    preset = [Sentence(words) for words in PRESETS.get(asked, ())] if asked else []
    lines = preset or list_of_unit(reading(), unit)
    written = "\n".join(write_words(line, language()) for line in lines)
    return page(
        "checklist/must.html", shown=shown, form=Filled({"lines": written}, error),
        presets=list(Trade), preset=asked,
    )  # fmt: skip


def _paper(error: HazardError | None = None) -> Response:
    shown = _shown()
    return page(
        "checklist/paper.html", shown=shown, form=Filled({}, error),
        sheets=latest_sheets(reading(), shown.unit_id), kept=shown_again("photo"),
    )  # fmt: skip


def _ticked() -> dict[str, list[int]]:
    """Return the measures ticked on paper: fields `measure` such as "C2611-0931:7"."""
    found: dict[str, list[int]] = {}
    for value in request.form.getlist("measure"):
        number, _, typed = value.partition(":")
        measure = whole(typed)
        if measure is not None:
            found.setdefault(number, []).append(measure)
    return found


def _held() -> dict[str, bool]:
    """Return the word on the control of each case marked: fields `holds-C2611-0931`."""
    marked = {name.removeprefix("holds-"): value for name, value in request.form.items()}
    return {
        name: value == Holds.YES for name, value in marked.items()
        if f"holds-{name}" in request.form and value in set(Holds)
    }  # fmt: skip


def _shown() -> ShiftList:
    """Return the checklist of the chosen unit, or of the first one the person leads."""
    wanted = whole(request.values.get("unit", ""))
    led = units_led(reading(), actor(), clock.today())
    unit_id = wanted if wanted is not None else led[0][0] if led else 0
    return get_list(reading(), actor(), unit_id, clock.now(), house().settings.base_url)


def _sheet(shown: ShiftList) -> Checklist:
    return sheet_of(reading(), actor(), shown, clock.now())


def _page(shown: ShiftList, number: str = "", problem: HazardError | None = None) -> Response:
    """Answer with the whole list; `problem` stands at the case it is about, or above all."""
    return page(
        "checklist/show.html",
        shown=shown,
        units=units_led(reading(), actor(), clock.today()),
        number=number,
        opened=request.form.get("measure", ""),
        kept=shown_again("photo"),
        problem=problem and problem.sentence,
    )


def _line_page(shown: ShiftList, line: Line, problem: HazardError | None = None) -> Response:
    return page(
        "checklist/_line.html",
        shown=shown,
        line=line,
        opened=request.form.get("measure", ""),
        kept=shown_again("photo"),
        problem=problem and problem.sentence,
    )


def _line_anew(unit_id: int, number: str) -> Response:
    if not is_htmx():
        return look_at(url_for(".show", unit=unit_id, _anchor=number))
    shown = _shown()
    base = house().settings.base_url
    return _line_page(shown, get_line(reading(), actor(), shown, number, base))


def _again(number: str, error: HazardError) -> Response:
    shown = _shown()
    line = next((line for line in shown.lines if line.row.number == number), None)
    if line is None or isinstance(error, NotFound):
        return refused(error)
    return _line_page(shown, line, error) if is_htmx() else _page(shown, number, error)


def _done(unit_id: int, sentence: Sentence) -> Response:
    flash(say(sentence, language()), "good")
    return look_at(url_for(".show", unit=unit_id))
