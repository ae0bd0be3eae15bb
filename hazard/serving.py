"""One server process: migrate, keep the clockwork going, answer until told to stop."""

import itertools
import json
import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any

from flask import Flask
from waitress import create_server

from hazard.core import clock, listening
from hazard.core.config import Settings
from hazard.core.house import House
from hazard.core.limits import allow_open_files
from hazard.core.logs import configure
from hazard.core.turns import PROXY, Turns, address_of
from hazard.core.words import N_, Sentence, say
from hazard.demo.history import tell
from hazard.demo.plant import Plant, accounts
from hazard.factory import create_app, open_house
from hazard.jobs import timetable
from hazard.migrations import back_up_before_migration, migrate
from hazard.people.passwords import use_cheap
from hazard.policy.queries import find_plant
from hazard.web import setup

THREADS = 16
CONNECTIONS = 1000
CROWDED, KEPT_EACH = 700, 50
"""From so many connections on, the address that holds most keeps its newest so many."""
MOST_UNREAD = 1024 * 1024 * 1024
"""Bytes of all bodies still coming; beyond, those of the address that sends most are dropped."""
OPEN_FILES = 4096
"""Each connection may need a file for its body besides; systems give 1024 by themselves."""
SILENCE_S = 60
"""A phone that sends nothing for so long is hung up on; slow ones that drip are not."""
BODY_MAX = 410 * 1024 * 1024
"""A little over what `/report` reads, so that its own answer shows."""
RESTART_AFTER_S = 1.5
LOOP_S = 1.0
DRAIN_S = 20
"""So long a stopping server waits for requests still being read or answered."""

_stop = threading.Event()
_restart = threading.Event()


def serve(app: Flask, house: House) -> int:
    """Serve until SIGTERM; SIGHUP starts anew. Requests under way are finished either way.

    Whoever connects while the server starts anew waits in the kernel's queue; a phone on the
    Wi-Fi sees a slow answer, never an error. Returns the exit code.
    """
    configure()
    allow_open_files(OPEN_FILES)
    prepare(house)
    with listening.listen(house.settings.host, house.settings.port) as listener:
        with _clockwork(house):
            _answer(app, listener, lambda: _announce(house))
        if _restart.is_set():
            signal.signal(signal.SIGHUP, signal.SIG_IGN)  # the heir is starting anew already
            listening.hand_on(listener)
            os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606 - our own program
    return 0


def serve_demo(settings: Settings, *, as_json: bool) -> int:
    """Serve a throw-away demo plant from a temporary folder, its jobs running."""
    configure()
    allow_open_files(OPEN_FILES)
    use_cheap("demo")
    with (
        TemporaryDirectory(prefix="hazard-demo-") as folder,
        _demo_house(settings, folder) as house,
    ):
        prepare(house)
        plant, months = tell(house)
        app = create_app(house)
        with (
            listening.listen(house.settings.host, house.settings.port) as listener,
            _clockwork(house),
        ):
            _answer(app, listener, lambda: _introduce(house, plant, months, as_json=as_json))
    return 0


def prepare(house: House) -> None:
    """Bring the database to the newest tables, with a copy of the old one beside it."""
    with house.database.opening():
        back_up_before_migration(house)
        migrate(house.database.engine)


def ask_restart() -> None:
    """Start the server anew a moment later, when the answer to the present request is out."""
    threading.Timer(RESTART_AFTER_S, lambda: os.kill(os.getpid(), signal.SIGHUP)).start()


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
        backup_folder=instance / "backups",
    )
    house = open_house(own, demo=True)
    try:
        yield house
    finally:
        house.close()


def _answer(app: Flask, listener: socket, say_hello: Callable[[], None]) -> None:
    channels: dict[int, Any] = {}
    server = create_server(
        app, map=channels, sockets=[listener], threads=THREADS, ident=None,
        connection_limit=CONNECTIONS, channel_timeout=SILENCE_S, cleanup_interval=5,
        max_request_body_size=BODY_MAX, trusted_proxy=PROXY,
        trusted_proxy_headers="x-forwarded-for x-forwarded-proto x-forwarded-host",
        clear_untrusted_proxy_headers=True,
    )  # fmt: skip
    server.task_dispatcher.queue = Turns()

    def _end(number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGHUP:
            _restart.set()
        _stop.set()
        server.pull_trigger()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _end)
    say_hello()
    answer_until(_stop, server, channels)


def answer_until(stop: threading.Event, server: Any, channels: dict[int, Any]) -> None:
    """Serve until `stop` is set and the server's trigger pulled; finish what has begun.

    The listening socket stays open. `channels` is the map the waitress server was made with.
    """
    while not stop.is_set():
        server.asyncore.loop(timeout=LOOP_S, use_poll=True, map=channels, count=1)
        make_room(server)
    _drain(server, channels)


def make_room(server: Any) -> None:
    """Hang up on whoever holds most, while there are too many connections or half-sent bodies.

    One machine that opens them all, or drips, would else keep every phone out. What is asked
    already is answered.
    """
    waiting = [each for each in server.active_channels.values() if not _is_asking(each)]
    unread = Counter[str]()
    for each in waiting:
        unread[address_of(each)] += _unread(each)
    if unread.total() > MOST_UNREAD:
        _hang_up(each for each in _of_greatest(waiting, unread) if _unread(each))
    if len(server.active_channels) >= CROWDED:
        held = Counter(address_of(each) for each in waiting)
        theirs = sorted(_of_greatest(waiting, held), key=lambda each: each.creation_time)
        _hang_up(theirs[:-KEPT_EACH])


def _of_greatest(channels: Iterable[Any], weights: Counter[str]) -> list[Any]:
    greatest = max(weights, key=lambda address: weights[address], default="")
    return [each for each in channels if address_of(each) == greatest]


def _hang_up(channels: Iterable[Any]) -> None:
    for each in channels:
        each.will_close = True


def _unread(channel: Any) -> int:
    """Return how many bytes of a body that is still coming are kept on the disk."""
    return 0 if channel.request is None else int(channel.request.body_bytes_received)


def _is_asking(channel: Any) -> bool:
    return bool(channel.requests or channel.total_outbufs_len)


def _drain(server: Any, channels: dict[int, Any]) -> None:
    """Read and answer what has begun; who connects now is left to the next server."""
    server.accepting = False
    give_up = clock.monotonic() + DRAIN_S
    for turn in itertools.count():
        busy = any(_is_busy(channel) for channel in server.active_channels.values())
        if (turn and not busy) or clock.monotonic() > give_up:
            break
        server.asyncore.loop(timeout=0.1, use_poll=True, map=channels, count=1)
    server.task_dispatcher.shutdown()
    for channel in list(server.active_channels.values()):
        channel.handle_close()
    server.trigger.close()


def _is_busy(channel: Any) -> bool:
    return _is_asking(channel) or channel.request is not None


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
