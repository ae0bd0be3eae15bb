"""Reading the trail, and proving that nobody changed it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazard.audit.chain import GENESIS, blind, link
from hazard.audit.models import ChainHead, Event, EventPersonal
from hazard.core.db import one_of


@dataclass(frozen=True, slots=True)
class Happening:
    """One event as a timeline shows it. `actor_id` is None where the trail names nobody."""

    seq: int
    at: datetime
    action: str
    subject_kind: str
    subject_id: int
    actor_id: int | None
    facts: Mapping[str, object]


def list_happenings(
    session: Session, subjects: Iterable[tuple[str, int]], limit: int = 500
) -> list[Happening]:
    """Return the events about any of `subjects` (kind, id), oldest first."""
    wanted = list(subjects)
    if not wanted:
        return []
    about = one_of(Event.subject_kind, Event.subject_id, wanted)
    events = session.scalars(select(Event).where(about).order_by(Event.seq).limit(limit)).all()
    actors = _actors(session, events)
    return [_happening(event, actors) for event in events]


def list_latest(session: Session, before: int | None = None, limit: int = 50) -> list[Happening]:
    """Return the newest events, newest first, those before `before` if it is given."""
    query = select(Event).order_by(Event.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(Event.seq < before)
    events = session.scalars(query).all()
    actors = _actors(session, events)
    return [_happening(event, actors) for event in events]


_HEAD = select(ChainHead.seq, ChainHead.hash).where(ChainHead.id == 1)


def get_head(session: Session) -> tuple[int, str]:
    """Return number and hash of the last event."""
    head = session.execute(_HEAD).one()
    return head.seq, head.hash


def verify_trail(session: Session, anchor: tuple[int, str] | None = None) -> list[str]:
    """Return what is wrong with the chain, one line a fault; empty if it is whole.

    `anchor` is a number and hash noted elsewhere earlier; the chain must still hold it.
    """
    faults, prev, expected = [], GENESIS, 1
    for event in session.scalars(
        select(Event).order_by(Event.seq).execution_options(yield_per=1000)
    ):
        faults += _faults(event, prev, expected)
        if anchor and anchor[0] == event.seq and not event.hash.startswith(anchor[1].lower()):
            faults.append(f"event {event.seq}: not the hash noted in the anchor")
        prev, expected = event.hash, event.seq + 1
    if get_head(session) != (expected - 1, prev):
        faults.append(f"the chain ends at event {expected - 1}, the head says otherwise")
    if anchor and anchor[0] >= expected:
        faults.append(f"event {anchor[0]} of the anchor is missing")
    return faults + _wrong_personal(session)


def _faults(event: Event, prev: str, expected: int) -> list[str]:
    faults = []
    if event.seq != expected:
        faults.append(f"event {expected}: missing")
    if event.prev != prev:
        faults.append(f"event {event.seq}: does not hang on the event before")
    fields = (event.actor_ref, event.action, event.subject_kind, str(event.subject_id), event.body)
    if event.hash != link(event.prev, event.seq, event.at, fields):
        faults.append(f"event {event.seq}: changed after it was written")
    return faults


def _wrong_personal(session: Session) -> list[str]:
    rows = session.execute(select(EventPersonal, Event).join(Event, Event.seq == EventPersonal.seq))
    faults = []
    for personal, event in rows:
        facts = {**json.loads(event.body), "actor": event.actor_ref}
        if facts.get(personal.field) != blind(personal.salt, personal.value):
            faults.append(f"event {event.seq}: {personal.field} is not what was recorded")
    return faults


def _actors(session: Session, events: Sequence[Event]) -> Mapping[int, int]:
    if not events:
        return {}
    rows = session.scalars(
        select(EventPersonal).where(
            EventPersonal.field == "actor", EventPersonal.seq.in_([e.seq for e in events])
        )
    )
    return {row.seq: int(row.value.removeprefix("person:")) for row in rows}


def _happening(event: Event, actors: Mapping[int, int]) -> Happening:
    return Happening(
        event.seq,
        event.at,
        event.action,
        event.subject_kind,
        event.subject_id,
        actors.get(event.seq),
        json.loads(event.body),
    )
