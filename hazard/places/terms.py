"""Words of the poster register. Pure."""

from hazard.core.words import N_, Term


class PosterType(Term):
    """What hangs there (W-12, W-14)."""

    GATE = "gate", N_("Gate poster")
    WORKSHOP = "workshop", N_("Workshop poster")
    LABEL = "label", N_("Machine label")
    LISTS = "lists", N_("The two lists")


class Camera(Term):
    """Whether a camera sees who scans (words.md 4.1)."""

    NO = "no", N_("No camera sees it")
    YES = "yes", N_("A camera sees it")


class Part(Term):
    """What may have changed since a poster was printed."""

    PLACE = "place", N_("the place")
    ADDRESS = "address", N_("the address behind the code")
    WIFI = "wifi", N_("the Wi-Fi")
    TABLE = "table", N_("the reward table")
    DESK = "desk", N_("who receives reports")
    PHONES = "phones", N_("a phone number")


class Stage(Term):
    """What a poster in use needs next; the order is the way from the printer to the wall."""

    TO_PRINT = "to_print", N_("To be printed")
    TO_HANG = "to_hang", N_("To be hung and photographed")
    IN_VIEW = "in_view", N_("In view of a camera, hang it elsewhere")
    TO_TEST = "to_test", N_("To be scanned with a phone")
    OUTDATED = "outdated", N_("Outdated, print it again")
    DONE = "done", N_("Hangs and works")
