"""The reporter's road without a session: a signed token, and where the request came from.

Decisions 25: the token grants nothing but sending a form within 24 h; a present `Origin` must
be the request's own host or the base address, a present `Sec-Fetch-Site` must be `same-origin`.
"""

from urllib.parse import urlsplit

from flask import request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from hazard.core import chance
from hazard.core.errors import HazardError, Unclear
from hazard.core.words import N_, Sentence
from hazard.web.doorway import house

TOKEN_LIFE_S = 24 * 3600


class Elsewhere(HazardError):
    """The form was not sent from our own page."""

    status = 403

    def __init__(self) -> None:
        super().__init__(Sentence(N_("This was not sent from our own page. Scan the poster again")))


class Stale(Unclear):
    """The form's token is missing or a day old; a fresh one is all it needs."""

    def __init__(self) -> None:
        super().__init__(
            Sentence(N_("The page was open too long. Nothing is lost; please send again"))
        )


def new_token() -> str:
    """Return a token for a form of the reporter's road."""
    return _signer().dumps(chance.take(16).hex())


def need_own_form() -> None:
    """Raise `Elsewhere` for another site's form, `Stale` for a missing or old token."""
    _need_own_origin()
    try:
        _signer().loads(request.form.get("csrf_token", ""), max_age=TOKEN_LIFE_S)
    except BadSignature:
        raise Stale from None


def _need_own_origin() -> None:
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise Elsewhere
    origin = request.headers.get("Origin")
    own = {request.host, urlsplit(house().settings.base_url).netloc}
    if origin is not None and urlsplit(origin).netloc not in own:
        raise Elsewhere


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(house().keys.session, salt="reporting-form")
