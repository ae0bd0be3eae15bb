"""Whose turn it is, case by case and person by person."""

from datetime import timedelta

import pytest

from hazard.access.permissions import Role
from hazard.cases.queries import get_case
from hazard.cases.terms import CaseState
from hazard.cases.waiting import _NEXT, _TURNS, Stage, next_due, next_of, turns, waiting_for
from hazard.core.clock import FakeClock
from hazard.people.keeping import add_person, grant_role
from hazard.people.queries import root_unit
from hazard.policy.words import Identity, Urgency
from tests import walks
from tests.company import Company


def kinds(company: Company, who: str) -> list[str]:
    """Return what waits for a person, in order."""
    with company.reading() as session:
        actor = company._actor(getattr(company, who))
        return [item.kind for item in waiting_for(session, actor, company.clock.now())]


def stages(company: Company, who: str, number: str) -> list[Stage]:
    """Return the stages a person may take."""
    with company.reading() as session:
        actor = company._actor(getattr(company, who))
        case = get_case(session, actor, number)
        return [turn.stage for turn in turns(session, actor, case, company.clock.now())]


WAITS = [
    ("walk_to_reported", "safety", ["accept"]),
    ("walk_to_accepted", "safety", ["verifiers"]),
    ("walk_to_verifying", "safety", ["verification"]),
    ("walk_to_verifying", "head", ["verification"]),
    ("walk_to_confirmed", "safety", ["feedback", "grading"]),
    ("walk_to_graded", "safety", ["feedback", "owner", "award"]),
    ("walk_to_planned", "finance", ["completion"]),
    ("walk_to_completed", "safety", ["check", "feedback", "award"]),
    ("walk_to_closed", "safety", ["feedback", "award"]),
    ("walk_to_informed", "safety", ["award"]),
]


@pytest.mark.parametrize(("walk", "who", "expected"), WAITS)
def test_what_waits_for_whom_along_the_road(
    company: Company, walk: str, who: str, expected: list[str]
) -> None:
    getattr(walks, walk)(company)
    assert sorted(kinds(company, who)) == sorted(expected)


def test_once_told_and_proposed_nothing_waits_for_the_safety_officer(company: Company) -> None:
    walk = walks.walk_to_proposed_award(company)
    assert "award" not in kinds(company, "safety")
    assert Stage.AWARD not in stages(company, "safety", walk.case)


def test_a_plan_of_level_three_waits_for_the_head_alone(company: Company) -> None:
    walks.walk_to_planned(company, level=3)
    assert "plan_approval" in kinds(company, "head")
    assert "plan_approval" not in kinds(company, "safety")
    assert "plan_approval" not in kinds(company, "finance")


def test_level_three_is_checked_by_the_head(company: Company) -> None:
    walks.walk_to_completed(company, level=3)
    assert "check" in kinds(company, "head")
    assert "check" not in kinds(company, "safety")


def test_the_second_hand_confirms_and_the_first_waits(company: Company) -> None:
    walk = walks.walk_quickly(company)
    assert Stage.CONFIRMATION not in stages(company, "safety", walk.case)


def test_what_the_desk_leaves_lying_comes_to_the_head_when_it_is_late(
    company: Company, now: FakeClock
) -> None:
    walks.walk_to_accepted(company)
    assert kinds(company, "head") == []
    now.move(timedelta(days=5))
    assert kinds(company, "head") == ["verifiers"]


def test_a_typed_name_waits_to_be_matched(company: Company) -> None:
    from hazard.reports.intake import Name

    walks.walk_to_accepted(company, name=Name(name="小张", team="一班"))
    assert "match" in kinds(company, "safety")
    assert "match" not in kinds(company, "head")


def test_reports_of_the_safety_officer_earn_nothing_and_no_reward_waits(company: Company) -> None:
    from hazard.reports.intake import Name

    walk = walks.walk_to_reported(company, name=Name(person_id=company.safety))
    assert walk.report
    with company.work_as() as work:
        root = root_unit(work.session)
        other = add_person(work, "0009", "赵敏", root)
        grant_role(work, other, Role.SAFETY_OFFICER, root)
    assert "award" not in kinds(company, "safety")


def test_danger_stands_first(company: Company) -> None:
    walks.walk_to_closed(company)
    walks.walk_to_reported(company, urgency=Urgency.EMERGENCY)
    assert kinds(company, "safety")[0] == "accept"


def test_nobody_sees_the_turn_of_a_hazard_that_is_not_theirs(company: Company) -> None:
    walks.walk_to_closed(company, identity=Identity.ANONYMOUS)
    assert kinds(company, "worker") == []


def test_the_next_date_is_known_only_to_those_who_see_the_hazard(company: Company) -> None:
    walk = walks.walk_to_accepted(company)
    with company.reading() as session:
        for who, knows in (("head", True), ("worker", False)):
            actor = company._actor(getattr(company, who))
            assert (next_due(session, actor, company.clock.now()) is not None) is knows
        case = get_case(session, company._actor(company.head), walk.case)
        waits = next_of(session, case, company.clock.now())
        assert waits is not None
        assert waits.due is not None
    company.clock.move(timedelta(days=70))
    with company.reading() as session:  # what is late is not to come any more
        assert next_due(session, company._actor(company.head), company.clock.now()) is None


def test_every_state_has_its_turns_and_says_what_is_next() -> None:
    assert set(_TURNS) == set(CaseState)
    assert set(_NEXT) == set(CaseState)
