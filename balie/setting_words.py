"""What each setting may hold, said to whoever set it to something else, and names that mean nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

from dotenv.parser import parse_stream
from pydantic import ValidationError

from balie.errors import SetupError
from balie.settings import ENV_FILE, Settings

_PREFIX = "BALIE_"
_NOT_SETTINGS = (
    "BALIE_SUPERVISED",
    "BALIE_PROJECT",
    "BALIE_ENGINE_",
    "BALIE_TEST_",
    "BALIE_CRASH_",
    "BALIE_PICTURES",
)
"""Beginnings of names that the processes of Balie and its tests give each other."""
_PORT = ("een getal van 1 tot en met 65535", "a number from 1 to 65535")
_WEB = ("een adres dat begint met https:// of http://", "an address that begins with https:// or http://")
_DATABASE = ("postgresql://... of sqlite:///BESTAND", "postgresql://... or sqlite:///FILE")
_MAIL = ("een e-mailadres", "an e-mail address")
_MAY_HOLD = {
    "bot_port": _PORT,
    "desk_port": _PORT,
    "engine_port": _PORT,
    "actions_port": _PORT,
    "public_url": _WEB,
    "desk_url": _WEB,
    "telegram_api_url": _WEB,
    "data_url": _DATABASE,
    "keys_url": _DATABASE,
    "tracker_url": _DATABASE,
    "owner_email": _MAIL,
    "mail_from": _MAIL,
    "telegram_token": ("het token zoals BotFather het gaf", "the token as BotFather gave it"),
    "conversation_hours": ("een heel getal vanaf 1", "a whole number from 1 on"),
}


def refusal(error: ValidationError) -> SetupError:
    """Name the settings that are not right and what they may hold. Never what they held: it may be a secret."""
    wrong = sorted(
        {str(part["loc"][0]).lower().removeprefix("balie_") for part in error.errors() if part["loc"]}
    )
    other = ("zie docs/settings.md", "see docs/settings.md")
    dutch, english = (
        "; ".join(f"{_PREFIX}{name.upper()} ({_MAY_HOLD.get(name, other)[language]})" for name in wrong)
        for language in (0, 1)
    )
    return SetupError(
        f"Deze instelling klopt niet. Tussen haakjes staat wat erin mag: {dutch}.",
        f"This setting is not right. In brackets is what it may hold: {english}.",
    )


def unknown(environment: Mapping[str, str] = os.environ, file: Path = ENV_FILE) -> Iterator[tuple[str, str]]:
    """Yield a warning in Dutch and English for each name that is no setting, with the nearest that is one.

    Raises SetupError: the file can't be read, or a line in it is no setting.
    """
    known = [f"{_PREFIX}{name}".upper() for name in Settings.model_fields]
    outside = [name for name in environment if name.upper().startswith(_PREFIX)]
    for name in [*outside, *_names_in(file)]:
        if name.upper() in known or name.startswith(_NOT_SETTINGS):
            continue
        near = get_close_matches(name.upper(), known, n=1, cutoff=0.5)
        yield (
            f"Balie kent de instelling {name} niet en let er niet op."
            + (f" Bedoelt u {near[0]}?" if near else ""),
            f"Balie does not know the setting {name} and ignores it."
            + (f" Do you mean {near[0]}?" if near else ""),
        )


def _names_in(file: Path) -> Iterator[str]:
    """Yield the names that the file sets. A line that sets nothing would be passed over in silence, so it is refused."""
    if not file.exists():
        return
    try:
        with file.open(encoding="utf-8") as stream:
            lines = list(parse_stream(stream))
    except (OSError, UnicodeDecodeError):
        raise SetupError(
            f"Het bestand {file} kan niet worden gelezen. Kijk of het van u is en of het een tekstbestand is.",
            f"The file {file} can't be read. Check that it is yours and that it is a text file.",
        ) from None
    for line in lines:
        if line.error or (line.key and line.value is None):
            raise SetupError(
                f"Regel {line.original.line} van {file} is geen instelling. Schrijf NAAM=waarde, of begin met # voor een opmerking.",
                f"Line {line.original.line} of {file} is no setting. Write NAME=value, or begin with # for a remark.",
            )
        if line.key:
            yield line.key
