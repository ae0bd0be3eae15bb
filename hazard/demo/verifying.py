"""How a hazard of the demo plant is verified and graded, by two on the spot or quickly."""

from sqlalchemy import select

from hazard.cases import grading, signing, verification
from hazard.cases.models import Signature
from hazard.cases.queries import hold_case
from hazard.cases.quick import FirstHand
from hazard.cases.terms import Verdict
from hazard.core import clock
from hazard.core.clock import day_of
from hazard.demo import scenes
from hazard.demo.handling import opening_of
from hazard.demo.story import Steps, Story
from hazard.policy.classing import (
    Accident,
    Cause,
    Classing,
    Consequence,
    Exposure,
    Lec,
    Likelihood,
    Remedy,
)
from hazard.policy.words import Gravity, Hurt, Likely, SubCode
from hazard.reports import photos
from hazard.reports.queries import hold_report
from hazard.reports.terms import PhotoPart
from hazard.rewards import quick
from hazard.rewards.queries import list_awards_of

ANSWERS = {
    1: (Hurt.SCRATCH, Likely.HARDLY, Gravity.NO),
    2: (Hurt.DOCTOR, Likely.POSSIBLE, Gravity.NO),
    3: (Hurt.LASTING, Likely.POSSIBLE, Gravity.NO),
    4: (Hurt.LASTING, Likely.POSSIBLE, Gravity.MAJOR),
    5: (Hurt.LASTING, Likely.ANY_MOMENT, Gravity.AVERTED),
}


LEC = {
    3: Lec(Likelihood.POSSIBLE, Exposure.DAILY, Consequence.GRAVE),
    4: Lec(Likelihood.POSSIBLE, Exposure.DAILY, Consequence.ONE),
    5: Lec(Likelihood.QUITE, Exposure.DAILY, Consequence.ONE),
}
"""Figures by level; small hazards are not assessed."""


def _assign(story: Story) -> None:
    asked = [story.plant.people[number] for number in (story.officer, story.foreman)]
    with story.plant.by(story.officer) as work:
        verification.assign_verifiers(work, hold_case(work, story.case), asked)


def _find(story: Story, number: str, verdict: Verdict, note: str = "") -> None:
    with story.plant.by(number) as work:
        found = verification.Found(verdict, note, on_site=True, declared=True)
        verification.find(work, hold_case(work, story.case), found)


def _find_nothing(story: Story) -> None:
    for number in (story.officer, story.foreman):
        _find(story, number, Verdict.NOT_FOUND, "到现场看了，没有找到所说情况")


def _find_partly(story: Story) -> None:
    for number in (story.officer, story.foreman):
        _find(story, number, Verdict.PARTLY, "防护不全，但没有到会伤人的程度")


def _grade(story: Story) -> None:
    with story.plant.by(story.officer) as work:
        given = grading.Grade(
            *ANSWERS[story.level], SubCode(story.plot.row["sub_code"]),
            suggestion_adopted=story.plot.index % 3 == 0, classing=_classing(story),
        )  # fmt: skip
        grading.grade(work, hold_case(work, story.case), given, declared=True)


def _classing(story: Story) -> Classing:
    row = story.plot.row
    lec = LEC.get(story.level)
    cause = None if story.plot.index % 7 else Cause.PROCESS
    remedy = tuple(Remedy)[min(story.level, len(Remedy)) - 1]
    accident = Accident(row["accident"])
    return Classing(row["clause"], cause=cause, remedy=remedy, accident=accident, lec=lec)


def _quick(story: Story) -> None:
    row, people = story.plot.row, story.plant.people
    with story.plant.by(story.officer) as work:
        given = grading.Grade(
            *ANSWERS[story.level], SubCode(row["sub_code"]), classing=_classing(story)
        )
        first = FirstHand(
            opening_of(story), given, people[story.foreman], people[story.owner],
            (story.after(work),), declared=True,
        )  # fmt: skip
        report = hold_report(work, story.number)
        case = quick.handle(work, report, first, out_of_post=False)
        story.case = case.number
        made = list_awards_of(work.session, work.actor, case.number, day_of(work.now))
        story.awards = [award.id for award in made]


def _confirm(story: Story) -> None:
    with story.plant.by(story.foreman) as work:
        quick.confirm(work, hold_case(work, story.case), yes=True, reason="", declared=True)
    story.queue()


def _sign(story: Story) -> None:
    """Let the head of the workshop sign with a finger on the officer's phone."""
    drawing = scenes.by_finger(story.plant.house.darkroom, story.plot.index)
    photos.store(story.plant.house.files, drawing, clock.now())
    with story.plant.by(story.officer) as work:
        kept = photos.add_of_case(work, drawing, PhotoPart.SIGNATURE)
        signer = story.plant.people[story.foreman]
        signing.sign(work, hold_case(work, story.case), signer, kept, declared=True)


def _deny(story: Story) -> None:
    """Let the head of the workshop say that the signature is somebody else's."""
    with story.plant.by(story.foreman) as work:
        case = hold_case(work, story.case)
        signed = select(Signature.id).where(Signature.case_id == case.id)
        quick.deny(work, work.session.scalars(signed).one(), "这天我在外地开会，没有签过。")


STEPS: Steps = {
    "assign": (1, _assign),
    "find": (5, lambda s: _find(s, s.officer, Verdict.TRUE)),
    "agree": (4, lambda s: _find(s, s.foreman, Verdict.TRUE)),
    "find_partly": (5, _find_partly),
    "grade": (2, _grade),
    "quick": (3, _quick),
    "confirm": (5, _confirm),
    "sign": (0.1, _sign),
    "deny_signing": (20, _deny),
    "find_nothing": (6, _find_nothing),
}
