"""Setting the policy and the facts of the plant."""

import json
from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.core.calendar import Unit
from hazard.core.clock import day_of
from hazard.core.errors import Unclear
from hazard.core.numbers import telephone
from hazard.core.words import N_, USUAL, Sentence
from hazard.policy.models import Plant, PolicyVersion
from hazard.policy.queries import forget_policies, get_plant, own_words, policy_on
from hazard.policy.terms import Length, Policy, policy_of, preset_values
from hazard.policy.words import LEVELS, Size

FEEDBACK_MAX_DAYS = 10
"""S1-13: natural days after the investigation ends."""
ARCHIVE_MAX_DAYS = 15
"""S1-17: natural days after closing."""
HANDLING_MAX_DAYS = 60
"""S1-9: natural days after acceptance."""

PLANT_FACTS = (
    "name", "department", "officer", "officer_phone", "report_phone", "emergency_phone", "mailbox",
    "union_name", "union_phone", "fax", "postcode", "email", "address", "standard_plan",
)  # fmt: skip


LONGEST_WORD = 8
DIALLED = ("officer_phone", "report_phone", "emergency_phone", "union_phone", "fax")


class UnlawfulPolicy(Unclear):
    """A figure lies beyond what the law or the scheme allows."""


def found_plant(work: Work, name: str, size: Size) -> Plant:
    """Make the plant with the preset of its size in force from today; the first deed of all."""
    plant = Plant(id=1, name=_needed(name))
    work.session.add(plant)
    work.record("founded", plant, size=size)
    _store(work, preset_values(size), day_of(work.now))
    return plant


def set_facts(work: Work, facts: Mapping[str, str]) -> None:
    """Set facts of the plant by name (`PLANT_FACTS`); needs `plant:keep`.

    Raises `BadNumber` for a number a phone could not dial by one touch.
    """
    work.actor.need(Permission.PLANT_KEEP)
    plant = get_plant(work.session)
    _needed(facts.get("name", plant.name))
    for name in PLANT_FACTS:
        if name in facts:
            typed = facts[name].strip()
            setattr(plant, name, telephone(typed, field=name) if name in DIALLED else typed)
    work.record("facts_set", plant, fields=sorted(facts))


def set_words(work: Work, words: Mapping[str, str]) -> None:
    """Set what the plant calls things, by key of `core.words.USUAL`; needs `plant:keep`.

    An empty word is the usual one; keys left out stay as they are. Raises `Unclear` for what is
    no word of up to eight letters.
    """
    work.actor.need(Permission.PLANT_KEEP)
    plant = get_plant(work.session)
    said = own_words(plant)
    new = said | {key: words[key].strip() for key in USUAL if key in words}
    for key, word in new.items():
        if word and not (word.isalpha() and len(word) <= LONGEST_WORD):
            raise Unclear(Sentence(N_("One word, at most eight letters")), field=f"word_{key}")
    new = {key: word for key, word in new.items() if word}
    if new != said:
        plant.own_words = json.dumps(new, ensure_ascii=False)
        work.record("words_set", plant, words=sorted(new))


def adopt_rule(work: Work, number: str, day: date) -> None:
    """Note under which number and on which day the plant issued its rule; needs `policy:keep`.

    The figures in force on that day are those of the rule. Refuses a day to come.
    """
    work.actor.need(Permission.POLICY_KEEP)
    if not number.strip():
        raise Unclear(Sentence(N_("Please enter the number of the rule")), field="rule_number")
    if day > day_of(work.now):
        raise Unclear(Sentence(N_("This day has not come yet")), field="rule_adopted_on")
    plant = get_plant(work.session)
    plant.rule_number, plant.rule_adopted_on = number.strip(), day
    plant.rule_version = policy_on(work.session, day).number
    work.record("rule_adopted", plant, version=plant.rule_version)


def note_told(work: Work, day: date, people: int) -> None:
    """Note when and how many people were told how to report; needs `golive:keep`.

    Refuses a day to come, and nobody.
    """
    work.actor.need(Permission.GOLIVE_KEEP)
    if day > day_of(work.now):
        raise Unclear(Sentence(N_("This day has not come yet")), field="told_on")
    if people < 1:
        raise Unclear(Sentence(N_("How many people were told?")), field="told_people")
    plant = get_plant(work.session)
    plant.told_on, plant.told_people = day, people
    work.record("told", plant, day=day, people=people)


def note_running(work: Work) -> None:
    """Note that the scheme runs from today; once, whatever becomes of the ticks later."""
    plant = get_plant(work.session)
    if plant.running_since is None:
        plant.running_since = day_of(work.now)
        work.record("running", plant)


def add_version(work: Work, values: Mapping[str, Any], valid_from: date) -> PolicyVersion:
    """Put a new version of the policy in force from a day, today or later; needs `policy:keep`."""
    work.actor.need(Permission.POLICY_KEEP)
    if valid_from < day_of(work.now):
        raise UnlawfulPolicy(
            Sentence(N_("A new version can start today or later, not in the past")),
            field="valid_from",
        )
    need_lawful(policy_of(values))
    return _store(work, values, valid_from)


def need_lawful(policy: Policy) -> None:
    """Raise `UnlawfulPolicy` for a clock beyond the law or rewards that do not rise (D-13)."""
    clocks, rewards = policy.clocks, policy.rewards
    for name, length, maximum in (
        ("feedback", clocks.feedback, FEEDBACK_MAX_DAYS),
        ("archive", clocks.archive, ARCHIVE_MAX_DAYS),
        ("handling", clocks.handling, HANDLING_MAX_DAYS),
    ):
        _need_at_most(name, length, maximum)
    figures = [rewards.amounts[level] for level in LEVELS]
    if any(low >= high for low, high in pairwise(figures)):
        raise UnlawfulPolicy(
            Sentence(N_("The reward must rise from level to level")), field="amounts"
        )


def _need_at_most(name: str, length: Length, maximum: int) -> None:
    if length.days > maximum or length.unit is not Unit.NATURAL:
        raise UnlawfulPolicy(
            Sentence(N_("The rules allow at most %(n)s natural days here"), n=maximum), field=name
        )


def _store(work: Work, values: Mapping[str, Any], valid_from: date) -> PolicyVersion:
    version = PolicyVersion(
        valid_from=valid_from,
        body=json.dumps(values, ensure_ascii=False),
        made_at=work.now,
        made_by=work.actor.person_id,
    )
    work.session.add(version)
    work.session.flush()
    forget_policies(work.session)
    work.record("version_added", version, valid_from=valid_from)
    return version


def _needed(name: str) -> str:
    if not name.strip():
        raise Unclear(Sentence(N_("Please enter the name of the plant")), field="name")
    return name.strip()
