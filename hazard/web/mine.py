"""My reports: what somebody who is logged in reported by name, and what came of it."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, url_for

from hazard.access.permissions import Permission
from hazard.cases.for_reporter import progress_of, state_words
from hazard.core import clock
from hazard.core.clock import day_of
from hazard.core.errors import HazardError
from hazard.core.words import Sentence
from hazard.reports.handling import ASKED
from hazard.reports.queries import get_mine, list_mine
from hazard.rewards.for_reporter import rewards_of
from hazard.web.doorway import person_id, reading, requires, takes
from hazard.web.followed import do, followed
from hazard.web.replies import look_at, on_refusal, page
from hazard.web.sending import receive_reply

bp = Blueprint("mine", __name__)


@dataclass(frozen=True, slots=True)
class Line:
    """One report of the list."""

    number: str
    words: Sentence
    place: str
    day: date
    about: str
    reward: Sentence | None
    question: bool
    drill: bool


@bp.get("/mine")
@requires(Permission.WORK)
def index() -> Response:
    reports = list_mine(reading(), person_id())
    progress = progress_of(reading(), [report.id for report in reports])
    rewards = rewards_of(reading(), progress, clock.today())
    lines = [
        Line(
            report.number, state_words(report, progress.get(report.id)), report.place_name,
            day_of(report.received_at), report.description,
            rewards[report.id].words if report.id in rewards else None,
            report.state in ASKED,
            report.drill,
        )
        for report in reports
    ]  # fmt: skip
    return page("mine/index.html", lines=lines)


@bp.get("/mine/<number>")
@requires(Permission.WORK)
def show(number: str) -> Response:
    return _show(number)


@bp.post("/reports/<number>/<any(confirmation, withdrawal, appeal):stage>")
@requires(Permission.WORK)
def act(number: str, stage: str) -> Response:
    report_id = _need_mine(number)
    do(stage, report_id)
    return look_at(url_for(".show", number=number))


@bp.post("/reports/<number>/answer")
@requires(Permission.WORK)
@takes(megabytes=100)
def answer(number: str) -> Response:
    receive_reply(_need_mine(number))
    return look_at(url_for(".show", number=number))


def _need_mine(number: str) -> int:
    """Return the id of one's own report; the deeds on it name nobody in the trail."""
    report_id = get_mine(reading(), person_id(), number).id
    on_refusal(lambda error: _show(number, error))
    return report_id


def _show(number: str, error: HazardError | None = None) -> Response:
    report = get_mine(reading(), person_id(), number)
    stem = f"/reports/{number}"
    return page("mine/show.html", **followed(report.id, stem, None, by_address=True, error=error))
