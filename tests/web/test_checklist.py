"""The shift leader's pages: the list on the phone, ticks with photos, the paper, the handover."""

import re
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hazard.access.permissions import Role
from hazard.cases.queries import get_case
from hazard.cases.sheets import Checklist
from hazard.core.clock import day_of
from hazard.core.house import House
from hazard.core.words import N_, Sentence, say
from hazard.people.keeping import add_person, grant_role
from hazard.people.models import Unit
from hazard.people.queries import actor_of
from tests.company import Company
from tests.pictures import jpeg, text
from tests.prints.reading import Print
from tests.signin import client_of
from tests.walks import walk_to_rectifying

HTMX = {"HX-Request": "true"}


@pytest.fixture
def leader(company: Company) -> int:
    """李国平 leads the shifts of the workshop."""
    with company.work_as() as work:
        workshop = work.session.get_one(Unit, company.workshop)
        person = add_person(work, "1100", "李国平", workshop)
        grant_role(work, person, Role.SHIFT_LEADER, workshop)
        return person.id


@pytest.fixture
def phone(app: Flask, house: House, leader: int) -> FlaskClient:
    """李国平's phone."""
    return client_of(app, house, leader)


def words(msgid: str, **values: object) -> str:
    return say(Sentence(msgid, **values))


def measure_ids(page: str) -> list[str]:
    return re.findall(r'name="measure" value="(\d+)"', page)


def done(company: Company, number: str) -> list[int | None]:
    with company.reading() as session:
        actor = actor_of(session, company.safety, day_of(company.clock.now()))
        assert actor is not None
        case = get_case(session, actor, number)
        return [measure.photo_id for measure in case.plans[-1].measures if measure.done_at]


def test_the_list_counts_what_is_not_fixed_and_names_no_reporter(
    company: Company, phone: FlaskClient
) -> None:
    number = walk_to_rectifying(company).case
    page = phone.get("/checklist").text
    assert words("Not fixed yet %(n)s, overdue %(m)s", n=1, m=0) in page
    assert number in page
    assert "防护罩缺失" in page
    assert "张伟" not in page
    assert "切屑往外飞" not in page


def test_an_empty_list_says_one_line_and_prints_nothing(phone: FlaskClient) -> None:
    nothing = words(N_("Nothing open. Take one last look before handing over"))
    page = phone.get("/checklist")
    assert nothing in page.text
    assert "/checklist/sheet" not in page.text
    for address in ("/checklist/sheet", "/checklist/sheet.pdf"):
        answer = phone.get(address)
        assert answer.status_code == 409
        assert nothing in answer.text


def test_a_worker_has_no_checklist(app: Flask, house: House, company: Company) -> None:
    assert client_of(app, house, company.worker).get("/checklist").status_code == 403


@pytest.mark.parametrize("unit", ["1", "99", "-1", "x", "１２", "9" * 40])
def test_a_unit_one_does_not_lead_is_not_found_or_passed_over(
    phone: FlaskClient, unit: str
) -> None:
    answer = phone.get("/checklist", query_string={"unit": unit})
    assert answer.status_code == (404 if unit in {"1", "99"} else 200)


def test_a_measure_is_ticked_with_its_photo(company: Company, phone: FlaskClient) -> None:
    number = walk_to_rectifying(company).case
    first, second = measure_ids(phone.get("/checklist").text)
    answer = phone.post(
        f"/checklist/{number}/measure",
        data={"measure": first, "photo": (BytesIO(jpeg()), "now.jpg")},
    )
    assert answer.status_code == 303
    assert answer.location.endswith(f"#{number}")
    assert [photo is not None for photo in done(company, number)] == [True]
    part = phone.post(f"/checklist/{number}/measure", data={"measure": second}, headers=HTMX)
    assert part.status_code == 200
    assert part.text.startswith("<article")
    assert [photo is not None for photo in done(company, number)] == [True, False]


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_file_that_is_no_photo_leaves_the_measure_open_and_says_why(
    company: Company, phone: FlaskClient, headers: dict[str, str]
) -> None:
    number = walk_to_rectifying(company).case
    first, _ = measure_ids(phone.get("/checklist").text)
    form = {"measure": first, "photo": (BytesIO(text()), "now.jpg")}
    answer = phone.post(f"/checklist/{number}/measure", data=form, headers=headers)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert '<details class="fold bare" open>' in answer.text
    assert answer.text.startswith("<article") == bool(headers)
    assert done(company, number) == []


def test_a_measure_ticked_twice_is_refused_beside_its_case(
    company: Company, phone: FlaskClient
) -> None:
    number = walk_to_rectifying(company).case
    first, _ = measure_ids(phone.get("/checklist").text)
    form = {"measure": first}
    assert phone.post(f"/checklist/{number}/measure", data=form).status_code == 303
    answer = phone.post(f"/checklist/{number}/measure", data=form)
    assert answer.status_code == 409
    assert words("This measure is already ticked") in answer.text


@pytest.mark.parametrize("measure", ["", "x", "999999", "99999999999999999999"])
def test_a_measure_there_is_not_is_a_clear_refusal(
    company: Company, phone: FlaskClient, measure: str
) -> None:
    number = walk_to_rectifying(company).case
    answer = phone.post(f"/checklist/{number}/measure", data={"measure": measure})
    assert answer.status_code in {404, 422}
    assert 'role="alert"' in answer.text


def test_no_means_the_control_was_told(company: Company, phone: FlaskClient) -> None:
    number = walk_to_rectifying(company).case
    answer = phone.post(f"/checklist/{number}/control", data={"holds": "no"}, headers=HTMX)
    assert words("Does not hold: safety officer and owner were told") in answer.text
    answer = phone.post(f"/checklist/{number}/control", data={"holds": "maybe"})
    assert answer.status_code == 422


def test_handing_over_is_said_once_and_taken_by_another(
    app: Flask, house: House, company: Company, phone: FlaskClient
) -> None:
    walk_to_rectifying(company)
    unit = {"unit": str(company.workshop)}
    assert phone.post("/checklist/handover", data=unit).status_code == 303
    assert words("Handed over, %(n)s not fixed yet", n=1) in phone.get("/checklist").text
    assert "/checklist/takeover" not in phone.get("/checklist").text, "offered to others alone"
    own = phone.post("/checklist/takeover", data=unit)
    assert own.status_code == 409
    assert words("You handed over yourself; somebody else takes over") in own.text
    officer = client_of(app, house, company.safety)
    assert "/checklist/takeover" in officer.get("/checklist", query_string=unit).text
    assert officer.post("/checklist/takeover", data=unit).status_code == 303
    assert "王建华" in phone.get("/checklist").text


def test_the_paper_comes_as_pdf_and_as_a_page_to_print(
    company: Company, phone: FlaskClient
) -> None:
    number = walk_to_rectifying(company).case
    answer = phone.get("/checklist/sheet.pdf")
    assert answer.mimetype == "application/pdf"
    paper = Print(answer.data)
    assert paper.shows(Checklist.labels["title"], "机加工车间", "李国平", number, "防护罩缺失")
    assert [code.text.rpartition("/")[2] for code in paper.page(1).codes()] == [number]
    page = phone.get("/checklist/sheet").text
    assert page.count('src="data:image/svg+xml;base64,') == 1
    assert "/checklist/sheet.pdf?unit=" in page


def test_who_leads_several_units_chooses_one(
    app: Flask, house: House, company: Company, leader: int
) -> None:
    del leader
    walk_to_rectifying(company)
    officer = client_of(app, house, company.safety)
    page = officer.get("/checklist").text
    assert '<select id="unit"' in page
    assert "东方机械厂" in page
    chosen = officer.get("/checklist", query_string={"unit": str(company.workshop)}).text
    assert f'<option value="{company.workshop}" selected>' in chosen
