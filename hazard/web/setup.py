"""Set-up: behind a one-time link, until the plant is founded."""

import hashlib
import hmac

from flask import Blueprint, Response

from hazard.access.actor import SYSTEM
from hazard.audit.work import writing
from hazard.core.config import Reach
from hazard.core.errors import HazardError, NotFound
from hazard.core.house import House
from hazard.people import founding, logins
from hazard.people.terms import Device
from hazard.policy.queries import find_plant
from hazard.policy.words import Size
from hazard.web.accounts import enter
from hazard.web.addresses import QUESTION, REACHES, adopt, proposed_urls
from hazard.web.doorway import house, public, reading
from hazard.web.forms import Filled, new_password, text, word
from hazard.web.replies import look_at, on_refusal, page

bp = Blueprint("setup", __name__, url_prefix="/setup")
TOKEN_DIGITS = 32


def link(opened: House) -> str:
    """Return the path that leads to set-up; it works until the plant is founded."""
    return f"/setup/{_token(opened)}"


@bp.get("/<token>")
@public
def form(token: str) -> Response:
    _need_open(token)
    return _page(token)


@bp.post("/<token>")
@public
def found(token: str) -> Response:
    _need_open(token)
    on_refusal(lambda error: _page(token, error))
    password = new_password()
    reach = word("reach", Reach)
    answers = founding.prepare(
        text("plant"),
        word("size", Size),
        (text("employee_no"), text("name")),
        password,
        (text("officer_no"), text("officer_name")),
    )
    with writing(house().database, SYSTEM) as work:
        first = founding.found(work, answers)
        attempt = logins.Attempt(first.id, ())
        token_of_login = logins.log_in(work, attempt, Device.OWN)
    urls = proposed_urls() if reach is Reach.WIFI else []
    adopt(reach=reach.value, **({"base_url": urls[0]} if urls else {}))
    response = look_at("/settings")
    enter(response, token_of_login)
    return response


def _page(token: str, error: HazardError | None = None) -> Response:
    return page(
        "setup/form.html",
        token=token,
        form=Filled({"size": Size.SMALL.value, "reach": Reach.WIFI.value}, error),
        sizes=list(Size),
        question=QUESTION,
        reaches=REACHES,
    )


def _need_open(token: str) -> None:
    """Raise `NotFound` for a wrong link, and for any link once the plant is founded."""
    right = hmac.compare_digest(token.encode(), _token(house()).encode())
    if not right or find_plant(reading()) is not None:
        raise NotFound


def _token(opened: House) -> str:
    digest = hmac.new(opened.keys.session, b"set-up link", hashlib.sha256)
    return digest.hexdigest()[:TOKEN_DIGITS]
