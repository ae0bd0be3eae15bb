"""A month of the demo plant: each of its roles does in the browser what it is there for.

Workers report by name, in confidence, without a name and on paper; every hazard goes its way; the
month is settled, printed and paid. Then ledger, pack, sheet and 《隐患回音》 are read again and
say the same, to the last figure, as what was walked.
"""

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit
from zipfile import ZipFile

import openpyxl
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from hazard.core.clock import CHINA, FakeClock
from hazard.core.house import House
from hazard.core.money import ZERO, Money, parse_yuan, yuan
from hazard.demo import seal
from hazard.demo.history import ROWS
from hazard.demo.plant import (
    CHECKER,
    GATE_HOUSE,
    HEAD,
    MANAGER,
    OFFICER,
    OFFICER_2,
    PASSWORD,
    PAYER,
    UNION,
    Plant,
    accounts,
    build,
)
from hazard.jobs.timetable import run_once
from hazard.places.queries import get_poster, list_poster_ids
from hazard.statistics.columns import LEDGER
from tests.journeys.hands import PHONE, Hands, photograph, press, seen, send, tick
from tests.live import live
from tests.prints.reading import Print, squeezed
from tests.signin import token_of

pytestmark = pytest.mark.browser
ADMINISTRATOR, AUDITOR = "0006", "0007"
MACHINES, PAINT, BUILDING, STORE, CANTEEN = "1000", "2000", "3000", "4000", "5000"
"""Heads of the workshops; 1001 and so on lead their teams."""
NIGHT_LEADER = "4005"
WEI, ZHE, AINI, CALLER = "1011", "2011", "4011", "3012"
"""张伟, 欧阳喆, 艾尼瓦尔·吐尔逊江 and who telephones, workers."""
SLIP, CODE = re.compile(r"P\d{3}-\d{4}"), re.compile(r"查询码([0-9A-Z]{20})")
FIRSTS = {each["role"]: each["employee_no"] for each in reversed(accounts())}.values()
"""One of each role, and a worker."""
PEOPLE = 80
"""Of the demo plant's 300: lists to choose a person from are shorter, all roles are there."""
WEEKS, REPORTS = (45, 46, 47, 48), 9
"""Weeks of the month, and reports in it that are no drill."""
PERIOD, SHEET = "from=2026-11-01&until=2026-11-30", "/settlements/2026-11/1"
FIGURES = re.compile(r"(本周收到|改好|没改完|晚了)(\d+)")
NIGHTLY = ("archive", "ladder", "forget", "echo")
PAID = {"password": PASSWORD}
SCRATCH = {"hurt": "scratch", "likely": "hardly", "gravity": "no"}
DOCTOR = {"hurt": "doctor", "likely": "possible", "gravity": "no"}
LASTING = {"hurt": "lasting", "likely": "possible", "gravity": "no"}
MAJOR = {**LASTING, "gravity": "major"}


@dataclass
class Month(Hands):
    """The plant's people at their phones and desks, on a clock that is moved through the month."""

    plant: Plant = field(kw_only=True)
    house: House = field(kw_only=True)
    clock: FakeClock = field(kw_only=True)
    known: set[str] = field(default_factory=set)
    """Who was logged in before."""
    now_at_it: tuple[str, str] = ("", "")
    """Who has the browser, and on which day."""

    def at(self, day: int, hour: int = 9, month: int = 11) -> None:
        """Live until that hour; in every night between, the server does its own work."""
        for page in self.pages.values():
            page.goto("about:blank")  # what is on its way ends with its day
        moment = datetime(2026, month, day, hour, 0, tzinfo=CHINA)
        night = self.clock.now().astimezone(CHINA).replace(hour=2, minute=30)
        while (night := night + timedelta(days=1)) < moment:
            self.clock.set(night)
            for job in NIGHTLY:
                run_once(self.house, job)
        self.clock.set(moment)

    def page_of(self, number: str) -> Page:
        """Hand the one browser to somebody: one of each role logs in by the page.

        On later days, and for the others, the login is put into the browser.
        """
        today, page = str(self.clock.now().date()), self.browser_of("staff")
        if self.now_at_it == (number, today):
            return page
        page.goto("about:blank")
        page.context.clear_cookies()
        if number in FIRSTS and number not in self.known:
            self.open(page, "/login")
            press(page, "/login", {"employee_no": number, **PAID})
        else:
            token = token_of(self.house, self.id(number))
            page.context.add_cookies([{"name": "sid", "value": token, "url": self.address}])
        self.known.add(number)
        self.now_at_it = (number, today)
        return page

    @contextmanager
    def phone(self, number: str | None = None) -> Iterator[Page]:
        """A phone, with somebody logged in or nobody."""
        page = self.page_of(number) if number else self.browser_of("nobody")
        if not number:
            page.context.clear_cookies()
        page.set_viewport_size(PHONE)
        yield page

    def browser_of(self, whose: str) -> Page:
        """Return the browser that staff hand on, or the phone of nobody."""
        if whose not in self.pages:
            self.pages[whose] = self._fresh()
        return self.pages[whose]

    @cached_property
    def posters(self) -> dict[str, str]:
        """Return the address of each poster's code by its place."""
        with self.house.database.reading() as session:
            hung = [get_poster(session, each) for each in list_poster_ids(session)]
            return {poster.place.name: f"/p/{poster.code}" for poster in hung}

    def id(self, number: str) -> int:
        """Return the person's id, as the lists of forms carry it."""
        return self.plant.people[number]

    def look(self, who: str, path: str) -> str:
        """Let somebody open a page; return its words."""
        with self.office(who) as page:
            return self.open(page, path)

    def do(
        self, who: str, path: str, action: str, values: Mapping[str, object] | None = None,
        button: str = "",
    ) -> Page:  # fmt: skip
        """Let somebody open a page, fill one of its forms and press its button."""
        with self.office(who) as page:
            if urlsplit(page.url).path != path:
                self.open(page, path)
            press(page, action, values, button)
            return page

    def touch(self, who: str, path: str, action: str, then: str, button: str = "") -> None:
        """Let somebody touch the button of a piece that is swapped in place; it says `then`."""
        with self.phone(who) as page:
            self.open(page, path)
            form = page.locator(f'form[action$="{action}"]').first
            for fold in form.locator("xpath=ancestor::details[not(@open)]").all():
                fold.locator("summary").click()
            name, _, value = button.partition("=")
            form.locator(f'[name="{name}"][value="{value}"]' if button else "button").first.click()
            page.locator(".badge", has_text=then).first.wait_for()

    def case(
        self, who: str, case: str, stage: str, values: Mapping[str, object] | None = None,
        button: str = "",
    ) -> None:  # fmt: skip
        """Let somebody take a stage of a hazard, declaring to have no interest in it."""
        self.do(who, f"/cases/{case}", f"/cases/{case}/{stage}", values, button)

    def open(self, page: Page, path: str) -> str:
        """Open a page and return its words."""
        page.goto(f"{self.address}{path}", wait_until="domcontentloaded")
        return words(page)

    def lines(self, who: str) -> list[list[str]]:
        """Return tail and reward of each line of the echo somebody has open."""
        rows = self.page_of(who).locator("tbody tr").all()
        cells = [[cell.inner_text() for cell in row.locator("td").all()] for row in rows]
        return [[row[0], row[-1]] for row in cells]

    @property
    def reporters(self) -> dict[str, str]:
        """Return the names of those who reported, by number."""
        return {number: self.plant.names[number] for number in (WEI, ZHE, AINI, CALLER)}

    def get(self, who: str, path: str) -> bytes:
        """Let somebody fetch a file."""
        answer = self.page_of(who).request.get(f"{self.address}{path}")
        assert answer.ok, path
        return answer.body()


@dataclass(eq=False)
class Told:
    """A report, its code where it has one, and the case it came to."""

    number: str
    code: str = ""
    case: str = ""


def words(page: Page) -> str:
    """Return what stands on the page, without spaces."""
    return squeezed(page.locator("main").inner_text())


@pytest.fixture
def database_url(tmp_path: Path, migrated_sqlite: Path) -> str:
    """An empty database, on SQLite alone."""
    copy = tmp_path / "hazard.db"
    shutil.copy(migrated_sqlite, copy)
    return f"sqlite:///{copy}"


@pytest.fixture
def month(app: Flask, house: House, now: FakeClock, browser: Browser) -> Iterator[Month]:
    """The demo plant on the morning of 2 November: its people, places and seal, no hazard yet."""
    now.set(datetime(2026, 11, 2, 8, 30, tzinfo=CHINA))
    rows = [json.loads(line) for line in ROWS.read_text("utf-8").splitlines()]
    plant = build(house, {row["place"]: row["trade"] for row in rows}, PEOPLE)
    seal.make(plant)
    with live(app) as address:
        hands = Month(browser, address, True, PASSWORD, plant=plant, house=house, clock=now)
        yield hands
        hands.leave()
        assert hands.trouble == []


def test_a_month_of_the_demo_plant_ends_paid_and_all_papers_agree(month: Month) -> None:
    stub = open_the_year(month)
    guard = a_worker_reports_by_name(month)
    fumes = somebody_types_a_name(month)
    again = another_reports_the_same(month, fumes)
    rack = a_confidential_alarm_sounds_at_the_gate(month)
    the_long_way_is_planned(month, fumes, rack)
    the_head_approves_four_at_once(month)
    the_shift_goes_on(month, rack)
    oil = somebody_is_asked_without_a_name(month)
    step = a_paper_slip_is_keyed_in(month, stub)
    refused, withdrawn = three_come_to_nothing(month)
    a_later_date_is_granted(month, fumes)
    major_is_put_right(month, rack)
    not_well_at_first(month, fumes, again)
    call = a_call_is_keyed_in_and_runs_late(month)
    the_head_looks_at_the_month(month)
    settle(month)
    pay(month, oil, step)
    paid = {guard: 120, fumes: 300, rack: 2000, oil: 30, step: 100}
    ledger_pack_sheet_and_echo_agree(month, paid, call)
    the_sheets_name_whom_they_should(month)
    ends = {told: f"{amount:,}元，已于12月2日发" for told, amount in paid.items()}
    ends |= {refused: "没受理", withdrawn: "已撤回", call: "晚了：原定11月24日"}
    reporters_read_how_it_ended(month, ends)
    everybody_was_told_and_nobody_exposed(month, call)


def open_the_year(month: Month) -> tuple[str, str]:
    """李秀英 enters the budget, 周国强 agrees; posters, slips, duty roster; two are let in.

    Return number and code of a slip that lies in the canteen.
    """
    month.do(CHECKER, "/budgets", "/budgets", PAID)
    month.do(HEAD, "/budgets", "/budgets", PAID, "/approval")
    month.do(OFFICER, "/posters", "/posters/missing")
    watch = {"first": "2026-11-02", "last": "2026-11-30", "people": "王建华，高翔，陈卫东"}
    for shift in ("白班", "夜班"):
        month.do(MANAGER, "/duty/fill", "/duty/fill", {"shift": shift, **watch})
    let_in(month, ADMINISTRATOR, AUDITOR)
    let_in(month, OFFICER, NIGHT_LEADER)
    page = month.do(OFFICER, "/slips", "/slips", {"count": 2})
    run_once(month.house, "work")
    page.reload()
    with page.expect_download() as fetched:
        page.locator('form[action$="/sheet"] button').click()
    sheet = Print(fetched.value.path().read_bytes())
    (number, *_), (code, *_) = SLIP.findall(sheet.text), CODE.findall(sheet.text)
    return number, code


def let_in(month: Month, by: str, whom: str) -> None:
    """Print a slip for somebody, who sets a password with it on the phone."""
    person = month.id(whom)
    page = month.do(by, f"/people/{person}", f"/people/{person}/slip")
    new = {"code": page.locator(".code").inner_text(), "password": PASSWORD, "again": PASSWORD}
    with month.phone() as phone:
        month.open(phone, "/activate")
        press(phone, "/activate", new)


def a_worker_reports_by_name(month: Month) -> Told:
    """张伟 reports, 王建华 handles it in the quick lane, 沈国梁 confirms with one tap."""
    month.at(3, 10)
    told = report(
        month, "工具间台式砂轮机", 1, by=WEI, category="equipment", urgency="urgent",
        description="砂轮机防护罩没了，火星直喷人", suggestion="装回防护罩",
    )  # fmt: skip
    month.at(3, 11)
    quick(month, told, DOCTOR, MACHINES, fixer="1001", suggestion_adopted=True)
    inform(month, told)
    return told


def somebody_types_a_name(month: Month) -> Told:
    """欧阳喆 reports without logging in; 王建华 finds who it is and accepts."""
    month.at(3, 14)
    told = report(
        month, "危废暂存间", 2, category="environment", description="暂存间里味道很大，头晕",
        identity="named", name=month.plant.names[ZHE], team="调漆班",
    )  # fmt: skip
    month.at(4)
    month.do(OFFICER, f"/reports/{told.number}", "/match")
    with month.office(OFFICER) as page:
        press(page, "/match", {"meant": ZHE}, "decision=person")
    accept(month, told, "通风不足，气味外溢")
    return told


def another_reports_the_same(month: Month, first: Told) -> Told:
    """张伟 sees the same at the same place and says so; it is joined and stays the second."""
    month.at(4, 11)
    told = report(
        month, "危废暂存间", 3, by=WEI, category="environment", description="油漆味道呛人",
        same_as=first.case,
    )  # fmt: skip
    joined = {"part": "duplicate", "note": "同一处，同一台风机"}
    path = f"/reports/{told.number}/joining?case={first.case}"
    month.do(OFFICER, path, f"/reports/{told.number}/acceptance", joined)
    told.case = first.case
    return told


def a_confidential_alarm_sounds_at_the_gate(month: Month) -> Told:
    """艾尼瓦尔 reports in confidence at night; 秦福生 touches the alarm, who reported is hidden."""
    month.at(5, 22)
    told = report(
        month, "2号库主通道", 4, category="equipment", description="货架立柱撞弯了，上面压着三层货",
        urgency="emergency", identity="confidential", name=month.plant.names[AINI], team="装卸班",
    )  # fmt: skip
    with month.office(GATE_HOUSE) as page:
        alarm = month.open(page, "/watch")
        assert "2号库主通道" in alarm
        assert "11月5日夜班" in alarm
        assert not [name for name in month.reporters.values() if name in alarm]
        page.locator(".alarms button").click()
        page.locator(".alarms .seen").wait_for()
    month.at(6)
    accept(month, told, "货架立柱变形")
    return told


def the_long_way_is_planned(month: Month, fumes: Told, rack: Told) -> None:
    """Two verify each, it is graded, named, planned; rewards are proposed."""
    long_way(month, fumes, LASTING, (OFFICER_2, PAINT), owner="2001")
    long_way(month, rack, MAJOR, (OFFICER, STORE), owner="4001")
    plan = {"measures": "修好排风机", "funds": "380", "due_on": "2026-11-16"}
    month.case("2001", fumes.case, "plan", plan)
    plan = {
        "measures": "卸下三层货，换立柱", "funds": "2600", "due_on": "2026-11-16",
        "interim_control": "拉线围住，专人看守",
    }  # fmt: skip
    month.case("4001", rack.case, "plan", plan)
    for told in (fumes, rack):
        month.case(OFFICER, told.case, "award", {"declared": True})
        inform(month, told, "到现场核查属实，正在安排整改。谢谢您。")


def the_head_approves_four_at_once(month: Month) -> None:
    """周国强 approves two rewards and two plans on Monday morning with one password."""
    month.at(9, 8)
    with month.office(HEAD) as page:
        month.open(page, "/morning")
        for box in page.locator('#waiting input[type="checkbox"]').all():
            tick(page.locator("#waiting form"), box)
        press(page, "/morning/decisions", PAID)
    decide_small(month)
    put_up_echo(month, 45)


def the_shift_goes_on(month: Month, rack: Told) -> None:
    """彭勇 looks whether the control holds and hands over; the night shift takes over."""
    month.at(9, 13)
    month.touch(
        "4001", "/checklist", f"/checklist/{rack.case}/control", "本班：顶得住", "holds=yes"
    )
    month.do("4001", "/checklist", "/checklist/handover")
    month.at(9, 14)
    month.do(NIGHT_LEADER, "/checklist", "/checklist/takeover")


def somebody_is_asked_without_a_name(month: Month) -> Told:
    """Somebody reports without a name, is asked, answers with the code; it is fixed and checked."""
    told = report(month, "绞肉间大绞肉机", 5, category="environment", description="地上有油")
    month.at(10)
    asked = {"question": "是绞肉机东边还是西边？"}
    month.do(OFFICER, f"/reports/{told.number}", "/question", asked)
    with follow(month, told) as page:
        assert "是绞肉机东边还是西边？" in words(page)
        press(page, "/follow/answer", {"text": "东边，靠水池"})
    quick(month, told, SCRATCH, CANTEEN)
    month.case(OFFICER, told.case, "owner", {"person": month.id("5001")})
    month.at(11, 15)
    plan = {"measures": "擦干净，放防滑垫", "funds": "0", "due_on": "2026-11-12"}
    month.case("5001", told.case, "plan", plan)
    month.touch("5001", "/checklist", f"/checklist/{told.case}/measure", "完成")
    month.case("5001", told.case, "completion", {"after": photograph(7), "cost": "25"})
    month.case(CANTEEN, told.case, "check", {"declared": True}, "passed=yes")
    inform(month, told)
    return told


def a_paper_slip_is_keyed_in(month: Month, slip: tuple[str, str]) -> Told:
    """高翔 keys in a slip from the box; the stub's code follows it."""
    month.at(11, 16)
    page = month.do(OFFICER_2, "/register", "/register", {
        "slip": slip[0], "told_at": "2026-11-11T12:00", "category": "environment",
        "place": month.plant.places["倒班餐厅"], "description": "餐厅门口台阶松了，踩上去晃",
    })  # fmt: skip
    told = Told(seen(page, "data-report-number"), slip[1])
    quick(month, told, DOCTOR, CANTEEN, fixer="5001")
    inform(month, told)
    return told


def three_come_to_nothing(month: Month) -> tuple[Told, Told]:
    """One is refused with reasons, one withdrawn by its code, one is a drill."""
    refused = report(
        month, "办公楼一楼大厅", 8, category="unsure", description="食堂的菜太咸",
        identity="named", name="李师傅", team="宏达机电",
    )  # fmt: skip
    withdrawn = report(month, "4号库充电间", 9, category="equipment", description="充电线破皮")
    drill = report(month, "数控车间", 10, by=WEI, category="equipment", description="演练")
    reason = {"reason": "R5", "words": "这不是安全隐患，已转给食堂，请找8012。"}
    month.do(OFFICER, f"/reports/{refused.number}", "/refusal", reason)
    with follow(month, withdrawn) as page:
        press(page, "/follow/withdrawal")
    month.do(OFFICER, f"/reports/{drill.number}", "/drill")
    return refused, withdrawn


def major_is_put_right(month: Month, rack: Told) -> None:
    """彭勇 finishes, 陈卫东 checks, 刘桂兰 signs the major one singly and the others as a list."""
    month.at(13)
    month.case("4001", rack.case, "progress")
    month.case("4001", rack.case, "completion", {"after": photograph(11), "cost": "2480"})
    month.case(MANAGER, rack.case, "check", {"declared": True}, "passed=yes")
    month.case(UNION, rack.case, "cosign")
    for monday in ("2026-11-02", "2026-11-09"):
        month.do(UNION, f"/closings?week={monday}", "/closings")


def a_later_date_is_granted(month: Month, fumes: Told) -> None:
    """陈玥 asks for a later date in time, 周国强 grants it and says what the reporter reads."""
    month.at(12)
    wish = {
        "until": "2026-11-20", "reason": "风机要从苏州发货", "risk": "味道大",
        "control": "开门通风，每人不超过半小时",
    }  # fmt: skip
    month.case("2001", fumes.case, "extension", wish)
    month.case(HEAD, fumes.case, "extension-decision", {"declared": True}, "granted=yes")


def not_well_at_first(month: Month, fumes: Told, again: Told) -> None:
    """王建华 sends the work back, 陈玥 does it again, 陈卫东 passes it; both reporters are told."""
    month.at(16)
    decide_small(month)
    put_up_echo(month, 46)
    month.at(17)
    month.case("2001", fumes.case, "progress")
    month.case("2001", fumes.case, "completion", {"after": photograph(12), "cost": "360"})
    missing = {"declared": True, "note": "风机转向反了"}
    month.case(OFFICER, fumes.case, "check", missing, "passed=no")
    month.at(18)
    month.case("2001", fumes.case, "completion", {"after": photograph(13), "cost": "360"})
    month.case(MANAGER, fumes.case, "check", {"declared": True}, "passed=yes")
    inform(month, again)


def a_call_is_keyed_in_and_runs_late(month: Month) -> Told:
    """黄志强 keys in a call; nobody mends it in time and the ladder tells one after the other."""
    month.at(18, 15)
    page = month.do("3001", "/register", "/register", {
        "channel": "telephone", "told_at": "2026-11-18T14:30", "category": "management",
        "place": month.plant.places["塔吊T2作业区"], "description": "塔吊司机没有证",
        "identity": "named", "name": month.plant.names[CALLER], "team": "土建班",
    })  # fmt: skip
    told = Told(seen(page, "data-report-number"), seen(page, "data-receipt-code"))
    month.at(19)
    quick(month, told, DOCTOR, BUILDING)
    month.case(OFFICER, told.case, "owner", {"person": month.id("3001")})
    plan = {"measures": "换持证司机", "funds": "0", "due_on": "2026-11-24"}
    month.case("3001", told.case, "plan", plan)
    month.at(23)
    put_up_echo(month, 47)
    month.at(30)
    put_up_echo(month, 48)
    return told


def settle(month: Month) -> None:
    """王建华 makes the sheet, 李秀英 checks it, 周国强 approves and so locks it."""
    month.at(1, month=12)
    for who, path, action in (
        (OFFICER, "2026-11", "/draft"), (CHECKER, "2026-11/1", "/check"),
        (HEAD, "2026-11/1", "/approval"),
    ):  # fmt: skip
        month.do(who, f"/settlements/{path}", action, PAID)


def pay(month: Month, *vouchers: Told) -> None:
    """郑雅芳 opens the sealed payees and pays; 刘桂兰 sees those paid against their code."""
    month.at(2, month=12)
    with month.office(PAYER) as page:
        closed = month.open(page, f"{SHEET}?view=payments")
        press(page, "/payees", {"passphrase": seal.PAYOUT})
        assert month.reporters[AINI] not in closed
        assert squeezed(month.reporters[AINI]) in words(page)
        press(page, "/payment", PAID)
    for told in vouchers:
        shown = {"number": told.number, "code": told.code}
        page = month.do(PAYER, "/rewards/claims", "/rewards/claims", shown)
        press(page, "/payment", {
            "payer_declared": True, **PAID, "witness": UNION, "declared": True,
            "witness_password": PASSWORD,
        })  # fmt: skip


def the_head_looks_at_the_month(month: Month) -> None:
    """周国强 sees on the morning of 30 November what was found, and 黄志强 late."""
    page = month.look(HEAD, "/morning")
    for figure in ("本月查出6", "本月整改完5", "现在没改完1", "现在超期1", "黄志强1"):
        assert figure in page
    assert "已发0.00待发0.00已占用2,550.00还剩27,450.00" in page


def ledger_pack_sheet_and_echo_agree(month: Month, paid: Mapping[Told, int], late: Told) -> None:
    """何文静 opens ledger, sheet and echoes, makes the pack, and finds one truth in all."""
    cases = {told.case for told in (*paid, late)}
    granted = {told.number[-4:]: yuan(amount) for told, amount in paid.items()}
    whole = sum(granted.values(), ZERO)
    totals = (
        "合计6条：一般5条，重大1条", "已销号5条，未销号1条，其中逾期1条",
        "资金：计划2,980.00元，实际2,865.00元",
    )  # fmt: skip
    page = month.look(AUDITOR, f"/ledger?{PERIOD}")
    files = pack(month)
    index, _, money, _, ledger, book, *weekly, file = files.values()
    sheet = openpyxl.load_workbook(BytesIO(book)).worksheets[0]
    rows = [row for row in sheet.iter_rows(values_only=True) if str(row[1]) in cases]
    at = {column.key: place for place, column in enumerate(LEDGER)}
    for total in totals:
        assert total in page
        assert Print(index).shows(total)
        assert Print(ledger).shows(total)
        assert total in squeezed("".join(str(row[0]) for row in sheet.iter_rows(values_only=True)))
    assert {row[at["number"]] for row in rows} == cases
    assert sum(row[at["rewarded"]] == "是" for row in rows) == len(paid)
    assert all(row[at["archived"]] for row in rows if row[at["number"]] != late.case)
    counts, rewards = [], dict[str, Money]()
    for week, paper in zip(WEEKS, weekly, strict=True):
        counts.append(dict(FIGURES.findall(month.look(ZHE, f"/echo/2026-W{week}"))))
        for tail, amount in month.lines(ZHE):
            rewards |= {tail: parse_yuan(amount, field="")} if amount else {}
        assert paper == month.get(AUDITOR, f"/echo/2026-W{week}/sheet.pdf")
    assert sum(int(each["本周收到"]) for each in counts) == REPORTS
    assert sum(int(each["改好"]) for each in counts) == len(paid)
    assert (counts[-1]["没改完"], counts[-1]["晚了"]) == ("1", "1")
    assert rewards == granted
    for version in ("approval", "board"):
        paper = month.get(AUDITOR, f"{SHEET}/sheet.pdf?version={version}")
        assert Print(paper).shows(str(whole))
    for paper in (index, money):
        assert Print(paper).shows("本期结算（元）", "其中已发（元）", str(whole), "27,450.00")
    assert "已发2,550.00待发0.00已占用0.00还剩27,450.00" in month.look(AUDITOR, "/budgets")
    assert Print(file).shows(next(told.case for told, fen in paid.items() if fen == 2000))
    assert "一分不差" in month.look(AUDITOR, f"{SHEET}/reconciliation")
    assert "留痕完整" in words(month.do(AUDITOR, "/audit", "/audit/verification"))
    text = "".join(Print(body).text for name, body in files.items() if name.endswith(".pdf"))
    assert not [name for name in month.reporters.values() if name in text]


def the_sheets_name_whom_they_should(month: Month) -> None:
    """The finance version alone names those who are paid by name; all are."""
    assert "未发" not in month.look(PAYER, f"{SHEET}?view=payments")
    month.do(PAYER, f"{SHEET}?view=payments", "/payees", {"passphrase": seal.PAYOUT})
    finance = Print(month.get(PAYER, f"{SHEET}/sheet.pdf?version=finance"))
    assert finance.shows("张伟", "欧阳喆", "艾尼瓦尔·吐尔逊江", "2,550.00")
    approval = Print(month.get(HEAD, f"{SHEET}/sheet.pdf?version=approval"))
    assert not [name for name in month.reporters.values() if name in approval.text]


def reporters_read_how_it_ended(month: Month, ended: Mapping[Told, str]) -> None:
    """Each reads the end of it: with the code, or among one's own reports."""
    for told, end in ended.items():
        if told.code:
            with follow(month, told) as page:
                assert end in words(page)
    mine = month.look(WEI, "/mine")
    for end in ("二级120元，已于12月2日发", "没有，因为先前已有人报过", "演练测试/演练，不计数"):
        assert end in mine
    assert "三级300元，已于12月2日发" in month.look(ZHE, "/mine")


def everybody_was_told_and_nobody_exposed(month: Month, late: Told) -> None:
    """What is late was told up the ladder; no notice and no page says who reported."""
    for who, notice in (
        ("3001", "超期1天：整改"),
        (BUILDING, "超期2天：整改"),
        (HEAD, "超期8天：整改"),
    ):
        assert notice in month.look(who, "/inbox")
    for who in sorted(month.known - set(month.reporters)):
        text = month.look(who, "/inbox") + month.look(who, "/cases")
        assert not [name for name in month.reporters.values() if name in text], who
    case = month.look(BUILDING, f"/cases/{late.case}")
    assert "超期8天" in case
    assert month.reporters[CALLER] not in case


def pack(month: Month) -> dict[str, bytes]:
    """Let the auditor make the inspection pack of November."""
    page = month.do(AUDITOR, "/pack", "/pack", {"from": "2026-11-01", "until": "2026-11-30"})
    run_once(month.house, "work")
    with ZipFile(BytesIO(month.get(AUDITOR, f"{urlsplit(page.url).path}/result"))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def report(month: Month, place: str, seed: int, *, by: str | None = None, **told: object) -> Told:
    """Scan the poster of a place with a phone and report; without a login unless `by` somebody."""
    if by is None:
        told = {"identity": "anonymous", **told}
    with month.phone(by) as page:
        month.open(page, month.posters[place])
        if "same_as" in told:
            press(page, "/report", told)
        else:
            send(month, page, told, photograph(seed))
        made = Told(seen(page, "data-report-number"))
        if by is None:
            made.code = seen(page, "data-receipt-code")
            press(page, "/receipt")
        return made


def accept(month: Month, told: Told, short: str, by: str = OFFICER) -> None:
    """Accept a report at its desk as a new hazard."""
    written = {"short_description": short, "extract": f"{short}，请整改", "advice": ""}
    page = month.do(by, f"/reports/{told.number}", "/acceptance", written)
    told.case = seen(page, "data-case-number")


def quick(
    month: Month, told: Told, answers: dict[str, str], second: str, fixer: str = "",
    **more: object,
) -> None:  # fmt: skip
    """Handle a report in one screen; the second hand confirms with one tap."""
    mended = {"after": photograph(50), "fixer": month.id(fixer)} if fixer else {}
    page = month.do(
        OFFICER, f"/reports/{told.number}/quick", "/quick",
        {**answers, **mended, **more, "second": month.id(second), "declared": True},
    )  # fmt: skip
    told.case = seen(page, "data-case-number")
    month.case(second, told.case, "confirmation", {"declared": True}, "confirmed=yes")


def long_way(
    month: Month, told: Told, answers: dict[str, str], pair: tuple[str, str], owner: str
) -> None:
    """Let two verify, the officer grade and name who puts it right."""
    month.case(OFFICER, told.case, "verifiers", {"verifier": [month.id(one) for one in pair]})
    for one in pair:
        found = {"verdict": "true", "on_site": True, "declared": True}
        month.case(one, told.case, "verification", found)
    month.case(OFFICER, told.case, "grading", {**answers, "declared": True})
    month.case(OFFICER, told.case, "owner", {"person": month.id(owner)})


def inform(month: Month, told: Told, text: str = "您报的已改好，谢谢您。") -> None:
    """Tell the reporter the result."""
    month.case(OFFICER, told.case, "feedback", {"text": text})


def put_up_echo(month: Month, week: int) -> None:
    """Put up 《隐患回音》 of a week."""
    month.do(OFFICER, f"/echo/2026-W{week}", "/edition")


def decide_small(month: Month) -> None:
    """陈卫东 decides the rewards of the lower levels."""
    with month.office(MANAGER) as page:
        month.open(page, "/rewards")
        for box in page.locator('input[name="award"]').all():
            tick(page.locator("form"), box)
        press(page, "/rewards/decision", {"decision": "approve", "declared": True, **PAID})


@contextmanager
def follow(month: Month, told: Told) -> Iterator[Page]:
    """Open a report by its code, on a phone where nobody is logged in."""
    with month.phone() as page:
        month.open(page, "/follow")
        press(page, "/follow", {"code": told.code})
        yield page
