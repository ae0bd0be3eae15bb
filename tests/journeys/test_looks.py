"""Every page, as eyes and fingers meet it: phone and office, large type, an error shown.

Decisions 44: nothing scrolls sideways, no touch target is below 44 px, axe finds nothing
serious, no script or style breaks the policy. Pictures are kept under build/shots for looking.
"""

import itertools
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from hazard.core.clock import FakeClock
from hazard.core.house import House
from hazard.policy.words import Identity
from hazard.web.doorway import login_cookie
from tests import walks
from tests.company import Company, found_company
from tests.live import live
from tests.seal import make_seal
from tests.signin import token_of

pytestmark = pytest.mark.browser
SHOTS = Path(__file__).parent.parent.parent / "build" / "shots" / "looks"
SIZES = {"phone": (375, 812), "large": (375, 812), "office": (1440, 900)}
LARGE_PX = 25
"""Root type size people set in WeChat's care mode (products 4.3)."""
SMALLEST_TARGET_PX = 44

PAGES = {
    "": ("/report", "/p/{poster}", "/p/00000000", "/follow", "/report/mine", "/login", "/activate"),
    "head": (
        "/morning", "/desk", "/cases", "/cases/{open}", "/cases/{planned}", "/cases/{closed}",
        "/rewards", "/budgets", "/settlements", "/settlements/2026-11", "/settings",
        "/settings/plant",
        "/settings/policy", "/settings/policy/new", "/settings/address", "/settings/checkup",
        "/people", "/audit", "/inbox", "/ledger", "/pack", "/ledger/templates",
    ),
    "safety": (
        "/desk", "/reports", "/reports/{waiting}", "/cases",
        "/reports/{waiting}/joining?case={open}",
        "/reports/{waiting}/quick", "/cases/{open}",
        "/cases/{graded}", "/cases/{verified}", "/checklist",
        "/checklist/must", "/checklist/paper", "/closings", "/people", "/people/new",
        "/people/import", "/units", "/places", "/places/new", "/places/import", "/posters",
        "/posters/1", "/rewards", "/settlements/2026-11/1", "/duty",
        "/duty/cell?day=2026-11-23&shift=-", "/duty/fill", "/duty/paste", "/watch",
        "/register", "/slips", "/echo", "/settings/sealing",
        "/reports/{sealed}/opening",
    ),
    "finance": (
        "/desk", "/cases/{planned}", "/rewards/claims", "/settlements/2026-11/1?view=payments",
        "/settings/payout-key",
    ),
    "worker": ("/mine", "/desk", "/inbox", "/echo"),
}  # fmt: skip
TROUBLE = """
(smallest) => {
  const found = [];
  const wide = document.documentElement.scrollWidth - window.innerWidth;
  if (wide > 1) found.push(`scrolls sideways by ${wide} px`);
  for (const each of document.querySelectorAll('a, button, input, select, textarea, summary')) {
    const own = each.getBoundingClientRect();
    if (!own.width || !own.height || each.type === 'hidden') continue;
    const style = getComputedStyle(each);
    if (style.visibility === 'hidden' || style.opacity === '0') continue;
    if (each.closest('p, li p, dd, td, .hint, .skip') && each.localName === 'a') continue;
    const label = each.labels && each.labels[0];
    const words = label ? label.getBoundingClientRect() : own;
    const height = Math.max(own.height, label ? words.height : 0);
    if (height + 0.5 < smallest && own.top >= 0)
      found.push(`${each.localName} ${each.name || each.textContent.trim().slice(0, 20)}: `
        + `${Math.round(height)} px high`);
  }
  return found;
}
"""


Served = tuple[str, Company, dict[str, str]]


@pytest.fixture
def plant(house: House, app: Flask, now: FakeClock) -> Iterator[Served]:
    """A plant with something in each state, long Chinese words, served; on SQLite alone."""
    company = found_company(house.database, now)
    long = "铝件打磨间东侧除尘管道弯头和横梁上积了厚厚一层抛光铝粉，用手一抹就是一把，" * 6
    numbers = {"poster": company.poster}
    numbers["waiting"] = walks.walk_to_reported(company, description=long).report
    walks.walk_to_reported(company, identity=Identity.ANONYMOUS)
    numbers["open"] = walks.walk_to_verifying(company, description=long).case
    numbers["verified"] = walks.walk_to_confirmed(company, level=3).case
    numbers["graded"] = walks.walk_to_graded(company, level=3).case
    numbers["planned"] = walks.walk_to_planned(company, level=3).case
    walks.walk_to_rectifying(company, level=2)
    numbers["closed"] = walks.walk_to_closed(company, level=2).case
    walks.walk_to_proposed_award(company, level=2)
    make_seal(company)
    numbers["sealed"] = walks.walk_to_reported(company, identity=Identity.CONFIDENTIAL).report
    walks.walk_to_approved_award(company, identity=Identity.CONFIDENTIAL)
    walks.walk_to_locked(company, level=3)
    with live(app) as address:
        yield address, company, numbers


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Looks do not depend on the database."""
    copy = tmp_path / "hazard.db"
    shutil.copy(request.getfixturevalue("migrated_sqlite"), copy)
    return f"sqlite:///{copy}"


def test_every_page_fits_and_reads_well(
    plant: Served, browser: Browser, house: House, app: Flask
) -> None:
    address, company, numbers = plant
    faults = []
    for who, size in itertools.product(PAGES, SIZES):
        width, height = SIZES[size]
        context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
        if who:
            _log_in(context, address, app, house, getattr(company, who))
        page = context.new_page()
        heard: list[str] = []
        page.on("console", partial(_hear, heard))
        for path in PAGES[who]:
            url, name = address + path.format(**numbers), f"{who or 'nobody'} {size} {path}"
            faults += [f"{name}: {fault}" for fault in _look(page, url, size)]
            _keep(page, name)
        faults += [text for text in heard if "Content Security" in text or "Refused" in text]
        context.close()
    assert faults == []


def _hear(heard: list[str], message: ConsoleMessage) -> None:
    heard.append(message.text)


def _look(page: Page, url: str, size: str) -> list[str]:
    answer = page.goto(url)
    assert answer is not None
    found = [] if answer.status == 200 else [f"answers {answer.status}"]
    if size == "large":
        page.evaluate(f"document.documentElement.style.fontSize = '{LARGE_PX}px'")
    found += page.evaluate(TROUBLE, SMALLEST_TARGET_PX)
    if size != "large":
        violations = Axe().run(page).response["violations"]
        found += [
            f"axe {v['id']} {v['nodes'][0]['target']}"
            for v in violations
            if v["impact"] in {"serious", "critical"}
        ]
    return found


def _keep(page: Page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    safe = "".join(c if c.isalnum() else "_" for c in name)
    page.screenshot(path=SHOTS / f"{safe}.png", full_page=True)


def _log_in(context: BrowserContext, address: str, app: Flask, house: House, person: int) -> None:
    with app.app_context():
        cookie = login_cookie()
    context.add_cookies([{"name": cookie, "value": token_of(house, person), "url": address}])
