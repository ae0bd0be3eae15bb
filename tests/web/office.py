"""A browser without pictures: logs in, keeps cookies, sends forms with the page's own token."""

import re
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hazard.access.actor import SYSTEM
from hazard.audit.work import writing
from hazard.people import logins
from hazard.people.terms import Device
from tests.company import Company

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
TAGS = re.compile(r"<(?:script|style)\b.*?</(?:script|style)>|<[^>]+>", re.DOTALL)


class Visitor:
    """Somebody at a browser, logged in or not."""

    def __init__(self, app: Flask, company: Company | None = None, person: int = 0) -> None:
        self.client: FlaskClient = app.test_client()
        if company is not None and person:
            with writing(company.database, SYSTEM) as work:
                token = logins.log_in(work, logins.Attempt(person, ()), Device.OWN)
            self.client.set_cookie("sid", token)

    def get(self, address: str, **options: object) -> TestResponse:
        """Open a page."""
        return self.client.get(address, **options)

    def post(self, address: str, page: str, /, **fields: object) -> TestResponse:
        """Open `page`, then send a form with its token to `address`."""
        found = TOKEN.search(self.get(page).get_data(as_text=True))
        assert found, f"no form on {page}"
        form = {"csrf_token": unescape(found[1]), **fields}
        return self.client.post(address, data=form)


def words(response: TestResponse) -> str:
    """Return what a person reads on a page, one space between words."""
    return " ".join(unescape(TAGS.sub(" ", response.get_data(as_text=True))).split())


def alerts(response: TestResponse) -> list[str]:
    """Return what stands in elements with role="alert"."""
    page = response.get_data(as_text=True)
    found = re.findall(r'<(\w+)[^>]*role="alert"[^>]*>(.*?)</\1>', page, re.DOTALL)
    return [" ".join(unescape(TAGS.sub(" ", inner)).split()) for _, inner in found]
