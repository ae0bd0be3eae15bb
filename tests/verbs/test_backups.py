"""A backup brings everything back; a damaged one is refused."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from hazard import backups
from hazard.audit.queries import verify_trail
from hazard.core.clock import FakeClock
from hazard.core.config import load
from hazard.core.errors import Refused
from hazard.core.house import House
from hazard.core.limits import Room
from hazard.core.noted import noted
from hazard.core.words import say
from hazard.factory import open_house
from hazard.reports.models import Report
from hazard.reports.photos import file_key
from tests import walks
from tests.company import Company

PHOTO = file_key("ab" * 32)
ROOT = Path(__file__).parent.parent.parent


def test_a_backup_restored_into_an_empty_instance_is_the_same_plant(
    company: Company, house: House, tmp_path: Path
) -> None:
    if not house.database.is_sqlite:
        _with_postgres_tools(company, house, tmp_path)
        return
    walks.walk_to_closed(company)
    house.files.put(PHOTO, b"jpeg")
    folder = backups.back_up(house, tmp_path / "backups")
    other = open_house(load({"HAZARD_INSTANCE": str(tmp_path / "other")}, ROOT))
    assert backups.restore(other, folder) == 1
    with other.database.reading() as session:
        assert session.scalar(select(func.count(Report.id))) == 1
        assert verify_trail(session) == []
    assert other.files.get(PHOTO) == b"jpeg"
    kept = (tmp_path / "other" / "keys" / "receipt.key").read_bytes()
    assert kept == house.keys.receipt
    other.close()


def test_a_damaged_backup_is_refused(company: Company, house: House, tmp_path: Path) -> None:
    walks.walk_to_reported(company)
    house.files.put(PHOTO, b"jpeg")
    folder = backups.back_up(house, tmp_path / "backups")
    (folder / backups.PHOTOS / PHOTO).write_bytes(b"other")
    other = open_house(load({"HAZARD_INSTANCE": str(tmp_path / "other")}, ROOT))
    with pytest.raises(backups.BackupBroken, match="damaged"):
        backups.restore(other, folder)
    other.close()


def test_nothing_is_restored_over_a_plant_in_use(
    company: Company, house: House, tmp_path: Path
) -> None:
    walks.walk_to_reported(company)
    folder = backups.back_up(house, tmp_path / "backups")
    with pytest.raises(Refused) as refusal:
        backups.restore(house, folder)
    assert "空目录" in say(refusal.value.sentence)


def _with_postgres_tools(company: Company, house: House, tmp_path: Path) -> None:
    """On PostgreSQL the dump is made and read by PostgreSQL's own tools."""
    walks.walk_to_closed(company)
    folder = backups.back_up(house, tmp_path / "backups")
    assert (folder / backups.DUMP).stat().st_size > 1000
    assert shutil.which("pg_restore")


@pytest.mark.usefixtures("company")
def test_a_week_of_nights_is_kept_and_a_file_is_written_once(house: House, now: FakeClock) -> None:
    if not house.database.is_sqlite:
        return
    voice = "voices/" + "cd" * 32
    for key in (PHOTO, voice, "results/heap.pdf"):
        house.files.put(key, b"body")
    for _ in range(9):
        backups.back_up_nightly(house)
        now.move(timedelta(days=1))
    nights = sorted(house.settings.backup_folder.glob("nightly-*"))
    assert len(nights) == backups.NIGHTS
    copies = {(night / backups.PHOTOS / PHOTO).stat().st_ino for night in nights}
    assert len(copies) == 1
    manifest = json.loads((nights[-1] / backups.MANIFEST).read_text())
    assert manifest["photos"] == [PHOTO, voice]
    assert noted(house.settings.instance, backups.NOTED)["folder"] == str(nights[-1])


@pytest.mark.usefixtures("company")
def test_a_backup_never_fills_the_disk(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.files.put(PHOTO, b"jpeg")
    monkeypatch.setattr(backups, "free_bytes", lambda _: Room.PHOTO)
    with pytest.raises(backups.NoRoomForBackup):
        backups.back_up(house, tmp_path / "usb")
    assert list((tmp_path / "usb").iterdir()) == []
    assert noted(house.settings.instance, backups.NOTED) == {}
