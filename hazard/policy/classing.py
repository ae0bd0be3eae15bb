"""What a ledger asks of a hazard besides its level: clause, cause, codes (domain 5.2). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from hazard.core.words import N_, Sentence, Term, say, write_numeral
from hazard.policy.words import Category, SubCode

MOST_CLAUSE = 120
"""Letters of a clause; longer ones do not fit a cell of the ledger."""


class Extra(Term):
    """What of it a plant may switch on (words 5); the rest is always asked."""

    ACCIDENT = "accident", N_("Kind of accident (GB 6441)")
    FACTOR = "factor", N_("Code of the factor (GB/T 13861)")
    LEC = "lec", N_("LEC figures")


class Cause(Term):
    """Why the hazard came to be."""

    SITE = "site", N_("Management on the spot")
    DUTY = "duty", N_("Duties not carried out")
    EQUIPMENT = "equipment", N_("Equipment and facilities")
    PROCESS = "process", N_("Process and technique")


class Remedy(Term):
    """On which level of the plant it is put right."""

    POST = "post", N_("By the post itself")
    TEAM = "team", N_("By the team")
    WORKSHOP = "workshop", N_("By the workshop")
    PLANT = "plant", N_("By the plant")


class Accident(Term):
    """The twenty kinds of GB 6441-1986."""

    STRUCK = "struck", N_("Struck by an object")
    VEHICLE = "vehicle", N_("Vehicle accident")
    MACHINE = "machine", N_("Machine injury")
    LIFTING = "lifting", N_("Lifting accident")
    ELECTRIC = "electric", N_("Electric shock")
    DROWNING = "drowning", N_("Drowning")
    BURN = "burn", N_("Burn or scald")
    FIRE = "fire", N_("Fire")
    FALL = "fall", N_("Fall from a height")
    COLLAPSE = "collapse", N_("Collapse")
    ROOF = "roof", N_("Roof fall")
    FLOOD = "flood", N_("Water inrush")
    BLASTING = "blasting", N_("Blasting")
    POWDER = "powder", N_("Explosion of explosives")
    GAS = "gas", N_("Gas explosion in a mine")
    BOILER = "boiler", N_("Boiler explosion")
    VESSEL = "vessel", N_("Vessel explosion")
    EXPLOSION = "explosion", N_("Other explosion")
    POISONING = "poisoning", N_("Poisoning or suffocation")
    OTHER = "other", N_("Other injury")


class Factor(Term):
    """The groups of GB/T 13861-2022; the value is the number of the group."""

    MIND = "11", N_("11 mind and body")
    CONDUCT = "12", N_("12 conduct")
    PHYSICAL = "21", N_("21 physical")
    CHEMICAL = "22", N_("22 chemical")
    BIOLOGICAL = "23", N_("23 biological")
    INDOORS = "31", N_("31 indoors")
    OUTDOORS = "32", N_("32 outdoors")
    BELOW_GROUND = "33", N_("33 below ground or water")
    ELSEWHERE = "39", N_("39 other surroundings")
    STAFFING = "41", N_("41 safety staff")
    DUTIES = "42", N_("42 duties")
    RULES = "43", N_("43 rules")
    FUNDS = "44", N_("44 funds")
    EMERGENCY = "46", N_("46 emergency response")
    MANAGEMENT = "49", N_("49 other management")


class Likelihood(Term):
    """L of LEC."""

    SURE = "10", N_("10 to be expected")
    QUITE = "6", N_("6 quite possible")
    POSSIBLE = "3", N_("3 possible, not often")
    SMALL = "1", N_("1 hardly, a surprise")
    UNLIKELY = "0.5", N_("0.5 conceivable, very unlikely")
    REMOTE = "0.2", N_("0.2 extremely unlikely")
    NEVER = "0.1", N_("0.1 practically impossible")


class Exposure(Term):
    """E of LEC."""

    ALWAYS = "10", N_("10 all the time")
    DAILY = "6", N_("6 every working day")
    WEEKLY = "3", N_("3 once a week")
    MONTHLY = "2", N_("2 once a month")
    YEARLY = "1", N_("1 a few times a year")
    RARELY = "0.5", N_("0.5 very rarely")


class Consequence(Term):
    """C of LEC."""

    MANY = "100", N_("100 many deaths")
    SEVERAL = "40", N_("40 several deaths")
    ONE = "15", N_("15 one death")
    GRAVE = "7", N_("7 grave injury")
    MAIMED = "3", N_("3 disabling injury")
    SLIGHT = "1", N_("1 needs first aid")


BANDS = ((Decimal(320), 1), (Decimal(160), 2), (Decimal(70), 3), (Decimal(20), 4))
"""Least danger of each band; a figure on a boundary belongs to the upper band."""


@dataclass(frozen=True, slots=True)
class Lec:
    """The three figures of LEC, all of them."""

    likelihood: Likelihood
    exposure: Exposure
    consequence: Consequence

    @property
    def danger(self) -> Decimal:
        """Return D = L × E × C."""
        return Decimal(self.likelihood) * Decimal(self.exposure) * Decimal(self.consequence)

    @property
    def band(self) -> int:
        """Return 1, the gravest, to 5."""
        return next((band for least, band in BANDS if self.danger >= least), len(BANDS) + 1)

    def said(self) -> Sentence:
        """Return the figures as a ledger shows them."""
        return Sentence(
            N_("%(l)s×%(e)s×%(c)s = %(d)s, band %(band)s"), l=self.likelihood.value,
            e=self.exposure.value, c=self.consequence.value, d=f"{self.danger.normalize():f}",
            band=self.band,
        )  # fmt: skip

    def stored(self) -> str:
        """Return the figures as one word for the database."""
        return f"{self.likelihood.value}/{self.exposure.value}/{self.consequence.value}"

    @classmethod
    def from_stored(cls, word: str) -> "Lec | None":
        """Return the figures again; None for an empty word."""
        if not word:
            return None
        likelihood, exposure, consequence = word.split("/")
        return cls(Likelihood(likelihood), Exposure(exposure), Consequence(consequence))


@dataclass(frozen=True, slots=True)
class Classing:
    """What is written down of one hazard; None and empty: not said."""

    clause: str = ""
    """By which clause of law, standard or the plant's rules it is a hazard."""
    cause: Cause | None = None
    remedy: Remedy | None = None
    accident: Accident | None = None
    factor: Factor | None = None
    lec: Lec | None = None


CAUSES: Mapping[Category, Cause] = {
    Category.PERSON: Cause.SITE,
    Category.EQUIPMENT: Cause.EQUIPMENT,
    Category.ENVIRONMENT: Cause.SITE,
    Category.MANAGEMENT: Cause.DUTY,
}
ARTICLES: Mapping[SubCode, int] = {
    SubCode.P1: 45, SubCode.P2: 57, SubCode.P3: 44, SubCode.P4: 30, SubCode.P5: 57, SubCode.P6: 44,
    SubCode.F1: 36, SubCode.F2: 36, SubCode.F3: 36, SubCode.F4: 36, SubCode.F5: 36,
    SubCode.E1: 41, SubCode.E2: 42, SubCode.E3: 41, SubCode.E4: 41, SubCode.E5: 35,
    SubCode.M1: 21, SubCode.M2: 28, SubCode.M3: 43, SubCode.M4: 81, SubCode.M5: 49,
    SubCode.M6: 41, SubCode.M7: 22, SubCode.M8: 23, SubCode.M9: 41,
}  # fmt: skip
"""Articles of the Work Safety Law of 2021: equipment 36, protective gear 45, orders 44 and 57,
certificates 30, exits 42, signs 35, dangerous work 43, training 28, and so on."""
ANY_ARTICLE = 41
"""Finding and mending hazards: what every hazard comes under."""
FACTORS: Mapping[SubCode, Factor] = {
    SubCode.P1: Factor.CONDUCT, SubCode.P2: Factor.CONDUCT, SubCode.P3: Factor.CONDUCT,
    SubCode.P4: Factor.CONDUCT, SubCode.P5: Factor.CONDUCT, SubCode.P6: Factor.MIND,
    SubCode.F1: Factor.PHYSICAL, SubCode.F2: Factor.PHYSICAL, SubCode.F3: Factor.PHYSICAL,
    SubCode.F4: Factor.PHYSICAL, SubCode.F5: Factor.PHYSICAL,
    SubCode.E1: Factor.INDOORS, SubCode.E2: Factor.INDOORS, SubCode.E3: Factor.INDOORS,
    SubCode.E4: Factor.INDOORS, SubCode.E5: Factor.PHYSICAL,
    SubCode.M1: Factor.RULES, SubCode.M2: Factor.RULES, SubCode.M3: Factor.RULES,
    SubCode.M4: Factor.EMERGENCY, SubCode.M5: Factor.RULES, SubCode.M6: Factor.DUTIES,
    SubCode.M7: Factor.DUTIES, SubCode.M8: Factor.FUNDS, SubCode.M9: Factor.MANAGEMENT,
}  # fmt: skip
REMEDIES: Mapping[int, Remedy] = {
    1: Remedy.TEAM, 2: Remedy.TEAM, 3: Remedy.WORKSHOP, 4: Remedy.PLANT, 5: Remedy.PLANT,
}  # fmt: skip


def completed(given: Classing, category: Category, sub_code: SubCode | None) -> Classing:
    """Return what was said, the rest filled in as the kind of hazard proposes it.

    Who puts it right is left open: it follows from the level until somebody says otherwise.
    """
    return replace(
        given,
        clause=given.clause.strip() or clause_of(sub_code),
        cause=given.cause or CAUSES.get(category),
        factor=given.factor or (FACTORS.get(sub_code) if sub_code else None),
    )


def clause_of(sub_code: SubCode | None) -> str:
    """Return the clause of law a kind of hazard comes under, as records in Chinese name it."""
    article = ARTICLES.get(sub_code, ANY_ARTICLE) if sub_code else ANY_ARTICLE
    return say(Sentence(N_("Work Safety Law, article %(n)s"), n=write_numeral(article)))


def remedy_of(said: Remedy | None, level: int | None, *, fixed_on_spot: bool) -> Remedy | None:
    """Return on which level it is put right, as was said, or as the reward level proposes."""
    if said is not None or level is None:
        return said
    return Remedy.POST if fixed_on_spot else REMEDIES[level]
