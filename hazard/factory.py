"""Builds the application: the only file that knows every part."""

import hashlib
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import flask
from flask import Flask, Response, g, request
from flask.sessions import SecureCookieSessionInterface
from flask_babel import Babel
from flask_login import current_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter

from hazard.core.config import Settings, keys, need_folder
from hazard.core.db import Database
from hazard.core.errors import HazardError, NotFound, TooLarge
from hazard.core.files import open_store
from hazard.core.house import House
from hazard.core.images import Darkroom
from hazard.core.logs import begin_request, end_request, log
from hazard.core.typeset import Typesetter
from hazard.core.words import LOCALES, N_, Sentence, Term, say, write
from hazard.web.bodies import ReportRequest
from hazard.web.doorway import REPORTING, actor, end_reading, guard, language, watch_logins
from hazard.web.frame import frame
from hazard.web.packing import pack
from hazard.web.replies import page, refused
from hazard.web.routes import BLUEPRINTS

ROOT = Path(__file__).parent.parent
CSP = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; "
    "media-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=()",
}
FORM_MEMORY = 1024 * 1024
FORM_PARTS = 1000
STATIC_LIFE = timedelta(days=365)


def open_house(
    settings: Settings, *, demo: bool = False, restart: Callable[[], None] | None = None
) -> House:
    """Return what a server with these settings holds; the keys are made on the first start."""
    need_folder(settings.instance)
    return House(
        settings=settings,
        keys=keys(settings.instance),
        database=Database(settings.database_url),
        files=open_store(settings.photo_store, {}),
        darkroom=Darkroom(),
        typesetter=Typesetter(settings.instance / "cache"),
        demo=demo,
        **({"restart": restart} if restart else {}),
    )


def create_app(house: House) -> Flask:
    """Return the application over `house`."""
    app = Flask("hazard", root_path=str(ROOT))
    app.request_class = ReportRequest
    app.url_map.converters["int"] = ShortNumber
    _configure(app, house)
    watch_logins(app)
    csrf = CSRFProtect(app)
    Babel(app, locale_selector=_locale)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
        if blueprint.name in REPORTING:
            csrf.exempt(blueprint)
    _teach_templates(app)
    _answer_errors(app)
    guard(app)
    _log_requests(app)
    app.after_request(pack)
    app.after_request(_add_headers)
    return app


class ShortNumber(IntegerConverter):
    """A number in an address: of at most nine digits, so that every database can look for it."""

    regex = r"\d{1,9}"


class QuietSessions(SecureCookieSessionInterface):
    """The usual session, but none at all on the reporter's road (decisions 25)."""

    def open_session(self, app: Flask, request: flask.Request) -> Any:
        """Return an empty session there, whatever cookie came."""
        if request.blueprint in REPORTING:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        """Write no cookie there."""
        if request.blueprint not in REPORTING:
            super().save_session(app, session, response)


def _configure(app: Flask, house: House) -> None:
    app.extensions["hazard"] = house
    app.session_interface = QuietSessions()
    app.config.update(
        SECRET_KEY=house.keys.session,
        SESSION_COOKIE_NAME="hazard",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=house.settings.secure_cookies,
        MAX_FORM_MEMORY_SIZE=FORM_MEMORY,
        MAX_FORM_PARTS=FORM_PARTS,
        SEND_FILE_MAX_AGE_DEFAULT=STATIC_LIFE,
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE=LOCALES[0],
    )
    app.url_defaults(_fingerprint)


def _locale() -> str:
    chosen = request.args.get("lang", "")
    on_road = request.blueprint in REPORTING  # there a login is read only where the view asks
    if chosen not in LOCALES and not on_road and current_user.is_authenticated:
        chosen = current_user.language
    return chosen if chosen in LOCALES else LOCALES[0]


def _teach_templates(app: Flask) -> None:
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.trim_blocks = env.lstrip_blocks = True
    env.finalize = _finalize
    env.globals["_"] = _translate
    env.globals["unique"] = _unique
    env.globals["may"] = lambda *args: actor().may(*args)
    app.context_processor(frame)


def _translate(msgid: str, /, **values: object) -> str:
    return say(Sentence(msgid, **values), language())


def _unique(name: str) -> str:
    """Return an id no field of the page has yet: the name, or the name with a number."""
    taken = g.setdefault("taken_ids", Counter())
    taken[name] += 1
    return name if taken[name] == 1 else f"{name}-{taken[name]}"


def _finalize(value: object) -> object:
    return value if isinstance(value, str) and not isinstance(value, Term) else _written(value)


def _written(value: object) -> object:
    if value is None or hasattr(value, "__html__") or isinstance(value, (int, float)):
        return value
    return write(value, language())


def _answer_errors(app: Flask) -> None:
    app.register_error_handler(HazardError, refused)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _crash)


def _stale_form(_: CSRFError) -> Response:
    sentence = N_("The page was open too long. Go back, load it anew and send again")
    return page("errors/page.html", 400, message=Sentence(sentence), status=400)


def _http_error(error: HTTPException) -> Response | HTTPException:
    code = error.code or 500
    if code < 400:
        return error
    if code == 413:
        return refused(TooLarge(Sentence(N_("This is more than can be taken at once"))))
    message = NotFound().sentence
    if code not in {404, 405}:
        message = Sentence(N_("The request could not be understood. Please load the page anew"))
    return page("errors/page.html", code, message=message, status=code)


def _crash(error: Exception) -> Response:
    log.error("crash", exc_info=error)
    end_reading()  # PostgreSQL answers nothing more in the transaction that failed
    message = Sentence(N_("Something went wrong on the server"))
    return page("errors/page.html", 500, message=message, status=500)


def _log_requests(app: Flask) -> None:
    @app.before_request
    def _begin() -> None:
        begin_request()

    @app.after_request
    def _end(response: Response) -> Response:
        rule = request.url_rule.rule if request.url_rule else "-"
        if request.blueprint not in REPORTING and request.endpoint != "static":
            log.info("request", method=request.method, route=rule, status=response.status_code)
        return response

    @app.teardown_request
    def _forget(_: BaseException | None) -> None:
        end_request()


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _fingerprint(endpoint: str, values: dict[str, Any]) -> None:
    """Put a digest of a static file into its address: changed files are never stale."""
    if endpoint == "static" and "filename" in values:
        values["v"] = _digest(values["filename"])


@lru_cache
def _digest(filename: str) -> str:
    return hashlib.sha256((ROOT / "static" / filename).read_bytes()).hexdigest()[:10]
