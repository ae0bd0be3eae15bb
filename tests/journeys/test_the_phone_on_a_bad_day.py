"""The reporter's phone without network, with little of it, and touch by touch."""

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, FilePayload, Page, Route, expect
from sqlalchemy import func, select

from hazard.core.house import House
from hazard.reports.models import Photo, Report, Voice
from tests import voices, walks
from tests.company import ON_ONE_DATABASE, Company
from tests.journeys.test_reporting_in_the_browser import (
    WORDS,
    count,
    look,
    need_good_looks,
    phone,
    picture,
)
from tests.live import live
from tests.signin import token_of
from tests.web.road import said

pytestmark = pytest.mark.browser
SCAN = 1
SHUTTER_AND_USE = 2
"""Touches of the phone's own camera, between the page's button and the page."""
SLOW = {
    "offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000,
}  # fmt: skip
"""400 kbit/s and 400 ms there and back."""


class Finger:
    """Touches the page and counts."""

    def __init__(self, page: Page) -> None:
        self.page, self.touches = page, SCAN

    def touch(self, chosen: str) -> None:
        self.page.locator(chosen).click()
        self.touches += 1

    def photograph(self, path: Path) -> None:
        with self.page.expect_file_chooser() as opened:
            self.touch("#camera")
        opened.value.set_files(path)
        self.touches += SHUTTER_AND_USE
        expect(self.page.locator("#sent img[src^='data:']")).to_have_count(1)

    def type(self, words: str) -> None:
        """Type where the last touch left off, once the page has opened the phone's keyboard."""
        self.page.wait_for_function(
            "document.activeElement.matches('textarea, input:not([type=radio], [type=checkbox])')"
        )
        self.page.keyboard.type(words)


def closed_and_opened_later(page: Page) -> Page:
    """Close the page without network; open another where there is one."""
    later = page.context.new_page()
    page.close()
    later.context.set_offline(False)
    return later


@ON_ONE_DATABASE
def test_a_report_costs_six_touches_by_name_again_eight_at_first_seven_without(
    browser: Browser, app: Flask, company: Company, house: House, tmp_path: Path
) -> None:
    touches = {}
    with live(app) as base:
        with phone(browser, base) as page:
            token = token_of(house, company.worker)
            page.context.add_cookies([{"name": "sid", "value": token, "url": base}])
            page.goto(f"/p/{company.poster}")
            finger = Finger(page)
            finger.photograph(picture(tmp_path))
            finger.touch("label[for=category-equipment]")
            finger.touch("#send")
            page.wait_for_url("**/receipt")
            touches["again"] = finger.touches
        with phone(browser, base) as page:
            page.goto(f"/p/{company.poster}")
            finger = Finger(page)
            finger.photograph(picture(tmp_path, 2))
            finger.touch("label[for=category-equipment]")
            finger.touch("label[for=identity-named]")
            finger.type("张伟")
            finger.touch("#team")
            finger.type("车工班")
            finger.touch("#send")
            page.wait_for_url("**/receipt")
            touches["first"] = finger.touches
        with phone(browser, base) as page:
            page.goto(f"/p/{company.poster}")
            finger = Finger(page)
            finger.photograph(picture(tmp_path, 3))
            finger.touch("label[for=category-equipment]")
            finger.touch("#send")
            page.wait_for_url("**/receipt")
            finger.touch(".ticket button")
            expect(page.locator(".ticket")).to_have_count(0)
            touches["anonymous"] = finger.touches
    with company.reading() as session:
        sent = list(session.scalars(select(Report.identity).order_by(Report.id)))
    assert sent == ["named", "named", "anonymous"]
    assert touches == {"again": 6, "first": 8, "anonymous": 7}


@ON_ONE_DATABASE
def test_what_could_not_be_sent_waits_on_the_phone_and_goes_once_the_network_is_back(
    browser: Browser, app: Flask, company: Company, tmp_path: Path
) -> None:
    with live(app) as base, phone(browser, base) as page:
        page.goto(f"/p/{company.poster}")
        page.locator("#album").set_input_files(picture(tmp_path))
        expect(page.locator("#sent img[src^='data:']")).to_have_count(1)
        page.locator("#description").fill(WORDS)
        page.context.set_offline(True)
        page.locator("#album").set_input_files(picture(tmp_path, 2))
        page.locator("#send").click()
        saved = said("Saved on this phone, not sent yet")
        expect(page.locator("#trouble")).to_contain_text(saved)
        look(page, "form-offline")
        later = closed_and_opened_later(page)
        later.goto("/report")
        expect(later.locator("#outbox li")).to_have_count(1)
        expect(later.locator("#outbox li")).to_contain_text("机加工车间·3号车床")
        expect(later.locator("#outbox li")).to_contain_text(said("Received. Thank you"))
        look(later, "form-outbox")
        later.get_by_role("button", name=said("Show the receipt")).click()
        later.wait_for_url("**/receipt")
        assert later.locator("#receipt").get_attribute("data-receipt-code")
        later.goto("/report")
        expect(later.locator("#outbox")).to_be_hidden()
    assert (count(company, Report), count(company, Photo)) == (1, 2)


@ON_ONE_DATABASE
def test_on_a_phone_that_others_use_nothing_is_kept(
    browser: Browser, app: Flask, company: Company
) -> None:
    with live(app) as base, phone(browser, base) as page:
        page.goto(f"/p/{company.poster}")
        page.locator("#description").fill(WORDS)
        page.context.set_offline(True)
        page.locator("#send").click()
        expect(page.locator("#trouble")).to_contain_text(said("Saved on this phone, not sent yet"))
        page.locator("[name=shared]").check()
        page.wait_for_timeout(1500)
        assert WORDS not in on_the_phone(page), "said too late, and still heard"
        page.locator("#send").click()
        expect(page.locator("#trouble")).to_contain_text(
            said("Everything is still here. Do not close this page")
        )
        later = closed_and_opened_later(page)
        later.goto(f"/p/{company.poster}")
        expect(later.locator("#description")).to_have_value("")
        expect(later.locator("#outbox")).to_be_hidden()
    assert count(company, Report) == 0


@ON_ONE_DATABASE
def test_a_report_by_name_that_was_begun_comes_back_without_the_name(
    browser: Browser, app: Flask, company: Company
) -> None:
    with live(app) as base, phone(browser, base) as page:
        page.goto(f"/p/{company.poster}")
        page.get_by_text("实名", exact=True).click()
        page.locator("#name").fill("张伟")
        page.locator("#description").fill(WORDS)
        page.locator(".where summary").click()
        page.locator("#place").select_option(str(company.place))
        page.wait_for_timeout(1500)
        page.goto("/report")
        expect(page.locator("#outbox li")).to_contain_text(said("Begun, not sent"))
        need_good_looks(page, "form-draft")
        page.get_by_role("button", name=said("Go on with it")).click()
        page.wait_for_url(f"**/p/{company.poster}")
        expect(page.locator("#description")).to_have_value(WORDS)
        expect(page.locator("#place")).to_be_visible()
        expect(page.locator("#name")).to_have_value("")
        page.locator("#name").fill("张伟")
        page.locator("#team").fill("车工班")
        page.locator("#send").click()
        page.wait_for_url("**/receipt")
        page.goto("/report")
        expect(page.locator("#outbox")).to_be_hidden()
    assert count(company, Report) == 1


def claimed(company: Company) -> int:
    """Return how many photos belong to a report: one on its way as the form went comes again."""
    with company.reading() as session:
        own = select(func.count()).select_from(Photo).where(Photo.report_id.is_not(None))
        return session.scalar(own) or 0


@ON_ONE_DATABASE
def test_a_slow_line_that_breaks_off_loses_no_photo_and_no_word(
    browser: Browser, app: Flask, company: Company, tmp_path: Path
) -> None:
    walk = walks.walk_to_accepted(company)
    with live(app) as base, phone(browser, base) as page:
        line = page.context.new_cdp_session(page)
        line.send("Network.enable")
        line.send("Network.emulateNetworkConditions", SLOW)
        page.goto(f"/p/{company.poster}")
        drops = iter([True, False, True, True, True])
        page.route(
            "**/report/photos",
            lambda route: route.abort() if next(drops, False) else route.continue_(),
        )
        page.locator("#album").set_input_files([picture(tmp_path, n) for n in (1, 2, 3)])
        page.get_by_text(said("Machine or equipment")).click()
        expect(page.locator("#nearby")).to_contain_text(walks.SHORT)
        look(page, "form-nearby")
        page.locator(f"#nearby label:has-text('{walks.SHORT}')").click()
        page.locator("#description").fill(WORDS)
        page.locator("#send").click()
        page.wait_for_url("**/receipt")
        for _ in range(120):
            if claimed(company) == 3:
                break
            page.wait_for_timeout(500)
    with company.reading() as session:
        report = session.scalars(select(Report).order_by(Report.id.desc())).first()
        assert report is not None
        photos = session.scalars(select(Photo).where(Photo.report_id == report.id)).all()
    assert (len(photos), report.description, report.same_as) == (3, WORDS, walk.case)


def on_the_phone(page: Page) -> str:
    """Return all that the phone keeps of reports and for the next page, as one text."""
    return str(
        page.evaluate("""() => new Promise(done => {
          const opened = indexedDB.open('hazard', 1);
          opened.onsuccess = () => {
            const box = opened.result.transaction('outbox').objectStore('outbox').getAll();
            box.onsuccess = () => done(JSON.stringify(
              [box.result, {...localStorage}, {...sessionStorage}, document.cookie]));
          };
        })""")
    )


def wait_for_photos(page: Page, company: Company, number: int) -> None:
    for _ in range(120):
        if claimed(company) == number:
            return
        page.wait_for_timeout(250)
    assert claimed(company) == number


@ON_ONE_DATABASE
def test_photos_follow_a_report_by_name_again_and_again_and_no_name_waits_on_the_phone(
    browser: Browser, app: Flask, company: Company, tmp_path: Path
) -> None:
    with live(app) as base, phone(browser, base) as page:
        page.goto(f"/p/{company.poster}")
        answers = iter(["continue_", "abort", "abort", "abort"])
        page.route("**/report/photos", lambda route: getattr(route, next(answers, "continue_"))())
        page.locator("#album").set_input_files(picture(tmp_path))
        expect(page.locator("#sent img[src^='data:']")).to_have_count(1)
        page.locator("#album").set_input_files(picture(tmp_path, 2))
        page.get_by_text("实名", exact=True).click()
        page.locator("#name").fill("张伟")
        page.locator("#team").fill("车工班")
        page.locator("#phone").fill("13800000000")
        page.locator("#description").fill(WORDS)
        page.locator("#send").click()
        page.wait_for_url("**/receipt")
        assert claimed(company) == 1, "the report is there before its second photo"
        following = page.locator("#following")
        expect(following.locator(".said")).to_have_text(said("Photo %(n)s of %(m)s sent", n=1, m=2))
        kept = on_the_phone(page)
        assert '"photos"' in kept, "the photo waits on the phone"
        assert not [each for each in ("张伟", "车工班", "13800000000", WORDS) if each in kept]
        again = following.get_by_role(
            "button", name=said("This photo did not go through. Tap to try again")
        )
        expect(again).to_be_visible()
        need_good_looks(page, "receipt-following")
        wait_for_photos(page, company, 2)
        expect(following.locator(".said")).to_have_text(said("Photo %(n)s of %(m)s sent", n=2, m=2))
        expect(again).to_be_hidden()
        assert '"photos"' not in on_the_phone(page), "nothing is left"
    assert count(company, Report) == 1


@ON_ONE_DATABASE
def test_one_photo_that_has_arrived_is_a_report_the_one_that_hangs_follows(
    browser: Browser, app: Flask, company: Company, tmp_path: Path
) -> None:
    with live(app) as base, phone(browser, base) as page:
        page.goto(f"/p/{company.poster}")
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        page.route("**/report/photos", hold)
        page.locator("#album").set_input_files([picture(tmp_path), picture(tmp_path, 2)])
        page.locator("#send").click()
        for _ in range(40):
            if len(held) == 2:
                break
            page.wait_for_timeout(250)
        held[0].continue_()
        page.wait_for_url("**/receipt")
        page.unroute("**/report/photos")
        page.reload()
        wait_for_photos(page, company, 2)
    assert count(company, Report) == 1


@ON_ONE_DATABASE
def test_a_photo_that_hangs_outlives_a_form_that_comes_back(
    browser: Browser, app: Flask, company: Company, tmp_path: Path
) -> None:
    with live(app) as base, phone(browser, base) as page:
        page.goto(f"/p/{company.poster}")
        page.route("**/report/photos", lambda route: route.abort())
        page.locator("#album").set_input_files([picture(tmp_path), picture(tmp_path, 2)])
        page.get_by_text("实名", exact=True).click()
        page.locator("#name").fill("张伟")
        page.locator("#description").fill(WORDS)
        page.locator("#send").click()
        expect(page.locator("#team-error")).to_be_visible()
        expect(page.locator("#sent li")).to_have_count(2)
        page.unroute("**/report/photos")
        page.locator("#team").fill("车工班")
        page.locator("#send").click()
        page.wait_for_url("**/receipt")
        wait_for_photos(page, company, 2)
    assert count(company, Report) == 1


@ON_ONE_DATABASE
def test_a_page_left_open_for_a_day_still_takes_a_photo(
    browser: Browser, app: Flask, company: Company, tmp_path: Path
) -> None:
    with live(app) as base, phone(browser, base) as page:
        page.goto(f"/p/{company.poster}")
        page.locator("[name=csrf_token]").evaluate("old => { old.value = 'of yesterday'; }")
        page.locator("#album").set_input_files(picture(tmp_path))
        expect(page.locator("#sent img[src^='data:']")).to_have_count(1)
        page.locator("#send").click()
        page.wait_for_url("**/receipt")
    assert claimed(company) == 1


@ON_ONE_DATABASE
def test_a_server_that_takes_no_token_is_asked_twice_and_its_words_are_shown(
    browser: Browser, app: Flask, company: Company, tmp_path: Path
) -> None:
    asked: list[Route] = []

    def refuse(route: Route) -> None:
        asked.append(route)
        route.fulfill(status=422, json={"error": "页面放太久了", "csrf_token": "另一个"})

    with live(app) as base, phone(browser, base) as page:
        page.goto(f"/p/{company.poster}")
        page.route("**/report/photos", refuse)
        page.locator("#album").set_input_files(picture(tmp_path))
        expect(page.locator("#trouble")).to_have_text("页面放太久了")
        page.wait_for_timeout(1000)
    assert len(asked) == 2


def recording(seconds: int) -> FilePayload:
    return {"name": "录音.m4a", "mimeType": "audio/mp4", "buffer": voices.m4a(seconds)}


@ON_ONE_DATABASE
def test_a_voice_note_recorded_without_network_waits_on_the_phone_like_everything_else(
    browser: Browser, app: Flask, company: Company
) -> None:
    with live(app) as base, phone(browser, base) as page:
        page.goto(f"/p/{company.poster}")
        page.context.set_offline(True)
        page.locator("#voice_file").set_input_files(recording(3))
        expect(page.locator("#trouble")).to_be_visible()
        page.locator("#send").click()
        expect(page.locator("#trouble")).to_contain_text(said("Saved on this phone, not sent yet"))
        later = closed_and_opened_later(page)
        later.goto("/report")
        expect(later.locator("#outbox li")).to_contain_text(said("Received. Thank you"))
    with company.reading() as session:
        [voice] = session.scalars(select(Voice))
        assert voice.report_id == session.scalars(select(Report.id)).one()


@ON_ONE_DATABASE
def test_a_voice_note_on_its_way_is_waited_for_and_comes_back_with_a_draft(
    browser: Browser, app: Flask, company: Company
) -> None:
    with live(app) as base, phone(browser, base) as page:
        page.goto(f"/p/{company.poster}")
        page.get_by_text("实名", exact=True).click()
        page.locator("#voice_file").set_input_files(recording(3))
        expect(page.locator("#spoken input")).to_be_checked()
        page.locator("#voice_file").set_input_files({**recording(1), "buffer": b"no recording"})
        expect(page.locator("#trouble")).to_be_visible()
        expect(page.locator("#spoken input")).to_be_checked()
        page.wait_for_timeout(1500)
        page.goto(f"/p/{company.poster}")
        expect(page.locator("#spoken input")).to_be_checked()
        page.locator("#name").fill("张伟")
        page.locator("#team").fill("车工班")
        page.locator("#send").click()
        page.wait_for_url("**/receipt")
        page.goto(f"/p/{company.poster}")
        line = page.context.new_cdp_session(page)
        line.send("Network.enable")
        line.send("Network.emulateNetworkConditions", SLOW)
        page.locator("#voice_file").set_input_files(recording(120))
        page.locator("#description").fill(WORDS)
        page.locator("#send").click()
        page.wait_for_url("**/receipt")
    with company.reading() as session:
        told = [voice.report_id for voice in session.scalars(select(Voice).order_by(Voice.id))]
    assert (len(told), None in told) == (2, False)
