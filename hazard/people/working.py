"""Which shift it is for a unit at a moment: its own shifts, or the company's (decisions 7)."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazard.core.clock import day_of
from hazard.people.models import UnitShift
from hazard.people.queries import on
from hazard.people.shifts import Shift, ShiftMoment, shift_of
from hazard.policy.queries import policy_on


def shift_at(session: Session, moment: datetime, unit_id: int | None) -> ShiftMoment:
    """Return the shift of `unit_id`, or of the company, that holds `moment`."""
    return shift_of(moment, shifts_for(session, moment, unit_id))


def shift_before(session: Session, shift: ShiftMoment, unit_id: int | None) -> ShiftMoment:
    """Return the shift, or time between two, that ended when `shift` began."""
    return shift_at(session, shift.starts - timedelta.resolution, unit_id)


def shifts_for(session: Session, moment: datetime, unit_id: int | None) -> list[Shift]:
    """Return the shifts that count for a unit on the day of `moment`."""
    day = day_of(moment)
    own = select(UnitShift).where(UnitShift.unit_id == unit_id, on(UnitShift, day))
    rows = session.scalars(own.order_by(UnitShift.start, UnitShift.id)).all()
    if rows:
        return [Shift(row.name, row.start, row.end) for row in rows]
    return [Shift(s.name, s.start, s.end) for s in policy_on(session, day).policy.shifts]
