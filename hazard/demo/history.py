"""The last two months of the demo plant: which hazards were told of when, and how far they came."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hazard.core import chance, clock
from hazard.core.calendar import Month
from hazard.core.clock import CHINA, FakeClock
from hazard.core.house import House
from hazard.core.money import yuan
from hazard.demo import office, seal, walls
from hazard.demo.diary import Diary
from hazard.demo.plant import HEAD, MANAGER, SEED, Plant, build
from hazard.demo.roads import ROADS, lasts_from, live
from hazard.demo.story import Pictures, Plot, Story
from hazard.policy.words import About, Desk, Identity

ROWS = Path(__file__).parent / "rows.jsonl"
TIMES = 3
"""Each hazard is told of so often and comes to its end, besides those under way."""
PEOPLE = 300
MONTHS = 2
FEW = 8
FIRST_BUDGET = 60
"""Yuan for each hazard that will be told of; more is asked for when it is used up."""
NEXT_BUDGET = 1000
"""Yuan entered early for the year to come."""
SETTLED_BY = timedelta(days=4)
"""So long after its end a month is paid."""
UNSURE = ("reported", "half_found", "rectifying")
OVER = (
    "informed", "informed", "said_fixed", "quickly_closed", "informed", "informed", "joined_closed",
    "refused", "informed", "quickly_closed", "informed", "unconfirmed", "informed", "receipted",
    "informed", "informed", "quickly_closed", "informed", "joined_closed", "informed", "informed",
    "refused", "said_fixed", "informed", "quickly_closed", "informed", "informed", "informed",
)  # fmt: skip
"""Ends of what is over, in turn."""
UNDER_WAY = (
    "reported", "reported", "reported", "reported", "reported", "reported", "reported", "reported",
    "asked", "asked", "answered", "refused", "appealed", "transferred", "withdrawn",
    "withdrawn_case", "drill", "drill", "accepted", "accepted", "verifying", "verifying",
    "half_found", "verified", "verified", "unconfirmed", "planning", "planning", "planning",
    "plan_submitted", "plan_submitted", "rectifying", "rectifying", "rectifying", "overdue",
    "overdue", "extension", "handed_up", "stopped", "pressed", "control_holds", "control_fails",
    "joined", "jointly", "supplemented", "sent_back", "completed", "completed", "cosigning",
    "quick", "quick", "closed", "said_not_fixed", "reopened", "on_paper", "on_paper",
    "by_telephone", "face_to_face", "partly_found", "not_rewarded", "taken_back", "plan_returned",
    "extended", "not_extended", "explained", "control_renewed", "stop_asked", "signed", "denied",
    "checker_named", "proposer_named", "looked_again", "unclear", "no_place", "not_ours",
    "not_safety",
)  # fmt: skip
"""One hazard for each, begun as late as can be."""
FITS: Mapping[str, Callable[[int], bool]] = {
    "plan_submitted": lambda level: level >= 3,
    "plan_returned": lambda level: level >= 3,
    "stopped": lambda level: level >= 3,
    "cosigning": lambda level: level >= 4,
    "quick": lambda level: level <= 2,
    "signed": lambda level: level <= 2,
    "denied": lambda level: level <= 2,
    "quickly_closed": lambda level: level <= 2,
}
"""Levels that can come to an end."""
TO_OTHERS: Sequence[Mapping[str, Any]] = (
    {"identity": Identity.NAMED, "typed": ("张伟", "车工班", "")},
    {"identity": Identity.NAMED, "typed": ("李师傅", "", "宏达机电")},
    {"desk": Desk.UNION},
    {"desk": Desk.HEAD},
    {"about": About.SAFETY},
    {"about": About.LEADER},
    {"about": About.HEAD},
    {"desk": Desk.SAFETY},
)
"""Of the first that wait: which 张伟 it is, the desk has to find out; others go elsewhere."""


def tell(house: House, *, times: int = TIMES, people: int = PEOPLE) -> tuple[Plant, list[str]]:
    """Build the plant and live through its last months; return it and its settled months.

    `times` and `people` scale it down for tests: at 0 a handful is over and each end under way
    occurs once.
    """
    rows = [json.loads(line) for line in ROWS.read_text("utf-8").splitlines()]
    present = clock.now()
    months = settled_months(present)
    begin = datetime(months[0].year, months[0].month, 2, 8, 30, tzinfo=CHINA)
    fake = FakeClock(begin)
    with clock.use(fake), chance.use(chance.SeededChance(SEED)):
        plant = build(house, {row["place"]: row["trade"] for row in rows}, people)
        seal.make(plant)
        diary, stories = Diary(fake, present), _Stories(plant, rows)
        for start, story in stories.cast(begin + timedelta(hours=3), present, times):
            diary.add(start, live(story))
        late = months[-1].starts + timedelta(days=1, hours=9)
        diary.add(late, live(stories.matched_late()))
        _open_offices(diary, plant, stories, months, present)
        for done, moment in enumerate(diary.live()):
            if not done % 100:
                say_progress(f"{moment.astimezone(CHINA):%Y-%m-%d}")
        fake.set(present)
    return plant, [str(month) for month in months]


def settled_months(present: datetime) -> list[Month]:
    """Return the last two months that can be paid by now."""
    month = Month.of(present).previous()
    if month.ends + SETTLED_BY > present:
        month = month.previous()
    return [month.previous(), month]


def say_progress(what: str) -> None:
    """Tell on standard error how far it is; standard output belongs to `--json`."""
    sys.stderr.write(f"demo: {what}\n")
    sys.stderr.flush()


def _open_offices(
    diary: Diary, plant: Plant, stories: "_Stories", months: Sequence[Month], present: datetime
) -> None:
    begin = clock.now()
    this = Month.of(present)
    office.grant(plant, months[0].year, yuan(FIRST_BUDGET * len(stories.told)))
    if this.year > months[0].year:
        office.grant(plant, this.year, yuan(NEXT_BUDGET))
    diary.add(begin, walls.put_up(plant))
    office.print_slips(plant)
    diary.add(begin, office.tell_people(plant))
    diary.add(begin, office.nights(plant, present - timedelta(days=2)))
    diary.add(begin, office.echoes(plant))
    diary.add(begin, office.closing_lists(plant))
    diary.add(begin, office.shift_book(plant))
    diary.add(begin, office.weekly_lists(plant, stories.to_decide, present - timedelta(days=4)))
    diary.add(max(begin, this.starts + timedelta(hours=1)), office.keep_roster(plant, this))
    for month in months:
        scanned = month is months[0]
        diary.add(month.ends + timedelta(hours=34), office.settle(plant, month, scanned=scanned))
    diary.add(present - timedelta(days=1), office.lock_sheet(plant))
    diary.add(present - timedelta(minutes=25), office.last_hour(plant, months[-1]))


class _Stories:
    """Casts the hazards: each at several places and dates, an eighth without a name."""

    def __init__(self, plant: Plant, rows: Sequence[Mapping[str, Any]]) -> None:
        self.plant, self.rows = plant, rows
        self.to_decide: dict[str, list[int]] = {MANAGER: [], HEAD: []}
        self.told: list[Plot] = []
        self._pictures = Pictures(plant)
        self._left = {
            graded: [(row, turn) for turn in range(100) for row in rows] for graded in (True, False)
        }
        """In turn, apart for those that come to be graded: small plants have all kinds too."""

    def cast(
        self, begin: datetime, present: datetime, times: int
    ) -> Iterator[tuple[datetime, Story]]:
        """Return every story with the moment it begins."""
        count = times * len(self.rows) or FEW
        for at in range(count):
            plot = self._plot(OVER[at % len(OVER)])
            last = latest_start(plot, present)
            yield begin + (last - begin) * at / count, self._story(plot)
        once = (*UNDER_WAY[: len(TO_OTHERS)], *dict.fromkeys(UNDER_WAY[len(TO_OTHERS) :]))
        for at, end in enumerate(UNDER_WAY if times else once):
            plot = self._special(self._plot(end), at)
            later = timedelta(hours=at * 5 % 17)
            yield latest_start(plot, present) - later, self._story(plot)

    def matched_late(self) -> Story:
        """Return the one whose typed name is matched after the month's sheet was paid."""
        plot = self._plot("matched_late")
        typed = ("李师傅", "", "宏达机电")
        return self._story(replace(plot, identity=Identity.NAMED, typed=typed))

    def _story(self, plot: Plot) -> Story:
        self.told.append(plot)
        return Story(self.plant, self._pictures, plot, self.to_decide)

    def _plot(self, end: str) -> Plot:
        fits = FITS.get(end)
        left = self._left[not {"grade", "quick"}.isdisjoint(ROADS[end])]
        at = next(at for at, (row, _) in enumerate(left) if fits is None or fits(row["level"]))
        row, turn = left.pop(at)
        places = self.plant.grounds[row["trade"]]
        place = places[(places.index(row["place"]) + 5 * turn) % len(places)]
        index = len(self.told)
        return Plot(index, row, place, end, _identity(row, index, turn))

    def _special(self, plot: Plot, at: int) -> Plot:
        """Let some of what is new come to another desk, or with a typed name."""
        if at < len(TO_OTHERS):
            return replace(plot, **TO_OTHERS[at])
        if plot.end == "asked" and at % 2:
            return replace(plot, desk=Desk.UNION)
        if plot.end == "proposer_named":
            return replace(plot, desk=Desk.HEAD)
        return replace(plot, spoken=plot.end == "accepted", unsure=plot.end in UNSURE)


def _identity(row: Mapping[str, Any], index: int, turn: int) -> Identity:
    if index % 8 == 7 or (row["anonymous"] and not turn):
        return Identity.ANONYMOUS
    return Identity.CONFIDENTIAL if index % 8 == 3 else Identity.NAMED


def latest_start(plot: Plot, present: datetime) -> datetime:
    """Return the latest moment at which a story may begin to come to its end by now."""
    start = present - timedelta(hours=1)
    while lasts_from(plot, start) > present - timedelta(minutes=30):
        start -= timedelta(hours=2)
    return start
