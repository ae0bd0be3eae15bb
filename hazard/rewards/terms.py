"""The words of the money. Pure."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from hazard.core.words import N_, Term


class AwardKind(Term):
    """What an award is for."""

    MAIN = "main", N_("Main reward")
    SUGGESTION = "suggestion", N_("Suggestion adopted")
    SUPPLEMENT = "supplement", N_("Supplement that helped")


class AwardState(Term):
    """Where an award stands."""

    PROPOSED = "proposed", N_("Proposed, to be decided")
    REFUSED = "refused", N_("Decided: none")
    WAITING = "waiting", N_("Waiting for funds; the reward is kept")
    APPROVED = "approved", N_("Approved")
    CANCELLED = "cancelled", N_("Taken back")
    PAYABLE = "payable", N_("In the settlement")
    PAID = "paid", N_("Paid")


GRANTED = (AwardState.WAITING, AwardState.APPROVED, AwardState.PAYABLE, AwardState.PAID)
"""Decided with a yes that stands, in the order an award goes."""
UNDONE = (AwardState.REFUSED, AwardState.CANCELLED)
"""Decided with a no, or taken back; it may be proposed anew."""


class _Stands(Protocol):
    @property
    def kind(self) -> AwardKind: ...
    @property
    def state(self) -> AwardState: ...


One = TypeVar("One", bound=_Stands)


def has_main(awards: Iterable[_Stands]) -> bool:
    """Say whether a report of the case holds the main reward; one undone holds it no longer."""
    return any(each.kind is AwardKind.MAIN and each.state not in UNDONE for each in awards)


def open_again(awards: Iterable[One]) -> list[One]:
    """Return which of a case's were undone and are nobody else's by now."""
    all_ = list(awards)
    taken = has_main(all_)
    undone = [each for each in all_ if each.state in UNDONE]
    return [each for each in undone if not (taken and each.kind is AwardKind.MAIN)]


class Account(Term):
    """The four accounts of the ledger (decisions 33)."""

    BUDGET = "budget", N_("Left")
    RESERVED = "reserved", N_("Reserved")
    PAYABLE = "payable", N_("To be paid")
    PAID = "paid", N_("Paid")


class RunState(Term):
    """Where a settlement stands (words 107)."""

    DRAFT = "draft", N_("Draft")
    CHECKED = "checked", N_("Checked")
    LOCKED = "locked", N_("Approved and locked")
    PAID = "paid", N_("Paid")


class PayeeKind(Term):
    """Who collects."""

    PERSON = "person", N_("Employee")
    OUTSIDE = "outside", N_("From outside")
    VOUCHER = "voucher", N_("Collected with the code")
    SEALED = "sealed", N_("Opened by finance")


class ScanKind(Term):
    """What a page of a signed sheet came as."""

    PICTURE = "jpg", N_("Picture")
    PDF = "pdf", N_("PDF document")


class Version(Term):
    """Who a printed sheet is for; each has its own permission."""

    APPROVAL = "approval", N_("Approval version")
    FINANCE = "finance", N_("Finance version")
    BOARD = "board", N_("Board version")
