"""The three plain questions in a form: read back, and their level shown while they are answered."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from hazard.cases.grading import Grade
from hazard.core import clock
from hazard.core.words import N_, Sentence
from hazard.policy.grading import propose_level, statutory_level
from hazard.policy.queries import policy_on
from hazard.policy.words import LEVELS, Gravity, Hurt, Likely, SubCode
from hazard.web.doorway import reading
from hazard.web.forms import number, text, ticked, word

Word = TypeVar("Word", bound=StrEnum)


def grade_from_form() -> Grade:
    """Return the grade as the form gives it; raises `Unclear` beside an unanswered question."""
    return Grade(
        word("hurt", Hurt), word("likely", Likely), word("gravity", Gravity),
        word("sub_code", SubCode) if text("sub_code") else None,
        number("level"), text("reason"), ticked("suggestion_adopted"),
        text("short_description") or None,
    )  # fmt: skip


def level_shown(answers: Mapping[str, str], *, quick: bool) -> dict[str, object]:
    """Return what `cases/_level.html` shows for the answers so far: the level, why, how much."""
    policy = policy_on(reading(), clock.today()).policy
    hurt, likely = chosen(answers, "hurt", Hurt), chosen(answers, "likely", Likely)
    gravity = chosen(answers, "gravity", Gravity)
    if hurt is None or likely is None or gravity is None:
        return {
            "proposal": None,
            "questions": QUESTIONS,
            "levels": LEVEL_CHOICES,
        }
    proposal = propose_level(policy.grading, hurt, likely, gravity)
    return {
        "proposal": proposal,
        "statutory": statutory_level(proposal.level),
        "amount": policy.rewards.amounts[proposal.level].short,
        "too_grave": quick and proposal.level not in policy.hands.quick_levels,
        "questions": QUESTIONS,
        "levels": LEVEL_CHOICES,
    }


def chosen(answers: Mapping[str, str], name: str, kind: type[Word]) -> Word | None:
    """Return the chosen word, or None where nothing that exists was chosen."""
    value = answers.get(name, "")
    return kind(value) if value in {member.value for member in kind} else None


LEVEL_CHOICES = tuple((level, level) for level in LEVELS)
QUESTIONS = (
    ("hurt", Sentence(N_("How badly could it hurt?")), tuple(Hurt)),
    ("likely", Sentence(N_("How likely is it today?")), tuple(Likely)),
    (
        "gravity",
        Sentence(N_("Is it on the list of major hazards, or did it just avert an accident?")),
        tuple(Gravity),
    ),
)
"""Name of the field, question, answers."""
