"""Reserving money for approved awards; what is earned waits, it is never dropped or shrunk."""

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from hazard.audit.work import Work
from hazard.rewards.models import Award, Posting
from hazard.rewards.posting import NotCovered, hold_accounts, post
from hazard.rewards.terms import Account, AwardState


def line_up(award: Award, year: int) -> None:
    """Let an approved award wait for the money of `year`, in full; `fund_waiting` gives it."""
    award.year, award.state = year, AwardState.WAITING


def waits_from_before(session: Session, year: int) -> bool:
    """Say whether an award of an earlier year still waits for funds."""
    waiting = select(Award.id).where(Award.state == AwardState.WAITING, Award.year < year)
    return session.scalar(waiting.limit(1)) is not None


def fund_waiting(work: Work, year: int, *, earlier: bool = False) -> list[Award]:
    """Fund waiting awards of a year in the order L5, L4, then by approval; stop at the first gap.

    A later, smaller one never overtakes an earlier one (decisions 33). With `earlier` those left
    waiting by the years before take part, and become awards of `year` when they are funded.
    """
    hold_accounts(work, year)
    years = Award.year <= year if earlier else Award.year == year
    first = case((Award.level >= 4, -Award.level), else_=0)
    waiting = (
        select(Award)
        .where(Award.state == AwardState.WAITING, years)
        .order_by(first, Award.decided_at, Award.id)
        .with_for_update()
    )
    funded = []
    for award in work.session.scalars(waiting).all():
        if not _reserve(work, award, year):
            break
        award.year = year
        funded.append(award)
    return funded


def _reserve(work: Work, award: Award, year: int) -> bool:
    """Reserve the award in the budget of `year`; False and unchanged where it is not covered."""
    try:
        with work.session.begin_nested():
            post(
                work, year, Account.BUDGET, Account.RESERVED, award.amount,
                key=f"award:{award.id}:reserved:{_times(work, award) + 1}", award_id=award.id,
            )  # fmt: skip
    except NotCovered:
        return False
    award.state = AwardState.APPROVED
    return True


def _times(work: Work, award: Award) -> int:
    counted = select(func.count(Posting.id)).where(
        Posting.award_id == award.id, Posting.target == Account.RESERVED
    )
    return work.session.scalar(counted) or 0
