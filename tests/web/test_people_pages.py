"""People, units, roles, slips and the roster from a file, as pages."""

import io
import re

import xlsxwriter
from flask import Flask

from hazard.core import clock
from hazard.people.queries import find_by_number, list_held, list_units, unit_names, unit_of
from tests.company import Company
from tests.prints.reading import Print
from tests.web.office import Visitor, alerts, words


def upload(visitor: Visitor, content: bytes, name: str = "名单.csv", at: str = "/people/import"):  # type: ignore[no-untyped-def]
    return visitor.post(at, at, file=(io.BytesIO(content), name))


def key_of(page: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found
    return found[1]


def test_the_safety_officer_adds_finds_moves_and_ends_somebody(
    app: Flask, company: Company
) -> None:
    officer = Visitor(app, company, company.safety)
    added = officer.post(
        "/people", "/people/new", employee_no="1002", name="买买提·吐尔逊", unit=company.workshop
    )
    assert added.status_code == 303
    found = officer.get("/people?search=mmt")
    assert "买买提·吐尔逊" in words(found)
    assert "张伟" not in words(found)
    address = added.headers["Location"]
    changed = officer.post(address, address, name="买买提", unit=company.workshop, phone="8899")
    assert changed.status_code == 303
    assert officer.post(f"{address}/leaving", address, last_day="2026-11-22").status_code == 422
    assert officer.post(f"{address}/leaving", address, last_day="2026-11-23").status_code == 303
    with company.reading() as session:
        person = find_by_number(session, "1002")
        assert person is not None
        assert (person.name, person.phone, person.left_on) == ("买买提", "8899", clock.today())


def test_a_faulty_entry_comes_back_filled_in(app: Flask, company: Company) -> None:
    officer = Visitor(app, company, company.safety)
    answer = officer.post(
        "/people", "/people/new", employee_no="1001", name="赵六", unit=company.workshop
    )
    assert answer.status_code == 409
    assert 'value="赵六"' in answer.get_data(as_text=True)
    assert len(alerts(answer)) == 1
    for fields in ({"unit": ""}, {"unit": "x"}, {"joined_on": "2026-13-01"}, {"name": ""}):
        bad = {"employee_no": "1009", "name": "赵六", "unit": company.workshop, **fields}
        refused = officer.post("/people", "/people/new", **bad)
        assert refused.status_code == 422, fields
        assert len(alerts(refused)) == 1, fields


def test_the_head_gives_and_ends_roles_and_the_officer_may_not(
    app: Flask, company: Company
) -> None:
    head, officer = Visitor(app, company, company.head), Visitor(app, company, company.safety)
    address = f"/people/{company.worker}"
    role = {"role": "shift_leader", "over": company.workshop}
    assert officer.post(f"{address}/roles", address, **role).status_code == 403
    assert head.post(f"{address}/roles", address, **role).status_code == 303
    with company.reading() as session:
        (held,) = list_held(session, company.worker, clock.today())
    assert head.post(f"{address}/roles/{held.id}/end", address).status_code == 303
    assert head.post(f"{address}/roles", address, role="king", over=1).status_code == 422
    mine = f"/people/{company.head}"
    with company.reading() as session:
        (own,) = list_held(session, company.head, clock.today())
    assert head.post(f"{mine}/roles/{own.id}/end", mine).status_code == 409


def test_slips_of_the_office_are_printed_by_the_head_only(app: Flask, company: Company) -> None:
    head, officer = Visitor(app, company, company.head), Visitor(app, company, company.safety)
    worker, finance = f"/people/{company.worker}", f"/people/{company.finance}"
    slip = officer.post(f"{worker}/slip", worker)
    assert slip.status_code == 200
    assert re.search(r"[0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]{4}", words(slip))
    assert "no-store" in slip.headers["Cache-Control"]
    assert officer.post(f"{finance}/slip", finance).status_code == 403
    assert head.post(f"{finance}/slip", finance).status_code == 200
    assert "李秀英" in words(head.get("/inbox"))
    assert head.post("/inbox/read", "/inbox").status_code == 303


def test_a_worker_sees_nobody_elses_entry(app: Flask, company: Company) -> None:
    worker = Visitor(app, company, company.worker)
    assert worker.get("/people").status_code == 403
    assert worker.get(f"/people/{company.head}").status_code == 403
    assert worker.get("/people/new").status_code == 403
    assert worker.get("/units").status_code == 403
    refused = worker.post(f"/people/{company.head}/slip", "/inbox")
    assert refused.status_code == 403


def test_a_list_is_checked_first_and_written_on_the_second_tap(
    app: Flask, company: Company
) -> None:
    officer = Visitor(app, company, company.safety)
    content = "工号,姓名,单位,班组\n1002,李四,焊接车间,一班\n1001,张伟,机加工车间,\n".encode("gbk")
    checked = upload(officer, content)
    assert checked.status_code == 200
    with company.reading() as session:
        assert find_by_number(session, "1002") is None
    key = key_of(checked.get_data(as_text=True))
    assert officer.post("/people/import/apply", "/people/import", key=key).status_code == 303
    with company.reading() as session:
        person = find_by_number(session, "1002")
        assert person is not None
        unit = unit_of(session, person.id, clock.today())
        assert unit is not None
        assert unit_names(session)[unit.id] == "焊接车间·一班"
    again = officer.post("/people/import/apply", "/people/import", key=key)
    assert again.status_code == 404


def test_mistakes_are_listed_by_row_and_cannot_be_written(app: Flask, company: Company) -> None:
    officer = Visitor(app, company, company.safety)
    checked = upload(officer, "工号,姓名,单位\n1002,,焊接车间\n,李四,焊接车间\n".encode())
    assert "写入名单" not in words(checked)
    assert alerts(checked)
    page = checked.get_data(as_text=True)
    rows = re.findall(r'<td data-label="[^"]*">(\d+)</td><td data-label="[^"]*">(.+?)</td>', page)
    assert rows == [("2", "姓名"), ("3", "工号")]
    assert "/people/import/apply" not in page


def test_a_list_with_a_formula_is_refused_naming_the_cell(app: Flask, company: Company) -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["工号", "姓名", "单位"])
        sheet.write_formula("A2", "=1+1")
    refused = upload(Visitor(app, company, company.safety), target.getvalue(), "名单.xlsx")
    assert refused.status_code == 422
    assert any("A2" in alert for alert in alerts(refused))


def test_a_key_of_another_folder_reads_nothing(app: Flask, company: Company) -> None:
    officer = Visitor(app, company, company.safety)
    for key in ("", "../keys/session.key", "photos/abc/def", "imports/../../x"):
        refused = officer.post("/people/import/apply", "/people/import", key=key)
        assert refused.status_code == 422


def test_a_workshop_counts_the_people_of_its_teams_and_a_role_is_over_the_company_at_first(
    app: Flask, company: Company
) -> None:
    officer = Visitor(app, company, company.safety)
    officer.post("/units", "/units", name="一班", parent=company.workshop)
    assert "东方机械厂 4 人 机加工车间 1 人 机加工车间·一班 0 人" in words(officer.get("/units"))
    head = Visitor(app, company, company.head).get(f"/people/{company.worker}").text
    over = re.search(
        r'<select name="over".*?</select>|<select id="over".*?</select>', head, re.DOTALL
    )
    assert over
    assert re.search(r'value="1" selected', over[0])


def test_units_are_added_renamed_given_shifts_and_closed(app: Flask, company: Company) -> None:
    officer = Visitor(app, company, company.safety)
    root = 1
    assert officer.post("/units", "/units", name="喷漆车间", parent=root).status_code == 303
    twice = officer.post("/units", "/units", name="喷漆车间", parent=root)
    assert twice.status_code == 409
    assert len(alerts(twice)) == 1
    with company.reading() as session:
        unit = next(u for u in list_units(session, clock.today()) if u.name == "喷漆车间")
    address = f"/units/{unit.id}"
    overlap = officer.post(
        f"{address}/shifts",
        address,
        shift_name=["白班", "夜班"],
        shift_start=["08:00", "19:00"],
        shift_end=["20:00", "08:00"],
    )
    assert overlap.status_code == 422
    assert 'value="19:00"' in overlap.get_data(as_text=True)
    wrong = officer.post(
        f"{address}/shifts", address, shift_name="白班", shift_start="8 点", shift_end="17:00"
    )
    assert wrong.status_code == 422
    good = officer.post(
        f"{address}/shifts", address, shift_name="白班", shift_start="08:00", shift_end="20:00"
    )
    assert good.status_code == 303
    assert 'value="20:00"' in officer.get(address).get_data(as_text=True)
    assert officer.post(address, address, name="涂装车间").status_code == 303
    assert officer.post(f"{address}/closing", address).status_code == 303
    busy = f"/units/{company.workshop}"
    assert officer.post(f"{busy}/closing", busy).status_code == 409


def test_what_does_not_exist_is_not_found_even_with_a_faulty_form(
    app: Flask, company: Company
) -> None:
    officer = Visitor(app, company, company.safety)
    for address, page in (
        ("/people/999", "/people/new"),
        ("/people/999/leaving", "/people/new"),
        ("/units/999", "/units"),
        ("/units/999/shifts", "/units"),
        ("/places/999", "/places/new"),
        ("/places/999/closing", "/places/new"),
    ):
        assert officer.post(address, page, name="", last_day="x").status_code == 404, address


def test_a_list_is_taken_back_from_its_page_and_the_template_fetched(
    app: Flask, company: Company
) -> None:
    officer = Visitor(app, company, company.safety)
    for kind in ("people", "places"):
        fetched = officer.get(f"/{kind}/import/template.xlsx")
        assert fetched.get_data().startswith(b"PK")
        assert "撤回上一次导入" not in words(officer.get(f"/{kind}/import"))
    checked = upload(officer, "工号,姓名,单位\n1002,李四,焊接车间\n".encode())
    key = key_of(checked.get_data(as_text=True))
    officer.post("/people/import/apply", "/people/import", key=key)
    assert "新增 1，改动 0" in words(officer.get("/people/import"))
    assert officer.post("/people/import/undo", "/people/import").status_code == 303
    with company.reading() as session:
        assert find_by_number(session, "1002") is None
    again = officer.post("/people/import/undo", "/people/import")
    assert again.status_code == 409
    assert alerts(again)


def test_slips_of_a_whole_unit_are_one_sheet_and_each_opens(app: Flask, company: Company) -> None:
    officer = Visitor(app, company, company.safety)
    for number in range(2001, 2010):
        officer.post(
            "/people", "/people/new", employee_no=number, name=f"工人{number}",
            unit=company.workshop,
        )  # fmt: skip
    address = f"/units/{company.workshop}"
    sheet = officer.post(f"{address}/slips", address)
    assert sheet.mimetype == "application/pdf"
    paper = Print(sheet.get_data())
    assert len(paper) == 2
    assert all(page.margin() >= 5 for page in paper.pages)
    assert paper.shows("张伟", "工人2009", "机加工车间")
    codes = re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", paper.text)
    assert len(set(codes)) == 10
    opened = Visitor(app).post(
        "/activate", "/activate", code=codes[0], password="gutes-passwort-1",
        again="gutes-passwort-1",
    )  # fmt: skip
    assert opened.status_code == 303
    office = officer.post("/units/1/slips", "/units/1")
    assert "周国强" not in Print(office.get_data()).text
