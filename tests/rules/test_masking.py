"""What a notice board may show: too few lines wait, and name no place."""

import pytest

from hazard.rewards.masking import shown_together, shows_places, tail_of


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([3], [0]),
        ([2], []),
        ([2, 1], [0, 1]),
        ([1, 1], []),
        ([1, 1, 1], [0, 1, 2]),
        ([3, 2], []),
        ([3, 2, 4], [1, 2]),
        ([2, 2, 2], []),
        ([], []),
    ],
)
def test_a_sheet_of_too_few_lines_stands_with_the_next(counts: list[int], shown: list[int]) -> None:
    assert list(shown_together(counts)) == shown


def test_places_are_named_from_five_lines_on() -> None:
    assert [shows_places(count) for count in (0, 4, 5, 60)] == [False, False, True, True]


def test_a_reporter_knows_a_number_by_its_tail() -> None:
    assert tail_of("R2611-4827") == "4827"
