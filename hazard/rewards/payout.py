"""Paying a locked sheet: line by line, vouchers against number and code, failures back."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from hazard.access.duties import different_hands
from hazard.access.permissions import Permission, Role
from hazard.audit.work import Personal, Work
from hazard.cases.models import Case
from hazard.cases.terms import Part
from hazard.core.calendar import Month
from hazard.core.clock import day_of
from hazard.core.errors import Refused, Unclear
from hazard.core.money import ZERO, Money
from hazard.core.words import N_, Sentence
from hazard.people.queries import list_holders
from hazard.reports.models import Report
from hazard.rewards.models import Award, Payee, Posting, Settlement, SettlementLine
from hazard.rewards.posting import post
from hazard.rewards.settlement import hold_run
from hazard.rewards.terms import Account, AwardState, PayeeKind, RunState

WITNESSES = (Role.UNION_REPRESENTATIVE, Role.SAFETY_OFFICER)
"""Who may sign besides the payer when a reward is handed over against its code (words 5)."""


WITH_CODE = (PayeeKind.VOUCHER, PayeeKind.SEALED)
"""Whoever reported confidentially holds a code too and may come with it."""


@dataclass(frozen=True, slots=True)
class Witness:
    """The second signature under a voucher; proved who they are at the doorway."""

    person_id: int
    declared: bool
    """Both confirm that the claimant had no part in the case and is neither of them."""


def pay_named(work: Work, run: Settlement, opened: Mapping[int, str] | None = None) -> int:
    """Pay every unpaid line of employees and outsiders; return how many.

    `opened` tells the employee number behind each sealed payee id (`sealed.open_payees`); those
    without one are collected with the code. Refused while sealed payees are closed.
    """
    _need_payer(work, run)
    paid = 0
    for line in run.lines:
        if line.paid_on is None and _is_handed_out(_payee(work, line), opened or {}):
            _pay(work, line, None)
            paid += 1
    if not paid:
        raise Refused(Sentence(N_("Nothing is left to pay here but vouchers")))
    _close_if_paid(work, run)
    return paid


def _is_handed_out(payee: Payee, opened: Mapping[int, str]) -> bool:
    """Say whether the payee collects by name, not with a code."""
    if payee.kind is not PayeeKind.SEALED:
        return payee.kind is not PayeeKind.VOUCHER
    if payee.id not in opened:
        raise Refused(
            Sentence(N_("This sheet holds sealed payees: open them with the passphrase first"))
        )
    return bool(opened[payee.id])


def redeem(work: Work, report: Report, witness: Witness) -> Money:
    """Pay what waits for a report whose code was proved, on all its sheets; return how much.

    Two signatures (decisions 21, 26); the payer must be free to pay each of the sheets.
    """
    _hold_runs_of(work, report)
    lines = _voucher_lines(work, report)
    sheets = dict.fromkeys(line.settlement_id for line in lines)
    runs = [work.session.get_one(Settlement, sheet) for sheet in sheets]
    for run in runs:
        _need_payer(work, run)
    case = work.session.get_one(Case, work.session.get_one(Award, lines[0].award_id).case_id)
    _need_witness(work, case, witness)
    if not witness.declared:
        raise Unclear(
            Sentence(
                N_("Payer and witness both confirm that the claimant had no part in the case")
            ),
            field="declared",
        )
    _need_uninvolved(work, case, witness)
    for line in lines:
        _pay(work, line, witness.person_id)
    for run in runs:
        _close_if_paid(work, run)
    return sum((line.amount for line in lines), ZERO)


def payment_failed(work: Work, run: Settlement, payout_number: str, reason: str) -> None:
    """Take a payout back that did not arrive; its lines wait to be paid again.

    `reason` goes into the trail, erasable.
    """
    work.actor.need(Permission.SETTLEMENT_PAY)
    lines = [line for line in run.lines if _payee(work, line).payout_number == payout_number]
    paid = [line for line in lines if line.paid_on is not None]
    if not paid:
        raise Refused(Sentence(N_("This payout is not paid")))
    if not reason.strip():
        raise Unclear(Sentence(N_("Please write what happened")), field="note")
    for line in paid:
        award = work.session.get_one(Award, line.award_id)
        _book(work, award, line, Account.PAID, Account.PAYABLE, "failed")
        award.state, award.paid_at = AwardState.PAYABLE, None
        line.paid_on = line.paid_by = line.witness_id = None
    run.state, run.paid_by, run.paid_at = RunState.LOCKED, None, None
    work.record("payment_failed", run, payout=payout_number, reason=Personal(reason.strip()))


def _need_payer(work: Work, run: Settlement) -> None:
    work.actor.need(Permission.SETTLEMENT_PAY)
    if run.state is not RunState.LOCKED:
        raise Refused(
            Sentence(N_("Only an approved sheet is paid. It is now: %(state)s"), state=run.state)
        )
    payer = work.actor.person_id
    different_hands(sheet_maker=run.made_by, payer=payer)
    different_hands(sheet_approver=run.approved_by, payer=payer)


def _need_witness(work: Work, case: Case, witness: Witness) -> None:
    """Refuse all but the officer and the workers' representative as second hand (words 5)."""
    if witness.person_id == work.actor.person_id:
        raise Refused(
            Sentence(N_("Payer and witness must be two different people")), field="witness"
        )
    day = day_of(work.now)
    if witness.person_id not in list_holders(work.session, WITNESSES, case.unit_path, day):
        raise Refused(
            Sentence(N_("A witness is one of these: %(who)s"), who=WITNESSES), field="witness"
        )


def _pay(work: Work, line: SettlementLine, witness_id: int | None) -> None:
    award = work.session.get_one(Award, line.award_id)
    _book(work, award, line, Account.PAYABLE, Account.PAID, "paid")
    line.paid_on, line.paid_by = day_of(work.now), work.actor.person_id
    line.witness_id = witness_id
    award.state, award.paid_at = AwardState.PAID, work.now


def _book(
    work: Work, award: Award, line: SettlementLine, source: Account, target: Account, what: str
) -> None:
    times = select(func.count(Posting.id)).where(
        Posting.award_id == award.id, Posting.source == source, Posting.target == target
    )
    key = f"award:{award.id}:{what}:{(work.session.scalar(times) or 0) + 1}"
    post(work, award.year or 0, source, target, line.amount, key=key, award_id=award.id)


def _close_if_paid(work: Work, run: Settlement) -> None:
    if all(line.paid_on is not None for line in run.lines):
        run.state, run.paid_by, run.paid_at = RunState.PAID, work.actor.person_id, work.now
    work.record("paid", run, lines=sum(line.paid_on is not None for line in run.lines))


def _payee(work: Work, line: SettlementLine) -> Payee:
    return work.session.get_one(Payee, line.payee_id)


def _hold_runs_of(work: Work, report: Report) -> None:
    """Lock the sheets of the report's rewards before a line is read.

    Somebody may be paying such a sheet by name at this moment.
    """
    rows = (
        select(Settlement.month, Settlement.run)
        .join(SettlementLine, SettlementLine.settlement_id == Settlement.id)
        .join(Payee, Payee.id == SettlementLine.payee_id)
        .where(Payee.report_id == report.id)
        .distinct()
        .order_by(Settlement.month, Settlement.run)
    )
    for month, number in work.session.execute(rows).all():
        hold_run(work, Month.parse(month), number)


def _voucher_lines(work: Work, report: Report) -> list[SettlementLine]:
    """Return the unpaid lines of the report's payee on locked sheets; refuses where none is."""
    lines = (
        select(SettlementLine)
        .join(Payee, Payee.id == SettlementLine.payee_id)
        .join(Settlement, Settlement.id == SettlementLine.settlement_id)
        .where(Payee.report_id == report.id, Payee.kind.in_(WITH_CODE))
        .where(Settlement.state.in_([RunState.LOCKED, RunState.PAID]))
        .order_by(SettlementLine.id)
    )
    found = work.session.scalars(lines).all()
    if not found:
        raise Refused(Sentence(N_("No reward waits under this number, or it is not approved yet")))
    unpaid = [line for line in found if line.paid_on is None]
    if not unpaid:
        raise Refused(Sentence(N_("This reward was already collected")))
    return unpaid


def _need_uninvolved(work: Work, case: Case, witness: Witness) -> None:
    """Keep who repaired it away from who reported it, as far as there are other hands.

    The payer of a small plant is the only one, so that the declaration has to do there.
    """
    owners = {each.person_id for each in case.assignments if each.part is Part.OWNER}
    payers = list_holders(work.session, [Role.FINANCE], case.unit_path, day_of(work.now))
    barred = {witness.person_id, *([work.actor.person_id] if len(payers) > 1 else [])}
    if owners & barred:
        raise Refused(Sentence(N_("Who was in charge of the repair may not hand over this reward")))
