"""The year's budget: finance enters it, the head approves it, waiting rewards are funded."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazard.access.duties import different_hands
from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.core.clock import day_of
from hazard.core.errors import NotFound, Refused, Unclear
from hazard.core.money import ZERO, Money
from hazard.core.words import N_, Sentence
from hazard.rewards.funding import fund_waiting
from hazard.rewards.models import Balance, Budget
from hazard.rewards.posting import post
from hazard.rewards.terms import Account

WARN_AT = (70, 90, 100)
"""Percent of the budget used at which pages warn; at 100 nothing more is funded."""


def enter(work: Work, year: int, amount: Money) -> Budget:
    """Enter a budget, or an addition to it; needs `budget:make`."""
    work.actor.need(Permission.BUDGET_MAKE)
    if amount <= ZERO:
        raise Unclear(Sentence(N_("Please enter an amount above zero")), field="amount")
    if abs(year - day_of(work.now).year) > 1:
        raise Unclear(Sentence(N_("Please enter this year or the next")), field="year")
    budget = Budget(year=year, amount=amount, made_by=work.actor.person_id or 0, made_at=work.now)
    work.session.add(budget)
    work.session.flush()
    work.record("entered", budget, year=year, fen=amount.fen)
    return budget


def withdraw(work: Work, budget_id: int) -> None:
    """Take back what was entered wrongly and not approved yet; needs `budget:make`."""
    work.actor.need(Permission.BUDGET_MAKE)
    budget = _hold_pending(work, budget_id)
    work.record("withdrawn", budget, year=budget.year, fen=budget.amount.fen)
    work.session.delete(budget)


def approve(work: Work, budget_id: int) -> Budget:
    """Approve an entered budget by other hands; waiting rewards are funded at once."""
    work.actor.need(Permission.BUDGET_APPROVE)
    budget = _hold_pending(work, budget_id)
    different_hands(sheet_maker=budget.made_by, sheet_approver=work.actor.person_id)
    budget.approved_by, budget.approved_at = work.actor.person_id, work.now
    post(work, budget.year, None, Account.BUDGET, budget.amount, key=f"budget:{budget.id}")
    work.record("approved", budget, year=budget.year, fen=budget.amount.fen)
    fund_waiting(work, budget.year)
    return budget


def _hold_pending(work: Work, budget_id: int) -> Budget:
    budget = work.session.get(Budget, budget_id, with_for_update=True)
    if budget is None:
        raise NotFound
    if budget.approved_at is not None:
        raise Refused(Sentence(N_("This budget is already approved")))
    return budget


def list_budgets(session: Session, year: int) -> list[Budget]:
    """Return what was entered for a year, in order."""
    return list(session.scalars(select(Budget).where(Budget.year == year).order_by(Budget.id)))


def balances(session: Session, year: int) -> dict[Account, Money]:
    """Return what stands in each account of a year."""
    rows = session.execute(select(Balance.account, Balance.amount).where(Balance.year == year))
    return {**dict.fromkeys(Account, ZERO), **dict(rows.all())}
