"""What a reporter is told about the reward (words 60): no names, no accounts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazard.access.permissions import Role
from hazard.cases.for_reporter import Progress
from hazard.cases.models import Case
from hazard.cases.terms import CaseState
from hazard.core.calendar import add_natural
from hazard.core.clock import day_of
from hazard.core.money import ZERO, Money
from hazard.core.words import N_, Sentence
from hazard.policy.queries import policy_numbered
from hazard.policy.terms import Rewards
from hazard.reports.identity import unmatched_among
from hazard.rewards.awards import DECIDE_WITHIN, why_none
from hazard.rewards.models import Award, AwardShare, Payee
from hazard.rewards.rules import pay_day
from hazard.rewards.terms import GRANTED, AwardState, PayeeKind

LEVEL_WORDS = {1: N_("one"), 2: N_("two"), 3: N_("three"), 4: N_("four"), 5: N_("five")}


@dataclass(frozen=True, slots=True)
class RewardView:
    """How the reward of one report stands."""

    state: AwardState | None
    """None: nothing is proposed yet."""
    level: int | None = None
    amount: Money | None = None
    """Of all that was granted: main reward and suggestion together."""
    paid_by: date | None = None
    paid_on: date | None = None
    reason: Sentence | str = ""
    """Why there is none."""
    by_code: bool = False
    """It lies with finance, for whoever brings number and code."""
    unmatched: bool = False
    """The typed name is not found among the employees yet, so nobody is paid."""
    late: bool = False
    """The day it was promised for has passed."""

    @property
    def is_promised(self) -> bool:
        """Say whether the reporter only has to wait for `paid_by`."""
        held_up = self.by_code or self.unmatched or self.late or self.state is AwardState.WAITING
        return not self.reason and not held_up

    @property
    def words(self) -> Sentence:
        """Return the line the reporter reads."""
        return Sentence(N_("Reward: %(what)s"), what=self._what()) if self.state else ASSESSING

    def _what(self) -> Sentence:
        if self.reason:
            return Sentence(N_("none, because %(r)s"), r=self.reason)
        amount = self.amount.short if self.amount else ""
        level = Sentence(LEVEL_WORDS[self.level or 1])
        if self.paid_on:
            return Sentence(
                N_("level %(l)s, ¥%(a)s, %(when)s"), l=level, a=amount,
                when=Sentence(N_("paid on %(d)s"), d=self.paid_on),
            )  # fmt: skip
        if self.state is AwardState.WAITING:
            return Sentence(AwardState.WAITING.label.msgid)
        return Sentence(self._when(), l=level, a=amount, d=self.paid_by, who=SAFETY_OFFICER)

    def _when(self) -> str:
        if self.by_code:
            return N_("level %(l)s, ¥%(a)s, ready: bring number and receipt code to finance")
        if self.unmatched:
            return N_("level %(l)s, ¥%(a)s; your name is not in the list yet, tell the %(who)s")
        if self.late:
            return N_("level %(l)s, ¥%(a)s, late: promised by %(d)s")
        return N_("level %(l)s, ¥%(a)s, paid by %(d)s")


SAFETY_OFFICER = Role.SAFETY_OFFICER.label
ASSESSING = Sentence(N_("Reward: being assessed"))


def reward_of_report(
    session: Session, report_id: int, progress: Progress, today: date
) -> RewardView | None:
    """Return how the reward of a report stands; None while nobody has been on the spot."""
    return rewards_of(session, {report_id: progress}, today).get(report_id)


def rewards_of(
    session: Session, progress: Mapping[int, Progress], today: date
) -> dict[int, RewardView]:
    """Return the rewards of these reports by id, each for the case told of."""
    awards: dict[tuple[int, int], list[Award]] = {}
    mine = select(Award).where(Award.report_id.in_(list(progress))).order_by(Award.id)
    for award in session.scalars(mine):
        awards.setdefault((award.report_id, award.case_id), []).append(award)
    open_ends = _OpenEnds.of(session, progress, [each for all_ in awards.values() for each in all_])
    views = (
        (number, _view(session, awards.get((number, each.case_id), ()), number, each, open_ends))
        for number, each in progress.items()
    )
    return {report_id: _dated(view, today) for report_id, view in views if view is not None}


def pay_day_promised(checked_on: date, rewards: Rewards) -> date:
    """Return the pay day if the check takes until `checked_on` and the decision its whole time."""
    return pay_day(add_natural(checked_on, DECIDE_WITHIN.days), rewards)


@dataclass(frozen=True, slots=True)
class _OpenEnds:
    """What may stand between a reward and its money, asked for all of them at once."""

    vouchers: frozenset[int]
    """Awards paid against number and code."""
    unmatched: frozenset[int]
    """Reports whose typed name is not found among the employees yet."""

    @classmethod
    def of(
        cls, session: Session, report_ids: Iterable[int], awards: Sequence[Award]
    ) -> "_OpenEnds":
        shares = select(AwardShare.award_id).join(Payee, Payee.id == AwardShare.payee_id)
        vouchers = shares.where(
            AwardShare.award_id.in_([award.id for award in awards]),
            Payee.kind == PayeeKind.VOUCHER,
        )
        return cls(frozenset(session.scalars(vouchers)), unmatched_among(session, report_ids))


def _view(
    session: Session, awards: Sequence[Award], report_id: int, progress: Progress,
    open_ends: _OpenEnds,
) -> RewardView | None:  # fmt: skip
    granted = [award for award in awards if award.state in GRANTED]
    if granted:
        return _granted(session, granted, open_ends)
    if not awards:
        return _without(session, report_id, progress)
    if any(award.state is AwardState.PROPOSED for award in awards):
        return RewardView(None)
    return RewardView(awards[0].state, reason=awards[0].decision_note)


def _granted(session: Session, awards: Sequence[Award], open_ends: _OpenEnds) -> RewardView:
    """Return what was granted in one: it stands where its last part does."""
    days = [pay_day_of(session, award) for award in awards]
    paid = [day_of(award.paid_at) for award in awards if award.paid_at]
    state = min((award.state for award in awards), key=GRANTED.index)
    return RewardView(
        state, awards[0].level, sum((award.amount for award in awards), ZERO),
        max(filter(None, days), default=None), max(paid) if len(paid) == len(awards) else None,
        by_code=state is AwardState.PAYABLE and awards[0].id in open_ends.vouchers,
        unmatched=state is AwardState.APPROVED and awards[0].report_id in open_ends.unmatched,
    )  # fmt: skip


def pay_day_of(session: Session, award: Award) -> date | None:
    """Return until when an award is paid, by the table it quotes; None while it is undecided."""
    if award.decided_at is None or award.state not in GRANTED:
        return None
    rewards = policy_numbered(session, award.policy_version).policy.rewards
    return pay_day(day_of(award.decided_at), rewards)


def _dated(view: RewardView, today: date) -> RewardView:
    passed = view.paid_by is not None and view.paid_by < today
    return replace(view, late=passed and view.paid_on is None)


def _without(session: Session, report_id: int, progress: Progress) -> RewardView | None:
    case = session.get_one(Case, progress.case_id)
    found = progress.shown is not CaseState.UNCONFIRMED
    if reason := why_none(session, case, report_id, found=found):
        return RewardView(AwardState.REFUSED, reason=reason)
    return None if progress.shown is CaseState.VERIFYING else RewardView(None)
