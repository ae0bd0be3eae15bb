"""One report as whoever sent it sees it, built from three queries (decisions E); their deeds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from hazard.audit.work import Work
from hazard.cases import reopening, withdrawing
from hazard.cases.for_reporter import (
    Progress,
    StepLine,
    furthest_behind,
    list_progress,
    repair_of,
    state_words,
    steps_of,
)
from hazard.core import clock
from hazard.core.clock import day_of
from hazard.core.errors import HazardError
from hazard.core.words import N_, Sentence
from hazard.policy.words import Desk
from hazard.reports import handling
from hazard.reports.followup import may_appeal, may_reply, may_withdraw
from hazard.reports.opening import list_openings
from hazard.reports.queries import get_by_id, hold_by_id, list_messages, list_photos
from hazard.reports.terms import ReportState
from hazard.reports.voices import list_voices
from hazard.rewards.for_reporter import reward_of_report
from hazard.web.doorway import reading, write
from hazard.web.forms import Filled, text, word
from hazard.web.thumbnails import thumbnails

if TYPE_CHECKING:
    from hazard.reports.models import Report

APPEALS = {
    Desk.UNION: Sentence(N_("ask the union")),
    Desk.HEAD: Sentence(N_("ask the head")),
}
Deed: TypeAlias = Callable[[Work, "Report"], object]
"""What a form of the reporter does to the report, the report held."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The report itself."""

    number: str
    state: str
    words: Sentence
    place: str
    about: str
    day: object
    photos: list[str]
    repeated: bool
    """Somebody reported the same before."""
    spoken: bool
    """A voice note came with it; only the receiving desk hears it."""
    drill: bool
    """Made for a test: it counts nowhere and nobody will decide on it."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """The repair as small pictures in the page."""

    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Road:
    """How far one hazard of the report is; before there is a case, how far the report is."""

    what: str
    """The desk's short description, where the report told of several hazards."""
    steps: list[StepLine]
    reward: Sentence | None = None
    unpaid: bool = False
    """There is none, and the line says why."""
    repair: Pictures | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One message."""

    mine: bool
    day: object
    words: str


@dataclass(frozen=True, slots=True)
class Paths:
    """Addresses of what may be done now; empty ones are not shown."""

    answer: str = ""
    confirmation: str = ""
    withdrawal: str = ""
    appeal: str = ""


def followed(
    report_id: int, stem: str, token: str | None, *, by_address: bool,
    error: HazardError | None = None,
) -> dict[str, object]:  # fmt: skip
    """Return what `follow/_report.html` needs; `stem` is the address before the stages.

    `by_address` lets the photos of the report be fetched, for somebody who is logged in.
    """
    report = get_by_id(reading(), report_id)
    told = list_progress(reading(), [report_id]).get(report_id, [])
    progress = furthest_behind(told) if told else None
    shown = list_photos(reading(), [report_id])
    photos = [f"/photos/{photo.public_id}" for photo in shown]
    return {
        "report": Shown(
            report.number, report.state.value, state_words(report, progress), report.place_name,
            report.description, day_of(report.received_at),
            photos if by_address else [each.thumbnail for each in thumbnails(shown)],
            any(not each.first for each in told), bool(list_voices(reading(), [report_id])),
            report.drill,
        ),
        "roads": _roads(report, told),
        "talk": [
            Turn(turn.from_reporter, day_of(turn.at), turn.text)
            for turn in list_messages(reading(), report_id)
        ],
        "openings": [each.words for each in list_openings(reading(), report)],
        "question": report.state is ReportState.RETURNED,
        "unfound": not any(each.is_fixed for each in told),
        "paths": paths(report_id, stem),
        "appeals": [
            (desk.value, APPEALS[desk])
            for desk in handling.appeals_left(reading(), report, clock.now())
        ],
        "asks_pressure": bool(handling.list_listeners(reading(), report, clock.now())),
        "form": Filled(error=error),
        "token": token,
    }  # fmt: skip


def paths(report_id: int, stem: str) -> Paths:
    """Return the addresses of what the reporter may do now."""
    report = get_by_id(reading(), report_id)
    told = list_progress(reading(), [report_id]).get(report_id, [])
    is_open: Mapping[str, bool] = {
        "answer": may_reply(report),
        "confirmation": reopening.may_say(reading(), report),
        "withdrawal": may_withdraw(report) and not any(each.is_over for each in told),
        "appeal": may_appeal(reading(), report, clock.now()),
    }
    return Paths(**{stage: f"{stem}/{stage}" for stage, may in is_open.items() if may})


def do(stage: str, report_id: int) -> None:
    """Do what the reporter asks for in the form of a stage; the trail names nobody."""
    deed = _DEEDS[stage]()
    with write(as_reporter=True) as work:
        deed(work, hold_by_id(work, report_id))


def _confirmation() -> Deed:
    fixed = text("fixed") == "yes"
    return lambda work, report: reopening.say_if_fixed(work, report, fixed=fixed)


def _withdrawal() -> Deed:
    pressed = text("pressed") == "yes"
    return lambda work, report: withdrawing.withdraw(work, report, pressed=pressed)


def _appeal() -> Deed:
    to, reason = word("to", Desk, Desk.HEAD), text("reason")
    return lambda work, report: handling.appeal(work, report, reason, to)


_DEEDS = {"confirmation": _confirmation, "withdrawal": _withdrawal, "appeal": _appeal}


def _roads(report: "Report", told: Sequence[Progress]) -> list[Road]:
    if not told:
        return [Road("", steps_of(reading(), report, None, clock.now()))]
    return [_road(report, each, several=len(told) > 1) for each in told]


def _road(report: "Report", progress: Progress, *, several: bool) -> Road:
    steps = steps_of(reading(), report, progress, clock.now())
    reward = reward_of_report(reading(), report.id, progress, clock.today())
    what = progress.what if several else ""
    words, unpaid = (reward.words, bool(reward.reason)) if reward else (None, False)
    return Road(what, steps, words, unpaid, _repair(progress))


def _repair(progress: Progress) -> Pictures | None:
    repair = repair_of(reading(), progress)
    if repair is None:
        return None
    before, after = thumbnails(repair.before), thumbnails(repair.after)
    if not after:
        return None
    return Pictures([each.thumbnail for each in before], [each.thumbnail for each in after])
