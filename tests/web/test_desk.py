"""The desk: who sees what waits, in which order, and what the empty one says."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from hazard.core.clock import FakeClock
from hazard.core.house import House
from hazard.places.composing import composer
from hazard.places.posters import mark_printed
from hazard.places.queries import get_poster
from hazard.policy.words import Urgency
from tests import walks
from tests.company import Company
from tests.signin import client_of
from tests.web.desk_walks import Office, words


@pytest.fixture
def office(app: Flask, house: House, company: Company) -> Office:
    return Office(app, house, company)


def test_forms_of_the_office_are_refused_without_their_token(app: Flask) -> None:
    assert app.config.get("WTF_CSRF_ENABLED", True)
    assert app.test_client().post("/logout").status_code == 400


def test_a_new_report_waits_for_the_safety_officer_alone(office: Office) -> None:
    walk = walks.walk_to_reported(office.company)
    assert f"/reports/{walk.report}" in office.get("safety", "/desk")
    for other in ("head", "finance", "worker"):
        assert walk.report not in office.get(other, "/desk")


def test_the_desk_of_a_worker_with_nothing_to_do_says_so(office: Office) -> None:
    assert "没有待办" in words(office.get("worker", "/desk"))


def test_the_empty_desk_says_what_is_due_next(office: Office) -> None:
    walks.walk_to_verifying(office.company)
    page = words(office.get("finance", "/desk"))
    assert "没有待办" in page
    assert "最近到期" not in page  # finance sees no case, so no date either
    walk = walks.walk_to_rectifying(office.company)
    office.post("head", f"/cases/{walk.case}/nothing")
    assert "没有待办" not in words(office.get("finance", "/desk"))


def test_what_is_due_first_stands_first_and_danger_before_all(
    office: Office, now: FakeClock
) -> None:
    early = walks.walk_to_reported(office.company)
    now.move(timedelta(days=1))
    late = walks.walk_to_reported(office.company)
    danger = walks.walk_to_reported(office.company, urgency=Urgency.EMERGENCY)
    page = office.get("safety", "/desk")
    assert page.index(danger.report) < page.index(early.report) < page.index(late.report)


def test_an_overdue_decision_is_marked_with_its_days(office: Office, now: FakeClock) -> None:
    walks.walk_to_reported(office.company)
    now.move(timedelta(days=3))
    assert "超期 2 天" in words(office.get("safety", "/desk"))


def test_each_verifier_finds_the_hazard_on_the_desk_until_it_is_put_down(office: Office) -> None:
    walk = walks.walk_to_verifying(office.company)
    for verifier in ("safety", "head"):
        assert walk.case in office.get(verifier, "/desk")
    office.post(
        "head", f"/cases/{walk.case}/verification", verdict="true", on_site="1", declared="1"
    )
    assert walk.case not in office.get("head", "/desk")


def test_the_head_finds_the_rewards_to_decide(office: Office) -> None:
    walks.walk_to_proposed_award(office.company)
    page = office.get("head", "/desk")
    assert 'href="/rewards"' in page
    assert "/rewards" not in office.get("worker", "/desk")


def test_finance_and_head_find_the_step_of_the_monthly_sheet(office: Office) -> None:
    walks.walk_to_drafted(office.company)
    assert 'href="/settlements/2026-11/1"' in office.get("finance", "/desk")
    assert 'href="/settlements/2026-11/1"' not in office.get("head", "/desk")


def test_a_long_desk_is_paged_by_key(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hazard.web.desk.PAGE", 2)
    made = [walks.walk_to_reported(office.company).report for _ in range(3)]
    first = office.get("safety", "/desk")
    link = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = office.get("safety", link)
    shown = [[number for number in made if number in page] for page in (first, second)]
    assert sorted(shown[0] + shown[1]) == sorted(made)
    assert (len(shown[0]), len(shown[1])) == (2, 1)


def test_the_desk_says_when_posters_point_to_an_address_this_machine_lost(
    app: Flask, house: House, company: Company
) -> None:
    with company.work_as() as work:
        poster = get_poster(work.session, 1)
        mark_printed(work, poster, composer(work.session, house.settings, work.now).sheet(poster))
    elsewhere = replace(house.settings, base_url="http://192.168.77.7:8000")
    app.extensions["hazard"] = replace(house, settings=elsewhere)
    seen = client_of(app, house, company.safety).get("/desk").text
    assert "本机地址变了，1 张海报指向旧地址" in seen
    assert "本机地址变了" not in client_of(app, house, company.worker).get("/desk").text
