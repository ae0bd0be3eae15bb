"""Grading a confirmed hazard: law's level, internal grade and reward level stay three fields."""

from dataclasses import dataclass, replace

from sqlalchemy import select

from hazard.access.duties import hands_left
from hazard.audit.work import Work
from hazard.cases.classing import put_classing
from hazard.cases.hands import crew_of, declare, hands_of
from hazard.cases.models import Case, Finding
from hazard.cases.opening import need_short
from hazard.cases.states import Step
from hazard.cases.transition import need_open, take
from hazard.cases.words import index_case
from hazard.core.clock import day_of
from hazard.core.errors import Refused, Unclear
from hazard.core.words import N_, Sentence
from hazard.deadlines.clocks import Charge, finish, start
from hazard.deadlines.terms import DeadlineKind
from hazard.people.queries import count_outside
from hazard.policy.classing import Classing
from hazard.policy.grading import INTERNAL_GRADES, Proposal, propose_level, statutory_level
from hazard.policy.queries import policy_on
from hazard.policy.words import LEVELS, SUB_CODES, Category, Gravity, Hurt, Likely, SubCode


@dataclass(frozen=True, slots=True)
class Grade:
    """The three plain answers, and the level if it shall differ from the table's."""

    hurt: Hurt
    likely: Likely
    gravity: Gravity
    sub_code: SubCode | None
    level: int | None = None
    reason: str = ""
    suggestion_adopted: bool = False
    short_description: str | None = None
    """A better one for the papers, or None to keep it."""
    classing: Classing = Classing()  # noqa: RUF009 - frozen


def grade(work: Work, case: Case, given: Grade, *, declared: bool) -> None:
    """Grade the case and send it on: to planning, or to the check if it is fixed already."""
    need_open(work, case, Step.GRADE)
    declare(work, case, "grading", declared=declared)
    put_grade(work, case, given)
    _need_on_site(work, case)
    _need_outsiders(work, case)
    _need_people(work, case)
    step = Step.GRADE_FIXED if case.fixed_on_spot else Step.GRADE
    take(work, case, step, level=case.reward_level, statutory=case.statutory_level)
    finish(work, case, DeadlineKind.GRADE)
    start_next(work, case)


def put_grade(work: Work, case: Case, given: Grade) -> Proposal:
    """Write the grade into the case; a level other than the table's needs a reason."""
    versioned = policy_on(work.session, day_of(work.now))
    answers = given.hurt, given.likely, given.gravity
    proposal = propose_level(versioned.policy.grading, *answers)
    level = given.level or proposal.level
    _need_sound(case, given, proposal, level)
    if given.short_description is not None:
        need_short(work, given.short_description)
        case.short_description = given.short_description.strip()
        index_case(work.session, case)
    case.hurt, case.likely, case.gravity = answers
    case.sub_code, case.reward_level = given.sub_code, level
    case.statutory_level, case.internal_grade = statutory_level(level), INTERNAL_GRADES[level]
    case.grade_reason, case.graded_on = given.reason.strip(), day_of(work.now)
    case.suggestion_adopted = given.suggestion_adopted
    put_classing(work, case, given.classing)
    return proposal


def start_next(work: Work, case: Case) -> None:
    """Start the clock of what follows the grade: the plan, or the check of a fix."""
    versioned = policy_on(work.session, day_of(work.now))
    charge = Charge(versioned, "policy", None, case.unit_id)
    kind = DeadlineKind.CHECK if case.fixed_on_spot else DeadlineKind.PLAN
    clocks = versioned.policy.clocks
    start(work, case, kind, clocks.check if case.fixed_on_spot else clocks.plan, charge)


def _need_sound(case: Case, given: Grade, proposal: Proposal, level: int) -> None:
    if level not in LEVELS:
        raise Unclear(Sentence(N_("Please choose a level from 1 to 5")), field="level")
    if level != proposal.level and not given.reason.strip():
        raise Unclear(
            Sentence(
                N_("The table says level %(n)s. Please write why it shall be another"),
                n=proposal.level,
            ),
            field="reason",
        )
    if given.sub_code and given.sub_code not in SUB_CODES.get(Category(case.category), ()):
        raise Unclear(Sentence(N_("This sub-code belongs to another kind")), field="sub_code")


def _need_on_site(work: Work, case: Case) -> None:
    hands = policy_on(work.session, day_of(work.now)).policy.hands
    if case.reward_level in hands.photos_levels:
        return
    away = select(Finding.id).where(
        Finding.case_id == case.id, Finding.round == case.round, Finding.on_site.is_(False)
    )
    if work.session.scalar(away) is not None:
        raise Refused(
            Sentence(
                N_("At level %(n)s both verifiers must have been on site; name two again"),
                n=case.reward_level,
            )
        )


def _need_outsiders(work: Work, case: Case) -> None:
    """Refuse the grade where too few of who verified come from outside the workshop (words 5)."""
    session, today = work.session, day_of(work.now)
    wanted = policy_on(session, today).policy.hands.outsiders[case.reward_level or 0]
    if count_outside(session, hands_of(session, case).verifiers, case.unit_path, today) < wanted:
        raise Refused(
            Sentence(
                N_(
                    "At level %(n)s %(m)s of the verifiers must be from outside the workshop; "
                    "name two again"
                ),
                n=case.reward_level, m=wanted,
            )
        )  # fmt: skip


def _need_people(work: Work, case: Case) -> None:
    hands = replace(hands_of(work.session, case), level=case.reward_level)
    if not hands_left(hands, crew_of(work.session, case, day_of(work.now))):
        raise Refused(
            Sentence(
                N_("At level %(n)s nobody would be left for a later step; add a person first"),
                n=case.reward_level,
            )
        )
