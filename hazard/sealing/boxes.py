"""Boxes that anybody can close with the public key and only the private key opens (HPKE)."""

import json
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from hazard.core import chance

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
IDENTITY_SIZE = 512
"""Bytes of a sealed name before sealing: its length tells nothing (decisions 20)."""
PAYOUT_SIZE = 64
LENGTH = 2
"""Bytes before the content that say how long it is."""


class NotThisKey(Exception):
    """The box was not closed with the public half of this key, or not for this report."""


def new_private() -> bytes:
    """Return a fresh private key of 32 bytes."""
    return chance.take(32)


def public_of(private: bytes) -> bytes:
    """Return the public key that belongs to a private one."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def packed(values: Mapping[str, str]) -> bytes:
    """Return values as the bytes that are sealed, not yet padded."""
    return json.dumps(dict(values), ensure_ascii=False, separators=(",", ":")).encode()


def fits(values: Mapping[str, str], size: int) -> bool:
    """Say whether values find room in a box of `size` bytes."""
    return LENGTH + len(packed(values)) <= size


def seal(public: bytes, values: Mapping[str, str], size: int, about: str) -> bytes:
    """Return a box that says nothing but its key; `about` binds it to one report number."""
    content = packed(values)
    if LENGTH + len(content) > size:
        raise ValueError("too long for the box; ask `fits` first")
    padded = (len(content).to_bytes(LENGTH, "big") + content).ljust(size, b"\0")
    return SUITE.encrypt(padded, X25519PublicKey.from_public_bytes(public), about.encode())


def unseal(private: bytes, box: bytes, about: str) -> dict[str, str]:
    """Return what a box holds; raises `NotThisKey`."""
    try:
        padded = SUITE.decrypt(box, X25519PrivateKey.from_private_bytes(private), about.encode())
    except InvalidTag as wrong:
        raise NotThisKey from wrong
    end = LENGTH + int.from_bytes(padded[:LENGTH], "big")
    values: dict[str, str] = json.loads(padded[LENGTH:end])
    return values
