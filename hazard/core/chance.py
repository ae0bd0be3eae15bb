"""The only place that draws random values, so that a test can repeat them (decisions 28)."""

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Source(Protocol):
    """Where random bytes and numbers come from."""

    def take(self, size: int) -> bytes:
        """Return `size` random bytes."""

    def below(self, bound: int) -> int:
        """Return a number from 0 to `bound` - 1."""


class MachineChance:
    """The operating system's generator."""

    def take(self, size: int) -> bytes:
        """Return `size` random bytes."""
        return secrets.token_bytes(size)

    def below(self, bound: int) -> int:
        """Return a number from 0 to `bound` - 1."""
        return secrets.randbelow(bound)


class SeededChance:
    """The same values in each run; for tests and the demo plant."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - never used where it must be secret

    def take(self, size: int) -> bytes:
        """Return `size` repeatable bytes."""
        return self._random.randbytes(size)

    def below(self, bound: int) -> int:
        """Return a repeatable number from 0 to `bound` - 1."""
        return self._random.randrange(bound)


CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U, so a code survives handwriting."""

_source: Source = MachineChance()


def take(size: int) -> bytes:
    """Return `size` random bytes."""
    return _source.take(size)


def below(bound: int) -> int:
    """Return a number from 0 to `bound` - 1."""
    return _source.below(bound)


def symbols(count: int) -> str:
    """Return `count` random Crockford symbols, 5 bits each."""
    return "".join(CROCKFORD[below(32)] for _ in range(count))


def token() -> str:
    """Return 256 random bits as 64 hexadecimal digits."""
    return take(32).hex()


@contextmanager
def use(source: Source) -> Iterator[None]:
    """Let all threads of this process draw from `source` instead."""
    global _source  # noqa: PLW0603 - one source for the whole process is the point
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before
