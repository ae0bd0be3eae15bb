"""What looks like the same hazard, and what only looks so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hazard.cases.likeness import Message, bigrams, compare, dice, machines

GUARD = "3号车床防护罩没了，切屑往外飞"


def message(text: str, place: int | None = 1, kind: str = "equipment", *photos: str) -> Message:
    return Message(text, place, kind, photos)


def test_the_same_words_in_full_width_with_marks_and_gaps_are_the_same() -> None:
    assert dice("PSV-301 漏气！", "ＰＳＶ301漏 气") == 1.0
    assert bigrams("防护罩") == ["防护", "护罩"]


@given(st.text(), st.text())
def test_likeness_is_between_nothing_and_all_whoever_is_asked_first(one: str, other: str) -> None:
    assert 0.0 <= dice(one, other) == dice(other, one) <= 1.0


@pytest.mark.parametrize(
    ("one", "other", "is_other"),
    [
        ("PSV-301安全阀起跳后不回座", "PSV-302安全阀起跳后不回座", True),
        ("3号车床护罩缺", "5号车床护罩缺", True),
        ("#12配电箱门坏", "12号配电箱门坏了", False),
        ("psv 301漏", "ＰＳＶ-301 漏气", False),
        ("车床护罩缺", "3号车床护罩缺", False),
    ],
)
def test_another_machine_is_another_hazard(one: str, other: str, *, is_other: bool) -> None:
    like = compare(message(one), message(other))
    assert like.other_machine is is_other
    assert like.is_enough is not is_other


def test_place_and_kind_are_enough_and_place_alone_is_not() -> None:
    assert compare(message(""), message("护罩没了")).is_enough
    assert not compare(message("地上有油"), message("护罩没了", 1, "environment")).is_enough


def test_two_unknown_places_are_not_the_same_place() -> None:
    assert not compare(message(GUARD, None), message(GUARD, None)).same_place


def test_nearly_the_same_photo_and_the_reporters_own_word_count() -> None:
    far = compare(message("", 1, "person", "f" * 16), message("", 2, "person", "f" * 15 + "e"))
    assert (far.near_photo, far.is_enough) == (True, True)
    said = compare(message("a", 1), message("b", 1, "person"), said_so=True)
    assert said.is_enough


def test_machines_are_named_by_letters_and_number_or_by_number() -> None:
    assert machines("PSV-301 旁边的3号泵") == {"psv301", "3"}
