"""The words of a report. Pure."""

from hazard.core.words import N_, Term


class ReportState(Term):
    """Where a report stands; the label is the reporter's word (words 57)."""

    SUBMITTED = "submitted", N_("received")
    RETURNED = "returned", N_("a question for you")
    ACCEPTED = "accepted", N_("accepted")
    REFUSED = "refused", N_("not accepted")
    TRANSFERRED = "transferred", N_("handed on")
    WITHDRAWN = "withdrawn", N_("withdrawn")


class Refusal(Term):
    """Why a report is not accepted: R1 to R5, nothing else (domain 2.6.1)."""

    R1 = "R1", N_("no place")
    R2 = "R2", N_("nothing concrete")
    R3 = "R3", N_("repeat, nothing new")
    R4 = "R4", N_("not ours")
    R5 = "R5", N_("not safety")


class PhotoPart(Term):
    """What a photograph shows."""

    REPORT = "report", N_("Photo of the report")
    CARRIER = "carrier", N_("The original paper")
    """Handwriting tells who wrote: it never leaves the receiving desk."""
    BEFORE = "before", N_("Before")
    AFTER = "after", N_("After")
    SIGNATURE = "signature", N_("Finger signature")
    PAPER = "paper", N_("Photo of the signed sheet")


class Channel(Term):
    """How a report that was keyed in had come (domain T1)."""

    PAPER = "paper", N_("On paper")
    TELEPHONE = "telephone", N_("By telephone")
    IN_PERSON = "in_person", N_("Told face to face")
