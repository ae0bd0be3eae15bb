"""The duty roster as pages: month, cell, pattern, paste; and where it shows."""

from flask import Flask

from hazard.people.queries import get_person
from tests.company import Company
from tests.web.office import Visitor, alerts, words

TODAY = "2026-11-23"


def set_today(officer: Visitor, **fields: object) -> None:
    cell = {"day": TODAY, "shift": "白班", "person": "0002 王建华", "phone": "8001", **fields}
    answer = officer.post("/duty/cell", f"/duty/cell?day={TODAY}&shift=白班", **cell)
    assert answer.status_code == 303, alerts(answer)


def test_a_cell_is_filled_seen_on_desk_and_report_page_and_emptied(
    app: Flask, company: Company
) -> None:
    officer, worker = Visitor(app, company, company.safety), Visitor(app)
    assert "现在没有人值班" in words(officer.get("/duty"))
    assert 'href="tel:119"' in worker.get("/report").text
    set_today(officer, deputy="张伟")
    page = officer.get("/duty")
    assert "现在值班：王建华" in words(page)
    assert "替班：张伟" in words(page)
    assert "今天值班 白班 王建华 8001" in words(officer.get("/desk"))
    form = worker.get("/report")
    assert 'href="tel:8001"' in form.text
    assert 'href="tel:119"' in form.text
    assert "王建华" in words(form)
    set_today(officer, person="", deputy="")
    assert "王建华" not in words(Visitor(app).get("/report"))


def test_a_number_stands_beside_whose_it_is(app: Flask, company: Company) -> None:
    with company.work_as() as work:
        get_person(work.session, company.worker).phone = "13800138000"
    officer = Visitor(app, company, company.safety)
    set_today(officer, phone="", deputy="1001 张伟")
    for page in ("/duty", "/watch"):
        shown = words(officer.get(page))
        assert "现在值班：王建华" in shown
        assert "替班：张伟 13800138000" in shown
        assert officer.get(page).text.split('id="today"')[0].count("tel:13800138000") == 1


def test_an_unknown_name_comes_back_beside_its_field(app: Flask, company: Company) -> None:
    officer = Visitor(app, company, company.safety)
    cell = {"day": TODAY, "shift": "-", "person": "孙悟空", "phone": "8001"}
    refused = officer.post("/duty/cell", f"/duty/cell?day={TODAY}&shift=-", **cell)
    assert refused.status_code == 422
    assert ["孙悟空" in alert for alert in alerts(refused)] == [True]
    assert 'value="孙悟空"' in refused.text
    assert officer.get("/duty/cell?day=2026-11-23&shift=夜班").status_code == 404
    assert officer.get("/duty/cell?day=gestern&shift=-").status_code == 404


def test_a_pattern_fills_the_month(app: Flask, company: Company) -> None:
    officer = Visitor(app, company, company.safety)
    for month, first in (("2026-11", TODAY), ("2026-12", "2026-12-01")):
        assert f'value="{first}"' in officer.get(f"/duty/fill?month={month}").text
    answer = officer.post(
        "/duty/fill", "/duty/fill", shift="-", first="2026-11-23", last="2026-11-30",
        people="王建华、1001", days_each="7",
    )  # fmt: skip
    assert answer.status_code == 303, alerts(answer)
    shown = words(officer.get("/duty"))
    assert shown.count("王建华") >= 7
    assert shown.count("张伟") == 1
    backwards = officer.post(
        "/duty/fill", "/duty/fill", shift="-", first="2026-11-30", last="2026-11-01", people="1001"
    )
    assert backwards.status_code == 422
    assert 'value="2026-11-30"' in backwards.text


def test_a_pasted_list_is_shown_first_and_written_on_the_second_tap(
    app: Flask, company: Company
) -> None:
    officer = Visitor(app, company, company.safety)
    paste = {"month": "2026-11", "roster": "11月23日\t王建华\t张伟\n"}
    draft = officer.post("/duty/paste", "/duty/paste", **paste)
    assert "写入名单" in words(draft)
    assert "现在没有人值班" in words(officer.get("/duty?month=2026-11"))
    assert officer.post("/duty/paste/apply", "/duty/paste", **paste).status_code == 303
    assert "现在值班：王建华" in words(officer.get("/duty"))
    nobody = officer.post("/duty/paste", "/duty/paste", **paste, **{"who:王建华": "9" * 5000})
    assert nobody.status_code == 200
    wrong = officer.post("/duty/paste", "/duty/paste", month="2026-11", roster="11月23日\t孙悟空\n")
    assert "写入名单" not in words(wrong)
    assert "孙悟空" in wrong.text
    assert officer.post("/duty/paste/apply", "/duty/paste", month="2026-11",
                        roster="11月23日\t孙悟空\n").status_code == 409  # fmt: skip
