"""Reports of one hazard brought together, with who was first kept; and taken apart again."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from hazard.cases.models import Case
from hazard.cases.withdrawing import withdraw
from hazard.core import clock
from hazard.core.clock import FakeClock
from hazard.core.house import House
from hazard.policy.words import Category, Identity
from hazard.reports.models import Message
from hazard.reports.queries import hold_by_id
from hazard.reports.terms import ReportState
from hazard.rewards.models import Award
from hazard.rewards.terms import AwardState
from tests import walks
from tests.company import Company
from tests.web.desk_walks import Office, alerts, state_of, words

NOTE = "同一台车床、同一处护罩"
SECOND = {"category": "environment", "short_description": "地面有油", "extract": "清油"}


@pytest.fixture
def office(app: Flask, house: House, company: Company) -> Office:
    return Office(app, house, company)


def proposed(page: str) -> list[str]:
    return re.findall(r"/joining\?case=(C[\d-]+)", page)


def join(office: Office, report: str, case: str, **fields: object) -> object:
    return office.post(
        "safety", f"/reports/{report}/acceptance", case=case, confirmed="1",
        **{"part": "duplicate", "note": NOTE, **fields},
    )  # fmt: skip


def case_of(office: Office, number: str) -> Case:
    with office.company.reading() as session:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        session.refresh(case, ["reports"])
        [link.report for link in case.reports]
        return case


def test_an_earlier_hazard_of_the_place_is_proposed_with_reasons_for_thirty_days(
    office: Office, now: FakeClock
) -> None:
    first = walks.walk_to_accepted(office.company)
    fresh = walks.walk_to_reported(office.company)
    page = office.get("safety", f"/reports/{fresh.report}")
    assert proposed(page) == [first.case]
    assert "同一地点、同一类、文字相似 100%" in words(page)
    now.move(timedelta(days=31))
    office._clients.clear()  # the login of a month ago has ended
    late = walks.walk_to_reported(office.company)
    assert proposed(office.get("safety", f"/reports/{late.report}")) == []


def test_another_machine_is_not_proposed(office: Office) -> None:
    walks.walk_to_accepted(office.company, description="PSV-301安全阀漏气")
    other = walks.walk_to_reported(office.company, description="PSV-302安全阀漏气")
    assert proposed(office.get("safety", f"/reports/{other.report}")) == []


def test_joining_takes_two_steps_and_a_note(office: Office) -> None:
    first = walks.walk_to_accepted(office.company)
    second = walks.walk_to_reported(
        office.company, description="车床防护罩又没装", identity=Identity.ANONYMOUS
    )
    address = f"/reports/{second.report}/acceptance"
    wrong = office.post("safety", address, case="C2611-XXXX")
    assert (wrong.status_code, alerts(wrong)) == (422, ["没有这个编号的隐患"])
    beside = office.post("safety", address, case=first.case)
    assert beside.status_code == 200
    assert "车床防护罩没了" in words(beside)
    assert "车床防护罩又没装" in words(beside)
    bare = join(office, second.report, first.case, note=" ")
    assert bare.status_code == 422  # type: ignore[attr-defined]
    assert 'id="note-error"' in bare.text  # type: ignore[attr-defined]
    done = join(office, second.report, first.case)
    assert done.status_code == 303  # type: ignore[attr-defined]
    page = words(office.get("safety", f"/cases/{first.case}"))
    assert second.report in page
    assert NOTE in page


def test_who_rectifies_sees_neither_the_numbers_of_reports_nor_when_one_was_withdrawn(
    office: Office,
) -> None:
    case = walks.walk_to_graded(office.company).case
    office.post("safety", f"/cases/{case}/owner", person=str(office.company.finance))
    second = walks.walk_to_reported(office.company)
    join(office, second.report, case)
    with office.company.reported() as work:
        withdraw(work, hold_by_id(work, case_of(office, case).reports[1].report_id))
    desk = words(office.get("safety", f"/cases/{case}").split("办理经过")[1])
    owner = words(office.get("finance", f"/cases/{case}").split("办理经过")[1])
    assert f"并入报告 {second.report}" in desk
    assert "并入一条报告" in owner
    assert second.report not in owner
    day = clock.today()
    told = f"有一条报告撤回，隐患照办 {day.month}月{day.day}日 "
    assert re.search(rf"{told}(?![0-9])", owner)


def test_the_later_reporter_is_told_and_gets_the_result_too(office: Office) -> None:
    first = walks.walk_to_closed(office.company)
    office.post("safety", f"/cases/{first.case}/feedback", report=first.report, text="改好了")
    case = case_of(office, first.case)
    assert len(case.reports) == 1
    early = walks.walk_to_accepted(office.company)
    second = walks.walk_to_reported(office.company)
    join(office, second.report, early.case)
    with office.company.reading() as session:
        told = session.scalars(select(Message.text)).all()
    assert "这条有人先报了，结果也会告诉您" in told


def test_what_comes_after_the_closing_is_a_new_matter(office: Office, now: FakeClock) -> None:
    first = walks.walk_to_closed(office.company)
    now.move(timedelta(days=1))
    second = walks.walk_to_reported(office.company)
    page = words(office.get("safety", f"/reports/{second.report}"))
    assert "已销号：再出现算新的" in page
    refused = join(office, second.report, first.case)
    assert refused.status_code == 409  # type: ignore[attr-defined]
    assert "再出现算新隐患" in alerts(refused)[0]  # type: ignore[arg-type]


def test_who_came_before_and_said_it_clearly_may_become_the_first(office: Office) -> None:
    earlier = walks.walk_to_reported(office.company)
    case = walks.walk_to_proposed_award(office.company)
    join(office, earlier.report, case.case, part="supplement", first="1")
    now_first = case_of(office, case.case)
    assert now_first.first.report.number == earlier.report
    with office.company.reading() as session:
        assert session.scalars(select(Award)).all() == [], "it is proposed anew by hand"


def test_the_first_is_changed_with_a_reason_and_not_once_the_reward_is_decided(
    office: Office,
) -> None:
    case = walks.walk_to_approved_award(office.company)
    second = walks.walk_to_reported(office.company)
    join(office, second.report, case.case)
    address = f"/cases/{case.case}/first"
    decided = office.post("safety", address, report=second.report, note="它说清了是哪台")
    assert decided.status_code == 409
    assert "先收回" in alerts(decided)[0]
    other = walks.walk_to_accepted(office.company)
    third = walks.walk_to_reported(office.company)
    join(office, third.report, other.case)
    bare = office.post("safety", f"/cases/{other.case}/first", report=third.report, note="")
    assert (bare.status_code, 'id="note-error"' in bare.text) == (422, True)
    assert 'id="first"' in office.get("safety", f"/cases/{other.case}")
    done = office.post("safety", f"/cases/{other.case}/first", report=third.report, note="说清了")
    assert done.status_code == 303
    assert case_of(office, other.case).first.report.number == third.report
    assert "为首报" in words(office.get("safety", f"/cases/{other.case}"))


def test_one_report_of_two_hazards_opens_two_and_both_are_linked(office: Office) -> None:
    walk = walks.walk_to_accepted(office.company)
    address = f"/reports/{walk.report}/split"
    bare = office.post("safety", address, **{**SECOND, "extract": ""})
    assert bare.status_code == 422
    assert "地面有油" in bare.text
    done = office.post("safety", address, **SECOND, place_id=office.company.place)
    number = done.headers["Location"].rsplit("/", 1)[1]
    page = words(office.get("safety", f"/reports/{walk.report}"))
    assert walk.case in page
    assert number in page
    assert state_of(office.get("safety", f"/cases/{number}")) == "accepted"


def test_two_hazards_are_put_together_and_both_numbers_resolve(office: Office) -> None:
    older = walks.walk_to_accepted(office.company)
    newer = walks.walk_to_verifying(office.company)
    fields = {"into": older.case, "note": NOTE}
    unsure = office.post("safety", f"/cases/{newer.case}/merge", **fields)
    assert unsure.status_code == 422
    assert 'id="confirmed-error"' in unsure.text
    done = office.post("safety", f"/cases/{newer.case}/merge", **fields, confirmed="1")
    assert done.headers["Location"].endswith(older.case)
    sent_on = office.as_("safety").get(f"/cases/{newer.case}")
    assert (sent_on.status_code, sent_on.headers["Location"]) == (303, f"/cases/{older.case}")
    assert newer.report in office.get("safety", f"/cases/{older.case}")
    assert newer.case not in office.get("safety", "/cases")
    assert newer.case not in office.get("head", "/desk")
    assert older.case in words(office.get("safety", f"/reports/{newer.report}"))


def test_a_hazard_under_way_is_not_merged_away(office: Office) -> None:
    older = walks.walk_to_accepted(office.company)
    newer = walks.walk_to_rectifying(office.company)
    done = office.post(
        "safety", f"/cases/{newer.case}/merge", into=older.case, note=NOTE, confirmed="1"
    )
    assert done.status_code == 409
    assert state_of(office.get("safety", f"/cases/{newer.case}")) == "rectifying"


def test_a_supplement_earns_its_own_line_where_the_plant_set_one(office: Office) -> None:
    case = walks.walk_to_graded(office.company)
    second = walks.walk_to_reported(office.company, identity=Identity.ANONYMOUS)
    join(office, second.report, case.case, part="supplement")
    page = words(office.get("safety", f"/cases/{case.case}/award"))
    assert "有用的补充" not in page, "small plants say thanks"


def test_a_refused_reward_is_proposed_again_with_what_is_new(office: Office) -> None:
    walk = walks.walk_to_proposed_award(office.company)
    walks.decide(office.company, walk, note="不够清楚")
    address = f"/cases/{walk.case}/award"
    assert address in office.get("safety", "/rewards?state=refused")
    page = words(office.get("safety", address))
    assert "上次不奖之后有什么新情况" in page
    bare = office.post("safety", address, declared="1")
    assert (bare.status_code, 'id="reason-error"' in bare.text) == (422, True)
    done = office.post("safety", address, declared="1", reason="补拍了照片，看得清")
    assert done.status_code == 303
    with office.company.reading() as session:
        award = session.scalars(select(Award)).one()
        assert (award.state, award.proposal_note) == (AwardState.PROPOSED, "补拍了照片，看得清")
    assert "补拍了照片" in words(office.get("head", "/rewards"))
    walks.decide(office.company, walk)
    with office.company.reading() as session:
        assert session.scalars(select(Award.state)).one() is AwardState.APPROVED


def test_a_reward_that_stands_is_not_proposed_twice(office: Office) -> None:
    walk = walks.walk_to_proposed_award(office.company)
    twice = office.post("safety", f"/cases/{walk.case}/award", declared="1")
    assert (twice.status_code, alerts(twice)) == (409, ["这条隐患已提出奖励"])


def test_a_withdrawn_first_report_earns_nothing_and_nobody_moves_up_by_itself(
    office: Office,
) -> None:
    case = walks.walk_to_graded(office.company, category=Category.EQUIPMENT)
    second = walks.walk_to_reported(office.company)
    join(office, second.report, case.case, part="supplement")
    with office.company.reported() as work:
        from hazard.reports.handling import withdraw

        withdraw(work, hold_by_id(work, case_of(office, case.case).first.report_id))
    refused = office.post("safety", f"/cases/{case.case}/award", declared="1")
    assert "报告已撤回" in alerts(refused)[0]
    assert case_of(office, case.case).first.report.state is ReportState.WITHDRAWN
    office.post("safety", f"/cases/{case.case}/first", report=second.report, note="首报已撤回")
    again = office.post("safety", f"/cases/{case.case}/award", declared="1")
    assert again.status_code == 303


def test_the_reporters_own_word_that_it_is_the_same_is_shown_as_a_reason(office: Office) -> None:
    first = walks.walk_to_accepted(office.company)
    fresh = walks.walk_to_reported(office.company)
    with office.company.work_as() as work:
        hold_by_id(work, 2).same_as = first.case
    assert "报告人说是同一个" in words(office.get("safety", f"/reports/{fresh.report}"))
