"""The receipt code: derived, never stored, and checked against a hash (decisions 22)."""

import hashlib
import hmac
from dataclasses import dataclass

from hazard.core.chance import CROCKFORD
from hazard.core.errors import Unclear
from hazard.core.words import N_, Sentence

LOCATOR, SECRET, CHECK = 5, 13, 2
LENGTH = LOCATOR + SECRET + CHECK
CHECK_PRIME = 1021
"""The largest prime below 32²: any one wrong symbol, and most swaps, change the remainder."""
MIN_KEY = 22
"""Symbols of 128 random bits in base 64; shorter submission keys are refused."""
READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
"""What people write where the alphabet has no such letter."""


class WrongCode(Unclear):
    """No report has this code, or one group was copied wrongly."""

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                N_("This code is not right. Please check each group. You can still try again")
            ),
            field="code",
        )


@dataclass(frozen=True, slots=True)
class Code:
    """20 Crockford symbols: 5 find the row, 13 (65 bits) prove it, 2 catch slips of the pen."""

    locator: str
    secret: str

    @property
    def text(self) -> str:
        """Return the 20 symbols without gaps."""
        body = self.locator + self.secret
        return body + _check(body)

    @property
    def groups(self) -> tuple[str, ...]:
        """Return the symbols in five groups of four, as people copy them."""
        return tuple(self.text[at : at + 4] for at in range(0, LENGTH, 4))


def derive(receipt_key: bytes, submission_key: str) -> Code:
    """Return the code that belongs to a form: the same for each retry of it."""
    digest = hmac.digest(receipt_key, f"receipt|{submission_key}".encode(), "sha256")
    number = int.from_bytes(digest, "big")
    symbols = ""
    for _ in range(LOCATOR + SECRET):
        number, symbol = divmod(number, 32)
        symbols += CROCKFORD[symbol]
    return Code(symbols[:LOCATOR], symbols[LOCATOR:])


def read_code(typed: str) -> Code:
    """Return the code somebody typed, with any gaps and in any case; raises `WrongCode`."""
    text = "".join(typed.upper().split()).replace("-", "").translate(READ_AS)
    body, check = text[: LOCATOR + SECRET], text[LOCATOR + SECRET :]
    if len(text) != LENGTH or set(text) - set(CROCKFORD) or check != _check(body):
        raise WrongCode
    return Code(body[:LOCATOR], body[LOCATOR:])


def hash_of_key(submission_key: str) -> str:
    """Return what is stored of a submission key; raises `Unclear` for a made-up short one."""
    if len(submission_key) < MIN_KEY or len(submission_key) > 200:
        raise Unclear(
            Sentence(N_("The page was open too long. Nothing is lost; please send again"))
        )
    return hashlib.sha256(f"submission|{submission_key}".encode()).hexdigest()


def salt_of_key(submission_key: str) -> str:
    """Return what hides a sealed name in the hash of the fields; the key itself is not stored."""
    return hashlib.sha256(f"salt|{submission_key}".encode()).hexdigest()


def _check(body: str) -> str:
    value = 0
    for symbol in body:
        value = (value * 32 + CROCKFORD.index(symbol)) % CHECK_PRIME
    return CROCKFORD[value // 32] + CROCKFORD[value % 32]
