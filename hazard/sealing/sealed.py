"""Closing and opening the boxes of reports."""

from collections.abc import Iterable
from dataclasses import dataclass

from hazard.audit.work import Work
from hazard.core import chance
from hazard.core.clock import day_of
from hazard.core.errors import Refused, Unclear
from hazard.core.words import N_, Sentence
from hazard.people.queries import actor_of, get_person
from hazard.sealing.boxes import IDENTITY_SIZE, PAYOUT_SIZE, NotThisKey, fits, seal, unseal
from hazard.sealing.halves import Half, join
from hazard.sealing.keeping import need_half
from hazard.sealing.models import PayoutBox, SealedIdentity, SealingKey
from hazard.sealing.queries import current_key, current_payout_key, is_ready


@dataclass(frozen=True, slots=True)
class Identity:
    """What a sealed name holds."""

    name: str
    employee_no: str = ""
    team: str = ""
    company: str = ""
    phone: str = ""

    @property
    def values(self) -> dict[str, str]:
        """Return the fields as they are sealed."""
        return {field: getattr(self, field) for field in self.__slots__}


@dataclass(frozen=True, slots=True)
class Opened:
    """A sealed name in clear, with the two who opened it."""

    identity: Identity
    opened_by: tuple[int, int]
    """Person ids."""


class NotReady(Unclear):
    """Nobody could open what would be sealed, so it is not promised."""

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                N_("Names cannot be sealed here yet. Choose another way; what you wrote is kept")
            ),
            field="identity",
        )


def need_room_for(identity: Identity) -> None:
    """Raise `Unclear` for a name, team or company too long for the box."""
    if not fits(identity.values, IDENTITY_SIZE):
        sentence = N_("Name, team and company are too long to be sealed. Please shorten them")
        raise Unclear(Sentence(sentence), field="name")


def seal_identity(work: Work, report_id: int, report_number: str, identity: Identity) -> None:
    """Close the name behind a report; raises `NotReady` unless both sides keep a half."""
    key = current_key(work.session)
    if key is None or not is_ready(work.session, day_of(work.now)):
        raise NotReady
    box = seal(key.public_key, identity.values, IDENTITY_SIZE, report_number)
    work.session.add(SealedIdentity(report_id=report_id, key_id=key.id, box=box))
    work.session.flush()


def seal_payout(work: Work, report_id: int, report_number: str, employee_no: str) -> None:
    """Close whom to pay, if finance has a key; an empty number means: collected with the code."""
    key = current_payout_key(work.session)
    if key is None:
        return
    number = f"F{day_of(work.stamped_at).year % 100:02d}-{chance.symbols(5)}"
    values = {"employee_no": employee_no, "payout_number": number}
    work.session.add(
        PayoutBox(
            report_id=report_id, key_id=key.id, payout_number=number,
            box=seal(key.public_key, values, PAYOUT_SIZE, report_number),
        )
    )  # fmt: skip
    work.session.flush()


def open_identity(
    work: Work, report_id: int, report_number: str, halves: tuple[Half, Half]
) -> Opened:
    """Return the name behind a report: one half of each side, brought by two people."""
    sealed = work.session.get(SealedIdentity, report_id)
    if sealed is None:
        raise Refused(Sentence(N_("No name is sealed for this report")))
    key = work.session.get_one(SealingKey, sealed.key_id)
    first, second = (need_half(work, half) for half in halves)
    if first.group is second.group or first.person_id == second.person_id:
        raise Refused(
            Sentence(N_("One sheet of each side is needed, brought by two different people"))
        )
    if {first.key_id, second.key_id} != {key.id}:
        raise Refused(
            Sentence(
                N_("This name was sealed with key %(number)s: its sheets are needed"),
                number=key.number,
            )
        )
    opened_by = (first.person_id, second.person_id)
    _need_here(work, opened_by)
    private = join(halves[0].value, halves[1].value)
    try:
        return Opened(Identity(**unseal(private, sealed.box, report_number)), opened_by)
    except NotThisKey as wrong:
        raise Refused(Sentence(N_("The seal of this report does not fit its number"))) from wrong


def _need_here(work: Work, people: Iterable[int]) -> None:
    """Refuse the sheet of somebody who has left, which may lie in anybody's hands."""
    for each in people:
        if actor_of(work.session, each, day_of(work.now)) is None:
            name = get_person(work.session, each).name
            raise Refused(Sentence(N_("The sheet of %(name)s is not accepted any more"), name=name))
