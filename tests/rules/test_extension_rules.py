"""How far and how often a date may move."""

from dataclasses import replace
from datetime import date

import pytest

from hazard.access.permissions import Role
from hazard.cases.extension_rules import Standing, Wish, level_above, need_sound
from hazard.core.errors import Refused, Unclear
from hazard.policy.terms import Duty

STANDING = Standing(
    date(2026, 11, 1), date(2026, 11, 11), date(2026, 11, 11), granted=0, control="停机"
)
WISH = Wish(date(2026, 11, 15), "配件没到", "可能卷入", "停机、拉警戒线、专人看守")
HEAD, WORKSHOP, NOBODY = Duty((Role.HEAD,), ()), Duty((Role.WORKSHOP_HEAD,), ()), Duty((), ())


def test_all_extensions_together_are_no_longer_than_the_first_time() -> None:
    need_sound(replace(WISH, until=date(2026, 11, 21)), STANDING)
    with pytest.raises(Unclear) as refusal:
        need_sound(replace(WISH, until=date(2026, 11, 22)), STANDING)
    assert refusal.value.field == "until"
    moved = replace(STANDING, until=date(2026, 11, 21), granted=1)
    with pytest.raises(Refused):
        need_sound(replace(WISH, until=date(2026, 11, 23)), moved)


def test_a_date_moves_twice_at_most() -> None:
    moved = replace(STANDING, until=date(2026, 11, 15), granted=2)
    with pytest.raises(Refused):
        need_sound(replace(WISH, until=date(2026, 11, 16)), moved)


def test_handling_is_extended_once_by_at_most_thirty_days() -> None:
    handling = Standing(
        date(2026, 11, 22), date(2027, 1, 21), date(2027, 1, 21), 0, "", handling=True
    )
    assert handling.latest == date(2027, 2, 20)
    with pytest.raises(Refused):
        need_sound(replace(WISH, until=date(2027, 2, 20)), replace(handling, granted=1))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"until": date(2026, 11, 11)}, "until"),
        ({"until": None}, "until"),
        ({"reason": " "}, "reason"),
        ({"risk": ""}, "risk"),
        ({"control": ""}, "control"),
        ({"control": "停机 "}, "control"),
    ],
)
def test_a_later_date_needs_a_reason_a_risk_and_a_stronger_control(
    changes: dict[str, object], field: str
) -> None:
    with pytest.raises(Unclear) as refusal:
        need_sound(replace(WISH, **changes), STANDING)  # type: ignore[arg-type]
    assert refusal.value.field == field


def test_the_approvers_of_the_next_level_with_other_hands_decide() -> None:
    medium = {1: NOBODY, 2: NOBODY, 3: WORKSHOP, 4: HEAD, 5: HEAD}
    assert [level_above(medium, level) for level in (1, 2, 3, 4, 5)] == [3, 3, 4, 4, 5]
