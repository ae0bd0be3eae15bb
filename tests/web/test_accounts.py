"""Logging in, the slip, shared devices, and what a refusal says."""

from datetime import timedelta

import pytest
from flask import Flask

from hazard.access.actor import SYSTEM
from hazard.audit.work import writing
from hazard.core.clock import FakeClock
from hazard.notices.slips import print_slip
from hazard.people.logins import SLIP_LIFE
from hazard.people.queries import get_person
from tests.company import Company
from tests.web.office import Visitor, alerts, words

GOOD = "老王家的小黑狗叫豆包"


def slip_for(company: Company, person: int) -> str:
    with writing(company.database, SYSTEM) as work:
        return print_slip(work, get_person(work.session, person)).code


def activate(app: Flask, company: Company, person: int) -> Visitor:
    visitor = Visitor(app)
    code = slip_for(company, person)
    answer = visitor.post("/activate", "/activate", code=code, password=GOOD, again=GOOD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk")
    return visitor


def log_in(visitor: Visitor, number: str, password: str = GOOD, **more: str) -> int:
    fields = {"employee_no": number, "password": password, "device": "own", **more}
    return visitor.post("/login", "/login", **fields).status_code


def test_a_worker_sets_a_password_with_the_slip_and_is_logged_in(
    app: Flask, company: Company
) -> None:
    visitor = activate(app, company, company.worker)
    assert "张伟" in words(visitor.get("/desk"))
    visitor.post("/logout", "/inbox")
    assert log_in(visitor, "1001") == 303
    assert visitor.get("/inbox").status_code == 200
    assert "张伟" in words(visitor.get("/inbox"))


def test_a_wrong_password_keeps_the_number_and_says_one_sentence(
    app: Flask, company: Company
) -> None:
    visitor = activate(app, company, company.worker)
    wrong = visitor.post("/login", "/login", employee_no="1001", password="no", device="own")
    unknown = visitor.post("/login", "/login", employee_no="9999", password="no", device="own")
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert alerts(wrong) == alerts(unknown) != []
    assert 'value="1001"' in wrong.get_data(as_text=True)
    assert 'value="no"' not in wrong.get_data(as_text=True)


def test_after_five_failures_the_page_says_how_long_to_wait(
    app: Flask, company: Company, now: FakeClock
) -> None:
    visitor = activate(app, company, company.worker)
    for _ in range(5):
        log_in(visitor, "1001", "wrong")
    assert log_in(visitor, "1001") == 429
    now.move(timedelta(seconds=6))
    assert log_in(visitor, "1001") == 303


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/people?search=a", "/people?search=a"),
        ("//evil.example", "/desk"),
        ("/\\evil.example", "/desk"),
        ("https://evil.example", "/desk"),
        ("", "/desk"),
    ],
)
def test_a_login_leads_back_to_our_own_pages_only(
    app: Flask, company: Company, wanted: str, reached: str
) -> None:
    visitor = activate(app, company, company.safety)
    fields = {"employee_no": "0002", "password": GOOD, "device": "own", "next": wanted}
    answer = visitor.post("/login", "/login", **fields)
    assert answer.headers["Location"] == reached


def test_who_is_not_logged_in_is_asked_to_and_comes_back(app: Flask, company: Company) -> None:
    assert company.head
    answer = Visitor(app).get("/people?search=x")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/login?next=/people?search%3Dx"


def test_a_shared_device_forgets_after_a_quarter_of_an_hour(app: Flask, company: Company) -> None:
    visitor = activate(app, company, company.worker)
    log_in(visitor, "1001", device="shared")
    kept = visitor.get("/inbox").headers.getlist("Set-Cookie")
    assert any(cookie.startswith("sid=") and "Max-Age=900" in cookie for cookie in kept)
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in kept)


def test_logging_out_ends_the_login_on_the_server_too(app: Flask, company: Company) -> None:
    visitor = Visitor(app, company, company.worker)
    cookie = visitor.client.get_cookie("sid")
    assert cookie is not None
    assert visitor.post("/logout", "/inbox").status_code == 303
    visitor.client.set_cookie("sid", cookie.value)
    assert visitor.get("/inbox").status_code == 302


def test_a_password_set_on_a_shared_device_is_forgotten_like_any_login_there(
    app: Flask, company: Company
) -> None:
    visitor, code = Visitor(app), slip_for(company, company.worker)
    fields = {"code": code, "password": GOOD, "again": GOOD, "device": "shared"}
    kept = visitor.post("/activate", "/activate", **fields).headers.getlist("Set-Cookie")
    assert any(cookie.startswith("sid=") and "Max-Age=900" in cookie for cookie in kept)


def test_a_login_cookie_of_nobody_is_just_not_logged_in(app: Flask, company: Company) -> None:
    assert company.head
    visitor = Visitor(app)
    visitor.client.set_cookie("sid", "0" * 64)
    assert visitor.get("/people").status_code == 302


def test_an_old_slip_and_a_weak_password_come_back_with_the_code_kept(
    app: Flask, company: Company, now: FakeClock
) -> None:
    visitor, code = Visitor(app), slip_for(company, company.worker)
    weak = visitor.post("/activate", "/activate", code=code, password="12345678", again="12345678")
    assert weak.status_code == 422
    assert code in weak.get_data(as_text=True)
    assert len(alerts(weak)) == 1
    differing = visitor.post("/activate", "/activate", code=code, password=GOOD, again="other")
    assert differing.status_code == 422
    now.move(SLIP_LIFE)
    late = visitor.post("/activate", "/activate", code=code, password=GOOD, again=GOOD)
    assert late.status_code == 422
    assert len(alerts(late)) == 1


def test_a_form_without_the_token_is_refused(app: Flask, company: Company) -> None:
    assert company.head
    answer = app.test_client().post("/login", data={"employee_no": "1", "password": "x"})
    assert answer.status_code == 400
