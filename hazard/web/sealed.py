"""Cookies of the reporter's road: encrypted, short-lived, sent to one path, naming nobody."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import request
from werkzeug.wrappers import Response

from hazard.core import chance, clock
from hazard.web.doorway import house

LIFE_S = 15 * 60
NONCE = 12


@dataclass(frozen=True, slots=True)
class SealedCookie:
    """One such cookie: what it carries can be read by this server alone, for 15 minutes."""

    name: str
    path: str

    def put(self, response: Response, value: str) -> None:
        """Give the browser `value`."""
        ends = int(clock.now().timestamp()) + LIFE_S
        nonce = chance.take(NONCE)
        box = nonce + self._cipher().encrypt(nonce, f"{ends} {value}".encode(), None)
        self._set(response, urlsafe_b64encode(box).decode(), LIFE_S)

    def read(self) -> str | None:
        """Return what this request brings, or None if it is missing, old or not ours."""
        try:
            box = urlsafe_b64decode(request.cookies.get(self.name, ""))
            plain = self._cipher().decrypt(box[:NONCE], box[NONCE:], None).decode()
        except (Error, ValueError, InvalidTag):
            return None
        ends, _, value = plain.partition(" ")
        return value if int(ends) > clock.now().timestamp() else None

    def end(self, response: Response) -> None:
        """Take it from the browser."""
        self._set(response, "", 0)

    def _set(self, response: Response, content: str, life: int) -> None:
        response.set_cookie(
            self.name, content, max_age=life, path=self.path, httponly=True, samesite="Lax",
            secure=house().settings.secure_cookies,
        )  # fmt: skip

    def _cipher(self) -> AESGCM:
        purpose = f"hazard cookie {self.name}".encode()
        return AESGCM(HKDF(SHA256(), 32, None, purpose).derive(house().keys.session))
