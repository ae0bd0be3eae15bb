"""Posters: made for a place, refused while they would mislead, printed, retired."""

import ipaddress
from datetime import date, datetime
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hazard.access.actor import SYSTEM
from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.core import chance
from hazard.core.clock import day_of
from hazard.core.config import Reach, Settings
from hazard.core.errors import NotFound, Refused
from hazard.core.network import answers_at
from hazard.core.words import N_, Sentence
from hazard.people.models import Unit
from hazard.places.models import Place, Poster
from hazard.places.queries import count_posters, get_place, list_kept_places
from hazard.places.sheets import PosterCategory, PosterContact, PosterPrice, PosterSheet
from hazard.places.trades import examples, trade_of
from hazard.policy.models import Plant
from hazard.policy.queries import Versioned, get_plant, policy_on
from hazard.policy.words import LEVELS, Category

CODE_SYMBOLS = 8
A_LETTER = 99
"""Numbers go A01 to A99, then B01."""
TEST_SYMBOLS = 12

PRICE_LABELS = {
    1: Sentence(N_("Small problem")),
    2: Sentence(N_("Ordinary")),
    3: Sentence(N_("Rather dangerous")),
    4: Sentence(N_("Major")),
    5: Sentence(N_("Accident averted")),
}
SHOWN_CATEGORIES = (
    Category.PERSON,
    Category.EQUIPMENT,
    Category.ENVIRONMENT,
    Category.MANAGEMENT,
)
MANDATORY = (
    (("department",), Sentence(N_("Receiving department"))),
    (("officer",), Sentence(N_("Receiving person"))),
    (("officer_phone",), Sentence(N_("Telephone of the receiving person"))),
    (
        ("report_phone", "mailbox"),
        Sentence(N_("A way besides scanning: a number to report by phone, or a letter box")),
    ),
    (("emergency_phone",), Sentence(N_("Emergency number"))),
)
"""Facts of the plant of which one must be filled, and what people call it (decisions 42)."""


class NotPrintable(Refused):
    """The poster would send workers nowhere."""


class PosterRetired(Refused):
    """A retired poster is not printed."""


def make_poster(work: Work, place: Place) -> Poster:
    """Give the place a poster with a fresh code and the next number."""
    _need(work, place.unit)
    _hold_plant(work.session)  # one number at a time
    made = work.session.scalar(select(func.count()).select_from(Poster)) or 0
    poster = Poster(
        code=chance.symbols(CODE_SYMBOLS),
        number=number_of(made),
        place=place,
        made_at=work.now,
        printed_at=None,
        policy_version=None,
        retired_at=None,
    )
    work.session.add(poster)
    work.session.flush()
    work.record("made", poster, number=poster.number, place=place.id)
    return poster


def make_missing(work: Work, day: date) -> int:
    """Give every place the actor keeps a poster unless one hangs there; return how many."""
    bare = [line for line in list_kept_places(work.session, work.actor, day) if not line.posters]
    for line in bare:
        make_poster(work, get_place(work.session, line.id))
    return len(bare)


def retire(work: Work, poster: Poster) -> None:
    """Take the poster out of use; whoever scans it is asked where they are."""
    _need(work, poster.place.unit)
    if poster.retired_at is None:
        poster.retired_at = work.now
        work.record("retired", poster)


def print_poster(
    work: Work, poster: Poster, settings: Settings, *, untested: bool = False
) -> PosterSheet:
    """Return the sheet with today's figures and note the print.

    Raises `NotPrintable` naming everything that is missing; `untested` spares the demo plant
    the test of its address.
    """
    _need(work, poster.place.unit)
    if poster.retired_at is not None:
        raise PosterRetired(Sentence(N_("This poster is retired. Make a new one for the place")))
    need_printable(work.session, settings, untested=untested)
    versioned = policy_on(work.session, day_of(work.now))
    mark_printed(work, poster, versioned.number)
    return poster_sheet(work.session, poster, settings, versioned, work.now)


def mark_printed(work: Work, poster: Poster, policy_version: int) -> None:
    """Note that the poster was printed with the figures of this version."""
    poster.printed_at, poster.policy_version = work.now, policy_version
    work.record("printed", poster, version=policy_version)


def need_printable(session: Session, settings: Settings, *, untested: bool = False) -> None:
    """Raise `NotPrintable` while `missing_for_print` names anything."""
    missing = missing_for_print(get_plant(session), settings, untested=untested)
    if missing:
        raise NotPrintable(Sentence(N_("Still missing: %(list)s"), list=missing))


def missing_for_print(
    plant: Plant, settings: Settings, *, untested: bool = False
) -> tuple[Sentence, ...]:
    """Return what keeps posters from being printed, one sentence each; empty if they may be.

    Place, figures, payday, 12350/12351 and version are always there: the system sets them.
    """
    fields = tuple(
        sentence
        for names, sentence in MANDATORY
        if not any(getattr(plant, name).strip() for name in names)
    )
    address = None if untested else address_problem(plant, settings.base_url)
    return fields if address is None else (*fields, address)


def address_problem(plant: Plant, base_url: str) -> Sentence | None:
    """Return why phones cannot be sent to this address, or None once one has opened it."""
    if is_loopback(base_url):
        return Sentence(
            N_(
                "Posters cannot be printed yet: the address is %(u)s, "
                "which only this computer can open"
            ),
            u=base_url,
        )
    if plant.reached_url != base_url:
        return Sentence(
            N_("No phone has opened the test code at %(u)s yet: scan it on the settings page"),
            u=base_url,
        )
    return None


def stranded(session: Session, base_url: str, addresses: tuple[str, ...]) -> Sentence | None:
    """Return the alarm when this machine no longer answers at the base address (decisions 41)."""
    if is_loopback(base_url) or answers_at(base_url, addresses):
        return None
    printed = count_posters(session)
    changed = N_("This computer's address changed. %(n)s posters point to the old one")
    return Sentence(changed, n=printed) if printed else None


def is_loopback(url: str) -> bool:
    """Tell whether only this computer can open the address."""
    host = urlsplit(url).hostname or ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost") or not host
    return address.is_loopback or address.is_unspecified


def new_test_code(work: Work) -> str:
    """Return a fresh code for the test QR on the settings page."""
    work.actor.need(Permission.PLANT_KEEP)
    plant = get_plant(work.session)
    plant.test_code = chance.symbols(TEST_SYMBOLS)
    work.record("test_code_made", plant)
    return plant.test_code


def mark_reached(work: Work, code: str, url: str) -> None:
    """Note that a phone opened the test code at the address `url`; raises `NotFound`."""
    plant = get_plant(work.session)
    if not plant.test_code or code != plant.test_code:
        raise NotFound
    if plant.reached_url != url:
        work.record("reached", plant, url=url)
    plant.reached_at, plant.reached_url = work.now, url


def poster_sheet(
    session: Session, poster: Poster, settings: Settings, versioned: Versioned, at: datetime
) -> PosterSheet:
    """Return what the poster shows under a version of the policy."""
    plant, policy = get_plant(session), versioned.policy
    url = f"{settings.base_url}/p/{poster.code}"
    by_wifi = settings.reach is Reach.WIFI and bool(settings.wifi_ssid)
    return PosterSheet(
        printed_at=at,
        place=poster.place.name,
        number=poster.number,
        url=url,
        short_address=url.partition("://")[2],
        wifi_ssid=settings.wifi_ssid if by_wifi else None,
        wifi_password=(settings.wifi_password or None) if by_wifi else None,
        phone=plant.report_phone or None,
        mailbox=plant.mailbox or None,
        categories=_categories(poster.place.name, poster.place.unit.name, plant.name),
        prices=_prices(versioned),
        paid_day=policy.rewards.paid_day,
        no_penalty=policy.no_penalty,
        emergency_phone=plant.emergency_phone,
        desk=PosterContact(title=plant.department, name=plant.officer, phone=plant.officer_phone),
        union=_union(plant),
        company=plant.name,
        issued=day_of(at),
        table_version=versioned.number,
        address=plant.address or None,
        postcode=plant.postcode or None,
        fax=plant.fax or None,
        email=plant.email or None,
    )


def number_of(made: int) -> str:
    """Return the number of a poster when `made` were made before it."""
    letters, rest = divmod(made, A_LETTER)
    prefix = ""
    while True:
        letters, at = divmod(letters, 26)
        prefix = chr(ord("A") + at) + prefix
        if letters == 0:
            return f"{prefix}{rest + 1:02d}"
        letters -= 1


def _hold_plant(session: Session) -> Plant:
    """Return the plant, its row held until the work ends."""
    return session.scalars(select(Plant).where(Plant.id == 1).with_for_update()).one()


def _categories(*names: str) -> tuple[PosterCategory, ...]:
    trade = trade_of(*names)
    return tuple(
        PosterCategory(
            kind=category.value, title=category.label, examples=examples(trade, category)
        )
        for category in SHOWN_CATEGORIES
    )


def _prices(versioned: Versioned) -> tuple[PosterPrice, ...]:
    rewards = versioned.policy.rewards
    elsewhere = rewards.out_of_post or {}
    return tuple(
        PosterPrice(
            label=PRICE_LABELS[level],
            amount=rewards.amounts[level],
            elsewhere=elsewhere.get(level),
        )
        for level in LEVELS
    )


def _union(plant: Plant) -> PosterContact | None:
    if not (plant.union_name.strip() and plant.union_phone.strip()):
        return None
    title = Sentence(N_("Union or workers' representative"))
    return PosterContact(title=title, name=plant.union_name, phone=plant.union_phone)


def _need(work: Work, unit: Unit) -> None:
    if work.actor is not SYSTEM:
        work.actor.need(Permission.POSTERS_KEEP, unit.path)
