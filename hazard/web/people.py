"""The list of people, a person's page, their roles and slips, and the roster from a file."""

from flask import Blueprint, Response, flash, request, url_for

from hazard.access.permissions import Permission, Role
from hazard.core import clock
from hazard.core.errors import HazardError
from hazard.core.words import N_, Sentence, say
from hazard.notices.slips import print_slip
from hazard.people import keeping, roster
from hazard.people.imports import ImportKind
from hazard.people.logins import may_print_slip
from hazard.people.queries import (
    actor_of,
    get_holding,
    get_line,
    get_person,
    get_unit,
    list_held,
    list_lines,
    root_unit,
    unit_choices,
)
from hazard.policy.queries import policy_on
from hazard.web.doorway import actor, house, language, reading, requires, write
from hazard.web.forms import Filled, day, needed_number, text, word
from hazard.web.importing import Imported, add_import_pages
from hazard.web.replies import look_at, on_refusal, page
from hazard.web.symbols import picture

bp = Blueprint("people", __name__, url_prefix="/people")
A_PAGE = 50
PROMISE = N_(
    "Units that do not exist yet are made. Who is on the roster already is changed to what the "
    "list says. Nobody is removed"
)
WRITTEN = N_(
    "Written: %(new)s new, %(changed)s changed. Login slips are printed by unit, under Units"
)


@bp.get("")
@requires(Permission.PEOPLE_READ)
def index() -> Response:
    search, after = request.args.get("search", ""), request.args.get("after", "")
    gone = bool(request.args.get("gone"))
    lines = list_lines(
        reading(),
        actor(),
        clock.today(),
        search=search,
        after=after,
        gone=gone,
        limit=A_PAGE + 1,
    )
    shown = lines[:A_PAGE]
    last = shown[-1].key if len(lines) > A_PAGE else ""
    more = _list_address(search, last, gone=gone) if last else None
    first = _list_address(search, "", gone=gone) if after else None
    return page(
        "people/list.html", lines=shown, search=search, gone=gone, next_href=more, first_href=first
    )


@bp.get("/new")
@requires(Permission.PEOPLE_KEEP)
def new() -> Response:
    return _new_page()


@bp.post("")
@requires(Permission.PEOPLE_KEEP)
def add() -> Response:
    on_refusal(_new_page)
    unit_id, joined_on = needed_number("unit"), day("joined_on")
    with write() as work:
        person = keeping.add_person(
            work,
            text("employee_no"),
            text("name"),
            get_unit(work.session, unit_id),
            phone=text("phone"),
            joined_on=joined_on,
        )
        person_id = person.id
    return _saved(person_id, N_("Added to the roster. Print a slip so that they can log in"))


@bp.get("/<int:person_id>")
@requires(Permission.PEOPLE_READ)
def show(person_id: int) -> Response:
    return _person_page(person_id)


@bp.post("/<int:person_id>")
@requires(Permission.PEOPLE_KEEP)
def change(person_id: int) -> Response:
    _show_again(person_id)
    unit_id = needed_number("unit")
    with write() as work:
        person, unit = get_person(work.session, person_id), get_unit(work.session, unit_id)
        keeping.correct_person(work, person, text("name"), text("phone"), unit)
    return _saved(person_id, N_("Saved"))


@bp.post("/<int:person_id>/leaving")
@requires(Permission.PEOPLE_KEEP)
def leave(person_id: int) -> Response:
    _show_again(person_id)
    last_day = day("last_day") or clock.today()
    with write() as work:
        keeping.end_employment(work, get_person(work.session, person_id), last_day)
    return _saved(person_id, N_("The last day is noted; roles and logins end with it"))


@bp.post("/<int:person_id>/roles")
@requires(Permission.ROLES_KEEP)
def grant(person_id: int) -> Response:
    _show_again(person_id)
    role, unit_id = word("role", Role), needed_number("over")
    with write() as work:
        person, unit = get_person(work.session, person_id), get_unit(work.session, unit_id)
        keeping.grant_role(work, person, role, unit)
    return _saved(person_id, N_("The role is given from today"))


@bp.post("/<int:person_id>/roles/<int:holding_id>/end")
@requires(Permission.ROLES_KEEP)
def end_role(person_id: int, holding_id: int) -> Response:
    _show_again(person_id)
    with write() as work:
        keeping.end_role(work, get_holding(work.session, holding_id))
    return _saved(person_id, N_("The role has ended"))


@bp.post("/<int:person_id>/slip")
@requires(Permission.PEOPLE_READ)
def slip(person_id: int) -> Response:
    _show_again(person_id)
    with write() as work:
        printed = print_slip(work, get_person(work.session, person_id))
    url = f"{house().settings.base_url}/activate"
    return page(
        "people/slip.html",
        slip=printed,
        line=get_line(reading(), actor(), person_id, clock.today()),
        url=url,
        symbol=picture(url),
    )


add_import_pages(
    bp,
    Imported(
        name="people",
        kind=ImportKind.PEOPLE,
        needs=Permission.PEOPLE_KEEP,
        title=N_("People"),
        heading=N_("People from a list"),
        promise=PROMISE,
        same=N_("The roster says all of this already. Nothing to do"),
        columns=roster.COLUMNS,
        example=roster.EXAMPLE,
        notes=roster.NOTES,
        read=roster.read_people,
        apply=roster.apply,
        written=WRITTEN,
    ),
)


def _list_address(search: str, after: str, *, gone: bool) -> str:
    """Return the address of the list with what is set, and nothing else."""
    return url_for(".index", search=search or None, after=after or None, gone="1" if gone else None)


def _saved(person_id: int, msgid: str) -> Response:
    flash(say(Sentence(msgid), language()), "good")
    return look_at(url_for(".show", person_id=person_id))


def _new_page(error: HazardError | None = None) -> Response:
    return page(
        "people/new.html", form=Filled({}, error), units=unit_choices(reading(), clock.today())
    )


def _show_again(person_id: int) -> None:
    """Answer refusals with the page of somebody the actor may see; others are not found."""
    get_line(reading(), actor(), person_id, clock.today())
    on_refusal(lambda error: _person_page(person_id, error))


def _person_page(person_id: int, error: HazardError | None = None) -> Response:
    today = clock.today()
    line = get_line(reading(), actor(), person_id, today)
    holder = actor_of(reading(), person_id, today)
    proposed = {"name": line.name, "phone": line.phone, "unit": line.unit_id}
    proposed |= {"last_day": today.isoformat(), "over": root_unit(reading()).id}
    return page(
        "people/show.html",
        line=line,
        form=Filled(proposed, error),
        units=unit_choices(reading(), clock.today()),
        held=list_held(reading(), person_id, today),
        roles=policy_on(reading(), today).policy.roles,
        may_slip=holder is not None and may_print_slip(reading(), actor(), holder, clock.now()),
        gone=line.left_on is not None and line.left_on < today,
    )
