"""What the administrator types: each command, and what it says when it cannot be done."""

import os
import socket
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import Result
from flask import Flask

import manage
from hazard import cli, serving
from hazard.core import config
from hazard.core.config import BadFolder, BadKeys, load
from hazard.core.db import NoDatabase
from hazard.core.house import House
from hazard.core.listening import CannotListen, listen
from hazard.core.words import say
from hazard.factory import open_house
from hazard.people.queries import find_by_number
from tests import walks
from tests.company import Company

ROOT = Path(__file__).parent.parent.parent
Typed = Callable[..., Result]


def typing(house: House) -> Typed:
    """Return what types a command into a shell where that plant lives."""
    app = Flask("shell")
    cli.register(app, house)
    return lambda *words: app.test_cli_runner().invoke(args=[str(word) for word in words])


@pytest.mark.usefixtures("company")
def test_lists_are_read_from_the_command_line_too(house: House, tmp_path: Path) -> None:
    people, places = tmp_path / "people.csv", tmp_path / "places.csv"
    people.write_text("工号,姓名,车间\n30 01,李四,焊接车间\n", encoding="gbk")
    wrong = typing(house)("import-people", people)
    assert wrong.exit_code == 1
    assert "第 2 行，工号：" in wrong.stderr
    people.write_text("工号,姓名,车间\n3001,李四,焊接车间\n", encoding="gbk")
    places.write_text("地点,单位\n焊机旁,焊接车间\n", encoding="utf-8")
    assert typing(house)("import-people", people).exit_code == 0
    assert typing(house)("import-places", places).exit_code == 0
    with house.database.reading() as session:
        assert find_by_number(session, "3001") is not None


def test_a_plant_is_looked_at_copied_and_brought_back_by_commands(
    house: House, company: Company, tmp_path: Path
) -> None:
    walks.walk_to_reported(company)
    typed = typing(house)
    assert "留痕完整" in typed("verify-trail").output
    assert "数据库" in typed("doctor").output
    assert typed("jobs", "once", "trail").exit_code == 0
    assert "/activate 输入开通码" in typed("create-admin", "0009", "马六").output
    assert typed("posters", "--out", tmp_path / "walls").exit_code == 1, "no phone has tried it"
    assert typed("backup", tmp_path / "usb").exit_code == 0
    (made,) = (tmp_path / "usb").iterdir()
    other = open_house(load({"HAZARD_INSTANCE": str(tmp_path / "other")}, ROOT))
    try:
        elsewhere = typing(other)
        assert elsewhere("migrate").exit_code == 0
        assert made.name in elsewhere("restore", tmp_path / "usb").stderr
        if house.database.is_sqlite:
            assert "恢复" in elsewhere("restore", made).output
            assert "空目录" in elsewhere("restore", made).stderr
    finally:
        other.close()


def test_nothing_is_restored_under_a_running_server(house: House, tmp_path: Path) -> None:
    from hazard.jobs.timetable import Leader

    folder = tmp_path / "usb"
    folder.mkdir()
    (folder / "manifest.json").write_text('{"digests": {}, "photos": []}')
    leader = Leader(house)
    leader.tick()
    assert "请先停掉" in typing(house)("restore", folder).stderr
    leader.leave()
    assert "请先停掉" not in typing(house)("restore", folder).stderr


def test_a_server_says_what_keeps_it_from_starting(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(CannotListen) as port:
        listen("127.0.0.1", taken.getsockname()[1])
    assert "已被占用" in say(port.value.sentence)
    with pytest.raises(CannotListen) as host:
        listen("203.0.113.9", 0)
    assert "没有 203.0.113.9" in say(host.value.sentence)
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(BadFolder) as folder:
        open_house(load({"HAZARD_INSTANCE": str(file)}, ROOT))
    assert "是文件" in say(folder.value.sentence)


def test_a_database_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "hazard.db").write_text("not a database, surely not")
    house = open_house(load({"HAZARD_INSTANCE": str(tmp_path)}, ROOT))
    with pytest.raises(NoDatabase) as refusal:
        serving.prepare(house)
    assert "hazard.db 用不了" in say(refusal.value.sentence)
    assert "用不了" in typing(house)("doctor").stderr
    house.close()
    silent = {
        "HAZARD_INSTANCE": str(tmp_path),
        "HAZARD_DATABASE_URL": "postgresql://u:geheim@/x?host=/nowhere",
    }
    gone = open_house(load(silent, ROOT))
    with pytest.raises(NoDatabase) as nobody:
        serving.prepare(gone)
    assert "没有回应" in say(nobody.value.sentence)
    assert "geheim" not in say(nobody.value.sentence)
    gone.close()


def test_a_plant_that_was_set_up_is_never_given_new_keys(tmp_path: Path) -> None:
    config.save_answers(load({"HAZARD_INSTANCE": str(tmp_path)}, ROOT), reach="none")
    with pytest.raises(BadKeys):
        config.keys(tmp_path)
    assert not (tmp_path / "keys").exists()


def test_what_root_makes_in_a_plant_of_the_service_belongs_to_the_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "noted").mkdir()
    (tmp_path / "noted" / "trail.json").touch()
    given: dict[str, object] = {}
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(Path, "lstat", lambda _: SimpleNamespace(st_uid=0))
    monkeypatch.setattr(
        "os.chown", lambda path, uid, gid, **_: given.update({path.name: (uid, gid)})
    )
    owner = tmp_path.stat()
    manage.hand_back(tmp_path)
    assert given == dict.fromkeys(("noted", "trail.json"), (owner.st_uid, owner.st_gid))
    monkeypatch.setenv("HAZARD_INSTANCE", str(tmp_path))
    monkeypatch.setattr(
        Path, "stat", lambda *_, **__: os.stat_result((0o40755, 0, 0, 1, 999, 999, 0, 0, 0, 0))
    )
    assert manage.keeps_for_another()
    monkeypatch.setattr(manage, "SERVICE_FILE", ROOT / "app.py")
    with pytest.raises(SystemExit, match="systemctl start hazard"):
        manage.serve([])
