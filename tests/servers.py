"""The real servers and the real browser the tests drive: PostgreSQL and Chromium."""

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from playwright.sync_api import Browser, Error, Page, sync_playwright
from psycopg import sql

POSTGRES_OPTIONS = (
    "-F -c listen_addresses='' -c full_page_writes=off -c synchronous_commit=off "
    "-c shared_buffers=64MB -c max_connections=300 -c jit=off -c max_wal_size=256MB"
)
"""No network, no waiting for the disk: what the tests keep need not outlive them."""

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_OFFLINE = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)

REFUSED = "Unable to capture screenshot"
TRIES = 4
PATIENCE_MS = 500
"""Between two tries of one picture."""

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Postgres:
    """A running server; `socket` is the folder it listens in."""

    socket: Path

    def url(self, database: str) -> str:
        """Return the SQLAlchemy address of one of its databases."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.socket}"

    def execute(self, statement: str, *names: str) -> None:
        """Run one statement, its `{}` filled with quoted names, outside any transaction."""
        command = sql.SQL(statement).format(*map(sql.Identifier, names))
        address = f"host={self.socket} user=postgres dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(command)


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """Start a PostgreSQL in a temporary folder, reached by unix socket only; stop it at the end.

    PostgreSQL refuses root, so root runs it as nobody. Takes about two seconds.
    """
    programs = postgres_programs()
    home = Path(tempfile.mkdtemp(prefix="hazard-pg-"))
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
    control = (programs / "pg_ctl", "-D", home / "data", "-s", "-w")
    cluster = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    try:
        _run(home, programs / "initdb", "-D", home / "data", *cluster)
        options = f"{POSTGRES_OPTIONS} -k {home}"
        _run(home, *control, "-l", home / "log", "-o", options, "start")
        try:
            yield Postgres(home)
        finally:
            _run(home, *control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home)


@contextmanager
def fresh_postgres_url(server: Postgres, template: str = "template1") -> Iterator[str]:
    """Give the address of a new database of `server`, a copy of `template`; drop it at the end.

    To start from migrated tables, migrate one database once, close all its connections, and name
    it as the template: `make_url(url).database`.
    """
    name = f"plant_{os.getpid()}_{next(_numbers)}"
    server.execute("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, template)
    try:
        yield server.url(name)
    finally:
        server.execute("DROP DATABASE {} WITH (FORCE)", name)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium, unable to reach anything but this machine."""
    program = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if program is None:
        raise FileNotFoundError("no Chromium here; python3 manage.py test installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_OFFLINE)
        try:
            yield browser
        finally:
            browser.close()


def photograph(page: Page, path: Path, **options: Any) -> None:
    """Keep a picture of the whole page; one that Chromium refuses is asked for again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for _ in range(TRIES - 1):
        try:
            page.screenshot(path=path, full_page=True, **options)
        except Error as refused:
            if REFUSED not in refused.message:
                raise
            page.wait_for_timeout(PATIENCE_MS)
        else:
            return
    page.screenshot(path=path, full_page=True, **options)


def postgres_programs() -> Path:
    """Return the folder of the newest PostgreSQL: Debian's, else that of the path."""
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest_last = sorted(debian, key=lambda path: int(path.parts[-3]))
    on_path = [Path(found).resolve() for found in [shutil.which("initdb")] if found]
    found = [*on_path, *newest_last]
    if not found:
        raise FileNotFoundError("no PostgreSQL here; python3 manage.py test installs it")
    return found[-1].parent


def _run(home: Path, *words: str | Path) -> None:
    other: dict[str, Any] = {}
    if os.geteuid() == 0:
        other = {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []}
    environment = {**os.environ, "HOME": str(home), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        words,
        check=False,
        cwd=home,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # a pipe would stay open as long as the server
        **other,
    )
    if done.returncode:
        log = home / "log"
        reason = log.read_text() if log.exists() else "see above"
        raise RuntimeError(f"{Path(words[0]).name} failed: {reason}")
