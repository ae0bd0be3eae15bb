"""The two halves of a private key, and the sheets on which guardians keep theirs.

A sheet is the half under the guardian's passphrase (Argon2id, AES-GCM). It is shown once and
stays with the guardian: the server keeps neither sheet nor half.
"""

from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hazard.core import chance
from hazard.core.chance import CROCKFORD
from hazard.core.errors import Unclear
from hazard.core.words import N_, Sentence
from hazard.people.passwords import derive_key
from hazard.sealing.terms import Group

KEY, SALT, NONCE, CHECK = 32, 16, 12, 4
NUMBER = 5
"""Symbols of the number of a key and of a sheet."""
HEAD = 1 + NUMBER + 1 + NUMBER
"""Bytes before the salt: version, key, side, sheet."""
SIZE = HEAD + SALT + NONCE + KEY + 16 + CHECK
SYMBOLS = -(-SIZE * 8 // 5)
VERSION = 1
"""Says the cost of the passphrase too: that of passwords."""
READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
LEAST, MOST = 12, 128
"""Characters of a passphrase: whoever finds a sheet may try as often as they like."""
SIGNS = {Group.SAFETY: b"S", Group.UNION: b"U"}


class NotASheet(Unclear):
    """What was typed or chosen is not a guardian's sheet, or was copied wrongly."""

    def __init__(self) -> None:
        super().__init__(
            Sentence(N_("This is not a guardian's sheet, or a group was copied wrongly"))
        )


class WrongPassphrase(Unclear):
    """The sheet is whole, the passphrase does not open it."""

    def __init__(self) -> None:
        super().__init__(Sentence(N_("The passphrase does not open this sheet")))


@dataclass(frozen=True, slots=True)
class Sheet:
    """One guardian's locked half, as text of symbols in groups of four."""

    number: str
    key_number: str
    group: Group
    text: str

    @property
    def lines(self) -> tuple[str, ...]:
        """Return the groups in lines of six, as papers print them."""
        groups = self.text.split()
        return tuple(" ".join(groups[at : at + 6]) for at in range(0, len(groups), 6))


@dataclass(frozen=True, slots=True)
class Half:
    """One half of a private key, unlocked: for the moment of a deed, never stored."""

    sheet_number: str
    key_number: str
    group: Group
    value: bytes = field(repr=False)


def split(private: bytes) -> tuple[bytes, bytes]:
    """Return two halves; either alone is nothing but noise."""
    first = chance.take(len(private))
    return first, join(first, private)


def join(first: bytes, second: bytes) -> bytes:
    """Return what two halves make together."""
    return bytes(a ^ b for a, b in zip(first, second, strict=True))


def need_passphrase(passphrase: str, again: str, field: str) -> None:
    """Raise `Unclear` beside `field` for a passphrase that is short, monotonous or not repeated."""
    short = not LEAST <= len(passphrase) <= MOST
    if short or len(set(passphrase)) < 5:
        sentence = N_("A passphrase has %(least)s characters at least: four odd words, say")
        raise Unclear(Sentence(sentence, least=LEAST), field=field)
    if passphrase != again:
        raise Unclear(Sentence(N_("The two passphrases differ. Type both again")), field=field)


def lock(half: Half, passphrase: str) -> Sheet:
    """Return the half under a passphrase; slow, so never inside a transaction."""
    head = (
        bytes([VERSION]) + half.key_number.encode() + SIGNS[half.group] + half.sheet_number.encode()
    )
    salt, nonce = chance.take(SALT), chance.take(NONCE)
    locked = AESGCM(derive_key(passphrase, salt)).encrypt(nonce, half.value, head)
    body = head + salt + nonce + locked
    return Sheet(half.sheet_number, half.key_number, half.group, _symbols(body + _check(body)))


def read(text: str) -> Sheet:
    """Return the sheet somebody typed, scanned or chose as a file; raises `NotASheet`."""
    raw = _bytes(text)
    group = next((g for g, sign in SIGNS.items() if sign == raw[1 + NUMBER : 2 + NUMBER]), None)
    if raw[0] != VERSION or group is None or raw[-CHECK:] != _check(raw[:-CHECK]):
        raise NotASheet
    key_number = raw[1 : 1 + NUMBER].decode()
    return Sheet(raw[HEAD - NUMBER : HEAD].decode(), key_number, group, _symbols(raw))


def unlock(text: str, passphrase: str) -> Half:
    """Return the half on a sheet; slow. Raises `NotASheet` or `WrongPassphrase`."""
    sheet = read(text)
    raw = _bytes(sheet.text)
    salt, nonce = raw[HEAD : HEAD + SALT], raw[HEAD + SALT : HEAD + SALT + NONCE]
    try:
        value = AESGCM(derive_key(passphrase, salt)).decrypt(
            nonce, raw[HEAD + SALT + NONCE : -CHECK], raw[:HEAD]
        )
    except InvalidTag as wrong:
        raise WrongPassphrase from wrong
    return Half(sheet.number, sheet.key_number, sheet.group, value)


def digest(half: bytes) -> str:
    """Return by what the server knows the right half; 256 random bits cannot be guessed from it."""
    return sha256(b"hazard half|" + half).hexdigest()


def _check(body: bytes) -> bytes:
    return sha256(b"hazard sheet|" + body).digest()[:CHECK]


def _symbols(raw: bytes) -> str:
    number = int.from_bytes(raw, "big")
    symbols = ""
    for _ in range(SYMBOLS):
        number, symbol = divmod(number, 32)
        symbols = CROCKFORD[symbol] + symbols
    return " ".join(symbols[at : at + 4] for at in range(0, SYMBOLS, 4))


def _bytes(text: str) -> bytes:
    kept = "".join(line for line in text.upper().splitlines() if not line.startswith("#"))
    symbols = "".join(kept.split()).replace("-", "").translate(READ_AS)
    if len(symbols) != SYMBOLS or set(symbols) - set(CROCKFORD):
        raise NotASheet
    number = 0
    for symbol in symbols:
        number = number * 32 + CROCKFORD.index(symbol)
    try:
        return number.to_bytes(SIZE, "big")
    except OverflowError:
        raise NotASheet from None
