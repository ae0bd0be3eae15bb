"""Photos: refused, or made fit to be kept by one of two limited child processes."""

import hashlib
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, LifoQueue
from typing import IO, Self

from hazard.core.developing import (
    BOX,
    BOXES,
    CHANGE,
    REFUSALS,
    RESULT,
    Unreadable,
    reader_of,
    receive,
    send,
)
from hazard.core.errors import Busy
from hazard.core.limits import child_of
from hazard.core.words import N_, Sentence

Box = tuple[int, int, int, int]
"""Left, top, width and height in thousandths of a picture."""
CHILDREN = 2
QUEUE = 20
PATIENCE = 30.0
"""Seconds a photo may wait for its turn, and seconds by the wall that one may take."""
LIFETIME = 100
"""Photos after which a child is replaced."""
_CPU_SECONDS = 4


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo fit to be kept: no metadata, upright, at most 1600 pixels long."""

    jpeg: bytes
    sha256: str
    """Of `jpeg`; the same file sent twice gives the same."""
    dhash: str
    """16 hexadecimal digits; `hash_distance` tells how alike two photos are."""
    width: int
    height: int
    thumbnail: bytes
    """JPEG of at most 6,000 bytes."""


def hash_distance(one: str, other: str) -> int:
    """Return in how many of 64 points two photos differ; up to 6 they are nearly the same."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


class Darkroom:
    """A warm pool of limited children that develop photos; safe to share between threads.

    The children start with the first photo, work `seconds` of processor time on each at most,
    and are replaced after 100 photos or whenever one ends badly.
    """

    def __init__(self, *, seconds: int = _CPU_SECONDS) -> None:
        self._turns = threading.BoundedSemaphore(CHILDREN + QUEUE)
        self._free: LifoQueue[_Child] = LifoQueue()
        for _ in range(CHILDREN):
            self._free.put(_Child(seconds))

    def develop(self, raw: bytes) -> Picture:
        """Return the photo in `raw` made fit to be kept; wait for a turn where need be.

        Refuses what is empty, over 10 MB or 50 megapixels or 12,000 pixels long, not JPEG, PNG,
        WebP or HEIC, moving, or broken; `Busy` beyond 20 waiting photos.
        """
        reader_of(raw)
        with self._turn() as child:
            return child.develop(raw)

    def cover(self, jpeg: bytes, boxes: Sequence[Box]) -> Picture:
        """Return a kept photo with these parts blacked out."""
        return self._change(jpeg, boxes, keep=False)

    def crop(self, jpeg: bytes, box: Box) -> Picture:
        """Return this part of a kept photo."""
        return self._change(jpeg, [box], keep=True)

    def _change(self, jpeg: bytes, boxes: Sequence[Box], *, keep: bool) -> Picture:
        order = CHANGE + BOXES.pack(keep, len(boxes)) + b"".join(BOX.pack(*box) for box in boxes)
        with self._turn() as child:
            return child.develop(order + jpeg)

    def close(self) -> None:
        """End the children; a later photo would start new ones."""
        children = [self._free.get() for _ in range(CHILDREN)]
        for child in children:
            child.end()
            self._free.put(child)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _turn(self) -> "Iterator[_Child]":
        if not self._turns.acquire(blocking=False):
            raise _busy()
        try:
            child = self._free.get(timeout=PATIENCE)
        except Empty as nobody:
            raise _busy() from nobody
        else:
            try:
                yield child
            finally:
                self._free.put(child)
        finally:
            self._turns.release()


class _Child:
    """One process of the pool; used by one thread at a time."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._developed = 0

    def develop(self, raw: bytes) -> Picture:
        process = self._running()
        try:
            with self._watched(process):
                send(_pipe(process.stdin), raw)
                answer = receive(_pipe(process.stdout))
        except (OSError, EOFError) as death:
            self.end()
            raise Unreadable from death
        self._developed += 1
        if self._developed >= LIFETIME:
            self.end()
        return _picture(answer)

    def end(self) -> None:
        process, self._process, self._developed = self._process, None, 0
        if process:
            process.kill()
            process.communicate()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process and self._process.poll() is not None:
            self.end()
        if self._process is None:
            self._process = self._started()
        return self._process

    def _started(self) -> subprocess.Popen[bytes]:
        try:
            process = _start(self._seconds)
        except OSError as full:
            raise _busy() from full
        try:
            with self._watched(process):
                receive(_pipe(process.stdout))
        except (OSError, EOFError) as death:
            process.kill()
            process.communicate()
            raise _busy() from death
        return process

    @contextmanager
    def _watched(self, process: subprocess.Popen[bytes]) -> Iterator[None]:
        """Kill the child when it takes too long by the wall; blocked pipes then come free."""
        watch = threading.Timer(PATIENCE, process.kill)
        watch.start()
        try:
            yield
        finally:
            watch.cancel()
            watch.join()


def _start(seconds: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - every argument is our own
        child_of("hazard.core.developing", str(seconds)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={},
    )


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise EOFError
    return pipe


def _picture(answer: bytes) -> Picture:
    if answer[:1] == b"\0":
        raise REFUSALS[answer[1:]]
    width, height, dhash, length = RESULT.unpack_from(answer, 1)
    start = 1 + RESULT.size
    jpeg, thumbnail = answer[start : start + length], answer[start + length :]
    sha256 = hashlib.sha256(jpeg).hexdigest()
    return Picture(jpeg, sha256, dhash.decode(), width, height, thumbnail)


def _busy() -> Busy:
    return Busy(Sentence(N_("Many photos are on their way. Send yours again in a minute")))
