"""Every page, as eyes and fingers meet it: phone and office, large type, dark, an error shown.

Decisions 44: nothing scrolls sideways, no words are cut or overlap, no touch target is below 44 px,
axe finds nothing serious, no script or style breaks the policy. A page is loaded once and then
changes its size, its type and its light. Pictures are kept under build/shots for looking. A page
of the plant that nobody looked at fails the test.
"""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, expect

from hazard.audit.work import Work
from hazard.cases import signing
from hazard.cases.queries import hold_case
from hazard.core.clock import FakeClock
from hazard.core.house import House
from hazard.policy.words import Identity
from hazard.reports import photos
from hazard.reports.models import Photo
from hazard.reports.terms import PhotoPart
from hazard.web import setup
from hazard.web.doorway import login_cookie
from tests import walks
from tests.company import Company, found_company
from tests.live import live
from tests.pictures import jpeg, scene
from tests.seal import make_seal
from tests.servers import photograph
from tests.signin import client_of, token_of
from tests.verbs.test_signing import handled
from tests.web.test_ledger_templates import blank

pytestmark = pytest.mark.browser
SHOTS = Path(__file__).parent.parent.parent / "build" / "shots" / "looks"
PHONE: ViewportSize = {"width": 375, "height": 812}
OFFICE: ViewportSize = {"width": 1440, "height": 900}
RULES: dict[str, object] = {"resultTypes": ["violations"]}
CONTRAST = RULES | {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
"""In the dark only the colours are others."""
LARGE_PX = 25
"""Root type size people set in WeChat's care mode (products 4.3)."""
SMALLEST_TARGET_PX = 44
SMALLEST_ON_THE_ROAD_PX = 60
ANSWER_MS = 15_000
"""How long a refused form may take on a busy machine, with a password hashed."""
QUALITY = 70
"""Of the pictures kept: good enough to judge, quick to make."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A form whose action ends so, sent with these fields changed and all else as it came."""

    path: str
    action: str
    fields: Mapping[str, str] = field(default_factory=dict)


PAGES = {
    "": ("/report", "/p/{poster}", "/p/00000000", "/follow", "/report/mine", "/login", "/activate"),
    "head": (
        "/morning", "/signatures/{signature}", "/cases/{planned}", "/cases/{closed}", "/rewards",
        "/budgets", "/settlements", "/settlements/2026-11", "/settings", "/settings/plant",
        "/design", "/settings/policy", "/settings/policy/new", "/settings/address",
        "/settings/checkup", "/settlements/2026-11/1/sheet",
        "/settlements/2026-11/1/reconciliation", "/people", "/people/{person}", "/audit", "/inbox",
        "/ledger", "/statistics", "/pack", "/ledger/templates", "/ledger/templates/1",
    ),
    "safety": (
        "/desk", "/reports", "/reports/{waiting}", "/cases",
        "/reports/{waiting}/joining?case={open}",
        "/reports/{waiting}/quick", "/cases/{open}",
        "/cases/{graded}", "/cases/{graded}/classing", "/cases/{verified}", "/checklist",
        "/checklist/must", "/checklist/paper", "/closings", "/people", "/people/new",
        "/people/import", "/units", "/places", "/places/new", "/places/import", "/posters",
        "/posters/1", "/places/1", "/units/1", "/checklist/sheet", "/rewards",
        "/settlements/2026-11/1", "/duty",
        "/duty/cell?day=2026-11-23&shift=-", "/duty/fill", "/duty/paste", "/watch",
        "/register", "/slips", "/echo", "/echo/2026-W47", "/settings/sealing",
        "/reports/{sealed}/opening", "/cases/{open}/photos/{photo}", "/cases/{signed}",
        "/cases/{planned}/award",
    ),
    "finance": (
        "/cases/{planned}", "/rewards/claims", "/settlements/2026-11/1?view=payments",
        "/settings/payout-key",
    ),
    "worker": ("/mine", "/mine/{waiting}", "/desk", "/inbox", "/echo"),
}  # fmt: skip

MISTAKES: dict[str, tuple[Mistake, ...]] = {
    "": (
        Mistake("/p/{poster}", "/report"),
        Mistake("/follow", "/follow", {"code": "ABCD-EFGH"}),
        Mistake("/login", "/login", {"employee_no": "1007", "password": "记错了"}),
        Mistake("/activate", "/activate"),
    ),
    "head": (
        Mistake("/settings/policy/new", "/settings/policy", {"amounts_1": "两百块"}),
        Mistake("/settings/address", "/settings/address", {"base_url": "厂里的电脑"}),
        Mistake("/morning", "/morning/decisions"),
    ),
    "safety": (
        Mistake("/people/new", "/people"),
        Mistake("/places/new", "/places"),
        Mistake("/cases/{verified}", "/grading"),
        Mistake("/reports/{waiting}", "/refusal"),
        Mistake("/reports/{waiting}/quick", "/quick"),
        Mistake("/register", "/register"),
        Mistake("/duty/paste", "/duty/paste"),
    ),
    "finance": (
        Mistake("/rewards/claims", "/rewards/claims", {"number": "7", "code": "ABCD-EFGH"}),
        Mistake("/budgets", "/budgets", {"amount": "三十万"}),
    ),
}
"""A form of each area, filled in wrongly."""

SENT: dict[str, tuple[Mistake, ...]] = {
    "": (
        Mistake(
            "/p/{poster}",
            "/report",
            {"description": "护罩没了", "identity": "named", "name": "张伟", "team": "一班"},
        ),
    ),
    "safety": (
        Mistake("/register", "/register", {"channel": "in_person", "description": "护罩没了"}),
        Mistake("/slips", "/slips", {"count": "2"}),
    ),
    "head": (Mistake("/pack", "/pack"),),
}
"""Forms filled in well, whose answer is a page of its own."""

NO_PAGES = {
    "static", "health.healthz", "reporting.home", "photos.show", "voices.play", "tasks.result",
    "hanging.proof", "posters.phone_picture", "posters.preview", "papers.scan",
    "people.template", "places.template", "ledger_templates.filled",
    "checklist.sheet_pdf", "closings.sheet", "echo.sheet", "ledger.file", "pack.case_file",
    "pack.rule", "papers.first_pdf", "papers.first_xlsx", "papers.pdf", "papers.xlsx",
    "steps.paper",
}  # fmt: skip
"""Files and redirects."""
PIECES = {"cases.level", "reporting.nearby", "settings.reached", "hanging.tested"}
"""Parts of pages that are looked at within them."""
ELSEWHERE = {"setup.form", "settings.opened_by_phone"}
"""Before there is a plant (below); seen by another machine alone: one line of words."""

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
  for (const each of document.querySelectorAll('a, b, button, dd, h1, h2, label, p, span, td')) {
    const style = getComputedStyle(each);
    if (!['hidden', 'clip'].includes(style.overflowX) || each.closest('.unseen')) continue;
    if (each.clientWidth && each.scrollWidth > each.clientWidth + 1)
      found.push(`${each.localName} ${each.textContent.trim().slice(0, 20)}: words are cut`);
  }
  return found;
}
"""
MOST_STOPS = 200
STOP = """
() => {
  const at = document.activeElement;
  const rings = each => each && getComputedStyle(each).outlineStyle !== 'none';
  return {
    at: at.localName,
    words: `${at.localName} ${at.name || at.textContent.trim().slice(0, 20)}`,
    ring: rings(at) || rings(at.nextElementSibling),
  };
}
"""
WRONG = """
([end, values]) => {
  const form = [...document.forms].find(each => new URL(each.action).pathname.endsWith(end));
  for (const [name, value] of Object.entries(values)) form.elements[name].value = value;
  form.noValidate = true;
  document.body.dataset.asked = "yes";
  form.requestSubmit();
}
"""


Served = tuple[str, Company, dict[str, str]]


@pytest.fixture
def plant(house: House, app: Flask, now: FakeClock) -> Iterator[Served]:
    """A plant with something in each state, long Chinese words, served; on SQLite alone."""
    company = found_company(house.database, now)
    long = "铝件打磨间东侧除尘管道弯头和横梁上积了厚厚一层抛光铝粉，用手一抹就是一把，" * 6
    numbers = {"poster": company.poster, "person": str(company.worker)}
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
    numbers["photo"] = _photographed(house, company)
    numbers["signed"], numbers["signature"] = _signed(house, company)
    template = {"file": (BytesIO(blank()), "县平台台账.xlsx")}
    client_of(app, house, company.head).post("/ledger/templates", data=template)
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
    faults: list[str] = []
    seen: set[str] = set()
    for who, paths in PAGES.items():
        context = browser.new_context(viewport=PHONE, locale="zh-CN", reduced_motion="reduce")
        if who:
            _log_in(context, address, app, house, getattr(company, who))
        look = Look(context.new_page(), who or "nobody", faults, seen)
        for path in paths:
            look.open(address + path.format(**numbers), path)
        for mistake in MISTAKES.get(who, ()):
            look.make(mistake, address + mistake.path.format(**numbers))
        for form in SENT.get(who, ()):
            look.send(form, address + form.path.format(**numbers))
        if not who:
            look.follow(address)
        context.close()
    assert not faults, "\n".join(faults)
    looked_at = {_endpoint(app, url) for url in seen}
    assert _pages(app) - looked_at - NO_PAGES - PIECES - ELSEWHERE == set()


def test_the_set_up_page_fits_and_reads_well(app: Flask, house: House, browser: Browser) -> None:
    faults: list[str] = []
    with live(app) as address:
        context = browser.new_context(viewport=PHONE, locale="zh-CN", reduced_motion="reduce")
        Look(context.new_page(), "nobody", faults, set()).open(
            address + setup.link(house), "set-up"
        )
        context.close()
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_question_before_a_step_opens_and_shuts(
    scripts: bool, app: Flask, house: House, now: FakeClock, browser: Browser
) -> None:
    company = found_company(house.database, now)
    with live(app) as address:
        context = browser.new_context(viewport=PHONE, java_script_enabled=scripts)
        _log_in(context, address, app, house, company.head)
        page = context.new_page()
        page.goto(f"{address}/design")
        page.locator("[data-opens=example]").click()
        expect(page.locator("#example")).to_be_visible()
        page.locator("[data-shuts=example]").click()
        expect(page.locator("#example")).to_be_hidden()
        context.close()


def test_every_piece_is_reached_by_keys_and_shows_where_one_is(
    app: Flask, house: House, now: FakeClock, browser: Browser
) -> None:
    company = found_company(house.database, now)
    with live(app) as address:
        context = browser.new_context(viewport=OFFICE, reduced_motion="reduce")
        _log_in(context, address, app, house, company.head)
        page = context.new_page()
        page.goto(f"{address}/design")
        reached: list[dict[str, Any]] = []
        while len(reached) < MOST_STOPS:
            page.keyboard.press("Tab")
            reached.append(page.evaluate(STOP))
            if reached[-1]["at"] == "body":
                break
        assert {each["at"] for each in reached} >= {"a", "button", "input", "select", "summary"}
        assert [each["words"] for each in reached[:-1] if not each["ring"]] == []
        page.locator("[data-opens=example]").press("Enter")
        expect(page.locator("#example")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#example")).to_be_hidden()
        expect(page.locator("[data-opens=example]")).to_be_focused()
        context.close()


@dataclass
class Look:
    """One person's window, and what is found to be wrong in it."""

    page: Page
    who: str
    faults: list[str]
    seen: set[str]
    """Addresses of the pages looked at."""

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)

    def open(self, url: str, name: str) -> None:
        """Look at a page."""
        answer = self.page.goto(url)
        assert answer is not None
        if answer.status != HTTPStatus.OK:
            self._note(name, f"answers {answer.status}")
        self._judge(name)

    def make(self, mistake: Mistake, url: str) -> None:
        """Make a mistake in a form and look at what it is answered with."""
        name = f"{mistake.path} wrong {mistake.action}"
        self.page.goto(url)
        self.page.evaluate(WRONG, [mistake.action, dict(mistake.fields)])
        refusal = self.page.locator("[role=alert]:visible").first
        expect(refusal).to_be_visible(timeout=ANSWER_MS)
        self.page.wait_for_load_state()
        expect(refusal).to_be_in_viewport()
        self._judge(name)

    def send(self, form: Mistake, url: str) -> None:
        """Fill in a form and look at the page it leads to."""
        self.page.goto(url)
        self.page.evaluate(WRONG, [form.action, dict(form.fields)])
        expect(self.page.locator("body[data-asked]")).to_have_count(0, timeout=ANSWER_MS)
        self.page.wait_for_load_state()
        self._judge(f"{form.action} sent")

    def follow(self, address: str) -> None:
        """Go on from the receipt: what this phone reported, and what the code shows."""
        code = self.page.locator("[data-receipt-code]").get_attribute("data-receipt-code") or ""
        self.open(f"{address}/report/mine", "this phone")
        self.page.locator("a[href^='/report/mine/']").first.click()
        self.page.wait_for_load_state()
        self._judge("a report of this phone")
        self.page.goto(f"{address}/follow")
        self.page.locator("#code").fill(code)
        self.page.locator("form button[type=submit]").first.click()
        expect(self.page.locator("#code")).to_have_count(0, timeout=ANSWER_MS)
        self._judge("a report by its code")

    def _judge(self, name: str) -> None:
        """Phone, large type and office, first light, then dark; the page is not loaded again."""
        self.seen.add(self.page.url)
        self._measure(name, "phone")
        self._note(name, *_against_the_rules(self.page, RULES))
        self._in_large_type(name)
        self.page.set_viewport_size(OFFICE)
        self._measure(name, "office")
        self.page.emulate_media(color_scheme="dark")
        self._note(f"{name} dark", *_against_the_rules(self.page, CONTRAST))
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size(PHONE)

    def _in_large_type(self, name: str) -> None:
        self.page.evaluate(f"document.documentElement.style.fontSize = '{LARGE_PX}px'")
        self._measure(name, "large")
        self.page.evaluate("document.documentElement.style.fontSize = ''")

    def _measure(self, name: str, size: str) -> None:
        on_the_road = self.page.locator("body.phone").count()
        smallest = SMALLEST_ON_THE_ROAD_PX if on_the_road else SMALLEST_TARGET_PX
        self._note(f"{name} {size}", *self.page.evaluate(TROUBLE, smallest))
        _keep(self.page, f"{self.who} {size} {name}")

    def _note(self, name: str, *faults: str) -> None:
        self.faults += [f"{self.who} {name}: {fault}" for fault in faults]

    def _hear(self, message: ConsoleMessage) -> None:
        if "Content Security" in message.text or "Refused" in message.text:
            self._note(self.page.url, message.text)


def _against_the_rules(page: Page, options: dict[str, object]) -> list[str]:
    return [
        f"axe {each['id']} {each['nodes'][0]['target']}"
        for each in Axe().run(page, options=options).response["violations"]
        if each["impact"] in {"serious", "critical"}
    ]


def _keep(page: Page, name: str) -> None:
    safe = "".join(c if c.isalnum() else "_" for c in name)
    photograph(page, SHOTS / f"{safe}.jpg", quality=QUALITY)


def _log_in(context: BrowserContext, address: str, app: Flask, house: House, person: int) -> None:
    with app.app_context():
        cookie = login_cookie()
    context.add_cookies([{"name": cookie, "value": token_of(house, person), "url": address}])


def _pages(app: Flask) -> set[str]:
    return {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}


def _endpoint(app: Flask, url: str) -> str:
    """Return the view of a page; empty for an address that takes forms alone."""
    addresses, path = app.url_map.bind("plant"), urlsplit(url).path
    return str(addresses.match(path)[0]) if addresses.test(path) else ""


def _picture(house: House, work: Work, part: PhotoPart) -> Photo:
    picture = house.darkroom.develop(jpeg(scene()))
    photos.store(house.files, picture, work.now)
    return photos.add_of_case(work, picture, part)


def _photographed(house: House, company: Company) -> str:
    """Add a photo to the oldest report of a hazard and give its public number."""
    with company.work_as() as work:
        photo = _picture(house, work, PhotoPart.REPORT)
        photo.report_id = 3
        return photo.public_id


def _signed(house: House, company: Company) -> tuple[str, str]:
    """Give a hazard that waits for a second hand, and a signature said to be the head's."""
    waiting, confirmed = handled(company), handled(company)
    with company.work_as(company.safety) as work:
        drawing = _picture(house, work, PhotoPart.SIGNATURE)
        case = hold_case(work, confirmed)
        made = signing.sign(work, case, company.head, drawing, declared=True)
        return waiting, str(made.id)
