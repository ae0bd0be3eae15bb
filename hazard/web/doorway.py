"""What every view stands on: who is asking, may they, and which session."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, cast

from flask import Flask, current_app, g, redirect, request, url_for
from flask_babel import get_locale
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hazard.access.actor import REPORTER, Actor, not_allowed
from hazard.access.permissions import Permission
from hazard.audit.work import Work, writing
from hazard.core import clock
from hazard.core.errors import HazardError, NotFound
from hazard.core.house import House
from hazard.core.limits import Room, need_room
from hazard.core.words import CHINESE
from hazard.people.logins import (
    Attempt,
    find_login,
    note_failure,
    touch,
    try_own_password,
    wrong_password,
)
from hazard.people.queries import actor_of
from hazard.people.terms import Device

View: TypeAlias = Callable[..., Any]
Wish = TypeVar("Wish")

REPORTING = frozenset({"reporting", "follow", "phone"})
"""Blueprints of the reporter's road: no session cookie, own token (decisions 25)."""
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Mark:
    permission: Permission | None


class LoggedIn(UserMixin):  # type: ignore[misc]
    """Whom Flask-Login found behind the cookie."""

    def __init__(self, actor: Actor, language: str, *, shared: bool) -> None:
        self.actor = actor
        self.shared = shared
        self.language = language
        self.id = actor.person_id


def public(view: View) -> View:
    """Mark a view as open to anyone."""
    view.access = _Mark(None)  # type: ignore[attr-defined]
    return view


def requires(permission: Permission) -> Callable[[View], View]:
    """Mark a view as open to holders of `permission` anywhere; verbs check the unit."""

    def mark(view: View) -> View:
        view.access = _Mark(permission)  # type: ignore[attr-defined]
        return view

    return mark


def takes(megabytes: int) -> Callable[[View], View]:
    """Let a view read a body of up to so many megabytes; without the mark one is read."""

    def mark(view: View) -> View:
        view.megabytes = megabytes  # type: ignore[attr-defined]
        return view

    return mark


def guard(app: Flask) -> None:
    """Refuse at start-up any view without a mark; check the mark before each view."""
    for endpoint, view in app.view_functions.items():
        if endpoint != "static" and not hasattr(view, "access"):
            raise RuntimeError(f"{endpoint} is neither @public nor @requires(...)")

    @app.before_request
    def _check() -> Response | None:
        if "\0" in request.path:
            raise NotFound
        view = app.view_functions.get(request.endpoint or "static")
        request.max_content_length = _megabytes(view) * MEGABYTE
        mark = getattr(view, "access", None)
        if mark is None or mark.permission is None or actor().may(mark.permission):
            return None
        if actor().person_id is None:
            return _ask_for_login()
        raise not_allowed(mark.permission)

    @app.teardown_request
    def _close(_: BaseException | None) -> None:
        end_reading()


def _megabytes(view: object) -> int:
    """Return what is read of this request; a form without files is read into memory whole."""
    megabytes: int = getattr(view, "megabytes", 1)
    return megabytes if request.mimetype == "multipart/form-data" else 1


def watch_logins(app: Flask) -> None:
    """Let Flask-Login find who is asking by the session row behind the cookie."""
    manager = LoginManager(app)
    manager.request_loader(_find)


def house() -> House:
    """Return what the server holds."""
    return cast(House, current_app.extensions["hazard"])


def reading() -> Session:
    """Return the reading session of this request."""
    if "reading" not in g:
        g.reading = house().database.reading()
    return cast(Session, g.reading)


def actor() -> Actor:
    """Return who is asking; the unnamed `REPORTER` if nobody is logged in."""
    return current_user.actor if current_user.is_authenticated else REPORTER


def on_shared_device() -> bool:
    """Say whether somebody is logged in on a device that others use too."""
    return bool(current_user.is_authenticated and current_user.shared)


def person_id() -> int:
    """Return who is logged in; the mark of the view has made sure somebody is."""
    me = actor().person_id
    if me is None:
        raise not_allowed(Permission.WORK)
    return me


def language() -> str:
    """Return the language of this request: chosen in the address, the person's, or Chinese."""
    known: str | None = g.get("language")  # asked for each word of a page
    if known is None:
        locale = get_locale()
        known = g.language = locale.language if locale else CHINESE
    return known


def login_cookie() -> str:
    """Return the cookie's name; over https one that no other host can set."""
    return "__Host-sid" if house().settings.secure_cookies else "sid"


@contextmanager
def write(*, as_reporter: bool = False) -> Iterator[Work]:
    """Do a piece of work for this request. Afterwards `reading()` sees the result.

    With `as_reporter` the trail names nobody, even if someone is logged in. Raises `NoRoom`
    (507) on a nearly full disk before anything is written; reading stays up.
    """
    who = REPORTER if as_reporter else actor()
    need_room(house().settings.instance, Room.WORDS)
    end_reading()
    with writing(house().database, who) as work:
        yield work


def write_each(
    wishes: Iterable[Wish], do: Callable[[Work, Wish], object]
) -> dict[Wish, HazardError]:
    """Do one work for each wish; return those refused, each with why. The others are done."""
    refused: dict[Wish, HazardError] = {}
    for wish in wishes:
        try:
            with write() as work:
                do(work, wish)
        except HazardError as error:
            refused[wish] = error
    return refused


def confirm_password() -> None:
    """Ask the password of who is logged in again, from field `password`; before money steps."""
    typed = request.form.get("password", "")
    need_right(try_own_password(reading(), person_id(), typed, clock.now()), wrong_password())


def need_right(attempt: Attempt, refusal: HazardError) -> int:
    """Return who the attempt proved to be; a failure is counted before it is refused."""
    if attempt.person_id is None:
        with write() as work:
            note_failure(work, attempt)
        raise refusal
    return attempt.person_id


def need_photo_room() -> None:
    """Refuse with `NoRoom` while the disk is too full for photos; a bucket has room always."""
    store = house().settings.photo_store
    there = house().settings.instance if store.startswith("s3://") else Path(store)
    need_room(there, Room.PHOTO)


def _find(_: object) -> LoggedIn | None:
    token = request.cookies.get(login_cookie())
    now = clock.now()
    found = find_login(reading(), token, now) if token else None
    if found is None:
        return None
    who = actor_of(reading(), found.person_id, clock.day_of(now))
    if who is None:
        return None
    if found.stale and request.blueprint not in REPORTING:
        with writing(house().database, who) as work:
            touch(work, found.id)
    return LoggedIn(who, found.language, shared=found.device is Device.SHARED)


def _ask_for_login() -> Response:
    if request.headers.get("HX-Request"):
        return Response(status=204, headers={"HX-Redirect": url_for("accounts.login")})
    back = request.full_path.rstrip("?") if request.method == "GET" else "/desk"
    return redirect(url_for("accounts.login", next=back))


def end_reading() -> None:
    """Close the reading session of this request; the next `reading()` opens another."""
    session = g.pop("reading", None)
    if session is not None:
        session.close()
