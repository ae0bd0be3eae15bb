"""Boxes that anybody may close and only the holder of the private key opens (HPKE, X25519)."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from hazard.core import chance

KEY_BYTES = 32
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class WrongKey(Exception):
    """The box was closed for another key, or changed since."""


def new_pair() -> tuple[bytes, bytes]:
    """Return a private and a public key, 32 bytes each."""
    private = X25519PrivateKey.from_private_bytes(chance.take(KEY_BYTES))
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def close(public: bytes, content: bytes, info: str) -> bytes:
    """Return `content` as a box that opens with the private key and the same `info`."""
    key = X25519PublicKey.from_public_bytes(public)
    return _SUITE.encrypt(content, key, info.encode())


def open_box(private: bytes, box: bytes, info: str) -> bytes:
    """Return what is in the box; raises `WrongKey`."""
    key = X25519PrivateKey.from_private_bytes(private)
    try:
        return _SUITE.decrypt(box, key, info.encode())
    except InvalidTag:
        raise WrongKey from None
