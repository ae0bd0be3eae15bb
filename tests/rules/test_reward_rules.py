"""Who earns what, and why: the ordered rules, the month's numbers, the day of payment."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hazard.cases.terms import ReportPart
from hazard.core.money import ZERO, Money, yuan
from hazard.core.words import say
from hazard.policy.terms import Rewards, policy_of, preset_values
from hazard.policy.words import LEVELS, Size
from hazard.rewards.models import Settlement, SettlementLine
from hazard.rewards.rules import Facts, Line, lines_for, pay_day
from hazard.rewards.settlement import check_code, run_number
from hazard.rewards.terms import AwardKind

SMALL = policy_of(preset_values(Size.SMALL)).rewards
MEDIUM = policy_of(preset_values(Size.MEDIUM)).rewards
PLAIN = Facts(
    confirmed=True,
    level=3,
    part=ReportPart.FIRST,
    drill=False,
    withdrawn=False,
    on_duty_for_safety=False,
    anonymous=False,
    out_of_post=False,
    suggestion_adopted=False,
)


def main_line(table: Rewards = SMALL, **facts: object) -> Line:
    return lines_for(replace(PLAIN, **facts), table)[0]  # type: ignore[arg-type]


def english(line: Line) -> list[str]:
    return [say(reason, "en") for reason in line.reasons]


@pytest.mark.parametrize(("level", "figure"), [(1, 20), (2, 50), (3, 200), (4, 1000), (5, 3000)])
def test_a_small_plant_pays_one_figure_per_level(level: int, figure: int) -> None:
    line = main_line(level=level)
    assert (line.amount, line.standard, line.rule) == (yuan(figure), yuan(figure), "E5")
    assert f"Level {level} of the table" in english(line)


@pytest.mark.parametrize("level", LEVELS)
def test_an_anonymous_report_is_paid_as_much_as_a_named_one(level: int) -> None:
    named, unnamed = main_line(level=level), main_line(level=level, anonymous=True)
    assert named.amount == unnamed.amount
    assert unnamed.rule == "E11"
    assert "Collected with the code" in english(unnamed)


def test_outside_ones_own_post_the_second_column_counts_where_the_plant_has_one() -> None:
    outside, inside = main_line(MEDIUM, level=2, out_of_post=True), main_line(MEDIUM, level=2)
    assert (outside.amount, inside.amount) == (yuan(120), yuan(100))
    assert "Outside the reporter's own post" in english(outside)
    assert "Outside the reporter's own post" not in english(inside)
    assert main_line(SMALL, level=2, out_of_post=True).amount == yuan(50)


def test_an_adopted_suggestion_earns_a_line_of_its_own() -> None:
    main, idea = lines_for(replace(PLAIN, suggestion_adopted=True), SMALL)
    assert (main.kind, main.amount) == (AwardKind.MAIN, yuan(200))
    assert (idea.kind, idea.amount, idea.rule) == (AwardKind.SUGGESTION, yuan(20), "E14")


@pytest.mark.parametrize(
    ("change", "rule", "why"),
    [
        ({"drill": True}, "E1", "It was a test or drill"),
        ({"confirmed": False}, "E1", "It was not confirmed on the spot"),
        ({"part": ReportPart.SUPPLEMENT}, "E4", "Somebody reported it before"),
        ({"part": ReportPart.DUPLICATE}, "E4", "Somebody reported it before"),
        ({"on_duty_for_safety": True}, "E6", "Finding it is the reporter's own duty"),
    ],
)
def test_who_earns_nothing_is_told_why_and_never_silently_dropped(
    change: dict[str, object], rule: str, why: str
) -> None:
    lines = lines_for(replace(PLAIN, suggestion_adopted=True, **change), SMALL)  # type: ignore[arg-type]
    assert [(line.amount, line.rule) for line in lines] == [(ZERO, rule)]
    assert english(lines[0]) == [why]


def test_the_first_rule_that_fits_decides() -> None:
    line = main_line(drill=True, part=ReportPart.DUPLICATE, on_duty_for_safety=True)
    assert english(line) == ["It was a test or drill"]


@given(
    st.builds(
        Facts,
        confirmed=st.booleans(),
        level=st.sampled_from(LEVELS),
        part=st.sampled_from(ReportPart),
        drill=st.booleans(),
        withdrawn=st.booleans(),
        on_duty_for_safety=st.booleans(),
        anonymous=st.booleans(),
        out_of_post=st.booleans(),
        suggestion_adopted=st.booleans(),
    ),
    st.sampled_from([SMALL, MEDIUM]),
)
def test_every_line_is_reasoned_and_nothing_is_negative(facts: Facts, table: Rewards) -> None:
    lines = lines_for(facts, table)
    assert all(line.reasons and line.rule and line.amount >= ZERO for line in lines)
    bonus = facts.part is ReportPart.SUPPLEMENT and bool(table.supplement)
    earns = facts.confirmed and not facts.withdrawn and (facts.part is ReportPart.FIRST or bonus)
    earns = earns and not facts.drill and not facts.on_duty_for_safety
    assert bool(lines[0].amount) is earns
    assert lines_for(replace(facts, anonymous=not facts.anonymous), table)[0].amount == (
        lines[0].amount
    )


@pytest.mark.parametrize(
    ("decided", "day", "paid"),
    [
        (date(2026, 11, 23), 15, date(2026, 12, 15)),
        (date(2026, 12, 31), 15, date(2027, 1, 15)),
        (date(2027, 1, 1), 31, date(2027, 2, 28)),
        (date(2028, 1, 31), 30, date(2028, 2, 29)),
    ],
)
def test_a_reward_is_paid_by_the_plants_day_of_the_month_after(
    decided: date, day: int, paid: date
) -> None:
    assert pay_day(decided, replace(SMALL, paid_day=day)) == paid


def test_a_sheet_carries_month_and_number_of_its_run() -> None:
    assert run_number(Settlement(month="2026-11", run=2)) == "JL-202611-02"


def sheet(*amounts: int) -> Settlement:
    lines = [
        SettlementLine(seq=seq, award_id=seq, payee_id=seq, amount=Money(fen))
        for seq, fen in enumerate(amounts, start=1)
    ]
    return Settlement(month="2026-11", run=1, lines=lines)


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=20), st.data())
def test_the_check_code_changes_with_any_fen(amounts: list[int], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(amounts) - 1))
    changed = [fen + (place == at) for place, fen in enumerate(amounts)]
    assert check_code(sheet(*amounts)) == check_code(sheet(*amounts))
    assert check_code(sheet(*amounts)) != check_code(sheet(*changed))
    assert len(check_code(sheet(*amounts))) == 8
