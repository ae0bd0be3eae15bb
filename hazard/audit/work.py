"""A piece of work: one transaction, one actor, one moment, one trail of events."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazard.access.actor import Actor
from hazard.audit.chain import blind, canonical, link
from hazard.audit.models import ChainHead, Event, EventPersonal
from hazard.core import chance, clock
from hazard.core.db import Database

_at_work: ContextVar[bool] = ContextVar("at_work", default=False)


class Subject(Protocol):
    """A row worth a trail: its `kind` is the first word of its events."""

    kind: ClassVar[str]

    @property
    def id(self) -> int:
        """Return the primary key."""


@dataclass(frozen=True, slots=True)
class Personal:
    """A fact that names or quotes a person: the event holds its hash, an erasable row the value."""

    value: str


@dataclass(frozen=True, slots=True)
class _Note:
    action: str
    subject: Subject
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Work:
    """What every verb receives first. `now` is the same moment for the whole work."""

    session: Session
    actor: Actor
    now: datetime
    _notes: list[_Note] = field(default_factory=list)
    _stamp: list[datetime] = field(default_factory=list)

    def record(self, action: str, subject: Subject, **facts: object) -> None:
        """Append an event about `subject`; what names or quotes a person is a `Personal`."""
        self._notes.append(_Note(f"{subject.kind}.{action}", subject, facts))

    def stamp(self, moment: datetime) -> None:
        """Date all events of this work `moment`: the coarse time of decisions 24."""
        self._stamp[:] = [moment]

    @property
    def stamped_at(self) -> datetime:
        """Return the moment the events of this work carry."""
        return self._stamp[0] if self._stamp else self.now

    def append_events(self) -> None:
        """Hang the noted events on the chain; last before the commit (decisions 27)."""
        if not self._notes:
            return
        self.session.flush()
        head = self.session.scalars(
            select(ChainHead).where(ChainHead.id == 1).with_for_update()
        ).one()
        for note in self._notes:
            self._append(head, note)
        self._notes.clear()
        self.session.flush()

    def _append(self, head: ChainHead, note: _Note) -> None:
        personal = {n: fact.value for n, fact in note.facts.items() if isinstance(fact, Personal)}
        if self.actor.person_id is not None:
            personal["actor"] = f"person:{self.actor.person_id}"
        salts = {name: chance.take(16).hex() for name in personal}
        blinded = {name: blind(salts[name], value) for name, value in personal.items()}
        actor_ref = blinded.pop("actor", "")
        seq, at = head.seq + 1, self.stamped_at
        body = canonical({**note.facts, **blinded})
        subject_id = note.subject.id
        fields = (actor_ref, note.action, note.subject.kind, str(subject_id), body)
        event = Event(
            seq=seq,
            at=at,
            actor_ref=actor_ref,
            action=note.action,
            subject_kind=note.subject.kind,
            subject_id=subject_id,
            body=body,
            prev=head.hash,
            hash=link(head.hash, seq, at, fields),
        )
        self.session.add(event)
        self.session.flush()
        self.session.add_all(
            EventPersonal(seq=seq, field=name, salt=salts[name], value=value)
            for name, value in personal.items()
        )
        head.seq, head.hash = seq, event.hash


@contextmanager
def writing(database: Database, actor: Actor) -> Iterator[Work]:
    """Do a piece of work: commit at the end, roll back on any exception.

    Only doorways (web, jobs, cli, demo) open work, and never one inside another.
    """
    if _at_work.get():
        raise RuntimeError("work is already under way; pass it on instead")
    token = _at_work.set(True)
    try:
        with database.writing() as session:
            work = Work(session, actor, clock.now())
            yield work
            work.append_events()
    finally:
        _at_work.reset(token)
