"""Money: typed, shared out, and written in capitals (domain 5.7, edge case 57)."""

import cn2an
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hazard.core.money import ZERO, AmountUnclear, Money, capitals, parse_yuan, split, yuan
from hazard.core.words import say


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("20", 2_000),
        ("20.5", 2_050),
        ("20.05", 2_005),
        ("1,000.00", 100_000),
        ("1000", 100_000),
        ("9,999,999.99", 999_999_999),
        ("10,000,000", 1_000_000_000),
        ("0", 0),
        ("0.01", 1),
        ("007", 700),
        (" 30 ", 3_000),
    ],
)
def test_finance_may_type_yuan_with_or_without_fen_and_commas(text: str, fen: int) -> None:
    assert parse_yuan(text) == Money(fen)


@pytest.mark.parametrize(
    "text",
    [
        *("1e9", "-5", "+5", "١٢", "２０", "", " ", "1.234", "1.", ".5", "1,00", "1,0000"),
        *("1 000", "¥20", "20元", "0x10", "1_000", "1.5.5", "nan", "inf", "二十", "²", ",100"),
    ],
)
def test_what_is_no_amount_is_refused_and_says_what_to_type(text: str) -> None:
    with pytest.raises(AmountUnclear) as refused:
        parse_yuan(text, field="actual_cost")
    assert refused.value.status == 422
    assert refused.value.field == "actual_cost"
    assert "200.50" in say(refused.value.sentence, "en")


@pytest.mark.parametrize("text", ["10000000.01", "10,000,001", "99999999", "9" * 10_000])
def test_more_than_ten_million_yuan_is_refused_with_the_limit(text: str) -> None:
    with pytest.raises(AmountUnclear) as refused:
        parse_yuan(text)
    assert "10,000,000.00" in say(refused.value.sentence, "en")


@given(st.integers(0, 1_000_000_000))
def test_an_amount_shown_can_be_typed_back(fen: int) -> None:
    assert parse_yuan(str(Money(fen))) == Money(fen)


def test_a_hundred_yuan_among_three_lose_no_fen() -> None:
    assert split(yuan(100), [1, 1, 1]) == [Money(3334), Money(3333), Money(3333)]
    assert split(Money(1), [1, 3]) == [ZERO, Money(1)]
    assert split(yuan(10), [0, 1]) == [ZERO, yuan(10)]


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_shares_without_a_positive_whole_are_a_mistake(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        split(yuan(10), weights)


@given(
    st.integers(-(10**12), 10**12),
    st.lists(st.integers(0, 10_000), min_size=1, max_size=12).filter(any),
)
def test_shares_always_add_up_and_are_within_a_fen_of_fair(fen: int, weights: list[int]) -> None:
    parts = split(Money(fen), weights)
    assert sum(part.fen for part in parts) == fen
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.fen * sum(weights) - fen * weight) < sum(weights)
        assert weight or not part


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (10_005, "壹佰元零伍分"),
        (1_001_000, "壹万零壹拾元整"),
        (100_000_000, "壹佰万元整"),
        (3_000, "叁拾元整"),
        (5, "伍分"),
        (50, "伍角"),
        (1_650, "壹拾陆元伍角"),
        (123_456, "壹仟贰佰叁拾肆元伍角陆分"),
        (10_000_000_000, "壹亿元整"),
        (10_000_100_000, "壹亿零壹仟元整"),
        (-2_000, "负贰拾元整"),
    ],
)
def test_the_sheet_writes_its_sum_in_capitals(fen: int, words: str) -> None:
    assert capitals(Money(fen)) == words


@given(st.integers(0, 10**17 - 1) | st.integers(0, 10**9))
@example(1_000_100_010)
@example(10_000_000_001)
@example(100_000_001_000)
def test_capitals_agree_with_an_independent_writer(fen: int) -> None:
    assert capitals(Money(fen)) == cn2an.an2cn(f"{fen // 100}.{fen % 100:02d}", "rmb")
