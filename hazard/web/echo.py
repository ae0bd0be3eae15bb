"""《隐患回音》 of a week: read by everybody, put up by the officer, printed for the board."""

from flask import Blueprint, Response, flash, request, url_for

from hazard.access.permissions import Permission
from hazard.cases.pictures import get_visible
from hazard.core import clock
from hazard.core.errors import NotFound
from hazard.core.words import N_, Sentence, say
from hazard.notices.echoes import find_published, list_weeks, publish
from hazard.policy.queries import get_plant
from hazard.reports.photos import file_key
from hazard.statistics.echo import Echo, candidates, compose, read_echo
from hazard.statistics.echo_sheet import EchoSheet, figures_of_week, held_words
from hazard.statistics.spans import Week
from hazard.web.doorway import actor, house, language, reading, requires, write
from hazard.web.forms import Filled
from hazard.web.replies import download, look_at, on_refusal, page

bp = Blueprint("echo", __name__, url_prefix="/echo")


@bp.get("")
@requires(Permission.WORK)
def index() -> Response:
    weeks = list_weeks(reading())
    if weeks:
        return _page(Week.parse(weeks[0]), Filled())
    if actor().may(Permission.CASE_INFORM):
        return _page(_last_week(), Filled())
    return page("echo/none.html")


@bp.get("/<week>")
@requires(Permission.WORK)
def show(week: str) -> Response:
    return _page(Week.parse(week), Filled())


@bp.get("/<week>/sheet.pdf")
@requires(Permission.WORK)
def sheet(week: str) -> Response:
    shown = _echo(Week.parse(week))
    at = shown.published_at or clock.now()
    paper = EchoSheet(
        printed_at=at, company=get_plant(reading()).name, echo=shown, picture=_picture
    )
    body = house().typesetter.pdf(paper, language())
    return download(body, "application/pdf", f"echo-{week}.pdf")


@bp.post("/<week>/edition")
@requires(Permission.CASE_INFORM)
def put_up(week: str) -> Response:
    wanted = Week.parse(week)
    on_refusal(lambda error: _page(wanted, Filled(error=error)))
    chosen = request.form.getlist("pair")
    with write() as work:
        echo = compose(work.session, work.actor, wanted, work.now, chosen)
        photos = [each for pair in echo.pairs for each in (pair.before, pair.after)]
        publish(work, str(wanted), echo.body, photos)
    flash(say(Sentence(N_("Put up; everybody can read it now")), language()), "good")
    return look_at(url_for(".show", week=week))


def _page(week: Week, form: Filled) -> Response:
    echo = _echo(week)
    edits = actor().may(Permission.CASE_INFORM)
    return page(
        "echo/show.html", echo=echo, form=form, edits=edits, figures_of=figures_of_week(echo),
        held=held_words(echo), weeks=[Week.parse(each) for each in list_weeks(reading())[:12]],
        offered=candidates(reading(), actor(), week) if edits else (), last=_last_week(),
        last_is_up=find_published(reading(), str(_last_week())) is not None,
    )  # fmt: skip


def _echo(week: Week) -> Echo:
    """Return the week as it was put up; for who puts it up also as it would stand now."""
    found = find_published(reading(), str(week))
    if found is not None:
        return read_echo(week, found.body, found.at, found.edition)
    if not actor().may(Permission.CASE_INFORM):
        raise NotFound
    return compose(reading(), actor(), week, clock.now())


def _last_week() -> Week:
    return Week.of_day(clock.today()).previous()


def _picture(public_id: str) -> bytes:
    photo = get_visible(reading(), actor(), public_id)
    files, key = house().files, file_key(photo.sha256)
    return files.get(key) if files.has(key) else b""
