"""Posters: made for a place, refused while they would mislead, printed, retired."""

import ipaddress
import json
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hazard.access.actor import SYSTEM
from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.core import chance
from hazard.core.clock import day_of
from hazard.core.config import Settings
from hazard.core.errors import NotFound, Refused
from hazard.core.network import answers_at
from hazard.core.words import N_, Sentence
from hazard.people.models import Unit
from hazard.places.composing import composer
from hazard.places.models import Hanging, Place, Poster
from hazard.places.queries import count_posters, get_place, list_kept_places
from hazard.places.sheets import PosterSheet
from hazard.places.terms import PosterType
from hazard.places.trades import Trade
from hazard.policy.models import Plant
from hazard.policy.queries import get_plant

CODE_SYMBOLS = 8
A_LETTER = 99
"""Numbers go A01 to A99, then B01."""
TEST_SYMBOLS = 12

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


class PhonesForbidden(Refused):
    """A poster in an explosive atmosphere would invite people to take out a phone (edge 65)."""

    def __init__(self) -> None:
        super().__init__(
            Sentence(N_("Phones are forbidden there. Choose a place before its entrance")),
            field="place",
        )


@dataclass(frozen=True, slots=True)
class Design:
    """How a poster is to look; without `trade` the names of place and unit tell it."""

    type: PosterType = PosterType.WORKSHOP
    trade: Trade | None = None
    bilingual: bool = False


def make_poster(work: Work, place: Place, design: Design | None = None) -> Poster:
    """Give the place a poster with a fresh code and the next number.

    Raises `PhonesForbidden` where the atmosphere is explosive.
    """
    _need(work, place.unit)
    need_phones_allowed(place)
    _hold_plant(work.session)  # one number at a time
    made = work.session.scalar(select(func.count()).select_from(Poster)) or 0
    design = design or Design()
    day = day_of(work.now)
    poster = Poster(
        code=chance.symbols(CODE_SYMBOLS),
        number=number_of(made),
        place=place,
        type=design.type,
        trade=design.trade,
        bilingual=design.bilingual,
        made_at=work.now,
        hangings=[Hanging(place=place, valid_from=day)],
    )
    work.session.add(poster)
    work.session.flush()
    work.record("made", poster, number=poster.number, place=place.id, type=poster.type)
    return poster


def make_missing(work: Work, day: date) -> int:
    """Give every place the actor keeps a poster unless one hangs there; return how many.

    Places of no workshop, such as gate and canteen, get the large one of the gate; places where
    phones are forbidden get none.
    """
    lines = list_kept_places(work.session, work.actor, day)
    bare = [line for line in lines if not (line.posters or line.explosive)]
    for line in bare:
        place = get_place(work.session, line.id)
        everybodys = place.unit.parent_id is None
        make_poster(work, place, Design(PosterType.GATE if everybodys else PosterType.WORKSHOP))
    return len(bare)


def redesign(work: Work, poster: Poster, design: Design) -> None:
    """Let the next print look otherwise."""
    _need(work, poster.place.unit)
    poster.type, poster.trade, poster.bilingual = design.type, design.trade, design.bilingual
    work.record("redesigned", poster, type=design.type, trade=design.trade)


def retire(work: Work, poster: Poster) -> None:
    """Take the poster out of use; whoever scans it is asked where they are."""
    _need(work, poster.place.unit)
    if poster.retired_at is not None:
        return
    poster.retired_at = work.now
    for hanging in poster.hangings:
        hanging.valid_to = hanging.valid_to or day_of(work.now)
    work.record("retired", poster)


def replace_poster(work: Work, poster: Poster) -> Poster:
    """Retire the poster and make one like it with a fresh code: it was torn or pasted over."""
    need_in_use(poster)
    retire(work, poster)
    design = Design(poster.type, poster.trade, poster.bilingual)
    return make_poster(work, poster.place, design)


def print_poster(
    work: Work, poster: Poster, settings: Settings, *, untested: bool = False
) -> PosterSheet:
    """Return the sheet with today's figures and note the print.

    Raises `NotPrintable` naming everything that is missing; `untested` spares the demo plant
    the test of its address.
    """
    _need(work, poster.place.unit)
    need_in_use(poster)
    need_phones_allowed(poster.place)
    need_printable(work.session, settings, untested=untested)
    sheet = composer(work.session, settings, work.now).sheet(poster)
    mark_printed(work, poster, sheet)
    return sheet


def mark_printed(work: Work, poster: Poster, sheet: PosterSheet) -> None:
    """Note that the poster was printed, and what it then said."""
    poster.printed_at, poster.policy_version = work.now, sheet.table_version
    poster.printed_facts = json.dumps(sheet.facts())
    work.record("printed", poster, version=sheet.table_version)


def need_in_use(poster: Poster) -> None:
    """Raise `PosterRetired` for a poster out of use."""
    if poster.retired_at is not None:
        raise PosterRetired(Sentence(N_("This poster is retired. Make a new one for the place")))


def need_phones_allowed(place: Place) -> None:
    """Raise `PhonesForbidden` where the atmosphere is explosive."""
    if place.explosive:
        raise PhonesForbidden


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


def _need(work: Work, unit: Unit) -> None:
    if work.actor is not SYSTEM:
        work.actor.need(Permission.POSTERS_KEEP, unit.path)
