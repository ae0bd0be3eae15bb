"""One server process: migrate, keep the clockwork going, answer until told to stop."""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import NoReturn

from flask import Flask
from waitress import create_server

from hazard.backups import back_up_before_migration
from hazard.core.config import Settings
from hazard.core.house import House
from hazard.core.logs import configure
from hazard.core.words import N_, Sentence, say
from hazard.demo.plant import Plant, accounts
from hazard.demo.story import tell
from hazard.factory import create_app, open_house
from hazard.jobs import timetable
from hazard.migrations import migrate
from hazard.people.passwords import use_cheap
from hazard.policy.queries import find_plant
from hazard.web import setup

THREADS = 16
CONNECTIONS = 1000
SILENCE_S = 60
"""A phone that sends nothing for so long is hung up on; slow ones that drip are not."""
BODY_MAX = 410 * 1024 * 1024
"""A little over what `/report` reads, so that its own answer shows."""
RESTART_AFTER_S = 1.5

_restart = threading.Event()


def serve(app: Flask, house: House) -> int:
    """Serve until SIGTERM; requests under way are finished. Returns the exit code."""
    configure()
    prepare(house)
    with _clockwork(house):
        _answer(app, house, lambda: _announce(house))
    if _restart.is_set():
        os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606 - our own program
    return 0


def serve_demo(settings: Settings, *, as_json: bool) -> int:
    """Serve a throw-away demo plant from a temporary folder, its jobs running."""
    configure()
    use_cheap("demo")
    with (
        TemporaryDirectory(prefix="hazard-demo-") as folder,
        _demo_house(settings, folder) as house,
    ):
        prepare(house)
        plant, months = tell(house)
        app = create_app(house)
        with _clockwork(house):
            _answer(app, house, lambda: _introduce(house, plant, months, as_json=as_json))
    return 0


def prepare(house: House) -> None:
    """Bring the database to the newest tables, with a copy of the old one beside it."""
    back_up_before_migration(house)
    migrate(house.database.engine)


def ask_restart() -> None:
    """Start the server anew a moment later, when the answer to the present request is out."""
    _restart.set()
    threading.Timer(RESTART_AFTER_S, lambda: os.kill(os.getpid(), signal.SIGTERM)).start()


@contextmanager
def _clockwork(house: House) -> Iterator[None]:
    clockwork = timetable.start(house)
    try:
        yield
    finally:
        clockwork.stop()
        house.close()


@contextmanager
def _demo_house(settings: Settings, folder: str) -> Iterator[House]:
    instance = Path(folder)
    own = replace(
        settings,
        instance=instance,
        database_url=f"sqlite:///{instance}/hazard.db",
        photo_store=str(instance / "photos"),
    )
    house = open_house(own, demo=True)
    try:
        yield house
    finally:
        house.close()


def _answer(app: Flask, house: House, say_hello: Callable[[], None]) -> None:
    settings = house.settings
    server = create_server(
        app, host=settings.host, port=settings.port, threads=THREADS, ident=None,
        connection_limit=CONNECTIONS, channel_timeout=SILENCE_S, cleanup_interval=5,
        max_request_body_size=BODY_MAX, trusted_proxy="127.0.0.1",
        trusted_proxy_headers="x-forwarded-for x-forwarded-proto x-forwarded-host",
        clear_untrusted_proxy_headers=True,
    )  # fmt: skip
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, _stop)
    say_hello()
    try:
        server.run()
    finally:
        server.close()


def _announce(house: House) -> None:
    lines = [Sentence(N_("Serving at %(url)s"), url=house.settings.base_url)]
    with house.database.reading() as session:
        if find_plant(session) is None:
            link = f"http://127.0.0.1:{house.settings.port}{setup.link(house)}"
            lines.append(Sentence(N_("Set up the plant here, once: %(url)s"), url=link))
    _print(*(say(line) for line in lines))


def _introduce(house: House, plant: Plant, months: list[str], *, as_json: bool) -> None:
    url = house.settings.base_url
    posters = [{"code": c, "url": f"{url}/p/{c}", "place": place} for c, place in plant.posters]
    told = {"base_url": url, "accounts": accounts(), "posters": posters, "periods": months}
    if as_json:
        _print(json.dumps(told, ensure_ascii=False))
        return
    people = [
        f"  {a['employee_no']}  {a['password']}  {a['name']}  {a['role']}" for a in accounts()
    ]
    hung = [f"  {poster['url']}  {poster['place']}" for poster in posters]
    _print(say(Sentence(N_("Serving at %(url)s"), url=url)), *people, *hung)


def _print(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)
