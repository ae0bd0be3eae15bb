"""The plant's rule on reports and rewards (事故隐患内部报告奖励制度), from its own figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from hazard.access.permissions import Role
from hazard.core.typeset import Words, full_day
from hazard.core.words import N_, Sentence
from hazard.policy.models import Plant
from hazard.policy.queries import Versioned
from hazard.policy.terms import Duty, Length, Policy
from hazard.policy.words import LEVELS, Identity
from hazard.statistics.sheets import OfficePaper


@dataclass(frozen=True, slots=True)
class Article:
    """One article; `points` stand below it, the reward table too if `table` says so."""

    text: Sentence
    points: tuple[Words, ...] = ()
    table: bool = False


@dataclass(frozen=True, slots=True)
class Chapter:
    """Some articles under a title."""

    title: Sentence
    articles: tuple[Article, ...]


@dataclass(frozen=True, kw_only=True)
class RuleSheet(OfficePaper):
    """The rule as the plant can adopt it: its figures, its names, nothing it did not set."""

    template: ClassVar[str] = "rule"

    plant: Plant
    versioned: Versioned
    identities: tuple[Identity, ...]
    """What is offered to reporters on the day; a seal that is not set up is not promised."""
    form_code: str = "AQ-01"

    labels: ClassVar[Mapping[str, Sentence]] = {
        **OfficePaper.labels,
        "title": Sentence(N_("Rule on internal hazard reports and their reward")),
        "chapter": Sentence(N_("Chapter %(n)s"), n="@n"),
        "article": Sentence(N_("Article %(n)s"), n="@n"),
    }

    def shown(self) -> dict[str, object]:
        """Return the number, the chapters, the reward table and the day of adoption."""
        return {
            "labels": self.labels,
            "company": self.company,
            "number": self._number(),
            "chapters": chapters(self.plant, self.versioned, self.identities),
            "prices": prices(self.versioned.policy),
            "adopted": self._adopted(),
            "foot": self.foot(),
        }

    def _number(self) -> Words:
        return self.plant.rule_number or Sentence(N_("(number to be given on adoption)"))

    def _adopted(self) -> Words:
        day = self.plant.rule_adopted_on
        return full_day(day) if day else Sentence(N_("Year      month      day"))


def chapters(
    plant: Plant, versioned: Versioned, identities: tuple[Identity, ...]
) -> tuple[Chapter, ...]:
    """Return the rule's text with the plant's figures of one version of its policy."""
    policy = versioned.policy
    return (
        Chapter(Sentence(N_("General")), _general(plant)),
        Chapter(Sentence(N_("Reporting")), _reporting(plant, identities)),
        Chapter(Sentence(N_("Acceptance and verification")), _verifying(policy)),
        Chapter(Sentence(N_("Rectification and check")), _rectifying(policy)),
        Chapter(Sentence(N_("Rewards")), _rewarding(policy)),
        Chapter(Sentence(N_("Protection of those who report")), _protecting(plant, policy)),
        Chapter(Sentence(N_("Closing provisions")), _closing(plant, versioned)),
    )


def prices(policy: Policy) -> dict[str, object]:
    """Return the reward table: heads and a row a level, whole yuan."""
    rewards, other = policy.rewards, policy.rewards.out_of_post
    heads = [Sentence(N_("Reward level")), Sentence(N_("Reward (yuan)"))]
    if other:
        heads.append(Sentence(N_("Outside one's own post (yuan)")))
    heads.append(Sentence(N_("Suggestion adopted, in addition (yuan)")))
    rows = [
        [
            LEVEL_NAMES[level], rewards.amounts[level].short,
            *([other[level].short] if other else []), rewards.suggestion[level].short,
        ]
        for level in LEVELS
    ]  # fmt: skip
    return {"heads": heads, "rows": rows}


LEVEL_NAMES: Mapping[int, Sentence] = {
    1: Sentence(N_("Level one (small problem)")),
    2: Sentence(N_("Level two (ordinary hazard)")),
    3: Sentence(N_("Level three (rather dangerous)")),
    4: Sentence(N_("Level four (major hazard)")),
    5: Sentence(N_("Level five (an accident was averted)")),
}


def _general(plant: Plant) -> tuple[Article, ...]:
    desk = plant.department or Sentence(N_("the safety department"))
    return (
        Article(
            Sentence(
                N_(
                    "To encourage everybody who works here to find and report accident hazards, "
                    "to remove them in time and to prevent accidents, this rule is made under the "
                    "Work Safety Law of the People's Republic of China and the State's "
                    "requirements on internal reports and rewards in enterprises, in the light "
                    "of the conditions of this company."
                )
            )
        ),
        Article(
            Sentence(
                N_(
                    "It applies to all who work for the company: managers, technicians, workers of "
                    "every post, temporary staff and dispatched labour. Reports of contractors' "
                    "staff and visitors are accepted likewise."
                )
            )
        ),
        Article(
            Sentence(
                N_(
                    "Principles: anyone may report, every report is checked, what is true is "
                    "rewarded; small hazards small rewards, great hazards great rewards; material "
                    "and honorary rewards together; those who report are protected."
                )
            )
        ),
        Article(
            Sentence(N_("Duties:")),
            (
                Sentence(
                    N_(
                        "the main person in charge leads this work, provides its funds, decides on "
                        "major hazards and approves the monthly rewards;"
                    )
                ),
                Sentence(
                    N_(
                        "%(desk)s receives reports, organises verification, rectification and "
                        "check, keeps the hazard ledger and proposes rewards;"
                    ),
                    desk=desk,
                ),
                Sentence(
                    N_(
                        "finance draws up the budget, checks the monthly reward sheet and pays, "
                        "with accounts of its own;"
                    )
                ),
                Sentence(
                    N_(
                        "the union or the workers' representative supervises rectification and "
                        "payment and takes up complaints of retaliation;"
                    )
                ),
                Sentence(
                    N_(
                        "workshops and teams rectify in time, and keep control of the risk until "
                        "it is done."
                    )
                ),
            ),
        ),
    )


def _reporting(plant: Plant, identities: tuple[Identity, ...]) -> tuple[Article, ...]:
    return (
        Article(
            Sentence(N_("What to report:")),
            (
                Sentence(
                    N_(
                        "unsafe acts of people: breaking rules, ignoring safety orders, misusing "
                        "protective equipment, giving illegal orders, changing a process without "
                        "authority, directing the untrained or unqualified;"
                    )
                ),
                Sentence(
                    N_(
                        "unsafe state of equipment: warning signs missing, safety equipment not to "
                        "standard, upkeep or tests left out, monitoring, alarm, protection or "
                        "rescue gear switched off or broken;"
                    )
                ),
                Sentence(
                    N_(
                        "unsafe factors of the surroundings: risks not assessed or without "
                        "effective safeguards, hot work, lifting, temporary power and other "
                        "dangerous work without permit or measures;"
                    )
                ),
                Sentence(
                    N_(
                        "defects of management: responsibilities, procedures, training or "
                        "emergency plans missing, no drills, special workers without certificate, "
                        "contracted work not managed."
                    )
                ),
            ),
        ),
        Article(
            Sentence(N_("How to report, whichever is easiest, past any level if wanted:")),
            _ways(plant),
        ),
        Article(
            Sentence(
                N_(
                    "A report may be made: %(identities)s. All are rewarded by the same table. "
                    "Who reports anonymously follows up and collects with the receipt code."
                ),
                identities=identities,
            )
        ),
        Article(_urgent(plant)),
        Article(
            Sentence(
                N_(
                    "Reports are to be truthful. A report in good faith that is not confirmed has "
                    "no consequences. Fabricating facts and framing others on purpose is dealt "
                    "with by law and by the rules of the company."
                )
            )
        ),
    )


def _ways(plant: Plant) -> tuple[Words, ...]:
    scan = Sentence(N_("scan a poster at the gate or the workplace with a phone;"))
    phone = Sentence(N_("call %(phone)s;"), phone=plant.report_phone)
    box = Sentence(N_("put a note into the letter box (%(box)s);"), box=plant.mailbox)
    told = Sentence(N_("tell %(who)s in person."), who=_officer(plant))
    return (scan, *([phone] if plant.report_phone else []), *([box] if plant.mailbox else []), told)


def _officer(plant: Plant) -> Words:
    parts = [part for part in (plant.department, plant.officer, plant.officer_phone) if part]
    return " ".join(parts) or Sentence(N_("the safety officer"))


def _urgent(plant: Plant) -> Sentence:
    if not plant.emergency_phone:
        return Sentence(
            N_(
                "Whoever finds a danger to life stops work, gets to safety first, and then raises "
                "the alarm. Nobody may be punished for stopping work in an emergency or for "
                "refusing illegal orders."
            )
        )
    return Sentence(
        N_(
            "Whoever finds a danger to life stops work, gets to safety first, and calls "
            "%(phone)s. Nobody may be punished for stopping work in an emergency or for refusing "
            "illegal orders."
        ),
        phone=plant.emergency_phone,
    )


def _length(length: Length) -> Sentence:
    return Sentence(N_("%(days)s %(unit)s"), days=length.days, unit=length.unit)


def _verifying(policy: Policy) -> tuple[Article, ...]:
    clocks, hands = policy.clocks, policy.hands
    from_photos = Article(
        Sentence(
            N_(
                "At reward levels %(levels)s one verifier goes to the spot and the other may "
                "confirm from photographs; at all other levels both go."
            ),
            levels=_levels(sorted(hands.photos_levels)),
        )
    )
    return (
        Article(
            Sentence(
                N_(
                    "Whether a report is accepted is decided within %(accept)s and told to the "
                    "reporter. A refusal carries its reason; the reporter may add to the report or "
                    "ask the union or the main person in charge to look again."
                ),
                accept=_length(clocks.accept),
            )
        ),
        Article(
            Sentence(
                N_(
                    "Within %(verify)s of acceptance at least two people without interest in the "
                    "matter verify it. Who is concerned steps aside; the reporter is not shown to "
                    "the side that is checked."
                ),
                verify=_length(clocks.verify),
            )
        ),
        *([from_photos] if hands.photos_levels else []),
        Article(
            Sentence(
                N_(
                    "Confirmed hazards are graded: general or major by the State's criteria for "
                    "major hazards, and by five reward levels."
                )
            )
        ),
        Article(
            Sentence(
                N_(
                    "A report is handled within %(handling)s of its acceptance; in complex cases "
                    "the main person in charge may extend this once by at most 30 days and has the "
                    "reporter told why."
                ),
                handling=_length(clocks.handling),
            )
        ),
    )


def _levels(levels: list[int]) -> tuple[str, ...]:
    return tuple(str(level) for level in levels)


def _rectifying(policy: Policy) -> tuple[Article, ...]:
    clocks = policy.clocks
    return (
        Article(
            Sentence(
                N_(
                    "What can be fixed at once is fixed at once. Otherwise a plan is made within "
                    "%(plan)s that names the responsible person, measures, funds, deadline and "
                    "contingency plan; interim control holds until it is done."
                ),
                plan=_length(clocks.plan),
            )
        ),
        Article(
            Sentence(
                N_(
                    "Time for rectification: level one %(one)s, level two %(two)s, level three "
                    "%(three)s. At levels four and five work is stopped or controlled at once and "
                    "the plan sets the date. A later date is asked for before the old one passes."
                ),
                one=_length(clocks.rectify[1]),
                two=_length(clocks.rectify[2]),
                three=_length(clocks.rectify[3]),
            )
        ),
        Article(
            Sentence(
                N_(
                    "Within %(check)s of completion it is checked by somebody other than the "
                    "responsible person and the maker of the plan; what does not pass is done "
                    "again."
                ),
                check=_length(clocks.check),
            )
        ),
        Article(
            Sentence(
                N_(
                    "Within %(feedback)s of the end the reporter is told the result. Each case has "
                    "a file of its own, archived within %(archive)s of its closing."
                ),
                feedback=_length(clocks.feedback),
                archive=_length(clocks.archive),
            )
        ),
        Article(
            Sentence(
                N_(
                    "How hazards are found and rectified is told to all workers on the notice "
                    "board. Major hazards are reported to the supervising authority and to the "
                    "workers' congress in time."
                )
            )
        ),
    )


def _rewarding(policy: Policy) -> tuple[Article, ...]:
    rewards, hands = policy.rewards, policy.hands
    return (
        Article(
            Sentence(N_("What is confirmed is rewarded by this table, without bargaining:")),
            table=True,
        ),
        Article(
            Sentence(
                N_(
                    "One matter is rewarded once. Of several reports of the same hazard the first "
                    "that is clear enough to find and verify it is rewarded."
                )
            )
        ),
        Article(
            Sentence(
                N_(
                    "No cash is paid to %(roles)s for hazards within their own scope, to whoever "
                    "made the hazard or is named to rectify it, and to the verifiers of the case."
                ),
                roles=NO_CASH,
            )
        ),
        Article(
            Sentence(
                N_(
                    "Rewards are proposed by %(propose)s and decided by %(decide)s; who proposes "
                    "does not decide. They are decided once the hazard is confirmed, without "
                    "waiting for the end of rectification."
                ),
                propose=_who(hands.propose),
                decide=_deciders(policy),
            )
        ),
        Article(
            Sentence(
                N_(
                    "Rewards are settled each month — made by safety, checked by finance, approved "
                    "by the main person in charge — and paid by the %(day)sth of the next month. "
                    "Anonymous rewards are paid against number and code, with two signatures."
                ),
                day=rewards.paid_day,
            )
        ),
        Article(
            Sentence(
                N_(
                    "The funds come from the safety cost, in a budget of their own each year "
                    "(this table proposes %(budget)s yuan). Where no safety cost is drawn or it is "
                    "not enough, the company provides them otherwise; what was earned is not lost "
                    "for lack of budget."
                ),
                budget=rewards.year_budget.short,
            )
        ),
        Article(
            Sentence(
                N_(
                    "Those who report well are also praised and preferred in appraisals, honours "
                    "and promotion, by name only if they agree."
                )
            )
        ),
    )


NO_CASH = (
    Sentence(N_("the main person in charge")),
    Sentence(N_("full-time safety staff")),
)


def _who(duty: Duty) -> tuple[Role, ...]:
    return duty.first


def _deciders(policy: Policy) -> tuple[Role, ...]:
    roles = [role for level in LEVELS for role in policy.hands.decide[level].first]
    return tuple(dict.fromkeys(roles))


def _protecting(plant: Plant, policy: Policy) -> tuple[Article, ...]:
    no_penalty = Article(
        Sentence(
            N_(
                "Reports are about things, not people: a first ordinary breach found through a "
                "report is corrected, not fined, and reports never lower a team's score."
            )
        )
    )
    return (
        Article(
            Sentence(
                N_(
                    "Name, identity, ways of contact, content of the report and reward of whoever "
                    "reports are kept secret. Published lists show numbers only; names are looked "
                    "at for a stated reason, and each look is recorded. Nobody tries to find out "
                    "who sent an anonymous report."
                )
            )
        ),
        Article(
            Sentence(
                N_(
                    "Nobody may retaliate. Pay, benefits or contract are not touched because of a "
                    "report; who retaliates is dealt with by law and by the rules. Complaints go "
                    "to %(who)s."
                ),
                who=_union(plant),
            )
        ),
        *([no_penalty] if policy.no_penalty else []),
        Article(
            Sentence(
                N_(
                    "Whoever is not content may at any time turn to the outside: 12350 work "
                    "safety, 12351 workers' rights, 12345 city hotline. The company does not "
                    "hinder this."
                )
            )
        ),
    )


def _union(plant: Plant) -> Words:
    known = " ".join(part for part in (plant.union_name, plant.union_phone) if part)
    return known or Sentence(N_("the union or the main person in charge"))


def _closing(plant: Plant, versioned: Versioned) -> tuple[Article, ...]:
    return (
        Article(
            Sentence(
                N_(
                    "Ledger, case files, budget, reward sheets and posters are kept for "
                    "inspection, without the identity of those who reported."
                )
            )
        ),
        Article(
            Sentence(
                N_(
                    "The figures here are those of reward table no. %(n)s, in force since %(day)s. "
                    "When figures change, the table is printed and made public anew."
                ),
                n=versioned.number,
                day=full_day(versioned.valid_from),
            )
        ),
        Article(_in_force(plant.rule_adopted_on)),
    )


def _in_force(day: date | None) -> Sentence:
    if day is None:
        return Sentence(N_("This rule is in force from the day on which it is issued."))
    return Sentence(N_("This rule is in force from %(day)s."), day=full_day(day))
