"""What an administrator wants to know about this server, and what to mend."""

from dataclasses import dataclass

from sqlalchemy import text

from hazard.audit.queries import verify_trail
from hazard.core import clock
from hazard.core.calendar import has_table
from hazard.core.house import House
from hazard.core.limits import free_bytes
from hazard.core.network import answers_at, own_addresses
from hazard.core.words import N_, Sentence
from hazard.places.posters import is_loopback

LITTLE_ROOM = 2 * 1024**3
_GOOD, _BAD = True, False


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    good: bool
    sentence: Sentence


def examine(house: House) -> list[Finding]:
    """Look at database, trail, disk, address and calendar."""
    return [_database(house), _trail(house), _disk(house), _address(house), _calendar()]


def _database(house: House) -> Finding:
    with house.database.engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        sound = not house.database.is_sqlite or (
            connection.scalar(text("PRAGMA quick_check")) == "ok"
        )
    words = N_("The database answers and is sound") if sound else N_("The database is damaged")
    return Finding(sound, Sentence(words))


def _trail(house: House) -> Finding:
    with house.database.reading() as session:
        faults = verify_trail(session)
    if faults:
        return Finding(_BAD, Sentence(N_("The trail was changed: %(what)s"), what=faults[0]))
    return Finding(_GOOD, Sentence(N_("Nobody changed the trail")))


def _disk(house: House) -> Finding:
    free = free_bytes(house.settings.instance)
    gigabytes = f"{free / 1024**3:.1f}"
    return Finding(free > LITTLE_ROOM, Sentence(N_("%(n)s GB of disk are free"), n=gigabytes))


def _address(house: House) -> Finding:
    url = house.settings.base_url
    if is_loopback(url):
        return Finding(_BAD, Sentence(N_("Only this computer can open %(url)s"), url=url))
    reached = answers_at(url, own_addresses())
    words = N_("Phones reach this computer at %(url)s")
    lost = N_("None of this computer's addresses is %(url)s; posters point elsewhere")
    return Finding(reached, Sentence(words if reached else lost, url=url))


def _calendar() -> Finding:
    year = clock.today().year
    known = has_table(year)
    words = N_("The working days of %(year)s are known")
    unknown = N_("The make-up working days of %(year)s are not published yet")
    return Finding(known, Sentence(words if known else unknown, year=str(year)))
