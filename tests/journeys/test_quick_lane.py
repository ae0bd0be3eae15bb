"""现场快办: a clear case costs the first hand at most five touches (decisions 10)."""

from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask
from playwright.sync_api import Browser, FilePayload
from sqlalchemy import select

from hazard.cases.models import Case
from hazard.cases.terms import CaseState
from hazard.core.house import House
from hazard.rewards.models import Award
from hazard.web.doorway import login_cookie
from tests import walks
from tests.company import Company
from tests.journeys.hands import PHONE, photograph
from tests.live import live
from tests.signin import token_of

pytestmark = pytest.mark.browser


def test_a_clear_case_takes_the_officer_five_touches(
    app: Flask, house: House, company: Company, browser: Browser
) -> None:
    number = walks.walk_to_reported(company).report
    with app.app_context():
        cookie = login_cookie()
    with live(app) as address:
        context = browser.new_context(viewport=PHONE, locale="zh-CN")
        token = token_of(house, company.safety)
        context.add_cookies([{"name": cookie, "value": token, "url": address}])
        page = context.new_page()
        page.goto(f"{address}/reports/{number}")
        photo: FilePayload = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photograph(5)}
        touches: list[Callable[[], object]] = [
            page.locator('a[href$="/quick"]').first.click,
            page.locator('label[for="hurt-scratch"]').click,
            partial(page.set_input_files, 'input[name="after"]', photo),
            page.locator('label:has(input[name="declared"])').click,
            page.locator('#quick button[type="submit"]').click,
        ]
        for touch in touches:
            touch()
        page.wait_for_selector('[data-case-state="verifying"]')
        context.close()
    assert len(touches) <= 5
    with company.reading() as session:
        case = session.scalars(select(Case)).one()
        assert (case.state, case.quick, case.fixed_on_spot) == (CaseState.VERIFYING, True, True)
        assert session.scalars(select(Award.amount)).one() == walks.figure(case.reward_level or 0)
