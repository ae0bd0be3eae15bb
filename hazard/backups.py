"""Copying everything the plant has, and bringing it back."""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import make_url

from hazard.audit.queries import get_head
from hazard.core import clock
from hazard.core.errors import Refused
from hazard.core.house import House
from hazard.core.lease import LEADER, is_fresh
from hazard.core.limits import Room, free_bytes
from hazard.core.noted import note
from hazard.core.words import N_, Sentence

DATABASE, DUMP, PHOTOS, MANIFEST = "hazard.db", "hazard.dump", "photos", "manifest.json"
KEPT = ("keys", "settings.toml")
"""What of the instance folder is copied besides."""


NOTED = "backup"
NIGHTLY, NIGHTS = "nightly", 7
FLEETING = ("imports/", "results/")
"""Uploads still to be confirmed and prints to be fetched: gone in a week anyway."""


class BackupBroken(Refused):
    """What lies in the folder is not a whole backup."""


class NoRoomForBackup(Refused):
    """The copy would fill the disk it goes to."""


def back_up(house: House, target: Path, *, label: str = "hazard", like: Path | None = None) -> Path:
    """Write database, files, keys and settings to a new folder under `target`; return it.

    The folder holds keys that open receipt codes: keep it as safe as the server. Files an earlier
    copy (`like`) on the same disk holds too are not written again. When it was made is noted.
    Refuses with `NoRoomForBackup`; then nothing is left under `target`.
    """
    folder = target / f"{label}-{clock.now():%Y%m%d-%H%M%S}"
    (folder / PHOTOS).mkdir(parents=True, mode=0o700)
    try:
        _fill(house, folder, like)
    except BaseException:
        shutil.rmtree(folder)
        raise
    note(house.settings.instance, NOTED, at=clock.now().isoformat(), folder=str(folder))
    return folder


def back_up_nightly(house: House) -> None:
    """Put tonight's copy into the backup folder and drop all but the newest seven."""
    target = house.settings.backup_folder
    earlier = _whole(target)
    back_up(house, target, label=NIGHTLY, like=earlier[-1] if earlier else None)
    kept = _whole(target)[-NIGHTS:]
    for folder in target.glob(f"{NIGHTLY}-*"):
        if folder not in kept:
            shutil.rmtree(folder)


def restore(house: House, folder: Path) -> int:
    """Bring a backup into an empty instance; return how many photos came back.

    Refuses a folder whose files are not what its manifest says, a database in use, and a server
    that still runs: what it had not written down yet would fall into the middle of the backup.
    """
    manifest = _checked_manifest(folder)
    _need_empty(house)
    _restore_database(house, folder)
    for key in manifest["photos"]:
        house.files.put(key, (folder / PHOTOS / key).read_bytes())
    for name in KEPT:
        _copy(folder / name, house.settings.instance / name)
    return len(manifest["photos"])


def _fill(house: House, folder: Path, like: Path | None) -> None:
    copy_database(house, folder)
    stored = house.files.keys("")
    keys = [key for key in stored if not key.startswith(FLEETING)]
    files = [_copy_file(house, key, folder, like) for key in keys]
    for name in KEPT:
        _copy(house.settings.instance / name, folder / name)
    with house.database.reading() as session:
        seq, head = get_head(session)
    manifest = {"made": clock.now().isoformat(), "events": seq, "head": head, "photos": files}
    manifest["digests"] = _digests(folder)
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")


def _whole(target: Path) -> list[Path]:
    """Return the nightly copies that were finished, the oldest first."""
    return sorted(path.parent for path in target.glob(f"{NIGHTLY}-*/{MANIFEST}"))


def copy_database(house: House, folder: Path) -> None:
    """Write a consistent copy of the database into `folder`, beside running writers."""
    if house.database.is_sqlite:
        _need_room(folder, _database_size(house))
        # VACUUM INTO is one consistent copy beside running writers, made in a fraction of a second.
        with house.database.engine.connect() as connection:
            plain = connection.execution_options(isolation_level="AUTOCOMMIT")
            plain.execute(text("ROLLBACK"))
            plain.execute(text("VACUUM INTO :target"), {"target": str(folder / DATABASE)})
        return
    _postgres_tool("pg_dump", house, "--format=custom", f"--file={folder / DUMP}")


def _restore_database(house: House, folder: Path) -> None:
    if not house.database.is_sqlite:
        _postgres_tool("pg_restore", house, "--no-owner", str(folder / DUMP), into=True)
        return
    house.database.close()
    target = Path(make_url(house.settings.database_url).database or "")
    for leftover in target.parent.glob(f"{target.name}-*"):
        leftover.unlink()
    with sqlite3.connect(folder / DATABASE) as source, sqlite3.connect(target) as destination:
        source.backup(destination)


def _postgres_tool(tool: str, house: House, *words: str, into: bool = False) -> None:
    url = make_url(house.settings.database_url).set(drivername="postgresql")
    address = url.render_as_string(hide_password=False)
    target = [f"--dbname={address}"] if into else [address]
    found = shutil.which(tool)
    if found is None:
        raise Refused(Sentence(N_("The program %(tool)s is missing on this computer"), tool=tool))
    subprocess.run([found, *target, *words], check=True)  # noqa: S603 - our own words


def _need_empty(house: House) -> None:
    with house.database.reading() as session:
        if not session.connection().dialect.has_table(session.connection(), "plant"):
            return
        if session.scalar(text("SELECT count(*) FROM plant")):
            raise Refused(
                Sentence(N_("This instance holds a plant already. Restore into an empty one"))
            )
        if is_fresh(session, LEADER, clock.now()):
            words = N_("The server is running. Stop it first (systemctl stop hazard, or Ctrl+C)")
            raise Refused(Sentence(words))


def _checked_manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    if not path.exists():
        inside = sorted(path.parent.name for path in folder.glob(f"*/{MANIFEST}"))
        words = N_("No backup lies in %(folder)s itself; name the folder in it: %(inside)s")
        bare = N_("No backup lies in %(folder)s")
        raise BackupBroken(
            Sentence(words if inside else bare, folder=str(folder), inside=tuple(inside))
        )
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if manifest["digests"] != _digests(folder):
        raise BackupBroken(
            Sentence(N_("The backup in %(folder)s is damaged or incomplete"), folder=str(folder))
        )
    return manifest


def _digests(folder: Path) -> dict[str, str]:
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != MANIFEST)
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def _copy_file(house: House, key: str, folder: Path, like: Path | None) -> str:
    """Link what `like` holds: files are named by what is in them, so the same name is the same."""
    target = folder / PHOTOS / key
    target.parent.mkdir(parents=True, exist_ok=True)
    if like is None or not _linked(like / PHOTOS / key, target):
        body = house.files.get(key)
        _need_room(folder, len(body))
        target.write_bytes(body)
    return key


def _linked(source: Path, target: Path) -> bool:
    try:
        os.link(source, target)
    except OSError:  # not there yet, or a disk that knows no links
        return False
    return True


def _database_size(house: House) -> int:
    with house.database.engine.connect() as connection:
        pages = connection.scalar(text("PRAGMA page_count")) or 0
        return int(pages) * int(connection.scalar(text("PRAGMA page_size")) or 0)


def _need_room(folder: Path, size: int) -> None:
    if free_bytes(folder) < size + Room.PHOTO:
        words = N_("The disk has too little room for a backup in %(folder)s")
        raise NoRoomForBackup(Sentence(words, folder=str(folder.parent)))


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    elif source.exists():
        shutil.copy2(source, target)
