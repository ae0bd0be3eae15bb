"""The places of the plant, and the list of them from a file."""

from flask import Blueprint, Response, flash, url_for

from hazard.access.permissions import Permission
from hazard.core import clock, listing
from hazard.core.errors import HazardError
from hazard.core.tabular import read_table
from hazard.core.words import N_, Sentence, say
from hazard.core.workbooks import XLSX
from hazard.people.imports import ImportKind, find_last, undo_last
from hazard.people.queries import get_unit, list_units, unit_names
from hazard.places import keeping, roster
from hazard.places.queries import get_place, get_place_line, list_kept_places
from hazard.web.doorway import actor, language, reading, requires, takes, write
from hazard.web.forms import Filled, needed_number, text, ticked
from hazard.web.replies import download, look_at, on_refusal, page
from hazard.web.uploads import MEGABYTES, forget_upload, kept_upload, take_upload

bp = Blueprint("places", __name__, url_prefix="/places")


@bp.get("")
@requires(Permission.PLACES_KEEP)
def index() -> Response:
    return page("places/list.html", lines=list_kept_places(reading(), actor(), clock.today()))


@bp.get("/new")
@requires(Permission.PLACES_KEEP)
def new() -> Response:
    return _new_page()


@bp.post("")
@requires(Permission.PLACES_KEEP)
def add() -> Response:
    on_refusal(_new_page)
    unit_id = needed_number("unit")
    with write() as work:
        owner = keeping.owner_by_number(work.session, text("owner"))
        place = keeping.add_place(work, text("name"), get_unit(work.session, unit_id), owner)
        keeping.forbid_phones(work, place, forbidden=ticked("explosive"))
        keeping.set_risk_point(work, place, text("risk_point"))
    return _saved(N_("The place is added. Make a poster for it next"))


@bp.get("/<int:place_id>")
@requires(Permission.PLACES_KEEP)
def show(place_id: int) -> Response:
    return _place_page(place_id)


@bp.post("/<int:place_id>")
@requires(Permission.PLACES_KEEP)
def change(place_id: int) -> Response:
    _show_again(place_id)
    unit_id = needed_number("unit")
    with write() as work:
        owner = keeping.owner_by_number(work.session, text("owner"))
        place, unit = get_place(work.session, place_id), get_unit(work.session, unit_id)
        keeping.change_place(work, place, text("name"), unit, owner)
        keeping.forbid_phones(work, place, forbidden=ticked("explosive"))
        keeping.set_risk_point(work, place, text("risk_point"))
    return _saved(N_("Saved"))


@bp.post("/<int:place_id>/closing")
@requires(Permission.PLACES_KEEP)
def close(place_id: int) -> Response:
    _show_again(place_id)
    with write() as work:
        keeping.close_place(work, get_place(work.session, place_id))
    return _saved(N_("The place is closed and its posters are retired"))


@bp.get("/import")
@requires(Permission.PLACES_KEEP)
def upload() -> Response:
    return _upload_page()


@bp.post("/import")
@requires(Permission.PLACES_KEEP)
@takes(MEGABYTES)
def check_upload() -> Response:
    on_refusal(_upload_page)
    key, content = take_upload()
    draft = roster.read_places(reading(), read_table(content, roster.COLUMNS), clock.today())
    return page("places/draft.html", draft=draft, key=key, names=unit_names(reading()))


@bp.post("/import/apply")
@requires(Permission.PLACES_KEEP)
def apply_upload() -> Response:
    on_refusal(_upload_page)
    key, content = kept_upload()
    lines = read_table(content, roster.COLUMNS)
    with write() as work:
        draft = roster.read_places(work.session, lines, clock.today())
        roster.apply(work, draft)
    forget_upload(key)
    words = N_("Written: %(new)s new, %(changed)s changed. Next, a poster for each place")
    done = Sentence(words, new=len(draft.added), changed=len(draft.changed))
    flash(say(done, language()), "good")
    return look_at(url_for(".index"))


@bp.get("/import/template.xlsx")
@requires(Permission.PLACES_KEEP)
def template() -> Response:
    title = Sentence(N_("Places"))
    book = listing.template(title, roster.COLUMNS, roster.EXAMPLE, roster.NOTES, language())
    return download(book, XLSX, "places.xlsx")


@bp.post("/import/undo")
@requires(Permission.PLACES_KEEP)
def undo() -> Response:
    on_refusal(_upload_page)
    with write() as work:
        undo_last(work, ImportKind.PLACES)
    flash(say(Sentence(N_("The list is taken back")), language()), "good")
    return look_at(url_for(".upload"))


def _saved(msgid: str) -> Response:
    flash(say(Sentence(msgid), language()), "good")
    return look_at(url_for(".index"))


def _new_page(error: HazardError | None = None) -> Response:
    return page("places/new.html", form=Filled({}, error), units=_unit_choices())


def _upload_page(error: HazardError | None = None) -> Response:
    return page(
        "places/import.html",
        form=Filled({}, error),
        columns=roster.COLUMNS,
        last=find_last(reading(), ImportKind.PLACES),
    )


def _show_again(place_id: int) -> None:
    get_place_line(reading(), actor(), place_id)
    on_refusal(lambda error: _place_page(place_id, error))


def _place_page(place_id: int, error: HazardError | None = None) -> Response:
    line = get_place_line(reading(), actor(), place_id)
    proposed = {
        "name": line.name,
        "unit": line.unit_id,
        "owner": line.owner_no,
        "explosive": line.explosive,
        "risk_point": line.risk_point,
    }
    return page("places/show.html", line=line, form=Filled(proposed, error), units=_unit_choices())


def _unit_choices() -> list[tuple[int, str]]:
    names = unit_names(reading())
    return [(unit.id, names[unit.id]) for unit in list_units(reading(), clock.today())]
