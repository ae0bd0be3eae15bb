"""What every test may ask for: both databases, a still clock, the plant of four."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from hazard.core import clock
from hazard.core.clock import CHINA, FakeClock
from hazard.core.config import load
from hazard.core.db import Database
from hazard.core.house import House
from hazard.core.images import Darkroom
from hazard.core.typeset import Typesetter
from hazard.migrations import migrate
from hazard.people.passwords import use_cheap
from tests.company import Company, found_company
from tests.servers import Postgres, chromium, fresh_postgres_url, postgres_server

ROOT = Path(__file__).parent.parent
MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=CHINA)
"""The first working day of the week the tests live in."""


def pytest_configure() -> None:
    use_cheap("tests")


@pytest.fixture
def now() -> Iterator[FakeClock]:
    """A clock that stands at 9:30 on Monday, 23 November 2026, in Shanghai."""
    keeper = FakeClock(MONDAY)
    with clock.use(keeper):
        yield keeper


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with all tables, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    database = Database(f"sqlite:///{path}")
    migrate(database.engine)
    database.close()
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL for the whole run."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres) -> str:
    """The name of a PostgreSQL database with all tables, to be copied."""
    name = "migrated"
    postgres.execute("CREATE DATABASE {}", name)
    database = Database(postgres.url(name))
    migrate(database.engine)
    database.close()
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, migrated database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        copy = tmp_path / "hazard.db"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), copy)
        yield f"sqlite:///{copy}"
        return
    server = request.getfixturevalue("postgres")
    template = request.getfixturevalue("migrated_postgres")
    with fresh_postgres_url(server, template=template) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """That database, opened."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def company(database: Database, now: FakeClock) -> Company:
    """The plant of four: head, safety officer, finance, worker; small preset, funded budget."""
    return found_company(database, now)


@pytest.fixture(scope="session")
def darkroom() -> Iterator[Darkroom]:
    """One pair of picture children for the whole run."""
    with Darkroom() as opened:
        yield opened


@pytest.fixture(scope="session")
def typesetter(tmp_path_factory: pytest.TempPathFactory) -> Typesetter:
    """One typesetter, its fonts unpacked once."""
    return Typesetter(tmp_path_factory.mktemp("fonts"))


@pytest.fixture
def house(
    database_url: str, tmp_path: Path, darkroom: Darkroom, typesetter: Typesetter
) -> Iterator[House]:
    """A server's belongings over the fresh database."""
    from hazard.factory import open_house

    settings = load(
        {"HAZARD_INSTANCE": str(tmp_path / "instance"), "HAZARD_DATABASE_URL": database_url}, ROOT
    )
    opened = replace(open_house(settings), darkroom=darkroom, typesetter=typesetter)
    yield opened
    opened.database.close()


@pytest.fixture
def app(house: House, now: FakeClock) -> Flask:
    """The application over them."""
    from hazard.factory import create_app

    del now
    return create_app(house)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium for the whole run."""
    with chromium() as opened:
        yield opened
