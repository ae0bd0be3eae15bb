"""The page of long work: asked for, watched without and with scripts, fetched by one person."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from hazard.core.house import House
from hazard.factory import create_app
from hazard.jobs.work import run_next
from hazard.policy.models import Plant
from tests.company import Company
from tests.prints.reading import Print
from tests.signin import client_of


@pytest.fixture
def demo(house: House) -> House:
    """The house of the demo plant, whose posters need no test by a phone."""
    return replace(house, demo=True)


@pytest.fixture
def officer(demo: House, company: Company) -> FlaskClient:
    """王建华's browser."""
    facts = {"department": "安全部", "officer": "王建华", "officer_phone": "8801"}
    with company.work_as() as work:
        values = {**facts, "report_phone": "8888", "emergency_phone": "8888"}
        work.session.execute(update(Plant).values(**values))
    return client_of(create_app(demo), demo, company.safety)


def test_all_posters_are_asked_for_watched_and_fetched(
    officer: FlaskClient, demo: House, company: Company
) -> None:
    asked = officer.post("/tasks/posters")
    assert asked.status_code == 303
    page = officer.get(asked.location).text
    assert '<meta http-equiv="refresh"' in page
    assert 'hx-trigger="every 2s"' in page
    assert "<progress" in page
    assert officer.get(f"{asked.location}/result").status_code == 404
    run_next(demo)
    part = officer.get(asked.location, headers={"HX-Request": "true"}).text
    assert part.strip().startswith("<section")
    assert "hx-trigger" not in part
    result = officer.get(f"{asked.location}/result")
    assert result.mimetype == "application/pdf"
    assert [code.text[-8:] for code in Print(result.data).page(1).codes()] == [company.poster]


def test_nobody_else_sees_or_fetches_it(
    officer: FlaskClient, demo: House, company: Company
) -> None:
    address = officer.post("/tasks/posters").location
    run_next(demo)
    head = client_of(officer.application, demo, company.head)
    assert head.get(address).status_code == 404
    assert head.get(f"{address}/result").status_code == 404


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
def test_a_number_no_database_can_hold_is_not_found(officer: FlaskClient, number: int) -> None:
    for address in ("/tasks", "/signatures", "/people", "/places", "/posters", "/units"):
        assert officer.get(f"{address}/{number}").status_code == 404, address


def test_posters_that_may_not_be_printed_are_not_asked_for(
    app: Flask, house: House, company: Company
) -> None:
    answer = client_of(app, house, company.safety).post("/tasks/posters")
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text


def test_a_result_that_is_gone_says_so(officer: FlaskClient, demo: House) -> None:
    address = officer.post("/tasks/posters").location
    run_next(demo)
    for key in list(demo.files.keys("results")):
        demo.files.delete(key)
    assert f"{address}/result" not in officer.get(address).text
    assert officer.get(f"{address}/result").status_code == 404
