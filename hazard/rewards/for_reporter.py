"""What a reporter is told about the reward (words 60): no names, no accounts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazard.cases.for_reporter import Progress
from hazard.cases.terms import CaseState
from hazard.core.calendar import add_natural
from hazard.core.clock import day_of
from hazard.core.money import ZERO, Money
from hazard.core.words import N_, Sentence
from hazard.policy.queries import policy_numbered
from hazard.policy.terms import Rewards
from hazard.rewards.awards import DECIDE_WITHIN
from hazard.rewards.models import Award
from hazard.rewards.rules import pay_day
from hazard.rewards.terms import GRANTED, AwardState

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
        return Sentence(N_("level %(l)s, ¥%(a)s, paid by %(d)s"), l=level, a=amount, d=self.paid_by)


ASSESSING = Sentence(N_("Reward: being assessed"))


def reward_of_report(session: Session, report_id: int, progress: Progress) -> RewardView | None:
    """Return how the reward of a report stands; None while nobody has been on the spot."""
    return rewards_of(session, {report_id: progress}).get(report_id)


def rewards_of(session: Session, progress: Mapping[int, Progress]) -> dict[int, RewardView]:
    """Return the rewards of these reports by id, of those that can be told about."""
    awards: dict[int, list[Award]] = {}
    mine = select(Award).where(Award.report_id.in_(list(progress))).order_by(Award.id)
    for award in session.scalars(mine):
        awards.setdefault(award.report_id, []).append(award)
    views = ((rid, _view(session, awards.get(rid, ()), progress[rid])) for rid in progress)
    return {report_id: view for report_id, view in views if view is not None}


def pay_day_promised(checked_on: date, rewards: Rewards) -> date:
    """Return the pay day if the check takes until `checked_on` and the decision its whole time."""
    return pay_day(add_natural(checked_on, DECIDE_WITHIN.days), rewards)


def _view(session: Session, awards: Sequence[Award], progress: Progress) -> RewardView | None:
    granted = [award for award in awards if award.state in GRANTED]
    if granted:
        return _granted(session, granted)
    if not awards:
        return _without(progress)
    if any(award.state is AwardState.PROPOSED for award in awards):
        return RewardView(None)
    return RewardView(awards[0].state, reason=awards[0].decision_note)


def _granted(session: Session, awards: Sequence[Award]) -> RewardView:
    """Return what was granted in one: it stands where its last part does."""
    days = [pay_day_of(session, award) for award in awards]
    paid = [day_of(award.paid_at) for award in awards if award.paid_at]
    return RewardView(
        min((award.state for award in awards), key=GRANTED.index), awards[0].level,
        sum((award.amount for award in awards), ZERO), max(filter(None, days), default=None),
        max(paid) if len(paid) == len(awards) else None,
    )  # fmt: skip


def pay_day_of(session: Session, award: Award) -> date | None:
    """Return until when an award is paid, by the table it quotes; None while it is undecided."""
    if award.decided_at is None or award.state not in GRANTED:
        return None
    rewards = policy_numbered(session, award.policy_version).policy.rewards
    return pay_day(day_of(award.decided_at), rewards)


def _without(progress: Progress) -> RewardView | None:
    if not progress.first:
        return RewardView(AwardState.REFUSED, reason=Sentence(N_("Somebody reported it before")))
    if progress.drill:
        return RewardView(AwardState.REFUSED, reason=Sentence(N_("It was a test or drill")))
    if progress.shown is CaseState.UNCONFIRMED:
        reason = Sentence(N_("It was not confirmed on the spot"))
        return RewardView(AwardState.REFUSED, reason=reason)
    return None if progress.shown is CaseState.VERIFYING else RewardView(None)
