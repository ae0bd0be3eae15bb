"""What the preprinted report slips show (words 4.4): A5, two on A4, the stub torn off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from hazard.core import qr
from hazard.core.typeset import Paper
from hazard.core.words import N_, Sentence
from hazard.places.posters import is_loopback
from hazard.policy.models import Plant
from hazard.reports.slips import Drawn

FORM_CODE = "HZ-BG-01"
FIRE_BRIGADE = "119"


@dataclass(frozen=True, kw_only=True)
class SlipShown:
    """One slip: what is printed on both its parts, and what is folded away."""

    number: str
    groups: tuple[str, ...]
    """The receipt code, on the stub alone."""


@dataclass(frozen=True, kw_only=True)
class SlipSheet(Paper):
    """Slips, two on a page, in the order they are given; an even number."""

    template: ClassVar[str] = "slip"

    company: str
    slips: tuple[SlipShown, ...]
    mailbox: str | None
    emergency_phone: str
    follow_url: str | None
    """Where the code is entered; None while no phone can open the address."""

    labels: ClassVar[Mapping[str, Sentence]] = {
        "title": Sentence(N_("Internal hazard report")),
        "number": Sentence(N_("Slip no.")),
        "where": Sentence(N_("Where is it?")),
        "what": Sentence(N_("What is not safe?")),
        "urgent": Sentence(N_("How urgent?")),
        "can_wait": Sentence(N_("Can wait")),
        "soon": Sentence(N_("Soon")),
        "hurt": Sentence(N_("Someone may get hurt now")),
        "fix": Sentence(N_("How would you fix it?")),
        "name": Sentence(N_("Name (may stay empty)")),
        "team": Sentence(N_("Team")),
        "found": Sentence(N_("When seen")),
        "keep": Sentence(N_("Tear off and keep")),
        "fold": Sentence(N_("Fold here and staple: nobody sees the code")),
        "code": Sentence(N_("Receipt code")),
        "collect": Sentence(N_("Follow up and collect with this code. Show it to nobody before")),
        "tear": Sentence(N_("Tear here")),
    }

    def shown(self) -> dict[str, object]:
        """Return the slips with their symbols, and what stands on each of them."""
        return {
            "labels": self.labels,
            "company": self.company,
            "slips": [self._slip(slip) for slip in self.slips],
            "danger": Sentence(
                N_("Somebody may get hurt now: stop, leave, call %(phone)s first"),
                phone=self.emergency_phone,
            ),
            "foot": self._foot(),
        }

    def _slip(self, slip: SlipShown) -> dict[str, object]:
        code = "-".join(slip.groups)
        symbol = self.follow_url and qr.svg(f"{self.follow_url}#{code}", qr.Level.M, quiet_zone=0)
        return {"number": slip.number, "groups": slip.groups, "qr": symbol}

    def _foot(self) -> tuple[Sentence | str, ...]:
        box = (Sentence(N_("Box: %(place)s"), place=self.mailbox),) if self.mailbox else ()
        hand = Sentence(N_("or hand it to the safety officer or the union"))
        return (*box, hand, FORM_CODE)


def slip_sheet(plant: Plant, drawn: Sequence[Drawn], base_url: str, at: datetime) -> SlipSheet:
    """Return the sheet of a batch; it shows a symbol only where phones can open the address."""
    return SlipSheet(
        printed_at=at,
        company=plant.name,
        slips=tuple(SlipShown(number=each.number, groups=each.code.groups) for each in drawn),
        mailbox=plant.mailbox or None,
        emergency_phone=plant.emergency_phone or FIRE_BRIGADE,
        follow_url=None if is_loopback(base_url) else f"{base_url}/follow",
    )
