"""Keying a report in, printing slips, and following by a slip's code."""

import io
import re

from flask import Flask

from hazard.core.house import House
from hazard.jobs.work import run_next
from hazard.reports.slips import list_batches
from tests.company import Company
from tests.pictures import jpeg, scene
from tests.prints.reading import Print
from tests.seal import represent
from tests.web.office import Visitor, alerts, words
from tests.web.road import Phone

FORM = {
    "channel": "paper", "told_at": "2026-11-22T20:15", "description": "三号车床没有护罩",
    "category": "equipment", "urgency": "normal", "identity": "anonymous", "desk": "safety",
    "about": "none", "submission_key": "k" * 26,
}  # fmt: skip


def printed_batch(house: House, officer: Visitor) -> list[tuple[str, str]]:
    """Print two slips; return the number and the code of each, as the paper says."""
    asked = officer.post("/slips", "/slips", count="2")
    assert asked.status_code == 303
    address = asked.headers["Location"]
    assert "等待开始" in words(officer.get(address))
    assert run_next(house)
    fetched = officer.post(f"{address}/sheet", address)
    assert fetched.mimetype == "application/pdf"
    assert "attachment" in fetched.headers["Content-Disposition"]
    page = Print(fetched.get_data()).page(1)
    numbers = re.findall(r"P\d{3}-\d{4}", page.text_in(130, 0, 168, 297))
    stubs = page.text_in(171, 0, 210, 297)
    codes = re.findall(r"(?:[0-9A-Z]{4}\s+){5}", stubs + "\n")
    assert len(numbers) == len(codes) == 2, stubs
    return list(zip(numbers, ("".join(code.split()) for code in codes), strict=True))


def test_a_slip_is_printed_once_keyed_in_and_followed_by_its_stub(
    app: Flask, house: House, company: Company
) -> None:
    officer, phone = Visitor(app, company, company.safety), Phone(app)
    (number, code), (_, other) = printed_batch(house, officer)
    again = officer.post("/slips/1/sheet", "/slips")
    assert again.status_code in {404, 409}
    assert not [key for key in house.files.keys("results") if key.endswith(".box")]
    early = phone.follow(code)
    assert early.status_code == 422
    assert "还没录入" in words(early)
    saved = officer.post("/register", "/register", **{**FORM, "slip": number})
    assert saved.status_code == 303, alerts(saved)
    done = officer.get("/register/done")
    assert "data-receipt-code" not in done.text
    assert code not in done.text
    assert phone.follow(code).status_code == 303
    assert "三号车床没有护罩" in phone.open("/follow")
    assert "还没录入" in words(Phone(app).follow(other))
    used = officer.post(
        "/register", "/register", **{**FORM, "slip": number, "submission_key": "z" * 26}
    )
    assert used.status_code == 409
    assert any(number in alert for alert in alerts(used))
    assert "三号车床没有护罩" in used.text


def test_a_telephone_report_gets_a_code_to_read_out_once(app: Flask, company: Company) -> None:
    officer = Visitor(app, company, company.safety)
    saved = officer.post("/register", "/register", **{**FORM, "channel": "telephone"})
    assert saved.status_code == 303, alerts(saved)
    found = re.search(r'data-receipt-code="([^"]+)"', officer.get("/register/done").text)
    assert found
    carried = officer.client.get_cookie("registered", path="/register")
    assert carried
    next_one = Visitor(app, company, represent(company))  # at the same computer, a moment later
    next_one.client.set_cookie("registered", carried.value, path="/register")
    assert next_one.get("/register/done").status_code == 303
    assert Phone(app).follow(found[1]).status_code == 303


def test_the_original_paper_stays_at_the_desk(app: Flask, company: Company) -> None:
    officer = Visitor(app, company, company.safety)
    paper = (io.BytesIO(jpeg(scene(seed=5))), "paper.jpg")
    form = {**FORM, "description": "", "carrier": paper}
    assert officer.post("/register", "/register", **form).status_code == 303
    done = officer.get("/register/done").text
    found = re.search(r'data-receipt-code="([^"]+)"', done)
    number = re.search(r'data-report-number="([^"]+)"', done)
    assert found
    assert number
    page = officer.get(f"/reports/{number[1]}")
    assert "原始纸件" in words(page)
    assert "纸面" in words(page)
    photo = re.search(r"/photos/\w+", page.text)
    assert photo
    assert officer.get(photo[0]).status_code == 200
    assert Visitor(app, company, company.worker).get(photo[0]).status_code == 404
    phone = Phone(app)
    phone.follow(found[1])
    assert "data:image" not in phone.open("/follow")


def test_what_is_missing_comes_back_beside_its_field(app: Flask, company: Company) -> None:
    officer = Visitor(app, company, company.safety)
    for fields, status in (
        ({"identity": "named"}, 422), ({"description": ""}, 422), ({"told_at": "gestern"}, 422),
        ({"told_at": "2027-01-01T08:00"}, 422),
        ({"told_at": "0001-01-01T00:00"}, 422), ({"slip": "P111-1111"}, 422),
        ({"channel": "rauch"}, 422), ({"identity": "confidential"}, 422),
    ):  # fmt: skip
        refused = officer.post("/register", "/register", **{**FORM, **fields})
        assert refused.status_code == status, fields
        assert alerts(refused), fields
        if "description" not in fields:
            assert "三号车床没有护罩" in refused.text
    named = {"identity": "named", "name": "张伟", "team": "一班", "submission_key": "n" * 26}
    assert officer.post("/register", "/register", **{**FORM, **named}).status_code == 303


def test_another_browser_cannot_open_the_batch(app: Flask, house: House, company: Company) -> None:
    officer = Visitor(app, company, company.safety)
    address = officer.post("/slips", "/slips", count="3").headers["Location"]
    assert run_next(house)
    elsewhere = Visitor(app, company, company.safety)
    assert elsewhere.post(f"{address}/sheet", address).status_code in {404, 409}
    assert "没法再打开" in words(elsewhere.get(address))
    with company.reading() as session:
        assert list_batches(session)[0].count == 4
    assert Visitor(app, company, company.head).get(address).status_code == 403
    assert officer.post("/slips", "/slips", count="999").status_code == 422
