"""Rewards refused or taken back: what the reporter reads, and who may be rewarded then."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from hazard.cases.for_reporter import progress_of
from hazard.cases.joining import Joining
from hazard.cases.queries import get_case, hold_case
from hazard.cases.terms import ReportPart
from hazard.core.clock import day_of
from hazard.core.errors import HazardError, Refused
from hazard.core.money import ZERO, Money, yuan
from hazard.core.words import CHINESE, say
from hazard.reports.models import Report
from hazard.reports.queries import hold_report
from hazard.rewards import awards, budgets, cancelling, reassessing, settlement
from hazard.rewards.cancelling import cancel
from hazard.rewards.for_reporter import reward_of_report
from hazard.rewards.models import Award, Settlement, SettlementLine
from hazard.rewards.reconciling import reconcile
from hazard.rewards.terms import Account, AwardState
from tests.company import Company
from tests.walks import (
    Walk,
    decide,
    settle,
    this_month,
    walk_to_approved_award,
    walk_to_paid,
    walk_to_proposed_award,
    walk_to_reported,
)


def take_back(company: Company, walk: Walk, why: str = "复核不实") -> None:
    with company.work_as(company.head) as work:
        cancel(work, walk.awards[0], why)


def told(company: Company, walk: Walk) -> str:
    with company.reading() as session:
        report = session.scalars(select(Report).where(Report.number == walk.report)).one()
        progress = progress_of(session, [report.id])[report.id]
        today = day_of(company.clock.now())
        view = reward_of_report(session, report.id, progress, today)
        assert view is not None
        return say(view.words, CHINESE)


def propose(company: Company, walk: Walk, reason: str = "") -> Walk:
    with company.work_as(company.safety) as work:
        case = hold_case(work, walk.case)
        made = awards.propose(work, case, out_of_post=False, declared=True, reason=reason)
        return replace(walk, awards=tuple(award.id for award in made))


def why(company: Company, walk: Walk) -> str:
    with company.reading() as session:
        case = get_case(session, company._actor(company.safety), walk.case)
        return awards.why_refused(session, company._actor(company.safety), case)


def settled(company: Company) -> Money:
    """Settle the month and return its total, after the ledger agreed with it."""
    number = settle(company)
    with company.reading() as session:
        run = settlement.get_run(session, this_month(company), number)
        assert reconcile(session, company._actor(company.head), run).agrees
        return settlement.total(run)


def reserved(company: Company) -> Money:
    with company.reading() as session:
        return budgets.balances(session, 2026)[Account.RESERVED]


def test_who_reported_reads_why_a_promised_reward_was_taken_back(company: Company) -> None:
    walk = walk_to_approved_award(company, level=2)
    assert told(company, walk) == "奖励：二级 50 元，12月15日 前发"
    take_back(company, walk)
    assert told(company, walk) == "奖励：没有，因为复核不实"


def test_only_what_was_granted_is_promised(company: Company) -> None:
    walk = walk_to_proposed_award(company, level=3, suggestion_adopted=True)
    assert told(company, walk) == "奖励：正在定"
    main, idea = walk.awards
    decide(company, replace(walk, awards=(main,)))
    assert told(company, walk) == "奖励：三级 200 元，12月15日 前发", "the idea is not decided"
    decide(company, replace(walk, awards=(idea,)), note="已有同样的措施")
    assert told(company, walk) == "奖励：三级 200 元，12月15日 前发"


def test_it_is_paid_once_all_of_it_is(company: Company) -> None:
    walk = walk_to_proposed_award(company, level=3, suggestion_adopted=True)
    main, idea = walk.awards
    decide(company, replace(walk, awards=(main,)))
    walk_to_paid(company, level=1)
    decide(company, replace(walk, awards=(idea,)))
    assert told(company, walk) == "奖励：三级 220 元，12月15日 前发"


@pytest.mark.parametrize("how", ["refused", "taken back"])
def test_after_it_was_undone_whoever_turns_out_to_be_the_first_is_rewarded(
    company: Company, how: str
) -> None:
    """E5: 张伟 was not the first after all; the reward goes to who was, once."""
    walk = walk_to_proposed_award(company, level=2)
    if how == "taken back":
        decide(company, walk)
        take_back(company, walk, "另有人先报")
    else:
        decide(company, walk, note="另有人先报")
    earlier = walk_to_reported(company)
    with company.work_as(company.safety) as work:
        joined = Joining(ReportPart.SUPPLEMENT, "同一台车床", first=True)
        report, case = hold_report(work, earlier.report), hold_case(work, walk.case)
        reassessing.join_case(work, report, case, joined)
    assert why(company, walk) == "另有人先报"
    again = propose(company, walk)
    decide(company, again)
    assert why(company, walk) == "", "it is somebody's by now"
    assert reserved(company) == yuan(50)
    assert told(company, walk) == "奖励：没有，因为另有人先报"
    assert told(company, earlier) == "奖励：二级 50 元，12月15日 前发"
    with pytest.raises(Refused):
        propose(company, walk, "再来一次")
    assert settled(company) == yuan(50)


def test_what_was_taken_back_by_mistake_is_proposed_and_decided_anew(company: Company) -> None:
    walk = walk_to_approved_award(company, level=2)
    take_back(company, walk, "看错了行")
    assert reserved(company) == ZERO
    with pytest.raises(HazardError):
        propose(company, walk)
    decide(company, propose(company, walk, "收错了，重新提"))
    assert reserved(company) == yuan(50)
    assert settled(company) == yuan(50)


def test_a_reward_is_not_taken_back_while_its_sheet_is_being_made(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """王建华 makes the sheet between what 周国强 looked up and what he locks."""
    walk = walk_to_approved_award(company, level=2)
    safety, month = company._actor(company.safety), this_month(company)

    def make_the_sheet() -> None:
        with company.work_as(actor=safety) as work:
            settlement.draft(work, month)

    def look_early(*asked: Any) -> Settlement | None:
        found = looked(*asked)
        sheet = threading.Thread(target=make_the_sheet)
        sheet.start()
        sheet.join()
        return found

    looked: Callable[..., Settlement | None] = cancelling._run_of
    if company.database.is_sqlite:  # there one writes at a time: the sheet was simply first
        make_the_sheet()
        take_back(company, walk)
    else:
        monkeypatch.setattr(cancelling, "_run_of", look_early)
        with pytest.raises(Refused, match="made anew"):
            take_back(company, walk)
    with company.reading() as session:
        held = select(Award.state).join(SettlementLine, SettlementLine.award_id == Award.id)
        assert set(session.scalars(held)) <= {AwardState.APPROVED}, "no line is of one taken back"
