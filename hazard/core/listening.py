"""The listening socket, which outlives a restart: who connects meanwhile waits, nobody is refused.

Handed on as service managers do: file descriptor 3, `LISTEN_FDS=1`, `LISTEN_PID` of its heir.
"""

import os
import socket

INHERITED_FD = 3
QUEUE = 1024
"""Connections the kernel keeps waiting while the server starts anew."""


def listen(host: str, port: int) -> socket.socket:
    """Return the socket handed on to this process if it is for `host` and `port`, else a new one.

    Port 0 asks for any free port. Raises `OSError` where somebody else listens there.
    """
    inherited = _inherited()
    if inherited is not None:
        if inherited.getsockname()[:2] == (host, port):
            return inherited
        inherited.close()
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=QUEUE)


def hand_on(listener: socket.socket) -> None:
    """Keep `listener` for the program this process is about to become."""
    os.dup2(listener.fileno(), INHERITED_FD, inheritable=True)
    os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))


def _inherited() -> socket.socket | None:
    handed = os.environ.pop("LISTEN_FDS", ""), os.environ.pop("LISTEN_PID", "")
    if handed != ("1", str(os.getpid())):
        return None
    inherited = socket.socket(fileno=INHERITED_FD)
    inherited.set_inheritable(False)
    return inherited
