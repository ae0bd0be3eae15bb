"""Telling the next level that something is late, each rung exactly once (decisions 6, 36)."""

from collections.abc import Callable, Collection
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazard.access.permissions import Role
from hazard.audit.work import Work
from hazard.core.calendar import overdue_days
from hazard.core.clock import day_of
from hazard.core.words import N_, Sentence
from hazard.deadlines.models import Deadline, Rung
from hazard.deadlines.terms import DeadlineKind
from hazard.notices.outbox import tell
from hazard.people.queries import get_unit, list_holders, root_unit
from hazard.policy.queries import policy_numbered
from hazard.policy.terms import Policy

INSTEAD = (Role.HEAD, Role.UNION_REPRESENTATIVE, Role.SAFETY_OFFICER, Role.AUDITOR)
"""Who is told where the role of a rung must not hear of the matter: the first who may."""
KeptFrom = Callable[[Session, str, int], Collection[Role]]
"""Tells by kind and id of a subject which roles must not hear of it."""
Whose = Callable[[Session, str, int, DeadlineKind, date], Collection[int]]
"""Tells by kind and id of a subject, clock and day who has to do it, where nobody holds it."""


def ready_ids(session: Session, now: datetime) -> list[int]:
    """Return the clocks whose next rung has come, longest overdue first."""
    late = select(Deadline).where(
        Deadline.done_at.is_(None), Deadline.paused_since.is_(None), Deadline.due_at <= now
    )
    rows = session.scalars(late.order_by(Deadline.due_at, Deadline.id))
    return [row.id for row in rows if _has_come(row, _policy(session, row), _late(row, now))]


def climb(work: Work, deadline_id: int, kept_from: KeptFrom, whose: Whose) -> int | None:
    """Tell the next rung whose day has come; return its level, or None if there is none.

    At most one rung a call, so that a server that was down catches up level by level. Level 1
    is the holder, or those `whose` names; the further ones are the roles of the policy the clock
    started under; a role that `kept_from` names is passed over.
    """
    deadline = work.session.get_one(Deadline, deadline_id, with_for_update=True)
    policy, late = _policy(work.session, deadline), _late(deadline, work.now)
    if not _has_come(deadline, policy, late):
        return None
    deadline.level += 1
    work.session.add(
        Rung(
            deadline_id=deadline.id, extended=deadline.extended, level=deadline.level,
            told_at=work.now,
        )
    )  # fmt: skip
    out = kept_from(work.session, deadline.subject_kind, deadline.subject_id)
    role = policy.escalate_to[deadline.level - 1]
    if role in out:
        role = next(each for each in INSTEAD if each not in out)
    tell(
        work,
        _recipients(work, deadline, role, whose),
        Sentence(N_("Overdue %(n)s days: %(kind)s"), kind=deadline.kind, n=late),
        key=f"late:{deadline.id}:{deadline.extended}:{deadline.level}",
        link="/desk",
    )
    return deadline.level


def _has_come(deadline: Deadline, policy: Policy, late: int) -> bool:
    if deadline.done_at or deadline.paused_since or deadline.level >= len(policy.escalate_after):
        return False
    return late > policy.escalate_after[deadline.level]


def _policy(session: Session, deadline: Deadline) -> Policy:
    return policy_numbered(session, deadline.policy_version).policy


def _late(deadline: Deadline, now: datetime) -> int:
    return overdue_days(deadline.due_at, now)


def _recipients(work: Work, deadline: Deadline, role: Role, whose: Whose) -> Collection[int]:
    session, day = work.session, day_of(work.now)
    if deadline.level == 1:
        subject = deadline.subject_kind, deadline.subject_id
        holder = [deadline.holder_id] if deadline.holder_id is not None else []
        own = holder or whose(session, *subject, deadline.kind, day)
        if own:
            return own
    unit = get_unit(session, deadline.unit_id) if deadline.unit_id else root_unit(session)
    return list_holders(session, [role], unit.path, day)
