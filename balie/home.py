"""Balie's own folder (BALIE_HOME): made at the first start, checked at every start."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import sys
from collections.abc import Callable
from getpass import getpass
from pathlib import Path

from balie.errors import SetupError
from balie.settings import Settings
from store import heads, register
from store.database import was_made
from store.key_file import KeyFile, PassphraseNeeded, WrongPassphrase
from store.keyring import Keyring, KeyringError, Trouble
from store.keys import Keys

PASSPHRASE = "BALIE_KEYRING_PASSPHRASE"  # noqa: S105  # the name of a variable, no passphrase
"""Environment variable with the passphrase of the keyring's file."""

_TRACES = ("data.db", heads.NAME, register.NAME)
"""Files that show that something was kept here under a keyring."""

_TROUBLES: dict[Trouble, str] = {
    "damaged": "is beschadigd. Zet uw kopie terug, of gebruik uw herstelblad",
    "absent": "is er niet. Zet uw kopie terug",
    "reachable": "is ook voor anderen te lezen of te vervangen. Geef alleen uzelf toegang: chmod 600 {path}, en chmod 700 {folder}",
    "unreadable": "kan niet worden gelezen. Kijk of het van u is",
    "version": "is gemaakt met een andere versie van Balie",
    "unwritable": "kan niet worden geschreven. Kijk of de map van u is en of er ruimte is op de schijf",
    "taken": "is er al, en is gelaten zoals het was",
    "foreign": "hoort niet bij deze database",
    "passphrase": "heeft een wachtzin",
}
_ENGINE_KEY_BYTES = 32
_TOKEN_LETTERS = 32


def prepare(settings: Settings) -> Keys:
    """Make the folder and its secrets where they don't exist yet; return the keyring.

    Raises SetupError when the folder can't be written, when a key file can't be read, or when there is a database but no
    keyring (a new one could open nothing, and would hide that the old one is lost). Raises WrongAddress and DBAPIError when there is
    no telling whether there is one.
    """
    make_folder(settings)
    _check_engine_secrets(settings)
    return keyring(settings)


def make_folder(settings: Settings) -> None:
    """Make the folder, those in it, and the secrets of the engine. Raises SetupError: it can't be written."""
    try:
        for folder in (settings.home, settings.secrets):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
        for name in ("outbox", "exports", "logs", "policy"):
            (settings.home / name).mkdir(mode=0o700, exist_ok=True)
        _write_once(settings.secrets / "engine.token", lambda: secrets.token_hex(32))
        _write_once(
            settings.secrets / "engine.key", lambda: base64.b64encode(secrets.token_bytes(32)).decode()
        )
    except OSError as error:
        raise SetupError(
            f"De map {settings.home} kan niet worden gelezen of beschreven ({error.strerror}). Kies met BALIE_HOME een map die "
            "van u is.",
            f"The folder {settings.home} can't be read or written ({error.strerror}). Choose one of your own with BALIE_HOME.",
        ) from None


def claim(settings: Settings, practice: str) -> None:
    """Keep the folder for one practice, from its first start on: its terms and promises are not another's.

    Raises SetupError: it belongs to another practice, or the file that says so can't be read.
    """
    path = settings.home / "practice"
    try:
        _write_once(path, lambda: practice)
        owner = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise SetupError(
            f"Het bestand {path} kan niet worden gelezen of geschreven. Kijk of het van u is.",
            f"The file {path} can't be read or written. Check that it is yours.",
        ) from None
    if owner != practice:
        raise SetupError(
            f"De map {settings.home} is van praktijk {owner}, en BALIE_PRACTICE noemt {practice}. Kies met BALIE_HOME een andere map. "
            f"Is het dezelfde praktijk onder een nieuwe naam, verwijder dan {path}.",
            f"The folder {settings.home} belongs to practice {owner}, and BALIE_PRACTICE names {practice}. Choose another folder with "
            f"BALIE_HOME. If it is the same practice under a new name, delete {path}.",
        )


def _check_engine_secrets(settings: Settings) -> None:
    """Refuse what the engine would refuse, before it is started over and over again."""
    key, token = settings.secrets / "engine.key", settings.secrets / "engine.token"
    try:
        length = len(base64.b64decode(key.read_bytes().strip(), validate=True))
    except binascii.Error:
        length = 0
    except OSError as error:
        raise _unreadable(key, error) from None
    if length != _ENGINE_KEY_BYTES:
        raise SetupError(
            f"Het sleutelbestand {key} is beschadigd. Haal het weg en start opnieuw; lopende gesprekken zijn dan weg.",
            f"The key file {key} is damaged. Remove it and start again; conversations under way are then lost.",
        )
    if len(engine_token(settings)) < _TOKEN_LETTERS:
        raise SetupError(
            f"Het bestand {token} is beschadigd. Haal het weg en start heel Balie opnieuw.",
            f"The file {token} is damaged. Remove it and start all of Balie again.",
        )


def keyring(settings: Settings) -> Keys:
    """Open the keyring, or make it when nothing has been sealed yet. Raises SetupError, WrongAddress and DBAPIError."""
    path = settings.keyring_file
    try:
        if settings.keyring is not None:
            return Keyring.parse(settings.keyring.get_secret_value(), "in BALIE_KEYRING")
        if path.exists():
            return key_file(settings)
        if was_made(settings.keys_database) or any((settings.home / name).exists() for name in _TRACES):
            raise SetupError(
                f"Er is al een database, maar het sleutelbestand {path} ontbreekt. Zet het terug van uw herstelblad met 'balie keys "
                "restore'. Zonder dat bestand zijn de gegevens niet te openen.",
                f"There is a database already, but the key file {path} is missing. Put it back from your recovery sheet with 'balie "
                "keys restore'. Without it the data can't be opened.",
            )
        Keyring.create(path)
        return key_file(settings)
    except KeyringError as error:
        place = (
            "De inhoud van BALIE_KEYRING" if settings.keyring is not None else f"Het sleutelbestand {path}"
        )
        why = _TROUBLES[error.trouble].format(path=path, folder=path.parent)
        raise SetupError(f"{place} {why}.", str(error)) from None


def key_file(settings: Settings) -> KeyFile:
    """Open the keyring's file. A passphrase that no setting gives is asked, once, where somebody sits at the keys.

    Raises SetupError (no or a wrong passphrase) and KeyringError.
    """
    path, given = settings.keyring_file, settings.keyring_passphrase
    try:
        return KeyFile(path, given.get_secret_value() if given else os.environ.get(PASSPHRASE))
    except PassphraseNeeded as error:
        if not sys.stdin.isatty():
            raise SetupError(
                f"Het sleutelbestand {path} heeft een wachtzin. Geef die in {PASSPHRASE}, of start Balie in een venster waarin "
                "u hem kunt typen.",
                str(error),
            ) from None
    except WrongPassphrase as error:
        raise _wrong_passphrase(error) from None
    try:
        typed = getpass("Wachtzin van het sleutelbestand · Passphrase of the key file: ")
        opened = KeyFile(path, typed)
    except WrongPassphrase as error:
        raise _wrong_passphrase(error) from None
    os.environ[PASSPHRASE] = typed  # for the processes that this one starts
    return opened


def _wrong_passphrase(error: WrongPassphrase) -> SetupError:
    return SetupError(
        "Deze wachtzin opent het sleutelbestand niet. Kijk of hoofdletters aan staan en probeer het opnieuw.",
        str(error),
    )


def engine_token(settings: Settings) -> str:
    """The secret that bot, engine and actions share on loopback. Raises SetupError when it can't be read."""
    path = settings.secrets / "engine.token"
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: OSError) -> SetupError:
    return SetupError(
        f"Het bestand {path} kan niet worden gelezen ({error.strerror}). Start Balie als de gebruiker van wie het is.",
        f"The file {path} can't be read ({error.strerror}). Start Balie as the user who owns it.",
    )


def _write_once(path: Path, make: Callable[[], str]) -> None:
    if path.exists():
        path.read_bytes()
        return
    temporary = path.with_suffix(".new")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(make())
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)
