"""The ledger against a model: whatever people do in whatever order, no fen appears or is lost."""

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.engine import make_url

from hazard.audit.queries import verify_trail
from hazard.cases.queries import hold_case
from hazard.core.calendar import Month
from hazard.core.clock import CHINA, FakeClock
from hazard.core.db import Database
from hazard.core.errors import NotAllowed, Refused, Unclear
from hazard.core.money import ZERO, Money, yuan
from hazard.rewards import awards, budgets, payout, settlement
from hazard.rewards.cancelling import cancel
from hazard.rewards.models import Award, AwardShare, Balance, Payee, Posting
from hazard.rewards.posting import AlreadyPosted, NotCovered, post
from hazard.rewards.queries import list_payments
from hazard.rewards.terms import Account, AwardState, RunState
from tests.company import Company, found_company
from tests.conftest import MONDAY
from tests.servers import Postgres, fresh_postgres_url
from tests.walks import walk_to_graded

LEVELS = (5, 4, 3, 2, 1)
FIGURES = {5: (3000, 20), 4: (1000, 20), 3: (200, 20), 2: (50, 10), 1: (20, 10)}
OPEN = (RunState.DRAFT, RunState.CHECKED)
Fresh = Callable[[], Any]


@dataclass
class Expected:
    """What the model thinks of one award."""

    level: int
    fen: int
    state: AwardState
    year: int = 0
    decided: int = 0


@dataclass
class Sheet:
    """What the model thinks of one run."""

    month: Month
    number: int
    state: RunState
    awards: list[int] = field(default_factory=list)


class Ledger(RuleBasedStateMachine):
    """Five graded hazards, two budget years, and every verb that moves money."""

    fresh: Fresh
    template: Company
    cases: list[str]

    @initialize()
    def open_plant(self) -> None:
        self._opened = type(self).fresh()
        database = self._opened.__enter__()
        self.company = replace(self.template, database=database)
        self.clock = self.company.clock
        self.clock.set(MONDAY)
        self.accounts: dict[int, dict[Account, int]] = defaultdict(
            lambda: dict.fromkeys(Account, 0)
        )
        self.accounts[2026][Account.BUDGET] = 600_000
        self.funded = {2026: 600_000, 2027: 0}
        self.entered: list[tuple[int, int, int]] = []
        self.awards: dict[int, Expected] = {}
        self.sheets: list[Sheet] = []
        self.unproposed = list(zip(LEVELS, self.cases, strict=True))

    def teardown(self) -> None:
        if hasattr(self, "_opened"):
            with self.company.reading() as session:
                assert verify_trail(session) == []
            self._opened.__exit__(None, None, None)

    @precondition(lambda self: self.unproposed)
    @rule(data=st.data())
    def propose(self, data: st.DataObject) -> None:
        level, case = data.draw(st.sampled_from(self.unproposed))
        self.unproposed.remove((level, case))
        with self.company.work_as(self.company.safety) as work:
            made = awards.propose(work, hold_case(work, case), out_of_post=False, declared=True)
            shown = [(award.id, award.amount) for award in made]
        assert [amount for _, amount in shown] == [yuan(figure) for figure in FIGURES[level]]
        for award, amount in shown:
            self.awards[award] = Expected(level, amount.fen, AwardState.PROPOSED)

    @precondition(lambda self: self.among(AwardState.PROPOSED))
    @rule(data=st.data(), approve=st.sampled_from([True, True, True, False]))
    def decide(self, data: st.DataObject, *, approve: bool) -> None:
        ids = data.draw(st.lists(st.sampled_from(self.among(AwardState.PROPOSED)), min_size=1))
        self.clock.move(timedelta(minutes=1))
        decision = awards.Decision(approve=approve, note="" if approve else "不属于奖励范围")
        with self.company.work_as(self.company.head) as work:
            awards.decide(work, ids, decision, declared=True)
        for award in set(ids):
            expected = self.awards[award]
            expected.state = AwardState.WAITING if approve else AwardState.REFUSED
            expected.year, expected.decided = self.year, int(self.clock.monotonic())
        if approve:
            self.fund(self.year)

    @precondition(lambda self: self.among(AwardState.APPROVED, AwardState.WAITING))
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        award = data.draw(st.sampled_from(self.among(AwardState.APPROVED, AwardState.WAITING)))
        with self.company.work_as(self.company.head) as work:
            cancel(work, award, "复核不实")
        expected = self.awards[award]
        for sheet in self.sheets:
            if award in sheet.awards:
                sheet.awards.remove(award)
                sheet.state = RunState.DRAFT
        if expected.state is AwardState.APPROVED:
            self.move(expected, Account.RESERVED, Account.BUDGET)
            expected.state = AwardState.CANCELLED
            self.fund(expected.year)
        expected.state = AwardState.CANCELLED

    @rule(year=st.sampled_from([2026, 2027]), amount=st.integers(1, 400_000))
    def enter_budget(self, year: int, amount: int) -> None:
        with self.company.work_as(self.company.finance) as work:
            self.entered.append((budgets.enter(work, year, Money(amount)).id, year, amount))

    @precondition(lambda self: self.entered)
    @rule()
    def approve_budget(self) -> None:
        number, year, amount = self.entered.pop()
        with self.company.work_as(self.company.head) as work:
            budgets.approve(work, number)
        self.accounts[year][Account.BUDGET] += amount
        self.funded[year] += amount
        self.fund(year)
        with pytest.raises(Refused), self.company.work_as(self.company.head) as work:
            budgets.approve(work, number)

    @precondition(lambda self: self.year == 2026)
    @rule()
    def begin_the_new_year(self) -> None:
        self.clock.set(datetime(2027, 1, 4, 9, 0, tzinfo=CHINA))

    @rule()
    def draft(self) -> None:
        month = Month.of(self.clock.now())
        own = [sheet for sheet in self.sheets if sheet.month == month]
        kept = {a for s in self.sheets if s not in own or s.state not in OPEN for a in s.awards}
        due = [award for award in self.among(AwardState.APPROVED) if award not in kept]
        frozen = any(sheet.state is RunState.CHECKED for sheet in own)
        if frozen or not due:
            with pytest.raises(Refused), self.company.work_as(self.company.safety) as work:
                settlement.draft(work, month)
            return
        with self.company.work_as(self.company.safety) as work:
            number = settlement.draft(work, month).run
        open_ones = [sheet for sheet in own if sheet.state is RunState.DRAFT]
        if not open_ones:
            open_ones = [Sheet(month, len(own) + 1, RunState.DRAFT)]
            self.sheets += open_ones
        assert open_ones[0].number == number
        open_ones[0].awards = due

    @precondition(lambda self: self.standing(RunState.DRAFT))
    @rule()
    def check(self) -> None:
        sheet = self.standing(RunState.DRAFT)[0]
        if not sheet.awards:
            with pytest.raises(Refused):
                self.do(self.company.finance, settlement.check, sheet)
            return
        self.do(self.company.finance, settlement.check, sheet)
        sheet.state = RunState.CHECKED

    @precondition(lambda self: self.standing(RunState.CHECKED))
    @rule()
    def lock(self) -> None:
        sheet = self.standing(RunState.CHECKED)[0]
        self.do(self.company.head, settlement.approve, sheet)
        sheet.state = RunState.LOCKED
        for award in sheet.awards:
            self.move(self.awards[award], Account.RESERVED, Account.PAYABLE)
            self.awards[award].state = AwardState.PAYABLE

    @precondition(lambda self: self.standing(RunState.LOCKED))
    @rule()
    def pay(self) -> None:
        sheet = self.standing(RunState.LOCKED)[0]
        self.do(self.company.finance, payout.pay_named, sheet)
        sheet.state = RunState.PAID
        for award in sheet.awards:
            if self.awards[award].state is AwardState.PAYABLE:
                self.move(self.awards[award], Account.PAYABLE, Account.PAID)
                self.awards[award].state = AwardState.PAID
        with pytest.raises(Refused):
            self.do(self.company.finance, payout.pay_named, sheet)

    @precondition(lambda self: self.standing(RunState.PAID))
    @rule(data=st.data())
    def fail(self, data: st.DataObject) -> None:
        sheet = data.draw(st.sampled_from(self.standing(RunState.PAID)))
        with self.company.reading() as session:
            run = settlement.get_run(session, sheet.month, sheet.number)
            actor = self.company._actor(self.company.finance)
            payments = list_payments(session, actor, run)
            payment = data.draw(st.sampled_from(payments))
            back = [
                line.award_id
                for line in run.lines
                if self.number_of(line.payee_id, session) == payment.payout_number
            ]
        self.do(self.company.finance, payout.payment_failed, sheet, payment.payout_number, "退票")
        sheet.state = RunState.LOCKED
        for award in back:
            self.move(self.awards[award], Account.PAID, Account.PAYABLE)
            self.awards[award].state = AwardState.PAYABLE

    @invariant()
    def balances_are_those_of_the_model_and_never_below_zero(self) -> None:
        if not hasattr(self, "company"):
            return
        with self.company.reading() as session:
            for year in (2026, 2027):
                held = budgets.balances(session, year)
                assert {account: money.fen for account, money in held.items()} == (
                    self.accounts[year]
                )
                assert min(held.values()) >= ZERO
                assert sum(held.values(), ZERO).fen == self.funded[year]

    @invariant()
    def postings_replay_to_the_balances(self) -> None:
        if not hasattr(self, "company"):
            return
        replayed: dict[tuple[int, Account], int] = defaultdict(int)
        with self.company.reading() as session:
            for posting in session.scalars(select(Posting).order_by(Posting.id)):
                if posting.source is not None:
                    replayed[posting.year, posting.source] -= posting.amount.fen
                replayed[posting.year, posting.target] += posting.amount.fen
                assert min(replayed.values()) >= 0, "no balance was ever below zero"
            for balance in session.scalars(select(Balance)):
                assert replayed[balance.year, balance.account] == balance.amount.fen

    @invariant()
    def nothing_earned_is_lost_or_shrunk(self) -> None:
        if not hasattr(self, "company"):
            return
        with self.company.reading() as session:
            stored = {award.id: award for award in session.scalars(select(Award))}
            assert {number: award.state for number, award in stored.items()} == {
                number: expected.state for number, expected in self.awards.items()
            }
            for number, expected in self.awards.items():
                assert stored[number].amount.fen == expected.fen
            for share in session.scalars(select(AwardShare)):
                assert share.amount == stored[share.award_id].amount

    @property
    def year(self) -> int:
        return Month.of(self.clock.now()).year

    def among(self, *states: AwardState) -> list[int]:
        return [number for number, award in self.awards.items() if award.state in states]

    def standing(self, state: RunState) -> list[Sheet]:
        return [sheet for sheet in self.sheets if sheet.state is state]

    def do(self, person: int, verb: Callable[..., object], sheet: Sheet, *words: str) -> None:
        with self.company.work_as(person) as work:
            verb(work, settlement.hold_run(work, sheet.month, sheet.number), *words)

    def move(self, award: Expected, source: Account, target: Account) -> None:
        self.accounts[award.year][source] -= award.fen
        self.accounts[award.year][target] += award.fen

    def fund(self, year: int) -> None:
        waiting = [
            (-award.level if award.level >= 4 else 0, award.decided, number)
            for number, award in self.awards.items()
            if award.state is AwardState.WAITING and award.year == year
        ]
        for _, _, number in sorted(waiting):
            award = self.awards[number]
            if self.accounts[year][Account.BUDGET] < award.fen:
                return
            self.move(award, Account.BUDGET, Account.RESERVED)
            award.state = AwardState.APPROVED

    @staticmethod
    def number_of(payee_id: int, session: Any) -> str:
        return str(session.get_one(Payee, payee_id).payout_number)


def prepared(database: Database, now: FakeClock) -> tuple[Company, list[str]]:
    """The plant of four with one graded hazard of each level, each with an adopted idea."""
    company = found_company(database, now)
    walks = [walk_to_graded(company, level=level, suggestion_adopted=True) for level in LEVELS]
    return company, [walk.case for walk in walks]


@contextmanager
def opened(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.close()


FEW = {"max_examples": 3, "stateful_step_count": 16}
MANY = {"max_examples": 150, "stateful_step_count": 50}
SIZES = [pytest.param(FEW, id="few"), pytest.param(MANY, id="many", marks=pytest.mark.long)]


def play(fresh: Fresh, company: Company, cases: list[str], figures: dict[str, int]) -> None:
    machine = type("Plant", (Ledger,), {"fresh": fresh, "template": company, "cases": cases})
    quiet = settings(
        deadline=None,
        suppress_health_check=list(HealthCheck),
        max_examples=figures["max_examples"],
        stateful_step_count=figures["stateful_step_count"],
        database=None,
        print_blob=True,
    )
    run_state_machine_as_test(machine, settings=quiet)


@pytest.mark.parametrize("figures", SIZES)
def test_the_ledger_keeps_its_books_on_sqlite(
    figures: dict[str, int], tmp_path: Path, migrated_sqlite: Path, now: FakeClock
) -> None:
    template = tmp_path / "template.db"
    shutil.copy(migrated_sqlite, template)
    with opened(f"sqlite:///{template}") as database:
        company, cases = prepared(database, now)

    @contextmanager
    def fresh() -> Iterator[Database]:
        copy = tmp_path / "played.db"
        for left in tmp_path.glob("played.db*"):
            left.unlink()
        shutil.copy(template, copy)
        with opened(f"sqlite:///{copy}") as database:
            yield database

    play(staticmethod(fresh), company, cases, figures)


@pytest.mark.parametrize("figures", SIZES)
def test_the_ledger_keeps_its_books_on_postgresql(
    figures: dict[str, int], postgres: Postgres, migrated_postgres: str, now: FakeClock
) -> None:
    with fresh_postgres_url(postgres, template=migrated_postgres) as template_url:
        with opened(template_url) as database:
            company, cases = prepared(database, now)
        template = make_url(template_url).database or ""

        @contextmanager
        def fresh() -> Iterator[Database]:
            with fresh_postgres_url(postgres, template=template) as url, opened(url) as database:
                yield database

        play(staticmethod(fresh), company, cases, figures)


def test_the_same_thing_is_booked_once(company: Company) -> None:
    def book() -> None:
        with company.work_as() as work:
            post(work, 2026, Account.BUDGET, Account.RESERVED, yuan(1), key="award:1:reserved:1")

    book()
    with pytest.raises(AlreadyPosted):
        book()
    with company.reading() as session:
        assert budgets.balances(session, 2026)[Account.RESERVED] == yuan(1)


@pytest.mark.parametrize(
    ("source", "target", "amount"),
    [
        (Account.BUDGET, Account.PAID, yuan(1)),
        (None, Account.RESERVED, yuan(1)),
        (Account.PAYABLE, Account.RESERVED, yuan(1)),
        (Account.BUDGET, Account.RESERVED, ZERO),
        (Account.BUDGET, Account.RESERVED, yuan(-1)),
    ],
)
def test_there_are_no_other_ways_for_money(
    company: Company, source: Account | None, target: Account, amount: Money
) -> None:
    with pytest.raises(ValueError, match="no such move"), company.work_as() as work:
        post(work, 2026, source, target, amount, key="a slip")


def test_an_account_never_goes_below_zero(company: Company) -> None:
    too_much = yuan(6000) + Money(1)
    with pytest.raises(NotCovered), company.work_as() as work:
        post(work, 2026, Account.BUDGET, Account.RESERVED, too_much, key="too much")
    with pytest.raises(NotCovered), company.work_as() as work:
        post(work, 2027, Account.BUDGET, Account.RESERVED, Money(1), key="no budget")
    with company.work_as() as work:
        post(work, 2026, Account.BUDGET, Account.RESERVED, yuan(6000), key="all of it")
    with company.reading() as session:
        assert budgets.balances(session, 2026)[Account.BUDGET] == ZERO


def test_a_budget_needs_finance_the_head_an_amount_and_a_near_year(company: Company) -> None:
    for person in (company.safety, company.head, company.worker):
        with pytest.raises(NotAllowed), company.work_as(person) as work:
            budgets.enter(work, 2026, yuan(1))
    for year, amount in ((2026, ZERO), (2029, yuan(1)), (2024, yuan(1))):
        with pytest.raises(Unclear), company.work_as(company.finance) as work:
            budgets.enter(work, year, amount)
    with company.work_as(company.finance) as work:
        entered = budgets.enter(work, 2027, yuan(100)).id
    with pytest.raises(NotAllowed), company.work_as(company.finance) as work:
        budgets.approve(work, entered)
    with company.reading() as session:
        assert budgets.balances(session, 2027)[Account.BUDGET] == ZERO
