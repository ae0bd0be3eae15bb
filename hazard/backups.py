"""Copying everything the plant has, and bringing it back."""

import hashlib
import json
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import make_url

from hazard.audit.queries import get_head
from hazard.core import clock
from hazard.core.errors import Refused
from hazard.core.house import House
from hazard.core.words import N_, Sentence
from hazard.migrations import FOLDER
from hazard.places.queries import PROOF_FOLDER
from hazard.reports.photos import PHOTO_FOLDER

DATABASE, DUMP, PHOTOS, MANIFEST = "hazard.db", "hazard.dump", "photos", "manifest.json"
KEPT = ("keys", "settings.toml")
"""What of the instance folder is copied besides."""


class BackupBroken(Refused):
    """What lies in the folder is not a whole backup."""


def back_up(house: House, target: Path) -> Path:
    """Write database, photos, keys and settings to a new folder under `target`; return it.

    The folder holds keys that open receipt codes: keep it as safe as the server. Photos are
    named by what they hold, so the copy is checked against their names on restoring.
    """
    folder = target / f"hazard-{clock.now():%Y%m%d-%H%M%S}"
    (folder / PHOTOS).mkdir(parents=True, mode=0o700)
    _copy_database(house, folder)
    keys = [key for kept in (PHOTO_FOLDER, PROOF_FOLDER) for key in sorted(house.files.keys(kept))]
    photos = [_copy_photo(house, key, folder) for key in keys]
    for name in KEPT:
        _copy(house.settings.instance / name, folder / name)
    with house.database.reading() as session:
        seq, head = get_head(session)
    manifest = {"made": clock.now().isoformat(), "events": seq, "head": head, "photos": photos}
    manifest["digests"] = _digests(folder)
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    return folder


def restore(house: House, folder: Path) -> int:
    """Bring a backup into an empty instance; return how many photos came back.

    Refuses a folder whose files are not what its manifest says, or a database in use.
    """
    manifest = _checked_manifest(folder)
    _need_empty(house)
    _restore_database(house, folder)
    for key in manifest["photos"]:
        house.files.put(key, (folder / PHOTOS / key).read_bytes())
    for name in KEPT:
        _copy(folder / name, house.settings.instance / name)
    return len(manifest["photos"])


def back_up_before_migration(house: House) -> Path | None:
    """Copy the database beside itself before its tables change; None where nothing changes."""
    with house.database.engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    if present in {None, ScriptDirectory.from_config(config).get_current_head()}:
        return None
    folder = house.settings.instance / "backups" / f"before-{present}-{clock.now():%Y%m%d-%H%M%S}"
    folder.mkdir(parents=True, mode=0o700)
    _copy_database(house, folder)
    return folder


def _copy_database(house: House, folder: Path) -> None:
    if house.database.is_sqlite:
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
    with house.database.engine.connect() as connection:
        in_use = connection.dialect.has_table(connection, "plant") and connection.scalar(
            text("SELECT count(*) FROM plant")
        )
    if in_use:
        raise Refused(
            Sentence(N_("This instance holds a plant already. Restore into an empty one"))
        )


def _checked_manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    if not path.exists():
        raise BackupBroken(Sentence(N_("No backup lies in %(folder)s"), folder=str(folder)))
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


def _copy_photo(house: House, key: str, folder: Path) -> str:
    target = folder / PHOTOS / key
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(house.files.get(key))
    return key


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    elif source.exists():
        shutil.copy2(source, target)
