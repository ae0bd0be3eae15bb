"""Whether a report earns something, and how much: ordered rules, the first that fits decides.

Pure: values in, values out. The ids are those of domain 4.1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from hazard.cases.terms import ReportPart
from hazard.core.calendar import Month
from hazard.core.money import ZERO, Money
from hazard.core.words import N_, Sentence
from hazard.policy.terms import Rewards
from hazard.rewards.terms import AwardKind


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules ask about one report of one case."""

    confirmed: bool
    level: int
    part: ReportPart
    drill: bool
    withdrawn: bool
    on_duty_for_safety: bool
    """The reporter is the head, the officer or a safety manager, within the own scope."""
    anonymous: bool
    out_of_post: bool
    suggestion_adopted: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One reasoned line: zero amounts are told too, never silently dropped."""

    kind: AwardKind
    amount: Money
    standard: Money
    rule: str
    reasons: tuple[Sentence, ...]


def lines_for(facts: Facts, table: Rewards) -> tuple[Line, ...]:
    """Return the main line and, where an idea was adopted, the suggestion's."""
    refused = _refusal(facts, table)
    if refused is not None:
        return (refused,)
    if facts.part is ReportPart.SUPPLEMENT:
        return (_supplement(table),)
    standard = _figures(facts, table)[facts.level]
    main = Line(
        AwardKind.MAIN, standard, standard, "E11" if facts.anonymous else "E5", _reasons(facts)
    )
    extra = table.suggestion[facts.level]
    if not facts.suggestion_adopted or not extra:
        return (main,)
    idea = Line(
        AwardKind.SUGGESTION, extra, extra, "E14", (Sentence(N_("The suggestion was adopted")),)
    )
    return (main, idea)


def pay_day(decided_on: date, table: Rewards) -> date:
    """Return until when a reward decided on a day is paid: in the month after, on its day."""
    following = Month.of_day(decided_on).next()
    return date(following.year, following.month, min(table.paid_day, following.last_day.day))


def _supplement(table: Rewards) -> Line:
    """Return what a later report earns that added what was decisive (domain 2.6.2)."""
    reason = Sentence(N_("It came later and added what helped"))
    return Line(AwardKind.SUPPLEMENT, table.supplement, table.supplement, "E4", (reason,))


def _refusal(facts: Facts, table: Rewards) -> Line | None:
    bonus = facts.part is ReportPart.SUPPLEMENT and table.supplement
    for applies, rule, reason in (
        (facts.drill, "E1", N_("It was a test or drill")),
        (not facts.confirmed, "E1", N_("It was not confirmed on the spot")),
        (facts.withdrawn, "E1", N_("It was withdrawn")),
        (
            facts.part is ReportPart.JOINT,
            "E12",
            N_("Reported together: one reward, the first collects"),
        ),
        (facts.part is not ReportPart.FIRST and not bonus, "E4", N_("Somebody reported it before")),
        (facts.on_duty_for_safety, "E6", N_("Finding it is the reporter's own duty")),
    ):
        if applies:
            return Line(AwardKind.MAIN, ZERO, ZERO, rule, (Sentence(reason),))
    return None


def _figures(facts: Facts, table: Rewards) -> Mapping[int, Money]:
    return table.out_of_post if facts.out_of_post and table.out_of_post else table.amounts


def _reasons(facts: Facts) -> tuple[Sentence, ...]:
    reasons = [
        Sentence(N_("First report that said it clearly")),
        Sentence(N_("Level %(n)s of the table"), n=facts.level),
    ]
    if facts.out_of_post:
        reasons.append(Sentence(N_("Outside the reporter's own post")))
    if facts.anonymous:
        reasons.append(Sentence(N_("Collected with the code")))
    return tuple(reasons)
