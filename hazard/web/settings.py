"""The plant's facts, its address and the test code, and new versions of the policy."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, flash, request, url_for

from hazard.access.duties import VERIFIERS
from hazard.access.permissions import Permission
from hazard.core import clock
from hazard.core.calendar import Unit
from hazard.core.config import Reach
from hazard.core.errors import HazardError, NotFound, Unclear
from hazard.core.money import FEN_PER_YUAN, parse_yuan
from hazard.core.network import own_addresses
from hazard.core.words import N_, USUAL, Sentence, say
from hazard.people.shifts import Shift, refuse_overlap
from hazard.places import posters
from hazard.policy.classing import Extra
from hazard.policy.keeping import PLANT_FACTS, add_version, set_facts, set_words
from hazard.policy.queries import (
    get_plant,
    list_policies,
    own_words,
    policy_numbered,
    policy_on,
    policy_values,
)
from hazard.policy.terms import COSTLY_AS, OUTSIDERS_FROM
from hazard.policy.words import LEVELS, Identity, Pay, Weekday
from hazard.web.addresses import (
    QUESTION,
    REACHES,
    adopt,
    listening_choices,
    opened_elsewhere,
    proposed_urls,
)
from hazard.web.doorway import actor, house, language, public, reading, requires, write
from hazard.web.forms import Filled, day, needed_number, text, ticked, whole, word
from hazard.web.replies import look_at, on_refusal, page
from hazard.web.symbols import picture
from hazard.web.units import shift_rows, typed_shifts

LOOPBACK = ("127.", "localhost", "::1")
"""Listening addresses no phone can reach; 0.0.0.0 is every address of the machine."""

bp = Blueprint("settings", __name__)

CLOCKS = (
    ("accept", Sentence(N_("Accept or refuse a report"))),
    ("verify", Sentence(N_("Check on the spot"))),
    ("plan", Sentence(N_("Make the plan"))),
    ("check", Sentence(N_("Check what was done"))),
    ("feedback", Sentence(N_("Tell the reporter"))),
    ("archive", Sentence(N_("Archive a closed case"))),
    ("handling", Sentence(N_("Whole handling"))),
)
_FIELDS = {"amounts": "amounts_1", **{name: f"{name}_days" for name, _ in CLOCKS}}
"""Where the form shows a refusal that names a part of the policy."""
RECTIFIED = (1, 2, 3)
"""Levels whose deadline is set here; at L4 and L5 the plan sets it."""


@bp.get("/settings")
@requires(Permission.PLANT_KEEP)
def index() -> Response:
    settings, plant = house().settings, get_plant(reading())
    address = None if house().demo else posters.address_problem(plant, settings.base_url)
    return page(
        "settings/index.html",
        missing=posters.missing_for_print(plant, settings, untested=True),
        unreached=address,
        stranded=posters.stranded(reading(), settings.base_url, own_addresses()),
        versioned=policy_on(reading(), clock.today()),
        settings=settings,
        deaf=settings.reach is Reach.WIFI and settings.host.startswith(LOOPBACK),
    )


@bp.get("/settings/plant")
@requires(Permission.PLANT_KEEP)
def plant() -> Response:
    return _plant_page()


@bp.post("/settings/plant")
@requires(Permission.PLANT_KEEP)
def save_plant() -> Response:
    on_refusal(_plant_page)
    words = {key: text(f"word_{key}") for key in USUAL if f"word_{key}" in request.form}
    with write() as work:
        set_facts(work, {name: text(name) for name in PLANT_FACTS if name in request.form})
        set_words(work, words)
    return _saved(".plant", N_("Saved. Posters printed from now on show it"))


@bp.get("/settings/address")
@requires(Permission.PLANT_KEEP)
def address() -> Response:
    return _address_page()


@bp.post("/settings/address")
@requires(Permission.PLANT_KEEP)
def save_address() -> Response:
    on_refusal(_address_page)
    adopt(
        reach=word("reach", Reach).value,
        base_url=text("base_url") or house().settings.base_url,
        host=text("host") or house().settings.host,
        port=text("port") or str(house().settings.port),
        wifi_ssid=text("wifi_ssid"),
        wifi_password=text("wifi_password"),
    )
    return _saved(".address", N_("Saved. Test the address with a phone next"))


@bp.post("/settings/test-code")
@requires(Permission.PLANT_KEEP)
def new_test_code() -> Response:
    with write() as work:
        posters.new_test_code(work)
    return look_at(url_for(".address"))


@bp.get("/settings/reached")
@requires(Permission.PLANT_KEEP)
def reached() -> Response:
    return page("settings/_reached.html", **_reached_facts())


@bp.get("/t/<code>")
@public
def opened_by_phone(code: str) -> Response:
    settings = house().settings
    if not opened_elsewhere(request.host, request.remote_addr):
        raise Unclear(
            Sentence(N_("This was opened on the server itself. Scan the code with a phone"))
        )
    with write() as work:
        posters.mark_reached(work, code, settings.base_url)
    return page("settings/phone.html")


@bp.get("/settings/policy")
@requires(Permission.PLANT_KEEP)
def policy() -> Response:
    number = whole(request.args.get("version", ""))
    numbers = [versioned.number for versioned in list_policies(reading())]
    if number is not None and number not in numbers:
        raise NotFound
    shown = policy_numbered(reading(), number) if number else policy_on(reading(), clock.today())
    return page(
        "settings/policy.html",
        versioned=shown,
        versions=list_policies(reading()),
        in_force=policy_on(reading(), clock.today()).number,
        clocks=CLOCKS,
        costly_as=COSTLY_AS,
        quick_levels=tuple(str(level) for level in sorted(shown.policy.hands.quick_levels)),
        may_policy=actor().may(Permission.POLICY_KEEP),
    )


@bp.get("/settings/policy/new")
@requires(Permission.POLICY_KEEP)
def new_policy() -> Response:
    return _policy_page()


@bp.post("/settings/policy")
@requires(Permission.POLICY_KEEP)
def add_policy() -> Response:
    on_refusal(_policy_page)
    values = _typed_policy(policy_values(reading(), _newest()))
    valid_from = day("valid_from") or clock.today()
    with write() as work:
        number = add_version(work, values, valid_from).id
    flash(say(Sentence(N_("Version %(n)s is stored"), n=number), language()), "good")
    return look_at(url_for(".policy", version=number))


def _saved(endpoint: str, msgid: str) -> Response:
    flash(say(Sentence(msgid), language()), "good")
    return look_at(url_for(endpoint))


def _plant_page(error: HazardError | None = None) -> Response:
    facts = get_plant(reading())
    proposed = {name: getattr(facts, name) for name in PLANT_FACTS}
    proposed |= {f"word_{key}": word for key, word in own_words(facts).items()}
    return page("settings/plant.html", form=Filled(proposed, error), usual=USUAL)


def _address_page(error: HazardError | None = None) -> Response:
    settings = house().settings
    proposed = {
        name: getattr(settings, name)
        for name in ("reach", "base_url", "host", "port", "wifi_ssid", "wifi_password")
    }
    return page(
        "settings/address.html",
        form=Filled(proposed, error),
        settings=settings,
        question=QUESTION,
        reaches=REACHES,
        urls=proposed_urls(),
        hosts=listening_choices(),
        **_reached_facts(),
    )


def _reached_facts() -> dict[str, object]:
    facts, base_url = get_plant(reading()), house().settings.base_url
    url = f"{base_url}/t/{facts.test_code}" if facts.test_code else ""
    return {
        "loopback": posters.is_loopback(base_url),
        "reached_at": facts.reached_at if facts.reached_url == base_url else None,
        "base_url": base_url,
        "test_url": url,
        "symbol": picture(url) if url else "",
    }


def _newest() -> int:
    return list_policies(reading())[0].number


def _policy_page(error: HazardError | None = None) -> Response:
    newest = list_policies(reading())[0]
    values = policy_values(reading(), newest.number)
    if error is not None:
        error.field = _FIELDS.get(error.field, error.field)
    return page(
        "settings/policy_new.html",
        form=Filled(_proposed(values), error),
        levels=LEVELS,
        rectified=RECTIFIED,
        costly_as=COSTLY_AS,
        outsiders_from=OUTSIDERS_FROM,
        clocks=CLOCKS,
        day_units=list(Unit),
        identities=list(Identity),
        rows=shift_rows([Shift(s.name, s.start, s.end) for s in newest.policy.shifts]),
        newest=newest,
        weekdays=list(Weekday),
        pays=list(Pay),
        extras=list(Extra),
    )


def _proposed(values: Mapping[str, Any]) -> dict[str, object]:
    rewards, clocks = values["rewards"], values["clocks"]
    fields: dict[str, object] = {
        "supplement": rewards.get("supplement", 0),
        "paid_day": rewards["paid_day"],
        "pay": rewards.get("pay", Pay.CASH.value),
        "year_budget": rewards["year_budget"],
        "grave_part": rewards["grave_part"],
        "identities": values["identities"],
        "first_identity": values.get("first_identity", Identity.ANONYMOUS.value),
        "no_penalty": values["no_penalty"],
        "echo_weekday": values["echo_weekday"],
        "extras": values["extras"],
        "costly_above": values["hands"]["costly_above"],
        "outsiders": values["hands"]["outsiders"][-1],
        "valid_from": clock.today().isoformat(),
    }
    for key in ("amounts", "out_of_post", "suggestion"):
        for level, figure in zip(LEVELS, rewards[key], strict=False):
            fields[f"{key}_{level}"] = figure
    lengths = {name: clocks[name] for name, _ in CLOCKS}
    lengths |= {f"rectify_{n}": clocks["rectify"][n - 1] for n in RECTIFIED}
    for name, length in lengths.items():
        fields[f"{name}_days"], fields[f"{name}_unit"] = length.split()
    return fields


def _typed_policy(values: dict[str, Any]) -> dict[str, Any]:
    """Return `values` with what the form says in their place."""
    extra = [text(f"out_of_post_{level}") for level in LEVELS]
    rewards = {
        **values["rewards"],
        "amounts": [_yuan(f"amounts_{level}") for level in LEVELS],
        "out_of_post": [_yuan(f"out_of_post_{n}") for n in LEVELS] if any(extra) else [],
        "suggestion": [_yuan(f"suggestion_{level}") for level in LEVELS],
        "supplement": _yuan("supplement"),
        "paid_day": _day_of_month("paid_day"),
        "pay": word("pay", Pay, Pay(values["rewards"].get("pay", Pay.CASH))).value,
        "year_budget": _yuan("year_budget"),
        "grave_part": _yuan("grave_part"),
    }
    clocks = {
        **values["clocks"],
        **{name: _length(name) for name, _ in CLOCKS},
        "rectify": [_length(f"rectify_{n}") for n in RECTIFIED],
    }
    return {
        **values,
        "rewards": rewards,
        "clocks": clocks,
        "hands": {
            **values["hands"],
            "costly_above": _yuan("costly_above"),
            "outsiders": [0 if level < OUTSIDERS_FROM else _outsiders() for level in LEVELS],
        },
        "identities": _identities(),
        "first_identity": word("first_identity", Identity, Identity.ANONYMOUS).value,
        "no_penalty": ticked("no_penalty"),
        "extras": [extra.value for extra in Extra if extra in request.form.getlist("extras")],
        "echo_weekday": word("echo_weekday", Weekday, Weekday(values["echo_weekday"])).value,
        "shifts": _shifts(),
    }


def _yuan(name: str) -> int:
    amount = parse_yuan(text(name), field=name)
    whole, fen = divmod(amount.fen, FEN_PER_YUAN)
    if fen:
        raise Unclear(Sentence(N_("Whole yuan only")), field=name)
    return whole


def _day_of_month(name: str) -> int:
    number = needed_number(name)
    if not 1 <= number <= 28:
        raise Unclear(Sentence(N_("A day of the month from 1 to 28")), field=name)
    return number


def _outsiders() -> int:
    number = needed_number("outsiders")
    if not 0 <= number <= VERIFIERS:
        raise Unclear(Sentence(N_("From 0 to %(n)s"), n=VERIFIERS), field="outsiders")
    return number


def _length(name: str) -> str:
    days, unit = needed_number(f"{name}_days"), word(f"{name}_unit", Unit)
    if not 1 <= days <= 365:
        raise Unclear(Sentence(N_("From 1 to 365 days")), field=f"{name}_days")
    return f"{days} {unit.value}"


def _identities() -> list[str]:
    chosen = set(request.form.getlist("identities"))
    known = [identity.value for identity in Identity if identity.value in chosen]
    if not known:
        raise Unclear(Sentence(N_("Choose at least one")), field="identities")
    return known


def _shifts() -> list[dict[str, str]]:
    shifts = typed_shifts()
    refuse_overlap(shifts, field="shifts")
    return [{"name": s.name, "start": f"{s.start:%H:%M}", "end": f"{s.end:%H:%M}"} for s in shifts]
