"""What only a browser shows of the watch screen: it is armed, heard, touched, and left alone."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, Route

from hazard.core.house import House
from hazard.policy.words import Urgency
from hazard.web.doorway import login_cookie
from tests import walks
from tests.company import ON_ONE_DATABASE, Company
from tests.live import live
from tests.signin import token_of

pytestmark = pytest.mark.browser


@ON_ONE_DATABASE
def test_it_asks_to_be_armed_sounds_until_touched_and_says_when_the_server_is_silent(
    house: House, app: Flask, company: Company, browser: Browser
) -> None:
    walks.walk_to_reported(company, urgency=Urgency.EMERGENCY)
    with live(app) as address, browser.new_context() as context:
        with app.app_context():
            name = login_cookie()
        token = token_of(house, company.safety)
        context.add_cookies([{"name": name, "value": token, "url": address}])
        page = context.new_page()
        page.clock.install()
        page.goto(f"{address}/watch")
        page.locator("#arm").click()
        page.clock.run_for(2000)
        page.wait_for_selector("#watch[data-armed=yes][data-heard=emergency]")
        assert not page.locator("#arm").is_visible()
        page.locator(".alarms button").click()
        page.wait_for_selector(".alarms .seen")
        page.wait_for_selector("#watch[data-heard='']")
        assert not page.locator("#silent").is_visible()
        context.route("**/watch", _unanswered)
        page.clock.run_for(40_000)
        page.wait_for_selector("#silent:not([hidden])")
        page.wait_for_selector("#watch[data-heard=silent]")


def _unanswered(route: Route) -> None:
    route.abort()
