"""The lock files install the same tested packages everywhere, from whatever mirror a plant has."""

import shutil
from pathlib import Path

import pytest

import manage

HASH = f"--hash=sha256:{'a' * 64}"
PYPROJECT = """
[project]
dependencies = ["Flask_WTF>=1.3,<2", "psycopg[binary]>=3.3; python_version > '3'"]
[dependency-groups]
dev = ["pytest"]
"""
RUNTIME = f"flask-wtf==1.3.0 \\\n    {HASH}\npsycopg==3.3.9 \\\n    {HASH} \\\n    {HASH}\n"
DEV = f"{RUNTIME}pytest==9.2.0 ; sys_platform != 'plan9' \\\n    {HASH}\n"


def test_the_locks_of_this_project_are_in_order() -> None:
    assert manage.lock_complaints(manage.HERE) == []


def test_the_locks_pin_what_the_server_and_the_tests_import() -> None:
    assert "flask" in manage.pins_of(manage.RUNTIME_LOCK)
    assert "pytest" not in manage.pins_of(manage.RUNTIME_LOCK)
    assert {"flask", "pytest"} <= manage.pins_of(manage.DEV_LOCK).keys()


def test_locks_in_order_pass_whatever_the_spelling_of_a_name(tmp_path: Path) -> None:
    assert complaints_about(tmp_path, RUNTIME, DEV) == []


@pytest.mark.parametrize(
    ("runtime", "dev", "complaint"),
    [
        (f"--index-url https://mirror\n{RUNTIME}", DEV, "requirements.lock holds an address"),
        (RUNTIME, f"# from file://wheels\n{DEV}", "requirements-dev.lock holds an address"),
        (RUNTIME.replace("flask-wtf", "flask"), DEV, "requirements.lock does not pin flask-wtf"),
        (RUNTIME, RUNTIME, "requirements-dev.lock does not pin pytest"),
        (RUNTIME, DEV.replace("3.3.9", "3.3.8"), "psycopg is 3.3.9"),
        (RUNTIME, f"{RUNTIME}pytest==9.2.0\n", "requirements-dev.lock has no hash for pytest"),
    ],
)
def test_a_lock_that_would_install_something_else_is_complained_about(
    runtime: str, dev: str, complaint: str, tmp_path: Path
) -> None:
    assert any(it.startswith(complaint) for it in complaints_about(tmp_path, runtime, dev))


def complaints_about(root: Path, runtime: str, dev: str) -> list[str]:
    (root / "pyproject.toml").write_text(PYPROJECT)
    (root / manage.RUNTIME_LOCK.name).write_text(runtime)
    (root / manage.DEV_LOCK.name).write_text(dev)
    return manage.lock_complaints(root)


def test_a_lock_changed_and_changed_back_is_installed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in (manage.RUNTIME_LOCK, manage.DEV_LOCK):
        shutil.copy(path, tmp_path)
    monkeypatch.setattr(manage, "HERE", tmp_path)
    monkeypatch.setattr(manage, "STAMP", tmp_path / "stamp.json")
    served, tested = tmp_path / manage.RUNTIME_LOCK.name, tmp_path / manage.DEV_LOCK.name
    manage.remember_lock(served.name, manage.hash_of(served))
    assert served.name in manage.installed_locks()

    served.write_text("newer")
    manage.remember_lock(tested.name, manage.hash_of(tested))

    assert list(manage.installed_locks()) == [tested.name]
