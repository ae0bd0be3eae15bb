"""The roads a hazard of the demo plant takes to each end: which steps, and how they are gone."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from hazard.demo import handling, mending, rewarding, telling, verifying
from hazard.demo.diary import Life, office_hours
from hazard.demo.story import Plot, Steps, Story

STEPS: Steps = {
    **telling.STEPS,
    **handling.STEPS,
    **verifying.STEPS,
    **mending.STEPS,
    **rewarding.STEPS,
    "days_pass": (90, lambda _: None),
}

_CHECKED = ("report", "accept", "assign")
_FOUND = (*_CHECKED, "find", "agree")
_GRADED = (*_FOUND, "grade", "tell")
_EARNED = (*_GRADED, "propose", "queue")
_PLANNED = (*_EARNED, "plan")
_GOING = (*_PLANNED, "approve")
_DONE = (*_GOING, "tick", "complete")
_CLOSED = (*_DONE, "check", "cosign")

ROADS: Mapping[str, tuple[str, ...]] = {
    "reported": ("report", "see"),
    "on_paper": ("key_in", *_GOING[1:]),
    "by_telephone": ("call",),
    "face_to_face": ("meet",),
    "refused": ("report", "refuse"),
    "appealed": ("report", "refuse", "appeal"),
    "asked": ("report", "ask"),
    "answered": ("report", "ask", "answer"),
    "transferred": ("report", "transfer"),
    "receipted": ("report", "transfer", "receipt"),
    "withdrawn": ("report", "withdraw"),
    "drill": ("report", "mark_drill"),
    "accepted": ("report", "accept"),
    "verifying": _CHECKED,
    "half_found": (*_CHECKED, "find"),
    "withdrawn_case": (*_CHECKED, "withdraw"),
    "verified": _FOUND,
    "unconfirmed": (*_CHECKED, "find_nothing", "tell_nothing"),
    "planning": (*_GRADED, "propose"),
    "plan_submitted": _PLANNED,
    "rectifying": (*_GOING, "tick"),
    "overdue": (*_EARNED, "short_plan", "approve", "days_pass"),
    "extension": (*_GOING, "extension"),
    "extended": (*_GOING, "extension", "grant"),
    "not_extended": (*_GOING, "extension", "deny"),
    "explained": (*_EARNED, "short_plan", "approve", "days_pass", "explain"),
    "control_renewed": (*_GOING, "control_fails", "renew"),
    "stop_asked": (*_GOING, "stop_asked"),
    "partly_found": (*_CHECKED, "find_partly", "grade", "tell", "propose"),
    "not_rewarded": (*_GRADED, "propose", "refuse_award"),
    "taken_back": (*_GRADED, "propose", "approve_award", "take_back"),
    "plan_returned": (*_PLANNED, "return_plan"),
    "handed_up": (*_GOING, "hand_up"),
    "stopped": (*_GOING, "stop"),
    "pressed": (*_GOING, "press"),
    "control_holds": (*_GOING, "control_holds"),
    "control_fails": (*_GOING, "control_fails"),
    "joined": (*_GOING, "report_again", "join"),
    "sent_back": (*_DONE, "send_back"),
    "completed": _DONE,
    "cosigning": (*_DONE, "check"),
    "quick": ("report", "quick"),
    "quickly_closed": ("report", "quick", "confirm", "tell", "tell_last"),
    "signed": ("report", "quick", "sign"),
    "denied": ("report", "quick", "sign", "deny_signing"),
    "checker_named": (*_DONE, "name_checker"),
    "matched_late": _CLOSED,
    "proposer_named": (*_GRADED, "name_proposer"),
    "closed": _CLOSED,
    "jointly": (*_GOING, "report_again", "join"),
    "supplemented": (*_CHECKED, "report_again", "join", *_GOING[3:]),
    "unclear": ("report", "refuse"),
    "no_place": ("report", "refuse"),
    "not_ours": ("report", "refuse"),
    "not_safety": ("report", "refuse"),
    "joined_closed": (*_CHECKED, "report_again", "join", *_CLOSED[3:], "tell_last"),
    "informed": (*_CLOSED, "tell_last"),
    "said_fixed": (*_CLOSED, "tell_last", "said_fixed"),
    "said_not_fixed": (*_CLOSED, "tell_last", "said_not_fixed"),
    "looked_again": (*_CLOSED, "tell_last", "said_not_fixed", "uphold"),
    "reopened": (*_CLOSED, "tell_last", "said_not_fixed", "reopen"),
}
"""The steps to each end."""


def live(story: Story) -> Life:
    """Go from step to step, waiting in between."""
    for name in ROADS[story.plot.end]:
        if wait := _wait(story.plot, name):
            yield wait
        STEPS[name][1](story)


def lasts_from(plot: Plot, start: datetime) -> datetime:
    """Return when the last step is done if it begins at `start`."""
    for name in ROADS[plot.end]:
        if hours := _wait(plot, name):
            start = office_hours(start + timedelta(hours=hours))
    return start


def _wait(plot: Plot, step: str) -> float:
    """Return how many hours pass before a step."""
    return STEPS[step][0] * (0.6 + plot.index * 7 % 10 / 10)
