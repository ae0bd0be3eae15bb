"""Reserving money for approved awards; what is earned waits, it is never dropped or shrunk."""

from sqlalchemy import case, func, select

from hazard.audit.work import Work
from hazard.rewards.models import Award, Posting
from hazard.rewards.posting import NotCovered, post
from hazard.rewards.terms import Account, AwardState


def reserve(work: Work, award: Award, year: int) -> None:
    """Reserve the award in the budget of `year`, or let it wait for funds in full."""
    award.year = year
    try:
        with work.session.begin_nested():
            post(
                work, year, Account.BUDGET, Account.RESERVED, award.amount,
                key=f"award:{award.id}:reserved:{_times(work, award) + 1}", award_id=award.id,
            )  # fmt: skip
    except NotCovered:
        award.state = AwardState.WAITING
        return
    award.state = AwardState.APPROVED


def fund_waiting(work: Work, year: int) -> list[Award]:
    """Fund waiting awards of a year in the order L5, L4, then by approval; stop at the first gap.

    A later, smaller one never overtakes an earlier one (decisions 33).
    """
    first = case((Award.level >= 4, -Award.level), else_=0)
    waiting = (
        select(Award)
        .where(Award.state == AwardState.WAITING, Award.year == year)
        .order_by(first, Award.decided_at, Award.id)
        .with_for_update()
    )
    funded = []
    for award in work.session.scalars(waiting).all():
        reserve(work, award, year)
        if award.state is AwardState.WAITING:
            break
        funded.append(award)
    return funded


def _times(work: Work, award: Award) -> int:
    counted = select(func.count(Posting.id)).where(
        Posting.award_id == award.id, Posting.target == Account.RESERVED
    )
    return work.session.scalar(counted) or 0
