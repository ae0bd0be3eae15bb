"""What the pages of the money show, as frozen values; names only where `settlement:names` asks."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import Session

from hazard.access.actor import Actor
from hazard.access.duties import Part as Duty
from hazard.access.permissions import Permission
from hazard.cases.hands import fitting_all, hands_of
from hazard.cases.models import Case
from hazard.cases.queries import load_all, numbers_seen, under_roles
from hazard.core.calendar import Month
from hazard.core.clock import day_of
from hazard.core.errors import NotFound
from hazard.core.money import ZERO, Money
from hazard.core.words import Sentence
from hazard.people.models import Person
from hazard.people.queries import names_of, teams_of
from hazard.policy.queries import policy_on
from hazard.policy.words import Category, Identity
from hazard.reports.identity import unmatched_among
from hazard.reports.models import Report
from hazard.reports.queries import numbers_of
from hazard.rewards.awards import UNCONFIRMED
from hazard.rewards.budgets import WARN_AT, balances, list_budgets
from hazard.rewards.for_reporter import pay_day_of
from hazard.rewards.models import (
    Award,
    Budget,
    Payee,
    Printing,
    Settlement,
    SettlementLine,
)
from hazard.rewards.settlement import list_runs, run_number, total
from hazard.rewards.terms import (
    UNDONE,
    Account,
    AwardKind,
    AwardState,
    PayeeKind,
    RunState,
    Version,
)

PAGE = 50
VEILED = "—"
GRAVE_FROM = 4
FUNDED = (AwardState.APPROVED, AwardState.PAYABLE, AwardState.PAID)


@dataclass(frozen=True, slots=True)
class AwardView:
    """One award as lists show it: what was reported and what it earns, nobody's name but staff."""

    id: int
    case_number: str
    report_number: str
    summary: str
    workshop: str
    category: Category
    kind: AwardKind
    state: AwardState
    level: int
    amount: Money
    standard: Money
    rule: str
    reasons: tuple[Sentence, ...]
    proposed_by: str
    proposed_on: date
    decided_by: str
    decided_on: date | None
    note: str
    pays_by: date | None
    """Last day by which it is to be paid, once approved."""
    paid_on: date | None
    mine: bool
    """The actor's hands may decide it now."""
    confirmed: bool
    """The second person confirmed the hazard; nothing is decided before."""


@dataclass(frozen=True, slots=True)
class BudgetView:
    """The money of one year."""

    year: int
    total: Money
    reserved: Money
    payable: Money
    paid: Money
    left: Money
    used_percent: int
    warning: int
    """The highest of 70, 90 and 100 that is reached, else 0."""
    waiting: int
    """How many rewards wait for funds, and how much."""
    waiting_sum: Money
    grave_part: Money
    grave_short: Money
    """What is missing of the part meant for L4 and L5; zero while it is there."""
    entries: "tuple[BudgetEntry, ...]"


@dataclass(frozen=True, slots=True)
class BudgetEntry:
    """A budget somebody entered; in force when approved."""

    id: int
    amount: Money
    made_by: str
    made_on: date
    approved_by: str
    approved_on: date | None


@dataclass(frozen=True, slots=True)
class MonthView:
    """One month in the list of settlements."""

    month: Month
    runs: "tuple[RunView, ...]"
    due: int
    """Approved and funded rewards that no sheet of this month holds yet."""
    due_sum: Money


@dataclass(frozen=True, slots=True)
class Hand:
    """Who signed a step of a sheet, and when."""

    state: RunState
    by: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class RunView:
    """One sheet of a month; its lines show what was reported, not who."""

    month: Month
    run: int
    number: str
    state: RunState
    total: Money
    count: int
    hands: tuple[Hand, ...]
    note: str
    check_code: str
    lines: tuple[AwardView, ...] = ()
    paid_lines: int = 0
    days_to_money: int | None = None
    """Mean of whole days from proof to money over the paid lines."""
    prints: "tuple[PrintView, ...]" = ()


@dataclass(frozen=True, slots=True)
class PrintView:
    """One numbered print of a locked sheet."""

    version: Version
    number: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Payment:
    """One payout of a sheet, by who gets it: no hazard, no case."""

    payout_number: str
    kind: PayeeKind
    name: str
    """Empty for a voucher."""
    employee_no: str
    team: str
    amount: Money
    paid_on: date | None
    paid_by: str
    witness: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a month's sheet would leave out, and why, and what it would hold."""

    undecided: int
    unmatched: int
    """Approved, but the typed name is not matched to a person."""
    unfunded: int
    ready: int
    """Rewards that a sheet made now would hold and no sheet holds yet."""
    ready_sum: Money
    unmatched_numbers: tuple[str, ...] = ()
    """The reports to match, for who may."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What finance sees when somebody shows a number and the right code."""

    number: str
    identity: Identity
    amount: Money
    """Ready to be handed over now."""
    state: AwardState | None
    """Of the award furthest behind; None where nothing was proposed."""
    month: str
    paid_on: date | None
    hands: tuple[tuple[Duty, str], ...] = field(default=())
    """Who had a part in the case; the claimant must be none of them."""


def list_awards(
    session: Session, actor: Actor, states: Iterable[AwardState], today: date,
    before: int | None = None, limit: int = PAGE,
) -> list[AwardView]:  # fmt: skip
    """Return awards in these states within the actor's units, newest first, from `before` on."""
    query = _visible(actor).where(Award.state.in_(list(states))).order_by(Award.id.desc())
    if before is not None:
        query = query.where(Award.id < before)
    rows = session.execute(query.limit(limit)).all()
    return _award_views(session, rows, today, actor)


def list_awards_of(
    session: Session, actor: Actor, case_number: str, today: date
) -> list[AwardView]:
    """Return what was proposed for one case, oldest first."""
    rows = session.execute(_visible(actor).where(Case.number == case_number).order_by(Award.id))
    return _award_views(session, rows.all(), today, actor)


def gravest_first(session: Session, award_ids: Sequence[int]) -> list[int]:
    """Return these awards in the order in which funds are given to them (decisions 33)."""
    levels = dict(
        session.execute(select(Award.id, Award.level).where(Award.id.in_(award_ids))).all()
    )
    return sorted(award_ids, key=lambda each: -levels.get(each, 0))


def count_awards(session: Session, actor: Actor) -> dict[AwardState, int]:
    """Return how many awards the actor may see stand in each state."""
    seen = _visible(actor).with_only_columns(Award.state, func.count(Award.id))
    counts = dict(session.execute(seen.group_by(Award.state)).all())
    return {state: counts.get(state, 0) for state in AwardState}


def cases_to_decide(session: Session, actor: Actor, today: date) -> list[int]:
    """Return the case ids of the awards the actor's hands may decide now, one for each award."""
    return [case.id for _, case, _ in _to_decide(session, actor, today)]


def list_to_decide(session: Session, actor: Actor, today: date, most: int) -> list[AwardView]:
    """Return the awards the actor's hands may decide now, those that wait longest first."""
    return _award_views(session, _to_decide(session, actor, today)[:most], today, actor)


def _to_decide(session: Session, actor: Actor, today: date) -> list[tuple[Award, Case, Report]]:
    proposed = _visible(actor).where(Award.state == AwardState.PROPOSED).order_by(Award.id)
    rows = [(award, case, report) for award, case, report in session.execute(proposed)]
    mine = _decidable(session, rows, today, actor)
    return [row for row in rows if row[0].id in mine]


def view_budget(session: Session, year: int, today: date) -> BudgetView:
    """Return the money of a year as its page shows it."""
    held = balances(session, year)
    whole = sum(held.values(), ZERO)
    used = whole - held[Account.BUDGET]
    percent = used.fen * 100 // whole.fen if whole else 0
    rewards = policy_on(session, today).policy.rewards
    waiting, waiting_sum = _sum_of(session, Award.state == AwardState.WAITING, year)
    _, grave = _sum_of(session, Award.state.in_(FUNDED) & (Award.level >= GRAVE_FROM), year)
    missing = rewards.grave_part - grave - held[Account.BUDGET]
    return BudgetView(
        year=year, total=whole, reserved=held[Account.RESERVED], payable=held[Account.PAYABLE],
        paid=held[Account.PAID], left=held[Account.BUDGET], used_percent=percent,
        warning=max((mark for mark in WARN_AT if whole and percent >= mark), default=0),
        waiting=waiting, waiting_sum=waiting_sum, grave_part=rewards.grave_part,
        grave_short=missing if whole and missing > ZERO else ZERO,
        entries=_entries(session, list_budgets(session, year)),
    )  # fmt: skip


def proposed_budget(session: Session, year: int, today: date) -> Money | None:
    """Return the preset's budget for a year in which none was entered yet, else None."""
    if list_budgets(session, year):
        return None
    return policy_on(session, today).policy.rewards.year_budget


def list_months(session: Session, today: date) -> list[MonthView]:
    """Return this month, every month with a sheet, and months with something due, newest first."""
    by_month: dict[Month, list[Settlement]] = {Month.of_day(today): []}
    for run in list_runs(session):
        by_month.setdefault(Month.parse(run.month), []).append(run)
    for decided_at in session.scalars(select(Award.decided_at).where(_due())):
        if decided_at is not None:
            by_month.setdefault(Month.of(decided_at), [])
    return [_month_view(session, month, by_month[month]) for month in sorted(by_month)[::-1]]


def view_run(session: Session, run: Settlement, actor: Actor, today: date) -> RunView:
    """Return a sheet with its lines in the order of the approval version.

    A line whose case is kept from the actor shows level and amount alone.
    """
    rows = session.execute(
        _awards()
        .join(SettlementLine, SettlementLine.award_id == Award.id)
        .where(SettlementLine.settlement_id == run.id)
        .order_by(SettlementLine.seq)
    )
    found = rows.all()
    return replace(
        _run_view(run, names_of(session, _hands_of_run(run))),
        lines=tuple(_award_views(session, found, today, actor)),
        paid_lines=sum(line.paid_on is not None for line in run.lines),
        days_to_money=days_to_money((case.verified_at, award.paid_at) for award, case, _ in found),
        prints=_prints(session, run),
    )


def list_payments(
    session: Session, actor: Actor, run: Settlement, opened: Mapping[int, str] | None = None
) -> list[Payment]:
    """Return the payouts of a sheet by staff number, vouchers last; needs `settlement:names`.

    `opened` holds the employee numbers of sealed payees by payee id: with them they are ordinary
    lines; closed ones stand at the end as one sum without a number, by which the signed sheet
    would name them.
    """
    actor.need(Permission.SETTLEMENT_NAMES)
    rows = session.execute(
        select(SettlementLine, Payee, Person)
        .join(Payee, Payee.id == SettlementLine.payee_id)
        .outerjoin(Person, Person.id == Payee.person_id)
        .where(SettlementLine.settlement_id == run.id)
        .order_by(Payee.payout_number)
    )
    by_payee: dict[int, list[tuple[SettlementLine, Payee, Person | None]]] = {}
    unsealed = _unsealed(session, opened or {})
    for line, payee, person in rows:
        whom = unsealed.get(payee.id, person)
        by_payee.setdefault(payee.id, []).append((line, payee, whom))
    people = [whom.id for parts in by_payee.values() for *_, whom in parts[:1] if whom is not None]
    teams = teams_of(session, people, day_of(run.locked_at or run.made_at))
    staff = names_of(session, [n for each in run.lines for n in (each.paid_by, each.witness_id)])
    payments = [_payment(parts, teams, staff, opened or {}) for parts in by_payee.values()]
    closed = [each for each in payments if each.kind is PayeeKind.SEALED]
    shown = [each for each in payments if each.kind is not PayeeKind.SEALED]
    return [*sorted(shown, key=_staff_order), *_together(closed)]


def view_waiting(session: Session, month: Month) -> Waiting:
    """Return what a sheet of this month would hold and leave out."""
    by_state = select(func.count(Award.id)).where(
        Award.state == AwardState.PROPOSED, Award.proposed_at < month.ends
    )
    unfunded = select(func.count(Award.id)).where(
        Award.state == AwardState.WAITING, Award.decided_at < month.ends
    )
    due = select(Award.report_id, Award.amount).where(_due(), Award.decided_at < month.ends)
    rows = session.execute(due).all()
    unmatched = unmatched_among(session, [report_id for report_id, _ in rows])
    ready = [amount for report_id, amount in rows if report_id not in unmatched]
    return Waiting(
        undecided=session.scalar(by_state) or 0,
        unmatched=len(unmatched),
        unfunded=session.scalar(unfunded) or 0,
        ready=len(ready),
        ready_sum=sum(ready, ZERO),
        unmatched_numbers=tuple(sorted(numbers_of(session, unmatched).values())),
    )


def view_claim(session: Session, report: Report) -> Claim:
    """Return what may be handed over for a report whose code was proved."""
    rows: Iterable[tuple[Award, SettlementLine | None, Settlement | None]] = session.execute(
        select(Award, SettlementLine, Settlement)
        .outerjoin(SettlementLine, SettlementLine.award_id == Award.id)
        .outerjoin(Settlement, Settlement.id == SettlementLine.settlement_id)
        .where(Award.report_id == report.id)
        .order_by(Award.id)
    )
    found = list(rows)
    ready = [line for _, line, run in found if _is_ready(line, run)]
    states = [award.state for award, _, _ in found]
    standing = [state for state in states if state not in UNDONE] or states
    paid = [line.paid_on for _, line, _ in found if line is not None and line.paid_on]
    return Claim(
        number=report.number, identity=report.identity,
        amount=sum((line.amount for line in ready if line is not None), ZERO),
        state=min(standing, key=list(AwardState).index, default=None),
        month=next((run.month for _, _, run in found if run is not None), ""),
        paid_on=max(paid, default=None),
        hands=_named_hands(session, found[0][0].case_id) if found else (),
    )  # fmt: skip


def days_to_money(pairs: Iterable[tuple[datetime | None, datetime | None]]) -> int | None:
    """Return the mean of whole days from proof to money over what has both (words 116)."""
    days = [(day_of(paid) - day_of(proved)).days for proved, paid in pairs if proved and paid]
    return round(sum(days) / len(days)) if days else None


def reasons_of(award: Award) -> tuple[Sentence, ...]:
    """Return why an award is what it is, as it was said when it was proposed."""
    stored = [(reason["msgid"], reason["values"]) for reason in json.loads(award.reasons_json)]
    return tuple(Sentence(msgid, **values) for msgid, values in stored)


def _awards() -> Select[Award, Case, Report]:
    return (
        select(Award, Case, Report)
        .join(Case, Case.id == Award.case_id)
        .join(Report, Report.id == Award.report_id)
    )


def _visible(actor: Actor) -> Select[Award, Case, Report]:
    return _awards().where(or_(false(), *under_roles(actor, Permission.AWARD_READ)))


def _award_views(
    session: Session, rows: Sequence[tuple[Award, Case, Report]], today: date, actor: Actor
) -> list[AwardView]:
    staff = names_of(session, [n for a, _, _ in rows for n in (a.proposed_by, a.decided_by)])
    mine = _decidable(session, rows, today, actor)
    kept = _kept_from(session, actor, [case for _, case, _ in rows])
    views = [
        (
            case.id,
            _award_view(
                award,
                case,
                report,
                staff,
                pays_by=pay_day_of(session, award),
                mine=award.id in mine,
            ),
        )
        for award, case, report in rows
    ]
    return [_veiled(view) if case_id in kept else view for case_id, view in views]


def _kept_from(session: Session, actor: Actor, cases: Sequence[Case]) -> set[int]:
    """Return the ids of those of the cases that are kept from a role of the actor."""
    roles = {grant.role for grant in actor.grants}
    kept = [case.id for case in cases if any(case.is_hidden_from(role) for role in roles)]
    return set(kept) - set(numbers_seen(session, actor, kept)) if kept else set()


def _veiled(view: AwardView) -> AwardView:
    """Return the award as a line of a sheet shows it to whom its case is kept from."""
    return replace(
        view, case_number="", report_number="", summary=VEILED, workshop="",
        category=Category.UNSURE,
    )  # fmt: skip


def _decidable(
    session: Session, rows: Sequence[tuple[Award, Case, Report]], today: date, actor: Actor
) -> set[int]:
    """Return which of these awards the actor's hands may decide now."""
    asked = [
        (award, case) for award, case, _ in rows
        if award.state is AwardState.PROPOSED and case.state not in UNCONFIRMED
    ]  # fmt: skip
    if not asked or not actor.may(Permission.AWARD_DECIDE):
        return set()
    cases = load_all(session, [case.id for _, case in asked])
    fit = fitting_all(session, cases, Duty.APPROVER, today)
    return {award.id for award, case in asked if actor.person_id in fit[case.id]}


def _award_view(
    award: Award, case: Case, report: Report, staff: Mapping[int, str], *, pays_by: date | None,
    mine: bool,
) -> AwardView:  # fmt: skip
    decided_on = day_of(award.decided_at) if award.decided_at else None
    return AwardView(
        id=award.id, case_number=case.number, report_number=report.number,
        summary=case.short_description, workshop=case.workshop_name, category=case.category,
        kind=award.kind, state=award.state, level=award.level, amount=award.amount,
        standard=award.standard, rule=award.rule, reasons=reasons_of(award),
        proposed_by=staff.get(award.proposed_by, ""), proposed_on=day_of(award.proposed_at),
        decided_by=staff.get(award.decided_by or 0, ""), decided_on=decided_on,
        note=award.decision_note or award.proposal_note,
        pays_by=pays_by, paid_on=day_of(award.paid_at) if award.paid_at else None, mine=mine,
        confirmed=case.state not in UNCONFIRMED,
    )  # fmt: skip


def _sum_of(session: Session, condition: ColumnElement[bool], year: int) -> tuple[int, Money]:
    amounts = session.scalars(select(Award.amount).where(condition, Award.year == year)).all()
    return len(amounts), sum(amounts, ZERO)


def _entries(session: Session, budgets: Sequence[Budget]) -> tuple[BudgetEntry, ...]:
    staff = names_of(session, [n for b in budgets for n in (b.made_by, b.approved_by)])
    return tuple(
        BudgetEntry(
            b.id, b.amount, staff.get(b.made_by, ""), day_of(b.made_at),
            staff.get(b.approved_by or 0, ""), day_of(b.approved_at) if b.approved_at else None,
        )
        for b in budgets
    )  # fmt: skip


def _due() -> ColumnElement[bool]:
    in_a_run = select(SettlementLine.award_id)
    return (Award.state == AwardState.APPROVED) & Award.id.not_in(in_a_run)


def _month_view(session: Session, month: Month, runs: Sequence[Settlement]) -> MonthView:
    decided_then = (Award.decided_at >= month.starts) & (Award.decided_at < month.ends)
    amounts = session.scalars(select(Award.amount).where(_due(), decided_then)).all()
    staff = names_of(session, [n for run in runs for n in _hands_of_run(run)])
    ordered = sorted(runs, key=lambda run: run.run)
    shown = tuple(_run_view(run, staff) for run in ordered)
    return MonthView(month, shown, len(amounts), sum(amounts, ZERO))


def _run_view(run: Settlement, staff: Mapping[int, str]) -> RunView:
    return RunView(
        month=Month.parse(run.month), run=run.run, number=run_number(run), state=run.state,
        total=total(run), count=len(run.lines), note=run.note, check_code=run.check_code,
        hands=(
            Hand(RunState.DRAFT, staff.get(run.made_by, ""), run.made_at),
            Hand(RunState.CHECKED, staff.get(run.checked_by or 0, ""), run.checked_at),
            Hand(RunState.LOCKED, staff.get(run.approved_by or 0, ""), run.locked_at),
            Hand(RunState.PAID, staff.get(run.paid_by or 0, ""), run.paid_at),
        ),
    )  # fmt: skip


def _hands_of_run(run: Settlement) -> tuple[int | None, ...]:
    return (run.made_by, run.checked_by, run.approved_by, run.paid_by)


def _prints(session: Session, run: Settlement) -> tuple[PrintView, ...]:
    rows = session.execute(
        select(Printing, Person.name)
        .join(Person, Person.id == Printing.by_id)
        .where(Printing.settlement_id == run.id)
        .order_by(Printing.id)
    )
    return tuple(PrintView(Version(p.version), p.number, name, p.at) for p, name in rows)


def _payment(
    parts: Sequence[tuple[SettlementLine, Payee, Person | None]],
    teams: Mapping[int, str], staff: Mapping[int, str], opened: Mapping[int, str],
) -> Payment:  # fmt: skip
    line, payee, person = parts[0]
    open_lines = [each for each, _, _ in parts if _open(each)]
    return Payment(
        payout_number=payee.payout_number, kind=_kind_shown(payee, person, opened),
        name=person.name if person else payee.name,
        employee_no=person.employee_no if person else "",
        team=line.team or (teams.get(person.id, "") if person else ""),
        amount=sum((each.amount for each, _, _ in parts), ZERO),
        paid_on=None if open_lines else line.paid_on,
        paid_by=staff.get(line.paid_by or 0, ""), witness=staff.get(line.witness_id or 0, ""),
    )  # fmt: skip


def _together(closed: Sequence[Payment]) -> list[Payment]:
    """Return closed payees as one payment, paid once all of them are."""
    if not closed:
        return []
    amount = sum((each.amount for each in closed), ZERO)
    days = [each.paid_on for each in closed if each.paid_on]
    paid_on, paid_by = None, ""
    if len(days) == len(closed):
        paid_on, paid_by = max(days), closed[0].paid_by
    return [Payment("", PayeeKind.SEALED, "", "", "", amount, paid_on, paid_by, "")]


def _unsealed(session: Session, opened: Mapping[int, str]) -> dict[int, Person]:
    """Return the employees behind opened payees by payee id."""
    wanted = select(Person).where(Person.employee_no.in_(set(opened.values())))
    people = {person.employee_no: person for person in session.scalars(wanted)}
    return {payee: people[number] for payee, number in opened.items() if number in people}


def _kind_shown(payee: Payee, person: Person | None, opened: Mapping[int, str]) -> PayeeKind:
    """Return how a line is paid; an opened sealed one is not told apart from any other."""
    if payee.kind is not PayeeKind.SEALED or payee.id not in opened:
        return payee.kind
    return PayeeKind.PERSON if person else PayeeKind.VOUCHER


def _staff_order(payment: Payment) -> tuple[bool, int, str, str]:
    number = payment.employee_no
    return (not number, len(number), number, payment.payout_number)


def _is_ready(line: SettlementLine | None, run: Settlement | None) -> bool:
    return _open(line) and run is not None and run.state is RunState.LOCKED


def _open(line: SettlementLine | None) -> bool:
    return line is not None and line.paid_on is None


def _named_hands(session: Session, case_id: int) -> tuple[tuple[Duty, str], ...]:
    case = session.get(Case, case_id)
    if case is None:
        raise NotFound
    hands = hands_of(session, case)
    owners = {a.person_id for a in case.assignments if a.part.value == Duty.OWNER.value}
    parts = [(Duty.OWNER, person) for person in sorted(owners)]
    for part in (Duty.VERIFIER, Duty.CHECKER, Duty.PROPOSER, Duty.APPROVER):
        parts += [(part, person) for person in sorted(hands.holders(part))]
    names = names_of(session, [person for _, person in parts])
    return tuple((part, names[person]) for part, person in parts)
