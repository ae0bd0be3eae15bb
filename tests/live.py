"""The application behind a real server, for tests that drive a browser or many threads."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from waitress import create_server


@contextmanager
def live(app: Flask) -> Iterator[str]:
    """Serve `app` on a free port of this machine and give its address; stop at the end."""
    server = create_server(app, host="127.0.0.1", port=0, threads=8)
    thread = threading.Thread(target=server.run, name="live")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.task_dispatcher.shutdown()  # let answers under way finish before the sockets go
        server.close()
        thread.join(10)
