"""The one function that moves money: double entry, whole fen, never below zero (decisions 33)."""

from sqlalchemy import select, update

from hazard.audit.work import Work
from hazard.core.db import insert_missing
from hazard.core.errors import Refused
from hazard.core.money import ZERO, Money
from hazard.core.words import N_, Sentence
from hazard.rewards.models import Balance, Posting
from hazard.rewards.terms import Account

MOVES = frozenset(
    {
        (None, Account.BUDGET),
        (Account.BUDGET, Account.RESERVED),
        (Account.RESERVED, Account.BUDGET),
        (Account.RESERVED, Account.PAYABLE),
        (Account.PAYABLE, Account.PAID),
        (Account.PAID, Account.PAYABLE),
    }
)
"""The only ways money goes: approve, cancel, lock, pay, failed payment."""


class NotCovered(Refused):
    """The account holds less than is asked of it."""

    def __init__(self, account: Account, year: int) -> None:
        super().__init__(
            Sentence(N_("Not enough in “%(account)s” of %(year)s"), account=account, year=str(year))
        )


class AlreadyPosted(Refused):
    """The same thing was posted before."""

    def __init__(self) -> None:
        super().__init__(Sentence(N_("This was already booked; please look again")))


def post(
    work: Work, year: int, source: Account | None, target: Account, amount: Money, *,
    key: str, award_id: int | None = None,
) -> Posting:  # fmt: skip
    """Move `amount` (above zero) and record it in the trail.

    `key` says what for and is booked at most once, else `AlreadyPosted`; raises `NotCovered`
    and changes nothing when the source holds less.
    """
    if (source, target) not in MOVES or amount <= ZERO:
        raise ValueError(f"no such move: {source} to {target}, {amount.fen} fen")
    hold_accounts(work, year)
    if work.session.scalar(select(Posting.id).where(Posting.key == key)) is not None:
        raise AlreadyPosted
    if source is not None:
        _add(work, year, source, -amount)
    _add(work, year, target, amount)
    posting = Posting(
        year=year, source=source, target=target, amount=amount, key=key, award_id=award_id,
        at=work.now,
    )  # fmt: skip
    work.session.add(posting)
    work.session.flush()
    work.record(
        "made", posting, year=year, source=source, target=target, fen=amount.fen, key=key,
        award=award_id,
    )  # fmt: skip
    return posting


def hold_accounts(work: Work, year: int) -> None:
    """Lock the year's four rows in one order, so that two works never wait for each other.

    Whoever also locks waiting awards does so after this.
    """
    rows = [{"year": year, "account": account, "amount": ZERO} for account in Account]
    insert_missing(work.session, Balance, rows)
    held = select(Balance.id).where(Balance.year == year).order_by(Balance.id)
    work.session.execute(held.with_for_update())


def _add(work: Work, year: int, account: Account, amount: Money) -> None:
    """Change one balance in one statement that refuses to go below zero."""
    changed = work.session.execute(
        update(Balance)
        .where(Balance.year == year, Balance.account == account, Balance.amount >= -amount)
        .values(amount=Balance.amount + amount)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise NotCovered(account, year)
