"""Where a report turns off the road: questions, other offices, appeals, taking it back."""

from datetime import timedelta

import pytest
from flask import Flask

from hazard.access.permissions import Role
from hazard.cases.withdrawing import withdraw
from hazard.core.clock import FakeClock
from hazard.core.errors import Refused
from hazard.core.house import House
from hazard.people.keeping import grant_role
from hazard.people.queries import get_person, root_unit
from hazard.policy.words import Desk, Identity
from hazard.reports.handling import answer, appeal, appeals_left
from hazard.reports.queries import hold_by_id
from tests import walks
from tests.company import Company
from tests.web.desk_walks import Office, alerts, state_of, words

NO = {"reason": "R2", "words": "请补拍照片"}


@pytest.fixture
def office(app: Flask, house: House, company: Company) -> Office:
    return Office(app, house, company)


def name_representative(company: Company, person_id: int) -> None:
    with company.work_as() as work:
        person = get_person(work.session, person_id)
        grant_role(work, person, Role.UNION_REPRESENTATIVE, root_unit(work.session))


def test_a_report_is_handed_on_to_a_named_office_with_words(office: Office) -> None:
    walk = walks.walk_to_reported(office.company)
    address = f"/reports/{walk.report}"
    to = {"target": "后勤科 孙科长", "words": "食堂，8555，归后勤管"}
    bare = office.post("safety", f"{address}/transfer", **{**to, "target": ""})
    assert (bare.status_code, 'id="target-error"' in bare.text) == (422, True)
    office.post("safety", f"{address}/transfer", **to)
    page = office.get("safety", address)
    assert state_of(page) == "transferred"
    assert "后勤科 孙科长" in words(page)


def test_the_receipt_of_the_other_office_is_awaited_on_the_desk_and_noted(
    office: Office, now: FakeClock
) -> None:
    walk = walks.walk_to_reported(office.company)
    address = f"/reports/{walk.report}"
    office.post("safety", f"{address}/transfer", target="后勤科", words="食堂，8555")
    now.move(timedelta(days=3))
    office._clients.clear()  # logins end sooner
    desk = words(office.get("safety", "/desk"))
    assert "取回对方签收回执" in desk
    assert "超期 2 天" in desk
    bare = office.post("safety", f"{address}/receipt", received_on="2026-11-25")
    assert 'id="received_by-error"' in bare.text
    fields = {"received_on": "2026-11-25", "received_by": "孙科长", "reference": "HQ-77"}
    assert office.post("safety", f"{address}/receipt", **fields).status_code == 303
    assert "HQ-77" in words(office.get("safety", address))
    assert walk.report not in office.get("safety", "/desk")


def test_what_the_other_office_sends_back_is_decided_anew(office: Office) -> None:
    walk = walks.walk_to_reported(office.company)
    address = f"/reports/{walk.report}"
    office.post("safety", f"{address}/transfer", target="后勤科", words="食堂，8555")
    office.post("safety", f"{address}/receipt", decision="back")
    assert state_of(office.get("safety", address)) == "submitted"
    assert "还剩 1 天" in words(office.get("safety", "/desk"))


def test_an_empty_message_about_a_decided_report_is_refused_beside_its_field(
    office: Office,
) -> None:
    walk = walks.walk_to_accepted(office.company)
    empty = office.post("safety", f"/reports/{walk.report}/question", question=" ")
    assert empty.status_code == 422
    assert alerts(empty) == ["请写一句话，报告人看得到"]


def test_two_questions_stop_the_clock_and_the_third_does_not(office: Office) -> None:
    walk = walks.walk_to_reported(office.company)
    address = f"/reports/{walk.report}"
    for n in range(2):
        office.post("safety", f"{address}/question", question=f"哪台{n}？")
        assert state_of(office.get("safety", address)) == "returned"
        with office.company.reported() as work:
            answer(work, hold_by_id(work, 1), "3号")
    assert "已暂停计时两次" in words(office.get("safety", address))
    office.post("safety", f"{address}/question", question="几点？")
    page = office.get("safety", address)
    assert state_of(page) == "submitted"
    assert "几点？" in words(page)


def test_an_appeal_is_decided_by_somebody_else_each_desk_once(office: Office) -> None:
    company = office.company
    name_representative(company, company.worker)
    walk = walks.walk_to_reported(company, identity=Identity.ANONYMOUS)
    address = f"/reports/{walk.report}/refusal"
    office.post("safety", address, **NO)
    for desk, decider in ((Desk.UNION, "worker"), (Desk.HEAD, "head")):
        with company.reported() as work:
            report = hold_by_id(work, 1)
            assert desk in appeals_left(work.session, report, work.now)
            appeal(work, report, "再看看", desk)
        assert office.as_("safety").post(address, data=NO).status_code == 404
        assert office.post(decider, address, **NO).status_code == 303
    with company.reported() as work:
        assert appeals_left(work.session, hold_by_id(work, 1), work.now) == ()
    with pytest.raises(Refused), company.reported() as work:
        appeal(work, hold_by_id(work, 1), "还不服", Desk.HEAD)


def test_nobody_decides_the_appeal_against_the_own_refusal(office: Office) -> None:
    company = office.company
    walk = walks.walk_to_reported(company, desk=Desk.HEAD)
    office.post("head", f"/reports/{walk.report}/refusal", **NO)
    with company.reported() as work:
        report = hold_by_id(work, 1)
        assert appeals_left(work.session, report, work.now) == (), "only the head sits there"


def test_an_accepted_report_is_taken_back_and_its_hazard_goes_on(office: Office) -> None:
    company = office.company
    name_representative(company, company.finance)
    walk = walks.walk_to_verifying(company)
    with company.reported() as work:
        withdraw(work, hold_by_id(work, 1), pressed=True)
    assert state_of(office.get("safety", f"/cases/{walk.case}")) == "verifying"
    assert "有一条报告撤回" in words(office.get("safety", "/inbox"))
    assert f"报告 {walk.report} 是报告人被人逼着撤回的" in words(office.get("finance", "/inbox"))
    for other in ("safety", "head"):
        assert "逼着" not in words(office.get(other, "/inbox"))
    assert "逼" not in words(office.get("safety", f"/reports/{walk.report}"))


def test_once_it_is_over_a_report_is_not_taken_back(office: Office) -> None:
    walks.walk_to_closed(office.company)
    with pytest.raises(Refused), office.company.reported() as work:
        withdraw(work, hold_by_id(work, 1))


def test_a_decided_reward_stops_a_drill_and_a_proposal_falls_with_it(office: Office) -> None:
    walk = walks.walk_to_proposed_award(office.company)
    other = walks.walk_to_proposed_award(office.company)
    assert office.post("safety", f"/reports/{walk.report}/drill", drill="1").status_code == 303
    assert "测试" in words(office.get("safety", f"/cases/{walk.case}"))
    to_decide = office.get("head", "/rewards")
    assert (walk.case in to_decide, other.case in to_decide) == (False, True)
    paid = walks.walk_to_approved_award(office.company)
    refused = office.post("safety", f"/reports/{paid.report}/drill", drill="1")
    assert refused.status_code == 409


def test_the_clocks_of_a_drill_stand_and_run_on_when_it_counts_after_all(
    office: Office, now: FakeClock
) -> None:
    walk = walks.walk_to_reported(office.company)
    office.post("safety", f"/reports/{walk.report}/drill", drill="1")
    now.move(timedelta(days=4))
    office._clients.clear()
    assert walk.report not in office.get("safety", "/desk")  # it waits for nobody
    assert "测试/演练" in words(office.get("safety", f"/reports/{walk.report}"))
    office.post("safety", f"/reports/{walk.report}/drill")
    assert "还剩 1 天" in words(office.get("safety", "/desk"))
