"""A printed paper as a reader meets it: its words, its lines in millimetres, its pictures."""

from functools import cached_property
from io import BytesIO
from itertools import combinations, pairwise
from typing import Any, NamedTuple

import pypdfium2  # type: ignore[import-untyped]
import zxingcpp
from PIL import Image, ImageEnhance, ImageFilter

from hazard.core.words import Sentence, say

MM = 72 / 25.4
"""PDF points in a millimetre."""
PIXELS_PER_MM = 10
TOUCHING_MM = 0.4


class Print:
    """A PDF read again."""

    def __init__(self, pdf: bytes) -> None:
        self.pdf = pypdfium2.PdfDocument(pdf)

    def __len__(self) -> int:
        return len(self.pdf)

    def page(self, number: int) -> "Page":
        """Return page `number`, counted from 1; -1 is the last."""
        return Page(self.pdf[number - 1 if number > 0 else len(self) + number])

    @property
    def pages(self) -> "list[Page]":
        return [Page(page) for page in self.pdf]

    @property
    def text(self) -> str:
        return "".join(page.text for page in self.pages)

    def shows(self, *words: Sentence | str) -> bool:
        return all(squeezed(part) in self.text for part in words)


class Run(NamedTuple):
    """Letters of one size on one line."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def hits(self, other: "Run") -> bool:
        """Say whether two runs share more ink than touching letters do."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > TOUCHING_MM and down > TOUCHING_MM


class Page:
    """One page: all measures in millimetres from the upper left corner."""

    def __init__(self, page: Any) -> None:
        self.page = page

    @property
    def size(self) -> tuple[float, float]:
        return (self.page.get_width() / MM, self.page.get_height() / MM)

    @cached_property
    def text(self) -> str:
        return squeezed(self.page.get_textpage().get_text_bounded())

    def shows(self, *words: Sentence | str) -> bool:
        return all(squeezed(part) in self.text for part in words)

    def text_in(self, left: float, top: float, right: float, bottom: float) -> str:
        """Return the words inside a box, lines kept apart."""
        height = self.size[1]
        found: str = self.page.get_textpage().get_text_bounded(
            left=left * MM,
            right=right * MM,
            top=(height - top) * MM,
            bottom=(height - bottom) * MM,
        )
        return found

    def runs(self) -> "list[Run]":
        """Return the runs of letters on the page and the boxes they fill, in millimetres."""
        page, height = self.page.get_textpage(), self.size[1]
        found = []
        for place in range(page.count_rects()):
            left, bottom, right, top = page.get_rect(place)
            text = page.get_text_bounded(left, bottom, right, top)
            box = left / MM, height - top / MM, right / MM, height - bottom / MM
            found.append(Run(text, *box))
        return found

    def overlaps(self) -> list[tuple[str, str]]:
        """Return the runs of letters that stand on each other."""
        pairs = combinations(self.runs(), 2)
        return [(one.text, other.text) for one, other in pairs if one.hits(other)]

    def words_margin(self) -> float:
        """Return how far the nearest letter stands from the paper's edge; nothing is drawn."""
        width, height = self.size
        edges = [(r.left, r.top, width - r.right, height - r.bottom) for r in self.runs()]
        return min(map(min, edges))

    @cached_property
    def picture(self) -> Image.Image:
        picture: Image.Image = self.page.render(scale=PIXELS_PER_MM / MM).to_pil()
        return picture.convert("L")

    def rules_across(self, y: float) -> list[float]:
        """Return where dark vertical lines cross the height `y`."""
        top = int(y * PIXELS_PER_MM)
        return middles(self.picture.crop((0, top, self.picture.width, top + 1)).tobytes())

    def rules_down(self, x: float) -> list[float]:
        """Return where dark horizontal lines cross the column at `x`."""
        left = int(x * PIXELS_PER_MM)
        return middles(self.picture.crop((left, 0, left + 1, self.picture.height)).tobytes())

    def codes(self) -> list[Any]:
        """Return the QR codes on the page, from top to bottom."""
        found = zxingcpp.read_barcodes(self.picture)
        return sorted(found, key=lambda code: code.position.top_left.y)

    def shade(self, x: float, y: float) -> int:
        """Return how light the paper is at a place: 0 is black, 255 white."""
        left, top = int(x * PIXELS_PER_MM), int(y * PIXELS_PER_MM)
        return self.picture.crop((left, top, left + 1, top + 1)).tobytes()[0]

    def margin(self) -> float:
        """Return how far the nearest mark stands from the paper's edge."""
        marks = self.picture.point(lambda shade: 255 if shade < 250 else 0).getbbox()
        assert marks is not None
        left, top, right, bottom = marks
        width, height = self.picture.size
        return min(left, top, width - right, height - bottom) / PIXELS_PER_MM


def squeezed(words: Sentence | str) -> str:
    """Return words without the spaces a reader does not count."""
    text = say(words) if isinstance(words, Sentence) else words
    return "".join(text.replace("\u200b", "").split())


def middles(shades: bytes) -> list[float]:
    """Return the middles, in millimetres, of the dark runs of a row of pixels."""
    found, start = [], None
    for place, shade in enumerate([*shades, 255]):
        if shade < 128 and start is None:
            start = place
        elif shade >= 128 and start is not None:
            found.append((start + place) / 2 / PIXELS_PER_MM)
            start = None
    return found


def gaps(places: list[float]) -> list[float]:
    """Return the distances between neighbours."""
    return [round(after - before, 1) for before, after in pairwise(places)]


def code_width(code: Any) -> float:
    """Return a QR code's width in millimetres."""
    return float(code.position.top_right.x - code.position.top_left.x) / PIXELS_PER_MM


def photographed(print_: Image.Image) -> Image.Image:
    """Return a bad phone picture of a print: from the side, in the dark, unsharp, JPEG q 35."""
    small = print_.convert("RGB").resize((1240, 1754))
    width, height = small.size
    tilted = small.transform(
        (width, height),
        Image.Transform.PERSPECTIVE,
        (1.12, 0.18, -90.0, 0.03, 1.20, -60.0, 0.00006, 0.00021),
        resample=Image.Resampling.BICUBIC,
        fillcolor=(96, 92, 88),
    )
    dark = ImageEnhance.Brightness(tilted).enhance(0.4)
    unsharp = dark.filter(ImageFilter.GaussianBlur(2.2))
    stored = BytesIO()
    unsharp.save(stored, "JPEG", quality=35)
    return Image.open(stored)
