"""The page of figures: what was typed comes back with a sentence; the ledger's figures agree."""

import re

import pytest
from flask import Flask

from hazard.core.house import House
from tests import walks
from tests.company import ON_ONE_DATABASE, Company
from tests.web.desk_walks import Office, alerts, words

pytestmark = ON_ONE_DATABASE


@pytest.fixture
def office(app: Flask, house: House, company: Company) -> Office:
    return Office(app, house, company)


@pytest.mark.parametrize(
    ("typed", "told"), [("11月", "2026-11"), ("2026-13", "2026-11"), ("2027-01", "还没到")]
)
def test_a_month_that_cannot_be_shown_comes_back_with_a_sentence(
    typed: str, told: str, office: Office
) -> None:
    refused = office.as_("safety").get(f"/statistics?month={typed}")
    assert refused.status_code == 422
    assert told in " ".join(alerts(refused))
    assert f'value="{typed}"' in refused.text


def test_what_the_page_says_was_found_is_what_the_ledger_lists(
    office: Office, company: Company
) -> None:
    walks.walk_to_closed(company, level=2)
    walks.walk_to_rectifying(company, level=4)
    walks.walk_to_accepted(company)
    shown = words(office.as_("safety").get("/statistics"))
    listed = office.get("safety", "/ledger?from=2026-11-01&until=2026-11-30")
    assert re.search(r"本月查出\s*2", shown)
    assert listed.count("<tr data-case-number") == 2
    assert re.search(r"查出\s*2\s*重大 1", shown)
