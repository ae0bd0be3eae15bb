"""Where settings come from, which are refused, and how the keys are kept."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hazard.core import config
from hazard.core.config import BadKeys, BadSetting, Reach, load, save_answers
from hazard.core.words import say


def test_without_any_answer_the_server_listens_on_its_own_machine(tmp_path: Path) -> None:
    settings = load({}, tmp_path)

    assert settings.instance == tmp_path / "instance"
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.database_url == f"sqlite:///{tmp_path}/instance/hazard.db"
    assert settings.photo_store == f"{tmp_path}/instance/photos"
    assert settings.reach is Reach.NONE
    assert settings.fixed == frozenset()
    assert not settings.secure_cookies


def test_answers_given_at_set_up_are_read_at_the_next_start(tmp_path: Path) -> None:
    save_answers(load({}, tmp_path), reach="wifi", wifi_ssid="厂区一号", wifi_password='a"b\\')
    save_answers(load({}, tmp_path), port=8080, base_url="http://10.0.0.5:8080/")

    settings = load({}, tmp_path)
    assert settings.reach is Reach.WIFI
    assert settings.host == "0.0.0.0"
    assert settings.port == 8080
    assert settings.base_url == "http://10.0.0.5:8080"
    assert (settings.wifi_ssid, settings.wifi_password) == ("厂区一号", 'a"b\\')


def test_behind_a_domain_the_server_stays_on_loopback_and_cookies_want_https(
    tmp_path: Path,
) -> None:
    save_answers(load({}, tmp_path), reach="domain", base_url="https://hazard.example.com")

    settings = load({}, tmp_path)
    assert settings.host == "127.0.0.1"
    assert settings.secure_cookies


def test_the_environment_overrides_answers_and_is_shown_as_fixed(tmp_path: Path) -> None:
    save_answers(load({}, tmp_path), port=8080)

    settings = load({"HAZARD_PORT": "9000", "HAZARD_HOST": "", "PATH": "/bin"}, tmp_path)

    assert settings.port == 9000
    assert settings.base_url == "http://127.0.0.1:9000"
    assert settings.fixed == {"port"}


def test_relative_folders_are_counted_from_beside_the_application(tmp_path: Path) -> None:
    settings = load({"HAZARD_INSTANCE": "plant", "HAZARD_PHOTO_STORE": "pictures"}, tmp_path)

    assert settings.instance == tmp_path / "plant"
    assert settings.photo_store == str(tmp_path / "pictures")


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg"])
def test_postgresql_is_reached_by_the_installed_driver(scheme: str, tmp_path: Path) -> None:
    settings = load({"HAZARD_DATABASE_URL": f"{scheme}://li:geheim@db/plant"}, tmp_path)

    assert settings.database_url == "postgresql+psycopg://li:geheim@db/plant"
    assert "geheim" not in repr(settings)


def test_an_unknown_name_refuses_to_start_and_says_which(tmp_path: Path) -> None:
    with pytest.raises(BadSetting) as refusal:
        load({"HAZARD_PROT": "8000"}, tmp_path)

    sentence = say(refusal.value.sentence, "en")
    assert "HAZARD_PROT" in sentence
    assert "HAZARD_PORT" in sentence


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HAZARD_PORT", "eighty"),
        ("HAZARD_PORT", "0"),
        ("HAZARD_PORT", "65536"),
        ("HAZARD_PORT", "８０００"),
        ("HAZARD_HOST", "http://10.0.0.5"),
        ("HAZARD_BASE_URL", "10.0.0.5:8000"),
        ("HAZARD_BASE_URL", "https://hazard.example.com/report"),
        ("HAZARD_BASE_URL", "https://li:geheim@hazard.example.com"),
        ("HAZARD_BASE_URL", "http://10.0.0.5:99999"),
        ("HAZARD_DATABASE_URL", "mysql://db/plant"),
        ("HAZARD_DATABASE_URL", "sqlite:///"),
        ("HAZARD_PHOTO_STORE", "ftp://pictures"),
        ("HAZARD_PHOTO_STORE", "s3://"),
    ],
)
def test_a_value_the_server_cannot_use_refuses_to_start(
    name: str, value: str, tmp_path: Path
) -> None:
    with pytest.raises(BadSetting) as refusal:
        load({name: value}, tmp_path)

    assert refusal.value.field == name.removeprefix("HAZARD_").lower()


@pytest.mark.parametrize(
    "content",
    ["[server\n", '[server]\nprot = "8000"\n', "[sever]\n", "server = 1\n", "port = 8000\n"],
)
def test_a_settings_file_that_cannot_be_understood_refuses_to_start(
    content: str, tmp_path: Path
) -> None:
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "settings.toml").write_text(content)

    with pytest.raises(BadSetting) as refusal:
        load({}, tmp_path)

    assert "settings.toml" in say(refusal.value.sentence, "en")


@pytest.mark.parametrize("answers", [{"port": "eighty"}, {"reach": "radio"}, {"colour": "red"}])
def test_an_answer_the_server_could_not_start_with_is_not_written(
    answers: dict[str, str], tmp_path: Path
) -> None:
    settings = load({}, tmp_path)
    save_answers(settings, port=8080)

    with pytest.raises(BadSetting):
        save_answers(settings, **answers)

    assert load({}, tmp_path).port == 8080


def test_the_settings_file_is_for_its_owner_alone_and_nothing_is_left_beside_it(
    tmp_path: Path,
) -> None:
    save_answers(load({}, tmp_path), wifi_password="geheim")

    [written] = (tmp_path / "instance").iterdir()
    assert written.stat().st_mode & 0o777 == 0o600


@given(ssid=st.text(), password=st.text())
def test_any_wifi_name_and_password_survive_the_settings_file(ssid: str, password: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        save_answers(load({}, Path(folder)), wifi_ssid=ssid, wifi_password=password)
        settings = load({}, Path(folder))

    assert (settings.wifi_ssid, settings.wifi_password) == (ssid, password)


def test_keys_are_made_once_and_differ(tmp_path: Path) -> None:
    made = config.keys(tmp_path / "instance")

    assert config.keys(tmp_path / "instance") == made
    assert made.session != made.receipt
    assert (len(made.session), len(made.receipt)) == (32, 32)
    assert made.session.hex() not in repr(made)
    folder = tmp_path / "instance" / "keys"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_of_two_servers_that_start_at_once_the_later_takes_the_keys_of_the_first(
    tmp_path: Path,
) -> None:
    first = config.keys(tmp_path)

    config._make_keys(tmp_path / "keys")  # the later one had looked before the first was done

    assert config.keys(tmp_path) == first
    assert [path.name for path in tmp_path.iterdir()] == ["keys"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_others_can_read_is_refused_with_the_command_that_helps(
    mode: int, tmp_path: Path
) -> None:
    config.keys(tmp_path)
    (tmp_path / "keys" / "session.key").chmod(mode)

    with pytest.raises(BadKeys) as refusal:
        config.keys(tmp_path)

    assert "chmod 600" in say(refusal.value.sentence, "en")


def test_a_missing_key_is_never_replaced_for_receipts_would_stop_working(tmp_path: Path) -> None:
    config.keys(tmp_path)
    (tmp_path / "keys" / "receipt.key").unlink()

    with pytest.raises(BadKeys, match="missing"):
        config.keys(tmp_path)


def test_a_damaged_key_is_refused(tmp_path: Path) -> None:
    config.keys(tmp_path)
    (tmp_path / "keys" / "receipt.key").write_bytes(b"short")

    with pytest.raises(BadKeys, match="damaged"):
        config.keys(tmp_path)
