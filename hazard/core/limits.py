"""What a child process may use and what the disk must keep free; the only door to `resource`."""

import math
import os
import resource
import shutil
import sys
from enum import IntEnum
from pathlib import Path

from hazard.core.errors import Busy
from hazard.core.words import N_, Sentence

MEGABYTE = 1_000_000


class Room(IntEnum):
    """Free bytes below which a kind of writing waits (protection 3.8)."""

    PHOTO = 500 * MEGABYTE
    WORDS = 100 * MEGABYTE


_NO_ROOM = {
    Room.PHOTO: Sentence(N_("The disk is nearly full: words are kept, photos wait")),
    Room.WORDS: Sentence(N_("The disk is full: nothing can be kept. Tell the duty room by phone")),
}


_ROOT = str(Path(__file__).parent.parent.parent)


class NoRoom(Busy):
    """The disk has too little room for this; reading still works."""

    status = 507

    def __init__(self, kind: Room) -> None:
        super().__init__(_NO_ROOM[kind])


def need_room(path: Path, kind: Room) -> None:
    """Refuse with `NoRoom` where the disk that holds `path` has fewer than `kind` bytes free."""
    if free_bytes(path) < kind:
        raise NoRoom(kind)


def free_bytes(path: Path) -> int:
    """Return what this process may still write to the disk that holds, or will hold, `path`."""
    there = next(folder for folder in (path, *path.absolute().parents) if folder.exists())
    return shutil.disk_usage(there).free


def allow_open_files(count: int) -> None:
    """Let this process hold `count` files and connections open, as far as the system lets it."""
    soft, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, _at_most(count, most)), most))


def child_of(module: str, *arguments: str) -> list[str]:
    """Return the command that runs `main` of a module of ours, apart from everything else.

    The child finds `arguments` from `sys.argv[2]` on.
    """
    program = f"import sys; sys.path.insert(0, sys.argv[1]); from {module} import main; main()"
    return [sys.executable, "-I", "-W", "ignore", "-c", program, _ROOT, *arguments]


def confine(*, memory: int, open_files: int) -> None:
    """Bound this process for good: `memory` bytes, `open_files`, no file written, no core."""
    _bound(resource.RLIMIT_AS, memory)
    _bound(resource.RLIMIT_NOFILE, open_files)
    _bound(resource.RLIMIT_FSIZE, 0)
    _bound(resource.RLIMIT_CORE, 0)


def give_way() -> None:
    """Let others go first: on a busy machine a quarter is left for this process."""
    os.nice(5)


def allow_cpu(seconds: int) -> None:
    """Let this process compute `seconds` from now on; then the system ends it.

    The system counts a process's whole life, so each call raises the soft limit alone.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    soft = _at_most(math.ceil(used.ru_utime + used.ru_stime) + seconds, most)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, most))


def _bound(kind: int, amount: int) -> None:
    _, most = resource.getrlimit(kind)
    amount = _at_most(amount, most)
    resource.setrlimit(kind, (amount, amount))


def _at_most(amount: int, most: int) -> int:
    return amount if most == resource.RLIM_INFINITY else min(amount, most)
