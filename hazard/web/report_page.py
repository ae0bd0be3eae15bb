"""The report page: what stands on it, empty or with everything that was typed."""

import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Response, request

from hazard.access.permissions import ROLE_PERMISSIONS, Permission, Role
from hazard.cases.nearby import Nearby, list_near
from hazard.core import chance, clock
from hazard.core.config import Reach
from hazard.core.errors import HazardError
from hazard.core.voices import SECONDS
from hazard.core.words import N_, Sentence
from hazard.people.duty import on_duty
from hazard.places.composing import PRICE_LABELS
from hazard.places.hanging import awaits_test
from hazard.places.queries import PosterLine, find_poster, list_places
from hazard.policy.queries import Versioned, get_plant, policy_on
from hazard.policy.words import LEVELS, About, Category, DoneAlready, Identity, Urgency
from hazard.reports.queries import has_union_desk
from hazard.reports.routing import offered_desks
from hazard.sealing.queries import is_ready
from hazard.web.doorway import house, reading
from hazard.web.forms import Filled
from hazard.web.hanging import answer_test
from hazard.web.kept import kept
from hazard.web.phone import is_marked, news
from hazard.web.replies import answer, page
from hazard.web.thumbnails import Thumbnail
from hazard.web.tokens import new_token

if TYPE_CHECKING:
    from hazard.reports.models import Voice

_LEAST_ASKED = (Identity.ANONYMOUS, Identity.NAMED, Identity.CONFIDENTIAL)
HEAD_SIGNS = Permission.SETTLEMENT_NAMES in ROLE_PERMISSIONS[Role.HEAD]
"""Whoever signs the finance version reads the names on it (words 28)."""
PLACE_ID = re.compile("[0-9]{1,9}")
KEY_MARK, TOKEN_MARK = "\ue000key\ue000", "\ue000token\ue000"
"""Stand in a kept page where each form has its own; of the private use area, so in no words."""
FIRE_BRIGADE = "119"
"""Called where the plant has entered no number of its own."""


@dataclass(frozen=True, slots=True)
class Price:
    """One figure of the reward table."""

    label: Sentence
    amount: str
    out_of_post: str | None


@dataclass(frozen=True, slots=True)
class Phones:
    """Whom to call: first `emergency`; `duty` names who answers there, if it is known."""

    emergency: str
    duty: str = ""
    otherwise: str = ""
    """The plant's emergency number, where the one to call first is another."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A voice note as the report form shows it."""

    id: str
    words: Sentence


@dataclass(frozen=True, slots=True)
class Kept:
    """What a form sent before it came back."""

    photos: Sequence[Thumbnail]
    voice: Spoken | None


class ReportForm(Filled):
    """The form with its token and its submission key."""

    def __init__(
        self, proposed: Mapping[str, object], error: HazardError | None, key: str, token: str
    ) -> None:
        super().__init__(proposed, error)
        self.wrong = error.field if error else ""
        self.token = token
        self.key = key


def spoken(voice: "Voice") -> Spoken:
    """Return what a voice note is called: with its length, where the file tells."""
    if voice.seconds is None:
        return Spoken(voice.public_id, Sentence(N_("Voice note")))
    minutes, seconds = divmod(voice.seconds, 60)
    words = Sentence(N_("Voice note, %(time)s"), time=f"{minutes}:{seconds:02}")
    return Spoken(voice.public_id, words)


def new_key() -> str:
    """Return a submission key: 128 random bits made with the form (decisions 22)."""
    return urlsafe_b64encode(chance.take(16)).rstrip(b"=").decode()


def open_form(code: str, *, known: bool) -> Response:
    """Answer with the empty form; the same page for all, but for its token and its key.

    A phone that has reported before opens with its own news, so its page is set for it alone. No
    page is kept while somebody waits for a phone to open this code: the scan is the answer.
    """
    page_ = "" if is_marked() else kept(f"form {code} {known}", lambda: _to_keep(code, known=known))
    if not page_:
        return answer_test(code) or show_form(code, known=known)
    return answer(page_.replace(TOKEN_MARK, new_token()).replace(KEY_MARK, new_key()))


def _to_keep(code: str, *, known: bool) -> str:
    if awaits_test(reading(), code, clock.now()):
        return ""
    return show_form(code, known=known, key=KEY_MARK, token=TOKEN_MARK).get_data(as_text=True)


def show_form(
    code: str, *, known: bool, error: HazardError | None = None, key: str | None = None,
    sent: Kept | None = None, token: str | None = None,
) -> Response:  # fmt: skip
    """Answer with the form at the place of a poster's code, "" without one.

    `known` says that a login tells who it is; what was sent before is `sent`.
    """
    scan = find_poster(reading(), code, clock.today()) if code else None
    poster = scan.poster if scan else None
    versioned = policy_on(reading(), clock.today())
    policy, settings = versioned.policy, house().settings
    desks = offered_desks(union=has_union_desk(reading()))
    offered = offered_identities()
    default = Identity.NAMED if known else first_identity(policy.first_identity, offered)
    proposed = {"identity": default, "desk": desks[0], "urgency": Urgency.NORMAL}
    return page(
        "reporting/form.html",
        form=ReportForm(proposed, error, key or new_key(), token or new_token()),
        poster=poster.code if poster else "",
        place=poster.place if poster else "",
        retired=bool(scan and scan.notice),
        places=list_places(reading(), clock.today()),
        categories=tuple(Category),
        urgencies=tuple(Urgency),
        identities=tuple(identity.value for identity in offered),
        no_fine=policy.no_penalty,
        head_signs=HEAD_SIGNS,
        known=known,
        desks=desks,
        abouts=tuple(About),
        chips=tuple((done.value, done.label) for done in DoneAlready),
        photos=sent.photos if sent else (),
        voice=sent.voice if sent else None,
        minutes=SECONDS // 60,
        near=near_of(request.form),
        news=news() if request.method == "GET" else None,
        marked=is_marked(),
        prices=prices(versioned),
        pays_on=pays_on(versioned),
        phones=phones(),
        ssid=settings.wifi_ssid if settings.reach is Reach.WIFI else "",
    )


def first_identity(wished: Identity, offered: tuple[Identity, ...]) -> Identity:
    """Return what is proposed to who is not logged in: the plant's wish, once it is true."""
    return wished if wished in offered else min(offered, key=_LEAST_ASKED.index)


def offered_identities() -> tuple[Identity, ...]:
    """Return how one may report here today; 保密 only while two guardians could open a name."""
    offered = policy_on(reading(), clock.today()).policy.identities
    sealed = Identity.CONFIDENTIAL in offered and is_ready(reading(), clock.today())
    return tuple(each for each in offered if sealed or each is not Identity.CONFIDENTIAL)


def near_of(fields: Mapping[str, str]) -> list[Nearby]:
    """Return what is known already where the reporter is, once place and kind are chosen."""
    kind, chosen = fields.get("category", ""), fields.get("place", "")
    scanned = find_scanned(fields.get("poster", ""))
    here = scanned.place_id if scanned else None
    place = int(chosen) if PLACE_ID.fullmatch(chosen) else here
    if place is None or kind not in set(Category):
        return []
    return list_near(reading(), place, Category(kind), clock.now())


def find_scanned(code: str) -> PosterLine | None:
    """Return the poster of a code that is in use, or None."""
    return find_poster(reading(), code, clock.today()).poster if code else None


def phones() -> Phones:
    """Return whom to call first: who is on duty now, else the plant's emergency number."""
    standing = get_plant(reading()).emergency_phone or FIRE_BRIGADE
    call = on_duty(reading(), clock.now())
    if call is None or not call.phone:
        return Phones(standing)
    return Phones(call.phone, call.name, standing if standing != call.phone else "")


def prices(versioned: Versioned) -> tuple[Price, ...]:
    """Return the reward table of a version, one figure a level and at most a second."""
    rewards = versioned.policy.rewards
    elsewhere = rewards.out_of_post or {}
    return tuple(
        Price(
            PRICE_LABELS[level],
            rewards.amounts[level].short,
            elsewhere[level].short if level in elsewhere else None,
        )
        for level in LEVELS
    )


def pays_on(versioned: Versioned) -> Sentence:
    """Return when rewards are paid, as the poster says it."""
    return Sentence(
        N_("Paid once proved, on the %(day)sth of each month, by name or anonymous alike"),
        day=versioned.policy.rewards.paid_day,
    )
