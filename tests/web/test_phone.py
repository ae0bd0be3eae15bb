"""What a phone remembers of the named reports sent from it, and what it never does."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hazard.cases.opening import Opening, open_case
from hazard.core.clock import FakeClock
from hazard.core.house import House
from hazard.core.money import yuan
from hazard.jobs import timetable
from hazard.people.terms import Device
from hazard.policy.words import Category
from hazard.reports.models import PhoneReport, Report
from hazard.reports.queries import hold_report
from hazard.rewards.for_reporter import RewardView
from hazard.rewards.terms import AwardState
from hazard.web import phone as page
from tests.company import Company
from tests.web.road import Phone, hidden, said

NAMED: dict[str, Any] = {"identity": "named", "name": "张伟", "team": "车工班"}
WORDS = "灯不亮,楼梯看不见"


@pytest.fixture
def phone(app: Flask, company: Company) -> Phone:
    """张伟's phone, on which nobody is logged in."""
    del company
    return Phone(app)


def news_on(page: str) -> str:
    found = re.search(r'id="news">([^<]+)<', page)
    return found[1] if found else ""


def noted(company: Company) -> list[PhoneReport]:
    with company.reading() as session:
        return list(session.scalars(select(PhoneReport)))


def accept(company: Company, number: str) -> None:
    with company.work_as(company.safety) as work:
        opening = Opening("灯不亮", "换灯管", "", Category.EQUIPMENT, company.place)
        open_case(work, hold_report(work, number), opening)


def test_the_next_scan_opens_with_one_line_about_what_was_reported_by_name(
    phone: Phone, company: Company
) -> None:
    number, _ = phone.report(f"/p/{company.poster}", description=WORDS, **NAMED)
    assert news_on(phone.open("/report")) == "", "nothing has happened yet"
    accept(company, number)
    assert news_on(phone.open(f"/p/{company.poster}")) == "您报的灯不亮：正在核查"
    mine = phone.open("/report/mine")
    assert number in mine
    seen = phone.open(f"/report/mine/{number}")
    assert WORDS in seen
    assert "<form" not in seen, "the mark may see and do nothing"


def test_the_line_says_what_is_paid_and_when(
    phone: Phone, company: Company, monkeypatch: pytest.MonkeyPatch, now: FakeClock
) -> None:
    number, _ = phone.report(description=WORDS, **NAMED)
    accept(company, number)
    view = RewardView(AwardState.APPROVED, 2, yuan(30), now.now().date().replace(month=12, day=15))
    monkeypatch.setattr(page, "rewards_of", lambda _, known, __: dict.fromkeys(known, view))
    assert news_on(phone.open()) == "您报的灯不亮：正在核查，奖 30 元，12月15日发"


@pytest.mark.parametrize(
    "told",
    [{}, {**NAMED, "shared": "yes"}],
    ids=["anonymous", "on a phone that others use too"],
)
def test_nothing_is_remembered_of_an_anonymous_report_or_on_a_shared_phone(
    phone: Phone, company: Company, told: dict[str, Any]
) -> None:
    number, _ = phone.report(description=WORDS, **told)
    assert phone.client.get_cookie("phone") is None
    assert noted(company) == []
    assert number not in phone.open("/report/mine")
    assert said("My reports on this phone") not in phone.open("/report")


def test_a_marked_phone_tells_nothing_of_a_later_anonymous_report(
    phone: Phone, company: Company
) -> None:
    named, _ = phone.report(description=WORDS, **NAMED)
    anonymous, _ = phone.report(description="班长让违章干")
    mine = phone.open("/report/mine")
    assert named in mine
    assert anonymous not in mine
    assert phone.client.get(f"/report/mine/{anonymous}").status_code == 404
    assert len(noted(company)) == 1


def test_another_phone_sees_nothing(phone: Phone, app: Flask) -> None:
    number, _ = phone.report(description=WORDS, **NAMED)
    other = Phone(app)
    other.client.set_cookie("phone", "0" * 43)
    assert number not in other.open("/report/mine")
    assert other.client.get(f"/report/mine/{number}").status_code == 404


def test_the_list_is_removed_by_hand_or_after_ninety_days(
    phone: Phone, company: Company, house: House, now: FakeClock
) -> None:
    phone.report(description=WORDS, **NAMED)
    removed = phone.client.post("/report/mine/removal", data=hidden(phone.open("/report/mine")))
    assert removed.status_code == 303
    assert noted(company) == []
    assert phone.client.get_cookie("phone") is None
    number, _ = phone.report(description=WORDS, **NAMED)
    now.move(timedelta(days=91))
    assert number not in phone.open("/report/mine")
    timetable.run_once(house, "forget")
    assert noted(company) == []
    with company.reading() as session:
        assert len(session.scalars(select(Report)).all()) == 2, "the reports stay"


def test_a_login_on_a_shared_device_leaves_no_mark(
    phone: Phone, company: Company, house: House
) -> None:
    phone.log_in(house, company.worker, Device.SHARED)
    phone.send(description=WORDS, identity="named")
    assert noted(company) == []


def test_on_a_shared_phone_nothing_remains_once_the_code_is_kept(
    phone: Phone, company: Company
) -> None:
    phone.report(f"/p/{company.poster}", description=WORDS, shared="yes")
    kept = phone.client.post("/receipt", data=hidden(phone.open("/receipt")))
    assert kept.headers["Location"] == f"/p/{company.poster}", "the next person's form"
    assert phone.client.get_cookie("receipt", path="/receipt") is None
    assert phone.client.get("/receipt").headers["Location"] == "/follow"
