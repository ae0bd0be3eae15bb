"""The three plain questions in a form: read back, and their level shown while they are answered."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from hazard.cases.grading import Grade
from hazard.core import clock
from hazard.core.errors import Unclear
from hazard.core.words import N_, Sentence
from hazard.policy.classing import (
    Accident,
    Cause,
    Classing,
    Consequence,
    Exposure,
    Factor,
    Lec,
    Likelihood,
    Remedy,
)
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
        text("short_description") or None, classing_from_form(),
    )  # fmt: skip


def classing_from_form() -> Classing:
    """Return what the ledger asks besides the level; LEC needs all three figures or none."""
    figures = (
        _maybe("likelihood", Likelihood), _maybe("exposure", Exposure),
        _maybe("consequence", Consequence),
    )  # fmt: skip
    if any(figures) and not all(figures):
        missing = next(name for (name, *_), each in zip(LEC, figures, strict=True) if not each)
        raise Unclear(Sentence(N_("LEC needs all three figures, or none")), field=missing)
    likelihood, exposure, consequence = figures
    lec = (
        Lec(likelihood, exposure, consequence) if likelihood and exposure and consequence else None
    )
    return Classing(
        text("clause"), _maybe("cause", Cause), _maybe("remedy", Remedy),
        _maybe("accident", Accident), _maybe("factor", Factor), lec,
    )  # fmt: skip


def classing_choices() -> dict[str, object]:
    """Return what `cases/_classing.html` offers under today's settings."""
    return {
        "extras": policy_on(reading(), clock.today()).policy.extras, "causes": list(Cause),
        "remedies": list(Remedy), "accidents": list(Accident), "factors": list(Factor), "lec": LEC,
    }  # fmt: skip


def classing_proposed(said: Classing) -> dict[str, object]:
    """Return what was put down, by the names of the fields."""
    lec = said.lec
    return {
        "clause": said.clause, "cause": said.cause, "remedy": said.remedy,
        "accident": said.accident, "factor": said.factor,
        "likelihood": lec and lec.likelihood, "exposure": lec and lec.exposure,
        "consequence": lec and lec.consequence,
    }  # fmt: skip


def _maybe(name: str, kind: type[Word]) -> Word | None:
    return word(name, kind) if text(name) else None


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


LEC = (
    ("likelihood", Sentence(N_("L: how likely")), tuple(Likelihood)),
    ("exposure", Sentence(N_("E: how often people are exposed")), tuple(Exposure)),
    ("consequence", Sentence(N_("C: how grave")), tuple(Consequence)),
)
"""Name of the field, what it is, its figures."""
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
