"""The texts of casework, from templates/: mails, replies, receipts and the overview of an export."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from casework.messages import Language

_FOLDER = Path(__file__).parent / "templates"


def render(name: str, language: Language, **facts: Any) -> str:
    """Return the text of templates/<name>.<language>.txt.j2 with these facts. A fact that is missing is an error."""
    return _environment.get_template(f"{name}.{language}.txt.j2").render(facts).strip()


def render_page(name: str, **facts: Any) -> str:
    """Return the page of templates/<name>.html.j2; all facts are escaped."""
    return _environment.get_template(f"{name}.html.j2").render(facts)


_environment = Environment(
    loader=FileSystemLoader(_FOLDER),
    autoescape=select_autoescape(enabled_extensions=("html.j2",)),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
