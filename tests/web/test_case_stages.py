"""Each stage of a hazard in the browser: done, refused, kept, posted twice."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from hazard.access.permissions import Role
from hazard.cases.models import Case
from hazard.cases.queries import get_case, list_told
from hazard.cases.states import Step
from hazard.cases.timeline import CASE_WORDS, REPORT_WORDS
from hazard.cases.waiting import Stage
from hazard.core.clock import FakeClock, day_of
from hazard.core.house import House
from hazard.people.keeping import add_person, grant_role
from hazard.people.queries import get_person, get_unit, root_unit
from hazard.policy.keeping import add_version, set_facts
from hazard.policy.queries import policy_values
from hazard.policy.words import Identity
from hazard.reports.models import Photo
from hazard.reports.states import ReportStep
from tests import walks
from tests.company import Company
from tests.verbs.test_awards import kept_and_graded
from tests.web.desk_walks import Office, alerts, photo, state_of, words

GRADE = {"hurt": "doctor", "likely": "possible", "gravity": "no", "declared": "1"}


@pytest.fixture
def office(app: Flask, house: House, company: Company) -> Office:
    return Office(app, house, company)


def plan_of(office: Office, **changes: object) -> dict[str, object]:
    made = {
        "owner": office.company.finance,
        "measures": "停机挂牌\n装回防护罩",
        "funds": "0",
        "due_on": "2026-11-28",
        "contingency": "机械伤害现场处置方案",
    }
    return {**made, **changes}


def state(office: Office, number: str) -> str:
    with office.company.reading() as session:
        return session.scalars(select(Case.state).where(Case.number == number)).one().value


def offered(page: str, field: str) -> str:
    """Return the options of a select."""
    return page.split(f'name="{field}"')[1].split("</select>", maxsplit=1)[0]


def test_the_head_names_who_proposes_and_that_person_proposes_on_the_page(office: Office) -> None:
    company = office.company
    walk = kept_and_graded(company, company.head, [company.head, company.finance])
    page = office.get("head", f"/cases/{walk.case}")
    assert "李秀英" in offered(page, "proposer")
    assert "王建华" not in offered(page, "proposer")
    assert office.as_("finance").get(f"/cases/{walk.case}").status_code == 404
    named = office.post("head", f"/cases/{walk.case}/proposer", proposer=company.finance)
    assert named.status_code == 303
    assert "提奖" in words(office.get("finance", "/desk"))
    assert "50.00" in words(office.get("finance", f"/cases/{walk.case}"))
    done = office.post("finance", f"/cases/{walk.case}/award", declared="1")
    assert done.headers["Location"] == "/desk"
    assert office.as_("worker").get(f"/cases/{walk.case}/award").status_code == 404
    assert "待定奖励 1 笔" in words(office.get("head", "/desk"))
    assert walk.case not in office.get("safety", "/desk")


def test_two_verifiers_are_named_and_find_it_on_their_pages(office: Office) -> None:
    walk = walks.walk_to_accepted(office.company)
    address = f"/cases/{walk.case}/verifiers"
    one = office.post("safety", address, verifier=[office.company.safety])
    assert (one.status_code, alerts(one)) == (422, ["请选两个不同的人"])
    both = [office.company.safety, office.company.head]
    assert office.post("safety", address, verifier=both).status_code == 303
    assert "到现场" in words(office.get("head", f"/cases/{walk.case}"))


def test_two_are_named_anew_where_the_grade_asks_for_others_to_have_seen_it(
    office: Office,
) -> None:
    walk = walks.walk_to_confirmed(office.company)
    page = office.get("safety", f"/cases/{walk.case}")
    assert "重新由两人核查" in words(page)
    assert "王建华" in offered(page, "verifier")
    both = [office.company.head, office.company.safety]
    assert office.post("safety", f"/cases/{walk.case}/verifiers", verifier=both).status_code == 303
    assert state(office, walk.case) == "verifying"


def test_in_a_long_list_who_is_near_or_asked_often_stands_first(office: Office) -> None:
    company = office.company
    with company.work_as() as work:
        workshop = get_unit(work.session, company.workshop)
        crew = [add_person(work, str(2000 + n), f"阿{n}", workshop) for n in range(12)]
        grant_role(work, crew[7], Role.SHIFT_LEADER, workshop)
    walk = walks.walk_to_accepted(company)
    listed = offered(office.get("safety", f"/cases/{walk.case}"), "verifier")
    near, others = listed.split('<optgroup label="其他人">')
    assert [name in near for name in ("阿7", "周国强", "王建华", "阿3")] == [
        True,
        True,
        True,
        False,
    ]
    assert near.index("阿7") < near.index("周国强")
    assert "阿3" in others


def test_the_known_reporter_is_not_offered_as_verifier(office: Office) -> None:
    walk = walks.walk_to_accepted(office.company)
    assert "张伟" not in offered(office.get("safety", f"/cases/{walk.case}"), "verifier")


def test_an_employee_without_a_role_does_not_see_the_hazard(office: Office) -> None:
    walk = walks.walk_to_accepted(office.company)
    answer = office.as_("finance").get(f"/cases/{walk.case}")
    assert answer.status_code == 404
    assert walk.case not in office.get("finance", "/cases")


def test_a_verifier_puts_down_what_was_found(office: Office) -> None:
    walk = walks.walk_to_verifying(office.company)
    address = f"/cases/{walk.case}/verification"
    refused = office.post("head", address, verdict="not_found", on_site="1", declared="1")
    assert refused.status_code == 422
    assert 'value="not_found" checked' in refused.text
    for person in ("head", "safety"):
        done = office.post(person, address, verdict="true", on_site="1", declared="1")
        assert done.status_code == 303
    assert state(office, walk.case) == "verified"


def test_a_verifier_steps_aside_and_the_desk_names_two_again(office: Office) -> None:
    walk = walks.walk_to_verifying(office.company)
    address = f"/cases/{walk.case}/verification"
    office.post("head", address, verdict="true", on_site="1", declared="1")
    assert office.post("safety", address, aside="1").status_code == 303
    page = office.get("safety", f"/cases/{walk.case}")
    assert "一名核查人回避，重新指定" in words(page)
    assert "请两人核查" in words(page)
    assert "有一名核查人回避，请重新指定" in words(office.get("safety", "/inbox"))
    assert office.post("safety", address, aside="1").status_code == 403


def test_fixed_on_the_spot_needs_a_photo_and_then_goes_straight_to_the_check(
    office: Office,
) -> None:
    walk = walks.walk_to_verifying(office.company)
    address = f"/cases/{walk.case}/verification"
    office.post(
        "safety", address, verdict="true", on_site="1", declared="1", after=photo(),
        fixer=office.company.worker,
    )  # fmt: skip
    office.post("head", address, verdict="true", on_site="1", declared="1")
    office.post("safety", f"/cases/{walk.case}/grading", **GRADE)
    assert state(office, walk.case) == "submitted_for_check"


def test_a_worker_asked_to_verify_is_led_back_to_the_desk_afterwards(office: Office) -> None:
    walk = walks.walk_to_accepted(office.company, identity=Identity.ANONYMOUS)
    people = [office.company.safety, office.company.worker]
    office.post("safety", f"/cases/{walk.case}/verifiers", verifier=people)
    answer = office.post(
        "worker", f"/cases/{walk.case}/verification", verdict="true", on_site="1", declared="1"
    )
    assert answer.headers["Location"] == "/desk"
    again = office.post(
        "worker", f"/cases/{walk.case}/verification", verdict="true", on_site="1", declared="1"
    )
    assert again.status_code == 404


def test_grading_shows_its_three_levels(office: Office) -> None:
    walk = walks.walk_to_confirmed(office.company)
    office.post("safety", f"/cases/{walk.case}/grading", **{**GRADE, "hurt": "lasting"})
    page = words(office.get("safety", f"/cases/{walk.case}"))
    for badge in ("一般隐患", "厂内 A 级", "奖励3级"):
        assert badge in page


def test_another_level_without_a_reason_keeps_the_answers(office: Office) -> None:
    walk = walks.walk_to_confirmed(office.company)
    answer = office.post("safety", f"/cases/{walk.case}/grading", **{**GRADE, "level": "1"})
    assert answer.status_code == 422
    assert 'name="hurt" value="doctor" checked' in answer.text
    assert len(alerts(answer)) == 1


def test_what_the_ledger_asks_is_put_down_at_grading_and_mended_later(office: Office) -> None:
    company = office.company
    walk = walks.walk_to_confirmed(company)
    with company.work_as(company.head) as work:
        values = {**policy_values(work.session, 1), "extras": ["accident", "lec"]}
        add_version(work, values, day_of(work.now))
    half = {**GRADE, "clause": "本厂规程第5条", "accident": "machine", "likelihood": "3"}
    answer = office.post("safety", f"/cases/{walk.case}/grading", **half)
    assert answer.status_code == 422
    assert "三个数要填就都填" in " ".join(alerts(answer))
    assert "本厂规程第5条" in answer.text
    whole = {**half, "exposure": "6", "consequence": "15"}
    assert office.post("safety", f"/cases/{walk.case}/grading", **whole).status_code == 303
    page = words(office.get("safety", f"/cases/{walk.case}"))
    for said in ("本厂规程第5条", "机械伤害", "D 270，2级 3×6×15"):
        assert said in page
    mended = office.post("safety", f"/cases/{walk.case}/classing", clause="GB 50016 第5条")
    assert mended.status_code == 303
    page = words(office.get("safety", f"/cases/{walk.case}"))
    assert "GB 50016 第5条" in page
    assert "机械伤害" not in page
    too_long = office.post("safety", f"/cases/{walk.case}/classing", clause="长" * 121)
    assert "最多" in " ".join(alerts(too_long))
    assert "长" * 121 in too_long.text


def test_a_small_plant_is_asked_neither_for_codes_nor_for_lec(office: Office) -> None:
    walk = walks.walk_to_confirmed(office.company)
    page = office.get("safety", f"/cases/{walk.case}")
    assert 'name="clause"' in page
    assert "LEC" not in page
    assert "GB/T 13861" not in page


def test_grading_twice_says_where_it_stands_now(office: Office) -> None:
    walk = walks.walk_to_graded(office.company)
    answer = office.post("safety", f"/cases/{walk.case}/grading", **GRADE)
    assert answer.status_code == 409
    assert len(alerts(answer)) == 1
    assert state_of(answer.text) == "planning"


def test_the_wrong_role_is_told_who_may(office: Office) -> None:
    walk = walks.walk_to_confirmed(office.company)
    answer = office.post("finance", f"/cases/{walk.case}/grading", **GRADE)
    assert answer.status_code == 403
    assert "安全员" in words(answer)


def test_the_head_may_not_take_the_repair_of_the_person_in_charge(office: Office) -> None:
    walk = walks.walk_to_rectifying(office.company)
    answer = office.post("head", f"/cases/{walk.case}/completion", cost="0", after=photo())
    assert answer.status_code == 403
    assert state_of(answer.text) == "rectifying"
    assert len(alerts(answer)) == 1


def test_the_person_in_charge_makes_the_plan_prefilled(office: Office) -> None:
    walk = walks.walk_to_graded(office.company)
    address = f"/cases/{walk.case}"
    assert "王建华" not in offered(office.get("safety", address), "person")
    office.post("safety", f"{address}/owner", person=office.company.finance)
    page = office.get("finance", address)
    assert "装回防护罩</textarea>" in page
    assert 'value="2026-11-30"' in page  # 7 natural days at level 2
    assert office.post("finance", f"{address}/plan", **plan_of(office)).status_code == 303
    assert state(office, walk.case) == "rectifying"


def test_an_incomplete_plan_names_what_is_missing_and_keeps_the_rest(office: Office) -> None:
    walk = walks.walk_to_graded(office.company)
    office.post("safety", f"/cases/{walk.case}/owner", person=office.company.finance)
    fields = plan_of(office, contingency="", funds="", measures="停机挂牌")
    answer = office.post("finance", f"/cases/{walk.case}/plan", **fields)
    assert (answer.status_code, alerts(answer)) == (422, ["还差：资金、应急预案"])
    assert "停机挂牌</textarea>" in answer.text


def test_the_plants_own_contingency_plan_is_taken_by_one_touch(office: Office) -> None:
    with office.company.work_as(office.company.head) as work:
        set_facts(work, {"standard_plan": "机械伤害现场处置方案"})
    walk = walks.walk_to_graded(office.company)
    office.post("safety", f"/cases/{walk.case}/owner", person=office.company.finance)
    assert "应急预案：用现有《机械伤害现场处置方案》 另写" in words(
        office.get("finance", f"/cases/{walk.case}")
    )
    fields = plan_of(office, contingency="", usual_plan="no")
    missing = office.post("finance", f"/cases/{walk.case}/plan", **fields)
    assert alerts(missing) == ["还差：应急预案"]
    office.post("finance", f"/cases/{walk.case}/plan", **(fields | {"usual_plan": "yes"}))
    with office.company.reading() as session:
        plan = session.scalars(select(Case).where(Case.number == walk.case)).one().plans[-1]
        assert plan.contingency == "机械伤害现场处置方案"


@pytest.mark.parametrize(
    ("field", "value"),
    [("due_on", "2026-11-22"), ("due_on", "morgen"), ("funds", "1e9"), ("funds", "-5"),
     ("funds", "١٢"), ("owner", "abc")],
)  # fmt: skip
def test_bad_input_of_a_plan_is_refused_beside_its_field(
    office: Office, field: str, value: str
) -> None:
    walk = walks.walk_to_graded(office.company)
    office.post("safety", f"/cases/{walk.case}/owner", person=office.company.finance)
    answer = office.post("finance", f"/cases/{walk.case}/plan", **plan_of(office, **{field: value}))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert state(office, walk.case) == "planning"


def test_a_plan_of_level_three_is_sent_back_with_words_and_comes_again(office: Office) -> None:
    walk = walks.walk_to_planned(office.company, level=3)
    address = f"/cases/{walk.case}"
    empty = office.post("head", f"{address}/plan-approval", approved="no", note="")
    assert empty.status_code == 422
    office.post("head", f"{address}/plan-approval", approved="no", note="写明谁停机")
    page = office.get("finance", address)
    assert "写明谁停机" in words(page)
    assert "停机挂牌" in page
    office.post("finance", f"{address}/plan", **plan_of(office))
    office.post("head", f"{address}/plan-approval", approved="yes", declared="1")
    assert state(office, walk.case) == "rectifying"


def test_measures_are_ticked_one_by_one_and_then_the_check_is_asked_for(office: Office) -> None:
    walk = walks.walk_to_rectifying(office.company)
    address = f"/cases/{walk.case}"
    early = office.post("finance", f"{address}/completion", cost="120", after=photo())
    assert early.status_code == 422
    with office.company.reading() as session:
        case = get_case(session, office.company._actor(office.company.safety), walk.case)
        measures = [measure.id for measure in case.plans[-1].measures]
    for at, measure in enumerate(measures):
        more = {"photo": photo()} if not at else {}
        assert (
            office.post("finance", f"{address}/progress", measure=measure, **more).status_code
            == 303
        )
    twice = office.post("finance", f"{address}/progress", measure=measures[0])
    assert twice.status_code == 409
    bare = office.post("finance", f"{address}/completion", cost="120")
    assert bare.status_code == 422
    assert 'id="after-error"' in bare.text
    assert 'value="120"' in bare.text
    office.post("finance", f"{address}/completion", cost="120", after=photo(2))
    assert state(office, walk.case) == "submitted_for_check"
    assert words(office.get("safety", address)).count("120.00") == 1


def test_the_check_sends_back_with_words_or_closes(office: Office) -> None:
    walk = walks.walk_to_completed(office.company)
    address = f"/cases/{walk.case}"
    assert office.post("safety", f"{address}/check", passed="no", declared="1").status_code == 422
    office.post("safety", f"{address}/check", passed="no", note="还松", declared="1")
    assert state(office, walk.case) == "rectifying"
    office.post("finance", f"{address}/completion", cost="0", after=photo(3))
    office.post("safety", f"{address}/check", passed="yes", declared="1")
    assert state(office, walk.case) == "closed"


def test_who_did_the_repair_may_not_check_it(office: Office) -> None:
    walk = walks.walk_to_completed(office.company)
    answer = office.post("finance", f"/cases/{walk.case}/check", passed="yes", declared="1")
    assert answer.status_code in {403, 409}
    assert alerts(answer) != []
    assert state(office, walk.case) == "submitted_for_check"


def test_a_checker_is_named_among_those_who_can(office: Office) -> None:
    walk = walks.walk_to_completed(office.company, level=3)
    page = office.get("safety", f"/cases/{walk.case}")
    assert "李秀英" not in offered(page, "person")
    wrong = office.post("safety", f"/cases/{walk.case}/checker", person=office.company.finance)
    assert wrong.status_code == 409
    assert "周国强" in alerts(wrong)[0]
    done = office.post("safety", f"/cases/{walk.case}/checker", person=office.company.head)
    assert done.status_code == 303


def test_a_major_hazard_is_closed_by_the_representatives_signature(office: Office) -> None:
    company = office.company
    with company.work_as() as work:
        root = root_unit(work.session)
        worker = get_person(work.session, company.worker)
        grant_role(work, worker, Role.UNION_REPRESENTATIVE, root)
    walk = walks.walk_to_completed(company, level=4, identity=Identity.ANONYMOUS)
    office.post("safety", f"/cases/{walk.case}/check", passed="yes", declared="1")
    assert state(office, walk.case) == "submitted_for_check"
    assert walk.case in office.get("worker", "/desk")
    assert office.post("head", f"/cases/{walk.case}/cosign").status_code == 403
    office.post("worker", f"/cases/{walk.case}/cosign")
    assert state(office, walk.case) == "closed"


def test_the_reporter_is_told_once_with_a_ready_sentence(office: Office) -> None:
    walk = walks.walk_to_closed(office.company)
    page = office.get("safety", f"/cases/{walk.case}")
    assert 'data-insert="text" data-words="您报的已改好' in page
    fields = {"report": walk.report, "text": "您报的已改好"}
    assert office.post("safety", f"/cases/{walk.case}/feedback", **fields).status_code == 303
    twice = office.post("safety", f"/cases/{walk.case}/feedback", **fields)
    assert (twice.status_code, alerts(twice)) == (409, ["这位报告人已告知过结果"])
    with office.company.reading() as session:
        case = get_case(session, office.company._actor(office.company.safety), walk.case)
        assert len(list_told(session, case)) == 1


@pytest.mark.parametrize("refused", [True, False])
def test_the_ready_sentence_promises_what_was_decided_and_nothing_else(
    office: Office, now: FakeClock, *, refused: bool
) -> None:
    walk = walks.walk_to_closed(office.company, level=2)
    assert "奖 50 元，12月15日 前发" in ready(office, walk), "expected, not decided yet"
    office.post("safety", f"/cases/{walk.case}/award", declared="1")
    walks.decide(office.company, replace(walk, awards=(1,)), note="已在计划内" if refused else "")
    now.move(timedelta(days=10))
    office._clients.clear()  # the login of ten days ago has ended
    assert ("奖 50 元，12月15日 前发" in ready(office, walk)) is not refused


def ready(office: Office, walk: walks.Walk) -> str:
    page = office.get("safety", f"/cases/{walk.case}")
    return re.search(r'data-words="(您报的已改好[^"]*)"', page)[1]  # type: ignore[index]


def test_the_result_may_be_told_as_soon_as_it_is_verified(office: Office) -> None:
    walk = walks.walk_to_planned(office.company)
    answer = office.post(
        "safety", f"/cases/{walk.case}/feedback", report=walk.report, text="查实了，正在改"
    )
    assert answer.status_code == 303
    assert state(office, walk.case) == "rectifying"
    early = walks.walk_to_accepted(office.company)
    refused = office.post(
        "safety", f"/cases/{early.case}/feedback", report=early.report, text="查实了"
    )
    assert refused.status_code == 409


def test_overdue_feedback_is_marked_on_the_desk(office: Office, now: FakeClock) -> None:
    walks.walk_to_closed(office.company)
    now.move(timedelta(days=5))
    page = words(office.get("safety", "/desk"))
    assert "告知报告人" in page
    assert "超期" in page


def test_the_second_hand_says_no_with_a_reason(office: Office) -> None:
    walk = walks.walk_to_reported(office.company)
    answer = office.post(
        "safety", f"/reports/{walk.report}/quick", **GRADE, category="equipment",
        short_description="防护罩缺失", extract="装回", second=office.company.head,
    )  # fmt: skip
    number = answer.headers["Location"].rsplit("/", 1)[1]
    address = f"/cases/{number}/confirmation"
    assert office.post("head", address, confirmed="no", declared="1").status_code == 422
    office.post("head", address, confirmed="no", reason="不是这台", declared="1")
    assert state(office, number) == "verifying"
    assert "不是这台" in words(office.get("safety", f"/cases/{number}"))
    assert number in office.get("safety", "/desk")


def test_another_second_person_is_asked_where_the_first_is_away(office: Office) -> None:
    walk = walks.walk_to_reported(office.company, identity=Identity.ANONYMOUS)
    answer = office.post(
        "safety", f"/reports/{walk.report}/quick", **GRADE, category="equipment",
        short_description="防护罩缺失", extract="装回", second=office.company.head,
    )  # fmt: skip
    number = answer.headers["Location"].rsplit("/", 1)[1]
    page = office.get("safety", f"/cases/{number}")
    assert "张伟" in offered(page, "verifier")
    office.post("safety", f"/cases/{number}/verifiers", verifier=[office.company.worker])
    assert number in office.get("worker", "/desk")
    assert number not in office.get("head", "/desk")


def test_those_who_fix_it_never_see_the_reporters_words(office: Office) -> None:
    walk = walks.walk_to_planned(office.company, identity=Identity.ANONYMOUS)
    page = words(office.get("finance", f"/cases/{walk.case}"))
    assert "装回" in page
    assert "切屑往外飞" not in page
    assert walk.report not in page


def test_photos_of_a_report_reach_those_who_fix_it_only_when_released(office: Office) -> None:
    walk = walks.walk_to_planned(office.company)
    with office.company.work_as() as work:
        case = work.session.scalars(select(Case).where(Case.number == walk.case)).one()
        work.session.add(
            Photo(
                public_id="PHOTOOFREPORT", sha256="0" * 64, dhash="0", part="report",
                report_id=case.reports[0].report_id, made_at=work.now,
            )
        )  # fmt: skip
    address = f"/cases/{walk.case}"
    assert "PHOTOOFREPORT" in office.get("safety", address)
    assert "PHOTOOFREPORT" not in office.get("finance", address)
    assert office.post("finance", f"{address}/photo", photo="PHOTOOFREPORT").status_code == 403
    office.post("safety", f"{address}/photo", photo="PHOTOOFREPORT", shown="yes")
    assert "PHOTOOFREPORT" in office.get("finance", address)
    office.post("safety", f"{address}/photo", photo="PHOTOOFREPORT", shown="no")
    assert "PHOTOOFREPORT" not in office.get("finance", address)


def test_the_timeline_names_staff_and_never_the_reporter(office: Office) -> None:
    walk = walks.walk_to_closed(office.company)
    page = words(office.get("safety", f"/cases/{walk.case}").split("办理经过")[1])
    assert "王建华" in page
    assert "张伟" not in page
    assert "收到报告" in page
    head = words(office.get("head", f"/cases/{walk.case}").split("办理经过")[1])
    assert "收到报告" not in head


def test_the_list_is_filtered_by_the_address(office: Office, now: FakeClock) -> None:
    late = walks.walk_to_accepted(office.company).case
    now.move(timedelta(days=9))
    fresh = walks.walk_to_verifying(office.company).case
    for query, shown, hidden in (
        ("overdue=1", late, fresh),
        ("state=verifying", fresh, late),
        (f"text={late[-4:]}", late, fresh),
    ):
        page = office.get("safety", f"/cases?{query}")
        assert (shown in page, hidden in page) == (True, False)
    assert "没有符合条件" in words(office.get("safety", "/cases?category=management"))
    closed = walks.walk_to_closed(office.company).case
    assert closed in office.get("safety", "/cases")
    still_open = office.get("safety", "/cases?open=1")
    assert (late in still_open, closed in still_open) == (True, False)
    assert re.search(r"超期 \d 天", words(office.get("safety", "/cases")))


def test_the_list_is_paged_by_key(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hazard.cases.lists.PAGE", 2)
    made = [walks.walk_to_accepted(office.company).case for _ in range(3)]
    page = office.get("safety", "/cases?category=equipment")
    assert [number in page for number in made] == [False, True, True]
    link = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "category=equipment" in link
    assert made[0] in office.get("safety", link)


def test_every_stage_has_its_template(app: Flask) -> None:
    for stage in Stage:
        app.jinja_env.get_template(f"cases/stages/_{stage.value}.html")  # or it raises


def test_every_step_has_its_words_in_the_timeline() -> None:
    assert set(Step) <= set(CASE_WORDS)
    assert set(ReportStep) <= set(REPORT_WORDS)
