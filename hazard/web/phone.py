"""My reports on this phone: seen by the phone they were sent from, without login (decisions 23)."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, make_response, redirect, request

from hazard.cases.for_reporter import Progress, progress_of, state_words
from hazard.core import chance, clock
from hazard.core.words import N_, Sentence
from hazard.policy.queries import find_plant
from hazard.policy.words import Identity
from hazard.reports import phones
from hazard.reports.handling import ASKED
from hazard.rewards.for_reporter import RewardView, rewards_of
from hazard.web.doorway import house, on_shared_device, public, reading, write
from hazard.web.followed import Paths, followed
from hazard.web.forms import ticked
from hazard.web.replies import page
from hazard.web.tokens import need_own_form, new_token

bp = Blueprint("phone", __name__)
COOKIE = "phone"


@dataclass(frozen=True, slots=True)
class Line:
    """One report of the list."""

    number: str
    words: Sentence
    place: str
    day: date
    what: str
    reward: RewardView | None
    question: bool
    moved: bool
    """Something happened since it was sent."""

    @property
    def news(self) -> Sentence:
        """Return the one line the next scan opens with."""
        what = self.what or self.place
        reward = self.reward
        if reward is None or not reward.amount or not (reward.paid_on or reward.is_promised):
            return Sentence(N_("You reported %(what)s: %(state)s"), what=what, state=self.words)
        if reward.paid_on:
            return Sentence(
                N_("You reported %(what)s: %(state)s, ¥%(a)s paid on %(d)s"),
                what=what, state=self.words, a=reward.amount.short, d=reward.paid_on,
            )  # fmt: skip
        return Sentence(
            N_("You reported %(what)s: %(state)s, ¥%(a)s to be paid by %(d)s"),
            what=what, state=self.words, a=reward.amount.short, d=reward.paid_by,
        )  # fmt: skip


@bp.before_request
def need_plant() -> Response | None:
    if find_plant(reading()) is not None:
        return None
    return page("reporting/unready.html", 503)


@bp.get("/report/mine")
@public
def index() -> Response:
    return page("phone/list.html", lines=_lines(), days=phones.LIFE.days, token=new_token())


@bp.get("/report/mine/<number>")
@public
def show(number: str) -> Response:
    report = phones.get_of_phone(reading(), _mark(), clock.now(), number)
    seen = followed(report.id, "", "", by_address=False)
    return page("phone/show.html", **{**seen, "paths": Paths()})


@bp.post("/report/mine/removal")
@public
def remove() -> Response:
    need_own_form()
    with write(as_reporter=True) as work:
        phones.forget_phone(work, _mark())
    answer = make_response(redirect("/report/mine", 303))
    _put(answer, "", 0)
    return answer


def mark_for(identity: Identity) -> str:
    """Return the mark that may see the report being sent; empty unless named on one's own phone."""
    if identity is not Identity.NAMED or ticked("shared") or on_shared_device():
        return ""
    return _mark() or chance.token()


def put_mark(answer: Response, mark: str) -> None:
    """Give the phone its mark for another 90 days."""
    if mark:
        _put(answer, mark, int(phones.LIFE.total_seconds()))


def is_marked() -> bool:
    """Say whether a named report was sent from this phone."""
    return bool(_mark())


def news() -> Sentence | None:
    """Return what is new about the reports of this phone: a question first, then the newest."""
    moved = [line for line in _lines() if line.moved]
    asked = [line for line in moved if line.question]
    return next((line.news for line in (*asked, *moved)), None)


def _lines() -> list[Line]:
    if not _mark():
        return []
    reports = phones.list_of_phone(reading(), _mark(), clock.now())
    progress = progress_of(reading(), [report.id for report in reports])
    rewards = rewards_of(reading(), progress, clock.today())
    return [
        Line(
            report.number, state_words(report, progress.get(report.id)), report.place_name,
            clock.day_of(report.received_at), _what(progress.get(report.id)),
            rewards.get(report.id), report.state in ASKED,
            report.id in progress or bool(report.reply) or report.state in ASKED,
        )
        for report in reports
    ]  # fmt: skip


def _what(progress: Progress | None) -> str:
    return progress.what if progress else ""


def _mark() -> str:
    return request.cookies.get(COOKIE, "")[:100]


def _put(answer: Response, mark: str, life: int) -> None:
    answer.set_cookie(
        COOKIE, mark, max_age=life, path="/", httponly=True, samesite="Lax",
        secure=house().settings.secure_cookies,
    )  # fmt: skip
