"""From the scanned poster to the receipt; each line of bad input loses nothing."""

import re
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from sqlalchemy import select

from hazard.audit.models import Event
from hazard.cases.opening import Opening, open_case
from hazard.core import limits
from hazard.core.clock import CHINA, FakeClock
from hazard.core.db import Base
from hazard.core.house import House
from hazard.core.limits import MEGABYTE
from hazard.deadlines.models import Deadline
from hazard.places.posters import retire
from hazard.places.queries import find_poster, get_poster
from hazard.policy.keeping import set_facts
from hazard.policy.words import About, Desk
from hazard.reports.models import Photo, Report, Reporter
from hazard.reports.queries import hold_report
from hazard.web import tokens
from tests import pictures, walks
from tests.company import Company
from tests.web.road import Phone, alerts, hidden, mark, said

SHIFT_STARTS = datetime(2026, 11, 23, 8, 0, tzinfo=CHINA)
WORDS = "3号车床的护罩没了,切屑飞出来"


@pytest.fixture
def phone(app: Flask, company: Company) -> Phone:
    """张伟's phone, on which nobody is logged in."""
    del company
    return Phone(app)


def reports(company: Company) -> list[Report]:
    with company.reading() as session:
        return list(session.scalars(select(Report).order_by(Report.id)))


def photos_of(company: Company, report: Report) -> list[Photo]:
    with company.reading() as session:
        mine = select(Photo).where(Photo.report_id == report.id).order_by(Photo.id)
        return list(session.scalars(mine))


def kept_ids(page: str) -> list[str]:
    return re.findall(r'name="photo" value="([^"]+)" checked', page)


def red(seed: int) -> bytes:
    return pictures.jpeg(pictures.scene(320, 240, seed=seed))


# ---- the road ----


def test_a_scanned_poster_opens_the_form_with_its_place_and_wants_no_login(
    phone: Phone, company: Company
) -> None:
    page = phone.open(f"/p/{company.poster}")
    assert "机加工车间·3号车床" in page
    assert hidden(page)["poster"] == company.poster
    assert not alerts(page)


def test_an_unknown_poster_opens_the_form_without_a_place_and_says_so(phone: Phone) -> None:
    page = phone.open("/p/ZZZZZZZZ")
    assert alerts(page) == [said("This poster is no longer used. Please tell us where you are.")]
    assert hidden(page)["poster"] == ""
    assert "机加工车间·3号车床" in page, "the places to choose from are offered"


def test_a_retired_poster_opens_the_form_without_a_place_and_takes_the_report(
    phone: Phone, company: Company, now: FakeClock
) -> None:
    with company.work_as(company.safety) as work:
        scanned = find_poster(work.session, company.poster, now.now().date()).poster
        assert scanned is not None
        retire(work, get_poster(work.session, scanned.id))
    page = phone.open(f"/p/{company.poster}")
    assert alerts(page)
    phone.report(f"/p/{company.poster}", description=WORDS)
    [report] = reports(company)
    assert (report.place_id, report.poster_code) == (None, "")


def test_one_sentence_is_enough_and_everything_else_has_a_default(
    phone: Phone, company: Company
) -> None:
    number, code = phone.report(f"/p/{company.poster}", description=WORDS)
    [report] = reports(company)
    assert (report.number, report.description) == (number, WORDS)
    assert report.identity == "anonymous"
    assert (report.category, report.urgency, report.desk) == ("unsure", "normal", "safety")
    assert report.place_name == "机加工车间·3号车床"
    assert len(code.replace("-", "")) == 20


def test_one_photo_is_enough(phone: Phone, company: Company, house: House) -> None:
    phone.report(files=[("IMG_1.jpg", pictures.with_gps())])
    [photo] = photos_of(company, reports(company)[0])
    kept = house.files.get(f"photos/{photo.sha256}.jpg")
    assert pictures.MAKER.encode() not in kept


def test_everything_typed_is_kept_with_the_report(phone: Phone, company: Company) -> None:
    phone.report(
        category="equipment", description=WORDS, suggestion="装回护罩", spot="东门第二台",
        done_already=["stopped", "told"], found_at="2026-11-22T14:05", urgency="urgent",
        desk="head", about="leader", place=str(company.place),
    )  # fmt: skip
    [report] = reports(company)
    assert (report.category, report.suggestion, report.spot) == (
        "equipment", "装回护罩", "东门第二台",
    )  # fmt: skip
    assert report.done_already == "stopped told"
    assert str(report.found_on) == "2026-11-22"
    assert (report.desk, report.about) == (Desk.HEAD, About.LEADER)
    assert report.place_id == company.place


def test_photos_sent_one_by_one_come_with_their_report(phone: Phone, company: Company) -> None:
    form = phone.hidden()
    answers = [phone.send_photo(form, red(seed)) for seed in (1, 2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    shown = answers[0].json
    assert shown is not None
    assert shown["thumbnail"].startswith("data:image/jpeg;base64,")
    assert len(shown["thumbnail"]) <= 8192
    assert phone.client.get(f"/photos/{shown['id']}").status_code == 404, "not before its report"
    ids = [answer.json["id"] for answer in answers if answer.json]
    phone.send(form=form, photo=ids, files=[("same.jpg", red(2))])
    [report] = reports(company)
    assert len(photos_of(company, report)) == 2, "equal pictures count once"


def test_a_photo_whose_tick_was_removed_is_not_sent(phone: Phone, company: Company) -> None:
    form = phone.hidden()
    phone.send_photo(form, red(1))
    answer = phone.send_photo(form, red(2))
    assert answer.json is not None
    phone.send(form=form, photo=[answer.json["id"]])
    [photo] = photos_of(company, reports(company)[0])
    assert photo.public_id == answer.json["id"]


def test_another_phone_cannot_claim_a_photo(phone: Phone, company: Company, app: Flask) -> None:
    answer = phone.send_photo(phone.hidden(), red(1))
    assert answer.json is not None
    Phone(app).report(description=WORDS, photo=[answer.json["id"]])
    assert photos_of(company, reports(company)[0]) == []


def test_photos_that_follow_their_report_are_added_up_to_nine(
    phone: Phone, company: Company, now: FakeClock
) -> None:
    form = phone.hidden()
    phone.send(form=form, description=WORDS)
    now.move(timedelta(hours=1))
    answers = [phone.send_photo(form, red(seed)) for seed in range(10)]
    assert [answer.status_code for answer in answers] == [201] * 9 + [413]
    [report] = reports(company)
    added = photos_of(company, report)
    assert len(added) == 9
    assert {photo.made_at.astimezone(CHINA) for photo in added} == {SHIFT_STARTS}, "no moment"


def test_a_photo_that_comes_days_after_its_report_is_refused_in_words(
    phone: Phone, company: Company, now: FakeClock
) -> None:
    form = phone.hidden()
    phone.send(form=form, description=WORDS)
    now.move(timedelta(days=2))
    answer = phone.send_photo(form, red(1))
    assert answer.status_code == 409
    assert photos_of(company, reports(company)[0]) == []


# ---- the same place ----


def test_what_is_known_at_the_place_is_shown_in_the_desks_words_and_becomes_a_hint(
    phone: Phone, company: Company
) -> None:
    scanned = f"poster={company.poster}&category=equipment"
    assert phone.open(f"/report/nearby?{scanned}").strip() == "", "nothing to touch"
    walk = walks.walk_to_accepted(company)
    shown = phone.open(f"/report/nearby?{scanned}")
    assert walks.SHORT in shown
    assert walk.way.description not in shown
    assert phone.open(f"/report/nearby?poster={company.poster}&category=person").strip() == ""
    phone.report(f"/p/{company.poster}", description=WORDS, category="equipment", same_as=walk.case)
    said_before = said("Somebody reported this before you. You are told the result too")
    assert said_before in phone.open("/receipt")
    assert reports(company)[-1].same_as == walk.case


@pytest.mark.parametrize(
    "hidden_way", [{"about": About.LEADER}, {"desk": Desk.HEAD}], ids=["about", "to the head"]
)
def test_what_was_sent_past_the_desk_is_not_shown_to_who_stands_there(
    phone: Phone, company: Company, hidden_way: dict[str, Any]
) -> None:
    way = walks.Way(**hidden_way)
    walk = walks.walk_to_reported(company, way)
    with company.work_as(company.head if way.desk is Desk.HEAD else company.safety) as work:
        opening = Opening(walks.SHORT, "装回", "", way.category, company.place)
        open_case(work, hold_report(work, walk.report), opening)
    shown = phone.open(f"/report/nearby?poster={company.poster}&category=equipment")
    assert walks.SHORT not in shown


def test_a_known_hazard_is_old_after_thirty_days(
    phone: Phone, company: Company, now: FakeClock
) -> None:
    walks.walk_to_accepted(company)
    now.move(timedelta(days=31))
    assert phone.open(f"/report/nearby?place={company.place}&category=unsure").strip() == ""


# ---- the receipt ----


def test_the_receipt_gives_the_dates_of_the_plants_own_deadlines(phone: Phone) -> None:
    phone.report(description=WORDS)
    page = phone.open("/receipt")
    # one working day, then three natural days on the spot, then a week and the 15th
    assert [day in page for day in ("11月24日", "11月27日", "1月15日")] == [True] * 3
    for amount in ("20", "50", "200", "1,000", "3,000"):
        assert f"<dd>{amount} <small>" in page


def test_the_picture_on_the_receipt_leads_back_with_the_code_behind_a_hash(phone: Phone) -> None:
    _, code = phone.report(description=WORDS)
    found = re.search(r'src="data:image/png;base64,([^"]+)"', phone.open("/receipt"))
    assert found
    [symbol] = zxingcpp.read_barcodes(Image.open(BytesIO(b64decode(found[1]))).convert("L"))
    assert symbol.text == f"http://127.0.0.1:8000/follow#{code}"


def test_the_code_goes_once_it_is_kept_and_the_number_stays(phone: Phone) -> None:
    number, _ = phone.report(description=WORDS)
    answer = phone.client.post("/receipt", data=hidden(phone.open("/receipt")))
    assert answer.status_code == 303
    page = phone.open("/receipt")
    assert (mark(page, "number"), mark(page, "code")) == (number, "")
    assert "data:image/png" not in page


def test_the_code_is_shown_again_to_the_same_form_until_an_hour_after_the_shift(
    phone: Phone, now: FakeClock
) -> None:
    now.set(datetime(2026, 11, 23, 16, 55, tzinfo=CHINA))
    form = phone.hidden()
    phone.send(form=form, description=WORDS)
    number, code = mark(phone.open("/receipt"), "number"), mark(phone.open("/receipt"), "code")
    now.set(datetime(2026, 11, 23, 17, 59, tzinfo=CHINA))
    phone.send(form=form, description=WORDS)
    assert mark(phone.open("/receipt"), "code") == code
    now.set(datetime(2026, 11, 23, 18, 0, tzinfo=CHINA))
    phone.send(form=form, description=WORDS)
    page = phone.open("/receipt")
    assert (mark(page, "number"), mark(page, "code")) == (number, "")


def test_the_receipt_leads_to_the_code_or_to_ones_own_reports(
    phone: Phone, company: Company, house: House
) -> None:
    phone.report(description=WORDS)
    assert 'href="/follow"' in phone.open("/receipt")
    phone.log_in(house, company.worker)
    phone.report(description=WORDS, identity="named")
    page = phone.open("/receipt")
    assert 'href="/mine"' in page
    assert 'href="/follow"' not in page


def test_the_receipt_closes_after_a_quarter_of_an_hour(phone: Phone, now: FakeClock) -> None:
    phone.report(description=WORDS)
    now.move(timedelta(minutes=15))
    assert phone.client.get("/receipt").headers["Location"] == "/follow"


def test_no_session_cookie_is_set_on_the_road_and_its_own_cookies_name_nobody(
    phone: Phone, company: Company
) -> None:
    answers = [
        phone.client.get(f"/p/{company.poster}"),
        phone.client.get("/report"),
        phone.send(description=""),
        phone.send(description=WORDS),
        phone.client.get("/receipt"),
        phone.client.post("/receipt", data=hidden(phone.open("/receipt"))),
        phone.client.get("/follow"),
    ]
    set_on_the_way = [c for a in answers for c in a.headers.getlist("Set-Cookie")]
    [cookie] = set_on_the_way
    assert cookie.startswith("receipt=")
    assert all(part in cookie for part in ("HttpOnly", "Path=/receipt", "Max-Age=900"))


# ---- the same form twice ----


def test_a_double_tap_gives_one_report_and_the_same_receipt(phone: Phone, company: Company) -> None:
    form = phone.hidden(f"/p/{company.poster}")
    receipts = []
    for _ in range(2):
        assert phone.send(form=form, description=WORDS).status_code == 303
        receipts.append(mark(phone.open("/receipt"), "code"))
    assert receipts[0] == receipts[1]
    assert len(reports(company)) == 1


def test_two_taps_at_the_same_moment_give_one_report(
    app: Flask, phone: Phone, company: Company
) -> None:
    form = phone.hidden()
    phones = [Phone(app) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        sent = list(pool.map(lambda p: p.send(form=form, description=WORDS).status_code, phones))
    assert sent == [303] * 6
    assert len({mark(p.open("/receipt"), "code") for p in phones}) == 1
    assert len(reports(company)) == 1


def test_a_retry_after_a_lost_answer_adds_its_photos(phone: Phone, company: Company) -> None:
    form = phone.hidden()
    phone.send(form=form, description=WORDS, files=[("a.jpg", red(1))])
    phone.send(form=form, description=WORDS, files=[("a.jpg", red(1)), ("b.jpg", red(2))])
    [report] = reports(company)
    assert len(photos_of(company, report)) == 2


def test_going_back_and_writing_other_words_gives_the_form_again_as_a_new_one(
    phone: Phone, company: Company
) -> None:
    form = phone.hidden(f"/p/{company.poster}")
    phone.send(form=form, description=WORDS, files=[("a.jpg", red(1))])
    [report] = reports(company)
    old = [photo.public_id for photo in photos_of(company, report)]
    answer = phone.send(form=form, description="通道堵了", photo=old, files=[("b.jpg", red(2))])
    assert answer.status_code == 409
    assert alerts(answer.text)
    assert "通道堵了" in answer.text
    fresh = hidden(answer.text)
    assert fresh["submission_key"] != form["submission_key"]
    ids = kept_ids(answer.text)
    assert len(ids) == 2
    assert phone.send(form=fresh, description="通道堵了", photo=ids).status_code == 303
    first, second = reports(company)
    assert len(photos_of(company, first)) == 1
    assert len(photos_of(company, second)) == 2


# ---- bad input: a clear sentence, 4xx, nothing lost ----


def test_nothing_filled_in_is_refused_with_one_sentence(phone: Phone, company: Company) -> None:
    answer = phone.send(description="  ", spot="东门")
    assert answer.status_code == 422
    assert alerts(answer.text) == [said("Take a photo or write one sentence, either will do")]
    assert "东门" in answer.text
    assert reports(company) == []


def test_a_hundred_thousand_characters_are_refused_and_kept(phone: Phone, company: Company) -> None:
    long = "漏" * 100_000
    answer = phone.send(description=long, files=[("a.jpg", red(1))])
    assert answer.status_code == 422
    assert "100000" in alerts(answer.text)[0]
    assert long in answer.text
    assert len(kept_ids(answer.text)) == 1
    assert reports(company) == []


def test_a_zero_character_no_database_keeps_is_left_out(phone: Phone, company: Company) -> None:
    answer = phone.send(description="护罩\0没了", spot="\0", poster="\0")
    assert answer.status_code == 303
    assert reports(company)[0].description == "护罩没了"
    typed = {"employee_no": "1001\0", "password": "\0"}
    assert phone.client.post("/login", data=typed).status_code < 500
    for address in ("/p/%00", "/photos/%00", "/static/%00"):
        assert phone.client.get(address).status_code == 404, address


@pytest.mark.parametrize("field", ["suggestion", "spot", "name"])
def test_every_other_field_has_a_limit_and_keeps_what_was_typed(phone: Phone, field: str) -> None:
    told: dict[str, Any] = {"name": "张伟", "team": "车工班", field: "长" * 6000}
    answer = phone.send(description=WORDS, identity="named", **told)
    assert answer.status_code == 422
    assert "长" * 6000 in answer.text
    assert alerts(answer.text)


@pytest.mark.parametrize("bad", [b"", pictures.text()], ids=["empty", "a text file"])
def test_a_photo_that_is_none_is_named_and_the_others_are_kept(
    phone: Phone, company: Company, bad: bytes
) -> None:
    answer = phone.send(
        description=WORDS, files=[("a.jpg", red(1)), ("b.jpg", bad), ("c.jpg", red(2))]
    )
    assert answer.status_code == 422
    [alert] = alerts(answer.text)
    assert "2" in alert
    assert "3" not in alert.replace("%", "")
    assert WORDS in answer.text
    ids = kept_ids(answer.text)
    assert len(ids) == 2
    assert phone.send(form=hidden(answer.text), description=WORDS, photo=ids).status_code == 303
    assert len(photos_of(company, reports(company)[0])) == 2


@pytest.mark.parametrize(
    "bad", [b"", pictures.text(), pictures.avif()], ids=["empty", "a text file", "not read here"]
)
def test_a_photo_sent_alone_is_refused_in_words(phone: Phone, bad: bytes) -> None:
    answer = phone.send_photo(phone.hidden(), bad)
    assert 400 <= answer.status_code < 500
    assert answer.json is not None
    assert len(answer.json["error"]) > 5


def test_thirty_photos_keep_the_words_and_the_first_nine(phone: Phone, company: Company) -> None:
    many = [(f"{seed}.jpg", red(seed)) for seed in range(30)]
    answer = phone.send(description=WORDS, files=many)
    assert answer.status_code == 413
    assert "9" in alerts(answer.text)[0]
    assert WORDS in answer.text
    ids = kept_ids(answer.text)
    assert len(ids) == 9
    assert phone.send(form=hidden(answer.text), description=WORDS, photo=ids).status_code == 303
    assert len(photos_of(company, reports(company)[0])) == 9


def test_the_tenth_photo_sent_alone_is_refused(phone: Phone) -> None:
    form = phone.hidden()
    sent = [phone.send_photo(form, red(seed)) for seed in range(10)]
    assert [answer.status_code for answer in sent] == [201] * 9 + [413]
    assert sent[-1].json is not None
    assert "9" in sent[-1].json["error"]


def test_a_photo_of_twelve_megabytes_sent_alone_is_refused_in_words(phone: Phone) -> None:
    answer = phone.send_photo(phone.hidden(), bytes(12_000_000))
    assert answer.status_code == 413
    assert answer.json is not None
    assert answer.json["error"]


def test_more_than_is_read_at_all_still_keeps_the_words(
    phone: Phone, app: Flask, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.view_functions["reporting.send"], "megabytes", 1)
    answer = phone.send(
        description=WORDS, files=[("a.jpg", red(1)), ("b.jpg", bytes(3 * 1024 * 1024))]
    )
    assert answer.status_code == 422
    assert WORDS in answer.text
    assert len(kept_ids(answer.text)) == 1
    assert reports(company) == []


def test_a_page_left_open_for_a_day_loses_nothing(
    phone: Phone, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = phone.hidden(f"/p/{company.poster}")
    monkeypatch.setattr(tokens, "TOKEN_LIFE_S", -1)
    answer = phone.send(
        form=form, description=WORDS, spot="东门", category="equipment", files=[("a.jpg", red(1))]
    )
    assert answer.status_code == 422
    assert alerts(answer.text) == [
        said("The page was open too long. Nothing is lost; please send again")
    ]
    assert WORDS in answer.text
    assert 'value="equipment" checked' in answer.text
    monkeypatch.undo()
    again = hidden(answer.text)
    assert again["submission_key"] == form["submission_key"]
    ids = kept_ids(answer.text)
    assert phone.send(form=again, description=WORDS, photo=ids).status_code == 303
    [report] = reports(company)
    assert len(photos_of(company, report)) == 1
    assert report.poster_code == company.poster


def test_a_form_without_a_token_or_a_key_comes_back_with_both(
    phone: Phone, company: Company
) -> None:
    answer = phone.client.post("/report", data={"description": WORDS})
    assert answer.status_code == 422
    assert WORDS in answer.text
    assert phone.send(form=hidden(answer.text), description=WORDS).status_code == 303
    assert len(reports(company)) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_sites_form_is_refused_and_leaves_nothing(
    phone: Phone, company: Company, headers: dict[str, str]
) -> None:
    body = {**phone.hidden(), "description": WORDS, "photos": (BytesIO(red(1)), "a.jpg")}
    answer = phone.client.post(
        "/report", data=body, content_type="multipart/form-data", headers=headers
    )
    assert answer.status_code == 403
    assert alerts(answer.text)
    assert WORDS not in answer.text
    with company.reading() as session:
        assert session.scalars(select(Photo)).all() == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "http://127.0.0.1:8000"},
        {},
    ],
    ids=["own host", "base address", "plain http sends nothing"],
)
def test_our_own_page_may_send(phone: Phone, headers: dict[str, str]) -> None:
    body = {**phone.hidden(), "description": WORDS}
    assert phone.client.post("/report", data=body, headers=headers).status_code == 303


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("identity", "confidential"), ("desk", "union"), ("category", "x"), ("urgency", "x"),
        ("about", "x"), ("place", "999999"), ("place", "١٢"), ("found_at", "2027-01-01T08:00"),
        ("found_at", "gestern"),
    ],
)  # fmt: skip
def test_a_choice_that_is_not_offered_is_refused_beside_its_field(
    phone: Phone, company: Company, field: str, value: str
) -> None:
    told: dict[str, Any] = {field: value}
    answer = phone.send(description=WORDS, **told)
    assert answer.status_code == 422
    assert f'id="{field}-error" role="alert"' in answer.text
    assert WORDS in answer.text
    assert reports(company) == []


def test_on_a_nearly_full_disk_words_are_taken_and_photos_wait(
    phone: Phone, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "free_bytes", lambda _: 200 * MEGABYTE)
    form = phone.hidden()
    waits = said("The disk is nearly full: words are kept, photos wait")
    alone = phone.send_photo(form, red(1))
    assert (alone.status_code, alone.json) == (507, {"error": waits})
    only = phone.send(form=form, files=[("a.jpg", red(1))])
    assert (only.status_code, alerts(only.text)) == (507, [waits])
    sent = phone.send(form=form, description=WORDS, files=[("a.jpg", red(1))])
    assert sent.status_code == 303
    assert alerts(phone.open("/receipt")) == [waits]
    monkeypatch.undo()
    phone.send(form=form, description=WORDS, files=[("a.jpg", red(1))])
    [report] = reports(company)
    assert len(photos_of(company, report)) == 1


def test_on_a_full_disk_nothing_is_taken_but_the_form_is_still_there(
    phone: Phone, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = phone.hidden()
    monkeypatch.setattr(limits, "free_bytes", lambda _: 50 * MEGABYTE)
    answer = phone.send(form=form, description=WORDS)
    assert answer.status_code == 507
    assert WORDS in answer.text
    assert reports(company) == []


# ---- who reports ----


def test_by_name_without_a_login_needs_name_and_team_and_keeps_everything(
    phone: Phone, company: Company
) -> None:
    answer = phone.send(description=WORDS, identity="named", name="张伟", team=" ")
    assert answer.status_code == 422
    assert 'id="team-error" role="alert"' in answer.text
    assert 'value="张伟"' in answer.text
    sent = phone.send(
        form=hidden(answer.text), description=WORDS, identity="named", name="张伟", team="车工班"
    )
    assert sent.status_code == 303
    assert mark(phone.open("/receipt"), "code"), "every report without a login gets a code"
    [report] = reports(company)
    with company.reading() as session:
        reporter = session.get_one(Reporter, report.id)
        assert (reporter.person_id, reporter.name, reporter.team) == (None, "张伟", "车工班")


def test_by_name_with_a_login_needs_no_name_and_gives_no_code(
    phone: Phone, company: Company, house: House
) -> None:
    phone.log_in(house, company.worker)
    page = phone.open()
    assert 'value="named" checked' in page
    assert 'name="team"' not in page
    _, code = phone.report(description=WORDS, identity="named")
    assert code == ""
    with company.reading() as session:
        assert session.get_one(Reporter, reports(company)[0].id).person_id == company.worker
        [actor] = session.scalars(select(Event.actor_ref).where(Event.action == "report.submitted"))
        assert actor == "", "the trail does not say who reported"


def test_without_a_login_anonymous_is_chosen_beforehand(phone: Phone) -> None:
    assert 'value="anonymous" checked' in phone.open()


def test_an_anonymous_report_from_a_phone_that_is_logged_in_leaves_no_trace_of_the_person(
    phone: Phone, company: Company, house: House, now: FakeClock
) -> None:
    token = phone.log_in(house, company.worker)
    now.move(timedelta(hours=2))
    before = rows(company)
    form = phone.hidden(f"/p/{company.poster}")
    sent = phone.send_photo(form, red(1))
    assert sent.json is not None
    answer = phone.send(form=form, description=WORDS, identity="anonymous", photo=[sent.json["id"]])
    assert answer.status_code == 303
    _, code = mark(phone.open("/receipt"), "number"), mark(phone.open("/receipt"), "code")
    phone.follow(code)
    phone.press("answer", text="在东门第二台")
    new = {table: lines - before[table] for table, lines in rows(company).items()}
    assert not new["login_session"], "not even a sign of life of the login"
    assert not new["reporter"]
    assert not new["event_personal"]
    for table, lines in new.items():
        for line in lines:
            assert "张伟" not in line
            assert token not in line
            told = table == "notice"
            assert told or f"={company.worker}|" not in persons_in(table, line)


def rows(company: Company) -> dict[str, set[str]]:
    """Return every row of every table as text."""
    with company.reading() as session:
        return {
            table.name: {
                "|".join(f"{c.name}={v}" for c, v in zip(table.columns, row, strict=True)) + "|"
                for row in session.execute(select(table))
            }
            for table in Base.metadata.sorted_tables
        }


def persons_in(table: str, line: str) -> str:
    """Return the part of a row that points to persons."""
    columns = Base.metadata.tables[table].columns
    pointing = {c.name for c in columns for k in c.foreign_keys if k.column.table.name == "person"}
    kept = [part for part in line.split("|") if part.split("=")[0] in pointing]
    return "|".join(kept) + "|"


def test_nothing_of_an_anonymous_report_is_finer_than_its_shift(
    phone: Phone, company: Company, house: House, now: FakeClock
) -> None:
    now.move(timedelta(minutes=37, seconds=11))
    began = rows(company)
    form = phone.hidden(f"/p/{company.poster}")
    sent = phone.send_photo(form, red(1))
    assert sent.json is not None
    phone.send(form=form, description=WORDS, urgency="emergency", photo=[sent.json["id"]])
    page = phone.open("/receipt")
    phone.client.post("/receipt", data=hidden(page))
    phone.follow(mark(page, "code"))
    phone.press("answer", text="在东门第二台")
    phone.press("withdrawal")
    fine = []
    for table, lines in rows(company).items():
        for line in lines - began[table]:
            moments = re.findall(r"(\w+)=(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[^|]*)", line)
            fine += [
                (table, name, at)
                for name, at in moments
                if datetime.fromisoformat(at) > SHIFT_STARTS.astimezone(UTC)
                and (table, name) not in {("deadline", "due_at"), ("report", "code_until")}
            ]
    assert fine == []
    with company.reading() as session:
        [clock] = session.scalars(select(Deadline).where(Deadline.kind == "accept"))
        ends = datetime(2026, 11, 25, tzinfo=CHINA)
        assert clock.due_at == ends, "its clock starts at the end of the shift"
    files = [p for p in Path(house.settings.photo_store).rglob("*") if p.is_file()]
    assert files
    for file in files:
        assert datetime.fromtimestamp(file.stat().st_mtime, CHINA) == SHIFT_STARTS


def test_the_log_of_the_road_says_nothing(phone: Phone, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    phone.report(description=WORDS)
    phone.send(description="")
    out = capsys.readouterr()
    assert "request" not in out.out + out.err


# ---- before and beside the road ----


def test_the_first_address_leads_to_the_form_or_to_the_desk(
    phone: Phone, company: Company, house: House
) -> None:
    assert phone.client.get("/").headers["Location"] == "/report"
    phone.log_in(house, company.worker)
    assert phone.client.get("/").headers["Location"] == "/desk"


def test_before_set_up_the_page_says_that_it_is_not_finished(app: Flask) -> None:
    for path in ("/", "/report", "/p/7K3M9QXT", "/follow"):
        answer = app.test_client().get(path)
        assert answer.status_code == 503
        assert said("Not ready yet") in answer.text


def test_an_emergency_reaches_the_head_at_once(phone: Phone, company: Company) -> None:
    phone.report(description="煤气味很重", urgency="emergency")
    with company.reading() as session:
        notices = session.execute(select(Base.metadata.tables["notice"].c.recipient_id)).scalars()
        assert set(notices) == {company.safety, company.head}
    assert "tel:119" in phone.open("/receipt"), "first stop, leave, call"


def test_a_megabyte_of_words_is_refused_with_the_form_to_start_again(
    phone: Phone, company: Company
) -> None:
    answer = phone.send(description="漏" * 400_000)
    assert answer.status_code == 413
    assert alerts(answer.text)
    assert hidden(answer.text)["submission_key"]
    assert reports(company) == []


def test_a_field_too_large_to_be_read_is_refused_with_a_form_to_start_again(
    phone: Phone, company: Company
) -> None:
    answer = phone.send(description="x" * 3_000_000, files=[("a.jpg", red(1))])
    assert answer.status_code == 413
    assert hidden(answer.text)["submission_key"]
    assert reports(company) == []


def test_a_form_without_files_is_not_read_into_memory_beyond_a_megabyte(
    app: Flask, company: Company
) -> None:
    del company
    answer = app.test_client().post(
        "/report", data=b"a=1&" * 1_000_000, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 413
    assert hidden(answer.text)["submission_key"]


def test_a_kept_form_has_its_own_token_and_follows_every_change(
    app: Flask, company: Company
) -> None:
    client = app.test_client()
    first, second = (client.get(f"/p/{company.poster}").text for _ in range(2))
    assert hidden(first)["csrf_token"] != hidden(second)["csrf_token"]
    assert hidden(first)["submission_key"] != hidden(second)["submission_key"]

    with company.work_as(company.head) as work:
        set_facts(work, {"emergency_phone": "6119"})

    assert 'href="tel:6119"' not in second
    assert 'href="tel:6119"' in client.get(f"/p/{company.poster}").text
