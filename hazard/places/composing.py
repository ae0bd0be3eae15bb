"""What every poster shows under today's settings, put together for many at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazard.access.permissions import Role
from hazard.core.clock import day_of
from hazard.core.config import Reach, Settings
from hazard.core.words import N_, Sentence
from hazard.people.models import Person, RoleHolding, Unit
from hazard.people.queries import employed_on, on
from hazard.places.models import Poster
from hazard.places.sheets import PosterCategory, PosterContact, PosterPrice, PosterSheet
from hazard.places.terms import PosterType
from hazard.places.trades import MATTERS, Trade, examples, trade_of
from hazard.policy.models import Plant
from hazard.policy.queries import Versioned, get_plant, policy_on
from hazard.policy.words import LEVELS, Category

PRICE_LABELS = {
    1: Sentence(N_("Small problem")),
    2: Sentence(N_("Ordinary")),
    3: Sentence(N_("Rather dangerous")),
    4: Sentence(N_("Major")),
    5: Sentence(N_("Accident averted")),
}
SHOWN_CATEGORIES = (
    Category.PERSON,
    Category.EQUIPMENT,
    Category.ENVIRONMENT,
    Category.MANAGEMENT,
)
PICTURES: Mapping[tuple[Trade, Category], str] = {
    (trade, Category.EQUIPMENT): f"equipment-{trade.value}"
    for trade in Trade
    if trade is not Trade.GENERAL
}
"""Machines differ from trade to trade, so their drawings do; the other kinds look alike."""
WORKSHOP_ROLES = (Role.SAFETY_OFFICER, Role.WORKSHOP_HEAD, Role.SHIFT_LEADER)
"""Whom the gate poster names for a workshop: the first of these who has a number."""


@dataclass(frozen=True, slots=True)
class Composer:
    """The facts, figures and address all posters of one moment share."""

    plant: Plant
    settings: Settings
    versioned: Versioned
    at: datetime
    workshops: tuple[PosterContact, ...]

    def sheet(self, poster: Poster) -> PosterSheet:
        """Return what the poster shows now; reads nothing but its place and unit."""
        plant, settings, policy = self.plant, self.settings, self.versioned.policy
        url = f"{settings.base_url}/p/{poster.code}"
        by_wifi = settings.reach is Reach.WIFI and bool(settings.wifi_ssid)
        trade = self.trade(poster)
        return PosterSheet(
            printed_at=self.at,
            design=poster.type,
            bilingual=poster.bilingual,
            place=poster.place.name,
            number=poster.number,
            url=url,
            short_address=url.partition("://")[2],
            wifi_ssid=settings.wifi_ssid if by_wifi else None,
            wifi_password=(settings.wifi_password or None) if by_wifi else None,
            phone=plant.report_phone or None,
            mailbox=plant.mailbox or None,
            categories=_categories(trade, poster.type),
            prices=_prices(self.versioned),
            paid_day=policy.rewards.paid_day,
            no_penalty=policy.no_penalty,
            emergency_phone=plant.emergency_phone,
            desk=PosterContact(
                title=plant.department, name=plant.officer, phone=plant.officer_phone
            ),
            union=_union(plant),
            workshops=self.workshops if poster.type is PosterType.GATE else (),
            company=plant.name,
            issued=day_of(self.at),
            table_version=self.versioned.number,
            address=plant.address or None,
            postcode=plant.postcode or None,
            fax=plant.fax or None,
            email=plant.email or None,
        )

    def trade(self, poster: Poster) -> Trade:
        """Return whose examples the poster shows; the gate is everybody's."""
        if poster.trade is not None:
            return poster.trade
        if poster.type is PosterType.GATE:
            return Trade.GENERAL
        return trade_of(poster.place.name, poster.place.unit.name, self.plant.name)


def composer(session: Session, settings: Settings, at: datetime) -> Composer:
    """Return what posters printed at `at` have in common."""
    day = day_of(at)
    workshops = _workshop_contacts(session, day)
    return Composer(get_plant(session), settings, policy_on(session, day), at, workshops)


def _categories(trade: Trade, design: PosterType) -> tuple[PosterCategory, ...]:
    def shown(category: Category) -> tuple[Sentence, ...]:
        pair = examples(trade, category)
        if design is not PosterType.LISTS:
            return pair
        general = examples(Trade.GENERAL, category)
        return tuple(dict.fromkeys((*pair, *general, *MATTERS[category])))

    return tuple(
        PosterCategory(
            kind=category.value,
            picture=PICTURES.get((trade, category), category.value),
            title=category.label,
            examples=shown(category),
        )
        for category in SHOWN_CATEGORIES
    )


def _prices(versioned: Versioned) -> tuple[PosterPrice, ...]:
    rewards = versioned.policy.rewards
    elsewhere = rewards.out_of_post or {}
    return tuple(
        PosterPrice(
            label=PRICE_LABELS[level],
            amount=rewards.amounts[level],
            elsewhere=elsewhere.get(level),
        )
        for level in LEVELS
    )


def _union(plant: Plant) -> PosterContact | None:
    if not (plant.union_name.strip() and plant.union_phone.strip()):
        return None
    title = Sentence(N_("Union or workers' representative"))
    return PosterContact(title=title, name=plant.union_name, phone=plant.union_phone)


def _workshop_contacts(session: Session, day: date) -> tuple[PosterContact, ...]:
    """Return one person a workshop that holds an office there and has a number."""
    parent = select(Unit.id).where(Unit.parent_id.is_(None))
    rows = session.execute(
        select(Unit.name, RoleHolding.role, Person.name, Person.phone)
        .join(RoleHolding, RoleHolding.unit_id == Unit.id)
        .join(Person, Person.id == RoleHolding.person_id)
        .where(Unit.parent_id.in_(parent), on(Unit, day), on(RoleHolding, day), employed_on(day))
        .where(RoleHolding.role.in_(WORKSHOP_ROLES), Person.phone != "")
        .order_by(Unit.path, RoleHolding.id)
    )
    found: dict[str, tuple[int, PosterContact]] = {}
    for unit, role, name, phone in rows:
        rank = WORKSHOP_ROLES.index(role)
        if unit not in found or rank < found[unit][0]:
            found[unit] = rank, PosterContact(title=unit, name=name, phone=phone)
    return tuple(contact for _, contact in found.values())
