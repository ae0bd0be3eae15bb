"""The watch screen: what the gate house sees, touches, and never learns."""

import re
from datetime import timedelta

from flask import Flask

from hazard.access.permissions import Role
from hazard.people import duty
from hazard.people.keeping import add_person, grant_role
from hazard.people.queries import find_by_number, get_person, root_unit
from hazard.policy.keeping import add_version
from hazard.policy.terms import preset_values
from hazard.policy.words import About, Desk, Identity, Size, Urgency
from tests import walks
from tests.company import Company
from tests.web.office import Visitor, words


def gate(app: Flask, company: Company) -> Visitor:
    with company.work_as(company.head) as work:
        add_version(work, preset_values(Size.MEDIUM), work.now.date())
    with company.work_as() as work:
        root = root_unit(work.session)
        person = add_person(work, "9001", "门卫老赵", root)
        grant_role(work, person, Role.GATE_HOUSE, root)
        number = person.id
    return Visitor(app, company, number)


def sound(page: str) -> str:
    found = re.search(r'data-sound="(\w*)"', page)
    assert found
    return found[1]


def test_the_gate_sees_place_kind_and_minutes_and_nothing_of_the_reporter(
    app: Flask, company: Company
) -> None:
    walks.walk_to_reported(company, urgency=Urgency.EMERGENCY)
    walks.walk_to_reported(company, urgency=Urgency.NORMAL, description="慢慢来")
    company.clock.move(timedelta(minutes=7))
    page = gate(app, company).get("/watch")
    shown = words(page)
    assert "7 分钟前" in shown
    assert "机器设备有毛病" in shown
    assert "防护罩" not in shown
    assert "张伟" not in shown
    assert page.text.count("/acknowledgement") == 2  # one form: its action and its hx-post
    assert sound(page.text) == "emergency"


def test_it_sounds_until_touched_and_who_touched_is_kept(app: Flask, company: Company) -> None:
    walk = walks.walk_to_reported(company, urgency=Urgency.EMERGENCY)
    keeper, officer = gate(app, company), Visitor(app, company, company.safety)
    answer = keeper.post(f"/watch/{walk.report}/acknowledgement", "/watch")
    assert answer.status_code == 303
    page = keeper.get("/watch")
    assert sound(page.text) == ""
    assert "门卫老赵 已看到" in words(page)
    assert "值守屏上有人看到了" in words(officer.get(f"/reports/{walk.report}"))
    walks.walk_to_reported(company, urgency=Urgency.URGENT)
    assert sound(keeper.get("/watch", headers={"HX-Request": "true"}).text) == "urgent"
    officer.post(f"/watch/{walk.report}/acknowledgement", "/watch")
    assert "门卫老赵 已看到" in words(keeper.get("/watch"))


def test_an_unnamed_report_shows_its_shift_and_never_a_minute(app: Flask, company: Company) -> None:
    walk = walks.walk_to_reported(company, urgency=Urgency.EMERGENCY, identity=Identity.ANONYMOUS)
    company.clock.move(timedelta(minutes=7))
    keeper = gate(app, company)
    assert keeper.post(f"/watch/{walk.report}/acknowledgement", "/watch").status_code == 303
    shown = words(keeper.get("/watch"))
    assert "11月23日 白班" in shown
    assert "分钟前" not in shown
    seen = shown[shown.index("门卫老赵 已看到") :].split(" ")[1:3]
    assert not re.search(r"\d\d:\d\d", "".join(seen))


def test_a_decided_report_leaves_the_screen(app: Flask, company: Company) -> None:
    walks.walk_to_accepted(company, urgency=Urgency.EMERGENCY)
    assert "没有紧急的" in words(gate(app, company).get("/watch"))


def test_who_it_is_about_does_not_see_it_and_a_worker_only_while_on_duty(
    app: Flask, company: Company
) -> None:
    walk = walks.walk_to_reported(company, urgency=Urgency.EMERGENCY, about=About.SAFETY)
    officer, worker = (Visitor(app, company, each) for each in (company.safety, company.worker))
    assert "没有紧急的" in words(officer.get("/watch"))
    token = officer.post(f"/watch/{walk.report}/acknowledgement", "/duty/fill")
    assert token.status_code == 404
    assert worker.get("/watch").status_code == 403
    with company.work_as(company.safety) as work:
        duty.set_duty(work, duty.Entry(work.now.date(), "白班", company.worker, None, "8001"))
    shown = words(worker.get("/watch"))
    assert "机器设备有毛病" in shown
    assert "现在值班：张伟 8001" in shown
    assert "值守屏" in words(worker.get("/desk"))


def test_what_is_urgent_for_the_head_alone_sounds_and_says_whom_to_call_and_no_more(
    app: Flask, company: Company
) -> None:
    walk = walks.walk_to_reported(company, urgency=Urgency.URGENT, desk=Desk.HEAD)
    with company.work_as() as work:
        get_person(work.session, company.head).phone = "13800000001"
    keeper, head = gate(app, company), Visitor(app, company, company.head)
    page = keeper.get("/watch")
    assert sound(page.text) == "urgent"
    assert "周国强 13800000001" in words(page)
    for kept in (walk.report, "3号车床", "机器设备有毛病", "白班"):
        assert kept not in words(page), kept
    assert walk.report in head.get("/watch").text
    named = keeper.post(f"/watch/{walk.report}/acknowledgement", "/watch")
    assert named.status_code == 404
    assert keeper.post("/watch/kept/acknowledgement", "/watch").status_code == 303
    page = keeper.get("/watch")
    assert sound(page.text) == ""
    assert "门卫老赵 已看到" in words(page)


def test_what_waits_long_is_told_in_hours_and_days(app: Flask, company: Company) -> None:
    walks.walk_to_reported(company, urgency=Urgency.EMERGENCY)
    gate(app, company)
    with company.reading() as session:
        keeper = find_by_number(session, "9001")
    assert keeper
    told = []
    for waited in (timedelta(minutes=90), timedelta(hours=10), timedelta(days=3)):
        company.clock.move(waited)
        page = Visitor(app, company, keeper.id).get("/watch").text
        told += re.findall(r'class="since">([^<]*)<', page)

    assert told == ["90 分钟前", "11 小时前", "3 天前"]
