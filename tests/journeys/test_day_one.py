"""Day one: an empty server becomes a plant of sixty that may say its scheme runs, by pages alone.

The order is the README's. The phone of the plant's Wi-Fi is played by a browser whose requests
reach the server from another address.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from flask import Flask
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, Route

from hazard.core.clock import FakeClock
from hazard.core.house import House
from hazard.jobs.timetable import work_off
from hazard.web import setup
from tests.company import ON_ONE_DATABASE
from tests.journeys.hands import OFFICE, PASSWORD, Hands, photograph, press
from tests.live import live
from tests.prints.reading import Print

pytestmark = pytest.mark.browser
HEAD, OFFICER, FINANCE = "0001", "0002", "0003"
WIFI, PHONES_ADDRESS = "http://192.168.7.7:8000", "192.168.7.31"
OWN_NAMES = ("䶮一鸣", "𠮷田", "买买提·吐尔逊", "王　芳", "王芳")
TEAMS = (("机加工车间", "一班"), ("机加工车间", "二班"), ("仓库", ""))
PLACES = (
    "地点,单位\n大门,东方机械厂\n食堂,东方机械厂\n办公楼,东方机械厂\n"
    "3号车床,机加工车间\n货架,仓库\n"
)
Row = tuple[str, ...]


@pytest.fixture
def address(app: Flask, now: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server nobody has set up, on a computer in the plant's network."""
    del now
    monkeypatch.setattr(setup, "proposed_urls", lambda: [WIFI])
    with live(app) as found:
        yield found


@ON_ONE_DATABASE
def test_an_empty_server_becomes_a_plant_of_sixty_whose_scheme_runs(
    address: str, app: Flask, house: House, browser: Browser
) -> None:
    hands = Hands(browser, address, scripts=True)
    set_up(hands, setup.link(house))
    be_reached(hands, app)
    activate(hands, OFFICER, slip_for(hands, "王建华"))
    send_people(hands)
    send_places(hands)
    print_slips_of_a_workshop(hands)
    activate(hands, FINANCE, slip_for(hands, "李秀英", role="finance"))
    budget(hands)
    scanned = hang_posters(hands, app)
    issue_the_rule_and_tell(hands)
    walk_the_first_report(hands, scanned)
    with hands.office(HEAD) as page:
        page.goto(f"{address}/desk")
        assert "11月23日起正式运行" in page.content()
    hands.leave()
    assert hands.trouble == []


def set_up(hands: Hands, link: str) -> None:
    """周国强 opens the link that the first start printed."""
    with hands.phone() as page:
        page.set_viewport_size(OFFICE)
        page.goto(f"{hands.address}{link}")
        told = {
            "reach": "wifi", "plant": "东方机械厂", "size": "small", "employee_no": HEAD,
            "name": "周国强", "password": PASSWORD, "again": PASSWORD, "officer_no": OFFICER,
            "officer_name": "王建华",
        }  # fmt: skip
        press(page, link, told)
        assert page.url.endswith("/settings")


def be_reached(hands: Hands, app: Flask) -> None:
    """周国强 enters telephone numbers and the Wi-Fi, and a phone scans the test code."""
    with hands.office(HEAD) as page:
        page.goto(f"{hands.address}/desk")
        assert steps(page) == ["facts", "slips", "finance"]
        page.locator('[data-step="facts"]').click()
        page.locator('main a[href="/settings/plant"]').first.click()
        numbers = {"officer_phone": "8001", "report_phone": "8001", "emergency_phone": "8888"}
        press(page, "/settings/plant", {"department": "安全部", **numbers})
        page.goto(f"{hands.address}/settings/address")
        press(page, "/settings/address", {"wifi_ssid": "Dongfang", "wifi_password": "df2026"})
        press(page, "/settings/test-code")
        code = page.locator("text=/192.168.7.7:8000.t./").first.inner_text()
        scan(hands, app, code)
        page.goto(f"{hands.address}/desk")
        assert steps(page) == ["slips", "finance"]


def scan(hands: Hands, app: Flask, url: str) -> None:
    """A phone on the plant's Wi-Fi opens what it scanned."""

    def carry(route: Route) -> None:
        path = urlsplit(route.request.url).path
        environ = {"REMOTE_ADDR": PHONES_ADDRESS}
        answer = app.test_client().get(path, base_url=WIFI, environ_base=environ, buffered=True)
        route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.data)

    with hands.phone() as page:
        page.route(f"{WIFI}/**", carry)
        page.goto(url)
        assert "地址通了" in page.content()


def slip_for(hands: Hands, name: str, role: str = "") -> str:
    """周国强 gives the role, prints the slip and hands it over."""
    with hands.office(HEAD) as page:
        page.goto(f"{hands.address}/people?search={name}")
        page.locator("td.title a").click()
        if role:
            press(page, "/roles", {"role": role})
        press(page, "/slip")
        return "-".join(page.locator(".code span").all_inner_texts())


def activate(hands: Hands, number: str, code: str) -> None:
    """Somebody types the code of the slip and chooses a password; the next login proves it."""
    with hands.phone() as page:
        page.goto(f"{hands.address}/activate")
        press(page, "/activate", {"code": code, "password": PASSWORD, "again": PASSWORD})
    with hands.office(number) as page:
        assert page.url.endswith("/desk")


def send_people(hands: Hands) -> None:
    """王建华 fills the template, corrects what the dry run names, takes it back, sends a .csv."""
    with hands.office(OFFICER) as page:
        page.goto(f"{hands.address}/desk")
        page.locator('[data-step="people"]').click()
        link = page.locator('a[href$="template.xlsx"]').get_attribute("href")
        template = page.request.get(f"{hands.address}{link}").body()
        rows = roster()
        wrong = list(rows)
        wrong[10], wrong[20] = ("1007", "重号", *rows[10][2:]), ("10 17", *rows[20][1:])
        wrong[30] = (rows[30][0], "", *rows[30][2:])
        send_list(page, "people.xlsx", filled(template, wrong))
        mistakes = page.locator("tbody").first.inner_text()
        assert [line.split("\t")[:3] for line in mistakes.splitlines()] == [
            ["16", "工号", "1007"], ["26", "工号", "10 17"], ["36", "姓名", "空着"],
        ]  # fmt: skip
        page.locator('main a[href="/people/import"]').first.click()
        send_list(page, "people.xlsx", filled(template, rows))
        press(page, "/apply")
        assert "新增 58 人" in page.content()
        page.goto(f"{hands.address}/people/import")
        press(page, "/undo")
        text = "\n".join(",".join(row) for row in (("工号", "姓名", "车间", "班组", "角色"), *rows))
        send_list(page, "people.csv", text.encode("gb18030"))
        press(page, "/apply")
        page.goto(f"{hands.address}/units")
        assert "60 人" in page.locator("main li").first.inner_text()


def roster() -> list[Row]:
    """Two who are known, somebody for the money, and fifty-seven more in three teams."""
    office = [(HEAD, "周国强"), (OFFICER, "王建华"), (FINANCE, "李秀英")]
    known = [(number, name, "东方机械厂", "", "") for number, name in office]
    names = [
        *OWN_NAMES,
        *(f"赵{'一二三四五六七八九十'[n % 10]}{'春夏秋冬东南'[n // 10]}" for n in range(52)),
    ]
    return [
        *known,
        *(
            (f"{1001 + n}", name, *TEAMS[n % 3], "班组长" if n < 2 else "")
            for n, name in enumerate(names)
        ),
    ]


def filled(template: bytes, rows: Sequence[Row]) -> bytes:
    """Return the template with rows under its example."""
    book = load_workbook(BytesIO(template))
    for number, name, unit, team, role in rows:
        book.worksheets[0].append([number, name, unit, team, "", role])
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def send_list(page: Page, name: str, content: bytes) -> None:
    """Choose the file and have it checked."""
    page.set_input_files(
        "#file", {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    with page.expect_navigation():
        page.locator('form[action$="/import"] button[type="submit"]').click()


def send_places(hands: Hands) -> None:
    """王建华 sends the places; from then on the people cannot be taken back."""
    with hands.office(OFFICER) as page:
        page.goto(f"{hands.address}/desk")
        page.locator('[data-step="places"]').click()
        send_list(page, "places.csv", PLACES.encode())
        press(page, "/apply")
        assert "新增 5 处" in page.content()
        page.goto(f"{hands.address}/desk")
        assert steps(page) == []


def print_slips_of_a_workshop(hands: Hands) -> None:
    """Each of the workshop gets a slip; rare characters and all."""
    with hands.office(OFFICER) as page:
        page.goto(f"{hands.address}/units")
        page.locator("main li a", has_text="机加工车间").first.click()
        form = page.locator('form[action$="/slips"]')
        token = form.locator('[name="csrf_token"]').get_attribute("value") or ""
        url = f"{hands.address}{form.get_attribute('action')}"
        slips = Print(page.request.post(url, form={"csrf_token": token}).body())
        assert len(slips) == 5
        for name in ("䶮一鸣", "𠮷田"):
            assert name in slips.text


def budget(hands: Hands) -> None:
    """李秀英 enters what the preset proposes, 周国强 approves."""
    with hands.office(FINANCE) as page:
        page.goto(f"{hands.address}/budgets")
        press(page, "/budgets", {"password": PASSWORD})
    with hands.office(HEAD) as page:
        page.goto(f"{hands.address}/budgets")
        page.locator('main [name="password"]').fill(PASSWORD)
        with page.expect_navigation():
            page.locator('[formaction$="/approval"]').click()


def hang_posters(hands: Hands, app: Flask) -> str:
    """One each place: three large ones for everybody, one a workshop; printed in one go, hung.

    Returns the code on that of the store.
    """
    with hands.office(OFFICER) as page:
        page.goto(f"{hands.address}/posters")
        press(page, "/posters/missing")
        press(page, "/tasks/posters")
        work_off(app.extensions["hazard"])
        page.reload()
        href = page.locator('main a[href$="/result"]').get_attribute("href")
        pdf = page.request.get(f"{hands.address}{href}")
        printed = Print(pdf.body()).pages
        assert len(printed) == 5
        for at in range(1, 6):
            page.goto(f"{hands.address}/posters/{at}")
            press(page, "/hanging", {"photo": photograph(at), "camera": "no"})
    (code,) = (re.search(r"/p/(\w{8})", it.text) for it in printed if "货架" in it.text)
    assert code
    return code[1]


def issue_the_rule_and_tell(hands: Hands) -> None:
    """周国强 prints and issues the rule, and notes who was told."""
    with hands.office(HEAD) as page:
        page.goto(f"{hands.address}/pack")
        press(page, "/pack/rule", {"rule_number": "东机安〔2026〕3号"})
        page.goto(f"{hands.address}/desk")
        press(page, "/desk/told", {"told_people": "60"})
        assert page.locator(".checklist .good").count() == 4


def walk_the_first_report(hands: Hands, code: str) -> None:
    """䶮一鸣 scans a poster; 王建华 finds out who it was and deals with it; 周国强 confirms."""
    with hands.phone() as page:
        page.goto(f"{hands.address}/p/{code}")
        told: Mapping[str, object] = {
            "category": "equipment", "description": "叉车充电线破皮", "identity": "named",
            "name": "䶮一鸣", "team": "机加工车间",
        }  # fmt: skip
        press(page, "/report", told)
    with hands.office(OFFICER) as page:
        page.goto(f"{hands.address}/desk")
        page.locator('main a[href^="/reports/"]').first.click()
        report = urlsplit(page.url).path
        press(page, f"{report}/match")
        known = page.locator('form[action$="/match"] input[type="radio"]').first
        press(page, f"{report}/match", {"person": known.get_attribute("value")}, "decision=person")
        page.goto(f"{hands.address}{report}/quick")
        second = page.locator('[name="second"] option', has_text="周国强").get_attribute("value")
        fixer = page.locator('[name="fixer"] option', has_text="王建华").get_attribute("value")
        done = {
            "hurt": "scratch", "likely": "hardly", "gravity": "no", "after": photograph(9),
            "fixer": fixer, "second": second, "declared": True,
        }  # fmt: skip
        press(page, "/quick", done)
        case = urlsplit(page.url).path
    with hands.phone(HEAD) as page:
        page.goto(f"{hands.address}{case}")
        press(page, f"{case}/confirmation", {"declared": True}, "confirmed=yes")
        assert page.locator("[data-case-state]").first.get_attribute("data-case-state") == "closed"


def steps(page: Page) -> list[str]:
    """Return what the desk says to do first."""
    return [str(step.get_attribute("data-step")) for step in page.locator("[data-step]").all()]
