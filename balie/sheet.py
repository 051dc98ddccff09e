"""The recovery sheet as it is printed: on the screen, or as a page of its own without anything from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

from store.recovery import SheetLine

_TITLE = "Herstelblad · Recovery sheet"
_DUTCH = (
    "Wie dit blad heeft, kan met een reservekopie alle gegevens lezen. Wie het kwijt is én de computer kwijt is, is alle gegevens "
    "kwijt. Bewaar het op papier, op een andere plek dan de computer en de reservekopieën. Terugzetten: balie keys restore."
)
_ENGLISH = (
    "Whoever has this sheet and a backup can read everything. Whoever loses both it and the computer has lost everything. Keep it on "
    "paper, elsewhere than the computer and the backups. To put it back: balie keys restore."
)
_STYLE = (
    "body{font:12pt/1.5 sans-serif;max-width:42em;margin:2em auto;padding:0 1em}"
    "pre{font:14pt/1.9 monospace;border:1px solid;padding:1em;white-space:pre-wrap}"
)


def text(practice: str, lines: Sequence[SheetLine], at: datetime) -> str:
    """Return the sheet as plain text."""
    return "\n".join(
        [
            "",
            _TITLE,
            f"{practice}, {at:%Y-%m-%d}",
            "",
            *(str(line) for line in lines),
            "",
            _DUTCH,
            "",
            _ENGLISH,
            "",
        ]
    )


def page(practice: str, lines: Sequence[SheetLine], at: datetime) -> str:
    """Return the sheet as an HTML page to print. It loads nothing."""
    body = "\n".join(escape(str(line)) for line in lines)
    return (
        f'<!doctype html><html lang="nl"><meta charset="utf-8"><title>{_TITLE}</title><style>{_STYLE}</style>'
        f"<h1>{_TITLE}</h1><p>{escape(practice)}, {at:%Y-%m-%d}</p><pre>{body}</pre>"
        f'<p>{_DUTCH}</p><p lang="en">{_ENGLISH}</p></html>\n'
    )
