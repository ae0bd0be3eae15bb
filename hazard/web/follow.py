"""Following a report by its receipt code; no address, no person, no session."""

import hmac

from flask import Blueprint, Response, make_response, redirect

from hazard.core import clock
from hazard.core.errors import HazardError, Unclear
from hazard.core.words import N_, Sentence
from hazard.people.logins import Attempt, need_no_wait, note_failure
from hazard.people.passwords import is_right
from hazard.policy.queries import find_plant
from hazard.reports.queries import list_located
from hazard.reports.receipts import Code, WrongCode, read_code
from hazard.reports.slips import list_unused
from hazard.web.doorway import house, public, reading, takes, write
from hazard.web.followed import do, followed
from hazard.web.forms import beside, text
from hazard.web.replies import on_refusal, page
from hazard.web.sealed import SealedCookie
from hazard.web.sending import receive_reply
from hazard.web.tokens import Elsewhere, need_own_form, new_token

bp = Blueprint("follow", __name__)
FOLLOWED = SealedCookie("follow", "/follow")


class Closed(Unclear):
    """The 15 minutes are over; the code opens the report again."""

    def __init__(self) -> None:
        super().__init__(
            Sentence(N_("The page was open too long. Enter your code again; your words are kept"))
        )


class NotKeyedIn(Unclear):
    """The code of a paper slip that has not reached the desk."""

    def __init__(self) -> None:
        super().__init__(
            Sentence(N_("Your slip has not been keyed in yet. Please look again tomorrow")),
            field="code",
        )


@bp.before_request
def need_plant() -> Response | None:
    if find_plant(reading()) is not None:
        return None
    return page("reporting/unready.html", 503)


@bp.get("/follow")
@public
def show() -> Response:
    report_id = _opened()
    return _enter() if report_id is None else _show(report_id)


@bp.post("/follow")
@public
def enter() -> Response:
    on_refusal(_enter)
    need_own_form()
    report_id = _prove(read_code(text("code")))
    # Words that were typed before the page closed come back beside the report, not by redirect.
    answer = _show(report_id) if text("text") or text("reason") else _go("/follow")
    FOLLOWED.put(answer, str(report_id))
    return answer


@bp.post("/follow/leave")
@public
def leave() -> Response:
    need_own_form()
    answer = _go("/follow")
    FOLLOWED.end(answer)
    return answer


@bp.post("/follow/<any(confirmation, withdrawal, appeal):stage>")
@public
def act(stage: str) -> Response:
    report_id = _need_opened()
    do(stage, report_id)
    return _go_on(report_id)


@bp.post("/follow/answer")
@public
@takes(megabytes=100)
def answer() -> Response:
    report_id = _need_opened()
    receive_reply(report_id)
    return _go_on(report_id)


def _prove(code: Code) -> int:
    """Return the report the code opens; every wrong one costs the same time, and then a wait.

    Nothing is written for a code that is right: following leaves no trace.
    """
    attempt = _attempt(code.locator)
    with beside("code"):
        need_no_wait(reading(), attempt, clock.now())
    located = list_located(reading(), code.locator)
    for report_id, secret in located:
        if is_right(secret, code.secret):
            return report_id
    if any(is_right(secret, code.secret) for secret in list_unused(reading(), code.locator)):
        raise NotKeyedIn
    if not located:
        is_right(None, code.secret)  # so that an unknown code takes as long
    with write(as_reporter=True) as work:
        note_failure(work, attempt)
    raise WrongCode


def _attempt(locator: str) -> Attempt:
    """Return what a failure counts against: the locator alone, blinded, never an address."""
    key = hmac.digest(house().keys.receipt, f"follow|{locator}".encode(), "sha256").hex()
    return Attempt(None, (("account", key),))


def _opened() -> int | None:
    carried = FOLLOWED.read()
    return int(carried) if carried else None


def _need_opened() -> int:
    """Return the report this browser has opened; a refusal shows it again, words kept."""
    report_id = _opened()
    if report_id is None:
        on_refusal(_enter)
        need_own_form()
        raise Closed
    on_refusal(lambda error: _show(report_id, error))
    need_own_form()
    return report_id


def _enter(error: HazardError | None = None) -> Response:
    if isinstance(error, Elsewhere):
        return page("errors/page.html", message=error.sentence, status=error.status)
    return page(
        "follow/enter.html",
        error=error.sentence if error else None,
        code=text("code"),
        kept={name: text(name) for name in ("text", "reason") if text(name)},
        token=new_token(),
    )


def _show(report_id: int, error: HazardError | None = None) -> Response:
    if isinstance(error, Elsewhere):
        return page("errors/page.html", message=error.sentence, status=error.status)
    token = new_token()
    return page(
        "follow/show.html",
        **followed(report_id, "/follow", token, by_address=False, error=error),
    )


def _go_on(report_id: int) -> Response:
    """Show the report anew and let the 15 minutes begin again."""
    onward = _go("/follow")
    FOLLOWED.put(onward, str(report_id))
    return onward


def _go(url: str) -> Response:
    return make_response(redirect(url, 303))
