"""The plant that is measured: founded and walked by the product's verbs, then multiplied.

A few dozen cases in every state are walked for real; the thousands are copies of their rows
under new numbers, because walking 100,000 cases would take a day and read no differently.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Table

from bench.harness import ROOT
from hazard.access.actor import SYSTEM
from hazard.audit.work import writing
from hazard.core import clock
from hazard.core.clock import FakeClock
from hazard.core.config import load
from hazard.core.house import House
from hazard.factory import open_house
from hazard.migrations import migrate
from hazard.people.logins import Attempt, log_in
from hazard.people.queries import get_unit
from hazard.people.terms import Device
from hazard.places.keeping import add_place
from hazard.places.posters import make_poster
from hazard.tables import metadata
from tests import walks
from tests.company import Company, found_company

WALKED = 40
OPEN_SETS = 10
"""So many of the newest sets of copies are as walked; what is older has been archived."""
STEP = 1_000_000
"""Distance between the ids of one set of copies and the next."""
SINGLE = frozenset({"report", "hazard_case"})
NOT_COPIED = ("award", "ledger", "payee", "settlement", "payout", "event")


@contextmanager
def plant(folder: Path) -> Iterator[tuple[House, Company]]:
    """Found a plant of four in `folder`, with a budget, a place and a poster."""
    folder.mkdir(parents=True, exist_ok=True)
    house = open_house(load({"HAZARD_INSTANCE": str(folder)}, ROOT))
    migrate(house.database.engine)
    try:
        yield house, found_company(house.database, FakeClock(clock.now()))
    finally:
        house.close()


def cookie_of(house: House, person: int) -> str:
    """Return the cookie of a fresh login of that person."""
    with writing(house.database, SYSTEM) as work:
        return f"sid={log_in(work, Attempt(person, ()), Device.OWN)}"


def walk_cases(company: Company) -> None:
    """Walk cases into each state and level."""
    roads = (
        walks.walk_to_verifying, walks.walk_to_confirmed, walks.walk_to_graded,
        walks.walk_to_planned, walks.walk_to_rectifying, walks.walk_to_closed,
    )  # fmt: skip
    for number in range(WALKED):
        roads[number % len(roads)](company, level=number % 3 + 1)


def hang_posters(company: Company, count: int) -> None:
    """Give the workshop so many places with a poster each."""
    with company.work_as() as work:
        workshop = get_unit(work.session, company.workshop)
        for number in range(count):
            place = add_place(work, f"机加工车间·{number + 1}号工位", workshop)
            make_poster(work, place)


def multiply(database: Path, cases: int) -> None:
    """Copy the rows of all cases and reports until there are `cases` cases."""
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        own = connection.execute("SELECT count(*) FROM hazard_case").fetchone()[0]
        for turn in range(1, -(-cases // own)):
            for table in metadata.sorted_tables:
                if _hangs_on_cases(table):
                    _copy(connection, table, turn)
        connection.commit()
        connection.execute("ANALYZE")


def archive_older(database: Path) -> None:
    """End all but the newest sets: a plant has many hazards behind it, some hundred under way."""
    with sqlite3.connect(database) as connection:
        newest = connection.execute("SELECT max(id) FROM hazard_case").fetchone()[0]
        _archive(connection, (newest // STEP - OPEN_SETS) * STEP)
        connection.execute("ANALYZE")


def _archive(connection: sqlite3.Connection, below: int) -> None:
    connection.execute("UPDATE hazard_case SET state = 'archived' WHERE id < ?", (below,))
    connection.execute(
        "UPDATE deadline SET done_at = due_at WHERE id < ? AND done_at IS NULL", (below,)
    )
    connection.execute(
        "UPDATE assignment SET ended_at = assigned_at WHERE id < ? AND ended_at IS NULL", (below,)
    )
    connection.execute("UPDATE report SET state = 'accepted' WHERE id < ?", (below,))


def _hangs_on_cases(table: Table) -> bool:
    if table.name.startswith(NOT_COPIED):
        return False
    return (
        table.name in {*SINGLE, "deadline"}
        or any(_hangs_on_cases(parent) for parent in _parents(table) if parent is not table)
    )  # fmt: skip


def _parents(table: Table) -> list[Table]:
    return [key.column.table for key in table.foreign_keys]


def _copy(connection: sqlite3.Connection, table: Table, turn: int) -> None:
    """Insert a copy of each walked row, ids moved by `turn` steps."""
    shift = turn * STEP
    chosen = [_shifted(table, column.name, shift) for column in table.columns]
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    where = f'WHERE "id" < {STEP}' if "id" in table.columns else _first_set(table)
    connection.execute(
        f'INSERT INTO "{table.name}" ({names}) SELECT {", ".join(chosen)} FROM "{table.name}" '
        f"{where}"
    )


def _shifted(table: Table, name: str, shift: int) -> str:
    column = table.columns[name]
    targets = {key.column.table for key in column.foreign_keys}
    moves = any(_hangs_on_cases(target) for target in targets)
    if name == "id" or moves or (table.name == "deadline" and name == "subject_id"):
        return f'"{name}" + {shift}'
    if name in {"number", "public_id", "submission_hash"} and column.type.python_type is str:
        turn = shift // STEP
        # C2611-0931 becomes C0123-0931: 2,500 sets of 40 stay apart, and look like numbers
        if name == "number":
            return f'substr("number", 1, 1) || \'{turn:04d}\' || substr("number", 6)'
        return f"\"{name}\" || '-{turn}'"
    return f'"{name}"'


def _first_set(table: Table) -> str:
    moved = [
        column.name
        for column in table.columns
        for key in column.foreign_keys
        if _hangs_on_cases(key.column.table)
    ]
    return f'WHERE "{moved[0]}" < {STEP}'
