"""Two servers side by side, asked in turns; what counts is the processor time of each."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

ROOT = Path(__file__).parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
ROUNDS = 6
"""Turns of each server in one measurement; the ratio is the median of the turns'."""
PATIENCE_S = 120
CALM_S = 0.05
"""Processor seconds in a second of a server nobody asks."""


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers with small letters, body as sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float


@dataclass(frozen=True)
class Served:
    """A server process of our own on a port of this machine."""

    name: str
    process: subprocess.Popen[bytes]
    port: int
    cookie: str = ""

    def cpu(self) -> float:
        """Return the processor seconds of the process and all it has started."""
        return sum(_cpu_of(pid) for pid in _family(self.process.pid))

    def ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        kind: str = "",
        line: http.client.HTTPConnection | None = None,
    ) -> Answer:
        """Ask once, over a fresh line unless one is given, as a browser that reads gzip."""
        headers = {"Accept-Encoding": "gzip", "Cookie": self.cookie}
        if body:
            headers["Content-Type"] = kind or "application/x-www-form-urlencoded"
        own = line or self.line()
        begun = time.perf_counter()
        own.request(method, path, body or None, headers)
        got = own.getresponse()
        answer = Answer(
            got.status,
            {name.lower(): value for name, value in got.getheaders()},
            got.read(),
            time.perf_counter() - begun,
        )
        if line is None:
            own.close()
        return answer

    def line(self) -> http.client.HTTPConnection:
        """Return a connection to this server."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)

    def logged_in(self, cookie: str) -> "Served":
        """Return the same server, asked by somebody with that cookie."""
        return Served(self.name, self.process, self.port, cookie)


Asking = Callable[[Served], Answer]


@dataclass(frozen=True)
class Ratio:
    """Product over prototype: processor seconds a request, and wall medians in milliseconds."""

    scenario: str
    product_cpu_ms: float
    limit_cpu_ms: float
    ratio: float
    product_wall_ms: float
    limit_wall_ms: float
    goal: float

    @property
    def held(self) -> bool:
        """Say whether the goal is reached."""
        return self.ratio <= self.goal


def compare(
    scenario: str, product: Served, limit: Served, ask: Asking, times: int, goal: float
) -> Ratio:
    """Ask both in turns, `times` requests a turn, and set their costs side by side."""
    for server in (product, limit):
        for _ in range(3):
            _good(ask(server))
    costs: dict[str, list[float]] = {product.name: [], limit.name: []}
    walls: dict[str, list[float]] = {product.name: [], limit.name: []}
    for turn in range(ROUNDS):
        for server in (product, limit) if turn % 2 else (limit, product):
            before = server.cpu()
            answers = [_good(ask(server)) for _ in range(times)]
            costs[server.name].append((server.cpu() - before) / times * 1000)
            walls[server.name].append(median(answer.seconds for answer in answers) * 1000)
    ours, least = median(costs[product.name]), median(costs[limit.name])
    return Ratio(
        scenario,
        ours,
        least,
        ours / max(least, 0.001),
        median(walls[product.name]),
        median(walls[limit.name]),
        goal,
    )


def at_once(hands: int, work: Callable[[int], Answer]) -> list[Answer]:
    """Let so many threads work at the same moment and return their answers."""
    gate = threading.Barrier(hands)

    def one(number: int) -> Answer:
        gate.wait()
        return work(number)

    with ThreadPoolExecutor(hands) as pool:
        return list(pool.map(one, range(hands)))


def percentile(values: list[float], share: float) -> float:
    """Return the value that `share` of them do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def multipart(fields: Mapping[str, str], photo: bytes = b"") -> tuple[bytes, str]:
    """Return a form body with one photo in the field `photo`, and its content type."""
    edge = "bench-edge-3f1c"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    if photo:
        head = f'--{edge}\r\nContent-Disposition: form-data; name="photo"; filename="p.jpg"\r\n'
        parts += [head.encode() + b"Content-Type: image/jpeg\r\n\r\n", photo, b"\r\n"]
    return b"".join([*parts, f"--{edge}--\r\n".encode()]), f"multipart/form-data; boundary={edge}"


def form(fields: Mapping[str, str]) -> bytes:
    """Return a plain form body."""
    return urlencode(fields).encode()


@contextmanager
def serving(name: str, instance: Path, *words: str) -> Iterator[Served]:
    """Start a server, wait until it answers, stop it at the end."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    instance.mkdir(parents=True, exist_ok=True)
    given = {"HAZARD_INSTANCE": str(instance), "HAZARD_PORT": str(port)}
    with (instance / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *words], cwd=ROOT, env={**os.environ, **given},
            stdout=log, stderr=log,
        )  # fmt: skip
        served = Served(name, process, port)
        try:
            _wait_for(served)
            _wait_until_calm(served)
            yield served
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE_S)


def _wait_for(server: Served) -> None:
    for _ in range(PATIENCE_S * 10):
        try:
            if server.ask("GET", "/healthz").status < 600:
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"{server.name} does not answer")


def _wait_until_calm(server: Served) -> None:
    """Wait until what a server does after its start, such as proving the trail, is done."""
    for _ in range(PATIENCE_S):
        before = server.cpu()
        time.sleep(1)
        if server.cpu() - before < CALM_S:
            return
    raise TimeoutError(f"{server.name} does not come to rest")


def _good(answer: Answer) -> Answer:
    if answer.status >= 400:
        raise AssertionError(f"{answer.status}: {answer.body[:400]!r}")
    return answer


def _cpu_of(pid: int) -> float:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return 0.0
    fields = stat.rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS


def _family(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text(encoding="ascii").split():
            found += _family(int(child))
    return found
