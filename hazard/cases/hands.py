"""Whose hands stand in one case and whose are left: facts from the tables for `access.duties`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.orm import Session

from hazard.access.actor import Actor
from hazard.access.duties import LEVELS, Crew, Hands, lenient, need_hands_left, who_can
from hazard.access.duties import Part as Duty
from hazard.access.permissions import Role
from hazard.audit.work import Work
from hazard.cases.models import Case, CaseReport, CheckRecord, Declaration, Finding, Plan
from hazard.cases.terms import Part, PlanState, ReportPart
from hazard.core.clock import day_of
from hazard.core.db import once
from hazard.core.errors import Unclear
from hazard.core.money import ZERO
from hazard.core.words import N_, Sentence
from hazard.people.queries import (
    holders_among,
    list_employee_ids,
    list_holders,
    names_of,
    roles_held_over,
    root_unit,
)
from hazard.policy.queries import policy_on
from hazard.policy.terms import EVERYONE, NO_CASH_ROLES
from hazard.policy.terms import Duty as DutyOf
from hazard.policy.terms import Hands as HandsOf
from hazard.reports.identity import known_reporters, may_identify, reporters_of, sent_by

AWARD_PROPOSAL = "award_proposal"
AWARD_DECISION = "award_decision"
"""Stages declared by `rewards`, so that this floor knows whose hands they took."""


class NotDeclared(Unclear):
    """The declaration of decisions 14 is missing."""

    def __init__(self) -> None:
        super().__init__(
            Sentence(N_("Please tick: I have no interest in this matter")), field="declared"
        )


@once
def hands_of(session: Session, case: Case) -> Hands:
    """Return who did, or is assigned to do, what in the case."""
    return hands_of_all(session, [case])[case.id]


def foresee_hands(session: Session, cases: Sequence[Case]) -> None:
    """Read together what each of many cases will be asked about its hands."""
    for case, hands in zip(cases, hands_of_all(session, cases).values(), strict=True):
        hands_of.foretell(session, hands, case)
    firsts = reporters_of(session, [case.first.report_id for case in cases])
    for case in cases:
        known = firsts.get(case.first.report_id)
        first_reporter.foretell(session, frozenset({known} if known is not None else ()), case)


def hands_of_all(session: Session, cases: Sequence[Case]) -> dict[int, Hands]:
    """Return the same for several cases by id, with as many questions as for one."""
    facts = _Facts.of(session, cases)
    return {case.id: _hands(case, facts) for case in cases}


@once
def crew_of(session: Session, case: Case, day: date) -> Crew:
    """Return who could take which part in the case under the policy of `day`."""
    held = roles_held_over(session, case.unit_path, day)
    known = first_reporter(session, case)
    hands, everyone = policy_on(session, day).policy.hands, list_employee_ids(session, day)
    return _crew(case, hands, held, everyone, earns=not _no_cash(known, held))


def _crew(
    case: Case,
    hands: HandsOf,
    held: Sequence[tuple[Role, int]],
    everyone: list[int],
    *,
    earns: bool,
) -> Crew:
    def tiers(duty: DutyOf) -> list[list[int]]:
        roles = [Role(role) for role in duty.stand_ins if role != EVERYONE]
        first, rest = holders_among(held, duty.first), holders_among(held, roles)
        return [first, rest + everyone if EVERYONE in duty.stand_ins else rest]

    anyone = {
        part: [everyone]
        for part in (Duty.VERIFIER, Duty.OWNER, Duty.CONFIRMER, Duty.PLAN_MAKER, Duty.FIXER)
    }
    plan = plan_of(case)
    funds = plan.funds if plan else ZERO
    approved_from = [level for level in LEVELS if hands.plan_duty(level, funds).first]
    return Crew(
        always={
            **anyone,
            Duty.PROPOSER: [*_instead(case, held, everyone), *tiers(hands.propose)],
        },
        at_level={
            level: {
                Duty.PLAN_APPROVER: tiers(hands.plan_duty(level, funds)),
                Duty.CHECKER: tiers(hands.check[level]),
                Duty.APPROVER: tiers(hands.decide[level]),
            }
            for level in LEVELS
        },
        plan_approved_from=min(approved_from, default=max(LEVELS) + 1),
        award_due=earns,
    )


def _instead(
    case: Case, held: Sequence[tuple[Role, int]], everyone: list[int]
) -> tuple[list[int], ...]:
    """Return who proposes the reward of a case kept from the safety officer (decisions 15).

    The workers' representative, else anybody else it is not kept from.
    """
    if not case.is_hidden_from(Role.SAFETY_OFFICER):
        return ()
    out = set(holders_among(held, [role for role in Role if case.is_hidden_from(role)]))
    union = holders_among(held, [Role.UNION_REPRESENTATIVE])
    return ([each for each in union if each not in out], [p for p in everyone if p not in out])


def need_hand(
    work: Work, case: Case, duty: Duty, person_id: int, *, given: Hands | None = None
) -> None:
    """Refuse the person as `duty` unless they may take it and leave somebody for later steps.

    `given` are hands as they would stand, for a check before they are stored. Raises
    `SameHands` or `HandsShort`, both naming who could.
    """
    session, day = work.session, day_of(work.now)
    crew = crew_of(session, case, day)
    hands = lenient(without(given or hands_of(session, case), duty), crew)

    def name_of(each: int) -> str:
        return names_of(session, [each]).get(each, "")

    me = person_id == work.actor.person_id
    need_hands_left(duty, person_id, hands, crew, name_of, me=me)


def fitting(session: Session, case: Case, duty: Duty, day: date) -> tuple[int, ...]:
    """Return who may take `duty` now, best first."""
    crew = crew_of(session, case, day)
    return who_can(duty, lenient(without(hands_of(session, case), duty), crew), crew)


def as_shown(session: Session, case: Case, hands: Hands, actor: Actor | None = None) -> Hands:
    """Return the hands as a list of names may follow them: one left out tells who reported.

    Only whoever may look at the names of the case is offered a list without those people;
    others choose among all, and a choice that cannot stand is refused.
    """
    knows = actor is not None and all(
        may_identify(session, actor, link.report) for link in case.reports
    )
    return hands if knows else replace(hands, reporters=frozenset())


def likely(session: Session, case: Case, duty: Duty, day: date) -> tuple[int, ...]:
    """Return whom a page names for `duty`, whoever reads it: as if nobody had reported."""
    crew = crew_of(session, case, day)
    hands = as_shown(session, case, without(hands_of(session, case), duty))
    return who_can(duty, lenient(hands, crew), crew)


def fitting_all(
    session: Session, cases: Sequence[Case], duty: Duty, day: date
) -> dict[int, tuple[int, ...]]:
    """Return the same for several cases by id; load their reports, assignments and plans before."""
    hands, everyone = hands_of_all(session, cases), list_employee_ids(session, day)
    held = {path: roles_held_over(session, path, day) for path in {c.unit_path for c in cases}}
    policy = policy_on(session, day).policy.hands
    firsts = reporters_of(session, [case.first.report_id for case in cases])
    fit: dict[int, tuple[int, ...]] = {}
    for case in cases:
        first = firsts.get(case.first.report_id)
        known = frozenset({first} if first is not None else ())
        roles = held[case.unit_path]
        crew = _crew(case, policy, roles, everyone, earns=not _no_cash(known, roles))
        fit[case.id] = who_can(duty, lenient(without(hands[case.id], duty), crew), crew)
    return fit


def plan_of(case: Case) -> Plan | None:
    """Return the plan that counts: in force, or waiting, or None."""
    return next((p for p in reversed(case.plans) if p.state is not PlanState.RETURNED), None)


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


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the tables say of several cases, by case id, each asked for once."""

    found: dict[int, list[tuple[int, int]]]
    """Round and verifier, in the order they came."""
    passed: dict[tuple[int, int], int]
    """Who passed it, by case id and how often it had been reopened."""
    declared: dict[int, dict[str, int]]
    reporters: dict[int, int]
    """By report id."""

    @classmethod
    def of(cls, session: Session, cases: Sequence[Case]) -> "_Facts":
        ids = [case.id for case in cases]
        found: dict[int, list[tuple[int, int]]] = {}
        findings = select(Finding.case_id, Finding.round, Finding.person_id)
        for case_id, turn, person in session.execute(
            findings.where(Finding.case_id.in_(ids)).order_by(Finding.id)
        ):
            found.setdefault(case_id, []).append((turn, person))
        checks = select(CheckRecord).where(CheckRecord.case_id.in_(ids), CheckRecord.passed)
        declared: dict[int, dict[str, int]] = {}
        stages = select(Declaration.case_id, Declaration.stage, Declaration.person_id).where(
            Declaration.case_id.in_(ids), Declaration.stage.in_([AWARD_PROPOSAL, AWARD_DECISION])
        )
        for case_id, stage, person in session.execute(stages.order_by(Declaration.id)):
            declared.setdefault(case_id, {})[stage] = person
        return cls(
            found,
            {
                (check.case_id, check.reopened): check.checker_id
                for check in session.scalars(checks.order_by(CheckRecord.id))
            },
            declared,
            reporters_of(session, [link.report_id for case in cases for link in case.reports]),
        )


def _hands(case: Case, facts: _Facts) -> Hands:
    active = {(a.part, a.person_id) for a in case.assignments if a.ended_at is None}
    plan = plan_of(case)
    declared = facts.declared.get(case.id, {})
    reporters = {facts.reporters.get(link.report_id) for link in case.reports}
    return Hands(
        verifiers=_verifiers(case, facts, active),
        owner=next((person for part, person in active if part is Part.OWNER), None),
        plan_maker=plan.maker_id if plan else None,
        plan_approver=plan.approver_id if plan else None,
        checker=_assigned(active, Part.CHECKER) or facts.passed.get((case.id, case.reopened)),
        past_checker=facts.passed.get((case.id, case.reopened - 1)),
        proposer=declared.get(AWARD_PROPOSAL) or _assigned(active, Part.PROPOSER),
        approver=declared.get(AWARD_DECISION),
        reporters=frozenset(person for person in reporters if person is not None),
        level=case.reward_level,
        fixer=case.fixer_id if case.fixed_on_spot else None,
    )


def _verifiers(case: Case, facts: _Facts, active: set[tuple[Part, int]]) -> tuple[int, ...]:
    found = [person for turn, person in facts.found.get(case.id, ()) if turn == case.round]
    assigned = sorted(person for part, person in active if part is Part.VERIFIER)
    return tuple(dict.fromkeys([*found, *assigned]))


def _assigned(active: set[tuple[Part, int]], wanted: Part) -> int | None:
    return next((person for part, person in active if part is wanted), None)


def earns_nothing(session: Session, case: Case, day: date) -> bool:
    """Say whether the first report comes from somebody whose reports earn no cash (E6)."""
    known = first_reporter(session, case)
    return _no_cash(known, roles_held_over(session, case.unit_path, day))


def earns_nothing_to(session: Session, day: date) -> ColumnElement[bool]:
    """Return the condition that a case was first reported by who earns no cash anywhere (E6)."""
    people = list_holders(session, NO_CASH_ROLES, root_unit(session).path, day)
    return exists().where(
        CaseReport.case_id == Case.id, CaseReport.part == ReportPart.FIRST,
        CaseReport.report_id.in_(sent_by(people)),
    )  # fmt: skip


@once
def first_reporter(session: Session, case: Case) -> frozenset[int]:
    """Return who made the first report of the case, as far as that is known."""
    return known_reporters(session, [case.first.report_id])


def _no_cash(known: frozenset[int], held: Sequence[tuple[Role, int]]) -> bool:
    return bool(known & set(holders_among(held, NO_CASH_ROLES)))
