"""One leader among the processes: a lease row, renewed while its holder lives (decisions 36)."""

from datetime import datetime, timedelta

from sqlalchemy import UniqueConstraint, delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from hazard.core.db import Base, Id

LEADER = "leader"
"""The name of the lease held by the process that runs the jobs."""
LEASE = timedelta(seconds=90)
"""Three ticks of 30 s: a leader that misses them has died."""
ODD = timedelta(minutes=5)
"""A lease that ends later than `LEASE` and this from now was taken under a wrong clock."""
KEPT_RUNS = timedelta(days=400)
"""Longer than any period."""


class Lease(Base):
    """Who leads, and until when."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime]


class JobRun(Base):
    """A scheduled job that was claimed for one period, so that it runs once."""

    __tablename__ = "job_run"
    __table_args__ = (UniqueConstraint("job", "period"),)

    id: Mapped[Id]
    job: Mapped[str]
    period: Mapped[str]
    at: Mapped[datetime]


def take_lease(session: Session, name: str, holder: str, now: datetime) -> bool:
    """Take or renew the lease; False while somebody else's lives."""
    free = or_(Lease.holder == holder, Lease.until <= now, Lease.until > now + LEASE + ODD)
    taken = session.execute(
        update(Lease).where(Lease.name == name, free).values(holder=holder, until=now + LEASE)
    )
    if taken.rowcount == 1:  # type: ignore[attr-defined]
        return True
    if session.get(Lease, name) is not None:
        return False
    try:
        with session.begin_nested():
            session.add(Lease(name=name, holder=holder, until=now + LEASE))
    except IntegrityError:  # another process made the row in the same moment
        return False
    return True


def leave_lease(session: Session, name: str, holder: str, now: datetime) -> None:
    """Give up one's own lease, so that a server started next need not wait for its end."""
    mine = update(Lease).where(Lease.name == name, Lease.holder == holder)
    session.execute(mine.values(until=now))


def forget_runs(session: Session, now: datetime) -> None:
    """Delete claims no period can still be about."""
    session.execute(delete(JobRun).where(JobRun.at < now - KEPT_RUNS))


def is_fresh(session: Session, name: str, now: datetime) -> bool:
    """Say whether somebody leads."""
    until = session.scalar(select(Lease.until).where(Lease.name == name))
    return until is not None and until > now


def last_runs(session: Session) -> dict[str, datetime]:
    """Return when each job was last claimed."""
    runs = select(JobRun.job, func.max(JobRun.at)).group_by(JobRun.job)
    return {row.job: row[1] for row in session.execute(runs)}


def claim_period(session: Session, job: str, period: str, now: datetime) -> bool:
    """Claim a job for a period; of several claimers one gets it."""
    try:
        with session.begin_nested():
            session.add(JobRun(job=job, period=period, at=now))
    except IntegrityError:
        return False
    return True
