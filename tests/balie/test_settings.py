"""A setting that can't be right is named with what it may hold, never with what it held; a name that means nothing is told."""

from __future__ import annotations

import base64
import socket
from pathlib import Path

import pytest
from pydantic import ValidationError

from balie import home, only_one, setting_words, up
from balie.errors import SetupError
from balie.office import open_office
from balie.settings import Settings
from tests.ports import free_port

GOOD_TOKEN = "12345:a-made-up-token-for-tests"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of this test alone, without settings from outside."""
    monkeypatch.chdir(tmp_path)
    for name in ("BALIE_HOME", "BALIE_PRACTICE", "BALIE_KEYRING_PASSPHRASE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "value", "may_hold"),
    [
        ("BALIE_BOT_PORT", "99999", "van 1 tot en met 65535"),
        ("BALIE_DESK_PORT", "0", "van 1 tot en met 65535"),
        ("BALIE_CONVERSATION_HOURS", "0", "heel getal vanaf 1"),
        ("BALIE_CONVERSATION_HOURS", "-1", "heel getal vanaf 1"),
        ("BALIE_DATA_URL", "mysql://x", "postgresql://"),
        ("BALIE_KEYS_URL", "sqlite:///:memory:", "sqlite:///BESTAND"),
        ("BALIE_TRACKER_URL", "onzin", "postgresql://"),
        ("BALIE_PUBLIC_URL", "onzin", "https://"),
        ("BALIE_DESK_URL", "ftp://desk.example.nl", "https://"),
        ("BALIE_TELEGRAM_TOKEN", "onzin", "BotFather"),
        ("BALIE_OWNER_EMAIL", "zz", "e-mailadres"),
        ("BALIE_MAIL_FROM", "de coach", "e-mailadres"),
    ],
)
def test_a_value_that_can_not_be_right_is_refused_by_name(
    name: str, value: str, may_hold: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError) as raised:
        Settings()
    refusal = setting_words.refusal(raised.value)
    assert name in refusal.dutch
    assert name in refusal.english
    assert may_hold in refusal.dutch
    assert f" {value}" not in refusal.dutch + refusal.english


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BALIE_PUBLIC_URL", "https://balie.example.nl/"),
        ("BALIE_DATA_URL", "postgresql://balie@127.0.0.1/data"),
        ("BALIE_TELEGRAM_TOKEN", GOOD_TOKEN),
        ("BALIE_TELEGRAM_TOKEN", ""),
        ("BALIE_OWNER_EMAIL", "owner@example.nl"),
        ("BALIE_CONVERSATION_HOURS", "1"),
    ],
)
def test_a_right_value_is_taken(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    Settings()


def test_a_name_that_is_no_setting_is_told_with_the_nearest(folder: Path) -> None:
    file = folder / "balie.env"
    file.write_text("# de balie\nBALIE_HOEM=/srv/balie\n")
    (in_file, outside) = sorted(
        setting_words.unknown({"BALIE_PRACTISE": "x", "BALIE_TEST_MODELS": "y"}, file)
    )
    assert "BALIE_HOEM" in in_file[0]
    assert "BALIE_HOME" in in_file[0]
    assert "BALIE_PRACTISE" in outside[0]
    assert "BALIE_PRACTICE" in outside[1]


def test_known_names_are_not_told(folder: Path) -> None:
    file = folder / "balie.env"
    file.write_text("BALIE_PRACTICE=refleact\n\nexport BALIE_KEYRING='{\n \"format\": 1}'\n")
    assert list(setting_words.unknown({"BALIE_HOME": "x", "PATH": "y"}, file)) == []


@pytest.mark.parametrize("line", ["BALIE_PRACTICE refleact", "BALIE_PRACTICE", "=refleact"])
def test_a_line_of_the_file_that_is_no_setting_is_refused_by_its_number(line: str, folder: Path) -> None:
    file = folder / "balie.env"
    file.write_text(f"BALIE_BOT_PORT=8080\n{line}\n")
    with pytest.raises(SetupError) as raised:
        list(setting_words.unknown({}, file))
    assert f"Regel 2 van {file}" in raised.value.dutch
    assert "refleact" not in raised.value.dutch


def test_two_settings_that_name_one_port_are_both_named() -> None:
    port = free_port()
    with pytest.raises(SetupError, match=f"zijn allebei {port}"):
        up.refuse_taken_ports(Settings(bot_port=free_port(), desk_port=port, engine_port=port))


@pytest.mark.parametrize("host", ["999.1.1.1", "192.0.2.1"])
def test_an_address_of_another_computer_is_not_called_a_taken_port(host: str) -> None:
    with pytest.raises(SetupError) as raised:
        up.refuse_taken_ports(Settings(bot_host=host))
    assert f"{host} in BALIE_BOT_HOST is niet van deze computer" in raised.value.dutch


def test_a_taken_port_is_still_called_so() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(SetupError, match="is niet vrij"):
            up.refuse_taken_ports(Settings(bot_port=other.getsockname()[1]))


@pytest.mark.parametrize(
    ("name", "content"),
    [("engine.key", "!"), ("engine.key", base64.b64encode(b"short").decode()), ("engine.token", "abc")],
)
def test_a_damaged_secret_of_the_engine_is_refused_before_anything_starts(
    name: str, content: str, folder: Path
) -> None:
    settings = Settings(home=folder / "home")
    home.prepare(settings)
    (settings.secrets / name).write_text(content)
    with pytest.raises(SetupError, match=f"{name} is beschadigd"):
        home.prepare(settings)


def test_the_reason_against_a_keyring_is_the_same_in_both_languages(folder: Path) -> None:
    settings = Settings(home=folder / "home")
    home.prepare(settings)
    settings.keyring_file.chmod(0o644)
    open_to_others = refused(settings)
    assert "voor anderen te lezen" in open_to_others.dutch
    assert "Others can reach" in open_to_others.english
    settings.keyring_file.chmod(0o600)
    settings.keyring_file.write_text("{")
    damaged = refused(settings)
    assert f"{settings.keyring_file} is beschadigd" in damaged.dutch
    assert "is damaged" in damaged.english
    in_variable = refused(Settings.model_validate({"home": folder / "home", "keyring": "{"}))
    assert "De inhoud van BALIE_KEYRING is beschadigd" in in_variable.dutch
    assert "in BALIE_KEYRING is damaged" in in_variable.english


def test_a_folder_is_of_one_practice(folder: Path) -> None:
    open_office(Settings(home=folder / "home", practice="refleact")).store.close()
    with pytest.raises(SetupError) as raised:
        open_office(Settings(home=folder / "home", practice="release-connect"))
    assert "van praktijk refleact" in raised.value.dutch
    assert "belongs to practice refleact" in raised.value.english
    open_office(Settings(home=folder / "home", practice="refleact")).store.close()


def test_a_folder_is_held_by_one_balie_at_a_time_and_let_go_of(folder: Path) -> None:
    with only_one.in_folder(folder), pytest.raises(SetupError, match="draait al"), only_one.in_folder(folder):
        pass
    with only_one.in_folder(folder):
        pass


def refused(settings: Settings) -> SetupError:
    """What is said when this keyring is opened."""
    with pytest.raises(SetupError) as raised:
        home.keyring(settings)
    return raised.value
