"""Papers made of headed parts: facts, tables, sentences and photographs, A4 portrait."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import ClassVar

from PIL import Image

from hazard.core.clock import day_of
from hazard.core.typeset import Words, framed, full_day
from hazard.core.words import N_, Sentence
from hazard.core.workbooks import Cell
from hazard.statistics.sheets import OfficePaper, short_day

PRINTED_SIDE = 800
"""Pixels of a photograph's longer side on paper: 60 mm at 300 dots an inch."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a part."""

    words: Words
    kind: str = "heading"


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    words: Words
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values, two pairs a line; values that are None are left out."""

    pairs: Sequence[tuple[Words, object]]
    kind: str = "facts"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below heads; `shares` are parts of the width. Without rows `none` is said instead."""

    heads: Sequence[Words]
    shares: Sequence[float]
    rows: Sequence[Sequence[object]]
    none: Words = ""
    right: Sequence[int] = ()
    """Columns whose figures stand at the right."""
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class Photos:
    """Photographs, two a line, each with what it shows; as SVG, so that no file is read."""

    items: Sequence[tuple[str, Words]]
    none: Words = ""
    kind: str = "photos"


Block = Heading | Text | Facts | Table | Photos


@dataclass(frozen=True, kw_only=True)
class DocumentSheet(OfficePaper):
    """A paper of parts; the end says that nothing follows."""

    template: ClassVar[str] = "document"

    title: Sentence
    head: tuple[Sentence, ...]
    blocks: Sequence[Block]
    hands: tuple[Words, ...] = ()

    def shown(self) -> dict[str, object]:
        """Return title, head, parts, boxes for hands and foot."""
        return {
            "labels": {**self.labels, "title": self.title},
            "head": self.head,
            "blocks": [_shown(block) for block in self.blocks],
            "hands": self.hands,
            "foot": self.foot(),
        }


def photograph(jpeg: bytes) -> str:
    """Return a photograph kept by the product, made small enough for paper, as an SVG drawing."""
    with Image.open(BytesIO(jpeg)) as picture:
        picture.draft("RGB", (PRINTED_SIDE, PRINTED_SIDE))
        small = picture.convert("RGB")
        small.thumbnail((PRINTED_SIDE, PRINTED_SIDE))
    stored = BytesIO()
    small.save(stored, "JPEG", quality=80)
    return framed(stored.getvalue(), small.width, small.height)


def in_words(
    value: Cell | datetime | Sequence[object], day: Callable[[date], Sentence] = full_day
) -> object:
    """Return a value as papers write it: days with their year, nothing as a dash."""
    match value:
        case datetime():
            return day(day_of(value))
        case date():
            return day(value)
        case tuple():
            return Sentence(N_("%(list)s"), list=value) if value else "—"
        case int() if not isinstance(value, bool):
            return str(value)
        case None | "":
            return "—"
    return value


def _shown(block: Block) -> Mapping[str, object]:
    match block:
        case Facts():
            pairs = [(name, in_words(value)) for name, value in block.pairs if value is not None]  # type: ignore[arg-type]
            return {"kind": block.kind, "pairs": pairs}
        case Table():
            rows = [[in_words(value, short_day) for value in row] for row in block.rows]  # type: ignore[arg-type]
            return {
                "kind": block.kind, "heads": block.heads, "shares": block.shares, "rows": rows,
                "none": block.none, "right": block.right,
            }  # fmt: skip
        case Photos():
            items = [{"svg": svg, "words": words} for svg, words in block.items]
            return {"kind": block.kind, "items": items, "none": block.none}
    return {"kind": block.kind, "words": block.words}
