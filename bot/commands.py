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
)
_POLITE = re.compile(r"\b(?:please|pls|graag|alstublieft|alsjeblieft|svp|aub|a\.u\.b)\b")
_APOSTROPHES = re.compile("['’`´]")
_REST = re.compile(r"[^\w ]+")
_WIPES = re.compile("(?:(?:ja|yes) ?)?(?:wis|wissen|wis maar|doe maar|erase|do it|go ahead)?|ok|oke|akkoord")
_LEAVES = re.compile(
    "(?:(?:nee|no) ?)?(?:zo laten|laat maar|liever niet|toch niet|niet wissen|leave it|dont)?"
)

_ENGLISH = frozenset(("engels", "english", "engelse", "engles", "inglish", "englisch"))
_DUTCH = frozenset(("nederlands", "dutch", "nederlandse", "nederlans", "hollands", "vlaams", "flemish"))
_NOT = frozenset(("geen", "niet", "no", "not", "dont", "cant", "cannot", "nauwelijks", "amper"))
_AROUND = frozenset(
    """
    ik wij we u je jij jullie me mij met ons kan kunnen kunt kun mag mogen zullen zou zouden wil wilt willen laten spreek spreekt spreken
    praat praten antwoord antwoorden antwoordt schrijf schrijven typ typen versta begrijp verder doorgaan door gaan ga gaat doe doen ook terug
    weer over op naar het in liever misschien dit gesprek hier alleen maar taal even nu voortaan dan de om te is mogelijk heel goed eigenlijk gewoon
    hoi hallo sorry en of ja
    i im we you us can could may might shall let lets do does speak speaking talk write answer continue go on switch change back to the
    language only just prefer rather would like want id this conversation chat here now from it possible is be instead too also a bit little
    very well understand know so but hi hello and yes my
    """.split()  # noqa: SIM905  # a list of words reads better as one
)
"""What people say around the name of a language when they ask for it; any other word makes it another message."""


def command_in(text: str) -> Command | None:
    """The command that this text is, as a whole; None when it says anything more than the command."""
    words = _bare(text)
    for command, phrase in _PHRASES:
        if phrase.fullmatch(" ".join(words)):
            return command
    return _wished_language(words)


def wipe_answer_in(text: str) -> bool | None:
    """Whether this text, typed right after the question whether to wipe, says yes; None when it says neither."""
    said = " ".join(_bare(text))
    if not said or "?" in text:
        return None
    return True if _WIPES.fullmatch(said) else False if _LEAVES.fullmatch(said) else None


def _bare(text: str) -> list[str]:
    return _REST.sub(" ", _POLITE.sub(" ", _APOSTROPHES.sub("", text.casefold()))).split()


def _wished_language(words: list[str]) -> Command | None:
    """The language that this asks for; "ik spreek geen Nederlands" asks for the other one."""
    named = {word for word in words if word in _ENGLISH | _DUTCH}
    rest = set(words) - named
    if len(named) != 1 or not rest <= _AROUND | _NOT:
        return None
    wants_english = bool(named & _ENGLISH) != bool(rest & _NOT)
    return "english" if wants_english else "dutch"
