"""The application behind a real server, for tests that drive a browser or many threads."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from waitress import create_server

from hazard.serving import answer_until


@contextmanager
def live(app: Flask) -> Iterator[str]:
    """Serve `app` on a free port of this machine and give its address; stop at the end."""
    channels: dict[int, Any] = {}
    stop = threading.Event()
    server = create_server(app, host="127.0.0.1", port=0, threads=8, map=channels)
    thread = threading.Thread(target=answer_until, args=(stop, server, channels), name="live")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        stop.set()
        server.pull_trigger()
        thread.join(60)
        server.socket.close()
