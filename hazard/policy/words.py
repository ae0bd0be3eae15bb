"""Words that several slices and the policy share. Pure."""

from hazard.core.words import N_, Term


class Category(Term):
    """The four kinds of hazard (人、设备设施、环境、管理), and the way out."""

    PERSON = "person", N_("Someone working unsafely")
    EQUIPMENT = "equipment", N_("Machine or equipment")
    ENVIRONMENT = "environment", N_("Place or surroundings")
    MANAGEMENT = "management", N_("Management gap")
    UNSURE = "unsure", N_("Not sure")


class Urgency(Term):
    """How soon somebody must look."""

    NORMAL = "normal", N_("Can wait")
    URGENT = "urgent", N_("Soon")
    EMERGENCY = "emergency", N_("Someone may get hurt now")


class Identity(Term):
    """How a reporter stands to the plant (decisions 19)."""

    NAMED = "named", N_("By name")
    CONFIDENTIAL = "confidential", N_("Confidential")
    ANONYMOUS = "anonymous", N_("Anonymous")


class Desk(Term):
    """Who receives a report."""

    SAFETY = "safety", N_("Safety officer")
    UNION = "union", N_("Union only")
    BOTH = "both", N_("Safety officer and union")
    HEAD = "head", N_("Straight to the plant manager")


class About(Term):
    """Whom a report is about; it hides the report from them (decisions 15)."""

    NONE = "none", N_("None of these")
    LEADER = "leader", N_("A shift leader")
    SAFETY = "safety", N_("The safety officer")
    HEAD = "head", N_("The plant manager")


class DoneAlready(Term):
    """What the reporter did at once."""

    STOPPED = "stopped", N_("Stopped the machine")
    FENCED = "fenced", N_("Fenced it off")
    TOLD = "told", N_("Told the shift leader")
    NOTHING = "nothing", N_("Left everything as it is")


class StatutoryLevel(Term):
    """The law knows two levels (N-5)."""

    GENERAL = "general", N_("General hazard")
    MAJOR = "major", N_("Major hazard")


class Hurt(Term):
    """How badly could it hurt?"""

    SCRATCH = "scratch", N_("A scratch")
    DOCTOR = "doctor", N_("Needs a doctor")
    LASTING = "lasting", N_("Lasting injury or death")


class Likely(Term):
    """How likely is it today?"""

    HARDLY = "hardly", N_("Hardly")
    POSSIBLE = "possible", N_("Possible")
    ANY_MOMENT = "any_moment", N_("Any moment")


class Gravity(Term):
    """Is it on the trade's list of major hazards, or did it just avert an accident?"""

    NO = "no", N_("Neither")
    MAJOR = "major", N_("On the list of major hazards")
    AVERTED = "averted", N_("It just averted an accident")


class SubCode(Term):
    """The finer kinds picked at verification: P1–6, F1–5, E1–5, M1–9 (decisions 8)."""

    P1 = "P1", N_("No or wrong protective equipment")
    P2 = "P2", N_("Breaking the operating rules")
    P3 = "P3", N_("Ordered to break the rules")
    P4 = "P4", N_("No certificate for the work")
    P5 = "P5", N_("In a dangerous place")
    P6 = "P6", N_("Tired, drunk or unwell")
    F1 = "F1", N_("Guard or safety device missing")
    F2 = "F2", N_("Alarm or interlock off")
    F3 = "F3", N_("Worn, broken or leaking")
    F4 = "F4", N_("Electrical fault")
    F5 = "F5", N_("Inspection overdue")
    E1 = "E1", N_("Floor, edge or opening")
    E2 = "E2", N_("Passage or exit blocked")
    E3 = "E3", N_("Stacking or storage")
    E4 = "E4", N_("Dust, gas, heat, noise or light")
    E5 = "E5", N_("Signs or markings missing")
    M1 = "M1", N_("Rules or instructions missing")
    M2 = "M2", N_("Training missing")
    M3 = "M3", N_("Permit for dangerous work missing")
    M4 = "M4", N_("Emergency plan or drill missing")
    M5 = "M5", N_("Contractor not controlled")
    M6 = "M6", N_("Check recorded but not done")
    M7 = "M7", N_("Duties not assigned")
    M8 = "M8", N_("Funds or equipment not provided")
    M9 = "M9", N_("Other management gap")


SUB_CODES = {
    Category.PERSON: tuple(code for code in SubCode if code.startswith("P")),
    Category.EQUIPMENT: tuple(code for code in SubCode if code.startswith("F")),
    Category.ENVIRONMENT: tuple(code for code in SubCode if code.startswith("E")),
    Category.MANAGEMENT: tuple(code for code in SubCode if code.startswith("M")),
}

LEVELS = (1, 2, 3, 4, 5)
"""Reward levels, L1 to L5; L4 and L5 are major."""


class Size(Term):
    """The question of set-up: how many people work here?"""

    SMALL = "small", N_("Up to about 100 people")
    MEDIUM = "medium", N_("About 100 to 1,000 people")
    LARGE = "large", N_("More than 1,000 people")


class Pay(Term):
    """How employees get their rewards; everybody else gets cash (words 5)."""

    CASH = "cash", N_("In cash, signed for on the sheet")
    WAGES = "wages", N_("With the wages, nobody signs")


class Weekday(Term):
    """A day of the week; the value is its ISO number."""

    MONDAY = "1", N_("Monday")
    TUESDAY = "2", N_("Tuesday")
    WEDNESDAY = "3", N_("Wednesday")
    THURSDAY = "4", N_("Thursday")
    FRIDAY = "5", N_("Friday")
    SATURDAY = "6", N_("Saturday")
    SUNDAY = "7", N_("Sunday")
