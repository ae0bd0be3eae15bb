"""Deployment settings, read once at start: the environment, then `settings.toml`, then defaults."""

import errno
import json
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryFile
from urllib.parse import urlsplit

from hazard.core import chance
from hazard.core.errors import Unclear
from hazard.core.words import N_, Sentence

PREFIX, BUCKET = "HAZARD_", "AWS_"
ANSWERS_FILE = "settings.toml"
DATABASES = ("sqlite:///", "postgresql://", "postgresql+psycopg://")
KEY_BYTES = 32
NO_FOLDER = {
    errno.EACCES: N_("This user may not write to %(folder)s. Run the command as root"),
    errno.EROFS: N_("%(folder)s is mounted read-only. Mount it for writing first"),
    errno.ENOSPC: N_("The disk of %(folder)s is full. Make room first"),
    errno.EEXIST: N_("%(folder)s is a file. Name a folder with HAZARD_INSTANCE"),
    errno.ENOTDIR: N_("%(folder)s is a file. Name a folder with HAZARD_INSTANCE"),
}
OTHERS_MAY_READ = 0o077


class BadSetting(Unclear):
    """A setting the server cannot start with."""


class BadFolder(Unclear):
    """The instance folder is not this server's to write."""


class BadKeys(Unclear):
    """The secret keys are incomplete or lie open to others."""


class Reach(StrEnum):
    """How phones come to the server; answered at set-up."""

    NONE = "none"
    WIFI = "wifi"
    DOMAIN = "domain"


@dataclass(frozen=True, slots=True)
class Settings:
    """What this installation was told. Paths are absolute, `base_url` ends without a slash."""

    instance: Path
    host: str
    port: int
    base_url: str
    database_url: str = field(repr=False)  # may hold a password
    photo_store: str
    """A folder, or `s3://bucket/prefix`."""
    backup_folder: Path
    """Where a copy of everything is put each night."""
    reach: Reach
    wifi_ssid: str
    wifi_password: str = field(repr=False)
    bucket: Mapping[str, str] = field(repr=False, hash=False)
    """How to reach a bucket, by the customary names such as `AWS_ENDPOINT_URL`."""
    fixed: frozenset[str]
    """Names of the fields the environment fixes, so that a page cannot change them."""

    @property
    def secure_cookies(self) -> bool:
        """Whether browsers come by https, so that cookies may insist on it."""
        return self.base_url.startswith("https://")


@dataclass(frozen=True, slots=True)
class Keys:
    """The secret keys of this installation, 32 bytes each."""

    session: bytes = field(repr=False)
    receipt: bytes = field(repr=False)


def load(environ: Mapping[str, str], root: Path) -> Settings:
    """Read the settings; relative folders are counted from `root`.

    Raises `BadSetting` for an unknown `HAZARD_*` name and for a value that cannot be used.
    An empty variable counts as not given.
    """
    given = _from_environment(environ)
    instance = root / given.pop("instance", "instance")
    bucket = {name: value for name, value in environ.items() if name.startswith(BUCKET)}
    settings = _settings(root, instance.absolute(), read_answers(instance), given)
    return replace(settings, bucket=bucket)


def read_answers(instance: Path) -> dict[str, str]:
    """Return what was answered at set-up, as text by field name; nothing before set-up."""
    path = instance / ANSWERS_FILE
    if not path.exists():
        return {}
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSetting(Sentence(N_("%(file)s is not valid TOML"), file=str(path))) from error
    return _checked_answers(content)


def save_answers(settings: Settings, **answers: str | int) -> None:
    """Add `answers` to the settings file of this installation; they count at the next start.

    Takes host, port, base_url, reach, wifi_ssid, wifi_password. Raises `BadSetting` before
    anything is written when the server could not start with them.
    """
    merged = read_answers(settings.instance) | {name: str(it) for name, it in answers.items()}
    _checked_answers({"server": merged})
    _settings(settings.instance, settings.instance, merged, {})
    lines = [f"{name} = {_toml(name, value)}" for name, value in sorted(merged.items())]
    replace_file(settings.instance / ANSWERS_FILE, "\n".join(["[server]", *lines, ""]).encode())


def need_folder(instance: Path) -> None:
    """Make the instance folder, or raise `BadFolder` where nothing can be written into it."""
    try:
        instance.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=instance):
            pass
    except OSError as error:
        words = NO_FOLDER.get(error.errno or 0, N_("Nothing can be written to %(folder)s: %(why)s"))
        facts = Sentence(words, folder=str(instance), why=error.strerror)
        raise BadFolder(facts) from error


def keys(instance: Path) -> Keys:
    """Return the secret keys, made on the first start.

    Raises `BadKeys` when a file is missing, damaged, or open to other users of the machine; a
    plant that was set up gets no new keys, since they would open none of its receipts.
    """
    folder = instance / "keys"
    if not folder.exists() and "reach" not in read_answers(instance):  # set-up answers it
        _make_keys(folder)
    return Keys(_read_key(folder / "session.key"), _read_key(folder / "receipt.key"))


def _settings(
    root: Path, instance: Path, answers: Mapping[str, str], given: Mapping[str, str]
) -> Settings:
    told = {**answers, **given}
    reach = _reach(told.get("reach", Reach.NONE))
    port = _port(told.get("port", "8000"))
    return Settings(
        instance=instance,
        host=_host(told.get("host", _usual_host(reach))),
        port=port,
        base_url=_base_url(told.get("base_url", f"http://127.0.0.1:{port}")),
        database_url=_database_url(told.get("database_url", f"sqlite:///{instance}/hazard.db")),
        photo_store=_photo_store(told.get("photo_store", f"{instance}/photos"), root),
        backup_folder=root / told.get("backup_folder", instance / "backups"),
        reach=reach,
        wifi_ssid=told.get("wifi_ssid", ""),
        wifi_password=told.get("wifi_password", ""),
        bucket={},
        fixed=frozenset(given),
    )


FROM_ENVIRONMENT = (
    "instance", "host", "port", "base_url", "database_url", "photo_store", "backup_folder",
)  # fmt: skip
FROM_ANSWERS = ("host", "port", "base_url", "reach", "wifi_ssid", "wifi_password")


def _from_environment(environ: Mapping[str, str]) -> dict[str, str]:
    given = {name: value for name, value in environ.items() if name.startswith(PREFIX) and value}
    known = {f"{PREFIX}{field_name.upper()}": field_name for field_name in FROM_ENVIRONMENT}
    for name in sorted(given):
        if name not in known:
            raise BadSetting(
                Sentence(
                    N_("The environment variable %(name)s is not known; known are %(known)s"),
                    name=name,
                    known=tuple(known),
                )
            )
    return {known[name]: value for name, value in given.items()}


def _checked_answers(content: Mapping[str, object]) -> dict[str, str]:
    server = content.get("server", {})
    tables = {name for name in content if name != "server"}
    names = set(server) if isinstance(server, dict) else {"server"}
    unknown = tables | (names - set(FROM_ANSWERS))
    if unknown or not isinstance(server, dict):
        raise BadSetting(
            Sentence(
                N_("%(file)s holds names that are not known: %(names)s"),
                file=ANSWERS_FILE,
                names=tuple(sorted(unknown)),
            )
        )
    return {name: str(value) for name, value in server.items()}


def _usual_host(reach: Reach) -> str:
    """All addresses when phones come by the plant's Wi-Fi; a proxy stands on this machine."""
    return "0.0.0.0" if reach is Reach.WIFI else "127.0.0.1"  # noqa: S104 - Wi-Fi was asked for


def _refuse_unless(fits: object, name: str, msgid: str) -> None:
    if not fits:
        raise BadSetting(Sentence(msgid), field=name)


def _reach(text: str) -> Reach:
    msgid = N_("The way phones come (reach) is one of none, wifi, domain")
    _refuse_unless(text in set(Reach), "reach", msgid)
    return Reach(text)


def _port(text: str) -> int:
    fits = re.fullmatch(r"[0-9]{1,5}", text) and 1 <= int(text) <= 65535
    _refuse_unless(fits, "port", N_("The port is a whole number from 1 to 65535"))
    return int(text)


def _host(text: str) -> str:
    fits = re.fullmatch(r"[0-9A-Za-z.:-]+", text)
    _refuse_unless(fits, "host", N_("The host is a machine's name or IP address, without port"))
    return text


def _base_url(text: str) -> str:
    msgid = N_("The address phones open looks like https://name or http://name:port, nothing more")
    address = text.rstrip("/")
    fits = re.fullmatch(r"https?://(\[[0-9A-Fa-f:]+\]|[0-9A-Za-z.-]+)(:[0-9]{1,5})?", address)
    _refuse_unless(fits, "base_url", msgid)
    port = address.rpartition(":")[2]
    _refuse_unless(not port.isdigit() or 1 <= int(port) <= 65535, "base_url", msgid)
    return address


def _database_url(text: str) -> str:
    """Let every spelling of PostgreSQL use the driver that is installed."""
    fits = text.startswith(DATABASES) and text not in DATABASES
    msgid = N_("The database is named sqlite:///file or postgresql://user:password@machine/name")
    _refuse_unless(fits, "database_url", msgid)
    return re.sub(r"^postgresql://", "postgresql+psycopg://", text)


def _photo_store(text: str, root: Path) -> str:
    if "://" not in text:
        return str((root / text).absolute())
    address = urlsplit(text)
    fits = address.scheme == "s3" and address.netloc
    _refuse_unless(fits, "photo_store", N_("Photos are kept in a folder or in s3://bucket/prefix"))
    return text.rstrip("/")


def _toml(name: str, value: str) -> str:
    """Write a value: the port as a number, else a string, where JSON escapes all but DEL."""
    if name == "port":
        return str(int(value))
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _make_keys(folder: Path) -> None:
    """Make the folder in one step, so that a second server starting now finds all or nothing."""
    beside = folder.with_name(f"keys.new-{chance.take(8).hex()}")
    beside.mkdir(mode=0o700, parents=True)
    for name in ("session.key", "receipt.key"):
        _write_durably(beside / name, chance.take(KEY_BYTES))
    try:
        beside.rename(folder)
    except OSError:  # the other server was first; its keys count
        for path in beside.iterdir():
            path.unlink()
        beside.rmdir()
    _sync_folder(folder.parent)


def _read_key(path: Path) -> bytes:
    if not path.exists():
        raise _bad_key(path, N_("The key %(file)s is missing; restore it from the backup"))
    if os.name == "posix" and _opened_to_others(path):
        raise _bad_key(path, N_("Other users can read the key %(file)s; run: chmod 600 %(file)s"))
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise _bad_key(path, N_("The key %(file)s is damaged; restore it from the backup"))
    return key


def _opened_to_others(path: Path) -> bool:
    return bool(path.stat().st_mode & OTHERS_MAY_READ)


def _bad_key(path: Path, msgid: str) -> BadKeys:
    return BadKeys(Sentence(msgid, file=str(path)))


def replace_file(path: Path, content: bytes) -> None:
    """Put `content` in the place of a file: after a power cut there is the old or the new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.new-{chance.take(8).hex()}")
    _write_durably(beside, content)
    beside.replace(path)
    _sync_folder(path.parent)


def _write_durably(path: Path, content: bytes) -> None:
    with open(path, "xb", opener=_for_owner_only) as target:
        target.write(content)
        target.flush()
        os.fsync(target.fileno())


def _for_owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":  # Windows has no handle on a folder
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
