"""Proposing and deciding rewards, and the money they wait for."""

import threading
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from hazard.access.duties import SameHands, WrongHands
from hazard.access.permissions import Role
from hazard.audit.queries import list_happenings, verify_trail
from hazard.cases.grading import Grade, grade
from hazard.cases.hands import NotDeclared
from hazard.cases.models import Case
from hazard.cases.proposing import name_proposer, proposers
from hazard.cases.queries import hold_case
from hazard.cases.terms import Verdict
from hazard.cases.verification import Found, assign_verifiers, find
from hazard.cases.waiting import Stage, turns
from hazard.cases.withdrawing import withdraw
from hazard.core.clock import CHINA, day_of
from hazard.core.errors import HazardError, NotAllowed, NotFound, Refused, Unclear
from hazard.core.money import ZERO, Money, yuan
from hazard.core.words import say
from hazard.notices.outbox import list_messages
from hazard.people.keeping import grant_role
from hazard.people.queries import get_person, root_unit
from hazard.policy.keeping import add_version
from hazard.policy.queries import policy_on, policy_values
from hazard.policy.words import About
from hazard.reports.handling import mark_drill
from hazard.reports.identity import match_person
from hazard.reports.intake import Name
from hazard.reports.models import Report
from hazard.reports.queries import hold_report
from hazard.rewards import awards, budgets
from hazard.rewards.budgets import balances
from hazard.rewards.cancelling import cancel
from hazard.rewards.queries import list_awards, list_awards_of
from hazard.rewards.quick import confirm
from hazard.rewards.settlement import check, draft, get_run, hold_run, total
from hazard.rewards.terms import Account, AwardState, RunState
from tests.company import Company
from tests.seal import represent
from tests.walks import (
    ANSWERS,
    Walk,
    decide,
    figure,
    settle,
    this_month,
    walk_quickly,
    walk_to_approved_award,
    walk_to_checked,
    walk_to_closed,
    walk_to_confirmed,
    walk_to_drafted,
    walk_to_graded,
    walk_to_handled,
    walk_to_kept,
    walk_to_locked,
    walk_to_proposed_award,
    walk_to_rectifying,
)

YES = awards.Decision(approve=True)


def propose(company: Company, person: int, walk: Walk, *, declared: bool = True) -> list[int]:
    with company.work_as(person) as work:
        case = hold_case(work, walk.case)
        made = awards.propose(work, case, out_of_post=False, declared=declared)
        return [award.id for award in made]


def state_of(company: Company, walk: Walk) -> list[AwardState]:
    with company.reading() as session:
        actor = company._actor(company.head)
        shown = list_awards_of(session, actor, walk.case, day_of(company.clock.now()))
        return [award.state for award in shown]


def held(company: Company, year: int = 2026) -> dict[Account, Money]:
    with company.reading() as session:
        return balances(session, year)


def give(company: Company, year: int, amount: Money) -> None:
    """Let finance enter and the head approve a budget."""
    with company.work_as(company.finance) as work:
        entered = budgets.enter(work, year, amount).id
    with company.work_as(company.head) as work:
        budgets.approve(work, entered)


def new_year(company: Company, amount: Money) -> None:
    """Go to January 2027, with that much money."""
    company.clock.set(datetime(2027, 1, 4, 9, 0, tzinfo=CHINA))
    give(company, 2027, amount)


def test_a_reward_can_be_proposed_as_soon_as_the_hazard_is_graded(company: Company) -> None:
    walk = walk_to_proposed_award(company, level=3, suggestion_adopted=True)
    with company.reading() as session:
        actor = company._actor(company.finance)
        shown = list_awards(session, actor, [AwardState.PROPOSED], day_of(company.clock.now()))
    assert {(each.case_number, each.amount) for each in shown} == {
        (walk.case, yuan(200)),
        (walk.case, yuan(20)),
    }
    assert held(company)[Account.RESERVED] == ZERO


def test_before_the_grade_there_is_nothing_to_propose(company: Company) -> None:
    walk = walk_to_confirmed(company)
    with pytest.raises(Refused):
        propose(company, company.safety, walk)


def test_only_the_safety_officer_proposes_and_only_the_head_decides(company: Company) -> None:
    walk = walk_to_graded(company)
    for person in (company.finance, company.worker):
        with pytest.raises((NotAllowed, NotFound)):
            propose(company, person, walk)
    ids = propose(company, company.safety, walk)
    for person in (company.safety, company.finance, company.worker):
        with pytest.raises(NotAllowed), company.work_as(person) as work:
            awards.decide(work, ids, YES, declared=True)


def kept_and_graded(company: Company, by: int, verifiers: list[int]) -> Walk:
    """Have a report about the safety officer verified and graded without the officer."""
    walk = walk_to_kept(company, by, About.SAFETY)
    with company.work_as(company.head) as work:
        assign_verifiers(work, hold_case(work, walk.case), verifiers)
    for person in verifiers:
        with company.work_as(person) as work:
            found = Found(Verdict.TRUE, "", on_site=True, declared=True)
            find(work, hold_case(work, walk.case), found)
    with company.work_as(company.head) as work:
        grade(work, hold_case(work, walk.case), Grade(*ANSWERS[2], None), declared=True)
    return walk


def test_a_report_about_the_officer_is_rewarded_by_hands_the_head_names(company: Company) -> None:
    walk = kept_and_graded(company, company.head, [company.head, company.finance])
    with company.reading() as session:
        case = session.scalars(select(Case).where(Case.number == walk.case)).one()
        head, now = company._actor(company.head), company.clock.now()
        assert [t.stage for t in turns(session, head, case, now) if t.mine].count(Stage.PROPOSER)
        assert proposers(session, case, day_of(now)) == [company.finance]
    for unfit in (company.head, company.safety):
        with pytest.raises(NotAllowed), company.work_as(company.head) as work:
            name_proposer(work, hold_case(work, walk.case), unfit)
    with company.work_as(company.head) as work:
        name_proposer(work, hold_case(work, walk.case), company.finance)
    ids = propose(company, company.finance, walk)
    decide(company, replace(walk, awards=tuple(ids)))
    assert state_of(company, walk) == [AwardState.APPROVED]
    with company.reading() as session:
        day = day_of(company.clock.now())
        officer = company._actor(company.safety)
        assert list_awards(session, officer, [AwardState.APPROVED], day) == []
        told = [say(m.sentence) for m in list_messages(session, company.safety)]
    assert told == []
    with pytest.raises(NotFound), company.work_as(company.finance) as work:
        hold_case(work, walk.case)


def test_where_there_is_a_representative_the_union_is_named_first(company: Company) -> None:
    union = represent(company)
    walk = kept_and_graded(company, union, [company.head, company.finance])
    with company.reading() as session:
        case = session.scalars(select(Case).where(Case.number == walk.case)).one()
        assert proposers(session, case, day_of(company.clock.now())) == [union]


def test_of_an_ordinary_hazard_the_officer_proposes_and_nobody_is_named(company: Company) -> None:
    walk = walk_to_graded(company)
    with pytest.raises(Refused), company.work_as(company.head) as work:
        name_proposer(work, hold_case(work, walk.case), company.finance)


def test_who_proposed_does_not_decide_even_with_both_roles(company: Company) -> None:
    walk = walk_to_proposed_award(company)
    with company.work_as() as work:
        person = get_person(work.session, company.safety)
        grant_role(work, person, Role.HEAD, root_unit(work.session))
    with pytest.raises(WrongHands) as refusal, company.work_as(company.safety) as work:
        awards.decide(work, walk.awards, YES, declared=True)
    assert company.head in refusal.value.fit
    assert isinstance(refusal.value, SameHands)


def test_proposing_and_deciding_need_the_declaration(company: Company) -> None:
    walk = walk_to_graded(company)
    with pytest.raises(NotDeclared):
        propose(company, company.safety, walk, declared=False)
    ids = propose(company, company.safety, walk)
    with pytest.raises(NotDeclared), company.work_as(company.head) as work:
        awards.decide(work, ids, YES, declared=False)
    assert state_of(company, walk) == [AwardState.PROPOSED]


def test_the_same_hazard_is_proposed_once(company: Company) -> None:
    walk = walk_to_proposed_award(company)
    with pytest.raises(Refused):
        propose(company, company.safety, walk)
    assert len(state_of(company, walk)) == 1


def test_a_refusal_needs_words_and_reserves_nothing(company: Company) -> None:
    walk = walk_to_proposed_award(company)
    with pytest.raises(Unclear) as refusal, company.work_as(company.head) as work:
        awards.decide(work, walk.awards, awards.Decision(approve=False, note=" "), declared=True)
    assert refusal.value.field == "note"
    decide(company, walk, note="属于检修计划内")
    assert state_of(company, walk) == [AwardState.REFUSED]
    assert held(company)[Account.BUDGET] == yuan(6000)


def test_nothing_ticked_and_unknown_rewards_are_refused(company: Company) -> None:
    with pytest.raises(Unclear), company.work_as(company.head) as work:
        awards.decide(work, [], YES, declared=True)
    with pytest.raises(NotFound), company.work_as(company.head) as work:
        awards.decide(work, [4711], YES, declared=True)


def test_a_weekly_list_is_decided_whole_or_not_at_all(company: Company) -> None:
    one, other = walk_quickly(company, level=1), walk_quickly(company, level=2)
    decide(company, other)
    with pytest.raises(Refused):
        decide(company, one, other)
    assert state_of(company, one) == [AwardState.PROPOSED]
    assert held(company)[Account.RESERVED] == yuan(50)


def test_an_approval_reserves_the_money_in_the_year_of_the_approval(company: Company) -> None:
    walk_to_approved_award(company, level=3)
    assert held(company) == {
        Account.BUDGET: yuan(5800),
        Account.RESERVED: yuan(200),
        Account.PAYABLE: ZERO,
        Account.PAID: ZERO,
    }


def test_a_december_reward_stays_in_december_though_it_is_settled_in_january(
    company: Company,
) -> None:
    walk = walk_to_proposed_award(company, level=3)
    company.clock.set(datetime(2026, 12, 31, 23, 59, 59, 900_000, tzinfo=CHINA))
    decide(company, walk)
    december = this_month(company)
    company.clock.set(datetime(2027, 1, 4, 9, 0, tzinfo=CHINA))
    settle(company, december)
    assert held(company, 2026)[Account.PAYABLE] == yuan(200)
    assert held(company, 2027) == dict.fromkeys(Account, ZERO)


def test_one_tick_after_midnight_it_is_next_years_money(company: Company) -> None:
    walk = walk_to_proposed_award(company, level=3)
    company.clock.set(datetime(2027, 1, 1, 0, 0, tzinfo=CHINA))
    decide(company, walk)
    assert held(company, 2026)[Account.RESERVED] == ZERO
    assert state_of(company, walk) == [AwardState.WAITING], "2027 has no budget yet"
    give(company, 2027, yuan(500))
    assert state_of(company, walk) == [AwardState.APPROVED]
    assert held(company, 2027)[Account.RESERVED] == yuan(200)


def test_without_cover_a_reward_waits_in_full_and_is_funded_l5_l4_then_by_approval(
    company: Company,
) -> None:
    new_year(company, yuan(60))
    first = walk_quickly(company, level=2)
    decide(company, first)
    walks = {}
    for level in (3, 1, 4, 5):
        walks[level] = walk_to_proposed_award(company, level=level)
        company.clock.move(timedelta(minutes=1))
        decide(company, walks[level])
    assert state_of(company, first) == [AwardState.APPROVED]
    assert all(state_of(company, walk) == [AwardState.WAITING] for walk in walks.values())
    give(company, 2027, yuan(2989))
    assert all(state_of(company, walk) == [AwardState.WAITING] for walk in walks.values())
    give(company, 2027, yuan(1001))
    assert {level: state_of(company, walk)[0] for level, walk in walks.items()} == {
        5: AwardState.APPROVED,
        4: AwardState.APPROVED,
        3: AwardState.WAITING,
        1: AwardState.WAITING,
    }
    give(company, 2027, yuan(220))
    assert held(company, 2027)[Account.BUDGET] == yuan(20) - yuan(20) + Money(0)
    assert held(company, 2027)[Account.RESERVED] == yuan(4270)


def test_a_small_late_reward_never_overtakes_one_that_waits(company: Company) -> None:
    new_year(company, yuan(100))
    waiting = walk_to_approved_award(company, level=3)
    small = walk_quickly(company, level=1)
    decide(company, small)
    assert state_of(company, waiting) == state_of(company, small) == [AwardState.WAITING]
    give(company, 2027, yuan(120))
    assert state_of(company, waiting) == state_of(company, small) == [AwardState.APPROVED]


def test_within_one_list_the_gravest_is_funded_first(company: Company) -> None:
    new_year(company, yuan(1010))
    slight, grave = walk_quickly(company, level=1), walk_to_proposed_award(company, level=4)
    decide(company, slight, grave)
    assert state_of(company, grave) == [AwardState.APPROVED]
    assert state_of(company, slight) == [AwardState.WAITING]


def test_the_officers_own_report_earns_no_cash_and_is_told_why(company: Company) -> None:
    walk = walk_to_graded(company, name=Name(person_id=company.finance), level=1)
    assert propose(company, company.safety, walk)
    with company.work_as() as work:
        person = get_person(work.session, company.worker)
        grant_role(work, person, Role.SAFETY_OFFICER, root_unit(work.session))
    own = walk_to_graded(company, level=1)
    with pytest.raises(Refused) as refusal:
        propose(company, company.safety, own)
    assert "own duty" in say(refusal.value.sentence, "en")


def test_a_drill_earns_nothing(company: Company) -> None:
    walk = walk_to_graded(company)
    with company.work_as(company.safety) as work:
        mark_drill(work, hold_report(work, walk.report), drill=True)
    with pytest.raises(Refused) as refusal:
        propose(company, company.safety, walk)
    assert "test or drill" in say(refusal.value.sentence, "en")


def test_the_table_of_the_day_of_grading_counts(company: Company) -> None:
    walk = walk_to_graded(company, level=3)
    with company.work_as(company.head) as work:
        today = day_of(work.now)
        values = policy_values(work.session, policy_on(work.session, today).number)
        values["rewards"]["amounts"] = [30, 60, 300, 1500, 4000]
        add_version(work, values, today + timedelta(days=1))
    company.clock.move(timedelta(days=2))
    later = walk_to_proposed_award(company, level=3)
    propose(company, company.safety, walk)
    with company.reading() as session:
        actor = company._actor(company.head)
        today = day_of(company.clock.now())
        amounts = {
            each.case_number: each.amount
            for each in list_awards(session, actor, [AwardState.PROPOSED], today)
        }
    assert amounts == {walk.case: yuan(200), later.case: yuan(300)}


def test_an_unmatched_name_blocks_the_payment_only(company: Company) -> None:
    typed = Name(name="张小伟", team="一班")
    walk = walk_to_approved_award(company, level=2, name=typed)
    assert state_of(company, walk) == [AwardState.APPROVED]
    matched = walk_quickly(company, level=1)
    decide(company, matched)
    number = settle(company)
    month = this_month(company)
    with company.reading() as session:
        assert total(get_run(session, month, number)) == yuan(20)
    with company.work_as(company.safety) as work:
        match_person(work, hold_report(work, walk.report), company.worker)
    with company.work_as(company.safety) as work:
        run = draft(work, month)
        assert (run.run, total(run)) == (2, yuan(50))


def test_a_cancelled_reward_frees_its_money_for_whoever_waits(company: Company) -> None:
    new_year(company, yuan(200))
    first = walk_to_approved_award(company, level=3)
    second = walk_quickly(company, level=2)
    decide(company, second)
    with pytest.raises(Unclear), company.work_as(company.head) as work:
        cancel(work, first.awards[0], "")
    with company.work_as(company.head) as work:
        cancel(work, first.awards[0], "报告不实")
    assert state_of(company, first) == [AwardState.CANCELLED]
    assert state_of(company, second) == [AwardState.APPROVED]
    assert held(company, 2027)[Account.BUDGET] == yuan(150)
    with pytest.raises(Refused), company.work_as(company.head) as work:
        cancel(work, first.awards[0], "再来一次")


def test_a_waiting_reward_can_be_cancelled_without_touching_the_ledger(company: Company) -> None:
    new_year(company, yuan(10))
    walk = walk_to_approved_award(company, level=3)
    with company.work_as(company.head) as work:
        cancel(work, walk.awards[0], "报告不实")
    assert held(company, 2027)[Account.BUDGET] == yuan(10)


def test_cancelling_returns_a_checked_sheet_to_its_maker_and_a_locked_one_not(
    company: Company,
) -> None:
    other = walk_quickly(company, level=1)
    decide(company, other)
    walk = walk_to_checked(company, level=2)
    with company.work_as(company.head) as work:
        cancel(work, walk.awards[0], "报告不实")
    with company.reading() as session:
        run = get_run(session, this_month(company), walk.run)
        assert (run.state, total(run), run.note) == (RunState.DRAFT, yuan(20), "报告不实")
        told = list_happenings(session, [(run.kind, run.id)])[-1]
        assert (told.action, told.actor_id) == ("settlement.line_taken_out", company.head)
    settle(company)
    with pytest.raises(Refused), company.work_as(company.head) as work:
        cancel(work, other.awards[0], "太迟了")


def test_before_the_second_person_confirms_no_reward_is_approved(company: Company) -> None:
    walk = walk_to_handled(company, level=1)
    with pytest.raises(Refused, match="second person has to confirm"):
        decide(company, walk)
    assert state_of(company, walk) == [AwardState.PROPOSED]
    with company.work_as(company.head) as work:
        confirm(work, hold_case(work, walk.case), yes=True, reason="", declared=True)
    decide(company, walk)
    assert state_of(company, walk) == [AwardState.APPROVED]


def test_what_was_decided_or_withdrawn_is_not_approved(company: Company) -> None:
    walk = walk_to_approved_award(company, level=1)
    with pytest.raises(Refused, match="decided a moment ago"):
        decide(company, walk)
    taken_back = walk_to_proposed_award(company, level=1)
    with company.reported() as work:
        report = work.session.scalars(
            select(Report).where(Report.number == taken_back.report)
        ).one()
        withdraw(work, report)
    with pytest.raises(Refused, match="was withdrawn"):
        decide(company, taken_back)
    assert state_of(company, taken_back) == [AwardState.PROPOSED]


def test_a_sheet_left_without_lines_is_not_checked(company: Company) -> None:
    walk = walk_to_checked(company, level=2)
    with company.work_as(company.head) as work:
        cancel(work, walk.awards[0], "报告不实")
    with company.work_as(company.finance) as work:
        run = hold_run(work, this_month(company), walk.run)
        with pytest.raises(Refused, match="no lines"):
            check(work, run)


def test_only_the_head_cancels(company: Company) -> None:
    walk = walk_to_drafted(company)
    for person in (company.safety, company.finance):
        with pytest.raises(NotAllowed), company.work_as(person) as work:
            cancel(work, walk.awards[0], "不给")
    with pytest.raises(NotFound), company.work_as(company.head) as work:
        cancel(work, 4711, "没有")


def test_the_money_does_not_wait_for_the_repair(company: Company) -> None:
    walk = walk_to_locked(company, level=2)
    assert state_of(company, walk) == [AwardState.PAYABLE]
    assert held(company)[Account.PAYABLE] == figure(2)


def test_the_owner_of_the_repair_does_not_propose(company: Company) -> None:
    walk = walk_to_rectifying(company, level=2)
    with company.work_as() as work:
        person = get_person(work.session, company.finance)
        grant_role(work, person, Role.SAFETY_OFFICER, root_unit(work.session))
    with pytest.raises(WrongHands):
        propose(company, company.finance, walk)
    assert propose(company, company.safety, walk)


def test_a_closed_case_is_rewarded_like_an_open_one(company: Company) -> None:
    walk = walk_to_closed(company, level=2)
    ids = propose(company, company.safety, walk)
    with company.work_as(company.head) as work:
        awards.decide(work, ids, YES, declared=True)
    assert held(company)[Account.RESERVED] == yuan(50)


def test_thirty_clients_approving_twenty_rewards_never_spend_more_than_there_is(
    company: Company,
) -> None:
    new_year(company, yuan(500))
    walks = [walk_quickly(company, level=2) for _ in range(20)]
    head, outcomes = company._actor(company.head), Counter[str]()
    start, guard = threading.Barrier(30), threading.Lock()

    def approve(walk: Walk) -> None:
        start.wait()
        try:
            with company.work_as(actor=head) as work:
                awards.decide(work, walk.awards, YES, declared=True)
            outcome = "approved"
        except HazardError as error:
            outcome = type(error).__name__
        with guard:
            outcomes[outcome] += 1

    threads = [threading.Thread(target=approve, args=(walks[n % 20],)) for n in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == {"approved": 20, "Refused": 10}
    states = Counter(state_of(company, walk)[0] for walk in walks)
    assert states == {AwardState.APPROVED: 10, AwardState.WAITING: 10}
    assert held(company, 2027) == {
        Account.BUDGET: ZERO,
        Account.RESERVED: yuan(500),
        Account.PAYABLE: ZERO,
        Account.PAID: ZERO,
    }
    with company.reading() as session:
        assert verify_trail(session) == []
