"""Where photos and printed files are kept: a folder of this machine, or a bucket."""

import errno
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import ObjectStore
from obstore.store import S3Store as Bucket

from hazard.core import chance
from hazard.core.errors import Busy, NotFound
from hazard.core.limits import NoRoom, Room
from hazard.core.words import N_, Sentence

if TYPE_CHECKING:
    from obstore.store import S3Config


class FileStore(Protocol):
    """Whole files under keys such as `photo/3f2a…`.

    A key is folders of at least three symbols and a name, all of a–z, 0–9, `-` and, in the name,
    single dots. Only keys made here are passed in, so a wrong one is a `ValueError`.
    """

    def put(self, key: str, body: bytes, at: datetime | None = None) -> None:
        """Keep `body`, durable on return; the same again changes nothing but the file's time.

        With `at` the file says it was written then: a report that hides its hour shows the start
        of the shift (decisions 24). Refuses with `NoRoom` or `Busy`.
        """

    def get(self, key: str) -> bytes:
        """Return what is kept under `key`; refuses with `NotFound`."""

    def has(self, key: str) -> bool:
        """Tell whether something is kept under `key`."""

    def delete(self, key: str, *, older_than: datetime | None = None) -> None:
        """Forget `key`; with `older_than` only if nobody has put it again since."""

    def keys(self, folder: str = "", *, older_than: datetime | None = None) -> Iterator[str]:
        """Yield all keys, or those of one folder, in order."""

    def sweep(self, older_than: datetime) -> None:
        """Remove what a power cut left half-written before `older_than`."""


_OPTIONS = frozenset(
    {
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_REGION",
        "AWS_ENDPOINT_URL",
        "AWS_VIRTUAL_HOSTED_STYLE_REQUEST",
    }
)


def open_store(location: str, options: Mapping[str, str]) -> FileStore:
    """Return the store at a folder's path or at `s3://bucket/prefix`.

    `options` are the customary names of `_OPTIONS`; others are left alone, since obstore refuses
    what it does not know. Plain http is spoken where `AWS_ENDPOINT_URL` says so.
    """
    if not location.startswith("s3://"):
        return LocalStore(Path(location))
    address = urlsplit(location)
    settings = {name: value for name, value in options.items() if name in _OPTIONS}
    plain = settings.get("AWS_ENDPOINT_URL", "").startswith("http://")
    bucket = Bucket(
        address.netloc, config=cast("S3Config", settings), client_options={"allow_http": plain}
    )
    return S3Store(bucket, address.path)


_KEY = re.compile(r"(?:[a-z0-9][a-z0-9-]{2,62}/)*[a-z0-9](?:\.?[a-z0-9-]){0,126}")
_NEW = ".new"


class LocalStore:
    """Files in a folder, spread over `ab/cd/` by the first symbols of their names."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self._settled: set[Path] = set()
        """Directories whose own entry is known to be on the disk."""

    def put(self, key: str, body: bytes, at: datetime | None = None) -> None:
        """Write, sync, rename, sync the folder: after a power cut all of it is there or none."""
        path = self._path(key)
        with _durable():
            new = self._written(body, at)
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                new.replace(path)
            except OSError:
                new.unlink(missing_ok=True)
                raise
            self._settle(path.parent, at)

    def get(self, key: str) -> bytes:
        """Return what is kept under `key`; refuses with `NotFound`."""
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError as nothing:
            raise NotFound from nothing

    def has(self, key: str) -> bool:
        """Tell whether something is kept under `key`."""
        return self._path(key).is_file()

    def delete(self, key: str, *, older_than: datetime | None = None) -> None:
        """Forget `key`; with `older_than` only if nobody has put it again since."""
        path = self._path(key)
        if _is_older(path, older_than):
            path.unlink(missing_ok=True)

    def keys(self, folder: str = "", *, older_than: datetime | None = None) -> Iterator[str]:
        """Yield all keys, or those of one folder, in order."""
        top = self._folder / (folder and _checked(folder))
        for path in sorted(top.rglob("*")):
            parts = path.relative_to(self._folder).parts
            if parts[0] != _NEW and path.is_file() and _is_older(path, older_than):
                yield "/".join((*parts[:-3], path.name))

    def sweep(self, older_than: datetime) -> None:
        """Remove what a power cut left half-written before `older_than`."""
        for path in (self._folder / _NEW).glob("*"):
            if _is_older(path, older_than):
                path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        *folders, name = _checked(key).split("/")
        # "_" stands in no key, so a padded folder never meets another name.
        return self._folder.joinpath(
            *folders, name[:2].ljust(2, "_"), name[2:4].ljust(2, "_"), name
        )

    def _written(self, body: bytes, at: datetime | None) -> Path:
        """Return a new file that holds `body` for good; on a failed sync nothing is left."""
        path = self._folder / _NEW / chance.token()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with os.fdopen(_new_and_private(path), "wb") as file:
                file.write(body)
                file.flush()
                _date(file.fileno(), at)
                os.fsync(file.fileno())
        except OSError:
            path.unlink(missing_ok=True)
            raise
        return path

    def _settle(self, directory: Path, at: datetime | None) -> None:
        """Sync `directory` and, once, the entries that lead to it."""
        way = [directory, *directory.parents]
        way = way[: way.index(self._folder) + 2]
        for place in way:
            if place == directory or place not in self._settled:
                _sync(place)
                self._settled.add(place)
        for place in (*way[:-1], self._folder / _NEW):
            _date(place, at)


class S3Store:
    """The same in a bucket of any store that obstore speaks to; its dates are the bucket's own."""

    def __init__(self, bucket: ObjectStore, prefix: str = "") -> None:
        self._bucket = bucket
        self._prefix = prefix.strip("/") + "/" if prefix.strip("/") else ""

    def put(self, key: str, body: bytes, at: datetime | None = None) -> None:  # noqa: ARG002
        """Keep `body`; the bucket answers once it is durable, and dates it itself."""
        with _reachable():
            obstore.put(self._bucket, self._name(key), body)

    def get(self, key: str) -> bytes:
        """Return what is kept under `key`; refuses with `NotFound`."""
        with _reachable():
            return bytes(obstore.get(self._bucket, self._name(key)).bytes())

    def has(self, key: str) -> bool:
        """Tell whether something is kept under `key`."""
        return self._written_at(key) is not None

    def delete(self, key: str, *, older_than: datetime | None = None) -> None:
        """Forget `key`; with `older_than` only if nobody has put it again since."""
        written = self._written_at(key)
        if written and (older_than is None or written < older_than):
            with _reachable():
                obstore.delete(self._bucket, self._name(key))

    def keys(self, folder: str = "", *, older_than: datetime | None = None) -> Iterator[str]:
        """Yield all keys, or those of one folder, in order."""
        top = self._prefix + (folder and _checked(folder))
        with _reachable():
            pages = list(obstore.list(self._bucket, prefix=top or None))
        for item in sorted(chain.from_iterable(pages), key=itemgetter("path")):
            if older_than is None or item["last_modified"] < older_than:
                yield item["path"].removeprefix(self._prefix)

    def sweep(self, older_than: datetime) -> None:
        """Do nothing: a bucket shows no half-written file."""

    def _name(self, key: str) -> str:
        return self._prefix + _checked(key)

    def _written_at(self, key: str) -> datetime | None:
        try:
            with _reachable():
                return obstore.head(self._bucket, self._name(key))["last_modified"]
        except NotFound:
            return None


def _checked(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise ValueError(f"not a key: {key!r}")
    return key


def _new_and_private(path: Path) -> int:
    return os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)


def _sync(directory: Path) -> None:
    entry = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(entry)
    finally:
        os.close(entry)


def _date(file: int | Path, at: datetime | None) -> None:
    if at is not None:
        os.utime(file, (at.timestamp(), at.timestamp()))


def _is_older(path: Path, moment: datetime | None) -> bool:
    if moment is None:
        return True
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC) < moment
    except FileNotFoundError:
        return False


@contextmanager
def _durable() -> Iterator[None]:
    """Refuse when the disk does not take it; a failed sync is never tried again on that file."""
    try:
        yield
    except OSError as failure:
        if failure.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise NoRoom(Room.PHOTO) from failure
        raise Busy(
            Sentence(N_("The file could not be kept. Send it again in a minute"))
        ) from failure


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except (NotFoundError, FileNotFoundError) as nothing:
        raise NotFound from nothing
    except BaseError as failure:
        raise Busy(
            Sentence(N_("The file store does not answer. Try again in a minute"))
        ) from failure
