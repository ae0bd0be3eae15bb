"""Whether this server is well: five lamps, each in words, with what to do (decisions 39).

The command `doctor` and the page 服务器体检 show the same. The trail is verified each night; a
page shows how that ended, since on a large plant it takes longer than somebody waits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import text
from sqlalchemy.orm import Session

from hazard.audit.queries import get_head, verify_trail
from hazard.core import clock
from hazard.core.calendar import has_table
from hazard.core.house import House
from hazard.core.lease import LEADER, is_fresh, last_runs
from hazard.core.limits import Room, free_bytes
from hazard.core.network import answers_at, own_addresses
from hazard.core.noted import note, noted
from hazard.core.words import N_, Sentence
from hazard.places.posters import is_loopback
from hazard.policy.queries import find_plant

TRAIL = "trail"
BACKUP = "backup"
GIGABYTE = 1024**3
LITTLE_ROOM = 5 * GIGABYTE
OLD_CHECK = timedelta(days=3)
OLD_BACKUP, LOST_BACKUP = timedelta(days=7), timedelta(days=30)
HOURLY, NIGHTLY = timedelta(hours=3), timedelta(hours=30)
"""A job that ran last before this has missed its turn."""
TABLE_DUE = 12
"""The month by which the working days of the next year ought to be known."""

JOBS: Mapping[str, tuple[Sentence, timedelta]] = {
    "archive": (Sentence(N_("Archive closed cases")), HOURLY),
    "photos": (Sentence(N_("Drop photos nobody sent")), HOURLY),
    "forget": (Sentence(N_("Forget ended logins")), NIGHTLY),
    "fund": (Sentence(N_("Fund rewards that wait")), NIGHTLY),
    "echo": (Sentence(N_("Make the weekly echo ready")), NIGHTLY),
    "due": (Sentence(N_("Tell what is due today")), NIGHTLY),
    "trail": (Sentence(N_("Verify the chain")), NIGHTLY),
    "backup": (Sentence(N_("Back up")), NIGHTLY),
    "running": (Sentence(N_("Note that the plant runs")), HOURLY),
}
"""Every job that keeps a period: what a page calls it, and how long it may stay away."""


class Tone(StrEnum):
    """How a lamp shines; pages say it in words too, never by colour alone."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Lamp:
    """One thing looked at: what was found, and what to do unless it is in order."""

    key: str
    title: Sentence
    tone: Tone
    found: tuple[Sentence, ...]
    todo: Sentence | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """When a job ran last, if ever, and whether it has missed its turn since."""

    label: Sentence
    at: datetime | None
    late: bool


def verify(house: House) -> list[str]:
    """Verify the whole trail and note how that ended; return what is wrong, one line a fault."""
    with house.database.snapshot() as session:
        faults, (events, _) = verify_trail(session), get_head(session)
    facts = {"at": clock.now().isoformat(), "events": events, "faults": len(faults)}
    note(house.settings.instance, TRAIL, **facts)
    return faults


def is_sound(house: House) -> bool:
    """Let SQLite look through its whole file; other databases do that themselves."""
    if not house.database.is_sqlite:
        return house.database.answers()
    with house.database.engine.connect() as connection:
        return bool(connection.scalar(text("PRAGMA quick_check")) == "ok")


def examine(house: House, session: Session) -> tuple[Lamp, ...]:
    """Return the five lamps as of now; takes some milliseconds."""
    now = clock.now()
    return (
        _database(house, now), _disk(house), _address(house, session), _backup(house, now),
        _clockwork(session, now, house),
    )  # fmt: skip


def list_runs(session: Session, now: datetime, *, demo: bool = False) -> list[Run]:
    """Return every job that keeps a period, in the order of the page."""
    ran = last_runs(session)
    wanted = {name: job for name, job in JOBS.items() if not (demo and name == BACKUP)}
    return [
        Run(label, ran.get(name), _is_late(ran.get(name), now, within))
        for name, (label, within) in wanted.items()
    ]


def _is_late(ran: datetime | None, now: datetime, within: timedelta) -> bool:
    return ran is None or now - ran > within


def _database(house: House, now: datetime) -> Lamp:
    title = Sentence(N_("Database and trail"))
    facts = noted(house.settings.instance, TRAIL)
    checked = _moment(facts)
    if checked is None:
        words = (Sentence(N_("The database answers")), Sentence(N_("The trail was never verified")))
        todo = Sentence(N_("Press “Verify now” below"))
        return Lamp("database", title, Tone.WARN, words, todo)
    if facts.get("faults"):
        broken = Sentence(
            N_("The trail was changed: %(n)s places are wrong (verified %(when)s)"),
            n=int(str(facts["faults"])), when=checked,
        )  # fmt: skip
        todo = Sentence(
            N_("Change nothing, keep the newest backup apart, and ask who had access to the server")
        )
        return Lamp("database", title, Tone.BAD, (broken,), todo)
    whole = Sentence(
        N_("Nobody changed the trail: %(n)s events, verified %(when)s"),
        n=int(str(facts.get("events", 0))), when=checked,
    )  # fmt: skip
    words = Sentence(N_("The database answers")), whole
    if now - checked > OLD_CHECK:
        todo = Sentence(N_("That was long ago. Press “Verify now” below"))
        return Lamp("database", title, Tone.WARN, words, todo)
    return Lamp("database", title, Tone.GOOD, words)


def _disk(house: House) -> Lamp:
    free = free_bytes(house.settings.instance)
    tone = Tone.GOOD if free >= LITTLE_ROOM else Tone.WARN if free >= Room.PHOTO else Tone.BAD
    todo = {
        Tone.WARN: Sentence(N_("Move old backups to another disk, or put in a larger one")),
        Tone.BAD: Sentence(N_("No photo can be kept any more. Make room on the disk today")),
    }
    words = Sentence(N_("%(n)s GB of disk are free"), n=f"{free / GIGABYTE:.1f}")
    return Lamp("disk", Sentence(N_("Room on the disk")), tone, (words,), todo.get(tone))


def _address(house: House, session: Session) -> Lamp:
    title, url = Sentence(N_("How phones reach the server")), house.settings.base_url
    if is_loopback(url):
        words = Sentence(N_("Only this computer can open %(url)s"), url=url)
        todo = Sentence(N_("Under “How phones reach the server” choose the plant's Wi-Fi"))
        return Lamp("address", title, Tone.BAD, (words,), todo)
    if not answers_at(url, own_addresses()):
        words = Sentence(
            N_("None of this computer's addresses is %(url)s; posters point elsewhere"), url=url
        )
        todo = Sentence(
            N_("Let the router give this computer the old address again, or set the new one and "
               "print the posters anew")
        )  # fmt: skip
        return Lamp("address", title, Tone.BAD, (words,), todo)
    plant = find_plant(session)
    words = Sentence(N_("Phones reach this computer at %(url)s"), url=url)
    if plant is None or plant.reached_at is None or plant.reached_url != url:
        untried = (words, Sentence(N_("No phone has opened the test code yet")))
        todo = Sentence(N_("Scan the test code with a phone on the plant's Wi-Fi"))
        return Lamp("address", title, Tone.WARN, untried, todo)
    tried = Sentence(N_("Tried with a phone %(when)s"), when=plant.reached_at)
    return Lamp("address", title, Tone.GOOD, (words, tried))


def _backup(house: House, now: datetime) -> Lamp:
    title = Sentence(N_("Last backup"))
    facts = noted(house.settings.instance, BACKUP)
    made = _moment(facts)
    todo = Sentence(
        N_("Put in a USB disk and run: python3 manage.py hazard backup FOLDER-ON-THAT-DISK")
    )
    if made is None:
        return Lamp("backup", title, Tone.BAD, (Sentence(N_("Nothing was ever backed up")),), todo)
    words = (
        Sentence(N_("Made %(when)s"), when=made),
        Sentence(N_("It lies in %(folder)s"), folder=str(facts.get("folder", ""))),
    )
    age = now - made
    if age > OLD_BACKUP:
        tone = Tone.BAD if age > LOST_BACKUP else Tone.WARN
        return Lamp("backup", title, tone, words, todo)
    same = Sentence(
        N_("A backup on this computer is lost with its disk: copy one elsewhere each month")
    )
    return Lamp("backup", title, Tone.GOOD, (*words, same))


def _clockwork(session: Session, now: datetime, house: House) -> Lamp:
    title = Sentence(N_("Clockwork"))
    runs = list_runs(session, now, demo=house.demo)
    late = [run for run in runs if run.late]
    days, known = _working_days(clock.day_of(now))
    if not is_fresh(session, LEADER, now):
        words = (Sentence(N_("The clockwork stands: deadlines and messages wait")), *days)
        todo = Sentence(N_("Start the server again, as root: systemctl restart hazard"))
        return Lamp("clockwork", title, Tone.BAD, words, todo)
    words = (Sentence(N_("The clockwork runs")), *days)
    if late:
        missed = tuple(Sentence(N_("Not done in time: %(what)s"), what=run.label) for run in late)
        todo = Sentence(N_("Look at the server's log: journalctl -u hazard"))
        return Lamp("clockwork", title, Tone.WARN, (*words, *missed), todo)
    if not known:
        todo = Sentence(N_("Bring the server to its newest version, which holds the new days"))
        return Lamp("clockwork", title, Tone.WARN, words, todo)
    return Lamp("clockwork", title, Tone.GOOD, words)


def _working_days(today: date) -> tuple[tuple[Sentence, ...], bool]:
    """Return what is known of this year's and the next year's days, and whether that will do."""
    known = {year: has_table(year) for year in (today.year, today.year + 1)}
    there = N_("The working days of %(year)s are known")
    lacking = N_("The make-up working days of %(year)s are not published yet")
    words = tuple(Sentence(there if it else lacking, year=str(y)) for y, it in known.items())
    return words, known[today.year] and (known[today.year + 1] or today.month < TABLE_DUE)


def _moment(facts: Mapping[str, object]) -> datetime | None:
    return datetime.fromisoformat(str(facts["at"])) if "at" in facts else None
