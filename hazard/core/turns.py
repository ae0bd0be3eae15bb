"""Who waits, and who is next.

One machine that asks hundreds of slow things at once waits for itself; a phone beside it is
answered next. Addresses are known while their requests wait, and nowhere else.
"""

from collections import OrderedDict, deque
from threading import Lock
from typing import Any

PROXY = "127.0.0.1"
"""Its word about who asks is taken, as the server does."""


class Turns:
    """The queue of a waitress server's threads: one of each address in turn, in order of coming."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, deque[Any]] = OrderedDict()

    def append(self, channel: Any) -> None:
        """Let the next request of a connection wait."""
        self._waiting.setdefault(address_of(channel), deque()).append(channel)

    def popleft(self) -> Any:
        """Return whose turn it is; raises `KeyError` when nobody waits."""
        address, theirs = self._waiting.popitem(last=False)
        channel = theirs.popleft()
        if theirs:
            self._waiting[address] = theirs
        return channel

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))


class Gate:
    """Lets `many` through at once, and who waits in the order of coming.

    The semaphores of Python let a newcomer pass; under a flood somebody waits for ever.
    """

    def __init__(self, many: int) -> None:
        self._lock, self._free, self._waiting = Lock(), many, deque[Lock]()

    def __enter__(self) -> None:
        ticket = Lock()
        with self._lock:
            if self._free:
                self._free -= 1
                return
            ticket.acquire()
            self._waiting.append(ticket)
        ticket.acquire()

    def __exit__(self, *_: object) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1

    def __len__(self) -> int:
        return len(self._waiting)


def address_of(channel: Any) -> str:
    """Return who asks, or is about to: behind the proxy whom it names, else who connected."""
    address = str(channel.addr[0])
    request = channel.requests[0] if channel.requests else channel.request
    if address != PROXY or request is None:
        return address
    told: str = request.headers.get("X_FORWARDED_FOR", "")
    return told.rpartition(",")[2].strip() or address
