"""Who is paid for an award: made inside the approval, joined by the finance version alone."""

from sqlalchemy import select

from hazard.audit.work import Work
from hazard.core import chance
from hazard.core.clock import day_of
from hazard.reports.identity import is_unmatched, payee
from hazard.reports.models import Report
from hazard.rewards.models import Award, AwardShare, Payee
from hazard.rewards.terms import PayeeKind
from hazard.sealing.payouts import is_drawn


def settle_payee(work: Work, award: Award) -> AwardShare | None:
    """Give the award's whole amount to its report's payee; None while the name is unmatched."""
    have = select(AwardShare).where(AwardShare.award_id == award.id)
    share = work.session.scalars(have).first()
    report = work.session.get_one(Report, award.report_id)
    if share is not None or is_unmatched(work.session, report):
        return share
    share = AwardShare(award_id=award.id, payee_id=_payee_of(work, report).id, amount=award.amount)
    work.session.add(share)
    work.session.flush()
    return share


def _payee_of(work: Work, report: Report) -> Payee:
    known = work.session.scalars(select(Payee).where(Payee.report_id == report.id)).first()
    if known is not None:
        return known
    collector = payee(work, report)
    kind, number = PayeeKind.VOUCHER, _payout_number(work)
    if collector.sealed_number and not _is_given(work, collector.sealed_number):
        kind, number = PayeeKind.SEALED, collector.sealed_number
    elif collector.person_id is not None:
        kind = PayeeKind.PERSON
    elif collector.outside_name:
        kind = PayeeKind.OUTSIDE
    made = Payee(
        kind=kind, person_id=collector.person_id, report_id=report.id,
        payout_number=number, name=collector.outside_name,
    )  # fmt: skip
    work.session.add(made)
    work.session.flush()
    return made


def _payout_number(work: Work) -> str:
    """Return a number such as F26-7K3QD that says nothing about the report."""
    while True:
        number = f"F{day_of(work.now).year % 100:02d}-{chance.symbols(5)}"
        if not _is_given(work, number) and not is_drawn(work.session, number):
            return number


def _is_given(work: Work, number: str) -> bool:
    taken = select(Payee.id).where(Payee.payout_number == number)
    return work.session.scalar(taken) is not None
