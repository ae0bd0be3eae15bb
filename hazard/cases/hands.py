"""Whose hands stand in one case and whose are left: facts from the tables for `access.duties`."""

from dataclasses import replace
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hazard.access.duties import LEVELS, Crew, Hands, need_hands_left, who_can
from hazard.access.duties import Part as Duty
from hazard.access.permissions import Role
from hazard.audit.work import Work
from hazard.cases.models import Case, CheckRecord, Declaration, Finding
from hazard.cases.terms import Part, PlanState
from hazard.core.clock import day_of
from hazard.core.errors import Unclear
from hazard.core.words import N_, Sentence
from hazard.people.queries import (
    holders_among,
    list_employee_ids,
    list_holders,
    names_of,
    roles_held_over,
)
from hazard.policy.queries import policy_on
from hazard.policy.terms import EVERYONE, NO_CASH_ROLES
from hazard.policy.terms import Duty as DutyOf
from hazard.reports.identity import known_reporters

AWARD_PROPOSAL = "award_proposal"
AWARD_DECISION = "award_decision"
"""Stages declared by `rewards`, so that this floor knows whose hands they took."""


class NotDeclared(Unclear):
    """The declaration of decisions 14 is missing."""

    def __init__(self) -> None:
        super().__init__(
            Sentence(N_("Please tick: I have no interest in this matter")), field="declared"
        )


def hands_of(session: Session, case: Case) -> Hands:
    """Return who did, or is assigned to do, what in the case."""
    active = {(a.part, a.person_id) for a in case.assignments if a.ended_at is None}
    plan = next((p for p in reversed(case.plans) if p.state is not PlanState.RETURNED), None)
    declared = _declared(session, case)
    return Hands(
        verifiers=_verifiers(session, case, active),
        owner=next((person for part, person in active if part is Part.OWNER), None),
        plan_maker=plan.maker_id if plan else None,
        plan_approver=plan.approver_id if plan else None,
        checker=_checker(session, case, active),
        proposer=declared.get(AWARD_PROPOSAL),
        approver=declared.get(AWARD_DECISION),
        reporters=known_reporters(session, [link.report_id for link in case.reports]),
        level=case.reward_level,
        fixer=case.fixer_id if case.fixed_on_spot else None,
    )


def crew_of(session: Session, case: Case, day: date) -> Crew:
    """Return who could take which part in the case under the policy of `day`."""
    hands = policy_on(session, day).policy.hands
    everyone = list_employee_ids(session, day)
    held = roles_held_over(session, case.unit_path, day)

    def tiers(duty: DutyOf) -> list[list[int]]:
        roles = [Role(role) for role in duty.stand_ins if role != EVERYONE]
        first, rest = holders_among(held, duty.first), holders_among(held, roles)
        return [first, rest + everyone if EVERYONE in duty.stand_ins else rest]

    anyone = {
        part: [everyone]
        for part in (Duty.VERIFIER, Duty.OWNER, Duty.CONFIRMER, Duty.PLAN_MAKER, Duty.FIXER)
    }
    approved_from = [level for level in LEVELS if hands.plan_approval[level].first]
    return Crew(
        always={**anyone, Duty.PROPOSER: tiers(hands.propose)},
        at_level={
            level: {
                Duty.PLAN_APPROVER: tiers(hands.plan_approval[level]),
                Duty.CHECKER: tiers(hands.check[level]),
                Duty.APPROVER: tiers(hands.decide[level]),
            }
            for level in LEVELS
        },
        plan_approved_from=min(approved_from, default=max(LEVELS) + 1),
        award_due=not earns_nothing(session, case, day),
    )


def need_hand(
    work: Work, case: Case, duty: Duty, person_id: int, *, given: Hands | None = None
) -> None:
    """Refuse the person as `duty` unless they may take it and leave somebody for later steps.

    `given` are hands as they would stand, for a check before they are stored. Raises
    `SameHands` or `HandsShort`, both naming who could.
    """
    session, day = work.session, day_of(work.now)
    hands = without(given or hands_of(session, case), duty)

    def name_of(each: int) -> str:
        return names_of(session, [each]).get(each, "")

    need_hands_left(duty, person_id, hands, crew_of(session, case, day), name_of)


def fitting(session: Session, case: Case, duty: Duty, day: date) -> tuple[int, ...]:
    """Return who may take `duty` now, best first."""
    return who_can(duty, without(hands_of(session, case), duty), crew_of(session, case, day))


def without(hands: Hands, duty: Duty) -> Hands:
    """Return the hands with `duty` free to be taken anew; verifiers stay."""
    if duty in {Duty.OWNER, Duty.CHECKER, Duty.PLAN_MAKER, Duty.PLAN_APPROVER}:
        return replace(hands, **{duty.value: None})  # type: ignore[arg-type]
    return hands


def declare(work: Work, case: Case, stage: str, *, declared: bool) -> None:
    """Note the actor's declaration "not mine, no conflict"; raises `NotDeclared` without it."""
    if not declared or work.actor.person_id is None:
        raise NotDeclared
    work.session.add(
        Declaration(case_id=case.id, person_id=work.actor.person_id, stage=stage, at=work.now)
    )


def forget_declaration(work: Work, case: Case, stage: str) -> None:
    """Take the hands of an undone stage out of the case; the trail keeps that they were there."""
    work.session.execute(
        delete(Declaration).where(Declaration.case_id == case.id, Declaration.stage == stage)
    )


def _verifiers(session: Session, case: Case, active: set[tuple[Part, int]]) -> tuple[int, ...]:
    found = session.scalars(
        select(Finding.person_id)
        .where(Finding.case_id == case.id, Finding.round == case.round)
        .order_by(Finding.id)
    ).all()
    assigned = sorted(person for part, person in active if part is Part.VERIFIER)
    return tuple(dict.fromkeys([*found, *assigned]))


def _checker(session: Session, case: Case, active: set[tuple[Part, int]]) -> int | None:
    assigned = next((person for part, person in active if part is Part.CHECKER), None)
    passed = session.scalars(
        select(CheckRecord.checker_id)
        .where(CheckRecord.case_id == case.id, CheckRecord.passed)
        .order_by(CheckRecord.id.desc())
    ).first()
    return assigned or passed


def _declared(session: Session, case: Case) -> dict[str, int]:
    rows = session.execute(
        select(Declaration.stage, Declaration.person_id)
        .where(
            Declaration.case_id == case.id,
            Declaration.stage.in_([AWARD_PROPOSAL, AWARD_DECISION]),
        )
        .order_by(Declaration.id)
    )
    return dict(rows.all())


def earns_nothing(session: Session, case: Case, day: date) -> bool:
    """Say whether the first report comes from somebody whose reports earn no cash (E6)."""
    known = known_reporters(session, [case.first.report_id])
    return bool(known & set(list_holders(session, NO_CASH_ROLES, case.unit_path, day)))
