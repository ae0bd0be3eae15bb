"""《隐患回音》 as it was published: the notice to workers that the law asks for (N-1)."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Subquery, exists, func, select
from sqlalchemy.orm import Session

from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.notices.models import Echo, EchoPhoto


@dataclass(frozen=True, slots=True)
class Published:
    """The last edition of one week."""

    week: str
    """As in "2026-W47"."""
    edition: int
    body: Mapping[str, Any]
    """Figures, lines and pairs as they were that day."""
    at: datetime
    by_id: int


def publish(work: Work, week: str, body: Mapping[str, Any], photos: Iterable[str]) -> int:
    """Freeze the echo of a week for everybody to read; needs `case:inform`. Return the edition.

    `photos` are public ids whose release the officer decided with it: every employee may see
    them as long as this edition stands. A correction is a further edition; the old one is kept.
    """
    work.actor.need(Permission.CASE_INFORM)
    newest = select(func.max(Echo.edition)).where(Echo.week == week)
    edition = (work.session.scalar(newest) or 0) + 1
    echo = Echo(
        week=week, edition=edition, body_json=json.dumps(body, sort_keys=True),
        by_id=work.actor.person_id or 0, at=work.now,
    )  # fmt: skip
    work.session.add(echo)
    work.session.flush()
    work.session.add_all(EchoPhoto(echo_id=echo.id, public_id=each) for each in sorted(set(photos)))
    work.record("published", echo, week=week, edition=edition)
    return edition


def find_published(session: Session, week: str) -> Published | None:
    """Return the last edition of a week, or None."""
    found = session.scalars(
        select(Echo).where(Echo.week == week).order_by(Echo.edition.desc())
    ).first()
    return _published(found) if found else None


def list_published(session: Session, first: str, last: str) -> list[Published]:
    """Return the last edition of each week from `first` to `last`, in order."""
    last_ones = _last_editions()
    standing = select(Echo).join(
        last_ones, (last_ones.c.week == Echo.week) & (last_ones.c.edition == Echo.edition)
    )
    within = standing.where(Echo.week.between(first, last)).order_by(Echo.week)
    return [_published(echo) for echo in session.scalars(within)]


def list_weeks(session: Session) -> list[str]:
    """Return the weeks that have an edition, newest first."""
    weeks = select(Echo.week).distinct().order_by(Echo.week.desc())
    return list(session.scalars(weeks))


def shows(session: Session, public_id: str) -> bool:
    """Say whether the last edition of any week shows this photo."""
    last = _last_editions()
    standing = (
        select(EchoPhoto.id)
        .join(Echo, Echo.id == EchoPhoto.echo_id)
        .join(last, (last.c.week == Echo.week) & (last.c.edition == Echo.edition))
        .where(EchoPhoto.public_id == public_id)
    )
    return bool(session.scalar(select(exists(standing))))


def _last_editions() -> Subquery:
    newest = select(Echo.week.label("week"), func.max(Echo.edition).label("edition"))
    return newest.group_by(Echo.week).subquery()


def _published(echo: Echo) -> Published:
    return Published(echo.week, echo.edition, json.loads(echo.body_json), echo.at, echo.by_id)
