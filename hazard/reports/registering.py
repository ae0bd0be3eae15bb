"""Keying in what came on paper, by telephone or face to face (domain T1, edge 75)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.core.errors import Unclear
from hazard.core.words import N_, Sentence
from hazard.people.working import shift_at
from hazard.places.models import Place
from hazard.policy.words import Identity
from hazard.reports.intake import Name, Slip, Told, take_in
from hazard.reports.models import PaperSlip, Registration, Report
from hazard.reports.queries import find_by_submission
from hazard.reports.slips import hold_slip
from hazard.reports.terms import Channel

OFFERED = (Identity.ANONYMOUS, Identity.NAMED)
"""How a report that is keyed in may stand to the plant; a name the keyer reads is not sealed."""


class NotTold(Unclear):
    """The moment it was told cannot be right."""


@dataclass(frozen=True, slots=True)
class Origin:
    """How the report came."""

    channel: Channel
    told_at: datetime
    """When it was told, or found in the box."""
    slip: str = ""
    """Number of the preprinted slip as typed; empty without one."""


@dataclass(frozen=True, slots=True)
class Origins:
    """How a report came, as its desk reads it."""

    channel: Channel
    told_at: datetime
    keyed_at: datetime
    keyed_by: str
    slip: str


def register(work: Work, told: Told, name: Name, slip: Slip, origin: Origin) -> Report:
    """Store the report under the keyer's name, or return the one this form already made.

    With a preprinted slip its code follows and collects; otherwise that of `slip`, which is
    shown once to be read out. Unnamed reports keep no moment finer than the shift, neither of
    the telling nor of the keying. Raises what `slips.hold_slip` does.
    """
    known = find_by_submission(work.session, slip.submission_hash)
    if known is not None:
        return known
    _need_may(work, told)
    _need_past(work, origin)
    paper = hold_slip(work, origin.slip) if origin.slip else None
    if paper is not None:
        slip = Slip(slip.submission_hash, paper.locator, paper.secret_hash)
    report = take_in(work, told, name, slip, action="registered")
    if paper is not None:
        paper.report_id, report.kept = report.id, True
    work.session.add(_registration(work, report, origin, paper))
    return report


def find_origins(session: Session, report_id: int) -> Origins | None:
    """Return how a report came that was keyed in, or None for one its reporter sent."""
    wanted = select(Registration).where(Registration.report_id == report_id)
    row = session.scalars(
        wanted.options(joinedload(Registration.keyer), joinedload(Registration.slip))
    ).one_or_none()
    if row is None:
        return None
    slip = row.slip.number if row.slip else ""
    return Origins(row.channel, row.told_at, row.keyed_at, row.keyer.name, slip)


def _need_may(work: Work, told: Told) -> None:
    place = work.session.get(Place, told.place_id) if told.place_id else None
    work.actor.need(Permission.REPORT_REGISTER, place.unit.path if place else None)
    if told.identity not in OFFERED:
        raise Unclear(Sentence(N_("Please choose one of these")), field="identity")


def _need_past(work: Work, origin: Origin) -> None:
    if origin.told_at > work.now:
        raise NotTold(Sentence(N_("It cannot have been told later than now")), field="told_at")


def _registration(
    work: Work, report: Report, origin: Origin, paper: PaperSlip | None
) -> Registration:
    told_at = origin.told_at
    if report.identity is not Identity.NAMED:
        told_at = shift_at(work.session, told_at, None).starts
    return Registration(
        report_id=report.id, channel=origin.channel, keyed_by=work.actor.person_id,
        told_at=told_at, keyed_at=work.stamped_at, slip_id=paper.id if paper else None,
    )  # fmt: skip
