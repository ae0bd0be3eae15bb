"""What the papers of one case show: the verification report and the rectification notice.

Neither names a reporter nor quotes one; photos on them were released (decisions 31).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from hazard.cases.terms import Verdict
from hazard.core.money import Money
from hazard.core.typeset import NamelessPaper, Words, framed, full_day
from hazard.core.words import N_, Sentence
from hazard.policy.words import Category, StatutoryLevel, SubCode

FRAME = 600, 450
"""Width and height of the frame a photo is fitted into."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo with its caption."""

    words: Sentence
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class FoundBy:
    """One verifier's finding."""

    name: str
    verdict: Verdict
    note: str
    on_site: bool
    on: date


@dataclass(frozen=True, kw_only=True)
class CasePaper(NamelessPaper):
    """What the papers of a case have in common."""

    plant: str
    number: str
    unit: str
    place: str
    hazard: str
    """The short description of the desk."""
    extract: str
    """The handling extract, never the reporter's words (domain Z-7)."""
    statutory: StatutoryLevel | None
    grade: str
    control: str
    photos: tuple[Picture, ...]

    common: ClassVar[Mapping[str, Sentence]] = {
        "number": Sentence(N_("Hazard number")),
        "unit": Sentence(N_("Unit notified")),
        "place": Sentence(N_("Part of the plant")),
        "hazard": Sentence(N_("Hazard")),
        "extract": Sentence(N_("What is wrong")),
        "grade": Sentence(N_("Level of the hazard")),
        "control": Sentence(N_("Interim control")),
        "photos": Sentence(N_("Photo")),
        "signature": Sentence(N_("Signature")),
        "date": Sentence(N_("Date")),
    }

    def _shared(self) -> dict[str, object]:
        return {
            "labels": {**self.common, **self.labels},
            "plant": self.plant,
            "number": self.number,
            "unit": self.unit,
            "place": self.place,
            "hazard": self.hazard,
            "extract": self.extract,
            "grade": self._grade(),
            "control": self.control or Sentence(N_("none")),
            "photos": [
                {"words": each.words, "svg": framed(each.jpeg, *FRAME)} for each in self.photos
            ],
            "foot": self.foot(),
        }

    def _grade(self) -> Words:
        if self.statutory is None:
            return Sentence(N_("Not graded yet"))
        return Sentence(
            N_("%(statutory)s, internal grade %(grade)s"), statutory=self.statutory,
            grade=self.grade,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class VerificationReport(CasePaper):
    """What two people found on the spot (核查报告, S1-12), A4 portrait, signed by both."""

    template: ClassVar[str] = "verification"
    form_code: str = "AQ-04"

    category: Category
    sub_code: SubCode | None
    verdict: Verdict
    found_by: tuple[FoundBy, ...]
    fixed_on_spot: bool
    level: int | None

    labels: ClassVar[Mapping[str, Sentence]] = {
        "title": Sentence(N_("Verification report of a hazard")),
        "unit": Sentence(N_("Unit checked")),
        "kind": Sentence(N_("Kind")),
        "verdict": Sentence(N_("Verdict")),
        "fixed": Sentence(N_("Fixed on the spot")),
        "findings": Sentence(N_("Findings of the verifiers (at least two, without a conflict)")),
        "verifier": Sentence(N_("Verifier")),
        "seen": Sentence(N_("What was seen on the spot")),
        "how": Sentence(N_("On site")),
        "declared": Sentence(
            N_("The signers declare that they have no interest in this matter (S1-12)")
        ),
    }

    def shown(self) -> dict[str, object]:
        """Return the grid, the findings, a box to sign for each verifier, and the foot."""
        kind: Words = self.category.label
        if self.sub_code is not None:
            kind = Sentence(N_("%(kind)s: %(code)s"), kind=self.category, code=self.sub_code.label)
        yes, no = Sentence(N_("Yes")), Sentence(N_("No"))
        return {
            **self._shared(),
            "kind": kind,
            "verdict": self.verdict,
            "fixed": yes if self.fixed_on_spot else no,
            "found_by": [
                {
                    "name": each.name, "verdict": each.verdict, "note": each.note,
                    "how": Sentence(N_("on site"))
                    if each.on_site
                    else Sentence(N_("from photos")),
                    "on": each.on,
                }
                for each in self.found_by
            ],
        }  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class RectificationNotice(CasePaper):
    """What has to be rectified (整改通知单, domain 5.3), A4 portrait, with its receipt slip."""

    template: ClassVar[str] = "notice"
    form_code: str = "AQ-03"

    clause: str
    """By which clause it is a hazard; empty: by the plant's rules."""
    measures: tuple[str, ...]
    owner: str
    funds: Money
    due: date
    contingency: str
    cost: Money | None
    done_on: date | None
    checked_by: str
    checked_on: date | None

    labels: ClassVar[Mapping[str, Sentence]] = {
        "title": Sentence(N_("Rectification notice")),
        "basis": Sentence(N_("Basis")),
        "measures": Sentence(N_("Measures")),
        "owner": Sentence(N_("Person in charge")),
        "funds": Sentence(N_("Funds")),
        "due": Sentence(N_("Deadline")),
        "contingency": Sentence(N_("Contingency plan")),
        "issued": Sentence(N_("Issued by")),
        "received": Sentence(N_("Received by")),
        "cut": Sentence(N_("Cut here; the slip goes back to the safety officer")),
        "slip": Sentence(N_("Receipt slip of the rectification notice")),
        "result": Sentence(N_("How it was rectified")),
        "cost": Sentence(N_("Actual cost, yuan")),
        "done": Sentence(N_("Done on")),
        "responsible": Sentence(N_("Person in charge (signature)")),
        "opinion": Sentence(N_("Opinion of the check")),
        "checkers": Sentence(N_("Checked by (at least two)")),
        "checked": Sentence(N_("Rechecked on")),
    }

    def _basis(self) -> Sentence:
        if not self.clause:
            return Sentence(
                N_("Verification report of hazard %(number)s; the plant's hazard rules"),
                number=self.number,
            )
        return Sentence(
            N_("%(clause)s; verification report of hazard %(number)s"), clause=self.clause,
            number=self.number,
        )  # fmt: skip

    def shown(self) -> dict[str, object]:
        """Return the grid, and the slip: blank for the pen, or filled once the work is done."""
        none = Sentence(N_("none, done by ourselves"))
        return {
            **self._shared(),
            "basis": self._basis(),
            "measures": self.measures,
            "owner": self.owner,
            "funds": Sentence(N_("%(a)s yuan"), a=self.funds) if self.funds else none,
            "due": full_day(self.due),
            "contingency": self.contingency,
            "cost": self.cost.short if self.cost is not None else "",
            "done": full_day(self.done_on) if self.done_on else "",
            "checked_by": self.checked_by,
            "checked": full_day(self.checked_on) if self.checked_on else "",
        }
