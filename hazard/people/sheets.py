"""Activation slips of a unit, eight on an A4 page, to be cut apart and handed out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from hazard.core import qr
from hazard.core.typeset import Paper
from hazard.core.words import N_, Sentence


@dataclass(frozen=True, kw_only=True)
class ActivationShown:
    """One slip."""

    name: str
    employee_no: str
    unit: str
    code: str
    """In groups, with hyphens."""
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class ActivationSheet(Paper):
    """The slips of a unit in the order they are given."""

    template: ClassVar[str] = "activation"

    company: str
    url: str
    """Where the code is typed."""
    slips: tuple[ActivationShown, ...]

    labels: ClassVar[Mapping[str, Sentence]] = {
        "title": Sentence(N_("Login slip")),
        "number": Sentence(N_("Employee number")),
        "code": Sentence(N_("Code")),
        "how": Sentence(
            N_("Scan, type the code, choose a password of at least 8 characters. Then tear it up")
        ),
    }

    def shown(self) -> dict[str, object]:
        """Return the slips, the symbol of the address, and until when each is valid."""
        return {
            "labels": self.labels,
            "company": self.company,
            "url": self.url,
            "qr": qr.svg(self.url, qr.Level.M, quiet_zone=0),
            "slips": [
                {
                    "name": each.name,
                    "employee_no": each.employee_no,
                    "unit": each.unit,
                    "code": each.code,
                    "until": Sentence(N_("Valid until %(moment)s"), moment=each.ends_at),
                }
                for each in self.slips
            ],
        }
