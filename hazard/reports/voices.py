"""Voice notes: cleaned before, stored durably before the row, heard by the receiving desk alone."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hazard.access.actor import Actor
from hazard.audit.work import Work
from hazard.core import chance
from hazard.core.errors import NotFound
from hazard.core.files import FileStore
from hazard.core.voices import Kind
from hazard.core.voices import Voice as Note
from hazard.people.working import shift_at
from hazard.reports.models import Report, Voice
from hazard.reports.photos import UNCLAIMED_H
from hazard.reports.queries import may_read

FOLDER = "voices"


def file_key(sha256: str) -> str:
    """Return where the file of a note lies in the store."""
    return f"{FOLDER}/{sha256}"


def store(files: FileStore, note: Note, at: datetime) -> None:
    """Put the note into the store, durable on return; `at` is the time its file carries."""
    files.put(file_key(note.sha256), note.body, at)


def add_unclaimed(work: Work, note: Note, submission_hash: str) -> Voice:
    """Note a voice of a form that is not sent yet; it takes the place of the one before."""
    earlier = Voice.submission_hash == submission_hash
    same = work.session.scalars(
        select(Voice).where(earlier, Voice.sha256 == note.sha256)
    ).one_or_none()
    if same is not None:
        return same
    replaced = update(Voice).where(earlier, Voice.report_id.is_(None))
    work.session.execute(replaced.values(submission_hash=None))
    return _add(work, note.sha256, note.kind, note.seconds, submission_hash)


def copy_to_form(work: Work, public_id: str, from_hash: str, to_hash: str) -> Voice | None:
    """Return the note a form sent, copied where the form got a fresh key; None if it sent none."""
    mine = Voice.submission_hash == from_hash
    had = work.session.scalars(
        select(Voice).where(mine, Voice.public_id == public_id)
    ).one_or_none()
    if had is None or from_hash == to_hash:
        return had
    return _add(work, had.sha256, had.sound, had.seconds, to_hash)


def list_voices(session: Session, report_ids: Iterable[int]) -> list[Voice]:
    """Return the notes of these reports, oldest first."""
    told = select(Voice).where(Voice.report_id.in_(list(report_ids)))
    return list(session.scalars(told.order_by(Voice.id)))


def get_audible(session: Session, actor: Actor, public_id: str) -> Voice:
    """Return the note if the actor's desk receives its report; raises `NotFound` for others."""
    voice = session.scalars(select(Voice).where(Voice.public_id == public_id)).one_or_none()
    report = session.get(Report, voice.report_id) if voice and voice.report_id else None
    if voice is None or report is None or not may_read(session, actor, report):
        raise NotFound
    return voice


def drop_unclaimed(work: Work) -> Sequence[str]:
    """Delete notes no report claimed in a day; return the digests nobody names any more."""
    old = select(Voice).where(
        Voice.report_id.is_(None), Voice.made_at < work.now - timedelta(hours=UNCLAIMED_H)
    )
    digests = set()
    for voice in work.session.scalars(old):
        digests.add(voice.sha256)
        work.session.delete(voice)
    work.session.flush()
    return sorted(digests - _named(work.session, digests))


def orphans(session: Session, files: FileStore, older_than: datetime) -> list[str]:
    """Return the keys of old files that no row names, such as a power cut leaves behind."""
    keys = {PurePosixPath(key).name: key for key in files.keys(FOLDER, older_than=older_than)}
    digests = list(keys)
    for start in range(0, len(digests), 500):
        for digest in _named(session, digests[start : start + 500]):
            del keys[digest]
    return sorted(keys.values())


def _add(work: Work, sha256: str, sound: Kind, seconds: int | None, form: str) -> Voice:
    voice = Voice(
        public_id=chance.symbols(20), sha256=sha256, sound=sound, seconds=seconds,
        submission_hash=form, made_at=shift_at(work.session, work.now, None).starts,
    )  # fmt: skip
    work.session.add(voice)
    work.session.flush()
    return voice


def _named(session: Session, digests: Iterable[str]) -> set[str]:
    return set(session.scalars(select(Voice.sha256).where(Voice.sha256.in_(list(digests)))))
