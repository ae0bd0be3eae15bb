"""对账: the approval version tied to the finance version, in the system only (words 4.3)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazard.access.actor import Actor
from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.core.errors import Refused
from hazard.core.money import ZERO, Money
from hazard.core.words import N_, Sentence
from hazard.policy.words import Identity
from hazard.reports.models import Report
from hazard.rewards.models import Award, Payee, Posting, Settlement, SettlementLine
from hazard.rewards.printing import LOCKED
from hazard.rewards.settlement import check_code, total
from hazard.rewards.terms import Account

TIED = (Identity.NAMED, Identity.ANONYMOUS)
"""Whose lines may be tied one by one; a sealed name is opened by its guardians alone."""


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison: two amounts that must be equal."""

    what: Sentence
    one: Money
    other: Money

    @property
    def agrees(self) -> bool:
        """Say whether they are."""
        return self.one == self.other


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What the two versions and the ledger say of one sheet."""

    checks: tuple[Check, ...]
    lines: int
    payouts: int
    code_holds: bool
    """The lines still give the check code that was locked and printed."""

    @property
    def agrees(self) -> bool:
        """Say whether everything does."""
        return self.code_holds and all(check.agrees for check in self.checks)


@dataclass(frozen=True, slots=True)
class Tie:
    """One line of the approval version and the payout it went into; no name."""

    report_number: str
    """Empty for all sealed ones together."""
    amount: Money
    payout_number: str
    """Empty, and no day, for whoever could find the sealed ones by what is left over."""
    paid_on: date | None


def reconcile(session: Session, actor: Actor, run: Settlement) -> Reconciliation:
    """Return whether the versions of a locked sheet agree to the fen; needs `settlement:tie`."""
    actor.need(Permission.SETTLEMENT_TIE)
    if run.state not in LOCKED:
        raise Refused(Sentence(N_("Only a locked sheet is compared")))
    awards = select(Award).join(SettlementLine, SettlementLine.award_id == Award.id)
    approved = session.scalars(awards.where(SettlementLine.settlement_id == run.id).distinct())
    paid = sum((line.amount for line in run.lines if line.paid_on), ZERO)
    booked = _booked(session, run)
    return Reconciliation(
        checks=(
            Check(
                Sentence(N_("Approved awards and lines of the sheet")),
                sum((award.amount for award in approved), ZERO), total(run),
            ),
            Check(
                Sentence(N_("Lines of the sheet and the ledger")),
                total(run), booked[Account.PAYABLE] + booked[Account.PAID],
            ),
            Check(Sentence(N_("Paid lines and the ledger")), paid, booked[Account.PAID]),
        ),
        lines=len(run.lines),
        payouts=len({line.payee_id for line in run.lines}),
        code_holds=check_code(run) == run.check_code,
    )  # fmt: skip


def tie_lines(work: Work, run: Settlement) -> tuple[Tie, ...]:
    """Return which report's line is which payout, and record the look; needs `settlement:tie`.

    Sealed reports stand together as one sum. Whoever may read the names beside the payout numbers
    gets no numbers where there are sealed ones: what is left over would be theirs.
    """
    work.actor.need(Permission.SETTLEMENT_TIE)
    rows = work.session.execute(
        select(SettlementLine, Report, Payee.payout_number)
        .join(Award, Award.id == SettlementLine.award_id)
        .join(Report, Report.id == Award.report_id)
        .join(Payee, Payee.id == SettlementLine.payee_id)
        .where(SettlementLine.settlement_id == run.id)
        .order_by(SettlementLine.seq)
    ).all()
    work.record("tied", run, lines=len(rows))
    sealed = [line for line, report, _ in rows if report.identity not in TIED]
    hides = bool(sealed) and work.actor.may(Permission.SETTLEMENT_NAMES)
    open_ones = tuple(
        Tie(report.number, line.amount, "" if hides else number, None if hides else line.paid_on)
        for line, report, number in rows
        if report.identity in TIED
    )
    together = Tie("", sum((line.amount for line in sealed), ZERO), "", None)
    return (*open_ones, together) if sealed else open_ones


def _booked(session: Session, run: Settlement) -> dict[Account, Money]:
    """Return what the ledger holds in its last two accounts for the awards of the sheet."""
    awards = select(SettlementLine.award_id).where(SettlementLine.settlement_id == run.id)
    held = {Account.PAYABLE: ZERO, Account.PAID: ZERO}
    for posting in session.scalars(select(Posting).where(Posting.award_id.in_(awards))):
        if posting.source in held:
            held[posting.source] -= posting.amount
        if posting.target in held:
            held[posting.target] += posting.amount
    return held
