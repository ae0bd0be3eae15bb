"""What waits for whom: of the money, and all that the desk shows with it."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazard.access.actor import Actor
from hazard.access.permissions import Permission
from hazard.cases.models import Assignment, Case
from hazard.cases.waiting import Item, waiting_for
from hazard.core.calendar import Month
from hazard.core.clock import day_of
from hazard.core.words import N_, Sentence
from hazard.deadlines.queries import Due, running_of
from hazard.deadlines.terms import DeadlineKind
from hazard.people.queries import actor_of, list_role_holders
from hazard.rewards.budgets import list_budgets
from hazard.rewards.models import Settlement
from hazard.rewards.queries import cases_to_decide
from hazard.rewards.settlement import list_runs, run_number
from hazard.rewards.terms import RunState


def desk_of(session: Session, actor: Actor, now: datetime) -> list[Item]:
    """Return all that waits for the actor: danger first, then what is due soonest."""
    items = waiting_for(session, actor, now) + money_waiting_for(session, actor, now)
    return sorted(items, key=lambda item: item.key)


def list_due_today(session: Session, now: datetime) -> list[tuple[int, int]]:
    """Return who has lines on the desk that are due today, and how many.

    Only who holds a role or a part in a case has anything on a desk.
    """
    today = day_of(now)
    parts = select(Assignment.person_id).where(Assignment.ended_at.is_(None)).distinct()
    people = {*list_role_holders(session, today), *session.scalars(parts)}
    actors = (actor_of(session, person, today) for person in sorted(people))
    counted = ((a.person_id, _due_today(desk_of(session, a, now))) for a in actors if a)
    return [(person, n) for person, n in counted if person is not None and n]


def _due_today(items: list[Item]) -> int:
    """Count the pages that the desk marks as due today: one line each, by what is due soonest."""
    first: dict[str, Item] = {}
    for item in items:
        first.setdefault(item.href, item)
    dues = [item.due for item in first.values() if item.due and not item.due.paused]
    return sum(not due.overdue and due.left == 0 for due in dues)


def money_waiting_for(session: Session, actor: Actor, now: datetime) -> list[Item]:
    """Return the steps of the money that wait for the actor, each with its page."""
    year = day_of(now).year
    return [
        *_decisions(session, actor, now), *_runs(session, actor), *_budget(session, actor, year)
    ]  # fmt: skip


def _decisions(session: Session, actor: Actor, now: datetime) -> Iterator[Item]:
    if not actor.may(Permission.AWARD_DECIDE):
        return
    cases = cases_to_decide(session, actor, day_of(now))
    if cases:
        words = Sentence(N_("Rewards to decide: %(n)s"), n=len(cases))
        yield _item("award_decision", words, "/rewards", _soonest(session, cases, now))


def _soonest(session: Session, case_ids: list[int], now: datetime) -> Due | None:
    clocks = running_of(session, [(Case.kind, case_id) for case_id in sorted(set(case_ids))], now)
    return next((due for due in clocks if due.kind is DeadlineKind.AWARD), None)


def _runs(session: Session, actor: Actor) -> Iterator[Item]:
    for run in list_runs(session):
        if words := _step_of(run, actor):
            href = f"/settlements/{run.month}/{run.run}"
            yield _item("settlement", words, href, None, run_number(run))


def _step_of(run: Settlement, actor: Actor) -> Sentence | None:
    month = Month.parse(run.month)
    mine = actor.person_id in {run.made_by, run.checked_by}
    if run.state is RunState.DRAFT and run.note and actor.person_id == run.made_by:
        return Sentence(N_("The sheet of %(month)s came back to you"), month=month.label)
    if run.state is RunState.DRAFT and actor.may(Permission.SETTLEMENT_CHECK) and not mine:
        return Sentence(N_("Check the sheet of %(month)s"), month=month.label)
    if run.state is RunState.CHECKED and actor.may(Permission.SETTLEMENT_APPROVE) and not mine:
        return Sentence(N_("Approve the sheet of %(month)s"), month=month.label)
    if run.state is RunState.LOCKED and actor.may(Permission.SETTLEMENT_PAY):
        return Sentence(N_("Pay the sheet of %(month)s"), month=month.label)
    return None


def _budget(session: Session, actor: Actor, year: int) -> Iterator[Item]:
    budgets = list_budgets(session, year)
    if not budgets and actor.may(Permission.BUDGET_MAKE):
        yield _item("budget", Sentence(N_("Enter the budget of %(year)s"), year=year), "/budgets")
    waiting = any(budget.approved_by is None for budget in budgets)
    if waiting and actor.may(Permission.BUDGET_APPROVE):
        yield _item("budget", Sentence(N_("Approve the budget of %(year)s"), year=year), "/budgets")


def _item(kind: str, words: Sentence, href: str, due: Due | None = None, number: str = "") -> Item:
    return Item(kind, words, number, href, "", "", due)
