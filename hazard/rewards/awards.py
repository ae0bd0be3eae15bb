"""Proposing and deciding rewards: other hands decide, funds are reserved, the payee is found."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazard.access.duties import Part as Duty
from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.cases.hands import (
    AWARD_DECISION,
    AWARD_PROPOSAL,
    declare,
    forget_declaration,
    need_hand,
)
from hazard.cases.models import Case, CaseReport
from hazard.cases.terms import CaseState
from hazard.core.calendar import Unit
from hazard.core.clock import day_of
from hazard.core.errors import NotFound, Refused, Unclear
from hazard.core.words import N_, Sentence
from hazard.deadlines.clocks import Charge, finish, start
from hazard.deadlines.terms import DeadlineKind
from hazard.people.queries import list_holders
from hazard.policy.queries import policy_on
from hazard.policy.terms import NO_CASH_ROLES, Length
from hazard.policy.words import Identity
from hazard.reports.identity import known_reporters
from hazard.rewards.funding import fund_waiting, line_up
from hazard.rewards.models import Award
from hazard.rewards.payees import settle_payee
from hazard.rewards.rules import Facts, Line, lines_for
from hazard.rewards.terms import AwardKind, AwardState

DECIDE_WITHIN = Length(7, Unit.NATURAL)
"""The head decides by one weekly list (words 5)."""
UNCONFIRMED = frozenset({CaseState.ACCEPTED, CaseState.VERIFYING, CaseState.UNCONFIRMED})


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes with the proposed amount, or no with words for the reporter."""

    approve: bool
    note: str = ""


def propose(work: Work, case: Case, *, out_of_post: bool, declared: bool) -> list[Award]:
    """Propose what the first report of the case earns by the table of its grading day.

    Needs `award:propose` and hands that are not the owner's or a reporter's. Refuses, with the
    rules' reason, where they give nothing.
    """
    work.actor.need(Permission.AWARD_PROPOSE, case.unit_path)
    if case.reward_level is None:
        raise Refused(Sentence(N_("The hazard has to be graded first")))
    link = case.reports[0]
    lines = lines_of(work.session, case, day_of(work.now), out_of_post=out_of_post)
    if all(not line.amount for line in lines):
        raise Refused(Sentence(N_("No reward: %(r)s"), r=lines[0].reasons[0]))
    need_hand(work, case, Duty.PROPOSER, work.actor.person_id or 0)
    declare(work, case, AWARD_PROPOSAL, declared=declared)
    _need_none_yet(work, case)
    awards = [_new_award(work, case, link, line) for line in lines]
    work.session.add_all(awards)
    work.session.flush()
    for award in awards:
        work.record("award_proposed", case, award=award.id, kind=award.kind, fen=award.amount.fen)
    _start_clock(work, case)
    return awards


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
    """Return what the rules give the first report of the case, with reasons."""
    link = case.reports[0]
    report = link.report
    on_duty = set(list_holders(session, NO_CASH_ROLES, case.unit_path, today))
    facts = Facts(
        confirmed=case.quick or case.state not in UNCONFIRMED,
        level=case.reward_level or 1,
        part=link.part,
        drill=report.drill,
        on_duty_for_safety=bool(known_reporters(session, [report.id]) & on_duty),
        anonymous=report.identity is Identity.ANONYMOUS,
        out_of_post=out_of_post,
        suggestion_adopted=case.suggestion_adopted,
    )
    table = policy_on(session, case.graded_on or today).policy.rewards
    return lines_for(facts, table)


def _decide(work: Work, award: Award, decision: Decision, *, declared: bool) -> None:
    case = work.session.get_one(Case, award.case_id)
    if award.state is not AwardState.PROPOSED:
        raise Refused(Sentence(N_("This reward was decided a moment ago. Please look again")))
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
    if not _still_proposed(work, case):
        finish(work, case, DeadlineKind.AWARD)


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


def _need_none_yet(work: Work, case: Case) -> None:
    main = select(Award.id).where(Award.case_id == case.id, Award.kind == AwardKind.MAIN)
    if work.session.scalar(main) is not None:
        raise Refused(Sentence(N_("A reward for this hazard is already proposed")))


def _new_award(work: Work, case: Case, link: CaseReport, line: Line) -> Award:
    reasons = [{"msgid": r.msgid, "values": dict(r.values)} for r in line.reasons]
    day = case.graded_on or day_of(work.now)
    return Award(
        case_id=case.id, report_id=link.report_id, kind=line.kind, state=AwardState.PROPOSED,
        level=case.reward_level or 1, amount=line.amount, standard=line.standard, rule=line.rule,
        reasons_json=json.dumps(reasons), policy_version=policy_on(work.session, day).number,
        proposed_by=work.actor.person_id or 0, proposed_at=work.now,
    )  # fmt: skip


def _start_clock(work: Work, case: Case) -> None:
    versioned = policy_on(work.session, day_of(work.now))
    charge = Charge(versioned, "policy", None, case.unit_id)
    start(work, case, DeadlineKind.AWARD, DECIDE_WITHIN, charge)
