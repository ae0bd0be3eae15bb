"""The watch screen: a tablet in the gate house that sounds until somebody touches it."""

from flask import Blueprint, Response, url_for

from hazard.access.permissions import Permission
from hazard.core import clock
from hazard.core.words import N_, Sentence
from hazard.people.duty import on_duty
from hazard.policy.words import Urgency
from hazard.reports import watching
from hazard.reports.watching import Alarm, Kept
from hazard.web.doorway import actor, reading, requires, write
from hazard.web.replies import is_htmx, look_at, page
from hazard.web.report_page import phones

HOUR_M, DAY_M = 60, 24 * 60
bp = Blueprint("watch", __name__, url_prefix="/watch")

POLL_S = 10
LATE_S = 35
"""After so long without an answer the screen says that the server is silent."""


@bp.get("")
@requires(Permission.WORK)  # whoever is on duty watches too: the query decides
def show() -> Response:
    return _screen("watch/_alarms.html" if is_htmx() else "watch/show.html")


@bp.post("/<number>/acknowledgement")
@requires(Permission.WORK)
def acknowledge(number: str) -> Response:
    with write() as work:
        watching.acknowledge(work, number)
    return _screen("watch/_alarms.html") if is_htmx() else look_at(url_for(".show"))


@bp.post("/kept/acknowledgement")
@requires(Permission.WORK)
def acknowledge_kept() -> Response:
    with write() as work:
        watching.acknowledge_kept(work)
    return _screen("watch/_alarms.html") if is_htmx() else look_at(url_for(".show"))


def _screen(template: str) -> Response:
    now = clock.now()
    alarms = watching.list_alarms(reading(), actor(), now)
    kept = watching.kept_alarm(reading(), actor(), now)
    return page(
        template,
        alarms=[(each, _since(each)) for each in alarms],
        kept=kept,
        sound=_sound(alarms, kept),
        call=on_duty(reading(), now),
        emergency=phones().otherwise or phones().emergency,
        now=now,
        poll=POLL_S,
        late=LATE_S,
    )


def _since(alarm: Alarm) -> Sentence | None:
    """Return how long ago it came in, in the largest unit that says something."""
    if alarm.since is None:
        return None
    minutes = max(0, int((clock.now() - alarm.since).total_seconds() // 60))
    if minutes == 0:
        return Sentence(N_("just now"))
    if minutes < 2 * HOUR_M:
        return Sentence(N_("%(n)s minutes ago"), n=minutes)
    if minutes < 2 * DAY_M:
        return Sentence(N_("%(n)s hours ago"), n=minutes // HOUR_M)
    return Sentence(N_("%(n)s days ago"), n=minutes // DAY_M)


def _sound(alarms: list[Alarm], kept: Kept | None) -> str:
    """Return what is to be heard: the gravest thing nobody has seen yet, or nothing."""
    unseen = {alarm.urgency for alarm in alarms if not alarm.seen_by}
    if kept and not kept.seen_by:
        unseen.add(Urgency.URGENT)
    return next((each.value for each in watching.WATCHED if each in unseen), "")
