"""How alike two messages are: what the desk is shown as perhaps the same hazard. Pure."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

SAME_PLACE, SAME_KIND, SAME_PHOTO, SAID_SO = 35, 20, 30, 30
TEXT = 45
"""What texts that are wholly alike count for."""
ENOUGH = 50
"""Points from which an earlier hazard is proposed: place and kind, or one of them and words."""
NEAR_PHOTO = 6
"""Points of 64 in which two photos may differ and still be nearly the same."""
DAYS = 30
_DEVICE = re.compile(
    r"([a-z]{1,6})[-‐–—_ ]?(\d{1,5}[a-z]?)|(\d{1,4})\s*(?:号|#)|#(\d{1,4})|no\.?\s*(\d{1,4})"
)
_INVISIBLE = {"Cf", "Cc", "Zs", "Zl", "Zp"}


@dataclass(frozen=True, slots=True)
class Message:
    """What is compared of a report, or of a hazard and its reports."""

    text: str
    place_id: int | None
    category: str
    photos: tuple[str, ...] = ()
    """Difference hashes, 16 hexadecimal digits each."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Why two messages look alike."""

    same_place: bool
    same_kind: bool
    text: float
    """0 to 1."""
    near_photo: bool
    said_so: bool
    other_machine: bool
    """Both name a machine, and not the same one: then it is another hazard (domain 2.6.2)."""

    @property
    def points(self) -> int:
        """Return how strongly they look alike, 0 for another machine."""
        if self.other_machine:
            return 0
        return round(
            SAME_PLACE * self.same_place + SAME_KIND * self.same_kind + TEXT * self.text
            + SAME_PHOTO * self.near_photo + SAID_SO * self.said_so
        )  # fmt: skip

    @property
    def is_enough(self) -> bool:
        """Say whether a person should look at the two side by side."""
        return self.points >= ENOUGH


def compare(one: Message, other: Message, *, said_so: bool = False) -> Likeness:
    """Return how alike two messages are; `said_so` if the reporter held it for the same."""
    mine, theirs = machines(one.text), machines(other.text)
    return Likeness(
        same_place=one.place_id is not None and one.place_id == other.place_id,
        same_kind=one.category == other.category,
        text=dice(one.text, other.text),
        near_photo=_any_near(one.photos, other.photos),
        said_so=said_so,
        other_machine=bool(mine and theirs and not mine & theirs),
    )


def dice(one: str, other: str) -> float:
    """Return Dice's coefficient of the bigrams of two texts, 0 (nothing shared) to 1 (equal)."""
    left, right = Counter(bigrams(one)), Counter(bigrams(other))
    total = left.total() + right.total()
    return 2 * (left & right).total() / total if total else 0.0


def bigrams(text: str) -> list[str]:
    """Return the pairs of neighbouring letters of a text, one by one; a lone letter by itself."""
    plain = normal(text)
    return [plain] if len(plain) == 1 else [plain[at : at + 2] for at in range(len(plain) - 1)]


def normal(text: str) -> str:
    """Return a text as it is compared: full width made plain, small letters, no gaps or marks."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(
        sign for sign in folded
        if unicodedata.category(sign) not in _INVISIBLE and unicodedata.category(sign)[0] != "P"
    )  # fmt: skip


def machines(text: str) -> frozenset[str]:
    """Return the machines a text names by number: PSV-301, 3号, #12."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return frozenset("".join(filter(None, found)) for found in _DEVICE.findall(folded))


def _any_near(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    return any(
        (int(one, 16) ^ int(other, 16)).bit_count() <= NEAR_PHOTO
        for one in ours for other in theirs
    )  # fmt: skip
