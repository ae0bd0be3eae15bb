"""The page of a hazard: its road, what is next and whose, and what is said beside it."""

import re
from base64 import b64encode
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image, ImageDraw

from hazard.access.permissions import Role
from hazard.core.clock import FakeClock, day_of
from hazard.core.house import House
from hazard.people.keeping import add_person, grant_role
from hazard.people.queries import root_unit
from hazard.policy.words import Identity
from tests import walks
from tests.company import Company
from tests.verbs.test_signing import handled
from tests.web.desk_walks import Office, alerts, photo, words
from tests.web.road import Phone

DUE = "2026-11-26"


@pytest.fixture
def office(app: Flask, house: House, company: Company) -> Office:
    app.config["WTF_CSRF_ENABLED"] = False
    return Office(app, house, company)


def road(page: str) -> list[tuple[str, str]]:
    """Return the steps as drawn: mark and words."""
    line = page.split('<ol class="road"')[1].split("</ol>", maxsplit=1)[0]
    steps = re.findall(r'<li(?: class="(\w+)")?[^>]*>(.*?)</li>', line, re.DOTALL)
    return [(mark, words(inner)) for mark, inner in steps]


def test_the_road_shows_days_and_names_and_what_is_next(office: Office) -> None:
    case = walks.walk_to_rectifying(office.company).case
    page = office.get("finance", f"/cases/{case}")
    steps = road(page)
    assert [mark for mark, _ in steps] == ["done"] * 4 + ["now", "", ""]
    assert "11月23日" in steps[0][1]
    assert "王建华、周国强" in steps[1][1]
    assert "2级" in steps[2][1]
    assert "李秀英" in steps[4][1]
    assert "11月26日前" in steps[4][1]
    shown = words(page.split('class="next')[1].split("</p>")[0])
    assert "正在整改 李秀英 11月26日前 还剩 3 天" in shown


def test_a_late_case_says_so_on_its_road(office: Office, now: FakeClock) -> None:
    case = walks.walk_to_rectifying(office.company).case
    now.move(timedelta(days=5))
    steps = road(office.get("safety", f"/cases/{case}"))
    assert steps[4][0] == "late"
    assert "超期 2 天" in steps[4][1]


def test_what_was_fixed_on_the_spot_has_no_plan_on_its_road(office: Office) -> None:
    case = walks.walk_quickly(office.company, fixed=True).case
    steps = road(office.get("safety", f"/cases/{case}"))
    heads = [shown.split(" ")[0] for _, shown in steps]
    assert heads == [
        "受理",
        "核查",
        "定级",
        "验收销号",
        "归档",
    ]
    assert [mark for mark, _ in steps] == ["done"] * 4 + ["now"]


def test_what_the_reporter_finds_still_there_is_opened_again_on_the_page(
    app: Flask, office: Office, company: Company
) -> None:
    walk = walks.walk_to_informed(company, level=1, identity=Identity.ANONYMOUS)
    assert walk.code
    number, phone = walk.case, Phone(app)
    phone.follow(walk.code.text)
    assert phone.press("confirmation", fixed="no").status_code == 303
    assert "回头看：还在不在" in words(office.get("safety", "/desk"))
    page = words(office.get("safety", f"/cases/{number}"))
    assert "报告人说还在，要再去看" in page
    form = {"text": "护罩又被拆了", "due_on": "2026-11-20", "declared": "1", "fixed": "no"}
    refused = office.post("safety", f"/cases/{number}/look-again", **form)
    assert alerts(refused) == ["期限已经过去，请选今天或以后"]
    assert "护罩又被拆了" in refused.text
    sent = office.post("safety", f"/cases/{number}/look-again", **form | {"due_on": DUE})
    assert sent.status_code == 303
    assert "重开 1 次" in words(office.get("safety", f"/cases/{number}"))
    assert road(office.get("safety", f"/cases/{number}"))[4][0] == "now"
    assert "正在改" in phone.open("/follow")
    assert "上次没有真改好，正在重改，11月26日前改好" in phone.open("/follow")


def test_a_later_date_is_asked_for_and_granted_on_the_page(office: Office) -> None:
    case = walks.walk_to_rectifying(office.company, level=3).case
    until = (day_of(office.company.clock.now()) + timedelta(days=5)).isoformat()
    wish = {"until": until, "reason": "配件周五到", "risk": "可能卷入", "control": ""}
    refused = office.post("finance", f"/cases/{case}/extension", **wish)
    assert refused.status_code == 422
    assert alerts(refused) == ["写一下这段时间怎么防"]
    assert "配件周五到" in refused.text
    sent = office.post("finance", f"/cases/{case}/extension", **wish | {"control": "停机并上锁"})
    assert sent.status_code == 303
    page = office.get("head", f"/cases/{case}")
    assert "申请延期到11月28日" in words(page)
    assert "原定 11月26日 改好，因 配件周五到 改到 11月28日；这段时间先 停机并上锁。" in page
    granted = office.post(
        "head",
        f"/cases/{case}/extension-decision",
        granted="yes",
        text="改到11月28日",
        declared="1",
    )
    assert granted.status_code == 303
    page = office.get("finance", f"/cases/{case}")
    assert "11月28日前" in road(page)[4][1]
    plan = words(page).split("整改方案 已做")[1]
    assert "期限 11月28日" in plan
    assert "改好之前怎么防 停机并上锁" in plan


def test_a_late_owner_is_offered_an_explanation_alone(office: Office, now: FakeClock) -> None:
    case = walks.walk_to_rectifying(office.company).case
    assert "申请延期（11月26日 前才能提）" in office.get("finance", f"/cases/{case}")
    now.move(timedelta(days=4))
    office._clients.clear()  # logins have run out by then
    page = office.get("finance", f"/cases/{case}")
    assert "已过期，不能延期，只能写说明；超期照记" in page
    assert "才能提）" not in page
    office.post("finance", f"/cases/{case}/explanation", text="采购退了单")
    assert "采购退了单" in office.get("safety", f"/cases/{case}")


def test_what_is_handed_up_stands_on_the_desk_until_it_is_answered(office: Office) -> None:
    case = walks.walk_to_rectifying(office.company).case
    empty = office.post("finance", f"/cases/{case}/hand-up", text="")
    assert alerts(empty) == ["请写几个字"]
    office.post("finance", f"/cases/{case}/hand-up", text="要停线半天")
    assert "答复交上来的事" in words(office.get("head", "/desk"))
    office.post("head", f"/cases/{case}/taking-up", taken="no", text="周六停线")
    assert "答复交上来的事" not in words(office.get("head", "/desk"))
    assert "周六停线" in office.get("finance", f"/cases/{case}")


def test_the_union_presses_and_the_officer_answers_and_stops_work(office: Office) -> None:
    company = office.company
    with company.work_as() as work:
        delegate = add_person(work, "1200", "孙桂芳", root_unit(work.session))
        grant_role(work, delegate, Role.UNION_REPRESENTATIVE, root_unit(work.session))
        company.people["union"] = delegate.id
    case = walks.walk_to_rectifying(company).case
    setattr(company, "union", company.people["union"])  # noqa: B010
    assert office.post("union", f"/cases/{case}/press", text="两周了", stop="no").status_code == 303
    page = office.get("safety", f"/cases/{case}")
    remark = re.search(r'name="remark" value="(\d+)"', page)
    assert remark
    answer = office.post("safety", f"/cases/{case}/press-answer", remark=remark[1], text="周五到")
    assert answer.status_code == 303
    assert office.post("safety", f"/cases/{case}/stop", text="停机").status_code == 303
    assert "此处已停止作业" in office.get("union", f"/cases/{case}")
    assert office.post("safety", f"/cases/{case}/go-on", text="已装临时护罩").status_code == 303
    assert office.post("worker", f"/cases/{case}/stop", text="停机").status_code == 404


def test_papers_come_from_the_page_of_the_case(office: Office) -> None:
    case = walks.walk_to_rectifying(office.company).case
    page = office.get("safety", f"/cases/{case}")
    assert f"/cases/{case}/notice.pdf" in page
    answer = office.as_("safety").get(f"/cases/{case}/verification.pdf")
    assert answer.mimetype == "application/pdf"
    assert office.as_("worker").get(f"/cases/{case}/notice.pdf").status_code == 404


def drawn() -> str:
    """Return a line as a canvas sends it."""
    picture = Image.new("RGB", (640, 240), "white")
    ImageDraw.Draw(picture).line([(40, 200), (300, 40), (600, 180)], fill="black", width=6)
    stored = BytesIO()
    picture.save(stored, "PNG")
    return "data:image/png;base64," + b64encode(stored.getvalue()).decode()


def test_the_second_hand_signs_on_the_first_hands_phone_and_can_deny_it(office: Office) -> None:
    case = handled(office.company)
    page = office.get("safety", f"/cases/{case}")
    assert "data-sign" in page
    assert "data-sign" not in office.get("head", f"/cases/{case}")
    address, signer = f"/cases/{case}/signature", office.company.finance
    empty = office.post("safety", address, signer=signer, declared="1", drawing="")
    assert empty.status_code == 422
    assert "请用手指签名" in alerts(empty)
    broken = office.post("safety", address, signer=signer, drawing="data:image/png;base64,!!")
    assert broken.status_code == 422
    signed = office.post("safety", address, signer=signer, declared="1", drawing=drawn())
    assert signed.status_code == 303
    mine = office.get("finance", "/signatures/1")
    picture = re.search(r'src="(/photos/\w+)"', mine)
    assert picture
    assert office.as_("finance").get(picture[1]).status_code == 200
    assert office.as_("worker").get("/signatures/1").status_code == 404
    assert office.post("finance", "/signatures/1", text="").status_code == 422
    assert office.post("finance", "/signatures/1", text="我不在厂里").status_code == 303
    assert "手写签名" in words(office.get("head", f"/cases/{case}"))


def test_the_week_is_signed_and_printed_and_the_sheet_kept(office: Office) -> None:
    company = office.company
    case = walks.walk_to_closed(company).case
    with company.work_as() as work:
        person = add_person(work, "1200", "孙桂芳", root_unit(work.session))
        grant_role(work, person, Role.UNION_REPRESENTATIVE, root_unit(work.session))
        setattr(company, "union", person.id)  # noqa: B010
    refused = office.post("union", "/closings", week="2026-11-23")
    assert refused.status_code == 422
    assert office.post("union", "/closings", week="2026-11-23", case=case).status_code == 303
    page = office.get("safety", "/closings?week=2026-11-25")
    assert "孙桂芳 已签" in words(page)
    assert office.as_("safety").get("/closings/sheet.pdf").mimetype == "application/pdf"
    assert office.post("safety", "/closings/paper", photo=photo()).status_code == 303
    kept = re.search(r'src="(/photos/\w+)"', office.get("union", "/closings"))
    assert kept
    assert office.as_("union").get(kept[1]).status_code == 200
    assert office.as_("worker").get(kept[1]).status_code == 404


def test_the_list_of_the_team_and_the_signed_sheet_on_the_phone(office: Office) -> None:
    case = walks.walk_to_rectifying(office.company).case
    unit = office.company.workshop
    assert "冷库里面能开门" in office.get("safety", f"/checklist/must?unit={unit}&preset=food")
    long = office.post("safety", "/checklist/must", unit=unit, lines="很" * 40)
    assert long.status_code == 422
    assert "很" * 40 in long.text
    saved = office.post("safety", "/checklist/must", unit=unit, lines="卡盘扳手已取下")
    assert saved.status_code == 303
    assert "卡盘扳手已取下" in office.get("safety", f"/checklist/must?unit={unit}")
    page = office.get("safety", f"/checklist/paper?unit={unit}")
    measure = re.search(r'name="measure" value="([^"]+)"', page)
    assert measure
    empty = office.post("safety", "/checklist/paper", unit=unit)
    assert alerts(empty) == ["请选一张照片"]
    marks = {"measure": measure[1], f"holds-{case}": "no"}
    sent = office.post("safety", "/checklist/paper", unit=unit, photo=photo(), **marks)
    assert sent.status_code == 303
    assert "临时管控失效" in office.get("finance", f"/cases/{case}")
    assert "已存档的表" in office.get("safety", f"/checklist/paper?unit={unit}")
