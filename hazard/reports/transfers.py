"""Handing a report on to another office, and knowing that it arrived (移送, S1-6)."""

from datetime import date

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from hazard.access.actor import Actor
from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.core.calendar import Unit
from hazard.core.clock import day_of
from hazard.core.errors import NotFound, Unclear
from hazard.core.words import N_, Sentence
from hazard.deadlines.clocks import Charge, finish, start
from hazard.deadlines.models import Deadline
from hazard.deadlines.terms import DeadlineKind
from hazard.people.working import shift_at
from hazard.policy.queries import policy_on
from hazard.policy.terms import Length
from hazard.reports import handling
from hazard.reports.intake import MAX_LINE, start_clock
from hazard.reports.models import Report, Transfer
from hazard.reports.queries import readable_by
from hazard.reports.states import ReportStep
from hazard.reports.transition import take

RECEIPT_WITHIN = Length(1, Unit.WORKING)
"""T5: the receipt of the other office ends the plant's own clock."""


def hand_on(work: Work, report: Report, target: str, words: str) -> Transfer:
    """Hand the report on; `words` tell the reporter where and why, with a phone number.

    A clock runs until the other office's receipt is here.
    """
    if not target.strip():
        raise Unclear(Sentence(N_("Please write which office it goes to")), field="target")
    _need_short(target, "target")
    report.reply = handling.needed(words, "words")
    take(work, report, ReportStep.TRANSFER)
    finish(work, report)
    made = Transfer(report_id=report.id, target=target.strip(), at=work.now)
    work.session.add(made)
    charge = Charge(policy_on(work.session, day_of(work.now)), "S1-6")
    start(work, report, DeadlineKind.RECEIPT, RECEIPT_WITHIN, charge)
    handling.tell_reporter(work, report, "transferred")
    return made


def note_receipt(work: Work, report: Report, received_on: date | None, by: str, ref: str) -> None:
    """Note the receipt: the day, who took it there, and their own number if there is one."""
    work.actor.need(Permission.REPORT_RECEIVE, report.unit_path)
    made = _running(work.session, report)
    if received_on is None or received_on > day_of(work.now):
        raise Unclear(
            Sentence(N_("Please enter a day that is not in the future")), field="received_on"
        )
    if not by.strip():
        raise Unclear(Sentence(N_("Please write who took it there")), field="received_by")
    _need_short(by, "received_by")
    _need_short(ref, "reference")
    made.received_on, made.received_by, made.reference = received_on, by.strip(), ref.strip()
    finish(work, report, DeadlineKind.RECEIPT)
    work.record("receipt_noted", report)


def take_back(work: Work, report: Report) -> None:
    """Take a report that the other office sent back: the desk decides, its clock starts anew."""
    made = find_transfer(work.session, report)
    take(work, report, ReportStep.COME_BACK)
    if made is not None:
        made.back_at = work.now
    finish(work, report, DeadlineKind.RECEIPT)
    start_clock(work, report, shift_at(work.session, work.now, None))


def find_transfer(session: Session, report: Report) -> Transfer | None:
    """Return the last time the report was handed on, or None."""
    mine = select(Transfer).where(Transfer.report_id == report.id, Transfer.back_at.is_(None))
    return session.scalars(mine.order_by(Transfer.id.desc())).first()


def list_unreceipted(session: Session, actor: Actor) -> list[Report]:
    """Return the reports handed on whose receipt is still awaited by the actor's desk."""
    waiting = select(Report).where(readable_by(session, actor), _awaits_receipt())
    return list(session.scalars(waiting.order_by(Report.id)))


def _awaits_receipt() -> ColumnElement[bool]:
    return exists().where(
        Deadline.subject_kind == Report.kind, Deadline.subject_id == Report.id,
        Deadline.kind == DeadlineKind.RECEIPT, Deadline.done_at.is_(None),
    )  # fmt: skip


def _running(session: Session, report: Report) -> Transfer:
    made = find_transfer(session, report)
    if made is None:
        raise NotFound
    return made


def _need_short(text: str, field: str) -> None:
    if len(text) > MAX_LINE:
        raise Unclear(Sentence(N_("At most %(n)s characters, please"), n=MAX_LINE), field=field)
