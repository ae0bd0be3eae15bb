"""A worker's phone without scripts: opens the form, fills it in, follows the answers."""

import html
import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from flask import Flask
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from hazard.access.actor import Actor
from hazard.audit.work import writing
from hazard.core.house import House
from hazard.core.words import Sentence, say
from hazard.people.logins import Attempt, log_in
from hazard.people.terms import Device

FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
Files = Sequence[tuple[str, bytes]]


def said(msgid: str, **values: object) -> str:
    """Return what a person reads in Chinese."""
    return say(Sentence(msgid, **values))


class Phone:
    """One phone with its own cookies."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()

    def open(self, path: str = "/report") -> str:
        """Return the page at `path`."""
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def hidden(self, path: str = "/report") -> dict[str, str]:
        """Return the hidden fields of the form at `path`."""
        return hidden(self.open(path))

    def send(
        self, path: str = "/report", form: Mapping[str, str] | None = None, files: Files = (),
        **fields: Any,
    ) -> TestResponse:  # fmt: skip
        """Send the report form opened at `path`, or one opened before."""
        body: dict[str, Any] = {**(self.hidden(path) if form is None else form), **fields}
        body["photos"] = [FileStorage(BytesIO(raw), name) for name, raw in files]
        return self._post("/report", body)

    def send_photo(self, form: Mapping[str, str], raw: bytes) -> TestResponse:
        """Send one photo as the script does."""
        body = {**form, "photo": FileStorage(BytesIO(raw), "photo.jpg")}
        return self._post("/report/photos", body)

    def _post(self, path: str, body: Mapping[str, Any]) -> TestResponse:
        """Send a multipart form whole; the client's own way leaves spilled files open."""
        boundary, data = encode_multipart(MultiDict(body))
        kind = f"multipart/form-data; boundary={boundary}"
        return self.client.post(path, data=data, content_type=kind)

    def report(self, path: str = "/report", files: Files = (), **fields: Any) -> tuple[str, str]:
        """Send a report that is taken and return its number and receipt code."""
        answer = self.send(path, files=files, **fields)
        assert answer.status_code == 303, alerts(answer.text)
        assert answer.headers["Location"] == "/receipt"
        return mark(self.open("/receipt"), "number"), mark(self.open("/receipt"), "code")

    def follow(self, code: str) -> TestResponse:
        """Enter a receipt code."""
        return self.client.post("/follow", data={**self.hidden("/follow"), "code": code})

    def press(self, stage: str, **fields: object) -> TestResponse:
        """Send one of the forms of the follow-up page."""
        return self.client.post(f"/follow/{stage}", data={**self.hidden("/follow"), **fields})

    def log_in(self, house: House, person_id: int, device: Device = Device.OWN) -> str:
        """Give the phone the login of a person; return its token."""
        with writing(house.database, Actor(person_id, "")) as work:
            token = log_in(work, Attempt(person_id, ()), device)
        self.client.set_cookie("sid", token)
        return token


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of a page."""
    return {name: html.unescape(value) for name, value in FIELD.findall(page)}


def mark(page: str, name: str) -> str:
    """Return `data-report-number` or `data-receipt-code`, empty if the page has none."""
    attribute = {"number": "data-report-number", "code": "data-receipt-code"}[name]
    found = re.search(f'{attribute}="([^"]*)"', page)
    return found[1] if found else ""


def alerts(page: str) -> list[str]:
    """Return what stands in elements of role alert that are shown."""
    tags = re.findall(r'<(\w+)([^>]*role="alert"[^>]*)>(.*?)</\1>', page, re.DOTALL)
    shown = [inner for _, attributes, inner in tags if " hidden" not in attributes]
    return [html.unescape(re.sub(r"<[^>]+>", "", inner)).strip() for inner in shown]
