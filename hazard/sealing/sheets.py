"""The paper a guardian keeps: half of the key under a passphrase, to scan or to type."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from hazard.core import qr
from hazard.core.typeset import Paper, form, full_day, printed
from hazard.core.words import N_, Sentence, say
from hazard.sealing.halves import Sheet


@dataclass(frozen=True, kw_only=True)
class GuardianSheet(Paper):
    """One guardian's sheet, A4 portrait."""

    template: ClassVar[str] = "guardian"

    company: str
    name: str
    made_on: date
    sheet: Sheet
    printed_by: str
    form_code: str = "AQ-08"

    labels: ClassVar[Mapping[str, Sentence]] = {
        "title": Sentence(N_("Guardian's sheet for sealed names")),
        "who": Sentence(N_("Guardian")),
        "side": Sentence(N_("Side")),
        "key": Sentence(N_("Key")),
        "number": Sentence(N_("Sheet")),
        "made": Sentence(N_("Made on")),
        "code": Sentence(N_("Half of the key, locked with your passphrase")),
        "scan": Sentence(N_("Scan it, or type the groups")),
        "rules": Sentence(N_("What to do with it")),
        "rule_1": Sentence(N_("Put it into an envelope, sign across the flap, lock it away")),
        "rule_2": Sentence(N_("Do not write the passphrase on it, and tell it to nobody")),
        "rule_3": Sentence(
            N_("A name is opened by one guardian of each side together; the reporter is told")
        ),
        "rule_4": Sentence(
            N_("Leaving the post: have a new key made, and keep this sheet for the old names")
        ),
        "signature": Sentence(N_("Received and kept by (signature)")),
        "signed_on": Sentence(N_("Year      month      day")),
    }

    def shown(self) -> dict[str, object]:
        """Return who keeps it, the code as picture and lines, and the foot."""
        return {
            "labels": self.labels,
            "company": self.company,
            "name": self.name,
            "side": self.sheet.group,
            "key": self.sheet.key_number,
            "number": self.sheet.number,
            "made": full_day(self.made_on),
            "qr": qr.svg(self.sheet.text.replace(" ", ""), qr.Level.M),
            "lines": self.sheet.lines,
            "foot": (form(self.form_code), printed(self.printed_at, self.printed_by)),
        }

    def as_file(self) -> str:
        """Return the same as a text file; lines with a # are for people."""
        head = [
            say(self.labels["title"]), self.company,
            f"{self.name} · {say(Sentence(self.sheet.group.label.msgid))} · {self.sheet.number}",
            say(self.labels["rule_2"]),
        ]  # fmt: skip
        return "\n".join([*(f"# {line}" for line in head), *self.sheet.lines, ""])
