"""Paying: the named on the sheet, the anonymous against number and code, failures back."""

import re
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from hazard.access.duties import SameHands
from hazard.access.permissions import Role
from hazard.audit.queries import list_happenings, verify_trail
from hazard.audit.work import Work
from hazard.cases.queries import hold_case
from hazard.core.calendar import ONE_DAY
from hazard.core.clock import day_of
from hazard.core.errors import HazardError, NotAllowed, Refused, Unclear
from hazard.core.money import ZERO, Money, yuan
from hazard.people.keeping import add_person, end_role, grant_role
from hazard.people.queries import get_holding, get_person, list_held, root_unit
from hazard.policy.words import Identity
from hazard.reports.identity import match_outside
from hazard.reports.intake import Name
from hazard.reports.queries import get_report, hold_by_id, hold_report
from hazard.rewards import awards, budgets, payout
from hazard.rewards.models import Posting
from hazard.rewards.queries import Payment, list_payments, view_claim
from hazard.rewards.settlement import approve, get_run, hold_run
from hazard.rewards.terms import Account, AwardState, PayeeKind, RunState
from tests.company import Company
from tests.walks import (
    Walk,
    decide,
    settle,
    this_month,
    walk_quickly,
    walk_to_checked,
    walk_to_locked,
    walk_to_paid,
    walk_to_proposed_award,
    walk_to_rectifying,
)


def payments(company: Company, number: int = 1) -> list[Payment]:
    with company.reading() as session:
        run = get_run(session, this_month(company), number)
        return list_payments(session, company._actor(company.finance), run)


def pay(company: Company, person: int, number: int = 1) -> int:
    with company.work_as(person) as work:
        return payout.pay_named(work, hold_run(work, this_month(company), number))


def fail(company: Company, number: str, reason: str, person: int | None = None) -> None:
    with company.work_as(person or company.finance) as work:
        payout.payment_failed(work, hold_run(work, this_month(company), 1), number, reason)


def redeem(
    company: Company, walk: Walk, payer: int, witness: int, *, declared: bool = True
) -> Money:
    with company.reading() as session:
        report_id = get_report(session, company._actor(company.safety), walk.report).id
    with company.work_as(payer) as work:
        found = payout.Witness(witness, declared)
        return payout.redeem(work, hold_by_id(work, report_id), found)


def grant(company: Company, person: int, role: Role) -> None:
    with company.work_as() as work:
        grant_role(work, get_person(work.session, person), role, root_unit(work.session))


def anonymous_locked(company: Company, level: int = 2) -> Walk:
    """A voucher in a locked sheet."""
    return walk_to_locked(company, level=level, identity=Identity.ANONYMOUS)


def test_the_named_are_paid_on_the_sheet(company: Company) -> None:
    decide(company, walk_quickly(company, level=1))
    walk_to_paid(company, level=3)
    paid = {(each.amount, each.name, each.paid_by) for each in payments(company)}
    assert paid == {(yuan(20), "张伟", "李秀英"), (yuan(200), "张伟", "李秀英")}
    with company.reading() as session:
        run = get_run(session, this_month(company), 1)
        assert (run.state, run.paid_by) == (RunState.PAID, company.finance)
        assert budgets.balances(session, 2026)[Account.PAID] == yuan(220)


def test_a_sheet_is_paid_once_and_only_when_it_is_locked(company: Company) -> None:
    walk_to_checked(company, level=2)
    with pytest.raises(Refused):
        pay(company, company.finance)
    settle_rest(company)
    assert pay(company, company.finance) == 1
    with pytest.raises(Refused):
        pay(company, company.finance)
    with company.reading() as session:
        assert budgets.balances(session, 2026)[Account.PAID] == yuan(50)


def settle_rest(company: Company) -> None:
    """Approve the checked sheet."""
    with company.work_as(company.head) as work:
        approve(work, hold_run(work, this_month(company), 1))


@pytest.mark.parametrize("hand", ["safety", "head"])
def test_who_made_or_approved_the_sheet_does_not_pay_it(company: Company, hand: str) -> None:
    walk_to_locked(company, level=2)
    with pytest.raises(NotAllowed):
        pay(company, getattr(company, hand))
    grant(company, getattr(company, hand), Role.FINANCE)
    with pytest.raises(SameHands):
        pay(company, getattr(company, hand))


def test_while_a_voucher_waits_the_named_are_not_paid_twice(company: Company) -> None:
    voucher = mixed(company)
    assert pay(company, company.finance) == 2
    with pytest.raises(Refused, match="Nothing is left to pay here but vouchers"):
        pay(company, company.finance)
    assert paid_in_all(company) == yuan(220)
    redeem(company, voucher, company.finance, company.safety)
    assert paid_in_all(company) == yuan(240)
    with company.reading() as session:
        run = get_run(session, this_month(company), 1)
        told = [h for h in list_happenings(session, [(run.kind, run.id)]) if "paid" in h.action]
        assert run.state is RunState.PAID
    assert [(h.action, h.actor_id, h.facts["lines"]) for h in told] == [
        ("settlement.paid", company.finance, 2),
        ("settlement.paid", company.finance, 3),
    ]


def test_a_voucher_takes_nobody_elses_line_along(company: Company) -> None:
    redeem(company, mixed(company), company.finance, company.safety)
    assert paid_in_all(company) == yuan(20)
    paid = {each.kind for each in payments(company) if each.paid_on is not None}
    assert paid == {PayeeKind.VOUCHER}
    assert pay(company, company.finance) == 2


def mixed(company: Company) -> Walk:
    """A locked sheet of a voucher of 20 yuan, which is returned, and 20 and 200 for the named."""
    voucher = walk_quickly(company, level=1, identity=Identity.ANONYMOUS)
    decide(company, voucher, walk_quickly(company, level=1))
    walk_to_locked(company, level=3)
    return voucher


def paid_in_all(company: Company) -> Money:
    with company.reading() as session:
        return budgets.balances(session, 2026)[Account.PAID]


def test_a_payee_from_outside_is_paid_by_name(company: Company) -> None:
    typed = Name(name="钱师傅", team="外协", company="顺达搬运")
    walk = walk_quickly(company, level=2, name=typed)
    with company.work_as(company.safety) as work:
        match_outside(work, hold_report(work, walk.report))
    decide(company, walk)
    settle(company)
    (payment,) = payments(company)
    assert (payment.kind, payment.name) == (PayeeKind.OUTSIDE, "钱师傅, 顺达搬运")
    assert pay(company, company.finance) == 1


def test_a_voucher_is_not_paid_with_the_named(company: Company) -> None:
    anonymous_locked(company)
    with pytest.raises(Refused):
        pay(company, company.finance)
    (payment,) = payments(company)
    assert (payment.kind, payment.name, payment.paid_on) == (PayeeKind.VOUCHER, "", None)
    assert re.fullmatch(r"F26-[0-9A-Z]{5}", payment.payout_number)


def test_a_voucher_is_paid_with_two_signatures_and_once(company: Company) -> None:
    walk = anonymous_locked(company)
    redeem(company, walk, company.finance, company.safety)
    (payment,) = payments(company)
    assert (payment.paid_by, payment.witness) == ("李秀英", "王建华")
    assert payment.paid_on == day_of(company.clock.now())
    with pytest.raises(Refused):
        redeem(company, walk, company.finance, company.safety)
    with company.reading() as session:
        assert get_run(session, this_month(company), 1).state is RunState.PAID
        assert budgets.balances(session, 2026)[Account.PAID] == yuan(50)


def test_what_stands_on_two_sheets_is_handed_over_in_one_and_once(company: Company) -> None:
    walk = walk_to_proposed_award(
        company, level=3, suggestion_adopted=True, identity=Identity.ANONYMOUS
    )
    main, idea = walk.awards
    for award in (main, idea):
        decide(company, replace(walk, awards=(award,)))
        settle(company)
    with company.reading() as session:
        report = get_report(session, company._actor(company.safety), walk.report)
        assert view_claim(session, report).amount == yuan(220)
    assert redeem(company, walk, company.finance, company.safety) == yuan(220)
    with pytest.raises(Refused, match="already collected"):
        redeem(company, walk, company.finance, company.safety)
    with company.reading() as session:
        states = [get_run(session, this_month(company), number).state for number in (1, 2)]
        assert states == [RunState.PAID, RunState.PAID]
        assert budgets.balances(session, 2026)[Account.PAID] == yuan(220)


def test_an_idea_refused_does_not_say_that_the_reward_was(company: Company) -> None:
    walk = walk_to_proposed_award(
        company, level=3, suggestion_adopted=True, identity=Identity.ANONYMOUS
    )
    main, idea = walk.awards
    decide(company, replace(walk, awards=(main,)))
    decide(company, replace(walk, awards=(idea,)), note="已有同样的措施")
    with company.reading() as session:
        report = get_report(session, company._actor(company.safety), walk.report)
        assert view_claim(session, report).state is AwardState.APPROVED


def test_payer_and_witness_are_two_people_and_both_declare(company: Company) -> None:
    walk = anonymous_locked(company)
    grant(company, company.finance, Role.UNION_REPRESENTATIVE)
    with pytest.raises(Refused) as refusal:
        redeem(company, walk, company.finance, company.finance)
    assert refusal.value.field == "witness"
    with pytest.raises(Unclear) as unclear:
        redeem(company, walk, company.finance, company.safety, declared=False)
    assert unclear.value.field == "declared"
    with pytest.raises(NotAllowed):
        redeem(company, walk, company.safety, company.finance)
    assert payments(company)[0].paid_on is None


def test_a_witness_is_the_officer_or_the_workers_representative(company: Company) -> None:
    walk = anonymous_locked(company)
    with pytest.raises(Refused) as refusal:
        redeem(company, walk, company.finance, company.worker)
    assert refusal.value.field == "witness"
    grant(company, company.worker, Role.UNION_REPRESENTATIVE)
    redeem(company, walk, company.finance, company.worker)
    assert payments(company)[0].witness == "张伟"


def test_who_repaired_it_hands_over_the_reward_only_where_nobody_else_can(
    company: Company,
) -> None:
    walk = walk_to_rectifying(company, level=2, identity=Identity.ANONYMOUS)
    with company.work_as(company.safety) as work:
        case = hold_case(work, walk.case)
        ids = [each.id for each in awards.propose(work, case, out_of_post=False, declared=True)]
    with company.work_as(company.head) as work:
        awards.decide(work, ids, awards.Decision(approve=True), declared=True)
    settle(company)
    with company.work_as() as work:
        root = root_unit(work.session)
        person = add_person(work, "0004", "孙会计", root)
        grant_role(work, person, Role.FINANCE, root)
        second = person.id
    with pytest.raises(Refused, match="in charge of the repair"):
        redeem(company, walk, company.finance, company.safety)
    grant(company, company.finance, Role.UNION_REPRESENTATIVE)
    with pytest.raises(Refused, match="in charge of the repair"):
        redeem(company, walk, second, company.finance)
    with company.work_as() as work:
        (holding,) = list_held(work.session, second, day_of(work.now))
        end_role(work, get_holding(work.session, holding.id))
    company.clock.set(company.clock.now() + ONE_DAY)
    redeem(company, walk, company.finance, company.safety)
    with company.reading() as session:
        assert budgets.balances(session, 2026)[Account.PAID] == yuan(50)


def test_before_the_lock_there_is_nothing_to_hand_over(company: Company) -> None:
    walk = walk_to_checked(company, level=2, identity=Identity.ANONYMOUS)
    with pytest.raises(Refused, match="not approved yet"):
        redeem(company, walk, company.finance, company.safety)
    with company.reading() as session:
        report = get_report(session, company._actor(company.safety), walk.report)
        claim = view_claim(session, report)
        assert (claim.amount, claim.state) == (ZERO, AwardState.APPROVED)


def test_who_pays_a_voucher_sees_whose_hands_were_in_the_case(company: Company) -> None:
    walk = anonymous_locked(company)
    with company.reading() as session:
        report = get_report(session, company._actor(company.safety), walk.report)
        claim = view_claim(session, report)
    assert claim.amount == yuan(50)
    assert {name for _, name in claim.hands} == {"王建华", "周国强"}


def test_a_failed_payment_is_payable_again_and_says_why_in_the_trail(company: Company) -> None:
    walk_to_paid(company, level=2)
    (payment,) = payments(company)
    with pytest.raises(Unclear):
        fail(company, payment.payout_number, "  ")
    fail(company, payment.payout_number, "账号销户,退回")
    with company.reading() as session:
        run = get_run(session, this_month(company), 1)
        assert (run.state, run.lines[0].paid_on) == (RunState.LOCKED, None)
        held = budgets.balances(session, 2026)
        assert (held[Account.PAYABLE], held[Account.PAID]) == (yuan(50), ZERO)
    assert pay(company, company.finance) == 1
    with company.reading() as session:
        assert budgets.balances(session, 2026)[Account.PAID] == yuan(50)


def test_only_a_paid_payout_can_fail(company: Company) -> None:
    walk_to_locked(company, level=2)
    (payment,) = payments(company)
    for number in (payment.payout_number, "F26-NONE0"):
        with pytest.raises(Refused, match="This payout is not paid"):
            fail(company, number, "没到账")


def test_a_failure_takes_back_its_own_payout_alone(company: Company) -> None:
    mixed(company)
    pay(company, company.finance)
    (large,) = [each for each in payments(company) if each.amount == yuan(200)]
    with pytest.raises(NotAllowed):
        fail(company, large.payout_number, "退回", company.safety)
    fail(company, large.payout_number, "退回")
    assert paid_in_all(company) == yuan(20)
    assert pay(company, company.finance) == 1
    assert paid_in_all(company) == yuan(220)


def all_at_once(company: Company, clerks: int, deed: Callable[[Work], object]) -> Counter[str]:
    """Let so many browsers of finance do the same at the same moment; count how it ended."""
    finance, ended = company._actor(company.finance), Counter[str]()
    start, guard = threading.Barrier(clerks), threading.Lock()

    def press() -> None:
        start.wait()
        try:
            with company.work_as(actor=finance) as work:
                deed(work)
            outcome = "done"
        except HazardError as error:
            outcome = type(error).__name__
        with guard:
            ended[outcome] += 1

    threads = [threading.Thread(target=press) for _ in range(clerks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended


def booked(company: Company, target: Account) -> int:
    with company.reading() as session:
        assert verify_trail(session) == []
        count = select(func.count(Posting.id)).where(Posting.target == target)
        return session.scalar(count) or 0


def test_many_clerks_who_pay_one_sheet_at_once_pay_it_once(company: Company) -> None:
    decide(company, walk_quickly(company, level=1))
    walk_to_locked(company, level=3)
    month = this_month(company)
    ended = all_at_once(company, 8, lambda work: payout.pay_named(work, hold_run(work, month, 1)))
    assert ended == {"done": 1, "Refused": 7}
    assert booked(company, Account.PAID) == 2
    with company.reading() as session:
        assert budgets.balances(session, 2026)[Account.PAID] == yuan(220)


def test_a_voucher_shown_at_many_counters_at_once_is_paid_once(company: Company) -> None:
    walk = anonymous_locked(company)
    with company.reading() as session:
        report_id = get_report(session, company._actor(company.safety), walk.report).id
    witness = payout.Witness(company.safety, declared=True)
    ended = all_at_once(
        company, 8, lambda work: payout.redeem(work, hold_by_id(work, report_id), witness)
    )
    assert ended == {"done": 1, "Refused": 7}
    assert booked(company, Account.PAID) == 1


def test_a_payment_taken_back_by_many_at_once_comes_back_once(company: Company) -> None:
    walk_to_paid(company, level=2)
    (paid,) = payments(company)
    month = this_month(company)
    ended = all_at_once(
        company, 8,
        lambda work: payout.payment_failed(
            work, hold_run(work, month, 1), paid.payout_number, "卡号错了"
        ),
    )  # fmt: skip
    assert ended == {"done": 1, "Refused": 7}
    with company.reading() as session:
        held = budgets.balances(session, 2026)
    assert (held[Account.PAYABLE], held[Account.PAID]) == (yuan(50), ZERO)
