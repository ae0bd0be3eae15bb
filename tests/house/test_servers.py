"""What the tests stand on: a picture the browser refuses is asked for again, and only that."""

from pathlib import Path
from typing import cast

import pytest
from playwright.sync_api import Error, Page

from tests.servers import REFUSED, TRIES, photograph

HICCUP = f"Page.screenshot: Protocol error (Page.captureScreenshot): {REFUSED}"


class Stubborn:
    """A page that refuses its first pictures."""

    def __init__(self, *refusals: str) -> None:
        self.refusals = list(refusals)
        self.asked = 0

    def screenshot(self, *, path: Path, full_page: bool) -> None:
        self.asked += 1
        if self.refusals:
            raise Error(self.refusals.pop(0))
        path.write_bytes(b"whole" if full_page else b"a piece")

    def wait_for_timeout(self, milliseconds: float) -> None:
        assert milliseconds > 0


def test_a_picture_the_browser_refuses_is_asked_for_again(tmp_path: Path) -> None:
    page = Stubborn(HICCUP, HICCUP)
    photograph(cast(Page, page), tmp_path / "shots" / "form.png")
    assert (tmp_path / "shots" / "form.png").read_bytes() == b"whole"


@pytest.mark.parametrize(
    ("refusals", "asked"), [((HICCUP,) * TRIES, TRIES), (("Target closed",), 1)]
)
def test_a_browser_that_will_not_or_is_gone_fails_the_test(
    refusals: tuple[str, ...], asked: int, tmp_path: Path
) -> None:
    page = Stubborn(*refusals)
    with pytest.raises(Error, match=refusals[0].rsplit(": ", 1)[-1]):
        photograph(cast(Page, page), tmp_path / "form.png")
    assert page.asked == asked
