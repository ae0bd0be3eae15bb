"""Whom a typed name may mean."""

import pytest

from hazard.people.likeness import Why, fit


@pytest.mark.parametrize(
    ("typed", "name", "why"),
    [
        ("张伟", "张伟", Why.SAME),
        ("张 伟", "张伟", Why.SAME),
        ("买买提吐尔逊", "买买提·吐尔逊", Why.SAME),
        ("NGUYỄN", "Nguyễn", Why.SAME),
        ("章伟", "张伟", Why.SOUND),
        ("zw", "张伟", Why.INITIALS),
        ("zhangwei", "张伟", Why.SOUND),
        ("王小明", "王晓明", Why.SOUND),
        ("李建", "李建国", Why.ONE_OFF),
        ("李健军", "李健平", Why.ONE_OFF),
        ("赵强", "张伟", None),
        ("13800138000", "张伟", None),
        ("", "张伟", None),
    ],
)
def test_a_name_fits_by_letters_sound_initials_or_all_but_one(
    typed: str, name: str, why: Why | None
) -> None:
    found = fit(typed, "", name, "机加工车间·一班")
    assert (found.why if found else None) is why


@pytest.mark.parametrize("typed", ["小张", "老张", "张师傅", "张班长"])
def test_a_surname_alone_fits_only_within_the_typed_team(typed: str) -> None:
    assert fit(typed, "二班", "张伟", "机加工车间·一班") is None
    found = fit(typed, "一班", "张伟", "机加工车间·一班")
    assert found is not None
    assert found.team


def test_the_team_decides_between_namesakes() -> None:
    mine = fit("张伟", "一班", "张伟", "机加工车间·一班")
    other = fit("张伟", "一班", "张伟", "仓库")
    assert mine is not None
    assert other is not None
    assert mine.points > other.points
