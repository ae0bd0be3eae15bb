"""Who may do what, by when and for how much, in a plant of each size (words 5)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hazard.access.duties import Part, WrongHands
from hazard.access.permissions import Role
from hazard.cases import grading, rectification, verification
from hazard.cases.hands import fitting, hands_of
from hazard.cases.queries import hold_case
from hazard.cases.terms import CaseState, Verdict
from hazard.core.clock import day_of
from hazard.core.errors import Refused
from hazard.core.money import yuan
from hazard.deadlines.queries import running_of
from hazard.deadlines.terms import DeadlineKind
from hazard.people.keeping import add_person, add_unit, grant_role
from hazard.people.queries import get_unit, root_unit
from hazard.policy.keeping import add_version
from hazard.policy.terms import preset_values
from hazard.policy.words import Size
from hazard.rewards.queries import list_awards_of
from tests import walks
from tests.company import Company

OFFICE = (
    ("manager", "0004", "陈卫东", Role.SAFETY_MANAGER),
    ("workshop_head", "1000", "沈国梁", Role.WORKSHOP_HEAD),
    ("leader", "1002", "孟霞", Role.SHIFT_LEADER),
    ("fitter", "1003", "赵志强", None),
    ("outsider", "2001", "陈玥", None),
)
Keys = dict[Size, dict[int, tuple[str, ...]]]
"""By size and level, by what they are."""
APPROVE_PLAN: Keys = {
    Size.MEDIUM: {1: (), 2: (), 3: ("workshop_head", "head"), 4: ("head",), 5: ("head",)},
    Size.LARGE: {1: (), 2: ("workshop_head",), 3: ("head",), 4: ("head",), 5: ("head",)},
}
CHECK: Keys = {
    Size.MEDIUM: {
        1: ("safety", "workshop_head"),
        3: ("safety", "manager"),
        4: ("safety", "manager"),
    },
    Size.LARGE: {1: ("safety",), 2: ("safety",), 3: ("manager",), 5: ("manager",)},
}
DECIDE: Keys = {
    Size.MEDIUM: {1: ("manager",), 2: ("manager",), 3: ("head",), 4: ("head",), 5: ("head",)},
    Size.LARGE: {1: ("manager",), 2: ("manager",), 3: ("manager",), 4: ("head",), 5: ("head",)},
}
DAYS = {Size.MEDIUM: (1, 7, 20), Size.LARGE: (1, 5, 30)}


def grow(company: Company, size: Size) -> Company:
    """Put the preset of that size in force and hire who it needs."""
    with company.work_as(company.head) as work:
        add_version(work, preset_values(size), day_of(work.now))
    with company.work_as() as work:
        root, workshop = root_unit(work.session), get_unit(work.session, company.workshop)
        units = {"manager": root, "outsider": add_unit(work, "装配车间", root)}
        for key, number, name, role in OFFICE:
            unit = units.get(key, workshop)
            person = add_person(work, number, name, unit)
            if role is not None:
                grant_role(work, person, role, unit)
            company.people[key] = person.id
    return company


def person(company: Company, key: str) -> int:
    """Return somebody's id by what they are."""
    return company.people.get(key) or int(getattr(company, key))


def who(company: Company, number: str, part: Part) -> set[int]:
    """Return who may take a part in the case now."""
    with company.work_as(company.safety) as work:
        case = hold_case(work, number)
        return set(fitting(work.session, case, part, day_of(work.now)))


@pytest.mark.parametrize("size", [Size.MEDIUM, Size.LARGE])
@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
def test_who_approves_checks_and_decides_follows_the_preset(
    company: Company, size: Size, level: int
) -> None:
    number = walks.walk_to_graded(grow(company, size), level=level).case
    for part, by_level in (
        (Part.PLAN_APPROVER, APPROVE_PLAN), (Part.CHECKER, CHECK), (Part.APPROVER, DECIDE)
    ):  # fmt: skip
        if (expected := by_level[size].get(level)) is not None:
            assert who(company, number, part) == {person(company, key) for key in expected}


@pytest.mark.parametrize("size", [Size.MEDIUM, Size.LARGE])
@pytest.mark.parametrize("level", [1, 2, 3])
def test_the_plan_is_proposed_with_the_days_of_the_preset(
    company: Company, size: Size, level: int
) -> None:
    number = walks.walk_to_graded(grow(company, size), level=level).case
    with company.work_as(company.safety) as work:
        draft = rectification.propose(work.session, hold_case(work, number), day_of(work.now))
        assert draft.due_on == day_of(work.now) + timedelta(days=DAYS[size][level - 1])


def plan(company: Company, number: str, funds: int) -> CaseState:
    """Let the fitter send a plan in for so much, and return how the case stands."""
    fitter = company.people["fitter"]
    with company.work_as(company.safety) as work:
        rectification.set_owner(work, hold_case(work, number), fitter)
    with company.work_as(fitter) as work:
        due = day_of(work.now) + timedelta(days=3)
        draft = rectification.Draft(fitter, ("换护罩",), yuan(funds), due, "机械伤害现场处置方案")
        case = hold_case(work, number)
        rectification.draw_up(work, case, draft)
        return case.state


def test_in_a_medium_plant_what_costs_much_is_approved_by_the_head(company: Company) -> None:
    grow(company, Size.MEDIUM)
    cheap, dear = (walks.walk_to_graded(company, level=3).case for _ in range(2))
    small, large = (walks.walk_to_graded(company, level=2).case for _ in range(2))
    assert plan(company, cheap, 5000) is plan(company, dear, 5001) is CaseState.PLAN_SUBMITTED
    assert plan(company, small, 5000) is CaseState.RECTIFYING
    assert plan(company, large, 5001) is CaseState.PLAN_SUBMITTED
    shop, head = company.people["workshop_head"], company.head
    assert who(company, cheap, Part.PLAN_APPROVER) == {shop, head}
    assert who(company, dear, Part.PLAN_APPROVER) == {head}
    for number in (dear, large):
        with company.work_as(shop) as work, pytest.raises(WrongHands) as refused:
            rectification.approve_plan(work, hold_case(work, number), declared=True)
        assert refused.value.fit == (head,)
        with company.work_as(head) as work:
            rectification.approve_plan(work, hold_case(work, number), declared=True)
            assert hold_case(work, number).state is CaseState.RECTIFYING


def verify(company: Company, number: str, *keys: str, on_site: bool = True) -> None:
    """Let these two be asked, and both find it true."""
    pair = [person(company, key) for key in keys]
    with company.work_as(company.safety) as work:
        verification.assign_verifiers(work, hold_case(work, number), pair)
    for each in pair:
        with company.work_as(each) as work:
            found = verification.Found(Verdict.TRUE, "", on_site=on_site, declared=True)
            verification.find(work, hold_case(work, number), found)


def grade(company: Company, number: str, level: int) -> None:
    """Let 王建华 grade it."""
    given = grading.Grade(*walks.ANSWERS[level], None)
    with company.work_as(company.safety) as work:
        grading.grade(work, hold_case(work, number), given, declared=True)


@pytest.mark.parametrize(
    ("size", "too_near", "enough"),
    [
        (Size.MEDIUM, ("workshop_head", "leader"), ("leader", "outsider")),
        (Size.LARGE, ("leader", "outsider"), ("manager", "outsider")),
    ],
)
def test_a_grave_hazard_is_seen_by_people_of_other_workshops(
    company: Company, size: Size, too_near: tuple[str, str], enough: tuple[str, str]
) -> None:
    number = walks.walk_to_accepted(grow(company, size)).case
    verify(company, number, *too_near)
    with pytest.raises(Refused, match="outside the workshop"):
        grade(company, number, 3)
    verify(company, number, *enough)
    grade(company, number, 3)
    light = walks.walk_to_accepted(company).case
    verify(company, light, *too_near)
    grade(company, light, 2)


def test_who_only_saw_photos_of_a_grave_hazard_is_followed_by_two_who_go(company: Company) -> None:
    number = walks.walk_to_accepted(company).case
    verify(company, number, "head", "safety", on_site=False)
    with pytest.raises(Refused, match="on site"):
        grade(company, number, 3)
    verify(company, number, "head", "safety")
    with company.work_as(company.safety) as work:
        case = hold_case(work, number)
        assert set(hands_of(work.session, case).verifiers) == {company.head, company.safety}
        running = [due.kind for due in running_of(work.session, [(case.kind, case.id)], work.now)]
        assert sorted(running) == sorted(set(running))
        assert DeadlineKind.VERIFY not in running
    grade(company, number, 3)
    with company.work_as(company.safety) as work:
        assert hold_case(work, number).state is CaseState.PLANNING


def test_the_quick_lane_takes_the_levels_of_the_preset(company: Company) -> None:
    walks.walk_to_handled(grow(company, Size.MEDIUM), level=2)
    with company.work_as(company.head) as work:
        add_version(work, preset_values(Size.LARGE), day_of(work.now))
    walks.walk_to_handled(company, level=1)
    with pytest.raises(Refused):
        walks.walk_to_handled(company, level=2)


def test_a_medium_plant_pays_by_its_own_table(company: Company) -> None:
    grow(company, Size.MEDIUM)
    for level, out_of_post, figure in ((1, False, 30), (2, True, 120), (3, False, 300)):
        way = replace(walks.Way(), level=level, out_of_post=out_of_post)
        walk = walks.walk_to_proposed_award(company, way)
        with company.work_as(company.people["manager"]) as work:
            (award,) = list_awards_of(work.session, work.actor, walk.case, day_of(work.now))
            assert award.amount == yuan(figure)
