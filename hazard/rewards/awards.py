"""Proposing and deciding rewards: other hands decide, funds are reserved, the payee is found."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazard.access.actor import Actor, not_allowed
from hazard.access.duties import Part as Duty
from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.cases import assigning
from hazard.cases.hands import (
    AWARD_DECISION,
    AWARD_PROPOSAL,
    declare,
    fitting,
    forget_declaration,
    need_hand,
)
from hazard.cases.models import Case, CaseReport
from hazard.cases.queries import who_see
from hazard.cases.terms import CaseState
from hazard.cases.terms import Part as CasePart
from hazard.core.calendar import Unit
from hazard.core.clock import day_of
from hazard.core.errors import NotFound, Refused, Unclear
from hazard.core.words import N_, Sentence
from hazard.deadlines.clocks import Charge, finish, start
from hazard.deadlines.queries import running_of
from hazard.deadlines.terms import DeadlineKind
from hazard.notices.outbox import tell
from hazard.people.queries import list_holders
from hazard.policy.queries import policy_on
from hazard.policy.terms import NO_CASH_ROLES, Length
from hazard.policy.words import Identity
from hazard.reports.identity import known_reporters
from hazard.reports.models import Report
from hazard.reports.terms import ReportState
from hazard.rewards.funding import fund_waiting, line_up
from hazard.rewards.models import Award
from hazard.rewards.payees import settle_payee
from hazard.rewards.rules import Facts, Line, lines_for
from hazard.rewards.terms import UNDONE, AwardKind, AwardState, has_main, open_again

DECIDE_WITHIN = Length(7, Unit.NATURAL)
"""The head decides by one weekly list (words 5)."""
Standing = Mapping[tuple[int, AwardKind], Award]
"""The awards of a case, by report and kind."""
UNCONFIRMED = frozenset({CaseState.ACCEPTED, CaseState.VERIFYING, CaseState.UNCONFIRMED})


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes with the proposed amount, or no with words for the reporter."""

    approve: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Earned:
    """A reasoned line and the report it belongs to."""

    report_id: int
    line: Line


def propose(
    work: Work, case: Case, *, out_of_post: bool, declared: bool, reason: str = ""
) -> list[Award]:
    """Propose what the reports of the case earn by the table of its grading day.

    Needs `award:propose`, or to be named where the case is kept from the safety officer, and
    hands that are not the owner's or a reporter's. Refuses, with the
    rules' reason, where they give nothing. What was decided with a no, or taken back, is proposed
    again with a new `reason`, and then decided anew; what stands already is left alone.
    """
    need_proposer(work.actor, case)
    if case.reward_level is None:
        raise Refused(Sentence(N_("The hazard has to be graded first")))
    earned = earned_by(work.session, case, day_of(work.now), out_of_post=out_of_post)
    if all(not each.line.amount for each in earned):
        raise Refused(Sentence(N_("No reward: %(r)s"), r=earned[0].line.reasons[0]))
    need_hand(work, case, Duty.PROPOSER, work.actor.person_id or 0)
    declare(work, case, AWARD_PROPOSAL, declared=declared)
    standing = _standing(work, case)
    undone = any(award.state in UNDONE for award in standing.values())
    awards = [
        *_proposed_again(work, case, standing, earned, reason),
        *_new_ones(work, case, standing, earned),
    ]
    if not awards:
        raise Refused(Sentence(N_("A reward for this hazard is already proposed")))
    if undone:
        forget_declaration(work, case, AWARD_DECISION)
    work.session.flush()
    for award in awards:
        work.record("award_proposed", case, award=award.id, kind=award.kind, fen=award.amount.fen)
    assigning.end(work, case, CasePart.PROPOSER)
    _start_clock(work, case)
    ask_to_decide(work, case)
    return awards


def ask_to_decide(work: Work, case: Case) -> None:
    """Tell those who may decide that rewards wait, once a day; first the second person confirms."""
    clocks = running_of(work.session, [(case.kind, case.id)], work.now)
    if case.state in UNCONFIRMED or all(each.kind is not DeadlineKind.AWARD for each in clocks):
        return
    day = day_of(work.now)
    tell(
        work, who_see(work.session, case, fitting(work.session, case, Duty.APPROVER, day), day),
        Sentence(N_("Rewards wait for your decision")),
        key=f"awards:{day}", link="/rewards",
    )  # fmt: skip


def may_propose(actor: Actor, case: Case) -> bool:
    """Say whether the actor proposes rewards there, or was named to propose this one."""
    named = assigning.holder(case, CasePart.PROPOSER)
    return (named is not None and named == actor.person_id) or actor.may(
        Permission.AWARD_PROPOSE, case.unit_path
    )


def why_refused(session: Session, actor: Actor, case: Case) -> str:
    """Return why a reward of the case was refused or taken back, for who may propose it anew."""
    if case.reward_level is None or not may_propose(actor, case):
        return ""
    mine = session.scalars(select(Award).where(Award.case_id == case.id).order_by(Award.id))
    return next((award.decision_note for award in reversed(open_again(mine))), "")


def need_proposer(actor: Actor, case: Case) -> None:
    """Raise `NotAllowed` unless the actor may propose the reward of the case."""
    if not may_propose(actor, case):
        raise not_allowed(Permission.AWARD_PROPOSE)


def decide(work: Work, award_ids: Sequence[int], decision: Decision, *, declared: bool) -> None:
    """Decide several awards at once; each case's hands are asked (decisions 13).

    Approved ones wait in line for this year's budget and are funded as far as it reaches, in
    the order of decisions 33: none overtakes one that waits already.
    """
    work.actor.need(Permission.AWARD_DECIDE)
    if not award_ids:
        raise Unclear(Sentence(N_("Please tick at least one")), field="award")
    if not decision.approve and not decision.note.strip():
        raise Unclear(Sentence(N_("Please write why; the reporter reads it")), field="note")
    awards = _hold(work, award_ids)
    for award in awards:
        _decide(work, award, decision, declared=declared)
    if decision.approve:
        fund_waiting(work, day_of(work.now).year)
    for award in awards:
        case = work.session.get_one(Case, award.case_id)
        work.record("award_decided", case, award=award.id, state=award.state)


def drop_proposals(work: Work, case: Case) -> None:
    """Forget undecided proposals of a case whose verification starts over, and who made them."""
    proposed = select(Award).where(Award.case_id == case.id, Award.state == AwardState.PROPOSED)
    for award in work.session.scalars(proposed).all():
        work.session.delete(award)
        work.record("award_dropped", case, award=award.id)
    forget_declaration(work, case, AWARD_PROPOSAL)
    finish(work, case, DeadlineKind.AWARD)


def lines_of(session: Session, case: Case, today: date, *, out_of_post: bool) -> tuple[Line, ...]:
    """Return what the rules give the reports of the case, with reasons; the first's lines first."""
    return tuple(each.line for each in earned_by(session, case, today, out_of_post=out_of_post))


def earned_by(
    session: Session, case: Case, today: date, *, out_of_post: bool
) -> tuple[Earned, ...]:
    """Return the lines of the first report, zero or not, and what later ones earn besides."""
    first = case.first
    later = [link for link in case.reports if link is not first]
    facts = _facts_of(session, case, today)
    table = policy_on(session, case.graded_on or today).policy.rewards
    mine = lines_for(facts(first, out_of_post=out_of_post), table)
    more = [(link, line) for link in later for line in lines_for(facts(link), table)]
    return (
        *(Earned(first.report_id, line) for line in mine),
        *(Earned(link.report_id, line) for link, line in more if line.amount),
    )


def why_none(session: Session, case: Case, report_id: int, *, found: bool) -> Sentence | None:
    """Return why the rules give a report of the case nothing, or None if they give.

    `found`: nobody has said that it was not found on the spot.
    """
    day = case.graded_on or day_of(case.opened_at)
    link = next(each for each in case.reports if each.report_id == report_id)
    facts = replace(_facts_of(session, case, day)(link), confirmed=found)
    line = lines_for(facts, policy_on(session, day).policy.rewards)[0]
    return None if line.amount else line.reasons[0]


def _facts_of(session: Session, case: Case, today: date) -> Callable[..., Facts]:
    on_duty = set(list_holders(session, NO_CASH_ROLES, case.unit_path, today))
    confirmed = case.quick or case.state not in UNCONFIRMED

    def facts(link: CaseReport, *, out_of_post: bool = False) -> Facts:
        report = link.report
        return Facts(
            confirmed=confirmed,
            level=case.reward_level or 1,
            part=link.part,
            drill=report.drill,
            withdrawn=report.state is ReportState.WITHDRAWN,
            on_duty_for_safety=bool(known_reporters(session, [report.id]) & on_duty),
            anonymous=report.identity is Identity.ANONYMOUS,
            out_of_post=out_of_post,
            suggestion_adopted=case.suggestion_adopted,
        )

    return facts


def _decide(work: Work, award: Award, decision: Decision, *, declared: bool) -> None:
    case = work.session.get_one(Case, award.case_id)
    if award.state is not AwardState.PROPOSED:
        raise Refused(Sentence(N_("This reward was decided a moment ago. Please look again")))
    report = work.session.get_one(Report, award.report_id)
    if decision.approve and report.state is ReportState.WITHDRAWN:
        raise Refused(Sentence(N_("The report was withdrawn; the reward is looked at anew")))
    if case.state in UNCONFIRMED:
        raise Refused(Sentence(N_("The second person has to confirm the hazard first")))
    need_hand(work, case, Duty.APPROVER, work.actor.person_id or 0)
    declare(work, case, AWARD_DECISION, declared=declared)
    award.decided_by, award.decided_at = work.actor.person_id, work.now
    award.decision_note = decision.note.strip()
    if decision.approve:
        line_up(award, day_of(work.now).year)
        settle_payee(work, award)
    else:
        award.state = AwardState.REFUSED
        _tell_proposer(work, case, award)
    if not _still_proposed(work, case):
        finish(work, case, DeadlineKind.AWARD)


def _tell_proposer(work: Work, case: Case, award: Award) -> None:
    """Tell who proposed it; the page opened reads why, and proposes anew."""
    tell(
        work, who_see(work.session, case, [award.proposed_by], day_of(work.now)),
        Sentence(N_("A reward you proposed was not approved")),
        key=f"refused:{award.id}:{award.proposed_at.isoformat()}",
        link=f"/cases/{case.number}/award",
    )  # fmt: skip


def _hold(work: Work, award_ids: Iterable[int]) -> list[Award]:
    wanted = sorted(set(award_ids))
    held = select(Award).where(Award.id.in_(wanted)).order_by(Award.id).with_for_update()
    awards = list(work.session.scalars(held))
    if len(awards) != len(wanted):
        raise NotFound
    return awards


def _still_proposed(work: Work, case: Case) -> bool:
    work.session.flush()
    left = select(Award.id).where(Award.case_id == case.id, Award.state == AwardState.PROPOSED)
    return work.session.scalars(left).first() is not None


def _standing(work: Work, case: Case) -> Standing:
    mine = select(Award).where(Award.case_id == case.id).with_for_update()
    return {(award.report_id, award.kind): award for award in work.session.scalars(mine)}


def _new_ones(work: Work, case: Case, standing: Standing, earned: Sequence[Earned]) -> list[Award]:
    fresh = [
        each for each in earned
        if each.line.amount and (each.report_id, each.line.kind) not in standing
        and not (each.line.kind is AwardKind.MAIN and has_main(standing.values()))
    ]  # fmt: skip
    awards = [
        Award(
            case_id=case.id,
            report_id=each.report_id,
            kind=each.line.kind,
            year=None,
            decision_note="",
        )
        for each in fresh
    ]
    for award, each in zip(awards, fresh, strict=True):
        _fill(work, case, award, each.line)
    work.session.add_all(awards)
    return awards


def _proposed_again(
    work: Work, case: Case, standing: Standing, earned: Sequence[Earned], reason: str
) -> list[Award]:
    """Put those undone before the head again, with the figures of today's rules."""
    lines = {(each.report_id, each.line.kind): each.line for each in earned if each.line.amount}
    undone = [
        (award, lines[key]) for key, award in standing.items()
        if award.state in UNDONE and key in lines
    ]  # fmt: skip
    if undone and not reason.strip():
        raise Unclear(
            Sentence(N_("It was decided with a no. Please write what is new")), field="reason"
        )
    for award, line in undone:
        _fill(work, case, award, line)
        award.proposal_note = reason.strip()
        award.decided_by, award.decided_at, award.decision_note = None, None, ""
    return [award for award, _ in undone]


def _fill(work: Work, case: Case, award: Award, line: Line) -> None:
    reasons = [{"msgid": r.msgid, "values": dict(r.values)} for r in line.reasons]
    day = case.graded_on or day_of(work.now)
    award.state, award.level = AwardState.PROPOSED, case.reward_level or 1
    award.amount, award.standard, award.rule = line.amount, line.standard, line.rule
    award.reasons_json = json.dumps(reasons)
    award.policy_version = policy_on(work.session, day).number
    award.proposed_by, award.proposed_at = work.actor.person_id or 0, work.now


def _start_clock(work: Work, case: Case) -> None:
    versioned = policy_on(work.session, day_of(work.now))
    charge = Charge(versioned, "policy", None, case.unit_id)
    start(work, case, DeadlineKind.AWARD, DECIDE_WITHIN, charge)
    work.session.flush()
