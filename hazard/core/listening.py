"""The listening socket, which outlives a restart: who connects meanwhile waits, nobody is refused.

Handed on as service managers do: file descriptor 3, `LISTEN_FDS=1`, `LISTEN_PID` of its heir.
"""

import errno
import os
import socket

from hazard.core.errors import Refused
from hazard.core.words import N_, Sentence

INHERITED_FD = 3
QUEUE = 1024
"""Connections the kernel keeps waiting while the server starts anew."""
OTHERWISE = N_("The server cannot listen at %(host)s, port %(port)s: %(why)s")
WHY = {
    errno.EADDRINUSE: N_(
        "Port %(port)s is in use: this server runs already, or another program took the port. Stop "
        "it, or choose another port with HAZARD_PORT"
    ),
    errno.EADDRNOTAVAIL: N_(
        "This computer has no address %(host)s. Mend HAZARD_HOST, or host in instance/settings.toml"
    ),
    errno.EACCES: N_("Only root may use port %(port)s. Choose one from 1024 with HAZARD_PORT"),
}


class CannotListen(Refused):
    """The address or the port is not to be had."""


def listen(host: str, port: int) -> socket.socket:
    """Return the socket handed on to this process if it is for `host` and `port`, else a new one.

    Port 0 asks for any free port. Raises `CannotListen`, saying what to do.
    """
    inherited = _inherited()
    if inherited is not None:
        if inherited.getsockname()[:2] == (host, port):
            return inherited
        inherited.close()
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=QUEUE)
    except OSError as error:
        words = WHY.get(error.errno or 0, OTHERWISE)
        why = Sentence(words, host=host, port=str(port), why=error.strerror)
        raise CannotListen(why) from error


def hand_on(listener: socket.socket) -> None:
    """Keep `listener` for the program this process is about to become."""
    os.dup2(listener.fileno(), INHERITED_FD)
    os.set_inheritable(INHERITED_FD, True)  # noqa: FBT003 - dup2 of itself would change nothing
    os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))


def _inherited() -> socket.socket | None:
    handed = os.environ.pop("LISTEN_FDS", ""), os.environ.pop("LISTEN_PID", "")
    if handed != ("1", str(os.getpid())):
        return None
    inherited = socket.socket(fileno=INHERITED_FD)
    inherited.set_inheritable(False)
    return inherited
