"""The desk: what waits for whoever is logged in, soonest due first."""

from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, Response, flash, request, url_for

from hazard.access.permissions import Permission
from hazard.cases.waiting import Item, Stage, next_due
from hazard.core import clock
from hazard.core.errors import HazardError
from hazard.core.network import own_addresses
from hazard.core.words import N_, Sentence, say
from hazard.deadlines.queries import Due
from hazard.people.duty import list_days
from hazard.places.posters import stranded
from hazard.policy.keeping import note_told
from hazard.policy.queries import get_plant
from hazard.reports.watching import may_watch
from hazard.rewards.waiting import desk_of
from hazard.statistics.golive import Step, steps, ticks
from hazard.statistics.inspection import Check
from hazard.web.doorway import actor, house, language, reading, requires, write
from hazard.web.forms import Filled, day, needed_number
from hazard.web.replies import look_at, on_refusal, page

bp = Blueprint("desk", __name__)

PAGE = 50
BESIDES = (Stage.FEEDBACK.value, Stage.AWARD.value)
"""Named last: they do not hold the hazard up."""


@dataclass(frozen=True, slots=True)
class Row:
    """All that waits at one hazard, report or page of the money."""

    first: Item
    """What is due soonest."""
    kinds: tuple[str, ...]
    labels: tuple[Sentence, ...]
    due: Due | None


@dataclass(frozen=True, slots=True)
class GoLive:
    """The five ticks, each with whether its page may be opened; and since when all were made."""

    ticks: tuple[tuple[Check, bool], ...]
    running_since: date | None
    steps: tuple[Step, ...] = ()
    """What this person does first."""


@bp.get("/desk")
@requires(Permission.WORK)
def show() -> Response:
    return _page()


@bp.post("/desk/told")
@requires(Permission.GOLIVE_KEEP)
def told() -> Response:
    on_refusal(_page)
    told_on, people = day("told_on") or clock.today(), needed_number("told_people")
    with write() as work:
        note_told(work, told_on, people)
    flash(say(Sentence(N_("Noted")), language()), "good")
    return look_at(url_for(".show"))


def _page(error: HazardError | None = None) -> Response:
    now = clock.now()
    rows = _rows(desk_of(reading(), actor(), now))
    after = request.args.get("after", "")
    left = [row for row in rows if row.first.key > after]
    return page(
        "desk/show.html",
        lines=left[:PAGE],
        total=len(rows),
        overdue=sum(bool(row.due and row.due.overdue and not row.due.paused) for row in rows),
        next_due=None if rows else next_due(reading(), actor(), now),
        next_key=left[PAGE - 1].first.key if len(left) > PAGE else None,
        later=bool(after),
        alarm=_alarm(),
        duty=list_days(reading(), clock.today(), clock.today())[0],
        keeps_duty=actor().may(Permission.DUTY_KEEP),
        watches=may_watch(reading(), actor(), now),
        golive=_golive(now),
        form=Filled({"told_on": clock.today().isoformat()}, error),
    )


def _golive(now: datetime) -> GoLive | None:
    """Return the five ticks for who keeps them; once the scheme runs only since when.

    Who keeps settings or roles without the ticks sees what to do first.
    """
    keeps, running = actor().may(Permission.GOLIVE_KEEP), get_plant(reading()).running_since
    if running is not None:
        return GoLive((), running) if keeps else None
    first = steps(reading(), actor(), house().settings, clock.day_of(now))
    if not keeps:
        return GoLive((), None, first) if first else None
    made = ticks(reading(), house().settings, now)
    done = all(tick.good for tick in made)
    return GoLive(
        tuple((tick, actor().may(tick.needs)) for tick in made),
        clock.today() if done else None,
        first,
    )


def _alarm() -> Sentence | None:
    """Tell whoever keeps posters or the plant when phones no longer reach this machine."""
    if not (actor().may(Permission.POSTERS_KEEP) or actor().may(Permission.PLANT_KEEP)):
        return None
    return stranded(reading(), house().settings.base_url, own_addresses())


def _rows(items: list[Item]) -> list[Row]:
    by_page: dict[str, list[Item]] = {}
    for item in items:
        by_page.setdefault(item.href, []).append(item)
    return [_row(waiting) for waiting in by_page.values()]


def _row(waiting: list[Item]) -> Row:
    ordered = sorted(waiting, key=lambda item: item.kind in BESIDES)
    kinds, labels = tuple(i.kind for i in ordered), tuple(i.label for i in ordered)
    return Row(waiting[0], kinds, labels, waiting[0].due)
