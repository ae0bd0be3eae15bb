"""《隐患回音》: masked, put up by the officer, frozen, read by everybody, printed."""

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask

from hazard.core.clock import CHINA
from hazard.core.house import House
from hazard.jobs.timetable import run_once
from hazard.notices.outbox import list_messages
from hazard.policy.words import About, Identity
from hazard.reports import photos
from hazard.reports.models import Photo
from hazard.reports.terms import PhotoPart
from hazard.statistics.figures import figures_of
from hazard.statistics.spans import Week
from tests.company import Company
from tests.pictures import jpeg, scene
from tests.prints.reading import Print
from tests.signin import client_of
from tests.walks import (
    SHORT,
    decide,
    walk_quickly,
    walk_to_accepted,
    walk_to_closed,
    walk_to_kept,
    walk_to_rectifying,
)
from tests.web.test_money_pages import Office, alerts, body

WEEK = "/echo/2026-W48"


@pytest.fixture
def office(app: Flask, house: House, company: Company) -> Office:
    return Office(app, house, company)


def put_up(office: Office, **fields: object) -> int:
    lists = {key: list(each) for key, each in fields.items() if isinstance(each, tuple)}
    return office["safety"].post(f"{WEEK}/edition", data={**fields, **lists}).status_code


def fill(company: Company) -> list[str]:
    """Leave five hazards: two put right and paid for, two being fixed, one being checked."""
    done = [walk_quickly(company, level=level, fixed=True) for level in (1, 2)]
    decide(company, *done)
    fixing = [walk_to_rectifying(company, level=2) for _ in range(2)]
    seen = walk_to_accepted(company, identity=Identity.ANONYMOUS)
    return [walk.report[-4:] for walk in (*done, *fixing, seen)]


def picture_of(office: Office, case_number: str) -> None:
    """Give a closed hazard a before and an after whose files are there."""
    house: House = office["head"].application.extensions["hazard"]
    from sqlalchemy import select

    from hazard.cases.models import Case
    from hazard.cases.verification import attach

    taken = [house.darkroom.develop(jpeg(scene(seed=seed))) for seed in (1, 2)]
    for each in taken:
        photos.store(house.files, each, office.company.clock.now())
    with office.company.work_as(office.company.safety) as work:
        case = work.session.scalars(select(Case).where(Case.number == case_number)).one()
        parts = (PhotoPart.BEFORE, PhotoPart.AFTER)
        made: list[Photo] = [
            photos.add_of_case(work, each, part) for each, part in zip(taken, parts, strict=True)
        ]
        attach(work, case, made)


def test_a_week_is_read_by_all_once_it_is_put_up(office: Office) -> None:
    tails = fill(office.company)
    assert office["worker"].get(WEEK).status_code == 404
    draft = body(office["safety"].get(WEEK))
    assert "只有你看得到" in draft
    assert put_up(office) == 303
    page = body(office["worker"].get("/echo"))
    assert all(tail in page for tail in tails)
    figures = re.findall(r'<div class="figure[^>]*><span>([^<]+)</span><b>(\d+)</b>', page)
    assert figures == [("本周收到", "5"), ("改好", "2"), ("没改完", "3"), ("晚了", "0")]
    assert not any(word in page for word in ("张伟</td>", SHORT, "R2611-", "C2611-"))
    assert "机加工车间·3号车床" in page
    paper = Print(office["worker"].get(f"{WEEK}/sheet.pdf").data)
    assert paper.shows(*tails, "没上榜的扫码自己看", "隐患回音", "正在改，11月26日前")
    assert paper.page(1).margin() >= 6
    with office.company.reading() as session:
        counted = figures_of(session, Week(2026, 48).span, office.company.clock.now())
    assert counted.reports.received == 5
    assert (counted.hazards.rectified.all, counted.hazards.open.all) == (2, 3)


def test_no_figure_tells_of_a_hazard_that_is_kept_from_the_officer(office: Office) -> None:
    fill(office.company)
    walk_to_kept(office.company, office.company.head, About.SAFETY)
    page = body(office["safety"].get(WEEK))
    figures = re.findall(r'<div class="figure[^>]*><span>([^<]+)</span><b>(\d+)</b>', page)
    assert figures[1:] == [("改好", "2"), ("没改完", "3"), ("晚了", "0")]


def test_below_five_lines_no_place_and_below_three_none_at_all(
    office: Office, house: House
) -> None:
    company = office.company
    walk_to_rectifying(company, level=2)
    walk_to_rectifying(company, level=2)
    assert put_up(office) == 303
    page = body(office["worker"].get(WEEK))
    assert "2 条，不单独列出" in page
    assert "<td" not in page
    company.clock.move(timedelta(days=7))
    walk_to_rectifying(company, level=2)
    officer = client_of(office["safety"].application, house, company.safety)
    page = body(officer.get("/echo/2026-W49"))
    assert page.count('class="title number"') == 3
    assert "机加工车间·3号车床" not in page


def test_what_was_put_up_stays_as_it_was_until_it_is_put_up_again(office: Office) -> None:
    fill(office.company)
    assert put_up(office) == 303
    walk_to_closed(office.company, level=2)
    assert ">2</b>" in body(office["worker"].get(WEEK))
    assert put_up(office) == 303
    page = body(office["worker"].get(WEEK))
    assert ">3</b>" in page
    assert "更正 1 次" in page


def test_only_chosen_photos_are_shown_to_everybody(office: Office) -> None:
    walk = walk_to_closed(office.company, level=2)
    fill(office.company)
    picture_of(office, walk.case)
    page = body(office["safety"].get(WEEK))
    keys = re.findall(r'name="pair" value="([^"]+)"', page)
    addresses = [f"/photos/{part}" for part in keys[0].split("|")[1:]]
    assert [office["worker"].get(each).status_code for each in addresses] == [404, 404]
    refused = office["safety"].post(f"{WEEK}/edition", data={"pair": ["C2611-0000|a|b"]})
    assert (refused.status_code, bool(alerts(refused))) == (422, True)
    assert put_up(office, pair=(keys[0],)) == 303
    assert office["worker"].get(addresses[0]).status_code == 200
    assert put_up(office) == 303
    assert office["worker"].get(addresses[0]).status_code == 404


def test_nobody_but_the_office_puts_a_week_up(office: Office) -> None:
    for name, code in (("worker", 403), ("finance", 403), ("head", 303)):
        assert office[name].post(f"{WEEK}/edition").status_code == code
    for week in ("2026-W54", "x"):
        answer = office["safety"].get(f"/echo/{week}")
        assert (answer.status_code, bool(alerts(answer))) == (422, True)


def test_the_officer_is_told_once_on_the_set_day(office: Office, house: House) -> None:
    company = office.company
    for _ in range(2):
        run_once(house, "echo")
    with company.reading() as session:
        links = [message.link for message in list_messages(session, company.safety)]
    assert links == ["/echo/2026-W47"]
    company.clock.set(datetime(2026, 12, 1, 9, 0, tzinfo=CHINA))
    run_once(house, "echo")
    with company.reading() as session:
        assert len(list_messages(session, company.safety)) == 1
