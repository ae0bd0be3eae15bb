"""Keeping pictures: re-encoded before, stored durably before the row that names them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select

from hazard.audit.work import Work
from hazard.core import chance
from hazard.core.errors import TooLarge
from hazard.core.files import FileStore
from hazard.core.images import Picture
from hazard.core.words import N_, Sentence
from hazard.people.working import shift_at
from hazard.reports.intake import MAX_PHOTOS
from hazard.reports.models import Photo
from hazard.reports.terms import PhotoPart

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
    return f"photos/{sha256[:2]}/{sha256}.jpg"


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


def add_of_case(work: Work, picture: Picture, part: PhotoPart) -> Photo:
    """Note a before or after photo; its uploader is the actor."""
    photo = _add(work, picture, part, None, work.now)
    photo.uploader_id, photo.shown_to_rectifiers = work.actor.person_id, True
    return photo


def release(work: Work, photo: Photo, *, shown: bool) -> None:
    """Let the rectifying side see a photo of a report, or hide it again."""
    photo.shown_to_rectifiers = shown
    work.record("released" if shown else "hidden", photo)


def drop_unclaimed(work: Work) -> Sequence[str]:
    """Delete photos no report claimed in time; return the digests nobody names any more."""
    old = select(Photo).where(
        Photo.report_id.is_(None),
        Photo.part == PhotoPart.REPORT,
        Photo.made_at < work.now - timedelta(hours=UNCLAIMED_H),
    )
    digests = set()
    for photo in work.session.scalars(old):
        digests.add(photo.sha256)
        work.session.delete(photo)
    work.session.flush()
    still = set(work.session.scalars(select(Photo.sha256).where(Photo.sha256.in_(digests))))
    return sorted(digests - still)


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
