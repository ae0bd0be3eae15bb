"""Reading the state of the seal: keys and who keeps them, never what is sealed."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazard.core.clock import day_of
from hazard.people.models import Person
from hazard.people.queries import employed_on, list_holders, root_unit
from hazard.sealing.models import Guardian, PayoutKey, SealedIdentity, SealingKey
from hazard.sealing.terms import ROLES, Group


@dataclass(frozen=True, slots=True)
class GuardianLine:
    """One guardian as the page shows them."""

    id: int
    person_id: int
    name: str
    group: Group
    sheet: str
    made_on: date
    kept: bool
    """The sheet was downloaded or printed."""
    works_here: bool


@dataclass(frozen=True, slots=True)
class SealView:
    """The state of the seal."""

    key_number: str
    """Empty before the first pair."""
    made_on: date | None
    guardians: tuple[GuardianLine, ...]
    ready: bool
    sealed: int
    """Names sealed so far, under any key."""
    older: int
    """Earlier keys that still hold sealed names."""

    def of(self, group: Group) -> tuple[GuardianLine, ...]:
        """Return the guardians of one side."""
        return tuple(line for line in self.guardians if line.group is group)

    def has(self, group: Group) -> bool:
        """Say whether a side has somebody who can open."""
        return any(line.kept and line.works_here for line in self.of(group))


def is_ready(session: Session, day: date) -> bool:
    """Say whether both sides have a guardian with a sheet: only then is 保密 shown."""
    kept = (
        select(Guardian.group)
        .join(SealingKey, SealingKey.id == Guardian.key_id)
        .join(Person, Person.id == Guardian.person_id)
        .where(
            SealingKey.retired_at.is_(None), Guardian.kept_at.is_not(None),
            Guardian.ended_at.is_(None), employed_on(day),
        )
    )  # fmt: skip
    return set(session.scalars(kept)) == set(Group)


def current_key(session: Session) -> SealingKey | None:
    """Return the key that closes new boxes, or None before the first."""
    newest = select(SealingKey).where(SealingKey.retired_at.is_(None))
    return session.scalars(newest.order_by(SealingKey.id.desc())).first()


def view_seal(session: Session, day: date) -> SealView:
    """Return the state of the seal for its page."""
    key = current_key(session)
    held = list(session.execute(select(SealedIdentity.key_id)).scalars())
    return SealView(
        key_number=key.number if key else "",
        made_on=day_of(key.made_at) if key else None,
        guardians=tuple(_line(g, day) for g in key.guardians if not g.ended_at) if key else (),
        ready=is_ready(session, day),
        sealed=len(held),
        older=len(set(held) - {key.id if key else 0}),
    )


def candidates(session: Session, group: Group, day: date) -> list[int]:
    """Return who may be a guardian of a side: holders of its roles over the whole plant."""
    return list_holders(session, ROLES[group], root_unit(session).path, day)


def find_guardian(session: Session, sheet: str) -> Guardian | None:
    """Return the guardian who keeps the sheet of this number, or None."""
    return session.scalars(select(Guardian).where(Guardian.sheet == sheet)).one_or_none()


def current_payout_key(session: Session) -> PayoutKey | None:
    """Return the key that closes new payout boxes, or None before the first."""
    newest = select(PayoutKey).where(PayoutKey.retired_at.is_(None))
    return session.scalars(newest.order_by(PayoutKey.id.desc())).first()


def _line(guardian: Guardian, day: date) -> GuardianLine:
    person = guardian.person
    return GuardianLine(
        guardian.id, person.id, person.name, guardian.group, guardian.sheet,
        day_of(guardian.made_at), guardian.kept_at is not None,
        person.joined_on <= day and (person.left_on is None or person.left_on >= day),
    )  # fmt: skip
