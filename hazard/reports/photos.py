"""Keeping pictures: re-encoded before, stored durably before the row that names them."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from hazard.audit.work import Work
from hazard.core import chance
from hazard.core.errors import TooLarge
from hazard.core.files import FileStore
from hazard.core.images import Picture
from hazard.core.words import N_, Sentence
from hazard.people.working import shift_at
from hazard.reports.intake import MAX_PHOTOS
from hazard.reports.models import Photo
from hazard.reports.queries import staff_form
from hazard.reports.terms import PhotoPart

PHOTO_FOLDER = "photos"
UNCLAIMED_H = 24
"""Photos no report claimed go after this many hours (decisions 31)."""


class TooManyPhotos(TooLarge):
    """More than nine."""

    def __init__(self) -> None:
        super().__init__(
            Sentence(N_("At most %(n)s photos; the first ones are kept"), n=MAX_PHOTOS),
            field="photos",
        )


def file_key(sha256: str) -> str:
    """Return where the file of a picture lies in the store."""
    return f"{PHOTO_FOLDER}/{sha256}.jpg"


def store(files: FileStore, picture: Picture, at: datetime) -> None:
    """Put the picture into the store, durable on return; `at` is the time its file carries."""
    files.put(file_key(picture.sha256), picture.jpeg, at)


def add_unclaimed(work: Work, picture: Picture, submission_hash: str) -> Photo:
    """Note a photo of a form that is not sent yet; the tenth raises `TooManyPhotos`."""
    mine = Photo.submission_hash == submission_hash
    same = work.session.scalars(select(Photo).where(mine, Photo.sha256 == picture.sha256)).first()
    if same is not None:
        return same
    if (work.session.scalar(select(func.count(Photo.id)).where(mine)) or 0) >= MAX_PHOTOS:
        raise TooManyPhotos
    shift = shift_at(work.session, work.now, None)
    return _add(work, picture, PhotoPart.REPORT, submission_hash, shift.starts)


def keyed_in(work: Work, report_id: int, photo: Photo, part: PhotoPart) -> None:
    """Give a photo of the form that keys in to its report: no uploader, hidden, coarse in time."""
    photo.report_id, photo.part = report_id, part
    photo.uploader_id, photo.shown_to_rectifiers = None, False
    photo.made_at = work.stamped_at


def let_go(work: Work, submission_hash: str, keep: Sequence[str]) -> None:
    """Take from a form the photos whose tick was removed; they go like all that nobody claimed."""
    unticked = update(Photo).where(
        Photo.submission_hash == submission_hash,
        Photo.report_id.is_(None),
        Photo.public_id.not_in(list(keep)),
    )
    work.session.execute(unticked.values(submission_hash=None))


def copy_to_form(work: Work, public_ids: Sequence[str], from_hash: str, to_hash: str) -> list[str]:
    """Give a form that got a fresh key the photos it had under the old one; return their ids."""
    had = select(Photo).where(
        Photo.public_id.in_(list(public_ids)), Photo.submission_hash == from_hash
    )
    shift = shift_at(work.session, work.now, None)
    copies = [
        Photo(
            public_id=chance.symbols(20), sha256=photo.sha256, dhash=photo.dhash,
            part=PhotoPart.REPORT, submission_hash=to_hash, made_at=shift.starts,
        )
        for photo in work.session.scalars(had.order_by(Photo.id).limit(MAX_PHOTOS))
    ]  # fmt: skip
    work.session.add_all(copies)
    work.session.flush()
    return [photo.public_id for photo in copies]


def add_of_case(work: Work, picture: Picture, part: PhotoPart) -> Photo:
    """Note a before or after photo; its uploader is the actor."""
    photo = _add(work, picture, part, None, work.now)
    photo.uploader_id, photo.shown_to_rectifiers = work.actor.person_id, True
    return photo


def add_later(work: Work, report_id: int, picture: Picture) -> None:
    """Give a report a photo its reporter brings later; equal ones count once.

    The tenth raises `TooManyPhotos`.
    """
    mine = select(Photo.sha256).where(
        Photo.report_id == report_id, Photo.part == PhotoPart.REPORT, Photo.made_from_id.is_(None)
    )
    have = set(work.session.scalars(mine))
    if picture.sha256 in have:
        return
    if len(have) >= MAX_PHOTOS:
        raise TooManyPhotos
    _add(work, picture, PhotoPart.REPORT, None, work.stamped_at).report_id = report_id


def release(work: Work, photo: Photo, *, shown: bool) -> None:
    """Let the rectifying side see a photo of a report, or hide it again."""
    photo.shown_to_rectifiers = shown
    work.record("released" if shown else "hidden", photo)


def add_copy(work: Work, photo: Photo, picture: Picture) -> Photo:
    """Note a copy of a report's photo with parts blacked out or cut away (edge 41)."""
    copy = _add(work, picture, photo.part, None, photo.made_at)
    copy.report_id, copy.made_from_id = photo.report_id, photo.id
    copy.uploader_id = work.actor.person_id
    work.session.flush()
    return copy


def add_of_staff(work: Work, picture: Picture) -> Photo:
    """Note a photo of a staff form that was refused; for a day only the actor can claim it."""
    person_id = work.actor.person_id or 0
    photo = _add(work, picture, PhotoPart.AFTER, staff_form(person_id), work.now)
    photo.uploader_id = person_id
    return photo


def claim_of_staff(work: Work, public_ids: Sequence[str], part: PhotoPart) -> list[Photo]:
    """Return the actor's own photos that came back with a form, now those of a case."""
    mine = select(Photo).where(
        Photo.submission_hash == staff_form(work.actor.person_id or 0),
        Photo.public_id.in_(list(public_ids)),
    )
    back = list(work.session.scalars(mine.order_by(Photo.id)))
    for photo in back:
        photo.submission_hash, photo.part, photo.shown_to_rectifiers = None, part, True
    return back


def drop_unclaimed(work: Work) -> Sequence[str]:
    """Delete photos nobody claimed in time; return the digests nobody names any more."""
    old = select(Photo).where(
        Photo.report_id.is_(None),
        or_(Photo.part == PhotoPart.REPORT, Photo.submission_hash.is_not(None)),
        Photo.made_at < work.now - timedelta(hours=UNCLAIMED_H),
    )
    digests = set()
    for photo in work.session.scalars(old):
        digests.add(photo.sha256)
        work.session.delete(photo)
    work.session.flush()
    return sorted(digests - _named(work.session, digests))


def orphans(session: Session, files: FileStore, older_than: datetime) -> list[str]:
    """Return the keys of old files that no photo names, such as a power cut leaves behind."""
    keys = files.keys(PHOTO_FOLDER, older_than=older_than)
    by_digest = {PurePosixPath(key).stem: key for key in keys}
    digests = list(by_digest)
    for start in range(0, len(digests), 500):
        for digest in _named(session, digests[start : start + 500]):
            del by_digest[digest]
    return sorted(by_digest.values())


def _named(session: Session, digests: Iterable[str]) -> set[str]:
    """Return those of the digests that a photo still names."""
    return set(session.scalars(select(Photo.sha256).where(Photo.sha256.in_(list(digests)))))


def _add(
    work: Work, picture: Picture, part: PhotoPart, submission_hash: str | None, at: datetime
) -> Photo:
    photo = Photo(
        public_id=chance.symbols(20), sha256=picture.sha256, dhash=picture.dhash, part=part,
        submission_hash=submission_hash, made_at=at,
    )  # fmt: skip
    work.session.add(photo)
    work.session.flush()
    return photo
