"""Logging in and out, and the password set with a slip."""

from flask import Blueprint, Response, flash, request, url_for

from hazard.access.permissions import Permission
from hazard.core import clock
from hazard.core.errors import HazardError
from hazard.core.words import N_, Sentence, say
from hazard.people import logins
from hazard.people.logins import IDLE, LOGIN_LIFE
from hazard.people.queries import actor_of
from hazard.people.terms import Device
from hazard.web.doorway import (
    REPORTING,
    house,
    language,
    login_cookie,
    need_right,
    public,
    reading,
    write,
)
from hazard.web.forms import Filled, new_password, text, word
from hazard.web.replies import look_at, on_refusal, page

bp = Blueprint("accounts", __name__)

SHARED_MARK = "shared"
"""A cookie beside the login's that says to let both end after a quarter of an hour of rest."""


@bp.get("/login")
@public
def login() -> Response:
    return _login_page()


@bp.post("/login")
@public
def log_in() -> Response:
    on_refusal(_login_page)
    attempt = logins.try_password(
        reading(),
        text("employee_no"),
        request.form.get("password", ""),
        request.remote_addr or "",
        clock.now(),
    )
    person_id = need_right(attempt, logins.wrong_login())
    device = word("device", Device, Device.OWN)
    with write() as work:
        logins.log_out(work, request.cookies.get(login_cookie(), ""))
        token = logins.log_in(work, attempt, device)
    response = look_at(_next(person_id))
    _remember(response, token, device)
    return response


@bp.post("/logout")
@public
def log_out() -> Response:
    with write() as work:
        logins.log_out(work, request.cookies.get(login_cookie(), ""))
    response = look_at(url_for("accounts.login"))
    for name in (login_cookie(), SHARED_MARK):
        response.delete_cookie(name, path="/", secure=house().settings.secure_cookies)
    return response


@bp.get("/activate")
@public
def activation() -> Response:
    return _activation_page()


@bp.post("/activate")
@public
def activate() -> Response:
    on_refusal(_activation_page)
    failure, now = logins.slip_failure(request.remote_addr or ""), clock.now()
    logins.need_no_wait(reading(), failure, now)
    password = new_password()
    try:
        looked_at = logins.look_at_slip(reading(), text("code"), password, now)
    except logins.SlipDead:
        with write() as work:
            logins.note_failure(work, failure)
        raise
    device = word("device", Device, Device.OWN)
    with write() as work:
        person_id = logins.activate(work, looked_at).id
        logins.log_out(work, request.cookies.get(login_cookie(), ""))
        token = logins.log_in(work, logins.Attempt(person_id, failure.keys), device)
    flash(say(Sentence(N_("The password is set; you are logged in")), language()), "good")
    response = look_at(_next(person_id))
    _remember(response, token, device)
    return response


@bp.after_app_request
def keep_shared_login_short(response: Response) -> Response:
    """Give the cookies of a shared device another quarter of an hour with each page."""
    token = request.cookies.get(login_cookie())
    shared = request.cookies.get(SHARED_MARK)
    quiet = request.blueprint in REPORTING or request.endpoint == "static"
    if token and shared and not quiet and "Set-Cookie" not in response.headers:
        _remember(response, token, Device.SHARED)
    return response


def enter(response: Response, token: str) -> None:
    """Let the browser be logged in with a token, as on a device of one's own."""
    _remember(response, token, Device.OWN)


def _remember(response: Response, token: str, device: Device) -> None:
    shared = device is Device.SHARED
    life = IDLE[device] if shared else LOGIN_LIFE[device]
    cookies = {login_cookie(): token, **({SHARED_MARK: "1"} if shared else {})}
    for name, value in cookies.items():
        response.set_cookie(
            name,
            value,
            max_age=life,
            path="/",
            secure=house().settings.secure_cookies,
            httponly=True,
            samesite="Lax",
        )
    if not shared:
        response.delete_cookie(SHARED_MARK, path="/", secure=house().settings.secure_cookies)


def _login_page(error: HazardError | None = None) -> Response:
    return page(
        "accounts/login.html",
        form=Filled({"device": Device.OWN.value}, error),
        devices=list(Device),
        next=request.values.get("next", ""),
    )


def _activation_page(error: HazardError | None = None) -> Response:
    return page(
        "accounts/activate.html",
        form=Filled({"device": Device.OWN.value}, error),
        devices=list(Device),
    )


def _next(person_id: int) -> str:
    """Return the page that asked for the login, if it is one of ours; else the person's first."""
    wanted = text("next")
    ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    if ours:
        return wanted
    who = actor_of(reading(), person_id, clock.today())
    return "/morning" if who is not None and who.may(Permission.MORNING_READ) else "/desk"
