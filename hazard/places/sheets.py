"""What a poster shows (words.md 4.1; mandatory parts: decisions 42)."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from hazard.core import qr
from hazard.core.money import FEN_PER_YUAN, Money
from hazard.core.typeset import Paper, Spoken, Words, paginate
from hazard.core.words import N_, Sentence
from hazard.places.terms import Part, PosterType

DIGEST = 16
ENGLISH = "en"
CELLS = 21
"""Machine labels on a sheet, 3 × 7 (words.md 4.1)."""
JOIN = Sentence(N_("Join this Wi-Fi"))
SCAN = Sentence(N_("Scan with WeChat"))
SEND = Sentence(N_("Take a photo, tap a kind, send"))
MEANINGS = (
    Sentence(N_("put right on the spot")),
    Sentence(N_("could hurt somebody a little, put right in a few days")),
    Sentence(N_("could hurt somebody badly, or a machine must stop")),
    Sentence(N_("a major hazard by the national criteria")),
    Sentence(N_("reported in time, casualties or heavy loss were averted")),
)
"""What the five levels mean, in the words of the list of rewards."""
SHOWN_PARTS: Mapping[PosterType, tuple[Part, ...]] = {
    PosterType.GATE: tuple(Part),
    PosterType.WORKSHOP: tuple(Part),
    PosterType.LABEL: (Part.PLACE, Part.ADDRESS),
    PosterType.LISTS: (Part.PLACE, Part.ADDRESS, Part.TABLE, Part.DESK, Part.PHONES),
}
"""What of the plant stands on a poster of each type, and so may be outdated on it."""


@dataclass(frozen=True, kw_only=True)
class PosterCategory:
    """One of the four boxes.

    `kind` is a value of `Category` but `unsure`; `picture` names a file in
    templates/print/pictograms, that of the kind without it.
    """

    kind: str
    picture: str = ""
    title: Words
    examples: tuple[Words, ...]
    """Two examples of this workshop's trade; on the two lists as many as there are."""

    def shown(self) -> dict[str, object]:
        """Return title, examples and the drawing beside them."""
        return {
            "title": self.title,
            "examples": self.examples,
            "picture": self.picture or self.kind,
        }


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
        "here": Sentence(N_("You are here")),
        "number": Sentence(N_("Poster no.")),
        "yuan": Sentence(N_("yuan")),
        "scan": Sentence(N_("Scan to report")),
        "lists": Sentence(N_("What to report, and what it pays")),
        "what": Sentence(N_("What to report")),
        "pays": Sentence(N_("How much it pays")),
        "level": Sentence(N_("Hazard")),
        "means": Sentence(N_("Meaning")),
        "amount": Sentence(N_("Reward")),
        "matters": Sentence(N_("These are examples; whatever is unsafe counts, small things too")),
        "collect": Sentence(
            N_("By name: sign for it yourself. Anonymous: collect it with number and receipt code")
        ),
        "share": Sentence(N_("Long-press the code, or scan it in the workshop")),
    }

    def shown(self) -> dict[str, object]:
        """Return the QR symbol and everything said on the poster, band by band.

        A bilingual poster has all words a second time, in English, under "second".
        """
        words = self._words()
        return {
            "design": self.design.value,
            "qr": qr.svg(self.url, qr.Level.Q, quiet_zone=0),
            "number": self.number,
            "place": self.place,
            "short_address": self.short_address,
            **words,
            "second": Spoken(ENGLISH, words) if self.bilingual else None,
        }

    def _words(self) -> dict[str, object]:
        return {
            "labels": self.labels,
            "here": Sentence(N_("You are at: %(place)s"), place=self.place),
            "where": Sentence(N_("Place: %(place)s"), place=self.place),
            "steps": self._steps(),
            "said": self._said(),
            "wifi": self.wifi_ssid and Sentence(N_("Join Wi-Fi %(ssid)s"), ssid=self.wifi_ssid),
            "otherwise": _stressed(self._otherwise(), self.phone),
            "categories": tuple(category.shown() for category in self.categories),
            "prices": tuple(price.shown() for price in self.prices),
            "meanings": MEANINGS[: len(self.prices)],
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
            "brief_foot": (self._receivers(), (self._outside(), *self._edition())),
        }

    def label(self) -> dict[str, object]:
        """Return what a machine label shows."""
        labels = {"scan": self.labels["scan"]}
        return {
            "qr": qr.svg(self.url, qr.Level.Q, quiet_zone=0),
            "place": self.place,
            "number": self.number,
            "labels": labels,
            "second": Spoken(ENGLISH, {"labels": labels}) if self.bilingual else None,
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
        plain = tuple((_stressed(words),) for words in (SCAN, SEND))
        return (self._wifi(), *plain) if self.wifi_ssid else plain

    def _said(self) -> tuple[Sentence, ...]:
        """Return the steps in one line each, for below: names and numbers stand above once."""
        return (JOIN, SCAN, SEND) if self.wifi_ssid else (SCAN, SEND)

    def _wifi(self) -> tuple[dict[str, object], ...]:
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
        workshops = tuple(contact.called() for contact in self.workshops)
        edition = (self._outside(), *self._edition())
        lines = (self._receivers(), workshops, self._reachable(), edition)
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
    """Many posters in one file, in the order they are given; at least one.

    Each wall poster has a page; machine labels stand together at the end, 21 on a page.
    """

    template: ClassVar[str] = PosterSheet.template
    labels: ClassVar[Mapping[str, Sentence]] = PosterSheet.labels

    sheets: tuple[PosterSheet, ...]
    first_cell: int = 1
    """On which of the 21 cells of a label sheet the first label stands."""

    def shown(self) -> dict[str, object]:
        """Return what each poster shows, and the pages of labels."""
        wall = [sheet for sheet in self.sheets if sheet.design is not PosterType.LABEL]
        labels = [sheet for sheet in self.sheets if sheet.design is PosterType.LABEL]
        return {
            "labels": self.labels,
            "posters": [sheet.shown() for sheet in wall],
            "label_pages": self._label_pages(labels),
        }

    def _label_pages(self, labels: list[PosterSheet]) -> list[Sequence[object]]:
        if not labels:
            return []
        empty: list[object] = [None] * (self.first_cell - 1)
        cells = empty + [sheet.label() for sheet in labels]
        return paginate(cells, CELLS, CELLS)


@dataclass(frozen=True, kw_only=True)
class PhonePicture(Paper):
    """A poster as one tall picture for a phone, to be sent to a chat group.

    Chats leave the plant, so the Wi-Fi password stands on the wall only.
    """

    template: ClassVar[str] = PosterSheet.template
    labels: ClassVar[Mapping[str, Sentence]] = PosterSheet.labels

    sheet: PosterSheet

    def shown(self) -> dict[str, object]:
        """Return what the poster shows, to be laid out for a phone."""
        words = replace(self.sheet, wifi_password=None).shown()
        return {"labels": self.labels, "posters": [words | {"design": "phone"}]}


def short_amount(amount: Money) -> str:
    """Return an amount as a poster shows it: 3000, or 12.50 where there are fen."""
    yuan, fen = divmod(amount.fen, FEN_PER_YUAN)
    return f"{yuan}.{fen:02d}" if fen else str(yuan)


def _stressed(text: Sentence, *strong: str | None) -> dict[str, object]:
    """Return a text and the parts of it that are set bold."""
    return {"text": text, "strong": tuple(part for part in strong if part)}
