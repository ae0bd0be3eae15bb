import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import obstore
import pytest
from obstore.exceptions import GenericError
from obstore.store import MemoryStore

from hazard.core import clock, limits
from hazard.core.config import load
from hazard.core.errors import Busy, NotFound
from hazard.core.files import FileStore, LocalStore, S3Store, open_store
from hazard.core.limits import NoRoom, Room, need_room
from hazard.core.words import say

BODY = b"a photo"
KEY = f"photo/{hashlib.sha256(BODY).hexdigest()}"


@pytest.fixture(params=["folder", "bucket", "part of a bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    kinds: dict[str, Callable[[], FileStore]] = {
        "folder": lambda: LocalStore(tmp_path / "files"),
        "bucket": lambda: S3Store(MemoryStore()),
        "part of a bucket": lambda: S3Store(MemoryStore(), "/plant/two/"),
    }
    return kinds[request.param]()


@pytest.fixture
def local(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "files")


def files_in(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def test_what_is_put_can_be_got_until_it_is_deleted(store: FileStore) -> None:
    assert not store.has(KEY)
    store.put(KEY, BODY)
    assert store.has(KEY)
    assert store.get(KEY) == BODY
    store.delete(KEY)
    assert not store.has(KEY)
    with pytest.raises(NotFound):
        store.get(KEY)


def test_deleting_what_is_gone_already_is_no_error(store: FileStore) -> None:
    store.delete(KEY)
    assert list(store.keys()) == []


def test_the_same_photo_may_be_put_again(store: FileStore) -> None:
    store.put(KEY, BODY)
    store.put(KEY, BODY)
    assert list(store.keys()) == [KEY]
    assert store.get(KEY) == BODY


def test_keys_are_listed_by_folder_and_in_order(store: FileStore) -> None:
    for key in ("photo/bb22", "print/c1.pdf", "photo/aa11", "photo/old/aa00", "x"):
        store.put(key, BODY)
    assert list(store.keys()) == ["photo/aa11", "photo/bb22", "photo/old/aa00", "print/c1.pdf", "x"]
    assert list(store.keys("photo")) == ["photo/aa11", "photo/bb22", "photo/old/aa00"]


def test_only_what_is_old_is_listed_and_deleted_by_age(store: FileStore) -> None:
    store.put(KEY, BODY)
    before, after = (clock.now() + timedelta(hours=hours) for hours in (-1, 1))
    assert list(store.keys(older_than=before)) == []
    assert list(store.keys(older_than=after)) == [KEY]
    store.delete(KEY, older_than=before)
    assert store.has(KEY)
    store.delete(KEY, older_than=after)
    assert not store.has(KEY)


@pytest.mark.parametrize(
    "key",
    ["", "/etc/passwd", "photo/../x", "..", "photo//x", "photo/", "Photo/x", "photo/.x", "pho to/x",
     "photo/a..b", "photo\\x", "photo/x\n", "ab/cd/x", ".new/x", "photo/照片", "photo/_x"],
)  # fmt: skip
def test_a_key_of_any_other_form_is_an_error_in_the_program(store: FileStore, key: str) -> None:
    for deed in (lambda: store.put(key, BODY), lambda: store.get(key), lambda: store.has(key)):
        with pytest.raises(ValueError, match="not a key"):
            deed()
    assert list(store.keys()) == []


def test_a_photo_is_on_the_disk_before_put_returns(
    local: LocalStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deeds: list[str] = []
    fsync, replace = os.fsync, os.replace

    def synced(file: int) -> None:
        fsync(file)
        path = Path(f"/proc/self/fd/{file}").readlink().relative_to(tmp_path)
        deeds.append(f"sync {'new file' if '.new' in path.parts else path}")
        if ".new" in path.parts:
            assert (tmp_path / path).read_bytes() == BODY

    def renamed(source: Path, target: Path) -> None:
        replace(source, target)
        deeds.append("rename")

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", renamed)
    local.put("photo/abcd01", BODY)
    local.put("photo/abcd02", BODY)
    assert deeds == [
        *("sync new file", "rename", "sync files/photo/ab/cd"),
        *("sync files/photo/ab", "sync files/photo", "sync files", "sync ."),
        *("sync new file", "rename", "sync files/photo/ab/cd"),
    ]


@pytest.mark.parametrize(
    ("number", "refusal"), [(errno.EIO, Busy), (errno.ENOSPC, NoRoom), (errno.EDQUOT, NoRoom)]
)
def test_a_disk_that_does_not_take_a_photo_keeps_nothing_of_it(
    local: LocalStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    refusal: type[Busy],
) -> None:
    def failing(_: int) -> None:
        raise OSError(number, "the disk says no")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", failing)
        with pytest.raises(Busy) as refused:
            local.put(KEY, BODY)
    assert type(refused.value) is refusal
    assert not local.has(KEY)
    assert list(files_in(tmp_path)) == []
    local.put(KEY, BODY)
    assert local.get(KEY) == BODY


def test_a_failed_rename_leaves_the_older_file_whole(
    local: LocalStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise OSError(errno.EIO, "the disk says no")

    local.put("task/list.xlsx", b"older")
    with monkeypatch.context() as broken:
        broken.setattr(os, "replace", failing)
        with pytest.raises(Busy):
            local.put("task/list.xlsx", b"newer")
    assert local.get("task/list.xlsx") == b"older"
    assert len(list(files_in(tmp_path))) == 1


def test_many_put_the_same_photo_at_once(local: LocalStore, tmp_path: Path) -> None:
    body = os.urandom(300_000)

    def put_and_get(_: int) -> bytes:
        local.put(KEY, body)
        return local.get(KEY)

    with ThreadPoolExecutor(8) as phones:
        assert set(phones.map(put_and_get, range(40))) == {body}
    assert len(list(files_in(tmp_path))) == 1


def test_the_sweep_takes_what_a_power_cut_left_and_nothing_else(
    local: LocalStore, tmp_path: Path
) -> None:
    local.put(KEY, BODY)
    left = tmp_path / "files" / ".new" / "0123"
    left.write_bytes(b"half a pho")
    assert list(local.keys()) == [KEY]
    local.sweep(clock.now() - timedelta(hours=24))
    assert left.exists(), "it may still be being written"
    local.sweep(clock.now() + timedelta(seconds=1))
    assert not left.exists()
    assert local.get(KEY) == BODY


def test_a_photo_of_an_unnamed_report_shows_the_start_of_the_shift_only(
    local: LocalStore, tmp_path: Path
) -> None:
    shift = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
    local.put(KEY, BODY, at=shift)
    shown = {path.stat().st_mtime for path in (tmp_path / "files").rglob("*")}
    assert shown == {shift.timestamp()}, "file and folders alike"
    assert list(local.keys(older_than=shift)) == []
    assert list(local.keys(older_than=shift + timedelta(seconds=1))) == [KEY]


def test_files_are_for_the_server_alone(local: LocalStore, tmp_path: Path) -> None:
    local.put(KEY, BODY)
    (path,) = files_in(tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.name == KEY[8:10]
    assert path.parent.parent.name == KEY[6:8]


def test_a_place_is_a_folder_or_a_bucket(tmp_path: Path) -> None:
    folder = open_store(str(tmp_path / "files"), {})
    folder.put(KEY, BODY)
    assert LocalStore(tmp_path / "files").get(KEY) == BODY
    options = {
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
        "AWS_REGION": "cn",
        "HOME": "/",
    }
    assert isinstance(open_store("s3://plant/photos", options), S3Store)


def test_a_bucket_in_the_plant_is_reached_over_plain_http(tmp_path: Path) -> None:
    from hazard.factory import open_house

    class Empty(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_error(HTTPStatus.NOT_FOUND)

    with HTTPServer(("127.0.0.1", 0), Empty) as bucket:
        Thread(target=bucket.serve_forever, daemon=True).start()
        told = {
            "HAZARD_INSTANCE": str(tmp_path),
            "HAZARD_PHOTO_STORE": "s3://plant/photos",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{bucket.server_port}",
            **dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"), "plant"),
        }
        house = open_house(load(told, tmp_path))
        assert not house.files.has(KEY)
        house.close()
        bucket.shutdown()


def test_a_bucket_that_does_not_answer_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*_: object) -> None:
        raise GenericError("no route")

    monkeypatch.setattr(obstore, "put", silent)
    with pytest.raises(Busy):
        S3Store(MemoryStore()).put(KEY, BODY)


def test_photos_wait_before_words_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "free_bytes", lambda _: 499_999_999)
    need_room(tmp_path, Room.WORDS)
    with pytest.raises(NoRoom) as refused:
        need_room(tmp_path, Room.PHOTO)
    assert refused.value.status == 507
    assert "words are kept" in say(refused.value.sentence, "en")
    monkeypatch.setattr(limits, "free_bytes", lambda _: 99_999_999)
    with pytest.raises(NoRoom) as refused:
        need_room(tmp_path, Room.WORDS)
    assert "nothing can be kept" in say(refused.value.sentence, "en")


def test_free_room_is_that_of_the_disk_a_folder_will_be_on(tmp_path: Path) -> None:
    assert limits.free_bytes(tmp_path / "not" / "yet") == pytest.approx(
        os.statvfs(tmp_path).f_bavail * os.statvfs(tmp_path).f_frsize, rel=0.05
    )
