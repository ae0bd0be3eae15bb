"""Journey zero: three office people and one worker take reports to a paid, printed month.

Through a real Chromium, starting at a scanned poster, each logged in in turn; on SQLite and on
PostgreSQL, with and without scripts; the two other pairs are long. It fails when any path needs a
fifth person.
"""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import update

from hazard.access.permissions import Role
from hazard.core.house import House
from hazard.people.keeping import grant_role
from hazard.people.logins import set_password
from hazard.people.passwords import hash_password
from hazard.people.queries import get_person, root_unit
from hazard.policy.keeping import set_facts
from hazard.policy.models import Plant
from tests.company import Company
from tests.journeys.hands import (
    PASSWORD,
    Hands,
    people,
    photograph,
    press,
    seen,
    send,
    state,
    tick,
)
from tests.live import live
from tests.prints.reading import Print
from tests.seal import PAYOUT, make_seal

pytestmark = pytest.mark.browser
HEAD, SAFETY, FINANCE, WORKER = "0001", "0002", "0003", "1001"
MONTH = "2026-11"


@pytest.fixture
def plant(app: Flask, company: Company) -> Iterator[str]:
    """The plant of four with passwords, telephone numbers and its seal, served.

    张伟 stands for the workers, and so keeps the other half.
    """
    secret = hash_password(PASSWORD)
    with company.work_as() as work:
        for person in (company.head, company.safety, company.finance, company.worker):
            set_password(work, get_person(work.session, person), secret)
        work.session.execute(update(Plant).values(standard_plan="机械伤害现场处置方案"))
        worker = get_person(work.session, company.worker)
        grant_role(work, worker, Role.UNION_REPRESENTATIVE, root_unit(work.session))
    make_seal(company, company.worker)
    with company.work_as(company.head) as work:
        set_facts(work, {"emergency_phone": "8888", "report_phone": "8001"})
    with live(app) as address:
        yield address


@pytest.mark.parametrize(
    ("database_url", "scripts"),
    [
        pytest.param("sqlite", True, id="sqlite-scripts"),
        pytest.param("postgresql", False, id="postgresql-no-scripts"),
        pytest.param("sqlite", False, id="sqlite-no-scripts", marks=pytest.mark.long),
        pytest.param("postgresql", True, id="postgresql-scripts", marks=pytest.mark.long),
    ],
    indirect=["database_url"],
)
def test_three_office_people_and_one_worker_take_reports_to_a_paid_month(
    plant: str, company: Company, house: House, browser: Browser, scripts: bool
) -> None:
    hands = Hands(browser, plant, scripts)
    named = report_by_name(hands, company)
    number, code = report_anonymously(hands, company)
    sealed = report_confidentially(hands, company)
    case = accept(hands, named)
    verify(hands, case)
    grade(hands, case)
    rectify(hands, case)
    check_and_inform(hands, case)
    quick(hands, number)
    quick(hands, sealed)
    decide_rewards(hands, case)
    settle(hands)
    print_both_versions(hands)
    pay(hands, number, code)
    follow_up(hands, code)
    hands.leave()
    assert hands.trouble == []
    del house


def report_by_name(hands: Hands, company: Company) -> str:
    """张伟 scans the poster and reports by name without logging in."""
    with hands.phone() as page:
        page.goto(f"{hands.address}/p/{company.poster}")
        assert "机加工车间·3号车床" in page.content()
        told = {
            "category": "equipment",
            "description": "车床防护罩没了，切屑往外飞，离人不到半米",
            "urgency": "urgent",
            "identity": "named",
            "name": "张伟",
            "team": "机加工车间",
            "suggestion": "装回防护罩",
        }
        send(hands, page, told, photograph(1))
        return seen(page, "data-report-number")


def report_anonymously(hands: Hands, company: Company) -> tuple[str, str]:
    """Somebody reports without a name and keeps the code."""
    with hands.phone() as page:
        page.goto(f"{hands.address}/p/{company.poster}")
        told = {"category": "environment", "description": "地上有油", "identity": "anonymous"}
        send(hands, page, told, photograph(2))
        number, code = seen(page, "data-report-number"), seen(page, "data-receipt-code")
        press(page, "/receipt")
        assert "data-receipt-code" not in page.content()
        return number, code


def report_confidentially(hands: Hands, company: Company) -> str:
    """张伟 reports once more, the name sealed."""
    with hands.phone() as page:
        page.goto(f"{hands.address}/p/{company.poster}")
        told = {
            "category": "equipment", "description": "行车限位坏了", "identity": "confidential",
            "name": "张伟", "team": "机加工车间",
        }  # fmt: skip
        press(page, "/report", told)
        return seen(page, "data-report-number")


def accept(hands: Hands, number: str) -> str:
    """王建华 finds it on the desk, matches the typed name and accepts."""
    with hands.office(SAFETY) as page:
        page.goto(f"{hands.address}/desk")
        page.locator(f'a[href$="/reports/{number}"]').first.click()
        assert seen(page, "data-report-state") == "submitted"
        press(page, f"/reports/{number}/match")
        press(page, f"/reports/{number}/match", {"person": WORKER}, "decision=person")
        page.goto(f"{hands.address}/reports/{number}")
        told = {"short_description": "防护罩缺失", "extract": "3号车床防护罩装回", "advice": "装回"}
        press(page, f"/reports/{number}/acceptance", told)
        found = re.search(r"C2611-\d{4}", page.content())
        assert found is not None
        return found[0]


def verify(hands: Hands, case: str) -> None:
    """王建华 asks herself and 周国强; both find it true."""
    with hands.office(SAFETY) as page:
        page.goto(f"{hands.address}/cases/{case}")
        press(page, f"/cases/{case}/verifiers", {"verifier": people(page, "王建华", "周国强")})
    for number in (SAFETY, HEAD):
        with hands.phone(number) as page:
            page.goto(f"{hands.address}/cases/{case}")
            found = {"verdict": "true", "on_site": True, "declared": True}
            press(page, f"/cases/{case}/verification", found)
    with hands.office(SAFETY) as page:
        assert state(hands, page, case) == "verified"


def grade(hands: Hands, case: str) -> None:
    """王建华 grades: lasting injury, possible — level 3."""
    with hands.office(SAFETY) as page:
        page.goto(f"{hands.address}/cases/{case}")
        answers = {"hurt": "lasting", "likely": "possible", "gravity": "no", "declared": True}
        press(page, f"/cases/{case}/grading", answers)
        assert state(hands, page, case) == "planning"
        press(page, f"/cases/{case}/owner", {"person": people(page, "李秀英")[0]})


def rectify(hands: Hands, case: str) -> None:
    """李秀英 makes the plan, 周国强 approves it, 李秀英 ticks and completes."""
    with hands.phone(FINANCE) as page:
        page.goto(f"{hands.address}/cases/{case}")
        plan = {"measures": "停机挂牌\n装回防护罩", "funds": "120", "due_on": "2026-12-01"}
        press(page, f"/cases/{case}/plan", plan)
        assert state(hands, page, case) == "plan_submitted"
    with hands.phone(HEAD) as page:
        page.goto(f"{hands.address}/cases/{case}")
        press(page, f"/cases/{case}/plan-approval", {"declared": True}, "approved=yes")
    with hands.phone(FINANCE) as page:
        for _ in range(2):
            page.goto(f"{hands.address}/cases/{case}")
            press(page, f"/cases/{case}/progress")
        page.goto(f"{hands.address}/cases/{case}")
        done = {"after": photograph(3), "cost": "118.50"}
        press(page, f"/cases/{case}/completion", done)
        assert state(hands, page, case) == "submitted_for_check"


def check_and_inform(hands: Hands, case: str) -> None:
    """周国强 checks, 王建华 tells the reporter."""
    with hands.phone(HEAD) as page:
        page.goto(f"{hands.address}/cases/{case}")
        press(page, f"/cases/{case}/check", {"declared": True}, "passed=yes")
        assert state(hands, page, case) == "closed"
    with hands.office(SAFETY) as page:
        page.goto(f"{hands.address}/cases/{case}")
        press(page, f"/cases/{case}/feedback", {"text": "您报的已改好，谢谢您。"})


def quick(hands: Hands, number: str) -> None:
    """王建华 handles the oil on the floor at once, 周国强 confirms with one tap."""
    with hands.phone(SAFETY) as page:
        page.goto(f"{hands.address}/reports/{number}/quick")
        told = {
            "hurt": "scratch", "likely": "hardly", "gravity": "no", "after": photograph(4),
            "fixer": people(page, "王建华", name="fixer")[0],
            "second": people(page, "周国强", name="second")[0], "declared": True,
        }  # fmt: skip
        press(page, f"/reports/{number}/quick", told)
        found = re.search(r"C2611-\d{4}", page.content())
        assert found is not None
        case = found[0]
    with hands.phone(HEAD) as page:
        page.goto(f"{hands.address}/cases/{case}")
        press(page, f"/cases/{case}/confirmation", {"declared": True}, "confirmed=yes")
        assert state(hands, page, case) == "closed"


def decide_rewards(hands: Hands, case: str) -> None:
    """王建华 proposes for the long way (the quick lane did already), 周国强 decides all at once."""
    with hands.office(SAFETY) as page:
        page.goto(f"{hands.address}/cases/{case}")
        press(page, f"/cases/{case}/award", {"declared": True})
    with hands.office(HEAD) as page:
        page.goto(f"{hands.address}/rewards")
        for box in page.locator('input[name="award"]').all():
            tick(page.locator("form"), box)
        decision = {"decision": "approve", "declared": True, "password": PASSWORD}
        press(page, "/rewards/decision", decision)


def settle(hands: Hands) -> None:
    """王建华 makes the sheet, 李秀英 checks it, 周国强 approves and so locks it."""
    for number, action in ((SAFETY, "/draft"), (FINANCE, "/1/check"), (HEAD, "/1/approval")):
        with hands.office(number) as page:
            page.goto(f"{hands.address}/settlements/{MONTH}")
            press(page, f"/settlements/{MONTH}{action}", {"password": PASSWORD})
            assert seen(page, "data-total-fen") == "24000"


def print_both_versions(hands: Hands) -> None:
    """The approval version names nobody who reported; the finance version tells no hazard."""
    with hands.office(FINANCE) as page:
        page.goto(f"{hands.address}/settlements/{MONTH}/1?view=payments")
        press(page, f"/settlements/{MONTH}/1/payees", {"passphrase": PAYOUT})
        url = f"{hands.address}/settlements/{MONTH}/1/sheet.pdf?version="
        approval = Print(page.request.get(f"{url}approval").body()).text
        finance = Print(page.request.get(f"{url}finance").body()).text
    for sheet in (approval, finance):
        assert "240.00" in sheet
        assert "贰佰肆拾元整" in sheet
    assert "防护罩缺失" in approval
    assert "张伟" not in approval
    assert finance.count("张伟") == 2
    assert "保密" not in finance
    assert "防护罩" not in finance


def pay(hands: Hands, number: str, code: str) -> None:
    """李秀英 pays the named line, and the voucher with 王建华 as witness."""
    with hands.office(FINANCE) as page:
        page.goto(f"{hands.address}/settlements/{MONTH}/1?view=payments")
        press(page, f"/settlements/{MONTH}/1/payment", {"password": PASSWORD})
        page.goto(f"{hands.address}/rewards/claims")
        press(page, "/rewards/claims", {"number": number, "code": code})
        signed = {
            "payer_declared": True, "password": PASSWORD, "witness": SAFETY, "declared": True,
            "witness_password": PASSWORD,
        }  # fmt: skip
        press(page, "/rewards/claims/payment", signed)
        page.goto(f"{hands.address}/settlements/{MONTH}/1")
        assert seen(page, "data-run-state") == "paid"


def follow_up(hands: Hands, code: str) -> None:
    """Whoever has the code reads that it is fixed and paid."""
    with hands.phone() as page:
        page.goto(f"{hands.address}/follow")
        press(page, "/follow", {"code": code})
        assert "改好了" in page.content()
        assert "20 元" in page.content()
