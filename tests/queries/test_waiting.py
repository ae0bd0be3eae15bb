"""Whose turn it is, case by case and person by person."""

from datetime import timedelta

import pytest
from sqlalchemy import false, func, select

from hazard.access.permissions import Role
from hazard.cases import archiving, beside, extending, feedback
from hazard.cases.extension_rules import Wish
from hazard.cases.models import Case
from hazard.cases.queries import get_case, hold_case
from hazard.cases.terms import CaseState
from hazard.cases.waiting import (
    _NEXT,
    _TURNS,
    Stage,
    _asleep,
    next_due,
    next_of,
    turns,
    waiting_for,
)
from hazard.core.clock import FakeClock, day_of
from hazard.deadlines.terms import DeadlineKind
from hazard.people.keeping import add_person, grant_role
from hazard.people.queries import root_unit
from hazard.policy.words import Identity, Urgency
from hazard.reports.intake import Name
from hazard.reports.models import Reporter
from hazard.reports.terms import ReportState
from hazard.rewards import awards
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
    walks.walk_to_accepted(company, name=Name(name="小张", team="一班"))
    assert "match" in kinds(company, "safety")
    assert "match" not in kinds(company, "head")


def test_reports_of_the_safety_officer_earn_nothing_and_no_reward_waits(company: Company) -> None:
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


def test_a_reward_nobody_proposed_is_still_owed_once_the_file_is_shut(company: Company) -> None:
    walk, own = walks.walk_to_informed(company), walks.walk_to_informed(company)
    drill, withdrawn = walks.walk_to_informed(company), walks.walk_to_informed(company)
    with company.work_as() as work:
        named = select(Case).where(Case.number.in_([w.case for w in (walk, own, drill, withdrawn)]))
        cases = {case.number: case for case in work.session.scalars(named)}
        for case in cases.values():
            archiving.archive(work, case.id, {})
        cases[drill.case].drill = True
        cases[withdrawn.case].first.report.state = ReportState.WITHDRAWN
        hers = cases[own.case].first.report_id
        work.session.get_one(Reporter, hers).person_id = company.safety
    assert kinds(company, "safety") == ["award"]
    with company.work_as(company.safety) as work:
        assert awards.propose(work, hold_case(work, walk.case), out_of_post=False, declared=True)
    assert kinds(company, "safety") == []


def test_what_goes_on_by_other_hands_is_not_read_and_nothing_is_missed(
    company: Company, now: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    _busy(company, now)
    people = (company.safety, company.head, company.finance, company.worker)
    spared = set()
    for days in (0, 2, 5, 30):
        now.move(timedelta(days=days))
        for person in (*people, company.people["union"], company.people["leader"]):
            actor = company._actor(person)
            with company.reading() as session:
                items = waiting_for(session, actor, now.now())
                if session.scalar(select(func.count(Case.id)).where(_asleep(actor, now.now()))):
                    spared.add(person)
            with monkeypatch.context() as all_read, company.reading() as session:
                all_read.setattr("hazard.cases.waiting._asleep", lambda *_: false())
                assert waiting_for(session, actor, now.now()) == items
    assert {company.safety, company.head, company.people["union"]} <= spared


def _busy(company: Company, now: FakeClock) -> None:
    """Have something in each state, told and proposed, and each thing that may stand beside it."""
    with company.work_as() as work:
        root = root_unit(work.session)
        for key, number, role in (
            ("union", "0005", Role.UNION_REPRESENTATIVE),
            ("leader", "1000", Role.SHIFT_LEADER),
        ):
            person = add_person(work, number, "刘桂兰", root)
            grant_role(work, person, role, root)
            company.people[key] = person.id
    for walk in (
        walks.walk_to_accepted, walks.walk_to_verifying, walks.walk_to_confirmed,
        walks.walk_to_graded, walks.walk_to_planned, walks.walk_to_completed, walks.walk_to_closed,
    ):  # fmt: skip
        walk(company, level=3)
    walks.walk_to_handled(company)
    walks.walk_to_accepted(company, name=Name(name="小张", team="一班"))
    sleeping, handed, pressed, later, failing, stopped = (_asleep_case(company) for _ in range(6))
    assert sleeping
    with company.work_as(company.finance) as work:
        beside.hand_up(work, hold_case(work, handed), "缺配件")
        wish = Wish(day_of(now.now()) + timedelta(days=5), "缺配件", "可能卷入", "停机并上锁")
        extending.ask(work, hold_case(work, later), DeadlineKind.RECTIFY, wish)
    with company.work_as(company.people["union"]) as work:
        beside.press(work, hold_case(work, pressed), "快点")
    with company.work_as(company.safety) as work:
        hold_case(work, failing).control_failed_at = work.now
        beside.stop_work(work, hold_case(work, stopped), "危险")


def _asleep_case(company: Company) -> str:
    """Have somebody rectify, the reporter told and the reward proposed."""
    walk = walks.walk_to_rectifying(company)
    with company.work_as(company.safety) as work:
        case = hold_case(work, walk.case)
        feedback.inform(work, case, case.reports[0].report, "正在改")
        awards.propose(work, case, out_of_post=False, declared=True)
    return walk.case
