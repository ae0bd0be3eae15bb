"""Printing a month's sheet: both versions from the same lines, each locked print numbered."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import func, select

from hazard.access.permissions import Permission, Role
from hazard.audit.work import Work
from hazard.core.calendar import Month
from hazard.core.clock import day_of
from hazard.core.money import ZERO
from hazard.core.words import N_, Sentence
from hazard.people.queries import list_holders, root_unit
from hazard.policy.queries import get_plant
from hazard.policy.words import Category
from hazard.rewards.models import Award, Budget, Printing, Settlement, SettlementLine
from hazard.rewards.queries import AwardView, Payment, list_payments, view_run
from hazard.rewards.settlement import run_number
from hazard.rewards.sheets import (
    ApprovalLine,
    ApprovalSheet,
    FinanceLine,
    FinanceSheet,
    RewardSheet,
)
from hazard.rewards.sheets import Budget as YearsMoney
from hazard.rewards.terms import AwardKind, PayeeKind, RunState, Version

CATEGORIES: Mapping[Category, Sentence] = {
    Category.PERSON: Sentence(N_("Human factor")),
    Category.EQUIPMENT: Sentence(N_("Equipment")),
    Category.ENVIRONMENT: Sentence(N_("Environment")),
    Category.MANAGEMENT: Sentence(N_("Management")),
    Category.UNSURE: Sentence(N_("Other")),
}
GROUNDS: Mapping[AwardKind, Sentence] = {
    AwardKind.MAIN: Sentence(N_("First report")),
    AwardKind.SUGGESTION: Sentence(N_("The suggestion was adopted")),
}
METHODS: Mapping[PayeeKind, Sentence] = {
    PayeeKind.PERSON: Sentence(N_("Cash")),
    PayeeKind.OUTSIDE: Sentence(N_("Cash")),
    PayeeKind.VOUCHER: Sentence(N_("By code")),
}
BY_CODE = Sentence(N_("Collected with the code"))


NEEDS: Mapping[Version, Permission] = {
    Version.APPROVAL: Permission.SETTLEMENT_READ,
    Version.FINANCE: Permission.SETTLEMENT_NAMES,
}


def print_sheet(work: Work, run: Settlement, version: Version) -> RewardSheet:
    """Return a version of the sheet to be laid out; prints of a locked one are counted.

    Needs the permission of the version, and the run held, so that no two prints carry one number.
    Drafts carry no number and say that they are drafts.
    """
    work.actor.need(NEEDS[version])
    number = 0
    if run.state in {RunState.LOCKED, RunState.PAID}:
        number = _count_print(work, run, version)
    return _SHEETS[version](work, run, number)


def _count_print(work: Work, run: Settlement, version: Version) -> int:
    printed = select(func.max(Printing.number)).where(
        Printing.settlement_id == run.id, Printing.version == version.value
    )
    number = (work.session.scalar(printed) or 0) + 1
    work.session.add(
        Printing(
            settlement_id=run.id, version=version.value, number=number,
            by_id=work.actor.person_id or 0, at=work.now,
        )
    )  # fmt: skip
    work.record("printed", run, version=version, number=number)
    return number


def _approval(work: Work, run: Settlement, number: int) -> ApprovalSheet:
    shown = view_run(work.session, run, work.actor, day_of(work.now))
    years = _years(work, run)
    return ApprovalSheet(
        **_frame(work, run, number),
        lines=tuple(_approval_line(line, years[line.id], shown.month) for line in shown.lines),
        budget=_money_of(work, run, set(years.values()) or {shown.month.year}),
        union=_fourth_hand(work),
    )


def _finance(work: Work, run: Settlement, number: int) -> FinanceSheet:
    payments = list_payments(work.session, work.actor, run)
    return FinanceSheet(
        **_frame(work, run, number),
        lines=tuple(_finance_line(payment) for payment in payments),
        approval_check_code=run.check_code or None,
    )


_SHEETS: Mapping[Version, Callable[[Work, Settlement, int], RewardSheet]] = {
    Version.APPROVAL: _approval,
    Version.FINANCE: _finance,
}


def _frame(work: Work, run: Settlement, number: int) -> dict[str, Any]:
    return {
        "printed_at": work.now,
        "company": get_plant(work.session).name,
        "month": Month.parse(run.month).first_day,
        "run_number": run_number(run),
        "table_version": _table_version(work, run),
        "locked_at": run.locked_at,
        "check_code": run.check_code or None,
        "print_number": number,
        "printed_by": work.actor.name,
    }


def _approval_line(line: AwardView, year: int, month: Month) -> ApprovalLine:
    other_post = any(r.msgid == N_("Outside the reporter's own post") for r in line.reasons)
    grounds = (GROUNDS[line.kind], *([Sentence(N_("Out-of-post"))] if other_post else []))
    return ApprovalLine(
        report_number=line.report_number, summary=line.summary, workshop=line.workshop,
        category=CATEGORIES[line.category], level=line.level, standard=line.standard,
        proposed=line.amount, due=line.amount,
        grounds=Sentence(N_("%(grounds)s, rule %(rule)s"), grounds=grounds, rule=line.rule),
        source=line.kind.label,
        note="" if year == month.year else Sentence(N_("Budget of %(year)s"), year=str(year)),
    )  # fmt: skip


def _finance_line(payment: Payment) -> FinanceLine:
    voucher = payment.kind is PayeeKind.VOUCHER
    return FinanceLine(
        payout_number=payment.payout_number,
        name=BY_CODE if voucher else payment.name,
        employee_number=payment.employee_no,
        team=payment.team,
        due=payment.amount,
        method=METHODS[payment.kind],
        collected_on=payment.paid_on,
        witnessed=voucher,
    )


def _years(work: Work, run: Settlement) -> dict[int, int]:
    """Return the budget year of each award of the run: the one of its approval."""
    awards = select(Award.id, Award.year).join(SettlementLine, SettlementLine.award_id == Award.id)
    rows = work.session.execute(awards.where(SettlementLine.settlement_id == run.id))
    return {award: year or 0 for award, year in rows}


def _money_of(work: Work, run: Settlement, years: set[int]) -> YearsMoney:
    """Return the budget of the run's years and what earlier sheets took, as of its lock."""
    until = run.locked_at or work.now
    budgets = select(Budget.amount).where(Budget.year.in_(years), Budget.approved_at <= until)
    earlier = (
        select(SettlementLine.amount)
        .join(Settlement, Settlement.id == SettlementLine.settlement_id)
        .join(Award, Award.id == SettlementLine.award_id)
        .where(Award.year.in_(years), Settlement.id != run.id, Settlement.locked_at <= until)
    )
    return YearsMoney(
        year=sum(work.session.scalars(budgets), ZERO),
        paid_before=sum(work.session.scalars(earlier), ZERO),
    )


def _table_version(work: Work, run: Settlement) -> int:
    newest = (
        select(func.max(Award.policy_version))
        .join(SettlementLine, SettlementLine.award_id == Award.id)
        .where(SettlementLine.settlement_id == run.id)
    )
    return work.session.scalar(newest) or 0


def _fourth_hand(work: Work) -> Sentence | None:
    """Return who signs besides, where the union or a workers' representative is named."""
    root = root_unit(work.session)
    roles = [Role.UNION_REPRESENTATIVE]
    holders = list_holders(work.session, roles, root.path, day_of(work.now))
    if not holders and not get_plant(work.session).union_name:
        return None
    return Role.UNION_REPRESENTATIVE.label
