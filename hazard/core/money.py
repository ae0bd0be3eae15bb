"""Amounts of money: whole fen, never floats."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hazard.core.errors import Unclear
from hazard.core.words import N_, Sentence

FEN_PER_YUAN = 100
AMOUNT = re.compile(r"(?P<yuan>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.(?P<fen>[0-9]{1,2}))?")
DIGITS = "零壹贰叁肆伍陆柒捌玖"


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in fen (1/100 yuan). May be negative in the ledger."""

    fen: int

    def __add__(self, other: "Money") -> "Money":
        return Money(self.fen + other.fen)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.fen - other.fen)

    def __neg__(self) -> "Money":
        return Money(-self.fen)

    def __bool__(self) -> bool:
        return self.fen != 0

    @property
    def short(self) -> str:
        """Return the amount without fen where there are none, as price tables print it."""
        return str(self).removesuffix(".00")

    def __str__(self) -> str:
        sign = "-" if self.fen < 0 else ""
        yuan, fen = divmod(abs(self.fen), FEN_PER_YUAN)
        return f"{sign}{yuan:,}.{fen:02d}"


def yuan(amount: int) -> Money:
    """Return `amount` whole yuan."""
    return Money(amount * FEN_PER_YUAN)


ZERO = Money(0)
MOST = yuan(10_000_000)
"""More than this in one field is a slip of the finger."""


class AmountUnclear(Unclear):
    """What was typed is no amount of money."""


def parse_yuan(text: str, *, field: str = "") -> Money:
    """Read `20`, `20.5` or `1,000.00` yuan; raises `AmountUnclear` for anything else.

    Plain digits only (no full-width or other scripts' digits, signs or exponents), at most
    two decimals, 0 to `MOST`.
    """
    found = AMOUNT.fullmatch(text.strip())
    if found is None:
        raise AmountUnclear(
            Sentence(
                N_("Write the amount in yuan with plain digits, like %(one)s or %(other)s"),
                one="200",
                other="200.50",
            ),
            field=field,
        )
    return _at_most(found["yuan"].replace(",", "").lstrip("0"), found["fen"] or "", field)


def _at_most(whole: str, decimals: str, field: str) -> Money:
    fits = len(whole) <= len(str(MOST.fen // FEN_PER_YUAN))  # before int(), which has a limit
    amount = Money(int(whole + decimals.ljust(2, "0"))) if fits else MOST
    if not fits or amount > MOST:
        sentence = Sentence(N_("An amount may be at most %(most)s yuan"), most=MOST)
        raise AmountUnclear(sentence, field=field)
    return amount


def split(total: Money, weights: Sequence[int]) -> list[Money]:
    """Share `total` by `weights` to the fen, losing nothing; earlier ones win ties.

    Largest remainder. Weights are whole, not negative and not all zero.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must not be negative, and one must be positive")
    if total.fen < 0:
        return [-part for part in split(-total, weights)]
    parts = [divmod(total.fen * weight, whole) for weight in weights]
    missing = total.fen - sum(fen for fen, _ in parts)
    by_rest = sorted(range(len(parts)), key=lambda at: -parts[at][1])
    lucky = set(by_rest[:missing])
    return [Money(fen + (at in lucky)) for at, (fen, _) in enumerate(parts)]


def capitals(amount: Money) -> str:
    """Return the amount as Chinese papers write it, as in 壹佰元零伍分; below 10^16 yuan."""
    sign = "负" if amount.fen < 0 else ""
    whole, fen = divmod(abs(amount.fen), FEN_PER_YUAN)
    if not fen:
        return f"{sign}{_whole(whole) or DIGITS[0]}元整"
    jiao, last = divmod(fen, 10)
    gap = DIGITS[0] if whole and not jiao else ""
    return (
        sign
        + (f"{_whole(whole)}元" if whole else "")
        + gap
        + (f"{DIGITS[jiao]}角" if jiao else "")
        + (f"{DIGITS[last]}分" if last else "")
    )


def _whole(number: int) -> str:
    for size, name in ((10**8, "亿"), (10**4, "万"), (1000, "仟"), (100, "佰"), (10, "拾")):
        if number >= size:
            head, rest = divmod(number, size)
            gap = DIGITS[0] if 0 < rest < size // 10 else ""
            return _whole(head) + name + gap + _whole(rest)
    return DIGITS[number] if number else ""
