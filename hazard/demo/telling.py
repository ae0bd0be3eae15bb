"""What reporters of the demo plant do: tell of a hazard, answer, appeal, take it back."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hazard.access.actor import REPORTER
from hazard.audit.work import Work, writing
from hazard.cases import reopening, withdrawing
from hazard.core import chance, clock
from hazard.core.clock import day_of
from hazard.demo import scenes
from hazard.demo.plant import OFFICER_2, Plant
from hazard.demo.story import Plot, Steps, Story
from hazard.people.passwords import hash_password
from hazard.policy.words import About, Category, Desk, Identity, Urgency
from hazard.reports import handling, intake, phones, photos, receipts, registering, voices
from hazard.reports.models import Report
from hazard.reports.queries import hold_by_id
from hazard.reports.terms import Channel, PhotoPart

HEARD = ("听班里人说的，", "今天巡查看到，", "交接班时发现，", "")


def _report(story: Story) -> None:
    row = story.plot.row
    story.number, story.report_id = _tell(
        story, story.plot, str(row["description"]), _reporter(story, 0)
    )


def _report_again(story: Story) -> None:
    """Let somebody else report the same."""
    plot = replace(story.plot, identity=Identity.NAMED, typed=None, index=story.plot.index + 3)
    words = HEARD[plot.index % 3] + str(plot.row["description"])[:24] + "，还没有人管。"
    story.second = _tell(story, plot, words, _reporter(story, 5), same_as=story.case)[0]


def _key_in(story: Story, channel: Channel) -> None:
    """Let the second officer key in what came on a paper slip, or by telephone."""
    plot, plant = story.plot, story.plant
    slip = plant.slips.pop() if channel is Channel.PAPER else ""
    stands = Identity.ANONYMOUS if slip else Identity.NAMED
    name = intake.Name() if slip else intake.Name(name="张伟", team="装配班", phone="13800001111")
    told = told_of(plot.row, plant.places[plot.place], stands)
    origin = registering.Origin(channel, clock.now() - timedelta(hours=3), slip)
    hashed = intake.Slip(receipts.hash_of_key(chance.take(16).hex()))
    original = scenes.written(plant.house.darkroom, plot.index)
    photos.store(plant.house.files, original, clock.now())
    with plant.by(OFFICER_2) as work:
        made = registering.register(work, told, name, hashed, origin)
        paper = photos.add_unclaimed(work, original, hashed.submission_hash)
        if slip:
            photos.keyed_in(work, made.id, paper, PhotoPart.CARRIER)
        story.number, story.report_id = made.number, made.id


def _tell(
    story: Story, plot: Plot, words: str, reporter: int, same_as: str = ""
) -> tuple[str, int]:
    plant, key = story.plant, chance.take(16).hex()
    name = intake.Name() if plot.identity is Identity.ANONYMOUS else intake.Name(person_id=reporter)
    if plot.typed is not None:
        name = intake.Name(name=plot.typed[0], team=plot.typed[1], company=plot.typed[2])
    slip = _slip(plant, key, coded=plot.identity is not Identity.NAMED or plot.typed is not None)
    told = told_of(plot.row, plant.places[plot.place], plot.identity)
    told = replace(told, description=words, desk=plot.desk, about=plot.about, same_as=same_as)
    if plot.unsure:
        told = replace(told, category=Category.UNSURE)
    pictures = [story.pictures.of(plot.scene, fixed=False)] if plot.index % 5 else []
    note = scenes.spoken(plot.index) if plot.spoken else None
    if note:
        voices.store(plant.house.files, note, clock.now())
        told = replace(told, description="")
    with writing(plant.house.database, REPORTER) as work:
        sent = [photos.add_unclaimed(work, each, slip.submission_hash) for each in pictures]
        heard = voices.add_unclaimed(work, note, slip.submission_hash).public_id if note else ""
        made = intake.submit(work, told, name, slip, [photo.public_id for photo in sent], heard)
        phones.note_report(work, f"demo phone {reporter}", made)
        return made.number, made.id


def told_of(row: Mapping[str, Any], place_id: int, stands: Identity) -> intake.Told:
    """Return what the reporter of a row fills in."""
    return intake.Told(
        category=Category(row["category"]), description=row["description"],
        suggestion=row["suggestion"], spot="", done_already=(), found_on=day_of(clock.now()),
        urgency=Urgency(row["urgency"]), desk=Desk.BOTH, about=About.NONE, identity=stands,
        place_id=place_id, poster_code="",
    )  # fmt: skip


def _slip(plant: Plant, key: str, *, coded: bool) -> intake.Slip:
    slip = intake.Slip(receipts.hash_of_key(key), salt=receipts.salt_of_key(key))
    if not coded:
        return slip
    code = receipts.derive(plant.house.keys.receipt, key)
    return replace(slip, locator=code.locator, secret_hash=hash_password(code.secret))


def _reporter(story: Story, shift: int) -> int:
    workers = story.plant.workers[story.trade]
    return story.plant.people[workers[(story.plot.index * 7 + shift) % len(workers)]]


def _answer(story: Story) -> None:
    with _reporting(story) as (work, report):
        handling.answer(work, report, "靠东边，柱子旁边那一处。")


def _appeal(story: Story) -> None:
    with _reporting(story) as (work, report):
        handling.appeal(work, report, "检修计划里没有这一台，请再看看。", Desk.UNION)


def _withdraw(story: Story) -> None:
    with _reporting(story) as (work, report):
        withdrawing.withdraw(work, report)


def _say_fixed(story: Story, *, fixed: bool) -> None:
    with _reporting(story) as (work, report):
        reopening.say_if_fixed(work, report, fixed=fixed)


@contextmanager
def _reporting(story: Story) -> Iterator[tuple[Work, Report]]:
    """Let the reporter act, as with the receipt code or at `/mine`."""
    with writing(story.plant.house.database, REPORTER) as work:
        yield work, hold_by_id(work, story.report_id)


STEPS: Steps = {
    "report": (0, _report),
    "key_in": (0, lambda s: _key_in(s, Channel.PAPER)),
    "call": (0, lambda s: _key_in(s, Channel.TELEPHONE)),
    "meet": (0, lambda s: _key_in(s, Channel.IN_PERSON)),
    "appeal": (14, _appeal),
    "answer": (6, _answer),
    "withdraw": (6, _withdraw),
    "report_again": (8, _report_again),
    "said_fixed": (6, lambda s: _say_fixed(s, fixed=True)),
    "said_not_fixed": (6, lambda s: _say_fixed(s, fixed=False)),
}
