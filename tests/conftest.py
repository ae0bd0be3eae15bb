"""What every test may ask for: both databases, a still clock, the plant of four."""

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy.engine import make_url

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


@dataclass(frozen=True)
class Founded:
    """A database with the plant of four in it; `template` is its file or its name."""

    template: str
    company: Company


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


@pytest.fixture(scope="session")
def founded_sqlite(migrated_sqlite: Path) -> Founded:
    """The plant of four in a database file, to be copied."""
    path = migrated_sqlite.with_name("founded.db")
    shutil.copy(migrated_sqlite, path)
    return found(f"sqlite:///{path}", str(path))


@pytest.fixture(scope="session")
def founded_postgres(postgres: Postgres, migrated_postgres: str) -> Founded:
    """The plant of four in a PostgreSQL database, to be copied."""
    name = "founded"
    postgres.execute("CREATE DATABASE {} TEMPLATE {}", name, migrated_postgres)
    return found(postgres.url(name), name)


def found(url: str, template: str) -> Founded:
    """Found the plant of four there, so that no test has to."""
    database, keeper = Database(url), FakeClock(MONDAY)
    with clock.use(keeper):
        company = found_company(database, keeper)
    database.close()
    return Founded(template, company)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, migrated database, once on SQLite and once on PostgreSQL.

    The plant of four stands in it where the test asks for the company.
    """
    peopled = "company" in request.fixturenames
    if request.param == "sqlite":
        copy = tmp_path / "hazard.db"
        shutil.copy(
            request.getfixturevalue("founded_sqlite").template
            if peopled
            else request.getfixturevalue("migrated_sqlite"),
            copy,
        )
        yield f"sqlite:///{copy}"
        return
    server = request.getfixturevalue("postgres")
    template = (
        request.getfixturevalue("founded_postgres").template
        if peopled
        else request.getfixturevalue("migrated_postgres")
    )
    with fresh_postgres_url(server, template=template) as url:
        yield url


class Reopened:
    """One engine a kind of database, pointed at each test's own: it keeps compiled statements."""

    def __init__(self, kind: str) -> None:
        self.url = make_url(f"{kind}://")
        self.database = Database(f"{kind}:///reopened", creator=self._connect)

    def _connect(self) -> Any:
        if self.url.get_backend_name() == "sqlite":
            return sqlite3.connect(self.url.database or "", check_same_thread=False)
        socket, user = self.url.query["host"], self.url.username
        return psycopg.connect(f"host={socket} user={user} dbname={self.url.database}")


@pytest.fixture(scope="session")
def reopened() -> dict[str, Reopened]:
    """The engines of this run."""
    return {kind: Reopened(kind) for kind in ("sqlite", "postgresql+psycopg")}


@pytest.fixture
def database(database_url: str, reopened: dict[str, Reopened]) -> Iterator[Database]:
    """That database, opened."""
    url = make_url(database_url)
    engine = reopened[url.drivername]
    engine.url = url
    yield engine.database
    engine.database.close()


@pytest.fixture
def company(request: pytest.FixtureRequest, database: Database, now: FakeClock) -> Company:
    """The plant of four: head, safety officer, finance, worker; small preset, funded budget."""
    kind = "sqlite" if database.engine.dialect.name == "sqlite" else "postgres"
    plant: Company = request.getfixturevalue(f"founded_{kind}").company
    return replace(plant, database=database, clock=now, people={})


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
    database_url: str,
    database: Database,
    tmp_path: Path,
    darkroom: Darkroom,
    typesetter: Typesetter,
) -> House:
    """A server's belongings over the fresh database."""
    from hazard.factory import open_house

    settings = load(
        {"HAZARD_INSTANCE": str(tmp_path / "instance"), "HAZARD_DATABASE_URL": database_url}, ROOT
    )
    opened = open_house(settings)
    return replace(opened, database=database, darkroom=darkroom, typesetter=typesetter)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application, built once for the whole run; `app` gives it each test's house."""
    from hazard.factory import create_app, open_house

    instance = tmp_path_factory.mktemp("built")
    built = create_app(open_house(load({"HAZARD_INSTANCE": str(instance)}, ROOT)))
    built.config["built"] = dict(built.config)
    return built


@pytest.fixture
def app(built: Flask, house: House, now: FakeClock) -> Flask:
    """The application over that house."""
    del now
    built.config.update(built.config["built"], SECRET_KEY=house.keys.session)
    built.extensions["hazard"] = house
    return built


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium for the whole run."""
    with chromium() as opened:
        yield opened
