"""The pictures of the README, taken of the running demo plant: `python -m tests.photographer`.

Each is a PNG of at most 150 KB; look at them before they are committed.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.servers import chromium

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "pictures"
MOST_BYTES = 150_000
COLOURS = 64
PORT = "8765"
PHONE, OFFICE = (375, 812), (1280, 800)


def main() -> None:
    """Take all five."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with demo() as plant, chromium() as browser:
        form(browser, plant)
        desk(browser, plant)
        checklist(browser, plant)
        papers(browser, plant)


@contextmanager
def demo() -> Iterator[dict[str, Any]]:
    """Serve the demo plant and yield what it prints of itself."""
    words = [sys.executable, "-m", "flask", "--app", "app", "demo", "--json"]
    own = {**os.environ, "HAZARD_HOST": "127.0.0.1", "HAZARD_PORT": PORT}
    with subprocess.Popen(words, cwd=ROOT, env=own, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield next(json.loads(line) for line in server.stdout or () if "accounts" in line)
        finally:
            server.terminate()


def form(browser: Browser, plant: dict[str, Any]) -> None:
    """The form a worker sees after scanning."""
    page = opened(browser, PHONE)
    page.goto(plant["posters"][0]["url"])
    keep("form", page.screenshot())


def desk(browser: Browser, plant: dict[str, Any]) -> None:
    """What waits for the safety officer."""
    page = logged_in(browser, plant, OFFICE, "safety_officer")
    page.goto(f"{plant['base_url']}/desk")
    keep("desk", page.screenshot())


def checklist(browser: Browser, plant: dict[str, Any]) -> None:
    """What a shift leader ticks on the phone."""
    page = logged_in(browser, plant, PHONE, "shift_leader")
    page.goto(f"{plant['base_url']}/checklist")
    keep("checklist", page.screenshot())


def papers(browser: Browser, plant: dict[str, Any]) -> None:
    """A month's reward sheet, and a poster."""
    head = logged_in(browser, plant, OFFICE, "head")
    month = f"{plant['base_url']}/settlements/{plant['periods'][0]}"
    sheet = head.request.get(f"{month}/1/sheet.pdf?version=approval")
    keep("sheet", first_page(sheet.body(), 900))
    officer = logged_in(browser, plant, OFFICE, "safety_officer")
    officer.goto(f"{plant['base_url']}/posters/1")
    action = officer.locator('form[action$="/print"]').first.get_attribute("action") or ""
    token = officer.locator('[name="csrf_token"]').first.get_attribute("value") or ""
    poster = officer.request.post(f"{plant['base_url']}{action}", form={"csrf_token": token})
    keep("poster", first_page(poster.body(), 700))


def opened(browser: Browser, size: tuple[int, int]) -> Page:
    """Open a fresh Chinese browser of that size."""
    width, height = size
    context = browser.new_context(locale="zh-CN", viewport={"width": width, "height": height})
    return context.new_page()


def logged_in(browser: Browser, plant: dict[str, Any], size: tuple[int, int], role: str) -> Page:
    """Open a browser in which the first person of that role is logged in."""
    account = next(each for each in plant["accounts"] if each["role"] == role)
    page = opened(browser, size)
    page.goto(f"{plant['base_url']}/login")
    page.fill('[name="employee_no"]', account["employee_no"])
    page.fill('[name="password"]', account["password"])
    with page.expect_navigation():
        page.locator('form button[type="submit"]').first.click()
    return page


def first_page(body: bytes, width: int) -> bytes:
    """Draw the first page of a PDF, so many pixels wide."""
    page = pypdfium2.PdfDocument(body)[0]
    drawn = BytesIO()
    page.render(scale=width / page.get_width()).to_pil().save(drawn, "PNG")
    return drawn.getvalue()


def keep(name: str, png: bytes) -> None:
    """Write a small picture, and refuse a large one."""
    small = Image.open(BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    path = PICTURES / f"{name}.png"
    small.save(path, optimize=True)
    if path.stat().st_size > MOST_BYTES:
        sys.exit(f"{path} is larger than {MOST_BYTES} bytes")


if __name__ == "__main__":
    main()
