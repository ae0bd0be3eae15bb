"""What the receiving desk does with a report, and what it may not."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from hazard.audit.queries import list_happenings
from hazard.cases.models import Case
from hazard.core.house import House
from hazard.people.keeping import add_person, add_unit
from hazard.people.queries import root_unit
from hazard.policy.words import Identity, Urgency
from hazard.reports import intake
from hazard.reports.handling import answer
from hazard.reports.models import Report
from hazard.reports.terms import ReportState
from hazard.rewards.models import Award
from tests import walks
from tests.company import Company
from tests.web.desk_walks import QUICK, Office, alerts, photo, state_of, words

READY = {"category": "equipment", "short_description": "防护罩缺失", "extract": "装回防护罩"}


@pytest.fixture
def office(app: Flask, house: House, company: Company) -> Office:
    return Office(app, house, company)


def report_of(office: Office, number: str) -> Report:
    with office.company.reading() as session:
        return session.scalars(select(Report).where(Report.number == number)).one()


def actions(office: Office, report: Report) -> list[str]:
    with office.company.reading() as session:
        found = list_happenings(session, [("report", report.id)])
        return [happening.action for happening in found]


def test_the_page_shows_words_place_and_suggestion_but_no_name(office: Office) -> None:
    walk = walks.walk_to_reported(office.company)
    page = words(office.get("safety", f"/reports/{walk.report}"))
    assert "车床防护罩没了" in page
    assert "装回防护罩" in page
    assert "张伟" not in page


def test_only_the_receiving_desk_opens_a_report(office: Office) -> None:
    walk = walks.walk_to_reported(office.company)
    for other in ("finance", "worker"):
        assert office.as_(other).get(f"/reports/{walk.report}").status_code == 403
        assert office.as_(other).get("/reports").status_code == 403


def test_looking_at_the_name_is_recorded_and_only_a_post_does_it(office: Office) -> None:
    walk = walks.walk_to_reported(office.company)
    report = report_of(office, walk.report)
    assert office.as_("safety").get(f"/reports/{walk.report}/match").status_code == 405
    assert "report.identity_looked" not in actions(office, report)
    answer = office.post("safety", f"/reports/{walk.report}/match")
    assert "张伟" in words(answer)
    assert "report.identity_looked" in actions(office, report)
    assert "张伟" not in words(office.get("safety", f"/reports/{walk.report}"))


def test_save_and_next_leads_to_the_next_report_that_waits_the_urgent_first(
    office: Office,
) -> None:
    first, _, urgent = (
        walks.walk_to_reported(office.company, urgency=each).report
        for each in (Urgency.NORMAL, Urgency.NORMAL, Urgency.EMERGENCY)
    )
    address = f"/reports/{first}/acceptance"
    answer = office.post("safety", address, place=office.company.place, next="1", **READY)
    assert (answer.status_code, answer.location) == (303, f"/reports/{urgent}")


def test_a_typed_name_is_matched_to_an_employee(office: Office) -> None:
    name = intake.Name(name="小张", team="一班")
    walk = walks.walk_to_reported(office.company, name=name)
    address = f"/reports/{walk.report}/match"
    assert "小张" in words(office.post("safety", address))
    with office.company.work_as() as work:
        other = add_unit(work, "仓库", root_unit(work.session))
        add_person(work, "3888", "小张", other)
    page = office.post("safety", address).text
    offered = re.findall(r'name="meant" value="(\w+)"( checked)?', page)
    assert offered == [("3888", "")], "a namesake elsewhere; nobody is chosen beforehand"
    assert "小张 · 仓库 · 工号尾号 3888" in words(page)
    unknown = office.post("safety", address, decision="person", person="7777")
    assert (unknown.status_code, alerts(unknown)) == (422, ["没有这个工号的员工"])
    assert 'value="7777"' in unknown.text
    done = office.post("safety", address, decision="person", person="1001 张伟")
    assert done.status_code == 303
    assert "report.matched" in actions(office, report_of(office, walk.report))


def test_accepting_opens_a_hazard_with_the_words_of_the_desk(office: Office) -> None:
    walk = walks.walk_to_reported(office.company)
    answer = office.post(
        "safety", f"/reports/{walk.report}/acceptance", **READY, place_id=office.company.place
    )
    assert answer.status_code == 303
    page = office.get("safety", answer.headers["Location"])
    assert state_of(page) == "accepted"
    assert "防护罩缺失" in words(page)
    assert "切屑往外飞" not in words(page)


def test_with_thirty_waiting_the_officer_goes_from_one_to_the_next(office: Office) -> None:
    """The gravest first, then by date; the last one leads to its hazard (words 76)."""
    first, second = (walks.walk_to_reported(office.company).report for _ in range(2))
    grave = walks.walk_to_reported(office.company, urgency=Urgency.EMERGENCY).report
    assert "保存，下一条" in words(office.get("safety", f"/reports/{first}"))
    refusal = {"reason": "R2", "words": "没写清楚是哪一台", "next": "1"}
    steps = (
        (first, "refusal", refusal), (grave, "acceptance", {**READY, "next": "1"}),
        (second, "acceptance", {**READY, "next": "1"}),
    )  # fmt: skip
    went = [
        office.post("safety", f"/reports/{number}/{stage}", **form).headers["Location"]
        for number, stage, form in steps
    ]
    assert went[:2] == [f"/reports/{grave}", f"/reports/{second}"]
    assert went[2].startswith("/cases/")
    assert "保存，下一条" not in words(office.get("safety", f"/reports/{second}"))


def test_the_wording_is_proposed_from_the_kind_never_from_the_reporter(office: Office) -> None:
    walk = walks.walk_to_reported(office.company)
    page = office.get("safety", f"/reports/{walk.report}")
    assert 'name="short_description" type="text" value="设备设施有缺陷"' in page
    assert "机加工车间·3号车床：设备设施有缺陷" in page


def test_a_short_description_too_long_is_kept_and_refused_beside_its_field(office: Office) -> None:
    walk = walks.walk_to_reported(office.company)
    fields = {**READY, "short_description": "长" * 31}
    answer = office.post("safety", f"/reports/{walk.report}/acceptance", **fields)
    assert answer.status_code == 422
    assert "长" * 31 in answer.text
    assert any("30" in alert for alert in alerts(answer))
    assert report_of(office, walk.report).state is ReportState.SUBMITTED


def test_accepting_twice_is_refused_with_the_state_it_has_now(office: Office) -> None:
    walk = walks.walk_to_accepted(office.company)
    answer = office.post("safety", f"/reports/{walk.report}/acceptance", **READY)
    assert answer.status_code == 409
    assert len(alerts(answer)) == 1
    assert state_of(answer.text) == "accepted"


def test_a_refusal_needs_words_and_keeps_the_reason(office: Office) -> None:
    walk = walks.walk_to_reported(office.company)
    empty = office.post("safety", f"/reports/{walk.report}/refusal", reason="R5", words=" ")
    assert empty.status_code == 422
    assert 'value="R5" checked' in empty.text
    done = office.post(
        "safety", f"/reports/{walk.report}/refusal", reason="R5", words="已转给后勤，电话 8666"
    )
    assert done.status_code == 303
    page = office.get("safety", f"/reports/{walk.report}")
    assert state_of(page) == "refused"
    assert "已转给后勤" in words(page)


def test_no_reward_waits_for_the_name_on_a_report_that_was_refused(office: Office) -> None:
    walk = walks.walk_to_reported(office.company, name=intake.Name(name="小张", team="一班"))
    address = f"/reports/{walk.report}"
    assert "姓名还没对上人" in words(office.get("safety", address))
    office.post("safety", f"{address}/refusal", reason="R5", words="已转给后勤，电话 8666")
    assert "姓名还没对上人" not in words(office.get("safety", address))


def test_ready_sentences_stand_beside_the_field_and_are_polite(office: Office) -> None:
    walk = walks.walk_to_reported(office.company)
    page = office.get("safety", f"/reports/{walk.report}")
    assert 'data-insert="words" data-words="这件事不属于安全隐患' in page


def test_a_question_stops_the_clock(office: Office) -> None:
    walk = walks.walk_to_reported(office.company)
    asked = office.post("safety", f"/reports/{walk.report}/question", question="哪台车床？")
    assert asked.status_code == 303
    page = office.get("safety", f"/reports/{walk.report}")
    assert state_of(page) == "returned"
    assert "暂停计时" in words(page)
    assert walk.report not in office.get("safety", "/desk")


def test_a_drill_is_marked_and_the_mark_taken_off(office: Office) -> None:
    walk = walks.walk_to_reported(office.company)
    office.post("safety", f"/reports/{walk.report}/drill", drill="1")
    assert report_of(office, walk.report).drill
    assert "测试/演练" in office.get("safety", "/reports")
    office.post("safety", f"/reports/{walk.report}/drill")
    assert not report_of(office, walk.report).drill


def test_the_clock_of_a_drill_stands_on_when_its_reporter_answers(office: Office) -> None:
    walk = walks.walk_to_reported(office.company)
    office.post("safety", f"/reports/{walk.report}/drill", drill="1")
    office.post("safety", f"/reports/{walk.report}/question", question="哪台车床？")
    with office.company.reported() as work:
        report = work.session.scalars(select(Report).where(Report.number == walk.report)).one()
        answer(work, report, "3号")
    assert "暂停计时" in words(office.get("safety", f"/reports/{walk.report}"))


def test_the_quick_lane_does_it_all_on_one_screen(office: Office) -> None:
    walk = walks.walk_to_reported(office.company)
    page = office.get("safety", f"/reports/{walk.report}/quick")
    assert 'name="likely" value="possible" checked' in page
    answer = office.post(
        "safety", f"/reports/{walk.report}/quick", **QUICK, after=photo(),
        place_id=office.company.place, fixer=office.company.worker, second=office.company.head,
    )  # fmt: skip
    assert answer.status_code == 303
    number = answer.headers["Location"].rsplit("/", 1)[1]
    with office.company.reading() as session:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        assert (case.reward_level, case.fixed_on_spot, case.quick) == (2, True, True)
        assert session.scalars(select(Award).where(Award.case_id == case.id)).one().level == 2
    assert number in office.get("head", "/desk")
    office.post("head", f"/cases/{number}/confirmation", confirmed="yes", declared="1")
    assert state_of(office.get("safety", f"/cases/{number}")) == "closed"


def test_without_a_photo_the_quick_lane_goes_on_to_the_plan(office: Office) -> None:
    walk = walks.walk_to_reported(office.company)
    answer = office.post(
        "safety", f"/reports/{walk.report}/quick", **QUICK, second=office.company.head
    )
    number = answer.headers["Location"].rsplit("/", 1)[1]
    office.post("head", f"/cases/{number}/confirmation", confirmed="yes", declared="1")
    assert state_of(office.get("safety", f"/cases/{number}")) == "planning"


def test_the_wording_follows_the_sub_code_without_scripts(office: Office) -> None:
    walk = walks.walk_to_reported(office.company)
    page = office.get("safety", f"/reports/{walk.report}/quick")
    assert 'name="short_description" type="text" value="设备设施有缺陷"' in page
    fields = {**QUICK, "short_description": "设备设施有缺陷", "sub_code": "F1"}
    answer = office.post(
        "safety", f"/reports/{walk.report}/quick", **fields, second=office.company.head
    )
    assert "安全装置" in words(office.get("safety", answer.headers["Location"]))


def test_too_grave_for_the_quick_lane_comes_back_with_everything_kept(office: Office) -> None:
    walk = walks.walk_to_reported(office.company)
    fields = {**QUICK, "hurt": "lasting"}
    answer = office.post(
        "safety", f"/reports/{walk.report}/quick", **fields, second=office.company.head
    )
    assert answer.status_code == 409
    assert 'name="hurt" value="lasting" checked' in answer.text
    assert len(alerts(answer)) == 1
    assert report_of(office, walk.report).state is ReportState.SUBMITTED


def test_without_the_declaration_nothing_happens(office: Office) -> None:
    walk = walks.walk_to_reported(office.company)
    fields = {**QUICK, "declared": ""}
    answer = office.post(
        "safety", f"/reports/{walk.report}/quick", **fields, second=office.company.head
    )
    assert answer.status_code == 422
    assert alerts(answer) != []


def test_the_level_shows_while_the_questions_are_answered(office: Office) -> None:
    walk = walks.walk_to_reported(office.company)
    answer = office.as_("safety").get(
        f"/reports/{walk.report}/quick?hurt=lasting&likely=possible&gravity=no",
        headers={"HX-Request": "true"},
    )
    assert "<html" not in answer.text
    assert "3级" in words(answer)
    assert "200" in words(answer)


def test_neither_oneself_nor_the_reporter_is_offered_as_second(office: Office) -> None:
    walk = walks.walk_to_reported(office.company)
    page = office.get("safety", f"/reports/{walk.report}/quick")
    offered = page.split('name="second"')[1].split("</select>")[0]
    assert ("周国强" in offered, "李秀英" in offered) == (True, True)
    assert ("王建华" in offered, "张伟" in offered) == (False, False)


def test_a_text_file_named_jpg_is_refused_beside_its_field(office: Office) -> None:
    walk = walks.walk_to_reported(office.company)
    answer = office.post(
        "safety", f"/reports/{walk.report}/quick", **QUICK, after="纯文字".encode(),
        second=office.company.head,
    )  # fmt: skip
    assert answer.status_code == 422
    assert 'id="after-error"' in answer.text


def test_the_list_is_filtered_and_paged_by_the_address(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hazard.web.reports.PAGE", 2)
    made = [walks.walk_to_reported(office.company).report for _ in range(3)]
    done = walks.walk_to_accepted(office.company).report
    page = office.get("safety", "/reports?state=submitted")
    assert done not in page
    assert [number in page for number in made] == [False, True, True]
    link = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert made[0] in office.get("safety", link)


def test_the_reporters_day_alone_is_shown_of_an_anonymous_report(office: Office) -> None:
    walk = walks.walk_to_reported(office.company, identity=Identity.ANONYMOUS)
    page = words(office.get("safety", f"/reports/{walk.report}"))
    assert "11月23日" in page
    assert "08:00" not in page


def test_a_reporter_who_saw_it_too_is_proposed_as_a_joint_report(office: Office) -> None:
    first = walks.walk_to_accepted(office.company)
    second = walks.walk_to_reported(office.company, same_as=first.case)
    page = office.get("safety", f"/reports/{second.report}")
    assert first.case in words(page)
    assert f'value="{first.case}"' in page
    side_by_side = office.get("safety", f"/reports/{second.report}/joining?case={first.case}")
    assert re.search(r'value="joint"[^>]*checked', side_by_side)
    fields = {"case": first.case, "part": "joint", "note": "同一个护罩", "confirmed": "1"}
    office.post("safety", f"/reports/{second.report}/acceptance", **fields)
    with office.company.reading() as session:
        [case] = session.scalars(select(Case))
        assert [link.part for link in case.reports] == ["first", "joint"]
