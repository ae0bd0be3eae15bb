"""What a poster shows (words.md 4.1; mandatory parts: decisions 42)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from hazard.core import qr
from hazard.core.money import FEN_PER_YUAN, Money
from hazard.core.typeset import Paper, Words
from hazard.core.words import N_, Sentence
from hazard.places.terms import Part, PosterType

DIGEST = 16
SHOWN_PARTS: Mapping[PosterType, tuple[Part, ...]] = {
    PosterType.GATE: tuple(Part),
    PosterType.WORKSHOP: tuple(Part),
    PosterType.LABEL: (Part.PLACE, Part.ADDRESS),
    PosterType.LISTS: (Part.PLACE, Part.ADDRESS, Part.TABLE, Part.DESK, Part.PHONES),
}
"""What of the plant stands on a poster of each type, and so may be outdated on it."""


@dataclass(frozen=True, kw_only=True)
class PosterCategory:
    """One of the four boxes. `kind` names its pictogram: a value of `Category` but `unsure`."""

    kind: str
    title: Words
    examples: tuple[Words, ...]
    """Two examples of this workshop's trade; on the two lists as many as there are."""


@dataclass(frozen=True, kw_only=True)
class PosterPrice:
    """One cell of the price line: one figure, and at most a second one for other posts."""

    label: Words
    amount: Money
    elsewhere: Money | None = None
    """For a hazard outside one's own post, where the plant pays that differently."""

    def shown(self) -> dict[str, object]:
        """Return the label and the figures without needless zeros."""
        elsewhere = self.elsewhere
        return {
            "label": self.label,
            "amount": short_amount(self.amount),
            "elsewhere": elsewhere
            and Sentence(N_("Other posts %(amount)s yuan"), amount=short_amount(elsewhere)),
        }


@dataclass(frozen=True, kw_only=True)
class PosterContact:
    """Somebody a worker can call. `title` is what they are: a department, the union."""

    title: Words
    name: str
    phone: str

    def who(self) -> Sentence:
        """Return office and name, as in 安全部 王建国."""
        return Sentence(N_("%(title)s %(name)s"), title=self.title, name=self.name)

    def called(self) -> Sentence:
        """Return office, name and number."""
        return Sentence(N_("%(who)s, phone %(phone)s"), who=self.who(), phone=self.phone)


@dataclass(frozen=True, kw_only=True)
class PosterSheet(Paper):
    """The poster of one place, in the design of its type.

    The caller has refused before what decisions 42 calls mandatory and missing; `phone` and
    `mailbox` may not both be None.
    """

    template: ClassVar[str] = "poster"

    design: PosterType = PosterType.WORKSHOP
    bilingual: bool = False
    place: str
    number: str
    url: str
    short_address: str
    wifi_ssid: str | None = None
    wifi_password: str | None = None
    phone: str | None
    mailbox: str | None
    categories: tuple[PosterCategory, ...]
    prices: tuple[PosterPrice, ...]
    paid_day: int
    """Day of the month on which rewards are paid."""
    no_penalty: bool
    """Whether the plant has set that a first ordinary breach is not fined (decisions 17)."""
    emergency_phone: str
    desk: PosterContact
    """The receiving department and person."""
    union: PosterContact | None
    workshops: tuple[PosterContact, ...] = ()
    """Whom to find in each workshop; on the gate poster."""
    company: str
    issued: date
    table_version: int
    outside: tuple[str, ...] = ("12350", "12351", "12345")
    address: str | None = None
    postcode: str | None = None
    fax: str | None = None
    email: str | None = None

    labels: ClassVar[Mapping[str, Sentence]] = {
        "title": Sentence(N_("See a hazard? Scan and report")),
        "promise": Sentence(N_("Anyone may report · every report is checked · true ones are paid")),
        "number": Sentence(N_("Poster no.")),
        "yuan": Sentence(N_("yuan")),
    }

    def shown(self) -> dict[str, object]:
        """Return the QR symbol and everything said on the poster, band by band."""
        return {
            "labels": self.labels,
            "here": Sentence(N_("You are at: %(place)s"), place=self.place),
            "number": self.number,
            "qr": qr.svg(self.url, qr.Level.Q, quiet_zone=0),
            "steps": self._steps(),
            "otherwise": _stressed(self._otherwise(), self.phone),
            "short_address": self.short_address,
            "categories": self.categories,
            "prices": tuple(price.shown() for price in self.prices),
            "paid": Sentence(
                N_("Paid once proved, on the %(day)sth of each month, by name or anonymous alike"),
                day=self.paid_day,
            ),
            "statements": self._statements(),
            "danger": Sentence(
                N_("Fire, gas, somebody hurt: stop, leave, then call %(phone)s / 119 / 120"),
                phone=self.emergency_phone,
            ),
            "foot": self._foot(),
        }

    def facts(self) -> dict[str, str]:
        """Return a digest of each `Part` the poster shows, to tell later what has changed."""
        table = [
            (price.amount.fen, price.elsewhere and price.elsewhere.fen) for price in self.prices
        ]
        phones = [self.phone, self.emergency_phone, self.desk.phone]
        phones += [contact.phone for contact in (*filter(None, [self.union]), *self.workshops)]
        shown: dict[Part, object] = {
            Part.PLACE: self.place,
            Part.ADDRESS: self.url,
            Part.WIFI: (self.wifi_ssid, self.wifi_password),
            Part.TABLE: (table, self.paid_day, self.no_penalty),
            Part.DESK: [str(self.desk.title), self.desk.name, self.union and self.union.name],
            Part.PHONES: phones,
        }
        return {
            part.value: hashlib.sha256(repr(shown[part]).encode()).hexdigest()[:DIGEST]
            for part in SHOWN_PARTS[self.design]
        }

    def _steps(self) -> tuple[tuple[dict[str, object], ...], ...]:
        """Return the numbered steps, each its lines."""
        scan = _stressed(Sentence(N_("Scan with WeChat")))
        send = _stressed(Sentence(N_("Take a photo, tap a kind, send")))
        return tuple(step for step in (self._wifi(), (scan,), (send,)) if step)

    def _wifi(self) -> tuple[dict[str, object], ...]:
        if self.wifi_ssid is None:
            return ()
        join = _stressed(Sentence(N_("Join Wi-Fi %(ssid)s"), ssid=self.wifi_ssid), self.wifi_ssid)
        if self.wifi_password is None:
            return (join,)
        password = Sentence(N_("Password %(password)s"), password=self.wifi_password)
        return (join, _stressed(password, self.wifi_password))

    def _otherwise(self) -> Sentence:
        if self.phone is None:
            return Sentence(N_("Cannot scan? Put a note into the box (%(box)s)"), box=self.mailbox)
        if self.mailbox is None:
            return Sentence(N_("Cannot scan? Call %(phone)s"), phone=self.phone)
        return Sentence(
            N_("Cannot scan? Call %(phone)s, or put a note into the box (%(box)s)"),
            phone=self.phone,
            box=self.mailbox,
        )

    def _statements(self) -> tuple[Sentence, ...]:
        unseen = Sentence(N_("Workshop and team do not know who reported"))
        no_penalty = Sentence(
            N_("Reports are about things, not people: a first ordinary breach is not fined")
        )
        return (unseen, *([no_penalty] if self.no_penalty else []), self._protection())

    def _protection(self) -> Sentence:
        if self.union is None:
            return Sentence(N_("Anybody makes you suffer for it? Call 12351"))
        return Sentence(
            N_("Anybody makes you suffer for it? %(who)s, phone %(phone)s"),
            who=self.union.who(),
            phone=self.union.phone,
        )

    def _foot(self) -> tuple[tuple[Words, ...], ...]:
        """Return the small print: each line its parts, lines without parts left out."""
        lines = (self._receivers(), self._reachable(), (self._outside(), *self._edition()))
        return tuple(line for line in lines if line)

    def _receivers(self) -> tuple[Words, ...]:
        desk = Sentence(
            N_("Received by: %(who)s, phone %(phone)s"), who=self.desk.who(), phone=self.desk.phone
        )
        box = Sentence(N_("Box: %(place)s"), place=self.mailbox)
        return (
            desk,
            *([self.union.called()] if self.union else []),
            *([box] if self.mailbox else []),
        )

    def _reachable(self) -> tuple[Words, ...]:
        filled = (
            (self.address, Sentence(N_("Address: %(text)s"), text=self.address)),
            (self.postcode, Sentence(N_("Postcode: %(text)s"), text=self.postcode)),
            (self.fax, Sentence(N_("Fax: %(text)s"), text=self.fax)),
            (self.email, Sentence(N_("E-mail: %(text)s"), text=self.email)),
        )
        return tuple(sentence for value, sentence in filled if value)

    def _outside(self) -> Sentence:
        return Sentence(N_("Outside the plant: %(numbers)s"), numbers=" ".join(self.outside))

    def _edition(self) -> tuple[Words, ...]:
        issued = Sentence(
            N_("Edition %(month)s/%(year)s"), year=self.issued.year, month=self.issued.month
        )
        table = Sentence(N_("Reward table no. %(version)s"), version=self.table_version)
        return (self.company, issued, table)


@dataclass(frozen=True, kw_only=True)
class PosterBook(Paper):
    """Many posters in one file, a page each, in the order they are given; at least one."""

    template: ClassVar[str] = PosterSheet.template
    labels: ClassVar[Mapping[str, Sentence]] = PosterSheet.labels

    sheets: tuple[PosterSheet, ...]
    first_cell: int = 1
    """On which of the 21 cells of a label sheet the first label stands."""

    def shown(self) -> dict[str, object]:
        """Return what each poster shows."""
        return {"labels": self.labels, "posters": [sheet.shown() for sheet in self.sheets]}


def short_amount(amount: Money) -> str:
    """Return an amount as a poster shows it: 3000, or 12.50 where there are fen."""
    yuan, fen = divmod(amount.fen, FEN_PER_YUAN)
    return f"{yuan}.{fen:02d}" if fen else str(yuan)


def _stressed(text: Sentence, *strong: str | None) -> dict[str, object]:
    """Return a text and the parts of it that are set bold."""
    return {"text": text, "strong": tuple(part for part in strong if part)}
