"""How a person's hands use the product in a browser: log in, fill a form, press its button."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Locator, Page, ViewportSize

from tests.pictures import jpeg, scene

PASSWORD = "san-ge-guai-ci-2026"
PHONE: ViewportSize = {"width": 375, "height": 812}
OFFICE: ViewportSize = {"width": 1440, "height": 900}


@dataclass
class Hands:
    """A browser for each person, used in turn; notes what goes wrong in any."""

    browser: Browser
    address: str
    scripts: bool
    password: str = PASSWORD
    trouble: list[str] = field(default_factory=list)
    pages: dict[str, Page] = field(default_factory=dict)
    """By employee number, once logged in."""

    @contextmanager
    def phone(self, number: str | None = None) -> Iterator[Page]:
        """A phone, with somebody logged in or nobody."""
        with self._open(PHONE, number) as page:
            yield page

    @contextmanager
    def office(self, number: str) -> Iterator[Page]:
        """An office computer with somebody logged in."""
        with self._open(OFFICE, number) as page:
            yield page

    @contextmanager
    def _open(self, size: ViewportSize, number: str | None) -> Iterator[Page]:
        if number is None:
            page = self._fresh()
            page.set_viewport_size(size)
            yield page
            page.context.close()
            return
        page = self.page_of(number)
        page.set_viewport_size(size)
        yield page

    def page_of(self, number: str) -> Page:
        """Return somebody's browser, logged in by the page when it is first needed."""
        if number not in self.pages:
            self.pages[number] = self._fresh()
            self.pages[number].goto(f"{self.address}/login")
            press(self.pages[number], "/login", {"employee_no": number, "password": self.password})
        return self.pages[number]

    def leave(self) -> None:
        """Close every browser that is still open."""
        for page in self.pages.values():
            page.context.close()

    def _fresh(self) -> Page:
        context = self.browser.new_context(locale="zh-CN", java_script_enabled=self.scripts)
        context.set_default_timeout(30_000)
        page = context.new_page()
        page.on("pageerror", lambda error: self.trouble.append(f"script: {error}"))
        page.on("console", self._hear)
        page.on("response", lambda answer: self._see(answer.status, answer.url))
        return page

    def _hear(self, message: object) -> None:
        words = getattr(message, "text", "")
        if "Content Security" in words or "Refused" in words:
            self.trouble.append(words)

    def _see(self, status: int, url: str) -> None:
        if status >= 400:
            self.trouble.append(f"{status} {url}")


def press(
    page: Page, action: str, values: Mapping[str, object] | None = None, button: str = ""
) -> None:
    """Fill the form that posts to an address ending in `action` and press its button.

    A list chooses several, True ticks a box, bytes are a photograph. `button` is "name=value"
    where the form has several, or the end of the address a button itself posts to.
    """
    form = page.locator(f'form[action$="{action}"]').first
    for details in form.locator("xpath=ancestor::details[not(@open)]").all():
        details.locator("summary").first.click()
    for name, value in (values or {}).items():
        _fill(form, name, value)
    chosen = 'button[type="submit"]:not([formaction])'
    if button.startswith("/"):
        chosen = f'button[formaction$="{button}"]'
    elif button:
        name, _, value = button.partition("=")
        chosen = f'button[name="{name}"][value="{value}"]'
    with page.expect_navigation():
        form.locator(chosen).first.click()


def _fill(form: Locator, name: str, value: object) -> None:
    fields = form.locator(f'[name="{name}"]')
    for details in fields.first.locator("xpath=ancestor::details[not(@open)]").all():
        details.locator("summary").first.click()
    kind = fields.first.get_attribute("type") or fields.first.evaluate("e => e.localName")
    if isinstance(value, bytes):
        fields.first.set_input_files({"name": "p.jpg", "mimeType": "image/jpeg", "buffer": value})
    elif kind in {"radio", "checkbox"}:
        wanted = f'[name="{name}"]' + ("" if value is True else f'[value="{value}"]')
        tick(form, form.locator(wanted).first)
    elif isinstance(value, list):
        for each, choice in zip(fields.all(), value, strict=True):
            each.select_option(str(choice))
    elif kind == "select":
        fields.first.select_option(str(value))
    else:
        fields.first.fill(str(value))


def tick(form: Locator, box: Locator) -> None:
    """Touch the words of a radio button or a box, as people do; boxes may be drawn by them."""
    if box.is_checked():
        return
    label = form.locator(f'label[for="{box.get_attribute("id") or "-"}"]')
    (label.first if label.count() else box.locator("xpath=ancestor::label")).click()


def photograph(seed: int) -> bytes:
    """A picture as a phone would take it."""
    return jpeg(scene(seed=seed))


def send(hands: Hands, page: Page, told: Mapping[str, object], photo: bytes) -> None:
    """Fill the report form and send it, the photo first."""
    if hands.scripts:
        page.set_input_files(
            'input[type="file"] >> nth=0',
            {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": photo},
        )
        page.wait_for_selector('input[name="photo"]', state="attached")
        press(page, "/report", told)
    else:
        press(page, "/report", {**told, "photos": photo})


def seen(page: Page, mark: str) -> str:
    """Return the value of a mark of the contract on the page."""
    value = page.locator(f"[{mark}]").first.get_attribute(mark)
    assert value is not None
    return value


def state(hands: Hands, page: Page, case: str) -> str:
    """Look at the case and return its state."""
    page.goto(f"{hands.address}/cases/{case}")
    return seen(page, "data-case-state")


def people(page: Page, *names: str, name: str = "") -> list[str]:
    """Return the values of these people in the page's lists."""
    found = []
    for person in names:
        scope = f'select[name="{name}"] ' if name else ""
        option = page.locator(f"{scope}option", has_text=person).first
        found.append(option.get_attribute("value") or "")
    return found
