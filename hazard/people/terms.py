"""Words of the roster and the login, and how typed numbers and names are written. Pure."""

import re
import unicodedata
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

from hazard.core.errors import Unclear
from hazard.core.words import N_, Sentence, Term

MOST_NAME = 60
NUMBER = re.compile(r"[0-9A-Z][0-9A-Z._-]{0,29}")
LINED_UP = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]{2,3}")
UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\ufeff]")
"""Characters that pasted lists carry along; the joiners some scripts need are not among them."""
HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]")
SURNAMES = {
    "万俟": "MQ", "尉迟": "YC", "单于": "CY", "长孙": "ZS", "澹台": "TT", "宰父": "ZF",
    "单": "S", "曾": "Z", "解": "X", "仇": "Q", "区": "O", "朴": "P", "任": "R", "翟": "Z",
    "查": "Z", "盖": "G", "缪": "M", "谌": "C", "覃": "Q", "种": "C", "折": "S", "员": "Y",
    "乜": "N", "繁": "P", "秘": "B", "洗": "X", "燕": "Y", "卜": "B", "召": "S", "撒": "S",
}  # fmt: skip
"""Initials of surnames whose characters are read otherwise elsewhere."""


class Device(Term):
    """What somebody logs in on; it decides how long the login lasts."""

    OWN = "own", N_("My own phone or computer")
    SHARED = "shared", N_("A shared one")


class BadEntry(Unclear):
    """A number, name or telephone number that cannot be kept as it was typed."""


def employee_number(text: str) -> str:
    """Return the number as it is kept: upper case, without full-width digits or spaces.

    Letters, digits, `.`, `_` and `-`, at most 30; raises `BadEntry` otherwise.
    """
    number = unicodedata.normalize("NFKC", UNSEEN.sub("", text)).strip().upper()
    if NUMBER.fullmatch(number) is None:
        raise BadEntry(
            Sentence(N_("The employee number is 1 to 30 letters and digits, without spaces")),
            field="employee_no",
        )
    return number


def name_of_person(text: str, *, field: str = "name") -> str:
    """Return a person's name, any script, one space between words; raises `BadEntry`.

    The space that lines up 王　芳 with names of three characters is none of the name.
    """
    name = _plain(text)
    if not name:
        raise BadEntry(Sentence(N_("Please enter the name")), field=field)
    if not any(unicodedata.category(each).startswith("L") for each in name):
        raise BadEntry(Sentence(N_("A person's name has letters in it")), field=field)
    bare = name.replace(" ", "")
    return _fitting(bare if LINED_UP.fullmatch(bare) else name, field)


def name_of_thing(text: str, *, field: str = "name") -> str:
    """Return the name of a unit or place; raises `BadEntry`."""
    name = _plain(text)
    if not name:
        raise BadEntry(Sentence(N_("Please enter a name for it")), field=field)
    return _fitting(name, field)


def initials_of(name: str) -> str:
    """Return the pinyin initials of a Chinese name, else the initials of its words."""
    surname = next((s for s in (name[:2], name[:1]) if s in SURNAMES), "")
    rest = name.removeprefix(surname)
    return (SURNAMES.get(surname, "") + "".join(_initials(rest)))[:40].upper()


def _initials(text: str) -> list[str]:
    """Return one letter a Chinese character, and one a word of other scripts."""
    spaced = HAN.sub(lambda found: f" {found[0]} ", re.sub(r"[·•.\-']", " ", text))
    return [_initial(word) for word in spaced.split()]


@lru_cache(maxsize=8000)
def _initial(word: str) -> str:
    if HAN.match(word):
        letter: str = lazy_pinyin(word, style=Style.FIRST_LETTER)[0]
        return letter if letter.isascii() else ""
    plain = unicodedata.normalize("NFKD", word.replace("Đ", "D").replace("đ", "d"))
    return next((letter for letter in plain if letter.isalnum()), "")


def _plain(text: str) -> str:
    """Return the text as it is seen: nothing invisible, one space between words."""
    return " ".join(UNSEEN.sub("", unicodedata.normalize("NFC", text)).split())


def _fitting(name: str, field: str) -> str:
    if name.startswith("="):
        raise BadEntry(Sentence(N_("This is a formula. Write what it shows instead")), field=field)
    if len(name) > MOST_NAME or any(unicodedata.category(c) in {"Cc", "Cs"} for c in name):
        raise BadEntry(
            Sentence(N_("A name has at most %(most)s characters"), most=MOST_NAME), field=field
        )
    return name
