"""Browsing as one of the plant's people, and what the tests of desk and case pages share."""

import re
from html import unescape
from io import BytesIO

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hazard.core.house import House
from tests.company import Company
from tests.pictures import jpeg, scene
from tests.signin import client_of


class Office:
    """The plant of four at their browsers; `as_("safety")` logs 王建华 in, and so on."""

    def __init__(self, app: Flask, house: House, company: Company) -> None:
        self.app, self.house, self.company = app, house, company
        self._clients: dict[str, FlaskClient] = {}

    def as_(self, who: str) -> FlaskClient:
        """Return the browser of a field of `Company`, logged in."""
        if who not in self._clients:
            person: int = getattr(self.company, who)
            self._clients[who] = client_of(self.app, self.house, person)
        return self._clients[who]

    def get(self, who: str, address: str) -> str:
        """Return a page that opens."""
        answer = self.as_(who).get(address)
        assert answer.status_code == 200, (answer.status_code, words(answer))
        return answer.text

    def post(self, who: str, address: str, **fields: object) -> TestResponse:
        """Send a form; lists send a field several times, bytes a file."""
        ready = {
            name: (BytesIO(value), f"{name}.jpg") if isinstance(value, bytes) else value
            for name, value in fields.items()
        }
        return self.as_(who).post(address, data=ready)


QUICK = {
    "hurt": "doctor", "likely": "possible", "gravity": "no", "category": "equipment",
    "short_description": "防护罩缺失", "extract": "装回防护罩", "declared": "1",
}  # fmt: skip
"""What the first hand fills in for a clear case of level 2."""


def photo(seed: int = 1) -> bytes:
    return jpeg(scene(seed=seed))


def words(answer: TestResponse | str) -> str:
    """Return what a person reads on a page."""
    page = answer if isinstance(answer, str) else answer.text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def alerts(answer: TestResponse) -> list[str]:
    """Return what stands in elements of role alert."""
    found = re.findall(r'<(\w+)[^>]*role="alert"[^>]*>(.*?)</\1>', answer.text, re.DOTALL)
    return [words(inner) for _, inner in found]


def state_of(page: str) -> str:
    """Return what `data-case-state` or `data-report-state` says."""
    found = re.search(r'data-(?:case|report)-state="(\w+)"', page)
    return found[1] if found else ""
