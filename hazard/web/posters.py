"""Posters: what is missing, making, printing, retiring."""

from flask import Blueprint, Response, flash, request, url_for

from hazard.access.permissions import Permission
from hazard.core import clock
from hazard.core.errors import HazardError
from hazard.core.network import own_addresses
from hazard.core.words import N_, Sentence, say
from hazard.places import posters
from hazard.places.queries import get_place, get_poster, list_kept_places, list_posters
from hazard.policy.queries import get_plant
from hazard.web.doorway import actor, house, language, reading, requires, write
from hazard.web.forms import Filled, needed_number
from hazard.web.replies import download, look_at, on_refusal, page

bp = Blueprint("posters", __name__, url_prefix="/posters")


@bp.get("")
@requires(Permission.POSTERS_KEEP)
def index() -> Response:
    return _list_page()


@bp.post("")
@requires(Permission.POSTERS_KEEP)
def make() -> Response:
    on_refusal(_list_page)
    place_id = needed_number("place")
    with write() as work:
        number = posters.make_poster(work, get_place(work.session, place_id)).number
    return _saved(Sentence(N_("Poster %(number)s is ready to print"), number=number))


@bp.post("/missing")
@requires(Permission.POSTERS_KEEP)
def make_missing() -> Response:
    on_refusal(_list_page)
    with write() as work:
        made = posters.make_missing(work, clock.today())
    return _saved(Sentence(N_("%(n)s posters are ready to print"), n=made))


@bp.post("/<int:poster_id>/print")
@requires(Permission.POSTERS_KEEP)
def print_one(poster_id: int) -> Response:
    on_refusal(_list_page)
    with write() as work:
        poster = get_poster(work.session, poster_id)
        sheet = posters.print_poster(work, poster, house().settings, untested=house().demo)
    return download(house().typesetter.pdf(sheet), "application/pdf", f"poster-{sheet.number}.pdf")


@bp.post("/<int:poster_id>/retirement")
@requires(Permission.POSTERS_KEEP)
def retire(poster_id: int) -> Response:
    on_refusal(_list_page)
    with write() as work:
        posters.retire(work, get_poster(work.session, poster_id))
    return _saved(Sentence(N_("The poster is retired. Take it off the wall")))


def _saved(sentence: Sentence) -> Response:
    flash(say(sentence, language()), "good")
    return look_at(url_for(".index"))


def _list_page(error: HazardError | None = None) -> Response:
    settings, retired = house().settings, bool(request.args.get("retired"))
    places = list_kept_places(reading(), actor(), clock.today())
    return page(
        "posters/list.html",
        lines=list_posters(reading(), actor(), retired=retired),
        retired=retired,
        places=[(place.id, place.name) for place in places],
        bare=sum(not place.posters for place in places),
        missing=posters.missing_for_print(get_plant(reading()), settings, untested=house().demo),
        stranded=posters.stranded(reading(), settings.base_url, own_addresses()),
        form=Filled({}, error),
    )
