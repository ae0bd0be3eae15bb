"""The systemd service: who it runs as, where it may write, and what stands in its way."""

import shlex
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

import manage


def test_the_service_runs_as_its_own_user_and_writes_only_into_the_instance() -> None:
    unit = manage.service_unit(Path("/opt/hazard"), Path("/opt/hazard/instance"))

    assert "User=hazard\n" in unit
    assert "ReadWritePaths=/opt/hazard/instance\n" in unit
    assert "ProtectSystem=strict\n" in unit
    assert "WantedBy=multi-user.target\n" in unit


def test_systemd_finds_nothing_wrong_with_the_service(tmp_path: Path) -> None:
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    shutil.copy("/bin/true", python)
    unit = tmp_path / "hazard.service"
    text = manage.service_unit(tmp_path, tmp_path).replace("User=hazard", "User=root")
    unit.write_text(text.replace("Group=hazard", "Group=root"), encoding="utf-8")
    program = shutil.which("systemd-analyze")
    assert program, "Debian's systemd brings systemd-analyze"

    checked = subprocess.run(
        [program, "verify", "--man=no", unit], capture_output=True, text=True, check=False
    )

    assert "hazard.service" not in checked.stdout + checked.stderr


def test_reloading_needs_nothing_but_a_shell() -> None:
    unit = manage.service_unit(Path("/opt/hazard"), Path("/opt/hazard/instance"))
    (reload,) = (line for line in unit.splitlines() if line.startswith("ExecReload="))
    with subprocess.Popen(["sleep", "60"]) as server:
        environment = {"MAINPID": str(server.pid), "PATH": ""}
        subprocess.run(shlex.split(reload.partition("=")[2]), check=True, env=environment)
        assert server.wait(10) == -signal.SIGHUP


def test_the_service_can_be_looked_at_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert manage.install_service(["--print"]) == 0

    assert f"WorkingDirectory={manage.HERE}\n" in capsys.readouterr().out


def test_whoever_is_not_root_is_told_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "is_dir", lambda _: True)
    monkeypatch.setattr("os.geteuid", lambda: 1000)

    assert "sudo python3 manage.py install-service" in manage.service_complaint(manage.HERE)


def test_a_folder_the_service_could_not_enter_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "is_dir", lambda _: True)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    assert "Move this folder to /opt" in manage.service_complaint(closed)
