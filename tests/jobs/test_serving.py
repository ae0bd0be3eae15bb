"""The real server process: started, started anew under load, stopped."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hazard.core.limits import allow_open_files

ROOT = Path(__file__).parent.parent.parent


@dataclass
class Server:
    process: subprocess.Popen[str]
    port: int

    def ask(self, path: str = "/healthz", source: str = "127.0.0.1") -> int:
        line = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=180, source_address=(source, 0)
        )
        line.request("GET", path)
        answer = line.getresponse()
        answer.read()
        line.close()
        return answer.status

    def hear(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={**os.environ, "HAZARD_INSTANCE": str(tmp_path), "HAZARD_PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    running = Server(process, port)
    assert "Serving" in running.hear() or running.hear()
    yield running
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def test_restarts_under_load_refuse_nobody(server: Server) -> None:
    answers: list[object] = []
    enough = threading.Event()

    def knock() -> None:
        while not enough.is_set():
            try:
                answers.append(server.ask())
            except OSError as error:
                answers.append(error)

    knockers = [threading.Thread(target=knock) for _ in range(4)]
    for knocker in knockers:
        knocker.start()
    slow = half_a_request(server.port)
    server.process.send_signal(signal.SIGHUP)
    time.sleep(0.3)
    server.process.send_signal(signal.SIGHUP)  # an impatient second one does no harm
    slow.sendall(b"\r\n")
    first_line = slow.recv(15)
    slow.close()
    assert server.hear().strip()
    server.process.send_signal(signal.SIGHUP)  # the heir hands the socket on as it got it
    assert server.hear().strip()
    before = len(answers)
    while len(answers) < before + 20:
        time.sleep(0.01)
    enough.set()
    for knocker in knockers:
        knocker.join()

    assert first_line == b"HTTP/1.1 200 OK"
    assert set(answers) == {200}


def test_the_server_stops_when_told_to(server: Server) -> None:
    assert server.ask() == 200

    server.process.terminate()

    assert server.process.wait(30) == 0
    with pytest.raises(ConnectionRefusedError):
        server.ask()


def half_a_request(port: int, source: str = "127.0.0.1") -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), timeout=180, source_address=(source, 0))
    line.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n")
    return line


def test_a_machine_that_takes_all_connections_keeps_no_phone_out(server: Server) -> None:
    allow_open_files(4096)
    taken = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(690)]
    patient = half_a_request(server.port, "127.0.0.2")
    taken += [socket.create_connection(("127.0.0.1", server.port)) for _ in range(400)]
    try:
        for line in taken:
            line.send(b"GET /report HTTP/1.1\r\nX-Slow: ")
    except OSError:
        pass  # hung up on already
    assert server.ask(source="127.0.0.3") == 200
    assert server.ask() == 200
    patient.sendall(b"\r\n")
    assert patient.recv(15).startswith(b"HTTP/1.1 200")
    for line in (*taken, patient):
        line.close()
