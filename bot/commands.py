"""The few fixed commands that Balie itself understands, whatever else is going on in the conversation."""

import re
from typing import Literal

Command = Literal["wipe", "start_over", "dutch", "english"]

_WIPE = "(?:dit |het |mijn )?(?:gesprek|chat)"
_PHRASES: tuple[tuple[Command, re.Pattern[str]], ...] = (
    ("wipe", re.compile(rf"(?:wis|verwijder|delete) {_WIPE}|{_WIPE} (?:wissen|verwijderen)")),
    ("wipe", re.compile("(?:erase|delete|wipe|clear) (?:this |the |my |our )?(?:conversation|chat)")),
    (
        "start_over",
        re.compile(
            "(?:begin |start )(?:helemaal )?(?:opnieuw|overnieuw)|(?:opnieuw|overnieuw) (?:beginnen|starten)"
        ),
    ),
    ("start_over", re.compile("start over|start again|begin again|restart")),
    ("english", re.compile("(?:in het )?engels|(?:switch to |speak |in )?english")),
    ("dutch", re.compile("(?:in het )?nederlands|(?:switch to |speak |in )?dutch")),
)
_POLITE = re.compile(r"\b(?:please|graag|alstublieft|aub|a\.u\.b)\b")
_REST = re.compile(r"[^\w ]+")


def command_in(text: str) -> Command | None:
    """The command that this text is, as a whole; None when it says anything more than the command."""
    bare = " ".join(_REST.sub(" ", _POLITE.sub(" ", text.casefold())).split())
    for command, phrase in _PHRASES:
        if phrase.fullmatch(bare):
            return command
    return None
