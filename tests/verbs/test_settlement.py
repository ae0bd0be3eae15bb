"""The month's sheet by three hands: made, checked, approved and locked, printed."""

import threading
from datetime import datetime, timedelta

import pytest

from hazard.access.duties import SameHands
from hazard.access.permissions import Role
from hazard.audit.queries import list_happenings, verify_trail
from hazard.cases.audience import narrow
from hazard.cases.queries import hold_case
from hazard.core.calendar import Month
from hazard.core.clock import CHINA, day_of
from hazard.core.errors import HazardError, NotAllowed, NotFound, Refused, Unclear
from hazard.core.money import capitals, yuan
from hazard.core.typeset import Typesetter
from hazard.core.words import CHINESE, Sentence, say, write
from hazard.people.keeping import grant_role, rename_unit
from hazard.people.queries import get_person, get_unit, root_unit
from hazard.policy.keeping import add_version
from hazard.policy.queries import policy_values
from hazard.policy.words import About, Identity, Pay
from hazard.reports.identity import match_outside
from hazard.reports.intake import Name
from hazard.reports.queries import hold_report
from hazard.rewards import budgets, settlement
from hazard.rewards.payout import pay_named
from hazard.rewards.printing import count_print, export_payroll, view_sheet
from hazard.rewards.queries import list_payments, view_run, view_waiting
from hazard.rewards.settlement import get_run, hold_run, list_runs, total
from hazard.rewards.sheets import ApprovalSheet, FinanceSheet, RewardSheet
from hazard.rewards.terms import RunState, Version
from tests.company import Company
from tests.prints.reading import Print
from tests.walks import (
    SHORT,
    decide,
    settle,
    this_month,
    walk_quickly,
    walk_to_checked,
    walk_to_drafted,
    walk_to_locked,
    walk_to_proposed_award,
    walk_to_reported,
)

NOVEMBER, DECEMBER = Month(2026, 11), Month(2026, 12)


@pytest.fixture(scope="session")
def typesetter(tmp_path_factory: pytest.TempPathFactory) -> Typesetter:
    return Typesetter(tmp_path_factory.mktemp("fonts"))


def grant(company: Company, person: int, role: Role) -> None:
    with company.work_as() as work:
        found = get_person(work.session, person)
        grant_role(work, found, role, root_unit(work.session))


def step(company: Company, person: int, verb: str, *words: str, number: int = 1) -> None:
    with company.work_as(person) as work:
        run = hold_run(work, this_month(company), number)
        getattr(settlement, verb)(work, run, *words)


def state_of(company: Company, number: int = 1) -> RunState:
    with company.reading() as session:
        return get_run(session, this_month(company), number).state


def lines_of(company: Company, month: Month, number: int = 1) -> list[tuple[int, int, int]]:
    with company.reading() as session:
        run = get_run(session, month, number)
        return [(line.award_id, line.payee_id, line.amount.fen) for line in run.lines]


def printed(company: Company, version: Version, person: int = 0) -> RewardSheet:
    with company.work_as(person or company.finance) as work:
        run = hold_run(work, this_month(company), 1)
        if run.state is RunState.LOCKED:
            count_print(work, run, version)
        return view_sheet(work.session, work.actor, run, version, work.now)


def test_three_hands_settle_a_month(company: Company) -> None:
    walk = walk_to_locked(company, level=3)
    with company.reading() as session:
        run = get_run(session, NOVEMBER, walk.run)
        assert (run.made_by, run.checked_by, run.approved_by) == (
            company.safety,
            company.finance,
            company.head,
        )
        assert (run.state, len(run.check_code)) == (RunState.LOCKED, 8)
        assert run.check_code == settlement.check_code(run)
        assert verify_trail(session) == []
        told = list_happenings(session, [(run.kind, run.id)])
    assert [(each.action, each.actor_id, each.facts["fen"]) for each in told] == [
        ("settlement.drafted", company.safety, 20_000),
        ("settlement.checked", company.finance, 20_000),
        ("settlement.locked", company.head, 20_000),
    ]


def test_who_made_the_sheet_does_not_check_it(company: Company) -> None:
    walk_to_drafted(company)
    grant(company, company.safety, Role.FINANCE)
    with pytest.raises(SameHands):
        step(company, company.safety, "check")
    assert state_of(company) is RunState.DRAFT


@pytest.mark.parametrize("hand", ["safety", "finance"])
def test_who_made_or_checked_the_sheet_does_not_approve_it(company: Company, hand: str) -> None:
    walk_to_checked(company)
    grant(company, getattr(company, hand), Role.HEAD)
    with pytest.raises(SameHands):
        step(company, getattr(company, hand), "approve")
    assert state_of(company) is RunState.CHECKED


def test_each_step_needs_its_own_permission(company: Company) -> None:
    with pytest.raises(NotAllowed), company.work_as(company.finance) as work:
        settlement.draft(work, NOVEMBER)
    walk_to_drafted(company)
    for verb, person in (("check", company.head), ("check", company.worker)):
        with pytest.raises(NotAllowed):
            step(company, person, verb)
    step(company, company.finance, "check")
    for verb, words in (("approve", ()), ("send_back", ("错了",))):
        with pytest.raises(NotAllowed):
            step(company, company.worker, verb, *words)


def test_steps_out_of_turn_are_refused(company: Company) -> None:
    walk_to_drafted(company)
    with pytest.raises(Refused):
        step(company, company.head, "approve")
    step(company, company.finance, "check")
    with pytest.raises(Refused):
        step(company, company.finance, "check")
    step(company, company.head, "approve")
    for person, verb, words in (
        (company.head, "approve", ()),
        (company.head, "send_back", ("错了",)),
        (company.finance, "check", ()),
    ):
        with pytest.raises(Refused):
            step(company, person, verb, *words)


def test_a_checked_sheet_is_frozen_until_it_is_sent_back_with_words(company: Company) -> None:
    walk_to_checked(company)
    decide(company, walk_quickly(company, level=1))
    with pytest.raises(Refused), company.work_as(company.safety) as work:
        settlement.draft(work, NOVEMBER)
    with pytest.raises(Unclear):
        step(company, company.head, "send_back", "  ")
    step(company, company.head, "send_back", "少了一条")
    with company.work_as(company.safety) as work:
        run = settlement.draft(work, NOVEMBER)
        assert (run.run, len(run.lines), run.checked_by, run.note) == (1, 2, None, "")
    assert state_of(company) is RunState.DRAFT


def test_settling_twice_gives_the_same_lines(company: Company) -> None:
    for level in (1, 2):
        decide(company, walk_quickly(company, level=level))
    walk_to_drafted(company, level=3)
    before = lines_of(company, NOVEMBER)
    with company.work_as(company.safety) as work:
        settlement.draft(work, NOVEMBER)
    assert lines_of(company, NOVEMBER) == before
    assert len(before) == 3
    with company.reading() as session:
        assert len(list_runs(session, NOVEMBER)) == 1


def test_what_comes_after_the_lock_stands_in_a_second_sheet(company: Company) -> None:
    walk_to_locked(company, level=2)
    decide(company, walk_quickly(company, level=1))
    assert settle(company) == 2
    with company.reading() as session:
        first, second = list_runs(session, NOVEMBER)
        assert (total(first), total(second)) == (yuan(50), yuan(20))
        assert first.check_code != second.check_code
        assert settlement.run_number(second) == "JL-202611-02"


def test_the_month_ends_at_midnight_in_shanghai(company: Company) -> None:
    last, first = walk_quickly(company, level=1), walk_quickly(company, level=2)
    company.clock.set(datetime(2026, 11, 30, 23, 59, 59, 900_000, tzinfo=CHINA))
    decide(company, last)
    company.clock.set(datetime(2026, 12, 1, 0, 0, tzinfo=CHINA))
    decide(company, first)
    assert settle(company, NOVEMBER) == 1
    assert settle(company, DECEMBER) == 1
    assert [fen for _, _, fen in lines_of(company, NOVEMBER)] == [2000]
    assert [fen for _, _, fen in lines_of(company, DECEMBER)] == [5000]


def test_a_month_to_come_and_an_empty_month_make_no_sheet(company: Company) -> None:
    with pytest.raises(Unclear), company.work_as(company.safety) as work:
        settlement.draft(work, DECEMBER)
    walk_to_proposed_award(company, level=3)
    with pytest.raises(Refused) as refusal, company.work_as(company.safety) as work:
        settlement.draft(work, NOVEMBER)
    assert "Waiting for approval: 1" in say(refusal.value.sentence, "en")
    with company.reading() as session:
        assert list_runs(session) == []
        with pytest.raises(NotFound):
            get_run(session, NOVEMBER, 1)


def test_the_page_counts_what_a_sheet_leaves_out(company: Company) -> None:
    walk = walk_quickly(company, level=1, name=Name(name="张小伟", team="一班"))
    decide(company, walk)
    walk_quickly(company, level=2)
    with company.reading() as session:
        waiting = view_waiting(session, NOVEMBER)
        assert (waiting.undecided, waiting.unmatched, waiting.unfunded) == (1, 1, 0)
        assert waiting.unmatched_numbers == (walk.report,)
    with company.work_as(company.safety) as work, pytest.raises(Refused) as refusal:
        settlement.draft(work, NOVEMBER)
    assert "1 rewards wait until the name is matched" in say(refusal.value.sentence, "en")


def test_the_days_from_proof_to_money_are_counted(company: Company) -> None:
    walk = walk_to_locked(company, level=2)
    company.clock.move(timedelta(days=20))
    with company.work_as(company.finance) as work:
        pay_named(work, hold_run(work, NOVEMBER, walk.run))
    with company.reading() as session:
        today = day_of(company.clock.now())
        run = get_run(session, NOVEMBER, 1)
        assert view_run(session, run, company._actor(company.head), today).days_to_money == 20


def test_payments_are_shown_by_name_only_to_who_may_see_names(company: Company) -> None:
    walk_to_locked(company, level=2)
    with company.reading() as session:
        run = get_run(session, NOVEMBER, 1)
        for person in (company.safety, company.worker):
            with pytest.raises(NotAllowed):
                list_payments(session, company._actor(person), run)
        (payment,) = list_payments(session, company._actor(company.finance), run)
        assert (payment.name, payment.employee_no, payment.amount) == ("张伟", "1001", yuan(50))
        shown = view_run(session, run, company._actor(company.safety), NOVEMBER.last_day)
        assert "张伟" not in repr(shown)


def test_a_line_of_a_case_kept_from_the_officer_shows_the_officer_money_alone(
    company: Company,
) -> None:
    """A second report, about the officer, was joined after the reward had been approved."""
    walk = walk_to_locked(company, level=2)
    about = walk_to_reported(company, about=About.SAFETY).report
    with company.work_as(company.head) as work:
        narrow(work, hold_case(work, walk.case), hold_report(work, about))
    with company.reading() as session:
        run = get_run(session, NOVEMBER, 1)
        hearing = {company.safety: False, company.head: True, company.finance: True}
        for person, hears in hearing.items():
            (line,) = view_run(session, run, company._actor(person), NOVEMBER.last_day).lines
            assert line.amount == yuan(50)
            told = (line.summary, line.report_number, line.case_number, line.workshop)
            assert (told == (SHORT, walk.report, walk.case, "机加工车间")) is hears
            assert hears or not set(told) - {"", "—"}


def test_a_draft_says_so_and_its_prints_are_not_counted(
    company: Company, typesetter: Typesetter
) -> None:
    walk_to_checked(company, level=2)
    printed(company, Version.APPROVAL)
    sheet = printed(company, Version.APPROVAL)
    assert (sheet.print_number, sheet.locked_at, sheet.check_code) == (0, None, None)
    paper = Print(typesetter.pdf(sheet))
    assert paper.shows(sheet.labels["draft"], sheet.labels["not_valid"])
    assert not paper.shows(Sentence("Print no. %(n)s", n=0))
    with company.reading() as session:
        run = get_run(session, NOVEMBER, 1)
        actor = company._actor(company.head)
        assert view_run(session, run, actor, NOVEMBER.last_day).prints == ()


def test_prints_of_a_locked_sheet_are_numbered_for_each_version(
    company: Company, typesetter: Typesetter
) -> None:
    walk_to_locked(company, level=2)
    numbers = [printed(company, version).print_number for version in (*Version, *Version)]
    assert numbers == [1] * len(Version) + [2] * len(Version)
    third = printed(company, Version.APPROVAL, company.head)
    assert Print(typesetter.pdf(third)).shows(Sentence("Print no. %(n)s", n=3), "周国强")


def test_the_safety_officer_prints_no_names_and_the_worker_nothing(company: Company) -> None:
    walk_to_locked(company, level=2)
    with pytest.raises(NotAllowed):
        printed(company, Version.FINANCE, company.safety)
    for version in Version:
        with pytest.raises(NotAllowed):
            printed(company, version, company.worker)
    assert printed(company, Version.APPROVAL, company.safety).print_number == 1


def test_both_versions_carry_the_same_money_and_share_no_key(
    company: Company, typesetter: Typesetter
) -> None:
    named, unnamed = (
        walk_quickly(company, level=2),
        walk_quickly(company, level=1, identity=Identity.ANONYMOUS),
    )
    decide(company, named, unnamed)
    finance = Name(person_id=company.finance)
    walk_to_locked(company, level=3, suggestion_adopted=True, name=finance)
    approval, paid = printed(company, Version.APPROVAL), printed(company, Version.FINANCE)
    assert isinstance(approval, ApprovalSheet)
    assert isinstance(paid, FinanceSheet)
    assert approval.total == paid.total == yuan(200 + 20 + 50 + 20)
    assert approval.left == yuan(6000 - 290)
    assert approval.check_code == paid.approval_check_code
    assert [line.employee_number for line in paid.ordered] == ["0003", "1001", ""]
    assert [len(approval.lines), len(paid.lines)] == [4, 3]
    to_sign, to_pay = Print(typesetter.pdf(approval)), Print(typesetter.pdf(paid))
    for paper in (to_sign, to_pay):
        assert paper.shows("JL-202611-01", capitals(yuan(290)), "290.00")
        assert paper.page(1).shows(Sentence("Checked by (finance)"), Sentence("Approved by (head)"))
    assert to_sign.shows(*(walk.report for walk in (named, unnamed)), SHORT)
    assert to_pay.shows("张伟", "李秀英", *(line.payout_number for line in paid.lines))
    for name in ("张伟", *(line.payout_number for line in paid.lines)):
        assert not to_sign.shows(name)
    for word in (named.report, named.case, unnamed.report, SHORT):
        assert not to_pay.shows(word)


def test_a_reprint_shows_what_was_locked_though_money_came_in_since(company: Company) -> None:
    walk_to_locked(company, level=2)
    before = printed(company, Version.APPROVAL)
    company.clock.move(timedelta(hours=1))
    with company.work_as(company.finance) as work:
        entered = budgets.enter(work, 2026, yuan(1000)).id
    with company.work_as(company.head) as work:
        budgets.approve(work, entered)
    decide(company, walk_quickly(company, level=1))
    settle(company)
    again = printed(company, Version.APPROVAL)
    assert isinstance(before, ApprovalSheet)
    assert isinstance(again, ApprovalSheet)
    assert (again.lines, again.budget) == (before.lines, before.budget)
    assert again.check_code == before.check_code


def test_a_workshop_that_gets_another_name_changes_no_locked_sheet_and_no_board(
    company: Company,
) -> None:
    decide(company, *[walk_quickly(company, level=1) for _ in range(5)])
    settle(company)
    before = [vars(printed(company, version))["lines"] for version in Version]
    assert all("机加工车间" in str(lines) for lines in before)
    with company.work_as() as work:
        rename_unit(work, get_unit(work.session, company.workshop), "一车间")
    assert [vars(printed(company, version))["lines"] for version in Version] == before


def test_what_goes_with_the_wages_says_so_and_is_exported_until_it_is_paid(
    company: Company, typesetter: Typesetter
) -> None:
    with company.work_as(company.head) as work:
        values = policy_values(work.session, 1)
        values["rewards"]["pay"] = Pay.WAGES
        add_version(work, values, day_of(work.now))
    guest = walk_quickly(
        company, level=1, name=Name(name="钱师傅", team="外协", company="顺达搬运")
    )
    with company.work_as(company.safety) as work:
        match_outside(work, hold_report(work, guest.report))
    decide(company, guest, walk_quickly(company, level=2, identity=Identity.ANONYMOUS))
    walk_to_locked(company, level=3)
    sheet = printed(company, Version.FINANCE)
    assert isinstance(sheet, FinanceSheet)
    said = {write(line.method, CHINESE): line.instead for line in sheet.ordered}
    assert set(said) == {"随工资", "现金", "凭码"}
    assert (said["现金"], said["凭码"]) == (None, None), "they sign"
    assert "随2026年11月工资" in Print(typesetter.pdf(sheet)).text.replace(" ", "")
    with company.work_as(company.finance) as work:
        run = hold_run(work, NOVEMBER, 1)
        (line,) = export_payroll(work, run).for_payroll
        assert (line.employee_number, line.net) == ("1001", yuan(200))
        pay_named(work, run)
        with pytest.raises(Refused, match="Nothing is left for the payroll"):
            export_payroll(work, run)


def test_the_second_sheet_counts_the_first_as_paid_before(company: Company) -> None:
    walk_to_locked(company, level=3)
    company.clock.move(timedelta(hours=1))
    decide(company, walk_quickly(company, level=1))
    settle(company)
    with company.work_as(company.finance) as work:
        run = hold_run(work, NOVEMBER, 2)
        sheet = view_sheet(work.session, work.actor, run, Version.APPROVAL, work.now)
    assert isinstance(sheet, ApprovalSheet)
    assert sheet.budget.paid_before == yuan(200)
    assert sheet.left == yuan(6000 - 220)


def test_a_sheet_made_by_two_officers_at_once_is_one_sheet(company: Company) -> None:
    decide(company, walk_quickly(company, level=1), walk_quickly(company, level=2))
    safety, start = company._actor(company.safety), threading.Barrier(6)
    ended: list[int | type[HazardError]] = []

    def make() -> None:
        start.wait()
        try:
            with company.work_as(actor=safety) as work:
                ended.append(settlement.draft(work, NOVEMBER).run)
        except HazardError as error:
            ended.append(type(error))

    threads = [threading.Thread(target=make) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(ended) <= {1, Refused}
    assert len(ended) == 6
    with company.reading() as session:
        (run,) = list_runs(session, NOVEMBER)
        assert (len(run.lines), total(run)) == (2, yuan(70))
