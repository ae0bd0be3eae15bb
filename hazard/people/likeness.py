"""How likely a typed name means a person of the roster; a proposal, never a decision. Pure."""

import unicodedata
from dataclasses import dataclass
from enum import IntEnum

from pypinyin import Style, lazy_pinyin

from hazard.core.words import N_, Sentence

ADDRESSES = ("师傅", "班长", "主任", "工", "姐", "哥", "叔")
BEFORE = ("小", "老", "大", "阿")
TEAM = 15
"""Added where the typed team is the person's; it decides between namesakes."""


class Why(IntEnum):
    """What made the name fit; the value is how strongly."""

    SAME = 100
    SOUND = 80
    INITIALS = 65
    ONE_OFF = 55
    SURNAME = 35


WORDS = {
    Why.SAME: Sentence(N_("the same name")),
    Why.SOUND: Sentence(N_("sounds the same")),
    Why.INITIALS: Sentence(N_("the initials fit")),
    Why.ONE_OFF: Sentence(N_("one character differs")),
    Why.SURNAME: Sentence(N_("the surname fits")),
}
SAME_TEAM = Sentence(N_("the same team"))


@dataclass(frozen=True, slots=True)
class Fit:
    """Why a person may be meant."""

    why: Why
    team: bool

    @property
    def points(self) -> int:
        """Return how strongly."""
        return int(self.why) + TEAM * self.team

    @property
    def reasons(self) -> tuple[Sentence, ...]:
        """Return it in words."""
        return (WORDS[self.why], SAME_TEAM) if self.team else (WORDS[self.why],)


def fit(typed: str, typed_team: str, name: str, unit: str) -> Fit | None:
    """Return why this person may be meant, or None.

    A surname alone (小张, 张师傅) fits only within the typed team.
    """
    team = _same_team(typed_team, unit)
    why = _why(plain(typed), plain(name))
    if why is None or (why is Why.SURNAME and not team):
        return None
    return Fit(why, team)


def plain(name: str) -> str:
    """Return a name as it is compared: no gaps, dots or invisible marks, small letters."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(sign for sign in folded if sign.isalnum())


def _why(typed: str, name: str) -> Why | None:
    if not typed or not name:
        return None
    if typed == name:
        return Why.SAME
    if _sound(typed) == _sound(name):
        return Why.SOUND
    if typed.isascii() and len(typed) > 1 and typed == _initials(name):
        return Why.INITIALS
    if len(name) > 1 and len(typed) > 1 and _one_off(typed, name):
        return Why.ONE_OFF
    return Why.SURNAME if _surname(typed) == name[0] else None


def _surname(typed: str) -> str:
    """Return what 小张, 老张 or 张师傅 leaves of a name; empty where it is more than a surname."""
    for word in BEFORE:
        typed = typed.removeprefix(word) if len(typed) > 1 else typed
    for word in ADDRESSES:
        typed = typed.removesuffix(word) if len(typed) > len(word) else typed
    return typed if len(typed) == 1 else ""


def _one_off(one: str, other: str) -> bool:
    """Say whether one letter was changed, added or left out."""
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) == 1 and len(one) > 1
    short, long = sorted((one, other), key=len)
    shorter = (long[:at] + long[at + 1 :] for at in range(len(long)))
    return len(long) - len(short) == 1 and len(short) > 1 and short in shorter


def _sound(name: str) -> str:
    return "".join(lazy_pinyin(name))


def _initials(name: str) -> str:
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))


def _same_team(typed: str, unit: str) -> bool:
    ours, theirs = plain(typed), plain(unit)
    return bool(ours) and bool(theirs) and (ours in theirs or theirs in ours)
