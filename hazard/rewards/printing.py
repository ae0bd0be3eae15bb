"""A month's sheet in its versions, all from the same lines; prints are a deed and numbered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hazard.access.actor import Actor
from hazard.access.permissions import Permission, Role
from hazard.audit.work import Work
from hazard.core.calendar import Month
from hazard.core.clock import day_of
from hazard.core.errors import Refused
from hazard.core.money import ZERO
from hazard.core.typeset import Words
from hazard.core.words import N_, Sentence
from hazard.people.queries import list_holders, names_of, root_unit
from hazard.policy.queries import get_plant, policy_on
from hazard.policy.words import Category, Pay
from hazard.rewards.board import BoardEntry, board_of
from hazard.rewards.models import Award, Budget, Printing, Settlement, SettlementLine
from hazard.rewards.queries import AwardView, Payment, list_payments, view_run
from hazard.rewards.sealed import need_opened
from hazard.rewards.settlement import run_number
from hazard.rewards.sheets import (
    ApprovalLine,
    ApprovalSheet,
    BoardLine,
    BoardSheet,
    FinanceLine,
    FinanceSheet,
    RewardSheet,
)
from hazard.rewards.sheets import Budget as YearsMoney
from hazard.rewards.terms import AwardKind, AwardState, PayeeKind, RunState, Version

CATEGORIES: Mapping[Category, Sentence] = {
    Category.PERSON: Sentence(N_("Human factor")),
    Category.EQUIPMENT: Sentence(N_("Equipment")),
    Category.ENVIRONMENT: Sentence(N_("Environment")),
    Category.MANAGEMENT: Sentence(N_("Management")),
    Category.UNSURE: Sentence(N_("Other")),
}
GROUNDS: Mapping[AwardKind, Sentence] = {
    AwardKind.MAIN: Sentence(N_("First report")),
    AwardKind.SUGGESTION: AwardKind.SUGGESTION.label,
    AwardKind.SUPPLEMENT: Sentence(N_("Supplement that helped")),
}
METHODS: Mapping[PayeeKind, Sentence] = {
    PayeeKind.PERSON: Sentence(N_("Cash")),
    PayeeKind.OUTSIDE: Sentence(N_("Cash")),
    PayeeKind.VOUCHER: Sentence(N_("By code")),
    PayeeKind.SEALED: Sentence(N_("Cash")),
}
WITH_WAGES = Sentence(N_("Wages"))
BY_CODE = Sentence(N_("Collected with the code"))


NEEDS: Mapping[Version, Permission] = {
    Version.APPROVAL: Permission.SETTLEMENT_READ,
    Version.FINANCE: Permission.SETTLEMENT_NAMES,
    Version.BOARD: Permission.WORK,
}
LOCKED = (RunState.LOCKED, RunState.PAID)


@dataclass(frozen=True, slots=True)
class _Frame:
    """As what a sheet is shown: a draft, a preview, or one numbered print."""

    session: Session
    actor: Actor
    run: Settlement
    at: datetime
    by: str
    number: int
    opened: Mapping[int, str]
    """Employee numbers of sealed payees by payee id."""

    @property
    def day(self) -> date:
        """Return until when payments count."""
        return day_of(self.at)


def count_print(work: Work, run: Settlement, version: Version) -> int:
    """Count a print of a locked sheet and return its number (words 117).

    Needs the permission of the version and of reading sheets, and the run held, so that no two
    prints carry one number.
    """
    work.actor.need(Permission.SETTLEMENT_READ)
    work.actor.need(NEEDS[version])
    if run.state not in LOCKED:
        raise Refused(Sentence(N_("Only a locked sheet is printed. Until then look at the draft")))
    last = _last_print(work.session, run, version)
    number = last.number + 1 if last else 1
    work.session.add(
        Printing(
            settlement_id=run.id, version=version.value, number=number,
            by_id=work.actor.person_id or 0, at=work.now,
        )
    )  # fmt: skip
    work.record("printed", run, version=version, number=number)
    return number


def view_sheet(
    session: Session, actor: Actor, run: Settlement, version: Version, now: datetime,
    opened: Mapping[int, str] | None = None,
) -> RewardSheet:  # fmt: skip
    """Return a version of the sheet as last printed, else a preview, before its lock a draft.

    Needs the permission of the version. The board version is for everybody once it is locked;
    before, and to nobody else, it is there for those who read sheets. Nothing is counted. The
    finance version is refused while sealed payees are closed; `opened` are their employee numbers.
    """
    actor.need(NEEDS[version])
    opened = opened or {}
    if version is Version.FINANCE:
        need_opened(session, run, opened)
    if run.state not in LOCKED:
        actor.need(Permission.SETTLEMENT_READ)
    last = _last_print(session, run, version)
    if last is None or run.state not in LOCKED:
        return _SHEETS[version](_Frame(session, actor, run, now, actor.name, 0, opened))
    by = names_of(session, [last.by_id]).get(last.by_id, "")
    return _SHEETS[version](_Frame(session, actor, run, last.at, by, last.number, opened))


def export_payroll(
    work: Work, run: Settlement, opened: Mapping[int, str] | None = None
) -> FinanceSheet:
    """Return the locked sheet for the payroll and record it; needs `settlement:names`.

    Refused once everybody with a staff number is paid: nothing may be paid twice.
    """
    work.actor.need(Permission.SETTLEMENT_NAMES)
    if run.state not in LOCKED:
        raise Refused(Sentence(N_("Only a locked sheet goes to the payroll")))
    opened = opened or {}
    need_opened(work.session, run, opened)
    sheet = _finance(_Frame(work.session, work.actor, run, work.now, work.actor.name, 0, opened))
    if not sheet.for_payroll:
        raise Refused(Sentence(N_("Nothing is left for the payroll: who has a number is paid")))
    work.record("payroll_exported", run)
    return sheet


def _last_print(session: Session, run: Settlement, version: Version) -> Printing | None:
    printed = select(Printing).where(
        Printing.settlement_id == run.id, Printing.version == version.value
    )
    return session.scalars(printed.order_by(Printing.number.desc())).first()


def _approval(frame: _Frame) -> ApprovalSheet:
    shown = view_run(frame.session, frame.run, frame.actor, frame.day)
    years = _years(frame)
    return ApprovalSheet(
        **_head(frame),
        lines=tuple(_approval_line(line, years[line.id], shown.month) for line in shown.lines),
        budget=_money_of(frame, set(years.values()) or {shown.month.year}),
        union=_fourth_hand(frame),
    )


def _finance(frame: _Frame) -> FinanceSheet:
    payments = list_payments(frame.session, frame.actor, frame.run, frame.opened)
    return FinanceSheet(
        **_head(frame),
        lines=tuple(_finance_line(frame, payment) for payment in payments),
        approval_check_code=frame.run.check_code or None,
    )


def _board(frame: _Frame) -> BoardSheet:
    board = board_of(frame.session, frame.run, frame.day)
    return BoardSheet(
        **_head(frame),
        lines=tuple(map(_board_line, board.entries)),
        held=board.held, with_places=board.with_places,
        months=tuple(month.first_day for month in board.months),
        contact=_contact(frame), union=_fourth_hand(frame),
    )  # fmt: skip


_SHEETS: Mapping[Version, Callable[[_Frame], RewardSheet]] = {
    Version.APPROVAL: _approval,
    Version.FINANCE: _finance,
    Version.BOARD: _board,
}


def _head(frame: _Frame) -> dict[str, Any]:
    run = frame.run
    return {
        "printed_at": frame.at,
        "company": get_plant(frame.session).name,
        "month": Month.parse(run.month).first_day,
        "run_number": run_number(run),
        "table_version": _table_version(frame),
        "locked_at": run.locked_at,
        "check_code": run.check_code or None,
        "print_number": frame.number,
        "printed_by": frame.by,
    }


def _board_line(entry: BoardEntry) -> BoardLine:
    return BoardLine(
        tail=entry.tail, workshop=entry.workshop or Sentence(N_("Whole plant")),
        category=CATEGORIES[entry.category], level=entry.level, amount=entry.amount,
        state=AwardState.PAID.label if entry.paid else Sentence(N_("To be paid")),
    )  # fmt: skip


def _contact(frame: _Frame) -> Words:
    """Return who hears objections: the union or representative, else the safety officer."""
    plant = get_plant(frame.session)
    union = " ".join(part for part in (plant.union_name, plant.union_phone) if part)
    officer = " ".join(part for part in (plant.officer, plant.officer_phone) if part)
    return union or officer or Role.SAFETY_OFFICER.label


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


def pays_with_wages(session: Session, run: Settlement, day: date) -> bool:
    """Say whether employees get the sheet with their wages, by the policy of the day it locked."""
    of = day_of(run.locked_at) if run.locked_at else day
    return policy_on(session, of).policy.rewards.pay is Pay.WAGES


def _finance_line(frame: _Frame, payment: Payment) -> FinanceLine:
    voucher, day = payment.kind is PayeeKind.VOUCHER, frame.day
    waged = bool(payment.employee_no) and pays_with_wages(frame.session, frame.run, day)
    wages = Sentence(N_("With the wages of %(month)s"), month=Month.parse(frame.run.month).label)
    return FinanceLine(
        payout_number=payment.payout_number,
        name=BY_CODE if voucher else payment.name,
        employee_number=payment.employee_no,
        team=payment.team,
        due=payment.amount,
        method=WITH_WAGES if waged else METHODS[payment.kind],
        instead=wages if waged else None,
        collected_on=payment.paid_on if payment.paid_on and payment.paid_on <= day else None,
        witnessed=voucher,
    )


def _years(frame: _Frame) -> dict[int, int]:
    """Return the budget year of each award of the run: the one of its approval."""
    awards = select(Award.id, Award.year).join(SettlementLine, SettlementLine.award_id == Award.id)
    rows = frame.session.execute(awards.where(SettlementLine.settlement_id == frame.run.id))
    return {award: year or 0 for award, year in rows}


def _money_of(frame: _Frame, years: set[int]) -> YearsMoney:
    """Return the budget of the run's years and what earlier sheets took, as of its lock."""
    run, session = frame.run, frame.session
    until = run.locked_at or frame.at
    budgets = select(Budget.amount).where(Budget.year.in_(years), Budget.approved_at <= until)
    earlier = (
        select(SettlementLine.amount)
        .join(Settlement, Settlement.id == SettlementLine.settlement_id)
        .join(Award, Award.id == SettlementLine.award_id)
        .where(Award.year.in_(years), Settlement.id != run.id, Settlement.locked_at <= until)
    )
    return YearsMoney(
        year=sum(session.scalars(budgets), ZERO),
        paid_before=sum(session.scalars(earlier), ZERO),
    )


def _table_version(frame: _Frame) -> int:
    newest = (
        select(func.max(Award.policy_version))
        .join(SettlementLine, SettlementLine.award_id == Award.id)
        .where(SettlementLine.settlement_id == frame.run.id)
    )
    return frame.session.scalar(newest) or 0


def _fourth_hand(frame: _Frame) -> Sentence | None:
    """Return who signs besides, where the union or a workers' representative is named."""
    root = root_unit(frame.session)
    roles = [Role.UNION_REPRESENTATIVE]
    holders = list_holders(frame.session, roles, root.path, frame.day)
    if not holders and not get_plant(frame.session).union_name:
        return None
    return Role.UNION_REPRESENTATIVE.label
