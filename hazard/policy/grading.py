"""From three plain questions to a level. Pure."""

from dataclasses import dataclass

from hazard.core.words import N_, Sentence
from hazard.policy.terms import Grading
from hazard.policy.words import Gravity, Hurt, Likely, StatutoryLevel


@dataclass(frozen=True, slots=True)
class Proposal:
    """A level 1 to 5 and why."""

    level: int
    reason: Sentence


def propose_level(grading: Grading, hurt: Hurt, likely: Likely, gravity: Gravity) -> Proposal:
    """Return the level the company's table gives for the three answers."""
    if gravity in grading.grave:
        return Proposal(grading.grave[gravity], Sentence(N_("Because: %(a)s"), a=gravity))
    return Proposal(
        grading.table[hurt, likely],
        Sentence(N_("Because: %(a)s, likely today: %(b)s"), a=hurt, b=likely),
    )


def statutory_level(level: int) -> StatutoryLevel:
    """Return the law's level: L4 and L5 are major."""
    return StatutoryLevel.MAJOR if level >= 4 else StatutoryLevel.GENERAL


INTERNAL_GRADES = {1: "C", 2: "B", 3: "A", 4: "M", 5: "M"}
"""General hazards in three grades, C the slightest, and major; a field of its own (domain 4.3)."""
