"""Settings kept in a file: how phones reach this server."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from flask import current_app, flash

from hazard.core.config import Reach, Settings, save_answers
from hazard.core.network import own_addresses
from hazard.core.words import N_, Sentence, say
from hazard.web.doorway import house, language

QUESTION = Sentence(N_("How will workers' phones reach this server?"))
REACHES = (
    (
        Reach.WIFI.value,
        Sentence(N_("Plant Wi-Fi")),
        Sentence(N_("Its name and password are printed on every poster")),
    ),
    (
        Reach.DOMAIN.value,
        Sentence(N_("Company domain (public)")),
        Sentence(N_("Phones come by their own network; the IT person sets up the domain")),
    ),
    (
        Reach.NONE.value,
        Sentence(N_("Not decided yet")),
        Sentence(N_("Everything can be prepared; posters cannot be printed yet")),
    ),
)
LIVE = ("base_url", "reach", "wifi_ssid", "wifi_password")
"""What counts at once; where the server listens counts from its next start."""


def proposed_urls() -> list[str]:
    """Return addresses phones in the plant's network could open."""
    port = house().settings.port
    return [f"http://{address}:{port}" for address in own_addresses()]


def opened_elsewhere(host: str, remote: str | None) -> bool:
    """Say whether another machine opened the base address itself: a phone, as far as one can tell.

    Behind a proxy every request comes from this machine.
    """
    settings = house().settings
    here = (remote or "") in {"127.0.0.1", "::1", *own_addresses()}
    by_proxy = settings.reach is Reach.DOMAIN
    return host == urlsplit(settings.base_url).netloc and (by_proxy or not here)


def listening_choices() -> list[tuple[str, Sentence | str]]:
    """Return where the server could listen."""
    return [
        ("0.0.0.0", Sentence(N_("All addresses of this computer"))),  # noqa: S104 - a choice
        ("127.0.0.1", Sentence(N_("This computer only (behind Caddy or for a trial)"))),
        *((address, address) for address in own_addresses()),
    ]


RESTARTING = Sentence(
    N_("The server starts anew so that phones can reach it; wait a few seconds before going on")
)


def adopt(**answers: str) -> None:
    """Save the answers, and let those that can count at once.

    Where the server listens changes by starting it anew, a moment after the answer. A change
    between http and https waits for that too: it would log everybody out in the middle of a
    page. Raises `BadSetting` for what the server could not start with.
    """
    opened = house()
    given = {n: value for n, value in answers.items() if n not in opened.settings.fixed}
    if "base_url" in given:
        given["base_url"] = given["base_url"].rstrip("/")
    save_answers(opened.settings, **given)
    if _listens_elsewhere(opened.settings, given):
        opened.restart()
        flash(say(RESTARTING, language()), "good")
    live: dict[str, str] = {n: value for n, value in given.items() if n in LIVE}
    reach = Reach(live.pop("reach", opened.settings.reach))
    settings = replace(opened.settings, reach=reach, **live)  # type: ignore[arg-type]
    if settings.secure_cookies == opened.settings.secure_cookies:
        current_app.extensions["hazard"] = replace(opened, settings=settings)


def _listens_elsewhere(settings: Settings, given: Mapping[str, str]) -> bool:
    """Tell whether the answers change where the server has to listen."""
    reach = given.get("reach", settings.reach)
    return reach != settings.reach or any(
        given.get(name, str(getattr(settings, name))) != str(getattr(settings, name))
        for name in ("host", "port")
    )
