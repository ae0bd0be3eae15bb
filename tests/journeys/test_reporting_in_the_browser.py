"""The reporter's road in a real browser: with scripts, without them, on small phones."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from hazard.core.words import Sentence, say
from hazard.policy.words import Identity
from hazard.reports.models import Photo, Report
from tests import walks
from tests.company import ON_ONE_DATABASE, Company
from tests.live import live
from tests.pictures import jpeg, scene
from tests.servers import photograph
from tests.web.road import said

pytestmark = pytest.mark.browser
SHOTS = Path(__file__).parent.parent.parent / "build" / "shots" / "road"
WORDS = "3号车床的护罩没了,切屑飞出来"
SIZES = ((375, 812), (320, 568))
OVERFLOW = """() => {
  const wide = document.documentElement.clientWidth;
  const out = [...document.querySelectorAll('main *, header *')].filter(e => {
    const box = e.getBoundingClientRect();
    const inside = e.closest('.native, .takes, [hidden], template, svg');
    return box.width && !inside && (box.right > wide + 1 || box.left < -1);
  }).map(e => e.tagName + '.' + e.className);
  return document.documentElement.scrollWidth > wide ? ['page', ...out] : out;
}"""
SMALL_TARGETS = """() => {
  const seen = e => e.getClientRects().length && getComputedStyle(e).visibility !== 'hidden';
  const target = e => e.matches('input[type=file]') ? (e.closest('label') ?? e)
    : e.matches('input[type=radio], input[type=checkbox]')
    ? (e.closest('label') ?? document.querySelector(`label[for="${e.id}"]`) ?? e) : e;
  const all = document.querySelectorAll(
    'a[href], button, select, textarea, summary, input:not([type=hidden])');
  return [...all].map(target).filter(seen).filter(e => {
    const box = e.getBoundingClientRect();
    return box.height < 59.5 || box.width < 59.5;
  }).map(e => `${e.tagName}.${e.className} ${e.textContent.trim().slice(0, 20)}`);
}"""


@contextmanager
def phone(browser: Browser, base: str, *, scripts: bool = True) -> Iterator[Page]:
    """Open a phone's browser; no page of it may break the content policy or a script."""
    width, height = SIZES[0]
    context = browser.new_context(
        base_url=base, viewport={"width": width, "height": height}, java_script_enabled=scripts,
        locale="zh-CN", has_touch=True,
    )  # fmt: skip
    page = context.new_page()
    troubles: list[str] = []
    page.on("console", lambda m: troubles.append(m.text) if _is_trouble(m.text) else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    try:
        yield page
        assert troubles == []
    finally:
        context.close()


def _is_trouble(words: str) -> bool:
    return "Content Security Policy" in words or "Refused to" in words


def count(company: Company, table: type) -> int:
    with company.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def picture(tmp_path: Path, seed: int = 1) -> Path:
    path = tmp_path / f"{seed}.jpg"
    path.write_bytes(jpeg(scene(1200, 900, seed=seed)))
    return path


def code_on(page: Page) -> str:
    code = page.locator("#receipt").get_attribute("data-receipt-code")
    assert code
    return code


def look(page: Page, name: str) -> None:
    """Keep a picture of the whole page, to be judged by eye."""
    photograph(page, SHOTS / f"{name}.png")


def need_good_looks(page: Page, name: str) -> None:
    """Assert what can be asserted of a page's looks (decisions 44)."""
    look(page, name)
    assert page.evaluate(OVERFLOW) == []
    assert page.evaluate(SMALL_TARGETS) == []
    found = Axe().run(page).response["violations"]
    serious = [v for v in found if v["impact"] in {"serious", "critical"}]
    assert [(v["id"], v["nodes"][0]["html"]) for v in serious] == []


def test_a_report_with_photos_is_sent_kept_and_followed(
    browser: Browser, app: Flask, company: Company, tmp_path: Path
) -> None:
    with live(app) as base, phone(browser, base) as page:
        page.goto(f"/p/{company.poster}")
        page.locator("#album").set_input_files([picture(tmp_path), picture(tmp_path, 2)])
        expect(page.locator("#sent img[src^='data:']")).to_have_count(2)
        assert count(company, Photo) == 2, "each was sent as it was chosen"
        page.get_by_text(say(Sentence("Machine or equipment"))).click()
        page.locator("#description").fill(WORDS)
        look(page, "form-filled")
        page.locator("#send").click()
        page.wait_for_url("**/receipt")
        code = code_on(page)
        look(page, "receipt")
        page.get_by_role("button", name=said("I have kept it")).click()
        expect(page.locator(".ticket")).to_have_count(0)
        page.goto(f"/follow#{code}")
        expect(page.locator("#followed")).to_be_visible()
        assert code not in page.url
        assert WORDS in page.content()
    assert (count(company, Report), count(company, Photo)) == (1, 2)


def test_a_report_with_a_photo_goes_without_scripts(
    browser: Browser, app: Flask, company: Company, tmp_path: Path
) -> None:
    with live(app) as base, phone(browser, base, scripts=False) as page:
        page.goto(f"/p/{company.poster}")
        page.locator("#send").click()
        expect(page.locator("[role=alert]:visible")).to_have_text(
            said("Take a photo or write one sentence, either will do")
        )
        page.locator("#description").fill(WORDS)
        page.locator("#camera").set_input_files(picture(tmp_path))
        look(page, "form-without-scripts")
        page.locator("#send").click()
        page.wait_for_url("**/receipt")
        code = code_on(page)
        page.get_by_role("button", name=said("I have kept it")).click()
        page.goto("/follow")
        page.locator("#code").fill(code)
        page.get_by_role("button", name=said("Follow up")).click()
        expect(page.locator("#followed")).to_be_visible()
        page.locator("#text").fill("在东门第二台")
        page.get_by_role("button", name=said("Send the reply")).click()
        expect(page.locator(".speech .mine")).to_contain_text("在东门第二台")
    assert (count(company, Report), count(company, Photo)) == (1, 1)


@ON_ONE_DATABASE
def test_a_photo_that_is_none_is_refused_on_the_spot_and_the_words_stay(
    browser: Browser, app: Flask, company: Company, tmp_path: Path
) -> None:
    bad = tmp_path / "photo.jpg"
    bad.write_text("二号天车的吊钩没有防脱钩装置")
    with live(app) as base, phone(browser, base) as page:
        page.goto(f"/p/{company.poster}")
        page.locator("#description").fill(WORDS)
        page.locator("#album").set_input_files(bad)
        expect(page.locator("#trouble")).to_be_visible()
        look(page, "photo-refused")
        page.locator("#send").click()
        page.wait_for_url("**/receipt")
    assert (count(company, Report), count(company, Photo)) == (1, 0)


def test_two_quick_taps_send_one_report(browser: Browser, app: Flask, company: Company) -> None:
    with live(app) as base, phone(browser, base) as page:
        page.goto("/report")
        page.locator("#description").fill(WORDS)
        page.locator("#send").dblclick()
        page.wait_for_url("**/receipt")
        page.go_back()
        page.wait_for_load_state()
    assert count(company, Report) == 1


@ON_ONE_DATABASE
def test_a_form_that_comes_back_shows_its_words_and_its_error(
    browser: Browser, app: Flask, company: Company
) -> None:
    with live(app) as base, phone(browser, base) as page:
        page.goto(f"/p/{company.poster}")
        page.get_by_text("实名", exact=True).click()
        page.locator("#name").fill("张伟")
        page.locator("#description").fill(WORDS)
        page.locator("#send").click()
        expect(page.locator("#team-error")).to_be_visible()
        assert page.locator("#name").input_value() == "张伟"
        assert page.locator("#description").input_value() == WORDS
        need_good_looks(page, "form-error")
        page.locator("#team").fill("车工班")
        page.locator("#send").click()
        page.wait_for_url("**/receipt")
    assert count(company, Report) == 1


@ON_ONE_DATABASE
def test_every_page_of_the_road_fits_small_phones_and_large_letters(
    browser: Browser, app: Flask, company: Company
) -> None:
    walk = walks.walk_to_closed(company, identity=Identity.ANONYMOUS)
    assert walk.code
    with live(app) as base, phone(browser, base) as page:

        def check(name: str) -> None:
            for (width, height), root in itertools.product(SIZES, (16, 25)):
                page.set_viewport_size({"width": width, "height": height})
                page.evaluate(f"document.documentElement.style.fontSize = '{root}px'")
                need_good_looks(page, f"{name}-{width}-{root}")

        page.goto(f"/p/{company.poster}")
        for fold in page.locator("details").all():
            fold.evaluate("fold => fold.open = true")
        page.get_by_text("马上会伤人").click()
        page.get_by_text("实名", exact=True).click()
        check("form")
        page.goto("/p/ZZZZZZZZ")
        check("form-retired")
        page.get_by_text("匿名", exact=True).click()
        page.locator("#description").fill(WORDS)
        page.locator("#send").click()
        page.wait_for_url("**/receipt")
        check("receipt")
        page.goto("/follow")
        page.locator("#code").fill("0000 0000")
        page.get_by_role("button", name=said("Follow up")).click()
        expect(page.locator("#code-error")).to_be_visible()
        check("follow-enter")
        page.goto("/report")
        page.goto(f"/follow#{walk.code.text}")
        expect(page.locator("#followed")).to_be_visible()
        check("follow")
