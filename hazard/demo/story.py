"""One hazard of the demo plant: what is to happen, and what has come of it so far."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hazard.audit.work import Work
from hazard.core import clock
from hazard.core.images import Picture
from hazard.demo import scenes
from hazard.demo.plant import HEAD, MANAGER, OFFICER, OFFICER_2, Plant
from hazard.policy.words import About, Desk, Identity
from hazard.reports import photos
from hazard.reports.models import Photo
from hazard.reports.terms import PhotoPart


@dataclass
class Pictures:
    """Drawn photographs by seed, each developed and stored once."""

    plant: Plant
    known: dict[tuple[int, bool], Picture] = field(default_factory=dict)

    def of(self, seed: int, *, fixed: bool) -> Picture:
        """Return a scene before, or after it was fixed."""
        if (seed, fixed) not in self.known:
            draw = scenes.after if fixed else scenes.before
            picture = draw(self.plant.house.darkroom, seed)
            photos.store(self.plant.house.files, picture, clock.now())
            self.known[seed, fixed] = picture
        return self.known[seed, fixed]


@dataclass(frozen=True, slots=True)
class Plot:
    """What is to happen: which hazard where, told by whom, and how far it comes."""

    index: int
    row: Mapping[str, Any]
    place: str
    end: str
    identity: Identity = Identity.NAMED
    typed: tuple[str, str, str] | None = None
    """Name, team and company of who is not logged in."""
    desk: Desk = Desk.BOTH
    about: About = About.NONE
    spoken: bool = False
    """Said aloud, not written."""
    unsure: bool = False
    """Which of the four kinds it is, the reporter leaves to the desk."""

    @property
    def scene(self) -> int:
        """Return the seed of its photographs."""
        return int(str(self.row["id"])[1:]) * 2 + self.index // 32 % 2


@dataclass
class Story:
    """One hazard on its way."""

    plant: Plant
    pictures: Pictures
    plot: Plot
    to_decide: dict[str, list[int]]
    """Awards that wait for the weekly list, by who decides; shared by all stories."""
    number: str = ""
    report_id: int = 0
    case: str = ""
    second: str = ""
    """Number of a later report of the same hazard."""
    awards: list[int] = field(default_factory=list)

    @property
    def trade(self) -> str:
        """Return the trade of the workshop."""
        return str(self.plot.row["trade"])

    @property
    def level(self) -> int:
        """Return the reward level."""
        return int(self.plot.row["level"])

    @property
    def officer(self) -> str:
        """Return who handles it."""
        if self.plot.desk is Desk.HEAD:
            return HEAD
        return self.plant.officer_of(self.trade)

    @property
    def other_officer(self) -> str:
        """Return the officer who had nothing to do with it."""
        return OFFICER_2 if self.officer == OFFICER else OFFICER

    @property
    def foreman(self) -> str:
        """Return the head of the workshop."""
        return self.plant.head_of(self.trade)

    @property
    def owner(self) -> str:
        """Return the shift leader who puts it right."""
        return self.plant.leaders[self.plot.place]

    @property
    def decider(self) -> str:
        """Return who decides on its reward."""
        return MANAGER if self.level < 3 else HEAD

    def queue(self) -> None:
        """Leave the reward to the weekly list."""
        self.to_decide[self.decider] += self.awards

    def after(self, work: Work) -> Photo:
        """Add the photograph of what was put right."""
        picture = self.pictures.of(self.plot.scene, fixed=True)
        return photos.add_of_case(work, picture, PhotoPart.AFTER)


Steps = Mapping[str, tuple[float, Callable[[Story], None]]]
"""By name: hours before the step, about, and what is done."""
