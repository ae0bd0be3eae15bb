"""Passwords: which are taken, how they are hashed, and how many are checked at once."""

import re
import unicodedata
from typing import Literal

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from argon2.low_level import Type, hash_secret_raw

from hazard.core.errors import Unclear
from hazard.core.turns import Gate
from hazard.core.words import N_, Sentence

LEAST = 8
MOST = 128
"""Longer ones would only keep the machine busy."""
AT_ONCE = 2
"""Each hash takes 64 MB and a core for a moment; so many are checked, and so many made, at once."""
FULL = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)
CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
"""For tests and the demo plant; refused anywhere else (decisions 28)."""
ROWS = ("0123456789", "9876543210", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl",
        "zxcvbnm", "1qaz2wsx3edc", "qazwsxedc")  # fmt: skip
COMMON = frozenset(
    {
        "password", "passw0rd", "password1", "password123", "admin123", "admin888", "administrator",
        "iloveyou", "woaini1314", "woaini520", "5201314a", "a1234567", "a12345678", "aa123456",
        "abc12345", "abcd1234", "qwer1234", "1q2w3e4r", "11223344", "12341234", "12121212",
        "88888888a", "anquan123", "anquandiyi", "welcome1", "changeme",
    }
)  # fmt: skip

_hasher = FULL
_checks, _makes = Gate(AT_ONCE), Gate(AT_ONCE)
"""Apart, so that guessing codes and passwords holds up no report, whose code is hashed."""


class WeakPassword(Unclear):
    """A password others would guess."""


def use_cheap(where: Literal["tests", "demo"]) -> None:
    """Hash cheaply from now on, in this process; refused outside tests and the demo plant."""
    if where not in {"tests", "demo"}:
        raise RuntimeError("cheap password hashes are for tests and the demo plant only")
    global _hasher  # noqa: PLW0603 - one cost for the whole process is the point
    _hasher = CHEAP


def use_full() -> None:
    """Hash with the full cost, as a process does from its start."""
    global _hasher  # noqa: PLW0603
    _hasher = FULL


def hash_password(password: str) -> str:
    """Return the Argon2id hash of `password`; slow on purpose, so never inside a transaction."""
    with _makes:
        return _hasher.hash(_normal(password))


def is_right(stored: str | None, password: str) -> bool:
    """Tell whether `password` fits the stored hash; as slow when nothing is stored.

    A cheap hash is never right where the full cost is in force.
    """
    known = stored or _hash_of_nothing()
    with _checks:
        try:
            _hasher.verify(known, _normal(password)[: MOST + 1])
        except (VerifyMismatchError, InvalidHashError):
            return False
    return stored is not None and not _too_cheap(known)


def derive_key(passphrase: str, salt: bytes) -> bytes:
    """Return 32 bytes that only the passphrase gives (Argon2id); slow, as a password is."""
    with _checks:
        return hash_secret_raw(
            _normal(passphrase).encode(), salt, time_cost=_hasher.time_cost,
            memory_cost=_hasher.memory_cost, parallelism=_hasher.parallelism, hash_len=32,
            type=Type.ID,
        )  # fmt: skip


def need_strong(password: str, *, employee_no: str, plant: str, field: str = "password") -> None:
    """Raise `WeakPassword`, saying what to do, unless `password` may be used."""
    plain = _normal(password).casefold()
    for weak, sentence in (
        (
            not LEAST <= len(plain) <= MOST,
            Sentence(N_("A password has %(least)s to %(most)s characters"), least=LEAST, most=MOST),
        ),
        (
            _is_row(plain) or len(set(plain)) < 4,
            Sentence(N_("Too easy to guess: mix different letters and digits, not in a row")),
        ),
        (
            plain in COMMON,
            Sentence(N_("Many people use this password. Take another, such as three odd words")),
        ),
        (
            _holds(plain, employee_no) or _holds(plain, plant),
            Sentence(N_("Leave your employee number and the plant's name out of the password")),
        ),
    ):
        if weak:
            raise WeakPassword(sentence, field=field)


_dummies: dict[int, str] = {}


def _hash_of_nothing() -> str:
    """Return a hash of today's cost, so that an unknown number takes as long as a known one."""
    cost = _hasher.memory_cost
    if cost not in _dummies:
        _dummies[cost] = _hasher.hash("nobody has this password")
    return _dummies[cost]


def _too_cheap(known: str) -> bool:
    return _hasher is FULL and extract_parameters(known).memory_cost <= CHEAP.memory_cost


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def _is_row(plain: str) -> bool:
    """Tell whether it is a run of neighbouring keys or digits, once or repeated."""
    once = re.sub(r"^(.+?)\1+$", r"\1", plain)
    return any(once in row or once in row[::-1] or plain in row * 3 for row in ROWS)


def _holds(plain: str, word: str) -> bool:
    """Tell whether `word` makes up most of the password."""
    word = "".join(word.split()).casefold()
    return len(word) >= 3 and word in plain and len(plain) - len(word) < LEAST
