"""The plant manager's morning: new and major, who is late, several yeses with one password."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from hazard.cases.queries import get_case
from hazard.cases.terms import CaseState
from hazard.core.clock import day_of
from hazard.core.house import House
from hazard.core.money import yuan
from hazard.policy.words import About
from hazard.rewards.queries import gravest_first, list_to_decide
from hazard.rewards.terms import Account
from hazard.statistics.morning import morning_of
from tests.company import Company
from tests.seal import represent
from tests.signin import client_of
from tests.walks import (
    walk_quickly,
    walk_to_closed,
    walk_to_graded,
    walk_to_handled,
    walk_to_kept,
    walk_to_planned,
    walk_to_proposed_award,
    walk_to_rectifying,
)
from tests.web.test_money_pages import PASSWORD, Office, alerts, body


@pytest.fixture
def office(app: Flask, house: House, company: Company) -> Office:
    return Office(app, house, company)


def section(page: str, name: str) -> str:
    return page.split(f'id="{name}"', 1)[1].split("</section>", 1)[0]


def test_what_is_major_and_who_is_late_stand_at_the_top(office: Office, house: House) -> None:
    company = office.company
    major = walk_to_graded(company, level=4)
    walk_to_rectifying(company, level=2)
    walk_to_rectifying(company, level=2)
    company.clock.move(timedelta(days=5))
    late = walk_to_rectifying(company, level=2)
    head = client_of(office["head"].application, house, company.head)
    page = body(head.get("/morning"))
    assert major.case in section(page, "majors")
    assert late.case not in section(page, "majors")
    assert re.search(r"李秀英</span><b[^>]*>2</b>", section(page, "late"))
    assert "最久 2 天" in section(page, "late")
    assert 'style="' not in page


def test_no_figure_of_the_morning_tells_the_head_of_a_matter_about_the_head(
    office: Office,
) -> None:
    company = office.company
    walk_to_kept(company, represent(company), About.HEAD)
    with company.reading() as session:
        shown = morning_of(session, company._actor(company.head), company.clock.now())
    assert (shown.hazards.accepted, shown.hazards.open.all) == (0, 0)


def test_rewards_and_plans_are_approved_together_each_by_its_own_verb(office: Office) -> None:
    company = office.company
    reward, plan = walk_quickly(company, level=2), walk_to_planned(company, level=3)
    morning = body(office["head"].get("/morning"))
    assert 'href="/cases?open=1"' in morning
    page = section(morning, "waiting")
    assert f'name="award" value="{reward.awards[0]}"' in page
    assert f'name="plan" value="{plan.case}"' in page
    answer = office.post(
        "head", "/morning/decisions", award=reward.awards, plan=(plan.case,), declared="1"
    )
    assert answer.status_code == 303
    assert office.held()[Account.RESERVED] == yuan(50)
    assert state_of(company, plan.case) is CaseState.RECTIFYING


def test_only_what_can_be_decided_is_offered_what_waits_longest_first(office: Office) -> None:
    company = office.company
    first, handled = walk_quickly(company, level=1), walk_to_handled(company, level=2)
    later = [walk_quickly(company, level=1) for _ in range(2)]
    with company.reading() as session:
        today = day_of(company.clock.now())
        offered = list_to_decide(session, company._actor(company.head), today, 2)
    assert [each.id for each in offered] == [*first.awards, *later[0].awards]
    page = body(office["head"].get("/rewards"))
    assert f'value="{handled.awards[0]}"' not in page
    assert "须先由第二人确认属实" in page
    ticked = {"award": (*first.awards, *later[0].awards), "decision": "approve", "declared": "1"}
    assert office.post("head", "/rewards/decision", **ticked).status_code == 303


def test_what_is_refused_says_why_at_its_line_and_the_rest_is_done(office: Office) -> None:
    company = office.company
    good, gone = walk_quickly(company, level=1), walk_quickly(company, level=2)
    sent = {"award": (*good.awards, *gone.awards), "declared": "1"}
    office.post("head", "/morning/decisions", award=gone.awards, declared="1")
    answer = office.post("head", "/morning/decisions", **sent)
    assert answer.status_code == 409
    assert len(alerts(answer)) == 1
    assert office.held()[Account.RESERVED] == yuan(70)


def test_nothing_is_approved_without_password_declaration_or_a_tick(office: Office) -> None:
    walk = walk_quickly(office.company)
    for fields in (
        {"award": walk.awards, "declared": "1", "password": "wrong"},
        {"award": walk.awards, "declared": ""},
        {"declared": "1"},
        {"award": ("x",), "declared": "1"},
    ):
        answer = office.post("head", "/morning/decisions", **fields)
        assert (answer.status_code, bool(alerts(answer))) == (422, True), fields
    assert not office.held()[Account.RESERVED]
    for name in ("safety", "finance", "worker"):
        assert office[name].get("/morning").status_code == 403


def test_the_head_lands_on_the_morning_page_and_others_on_the_desk(office: Office) -> None:
    for number, page in (("0001", "/morning"), ("0002", "/desk")):
        sent = {"employee_no": number, "password": PASSWORD}
        answer = office["worker"].application.test_client().post("/login", data=sent)
        assert (answer.status_code, answer.headers["Location"]) == (303, page)


def test_rewards_are_approved_in_the_order_in_which_funds_are_given(office: Office) -> None:
    company = office.company
    small, grave = (walk_to_proposed_award(company, level=level).awards[0] for level in (1, 3))
    with company.reading() as session:
        assert gravest_first(session, [small, grave, 99]) == [grave, small, 99]


def test_before_and_after_need_both_pictures(office: Office) -> None:
    walk_to_closed(office.company, level=2)
    assert 'id="pairs"' not in body(office["head"].get("/morning"))


def test_a_longer_list_of_rewards_asks_no_more_of_the_database(office: Office) -> None:
    walk_to_proposed_award(office.company, level=2)
    few = questions(office)
    for level in (1, 3):
        walk_to_proposed_award(office.company, level=level)
    assert questions(office) == few


def questions(office: Office) -> int:
    asked: list[str] = []
    engine = office.company.database.engine

    def note(*args: object) -> None:
        asked.append(str(args[2]))

    event.listen(engine, "before_cursor_execute", note)
    assert office["head"].get("/rewards").status_code == 200
    event.remove(engine, "before_cursor_execute", note)
    return len(asked)


def state_of(company: Company, number: str) -> CaseState:
    with company.work_as(company.head) as work:
        return get_case(work.session, work.actor, number).state
