"""Telling people: in the same transaction as the deed, once a key and recipient."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hazard.audit.work import Work
from hazard.core.words import Sentence, Term, write
from hazard.notices.models import Notice


@dataclass(frozen=True, slots=True)
class Message:
    """A notice as its reader sees it."""

    id: int
    sentence: Sentence
    link: str
    made_at: datetime
    unread: bool


def tell(
    work: Work, recipients: Iterable[int], sentence: Sentence, *, key: str, link: str = ""
) -> None:
    """Put `sentence` into the box of each recipient; whoever has one of this `key` is passed over.

    The notice carries the coarse moment of the work, so that it tells no more than the trail.
    """
    values = json.dumps({name: _plain(value) for name, value in sentence.values})
    wanted = set(recipients)
    for recipient in sorted(wanted - _told(work.session, wanted, key)):
        work.session.add(
            Notice(
                recipient_id=recipient,
                key=key,
                msgid=sentence.msgid,
                values_json=values,
                link=link,
                made_at=work.stamped_at,
                read_at=None,
            )
        )


def list_messages(session: Session, person_id: int, limit: int = 100) -> list[Message]:
    """Return a person's notices, newest first."""
    mine = select(Notice).where(Notice.recipient_id == person_id).order_by(Notice.id.desc())
    return [
        Message(
            n.id,
            Sentence(n.msgid, **_restored(n.values_json)),
            n.link,
            n.made_at,
            n.read_at is None,
        )
        for n in session.scalars(mine.limit(limit))
    ]


@dataclass(frozen=True, slots=True)
class Sent:
    """A notice as the file of its subject keeps it."""

    id: int
    recipient_id: int
    sentence: Sentence
    made_at: datetime


def list_sent(session: Session, link: str, limit: int = 200) -> list[Sent]:
    """Return the notices about what stands at an address of the product, oldest first."""
    about = select(Notice).where(Notice.link == link).order_by(Notice.id).limit(limit)
    return [
        Sent(n.id, n.recipient_id, Sentence(n.msgid, **_restored(n.values_json)), n.made_at)
        for n in session.scalars(about)
    ]


def count_unread(session: Session, person_id: int) -> int:
    """Return how many notices the person has not read."""
    unread = select(func.count()).where(Notice.recipient_id == person_id, Notice.read_at.is_(None))
    return session.scalar(unread) or 0


def mark_read(work: Work) -> None:
    """Mark all notices of the actor as read."""
    mine = update(Notice).where(
        Notice.recipient_id == work.actor.person_id, Notice.read_at.is_(None)
    )
    work.session.execute(mine.values(read_at=work.now))


def _told(session: Session, recipients: set[int], key: str) -> set[int]:
    """Return who of these has a notice of this key already."""
    known = select(Notice.recipient_id).where(
        Notice.recipient_id.in_(recipients), Notice.key == key
    )
    return set(session.scalars(known)) if recipients else set()


def _plain(value: object) -> object:
    if isinstance(value, Term):
        value = value.label
    if isinstance(value, Sentence):
        return {"msgid": value.msgid, "values": {k: _plain(v) for k, v in value.values}}
    if isinstance(value, (datetime, date)):
        return write(value)
    return value if isinstance(value, (int, str)) else str(value)


def _restored(stored: str) -> dict[str, object]:
    return {name: _sentence_again(value) for name, value in json.loads(stored).items()}


def _sentence_again(value: object) -> object:
    if isinstance(value, dict):
        msgid = value["msgid"]
        return Sentence(msgid, **{n: _sentence_again(each) for n, each in value["values"].items()})
    return value
