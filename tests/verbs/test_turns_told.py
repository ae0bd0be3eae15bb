"""Whose turn it is hears of it at once, in words a lock screen may show, and nobody else does."""

from datetime import timedelta

from sqlalchemy import select

from hazard.cases.models import Case
from hazard.cases.queries import hold_case, who_see
from hazard.core.clock import day_of
from hazard.core.words import say
from hazard.notices.outbox import list_messages
from hazard.policy.words import About
from hazard.rewards import settlement
from hazard.rewards.awards import propose
from hazard.rewards.quick import confirm
from tests import walks
from tests.company import Company
from tests.seal import represent

PLAN, AWARD = "有 1 个方案等你审批", "有奖励等你审批"


def told(company: Company, person: int) -> list[str]:
    with company.reading() as session:
        return [say(message.sentence) for message in list_messages(session, person)]


def test_a_plan_is_told_to_who_approves_it_once(company: Company) -> None:
    walk = walks.walk_to_planned(company, level=3)
    assert told(company, company.head).count(PLAN) == 1
    for person in (company.safety, company.finance, company.worker):
        assert PLAN not in told(company, person)
    for said in told(company, company.head):
        assert not {walk.case, "机加工车间", "防护罩", "李秀英"} & set(said.split())


def test_a_plan_nobody_has_to_approve_is_told_to_nobody(company: Company) -> None:
    walks.walk_to_planned(company, level=2)
    assert PLAN not in told(company, company.head)


def test_rewards_are_told_to_who_decides_once_a_day_and_a_no_to_who_proposed_it(
    company: Company,
) -> None:
    walk = walks.walk_to_proposed_award(company)
    walks.walk_to_proposed_award(company)
    assert told(company, company.head).count(AWARD) == 1
    walks.decide(company, walk, note="已在检修计划内")
    assert "你提的奖励有 1 笔没有批" in told(company, company.safety)
    company.clock.move(timedelta(days=1))
    with company.work_as(company.safety) as work:
        case = hold_case(work, walk.case)
        propose(work, case, out_of_post=False, declared=True, reason="计划里没有这一项")
    assert told(company, company.head).count(AWARD) == 2


def test_a_quick_reward_is_told_once_the_second_person_has_confirmed(company: Company) -> None:
    walk = walks.walk_to_handled(company)
    assert walk.awards
    assert AWARD not in told(company, company.head)
    with company.work_as(company.head) as work:
        confirm(work, hold_case(work, walk.case), yes=True, reason="", declared=True)
    assert told(company, company.head).count(AWARD) == 1


def test_the_sheet_is_told_to_the_next_hand_and_back_to_its_maker(company: Company) -> None:
    walk = walks.walk_to_drafted(company)
    month = walks.this_month(company)
    waits = "有 1 张发放表等你审核"
    with company.work_as(company.safety) as work:
        settlement.draft(work, month)  # made anew: nothing new for 李秀英
    assert told(company, company.finance).count(waits) == 1
    with company.work_as(company.finance) as work:
        settlement.send_back(work, settlement.hold_run(work, month, walk.run), "漏了一笔")
    assert "有 1 张发放表退回给你" in told(company, company.safety)
    walks.settle(company)
    assert told(company, company.finance).count(waits) == 2
    assert told(company, company.head).count("有 1 张发放表等你批准") == 1
    assert told(company, company.finance).count("有 1 张发放表等你发放") == 1
    assert "有 1 张发放表等你审核" not in told(company, company.safety)


def test_what_is_kept_from_the_head_is_not_told_to_the_head(company: Company) -> None:
    walk = walks.walk_to_kept(company, represent(company), About.HEAD)
    with company.reading() as session:
        case = session.scalars(select(Case).where(Case.number == walk.case)).one()
        people, today = [company.head, company.finance, company.worker], day_of(case.opened_at)
        assert who_see(session, case, people, today) == []
