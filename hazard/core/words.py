"""Whatever a person reads is a `Sentence`: an English msgid and its values (decisions 29)."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import NoReturn, Self

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from hazard.core.clock import CHINA

CATALOGUES = Path(__file__).parent.parent / "translations"
CHINESE = "zh"
ENGLISH = "en"
NUMERALS = "零一二三四五六七八九"
LOCALES = (CHINESE, ENGLISH)
"""The languages the product speaks; the first is the default."""
USUAL = {
    "safety_officer": "安全员",
    "shift_leader": "班组长",
    "team": "班组",
    "workshop": "车间",
    "union": "工会",
    "head": "厂长",
    "duty_room": "值班室",
}
"""Chinese words of the catalogue in whose place a plant may put its own."""
_USUAL_WORD = re.compile("|".join(sorted(USUAL.values(), key=len, reverse=True)))
_own_words: tuple[tuple[str, str], ...] = ()


def N_(msgid: str) -> str:  # noqa: N802 - the customary name of the mark
    """Mark `msgid` for the catalogue and return it unchanged."""
    return msgid


@dataclass(frozen=True, slots=True, init=False)
class Sentence:
    """A message that `say` turns into words; it refuses to be glued into a string."""

    msgid: str
    values: tuple[tuple[str, object], ...]

    def __init__(self, msgid: str, /, **values: object) -> None:
        object.__setattr__(self, "msgid", msgid)
        object.__setattr__(self, "values", tuple(sorted(values.items())))

    def _refuse(self, *_: object) -> NoReturn:
        raise TypeError(f"say() the sentence {self.msgid!r} instead of gluing it")

    __str__ = __format__ = __add__ = __radd__ = __mod__ = _refuse


class Term(StrEnum):
    """A word of the house: members are written `NAME = "stored_value", N_("Label")`."""

    _msgid: str

    def __new__(cls, value: str, msgid: str = "") -> Self:
        """Make the member from its stored value and its label's msgid."""
        member = str.__new__(cls, value)
        member._value_ = value
        member._msgid = msgid
        return member

    @property
    def label(self) -> Sentence:
        """Return what people read."""
        return Sentence(self._msgid)


def say(sentence: Sentence, locale: str = CHINESE) -> str:
    """Return `sentence` in the language of `locale`, its values written that language's way."""
    text = _translated(sentence.msgid, locale, _own_words if locale == CHINESE else ())
    return text % {name: write(value, locale) for name, value in sentence.values}


def write(value: object, locale: str = CHINESE) -> str:
    """Return `value` as people of `locale` write it: sentences, terms, dates, anything else."""
    for kind, writer in _WRITERS:
        if isinstance(value, kind):
            return writer(value, locale)
    return str(value)


def speak_with(own: Mapping[str, str]) -> None:
    """From now on say the plant's own words, by key of `USUAL`, wherever the usual ones stand."""
    global _own_words  # noqa: PLW0603 - one plant a process, like its clock
    _own_words = tuple((USUAL[key], word) for key, word in sorted(own.items()) if word)


def own(text: str) -> str:
    """Return Chinese `text` of the product with the plant's own words in it."""
    words = dict(_own_words)
    return _USUAL_WORD.sub(lambda found: words.get(found[0], found[0]), text) if words else text


def list_of(values: Iterable[object], locale: str = CHINESE) -> str:
    """Return the values one after the other, as in "责任人、期限"."""
    return ("、" if locale == CHINESE else ", ").join(write(value, locale) for value in values)


def write_day(day: date, locale: str = CHINESE) -> str:
    """Return a day as in 11月23日; papers and phones never show ISO dates."""
    return f"{day.month}月{day.day}日" if locale == CHINESE else f"{day:%b} {day.day}"


def write_moment(moment: datetime, locale: str = CHINESE) -> str:
    """Return a moment in the company's day, as in 11月23日 18:00."""
    local = moment.astimezone(CHINA)
    return f"{write_day(local.date(), locale)} {local:%H:%M}"


def write_numeral(number: int) -> str:
    """Return a number from 1 to 99 as Chinese laws count their articles, as in 二十一."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{NUMERALS[tens]}十"
    return head + (NUMERALS[ones] if ones else "")


def _write_list(values: tuple[object, ...], locale: str) -> str:
    return list_of(values, locale)


_WRITERS: tuple[tuple[type, Callable[..., str]], ...] = (
    (Sentence, say),
    (Term, lambda term, locale: say(term.label, locale)),
    (datetime, write_moment),
    (date, write_day),
    (tuple, _write_list),
)


@cache
def _translated(msgid: str, locale: str, own_words: tuple[tuple[str, str], ...]) -> str:
    return _catalogue(locale, own_words).gettext(msgid)


@lru_cache
def _catalogue(locale: str, _: tuple[tuple[str, str], ...]) -> NullTranslations:
    """Return the catalogue with the plant's own words, which the second argument keeps apart."""
    path = CATALOGUES / locale / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as source:
        catalogue = read_po(source, locale=locale)
    if locale == CHINESE:
        for message in catalogue:
            message.string = own(str(message.string))
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
