"""The seal in the browser: making it, reporting under it, opening a name, paying, widening."""

import html
import re
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hazard.core.clock import day_of
from hazard.core.house import House
from hazard.people.logins import set_password
from hazard.people.passwords import hash_password
from hazard.people.queries import get_person
from hazard.policy.keeping import add_version
from hazard.policy.terms import preset_values
from hazard.policy.words import About, Desk, Identity, Size
from hazard.reports.intake import Name
from hazard.reports.models import Report
from hazard.sealing.models import SealedIdentity
from hazard.sealing.terms import Group
from tests import walks
from tests.company import Company
from tests.prints.reading import Print
from tests.seal import PASSPHRASES, PAYOUT, Sealed, make_seal, represent
from tests.web.desk_walks import Office, alerts, words
from tests.web.road import Phone, mark
from tests.web.road import alerts as phone_alerts

PASSWORD = "san-ge-guai-ci-2026"
MONTH = "2026-11"
TYPED: dict[str, Any] = {"name": "张伟", "team": "机加工车间", "phone": "13912345678"}


@pytest.fixture
def office(app: Flask, house: House, company: Company) -> Office:
    """The plant's browsers; everybody has the same password, 刘桂兰 stands for the workers."""
    union = represent(company)
    secret = hash_password(PASSWORD)
    with company.work_as() as work:
        for person in (company.head, company.safety, company.finance, union):
            set_password(work, get_person(work.session, person), secret)
    made = Office(app, house, company)
    company.people["union"] = union
    return made


def union_of(company: Company) -> int:
    return company.people["union"]


def ceremony(company: Company, **changed: str) -> dict[str, Any]:
    form: dict[str, Any] = {"instead_of": ""}
    for group, person in ((Group.SAFETY, company.safety), (Group.UNION, union_of(company))):
        form |= {
            f"person_{group}": str(person), f"login_{group}": PASSWORD,
            f"passphrase_{group}": PASSPHRASES[group], f"again_{group}": PASSPHRASES[group],
        }  # fmt: skip
    return {**form, **changed}


CHECKED = 'name="identity" value="{}" checked'


def test_a_plant_of_three_hundred_proposes_confidential_once_it_is_true(
    office: Office, app: Flask
) -> None:
    company, phone = office.company, Phone(app)
    with company.work_as(company.head) as work:
        add_version(work, preset_values(Size.MEDIUM), day_of(work.now))
    assert CHECKED.format("anonymous") in phone.open(), "nothing could be sealed yet"
    make_seal(company)
    assert CHECKED.format("confidential") in phone.open()
    phone.log_in(office.house, company.worker)
    assert CHECKED.format("named") in phone.open()


def test_two_people_make_the_key_and_the_form_offers_it_once_both_sheets_are_kept(
    office: Office, app: Flask
) -> None:
    company, phone = office.company, Phone(app)
    assert 'value="confidential"' not in phone.open()
    made = office.post("safety", "/settings/sealing", **ceremony(company))
    assert made.status_code == 200, alerts(made)
    sheets = [
        html.unescape(each) for each in re.findall(r'name="sheet" value="([^"]+)"', made.text)
    ]
    assert len(sheets) == 2
    assert 'value="confidential"' not in phone.open()
    kept = office.post("safety", "/settings/sealing/file", sheet=sheets[0])
    assert sheets[0].split()[0] in kept.text
    assert "attachment" in kept.headers["Content-Disposition"]
    paper = office.post("safety", "/settings/sealing/sheet", sheet=sheets[1])
    assert Print(paper.data).shows("刘桂兰")
    assert 'value="confidential"' in phone.open()
    assert CHECKED.format("anonymous") in phone.open(), "the small plant proposes no name"
    again = office.post("safety", "/settings/sealing", **ceremony(company))
    assert again.status_code == 409
    assert sheets[0] not in office.get("safety", "/settings/sealing")


@pytest.mark.parametrize(
    ("field", "value"),
    [("login_union", "falsch"), ("passphrase_safety", "kurz"), ("again_union", "anders als zuvor"),
    ("person_union", "")],
)  # fmt: skip
def test_a_slip_in_the_ceremony_stands_beside_its_field_and_makes_nothing(
    office: Office, field: str, value: str
) -> None:
    answer = office.post(
        "safety", "/settings/sealing", **ceremony(office.company, **{field: value})
    )
    assert answer.status_code == 422
    assert len(alerts(answer)) == 1
    assert "data-sheet" not in answer.text


def test_confidential_is_refused_with_everything_kept_while_nothing_could_be_sealed(
    office: Office, app: Flask
) -> None:
    del office
    answer = Phone(app).send(description="地上有油", identity="confidential", **TYPED)
    assert answer.status_code == 422
    assert "地上有油" in answer.text
    assert TYPED["name"] in answer.text
    assert any("封存" in each for each in phone_alerts(answer.text))


def test_a_confidential_report_comes_in_by_form_with_a_code_and_without_a_name(
    office: Office, app: Flask
) -> None:
    make_seal(office.company, union_of(office.company))
    phone = Phone(app)
    bare = phone.send(description="地上有油", identity="confidential")
    assert bare.status_code == 422
    number, code = phone.report(description="地上有油", identity="confidential", **TYPED)
    assert len(code.replace("-", "")) == 20
    page = office.get("safety", f"/reports/{number}")
    assert "张伟" not in page
    assert "保密" in page
    with office.company.reading() as session:
        report = session.scalars(select(Report).where(Report.number == number)).one()
        assert report.identity is Identity.CONFIDENTIAL
        assert session.get(SealedIdentity, report.id) is not None


def test_a_retry_finds_the_same_report_and_another_name_under_its_key_does_not(
    office: Office, app: Flask
) -> None:
    make_seal(office.company, union_of(office.company))
    phone = Phone(app)
    form = phone.hidden()
    told = {"description": "地上有油", "identity": "confidential", **TYPED}
    assert phone.send(form=form, **told).status_code == 303
    first = mark(phone.open("/receipt"), "number")
    assert phone.send(form=form, **told).status_code == 303
    assert mark(phone.open("/receipt"), "number") == first
    assert phone.send(form=form, **{**told, "name": "李雷"}).status_code == 409


def test_who_is_logged_in_reports_confidentially_without_typing_and_is_not_linked(
    office: Office, app: Flask, house: House
) -> None:
    make_seal(office.company, union_of(office.company))
    phone = Phone(app)
    phone.log_in(house, office.company.worker)
    number, code = phone.report(description="地上有油", identity="confidential")
    assert code
    assert number not in phone.open("/mine")


def opening(seal: Sealed, **changed: str) -> dict[str, Any]:
    form: dict[str, Any] = {"reason": "R3", "words": "有人因为上报被调岗，要核实并保护"}
    for group in Group:
        form |= {
            f"sheet_{group}": (BytesIO(f"# 保管单\n{seal.sheets[group].text}".encode()), "s.txt"),
            f"passphrase_{group}": PASSPHRASES[group],
        }
    return {**form, **changed}


def test_both_guardians_open_a_name_and_the_reporter_is_told(office: Office, app: Flask) -> None:
    seal = make_seal(office.company, union_of(office.company))
    phone = Phone(app)
    number, code = phone.report(description="地上有油", identity="confidential", **TYPED)
    assert f"/reports/{number}/opening" in office.get("safety", f"/reports/{number}")
    office.get("safety", f"/reports/{number}/opening")
    answer = office.post("safety", f"/reports/{number}/opening", **opening(seal))
    assert answer.status_code == 200, alerts(answer)
    assert all(each in answer.text for each in ("张伟", "1001", "13912345678", "王建华", "刘桂兰"))
    assert "张伟" not in office.get("safety", f"/reports/{number}")
    phone.follow(code)
    assert "打开了您封存的名字" in phone.open("/follow")
    assert "报复" in phone.open("/follow")


@pytest.mark.parametrize(
    ("field", "value"),
    [("words", "短"), ("passphrase_union", "falsch"), ("reason", "R2"), ("reason", "R5")],
)
def test_an_opening_without_grounds_or_passphrase_is_refused_and_not_told(
    office: Office, app: Flask, field: str, value: str
) -> None:
    seal = make_seal(office.company, union_of(office.company))
    phone = Phone(app)
    number, code = phone.report(description="地上有油", identity="confidential", **TYPED)
    answer = office.post("safety", f"/reports/{number}/opening", **opening(seal, **{field: value}))
    assert answer.status_code == 422
    assert len(alerts(answer)) == 1
    assert "张伟" not in answer.text
    phone.follow(code)
    assert "打开了您封存的名字" not in phone.open("/follow")


def test_whom_the_report_is_about_never_opens_it_nor_reads_its_page(
    office: Office, app: Flask
) -> None:
    company = office.company
    seal = make_seal(company, union_of(company))
    number, _ = Phone(app).report(
        description="安全员收了好处", identity="confidential", about="safety", **TYPED
    )
    assert office.as_("safety").get(f"/reports/{number}/opening").status_code == 404
    company.worker = union_of(company)  # 刘桂兰 at her browser
    answer = office.post("worker", f"/reports/{number}/opening", **opening(seal))
    assert answer.status_code == 409
    assert "王建华" in alerts(answer)[0]


def test_finance_opens_the_payees_of_one_sheet_and_pays_them_like_all_others(
    office: Office,
) -> None:
    company = office.company
    make_seal(company, union_of(company))
    walks.walk_to_approved_award(company)
    walks.walk_to_approved_award(company, identity=Identity.CONFIDENTIAL)
    run = walks.settle(company)
    url = f"/settlements/{MONTH}/{run}"
    closed = office.get("finance", f"{url}?view=payments")
    assert closed.count("张伟") == 1
    assert office.as_("finance").get(f"{url}/sheet.pdf?version=finance").status_code == 409
    assert office.post("finance", f"{url}/payment", password=PASSWORD).status_code == 409
    wrong = office.post("finance", f"{url}/payees", passphrase="falsch")
    assert (wrong.status_code, len(alerts(wrong))) == (422, 1)
    assert office.post("finance", f"{url}/payees", passphrase=PAYOUT).status_code == 303
    opened = office.get("finance", f"{url}?view=payments")
    assert opened.count("张伟") == 2
    assert "保密" not in words(opened)
    sheet = Print(office.as_("finance").get(f"{url}/sheet.pdf?version=finance").data)
    assert sheet.text.count("张伟") == 2
    assert "保密" not in sheet.text
    approval = Print(office.as_("finance").get(f"{url}/sheet.pdf?version=approval").data)
    assert "张伟" not in approval.text
    assert "张伟" not in office.get("head", f"{url}?view=payments").replace("张伟", "", 1)
    assert office.post("finance", f"{url}/payment", password=PASSWORD).status_code == 303
    assert 'data-run-state="paid"' in office.get("finance", url)


def test_a_confidential_reward_without_a_staff_number_is_handed_over_against_its_code(
    office: Office,
) -> None:
    make_seal(office.company)
    guest = Name(name="钱师傅", team="外协", company="顺达搬运")
    walk = walks.walk_to_approved_award(office.company, identity=Identity.CONFIDENTIAL, name=guest)
    walks.settle(office.company)
    assert walk.code
    claim = {"number": walk.report, "code": " ".join(walk.code.groups)}
    assert 'name="witness"' in office.post("finance", "/rewards/claims", **claim).text
    signed = {
        "witness": "0002", "witness_password": PASSWORD, "password": PASSWORD,
        "payer_declared": "1", "declared": "1",
    }  # fmt: skip
    assert office.post("finance", "/rewards/claims/payment", **claim, **signed).status_code == 303


def test_no_list_tells_by_what_is_left_over_who_reported_confidentially(office: Office) -> None:
    """周国强 signs the sheet with names and numbers, and may compare its versions."""
    make_seal(office.company)
    walks.walk_to_approved_award(office.company)
    walks.walk_to_approved_award(office.company, identity=Identity.CONFIDENTIAL)
    url = f"/settlements/{MONTH}/{walks.settle(office.company)}"
    payout_numbers = re.compile(r"F26-\w{5}")
    for who in ("head", "finance"):
        closed = office.get(who, f"{url}?view=payments")
        assert len(set(payout_numbers.findall(closed))) == 1
    assert not payout_numbers.findall(office.post("head", f"{url}/reconciliation").text)


def test_finance_sets_the_payout_passphrase(office: Office) -> None:
    form = {"passphrase_payout": PAYOUT, "again_payout": PAYOUT, "password": PASSWORD}
    assert "还没设" in office.get("finance", "/settings/payout-key")
    assert office.post("finance", "/settings/payout-key", **form).status_code == 303
    assert "还没设：" not in office.get("finance", "/settings/payout-key")


def test_a_case_about_the_safety_officer_is_hidden_from_the_officer_until_it_is_widened(
    office: Office,
) -> None:
    company = office.company
    walk = walks.walk_to_reported(company, about=About.SAFETY, desk=Desk.BOTH)
    company.worker = union_of(company)
    told = {"category": "equipment", "short_description": "防护罩缺失", "extract": "装回防护罩"}
    accepted = office.post("worker", f"/reports/{walk.report}/acceptance", **told)
    case = accepted.headers["Location"].rpartition("/")[2]
    assert office.as_("safety").get(f"/cases/{case}").status_code == 404
    assert case not in office.get("safety", "/cases")
    seen = words(office.get("worker", f"/cases/{case}"))
    assert "给安全员看" in seen
    assert "王建华" not in seen  # the next step is the head's, who sees it
    assert office.post("head", f"/cases/{case}/audience", role="safety_officer").status_code == 409
    widened = office.post("worker", f"/cases/{case}/audience", role="safety_officer")
    assert widened.status_code == 303
    assert office.as_("safety").get(f"/cases/{case}").status_code == 200
