"""What the engine is told by its environment, read once at start-up by the entry points."""

from __future__ import annotations

import base64
import binascii
import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""Where the rooms stand: the checkout."""

KEY_BYTES = 32


class SetupError(Exception):
    """The engine can't start. Holds one Dutch sentence with the remedy, and the same in English."""

    def __init__(self, dutch: str, english: str) -> None:
        super().__init__(f"{dutch}\n{english}")


@dataclass(frozen=True)
class EngineSettings:
    """Paths, addresses and terms of one engine.

    Attributes:
        home: BALIE_HOME, the folder with logs/ and secrets/.
        models: folder of the trained model and its fingerprint.
        project: folder with domain.yml and data/ (the checkout; tests have a small one of their own).
        port: loopback port of the engine.
        actions_url: where custom actions run.
        tracker_url: SQLAlchemy URL of the sealed conversation events.
        conversation_hours: hours after its last message that a conversation's events are kept.
    """

    home: Path
    models: Path
    project: Path
    port: int
    actions_url: str
    tracker_url: str
    conversation_hours: float

    @classmethod
    def from_environment(cls) -> EngineSettings:
        """Read the BALIE_ variables.

        Raises:
            SetupError: when a number is not a number.
        """
        home = Path(os.environ.get("BALIE_HOME") or ROOT / ".balie").resolve()
        return cls(
            home=home,
            models=Path(os.environ.get("BALIE_MODELS") or home / "models").resolve(),
            project=Path(os.environ.get("BALIE_PROJECT") or ROOT).resolve(),
            port=int(_number("BALIE_ENGINE_PORT", 5005)),
            actions_url=os.environ.get("BALIE_ACTIONS_URL") or "http://127.0.0.1:5055/webhook",
            tracker_url=os.environ.get("BALIE_TRACKER_URL") or f"sqlite:///{home / 'tracker.db'}",
            conversation_hours=_number("BALIE_CONVERSATION_HOURS", 24),
        )

    @property
    def logs(self) -> Path:
        """Folder of the training log."""
        return self.home / "logs"

    @property
    def key_file(self) -> Path:
        """The engine's own key: 32 bytes, base64."""
        return self.home / "secrets" / "engine.key"

    @property
    def token_file(self) -> Path:
        """The word that the bot, the engine and the action server know each other by: hex text."""
        return self.home / "secrets" / "engine.token"


def read_key(file: Path) -> bytes:
    """The engine's key.

    Raises:
        SetupError: when the file is missing, unreadable or holds no 32 bytes of base64.
    """
    try:
        key = base64.b64decode(_secret(file), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise SetupError(
            f"Het sleutelbestand {file} is beschadigd. Haal het weg en start opnieuw; lopende gesprekken zijn dan weg.",
            f"The key file {file} is damaged. Remove it and start again; conversations under way are then lost.",
        )
    return key


def read_token(file: Path) -> str:
    """The word that calls between bot, engine and actions carry.

    Raises:
        SetupError: when the file is missing, unreadable or too short to be a secret.
    """
    token = _secret(file)
    if len(token) < KEY_BYTES:
        raise SetupError(
            f"Het bestand {file} is beschadigd. Haal het weg en start heel Balie opnieuw.",
            f"The file {file} is damaged. Remove it and start all of Balie again.",
        )
    return token


def _secret(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise SetupError(
            f"Het bestand {file} ontbreekt. `balie up` maakt het bij de eerste start.",
            f"The file {file} is missing. `balie up` makes it at the first start.",
        ) from None
    except (OSError, UnicodeDecodeError):
        raise SetupError(
            f"Het bestand {file} is niet te lezen. Kijk naar de eigenaar en de rechten (0600).",
            f"The file {file} can't be read. Check its owner and its rights (0600).",
        ) from None


def _number(name: str, default: float) -> float:
    value = os.environ.get(name)
    if not value:
        return default
    try:
        number = float(value)
    except ValueError:
        number = 0
    if not 0 < number < float("inf"):
        raise SetupError(
            f"{name} hoort een getal boven nul te zijn, niet {value!r}.",
            f"{name} should be a number above zero, not {value!r}.",
        )
    return number
