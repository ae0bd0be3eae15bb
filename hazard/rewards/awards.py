"""Proposing and deciding rewards: other hands decide, funds are reserved, the payee is found."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from hazard.access.duties import Part as Duty
from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.cases.hands import (
    AWARD_DECISION,
    AWARD_PROPOSAL,
    declare,
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
from hazard.rewards.funding import reserve
from hazard.rewards.models import Award
from hazard.rewards.payees import settle_payee
from hazard.rewards.rules import Facts, Line, lines_for
from hazard.rewards.terms import AwardKind, AwardState

UNCONFIRMED = frozenset({CaseState.ACCEPTED, CaseState.VERIFYING, CaseState.UNCONFIRMED})


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes with the proposed amount, or no with words for the reporter."""

    approve: bool
    note: str = ""


def propose(work: Work, case: Case, *, out_of_post: bool, declared: bool) -> list[Award]:
    """Propose what the first report of the case earns by the table of its grading day.

    Needs `award:propose` and hands that are not the owner's or a reporter's. Returns the awards;
    none where the rules give nothing, and then `reasons_for` says why.
    """
    work.actor.need(Permission.AWARD_PROPOSE, case.unit_path)
    if case.reward_level is None:
        raise Refused(Sentence(N_("The hazard has to be graded first")))
    link = case.reports[0]
    lines = lines_of(work, case, link, out_of_post=out_of_post)
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

    Approved ones are reserved in this year's budget or wait for funds.
    """
    work.actor.need(Permission.AWARD_DECIDE)
    if not award_ids:
        raise Unclear(Sentence(N_("Please tick at least one")), field="award")
    if not decision.approve and not decision.note.strip():
        raise Unclear(Sentence(N_("Please write why; the reporter reads it")), field="note")
    for award in _hold(work, award_ids):
        _decide(work, award, decision, declared=declared)


def lines_of(work: Work, case: Case, link: CaseReport, *, out_of_post: bool) -> tuple[Line, ...]:
    """Return what the rules give one report of the case, with reasons."""
    day = case.graded_on or day_of(work.now)
    report = link.report
    on_duty = set(list_holders(work.session, NO_CASH_ROLES, case.unit_path, day_of(work.now)))
    facts = Facts(
        confirmed=case.quick or case.state not in UNCONFIRMED,
        level=case.reward_level or 1,
        part=link.part,
        drill=report.drill,
        on_duty_for_safety=bool(known_reporters(work.session, [report.id]) & on_duty),
        anonymous=report.identity is Identity.ANONYMOUS,
        out_of_post=out_of_post,
        suggestion_adopted=case.suggestion_adopted,
    )
    return lines_for(facts, policy_on(work.session, day).policy.rewards)


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
        reserve(work, award, day_of(work.now).year)
        settle_payee(work, award)
    else:
        award.state = AwardState.REFUSED
    work.record("award_decided", case, award=award.id, state=award.state)
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
    start(work, case, DeadlineKind.AWARD, Length(7, Unit.NATURAL), charge)
