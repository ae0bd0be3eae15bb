"""The places of the plant, and the list of them from a file."""

from flask import Blueprint, Response, flash, url_for

from hazard.access.permissions import Permission
from hazard.core import clock
from hazard.core.errors import HazardError
from hazard.core.words import N_, Sentence, say
from hazard.people.imports import ImportKind
from hazard.people.queries import get_unit, unit_choices
from hazard.places import keeping, roster
from hazard.places.queries import get_place, get_place_line, list_kept_places
from hazard.web.doorway import actor, language, reading, requires, write
from hazard.web.forms import Filled, needed_number, text, ticked
from hazard.web.importing import Imported, add_import_pages
from hazard.web.replies import look_at, on_refusal, page

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


add_import_pages(
    bp,
    Imported(
        name="places",
        kind=ImportKind.PLACES,
        needs=Permission.PLACES_KEEP,
        title=N_("Places"),
        heading=N_("Places from a list"),
        promise=N_(
            "A place of the same name is changed to what the list says. No place is removed"
        ),
        same=N_("The places stand like this already. Nothing to do"),
        columns=roster.COLUMNS,
        example=roster.EXAMPLE,
        notes=roster.NOTES,
        read=roster.read_places,
        apply=roster.apply,
        written=N_("Written: %(new)s new, %(changed)s changed. Next, a poster for each place"),
    ),
)


def _saved(msgid: str) -> Response:
    flash(say(Sentence(msgid), language()), "good")
    return look_at(url_for(".index"))


def _new_page(error: HazardError | None = None) -> Response:
    return page(
        "places/new.html", form=Filled({}, error), units=unit_choices(reading(), clock.today())
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
    return page(
        "places/show.html",
        line=line,
        form=Filled(proposed, error),
        units=unit_choices(reading(), clock.today()),
    )
