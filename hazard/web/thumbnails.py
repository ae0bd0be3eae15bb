"""Small pictures inside a page, for those who may not fetch a photo by its address."""

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from hazard.core.images import Picture
from hazard.reports.photos import file_key
from hazard.web.doorway import house


class Kept(Protocol):
    """A photo whose file is in the store."""

    @property
    def public_id(self) -> str:
        """Return its name in addresses."""

    @property
    def sha256(self) -> str:
        """Return the name of its file."""


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A photo as the report form shows it."""

    id: str
    thumbnail: str
    """A `data:` address of at most 8 KB."""


def thumbnails(photos: Iterable[Kept]) -> list[Thumbnail]:
    """Return the photos whose files are there, made small again from what is kept."""
    files = house().files
    kept = [photo for photo in photos if files.has(file_key(photo.sha256))]
    return [Thumbnail(photo.public_id, as_data(_small(photo.sha256))) for photo in kept]


def of_picture(public_id: str, picture: Picture) -> Thumbnail:
    """Return a photo that was developed a moment ago."""
    return Thumbnail(public_id, as_data(picture.thumbnail))


def as_data(jpeg: bytes) -> str:
    """Return a JPEG as a `data:` address."""
    return f"data:image/jpeg;base64,{b64encode(jpeg).decode()}"


@lru_cache(maxsize=256)
def _small(sha256: str) -> bytes:
    return house().darkroom.develop(house().files.get(file_key(sha256))).thumbnail
