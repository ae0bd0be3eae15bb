"""The poster register: what hangs where, what is missing, making, printing, retiring."""

from flask import Blueprint, Response, flash, request, url_for

from hazard.access.permissions import Permission
from hazard.core import clock
from hazard.core.errors import HazardError, Unclear
from hazard.core.network import own_addresses
from hazard.core.words import N_, Sentence, say
from hazard.places import posters
from hazard.places.composing import composer
from hazard.places.queries import get_place, get_poster, list_kept_places
from hazard.places.register import coverage, get_registered, list_registered, next_to_do
from hazard.places.sheets import CELLS, PhonePicture, PosterBook, PosterSheet
from hazard.places.terms import Camera, PosterType, Stage
from hazard.places.trades import Trade
from hazard.policy.queries import get_plant
from hazard.web.doorway import actor, house, language, reading, requires, write
from hazard.web.forms import Filled, needed_number, number, ticked, word
from hazard.web.replies import download, look_at, on_refusal, page

bp = Blueprint("posters", __name__, url_prefix="/posters")

PREVIEW_PX = 700
"""Width of a preview of an A4 page; other sizes in scale."""
PHONE_PX = 2100
"""The same for the picture for phones, 108 mm wide: 1080 × 1920 pixels."""


@bp.get("")
@requires(Permission.POSTERS_KEEP)
def index() -> Response:
    return _list_page()


@bp.post("")
@requires(Permission.POSTERS_KEEP)
def make() -> Response:
    on_refusal(_list_page)
    place_id, design = needed_number("place"), _typed_design()
    with write() as work:
        poster = posters.make_poster(work, get_place(work.session, place_id), design)
        poster_id, name = poster.id, poster.number
    return _saved(Sentence(N_("Poster %(number)s is ready to print"), number=name), poster_id)


@bp.post("/missing")
@requires(Permission.POSTERS_KEEP)
def make_missing() -> Response:
    on_refusal(_list_page)
    with write() as work:
        made = posters.make_missing(work, clock.today())
    return _saved(Sentence(N_("%(n)s posters are ready to print"), n=made))


@bp.get("/<int:poster_id>")
@requires(Permission.POSTERS_KEEP)
def show(poster_id: int) -> Response:
    return show_poster(poster_id)


@bp.get("/<int:poster_id>/preview.png")
@requires(Permission.POSTERS_KEEP)
def preview(poster_id: int) -> Response:
    sheet = _sheet(poster_id)
    picture = house().typesetter.pictures(sheet, PREVIEW_PX)[0]
    return download(picture, "image/png", f"poster-{sheet.number}.png")


@bp.get("/<int:poster_id>/phone.png")
@requires(Permission.POSTERS_KEEP)
def phone_picture(poster_id: int) -> Response:
    sheet = _sheet(poster_id)
    paper = PhonePicture(printed_at=sheet.printed_at, sheet=sheet)
    picture = house().typesetter.pictures(paper, PHONE_PX)[0]
    return download(picture, "image/png", f"poster-{sheet.number}-phone.png")


@bp.post("/<int:poster_id>/print")
@requires(Permission.POSTERS_KEEP)
def print_one(poster_id: int) -> Response:
    return_to(poster_id)
    cell = first_cell()
    with write() as work:
        poster = get_poster(work.session, poster_id)
        sheet = posters.print_poster(work, poster, house().settings, untested=house().demo)
    book = PosterBook(printed_at=sheet.printed_at, sheets=(sheet,), first_cell=cell)
    return download(house().typesetter.pdf(book), "application/pdf", f"poster-{sheet.number}.pdf")


@bp.post("/<int:poster_id>/design")
@requires(Permission.POSTERS_KEEP)
def redesign(poster_id: int) -> Response:
    return_to(poster_id)
    design = _typed_design()
    with write() as work:
        posters.redesign(work, get_poster(work.session, poster_id), design)
    return _saved(Sentence(N_("The next print looks like this")), poster_id)


@bp.post("/<int:poster_id>/replacement")
@requires(Permission.POSTERS_KEEP)
def replace(poster_id: int) -> Response:
    return_to(poster_id)
    with write() as work:
        poster = posters.replace_poster(work, get_poster(work.session, poster_id))
        new_id, name = poster.id, poster.number
    said = N_(
        "Poster %(number)s replaces it, with another code. Print it and take the old one down"
    )
    return _saved(Sentence(said, number=name), new_id)


@bp.post("/<int:poster_id>/retirement")
@requires(Permission.POSTERS_KEEP)
def retire(poster_id: int) -> Response:
    return_to(poster_id)
    with write() as work:
        posters.retire(work, get_poster(work.session, poster_id))
    return _saved(Sentence(N_("The poster is retired. Take it off the wall")))


def return_to(poster_id: int, kept: str = "") -> None:
    """Let a refusal show the page of this poster again; raises `NotFound` unless one keeps it.

    `kept` is the SHA-256 of a photo the form brought.
    """
    get_registered(reading(), actor(), house().settings, clock.now(), poster_id)
    on_refusal(lambda error: show_poster(poster_id, error, kept))


def show_poster(poster_id: int, error: HazardError | None = None, kept: str = "") -> Response:
    """Answer with the page of one poster, what was typed kept."""
    now, settings = clock.now(), house().settings
    line = get_registered(reading(), actor(), settings, now, poster_id)
    proposed = {
        "type": line.type,
        "trade": line.chosen_trade or "",
        "bilingual": line.bilingual,
        "camera": line.now.camera or "",
        "posted_on": line.now.posted_on or clock.today(),
        "cell": 1,
    }
    following = next_to_do(list_registered(reading(), actor(), settings, now), line.id)
    return page(
        "posters/show.html",
        line=line,
        done=line.stage is Stage.DONE,
        awaiting=line.test_until is not None and line.test_until > now,
        next=following,
        places=_choices(),
        form=Filled(proposed, error),
        kept=kept,
        missing=posters.missing_for_print(get_plant(reading()), settings, untested=house().demo),
        types=tuple(PosterType),
        trades=tuple(Trade),
        cameras=tuple(Camera),
        today=clock.today(),
    )


def first_cell() -> int:
    """Return on which cell of a begun label sheet printing starts, 1 to 21."""
    cell = number("cell", default=1) or 0
    if not 1 <= cell <= CELLS:
        said = N_("A sheet has cells 1 to %(n)s")
        raise Unclear(Sentence(said, n=CELLS), field="cell")
    return cell


def _typed_design() -> posters.Design:
    trade = request.form.get("trade", "")
    return posters.Design(
        word("type", PosterType, PosterType.WORKSHOP),
        word("trade", Trade) if trade else None,
        bilingual=ticked("bilingual"),
    )


def _sheet(poster_id: int) -> PosterSheet:
    """Return what one kept poster shows today; raises `NotFound` or `NotPrintable`."""
    settings, now = house().settings, clock.now()
    get_registered(reading(), actor(), settings, now, poster_id)
    posters.need_printable(reading(), settings, untested=house().demo)
    return composer(reading(), settings, now).sheet(get_poster(reading(), poster_id))


def _saved(sentence: Sentence, poster_id: int | None = None) -> Response:
    flash(say(sentence, language()), "good")
    if poster_id is None:
        return look_at(url_for("posters.index"))
    return look_at(url_for("posters.show", poster_id=poster_id))


def _choices() -> list[tuple[int, str]]:
    lines = list_kept_places(reading(), actor(), clock.today())
    return [(place.id, place.name) for place in lines if not place.explosive]


def _list_page(error: HazardError | None = None) -> Response:
    settings, now, retired = house().settings, clock.now(), bool(request.args.get("retired"))
    in_use = list_registered(reading(), actor(), settings, now)
    lines = list_registered(reading(), actor(), settings, now, retired=True) if retired else in_use
    places = list_kept_places(reading(), actor(), clock.today())
    return page(
        "posters/list.html",
        lines=lines,
        retired=retired,
        covered=coverage(reading(), actor(), now, in_use),
        outdated=sum(bool(line.outdated) for line in in_use),
        next=next_to_do(in_use),
        places=_choices(),
        bare=sum(not (place.posters or place.explosive) for place in places),
        types=tuple(PosterType),
        trades=tuple(Trade),
        missing=posters.missing_for_print(get_plant(reading()), settings, untested=house().demo),
        stranded=posters.stranded(reading(), settings.base_url, own_addresses()),
        form=Filled({"type": PosterType.WORKSHOP}, error),
    )
