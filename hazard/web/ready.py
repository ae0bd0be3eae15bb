"""Ready sentences for the reporter (words 3.7): one tap inserts, the officer edits."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hazard.cases.for_reporter import progress_of
from hazard.cases.queries import list_findings
from hazard.cases.terms import CaseState
from hazard.core import clock
from hazard.core.money import ZERO, Money
from hazard.core.words import N_, Sentence
from hazard.deadlines.terms import DeadlineKind
from hazard.policy.queries import get_plant, policy_on
from hazard.reports.terms import Refusal
from hazard.rewards.awards import lines_of
from hazard.rewards.for_reporter import reward_of_report
from hazard.rewards.rules import pay_day
from hazard.web.doorway import reading

if TYPE_CHECKING:
    from hazard.cases.models import Case, Extension

A_DAY = Sentence(N_("__/__"))
SOMETHING = Sentence(N_("____"))
"""Blanks, filled in by hand."""

REFUSALS: Mapping[Refusal, str] = {
    Refusal.R1: N_(
        "We could not find out where it is. Please scan the poster there and report again, or "
        "write workshop and machine"
    ),
    Refusal.R2: N_("We could not see what is unsafe there. A photo or one more sentence will do"),
    Refusal.R3: N_(
        "Somebody reported this on %(d)s and it is being fixed, by %(due)s. Your photos help and "
        "were added. Thank you"
    ),
    Refusal.R4: N_("This does not belong to our plant. It was handed to %(dept)s, phone %(phone)s"),
    Refusal.R5: N_("This is not a safety matter. It was handed to %(dept)s, phone %(phone)s"),
}
NOT_FOUND = N_(
    "We were there on %(d)s and did not find what you wrote. Somebody may have dealt with it "
    "already. If you see it again, please take a photo. Thank you for looking out"
)
PLANNED = N_(
    "This is part of the maintenance planned for %(d)s (plan %(ref)s), so there is no extra "
    "reward. Thank you for looking out"
)
FIXED = N_(
    "What you reported is fixed, photos below. If it is not done properly, tap “still there”. "
    "Reward %(a)s yuan, paid by %(d)s"
)
FIXED_ONLY = N_(
    "What you reported is fixed, photos below. If it is not done properly, tap “still there”"
)
CONFIRMED = N_("What you reported is true and is being fixed, by %(due)s. Thank you")
MOVED = N_(
    "It was to be fixed by %(d0)s; because of %(r)s it will be %(d1)s. Until then: %(control)s"
)


LATER = N_("It takes longer than %(d0)s because of %(r)s. You hear the result by %(d1)s")


def moved_words(asked: "Extension") -> Sentence:
    """Return what the reporters read when the later date is granted (words 3.7)."""
    dates = {"d0": asked.was_until, "d1": asked.until, "r": asked.reason}
    if asked.clock is DeadlineKind.HANDLE:
        return Sentence(LATER, **dates)
    return Sentence(MOVED, control=asked.control, **dates)


def refusal_words() -> list[tuple[Refusal, Sentence]]:
    """Return a sentence for each reason to refuse."""
    plant = get_plant(reading())
    where = {"dept": plant.department or SOMETHING, "phone": plant.report_phone or SOMETHING}
    return [
        (reason, Sentence(words, d=A_DAY, due=A_DAY, **where)) for reason, words in REFUSALS.items()
    ]


def result_words(case: "Case") -> list[tuple[Sentence, Sentence]]:
    """Return labels and sentences that fit where the case stands."""
    if case.state is CaseState.UNCONFIRMED:
        return [
            (Sentence(N_("Not found")), Sentence(NOT_FOUND, d=_looked_on(case))),
            (Sentence(N_("In the plan already")), Sentence(PLANNED, d=A_DAY, ref=SOMETHING)),
        ]
    if case.state is CaseState.CLOSED:
        return [(Sentence(N_("Fixed")), _fixed(case))]
    due, control = case.due_on or A_DAY, case.interim_control or SOMETHING
    moved = Sentence(MOVED, d0=due, r=SOMETHING, d1=A_DAY, control=control)
    return [
        (Sentence(N_("True, being fixed")), Sentence(CONFIRMED, due=due)),
        (Sentence(N_("Another date")), moved),
    ]


def _fixed(case: "Case") -> Sentence:
    """Say that it is fixed and what is still to be paid for it: as decided, else as expected."""
    first = case.first.report_id
    progress = progress_of(reading(), [first])[first]
    told = reward_of_report(reading(), first, progress, clock.today())
    if told is not None and told.state is not None:
        promised = told.is_promised and told.paid_on is None
        amount, day = (told.amount if promised else None), told.paid_by
    else:
        table = policy_on(reading(), case.graded_on or clock.today()).policy.rewards
        amount, day = _earned(case), pay_day(clock.today(), table)
    return Sentence(FIXED, a=amount.short, d=day) if amount else Sentence(FIXED_ONLY)


def _earned(case: "Case") -> Money:
    lines = lines_of(reading(), case, clock.today(), out_of_post=False)
    return sum((line.amount for line in lines), ZERO)


def _looked_on(case: "Case") -> object:
    found = list_findings(reading(), case)
    return clock.day_of(found[-1].at) if found else A_DAY
