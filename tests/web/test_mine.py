"""My reports, the photographs, and whether the server is well."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from hazard.audit.models import Event
from hazard.core import clock
from hazard.core.db import Database
from hazard.core.house import House
from hazard.core.lease import take_lease
from hazard.people.keeping import add_person
from hazard.people.queries import root_unit
from hazard.policy.words import About, Identity
from hazard.reports import photos
from hazard.reports.models import Photo, Report
from hazard.reports.queries import hold_report
from hazard.reports.terms import PhotoPart
from hazard.rewards.reassessing import mark_drill
from tests import walks
from tests.company import Company
from tests.pictures import jpeg
from tests.signin import client_of
from tests.web.road import Phone, alerts, mark, said


@pytest.fixture
def sent(app: Flask, company: Company) -> tuple[str, str]:
    """Number of an anonymous report with one photo, and the photo's public id."""
    phone = Phone(app)
    number, _ = phone.report(f"/p/{company.poster}", files=[("a.jpg", jpeg())])
    with company.reading() as session:
        return number, session.scalars(select(Photo.public_id)).one()


def look(app: Flask, house: House, person: int, photo: str) -> TestResponse:
    return client_of(app, house, person).get(f"/photos/{photo}")


# ---- my reports ----


def test_a_drill_says_so_to_whoever_made_it(app: Flask, company: Company, house: House) -> None:
    walk = walks.walk_to_reported(company)
    me = client_of(app, house, company.worker)
    pages = ("/mine", f"/mine/{walk.report}")
    assert not any("测试/演练" in me.get(each).text for each in pages)
    promise = "告诉您受不受理"
    assert promise in me.get(pages[1]).text
    with company.work_as(company.safety) as work:
        mark_drill(work, hold_report(work, walk.report), drill=True)
    assert all("测试/演练，不计数" in me.get(each).text for each in pages)
    assert promise not in me.get(pages[1]).text, "its clock stands"


def test_zhang_wei_sees_what_came_of_his_reports_and_nobody_elses(
    app: Flask, company: Company, house: House
) -> None:
    fixed = walks.walk_to_approved_award(company)
    fresh = walks.walk_to_reported(company)
    other = walks.walk_to_reported(company, identity=Identity.ANONYMOUS)
    me = client_of(app, house, company.worker)
    page = me.get("/mine").text
    assert fixed.report in page
    assert fresh.report in page
    assert other.report not in page
    assert "二级 50 元" in page
    assert mark(me.get(f"/mine/{fixed.report}").text, "number") == fixed.report
    assert me.get(f"/mine/{other.report}").status_code == 404
    assert client_of(app, house, company.finance).get(f"/mine/{fresh.report}").status_code == 404
    assert app.test_client().get("/mine").status_code == 302


def test_without_reports_the_page_says_what_to_do(
    app: Flask, company: Company, house: House
) -> None:
    page = client_of(app, house, company.head).get("/mine").text
    assert said("Nothing reported by name yet. See something unsafe? One photo is enough") in page


def test_an_answer_of_a_named_reporter_does_not_name_him_in_the_trail(
    app: Flask, company: Company, house: House
) -> None:
    from hazard.reports import handling

    walk = walks.walk_to_reported(company)
    with company.work_as(company.safety) as work:
        handling.ask(work, hold_report(work, walk.report), "是哪一台？")
    me = client_of(app, house, company.worker)
    empty = me.post(f"/reports/{walk.report}/answer", data={"text": " "})
    assert empty.status_code == 422
    assert alerts(empty.text)
    answer = me.post(f"/reports/{walk.report}/answer", data={"text": "第二台"})
    assert answer.headers["Location"] == f"/mine/{walk.report}"
    with company.reading() as session:
        last = session.scalars(select(Event).order_by(Event.seq.desc())).first()
        assert last is not None
        assert (last.action, last.actor_ref) == ("report.answered", "")


def test_only_the_own_report_can_be_withdrawn_and_only_once(
    app: Flask, company: Company, house: House
) -> None:
    walk = walks.walk_to_reported(company)
    path = f"/reports/{walk.report}/withdrawal"
    assert client_of(app, house, company.finance).post(path).status_code == 404
    me = client_of(app, house, company.worker)
    assert me.post(path).status_code == 303
    assert me.post(path).status_code == 409
    with company.reading() as session:
        assert session.scalars(select(Report.state)).one() == "withdrawn"


def test_a_named_reporter_may_disagree_and_say_it_is_not_fixed(
    app: Flask, company: Company, house: House
) -> None:
    walk = walks.walk_to_closed(company)
    me = client_of(app, house, company.worker)
    path = f"/reports/{walk.report}"
    assert me.post(f"{path}/confirmation", data={"fixed": "no"}).status_code == 303
    assert me.post(f"{path}/confirmation", data={"fixed": "no"}).status_code == 409
    assert me.post(f"{path}/appeal", data={"reason": "不服"}).status_code == 409


# ---- photographs ----


def test_a_photo_of_a_report_is_for_the_desk_that_receives_it(
    app: Flask, company: Company, house: House, sent: tuple[str, str]
) -> None:
    _, photo = sent
    answer = look(app, house, company.safety, photo)
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    for person in (company.head, company.finance, company.worker):
        assert look(app, house, person, photo).status_code == 404
    assert app.test_client().get(f"/photos/{photo}").status_code == 404
    assert look(app, house, company.safety, "X" * 20).status_code == 404


def test_the_officer_does_not_see_photos_of_a_report_about_the_officer(
    app: Flask, company: Company, house: House
) -> None:
    phone = Phone(app)
    phone.report(files=[("a.jpg", jpeg())], about=About.SAFETY.value)
    with company.reading() as session:
        photo = session.scalars(select(Photo.public_id)).one()
    assert look(app, house, company.safety, photo).status_code == 404
    assert look(app, house, company.head, photo).status_code == 200


def test_a_named_reporter_sees_the_own_photo(app: Flask, company: Company, house: House) -> None:
    phone = Phone(app)
    phone.log_in(house, company.worker)
    number, _ = phone.report(files=[("a.jpg", jpeg())], identity="named")
    with company.reading() as session:
        photo = session.scalars(select(Photo.public_id)).one()
    assert f"/photos/{photo}" in phone.open(f"/mine/{number}")
    assert phone.client.get(f"/photos/{photo}").status_code == 200
    assert look(app, house, company.finance, photo).status_code == 404


def test_a_released_photo_is_shown_to_whoever_sees_the_case(
    app: Flask, company: Company, house: House, sent: tuple[str, str]
) -> None:
    from hazard.cases.opening import Opening, open_case
    from hazard.policy.words import Category

    number, photo = sent
    with company.work_as(company.safety) as work:
        opening = Opening("防护罩缺失", "装回", "", Category.EQUIPMENT, company.place)
        open_case(work, hold_report(work, number), opening)
    assert look(app, house, company.head, photo).status_code == 404, "not before its release"
    with company.work_as(company.safety) as work:
        photos.release(work, work.session.scalars(select(Photo)).one(), shown=True)
    assert look(app, house, company.head, photo).status_code == 200
    assert look(app, house, company.worker, photo).status_code == 404


def test_a_photo_of_the_repair_is_shown_to_whoever_sees_the_case(
    app: Flask, company: Company, house: House
) -> None:
    walks.walk_to_completed(company)
    picture = house.darkroom.develop(jpeg())
    photos.store(house.files, picture, clock.now())
    with company.work_as() as work:
        taken = work.session.scalars(select(Photo).where(Photo.part == PhotoPart.AFTER)).one()
        taken.sha256 = picture.sha256
        photo = taken.public_id
        stranger = add_person(work, "2002", "赵敏", root_unit(work.session)).id
    assert look(app, house, company.head, photo).status_code == 200
    assert look(app, house, stranger, photo).status_code == 404


# ---- health ----


def test_healthz_tells_whether_somebody_leads(app: Flask, company: Company) -> None:
    client = app.test_client()
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json == {"alive": True, "database": True, "scheduler": False}
    with company.work_as() as work:
        take_lease(work.session, "leader", "here", work.now)
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json == {"alive": True, "database": True, "scheduler": True}


def test_healthz_tells_that_the_database_is_gone(app: Flask, house: House) -> None:
    for nowhere in ("sqlite:////nowhere/hazard.db", "postgresql+psycopg://a@/b?host=/nowhere"):
        app.extensions["hazard"] = replace(house, database=Database(nowhere))
        answer = app.test_client().get("/healthz")
        assert answer.status_code == 503
        assert answer.json == {"alive": True, "database": False, "scheduler": False}
