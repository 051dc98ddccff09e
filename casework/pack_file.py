"""Reading a practice pack from YAML: what is wrong in it is said in sentences that name the line."""

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from casework.pack_model import PracticePack
from casework.words import Both, ExplainedError

PRACTICES = Path(__file__).resolve().parent.parent / "data" / "practices"
"""Where the packs that ship with Balie stand."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SHOWN = 8
"""Problems told at once; mending these first is enough work for one look."""

_PROBLEMS = {
    "missing": ("dit ontbreekt", "this is missing"),
    "int_type": ("dit moet een geheel getal zijn", "this must be a whole number"),
    "int_parsing": ("dit moet een geheel getal zijn", "this must be a whole number"),
    "bool_type": ("dit moet true of false zijn", "this must be true or false"),
    "bool_parsing": ("dit moet true of false zijn", "this must be true or false"),
    "string_type": (
        "dit moet tekst zijn; zet er aanhalingstekens omheen",
        "this must be text; put it in quotation marks",
    ),
    "string_too_short": ("deze tekst is leeg", "this text is empty"),
    "string_pattern_mismatch": (
        "dit heeft niet de vorm die hier hoort ({pattern})",
        "this doesn't have the form that belongs here ({pattern})",
    ),
    "literal_error": ("dit moet een van deze zijn: {expected}", "this must be one of these: {expected}"),
    "greater_than_equal": ("dit moet minstens {ge} zijn", "this must be at least {ge}"),
    "less_than_equal": ("dit mag hoogstens {le} zijn", "this may be at most {le}"),
    "date_from_datetime_parsing": ("schrijf de datum als 2026-12-31", "write the date as 2026-12-31"),
    "date_type": ("schrijf de datum als 2026-12-31", "write the date as 2026-12-31"),
    "date_parsing": ("schrijf de datum als 2026-12-31", "write the date as 2026-12-31"),
    "tuple_type": ("dit moet een lijst zijn", "this must be a list"),
    "frozen_set_type": ("dit moet een lijst zijn", "this must be a list"),
    "dict_type": ("hier horen regels met een naam onder", "lines with names belong under this"),
    "model_type": ("hier horen regels met een naam onder", "lines with names belong under this"),
    "model_attributes_type": ("hier horen regels met een naam onder", "lines with names belong under this"),
    "value_error": ("{error}", "{error}"),
}
_OTHERWISE = ("deze waarde past hier niet", "this value doesn't fit here")


class PackError(ExplainedError):
    """Raised when there is no such pack or it can't be used; the words say where in the file and what to do."""


def load_pack(name_or_path: str | Path) -> PracticePack:
    """The pack of this name in data/practices, or of this .yml file. Raises PackError."""
    path = _find(name_or_path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise PackError(
            nl=f"Het praktijkpakket {path.name} kan niet worden gelezen. Is het een tekstbestand en mag u het openen?",
            en=f"The practice pack {path.name} can't be read. Is it a text file, and may you open it?",
        ) from error
    node = _compose(text, path.name)
    _refuse_doubles(node, path.name)
    try:
        return PracticePack.model_validate(_values(node, path.name))
    except ValidationError as error:
        # A misspelt name explains the missing one, so it comes first.
        details = sorted(error.errors(include_url=False), key=lambda one: one["type"] != "extra_forbidden")
        told = [_told(detail, node) for detail in details]
        raise PackError(
            nl=f"Praktijkpakket {path.name} klopt niet. "
            + _joined([one.nl for one in told], "en nog {n} andere"),
            en=f"Practice pack {path.name} isn't right. " + _joined([one.en for one in told], "and {n} more"),
        ) from error


def known_packs() -> tuple[str, ...]:
    """Names of the packs in data/practices."""
    return tuple(sorted(path.stem for path in PRACTICES.glob("*.yml")))


def _find(name_or_path: str | Path) -> Path:
    given = Path(name_or_path)
    if given.suffix in (".yml", ".yaml") or len(given.parts) > 1:
        if given.is_file():
            return given
        raise PackError(
            nl=f"Er is geen praktijkpakket {given.name} op die plek. Klopt de naam van het bestand?",
            en=f"There is no practice pack {given.name} in that place. Is the file name right?",
        )
    known = known_packs()
    if given.name in known:
        return PRACTICES / f"{given.name}.yml"
    names = ", ".join(known)
    raise PackError(
        nl=f"Er is geen praktijk met de naam {given.name}. Kies uit: {names}, of geef een .yml-bestand.",
        en=f"There is no practice called {given.name}. Choose from: {names}, or give a .yml file.",
    )


def _compose(text: str, name: str) -> yaml.Node:
    try:
        has_aliases = any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text, Loader=_LOADER))
        node = None if has_aliases else yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise _no_yaml(name, error) from error
    if not isinstance(node, yaml.MappingNode):
        raise PackError(
            nl=f"{name} is leeg, geen praktijkpakket, of gebruikt verwijzingen (* en &). Begin met een kopie uit "
            "data/practices.",
            en=f"{name} is empty, no practice pack, or uses references (* and &). Start from a copy out of "
            "data/practices.",
        )
    return node


def _values(node: yaml.Node, name: str) -> object:
    try:
        return yaml.SafeLoader("").construct_document(node)
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date such as 2026-13-01
        raise _no_yaml(name, error) from error


def _no_yaml(name: str, error: Exception) -> PackError:
    mark = getattr(error, "problem_mark", None)
    nl, en = (f" bij regel {mark.line + 1}", f" at line {mark.line + 1}") if mark else ("", "")
    return PackError(
        nl=f"{name} is geen geldige YAML. Kijk{nl} naar inspringen, streepjes, aanhalingstekens en datums.",
        en=f"{name} isn't valid YAML. Look{en} at indents, dashes, quotation marks and dates.",
    )


def _refuse_doubles(node: yaml.Node, name: str) -> None:
    """YAML lets the last of two equal keys win in silence; here that would lose a fact."""
    for mapping in _mappings(node):
        seen: set[str] = set()
        for key, _ in mapping.value:
            if str(key.value) in seen:
                line = key.start_mark.line + 1
                raise PackError(
                    nl=f"In {name} staat {key.value} dubbel, de tweede keer op regel {line}. Haal er één weg.",
                    en=f"In {name}, {key.value} stands twice, the second time on line {line}. Take one away.",
                )
            seen.add(str(key.value))


def _mappings(node: yaml.Node) -> Iterator[yaml.MappingNode]:
    if isinstance(node, yaml.MappingNode):
        yield node
        for _, value in node.value:
            yield from _mappings(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _mappings(value)


def _told(detail: ErrorDetails, node: yaml.Node) -> Both:
    place = ".".join(str(step) for step in detail["loc"]) or "pakket"
    line = _line(node, detail["loc"])
    if detail["type"] == "extra_forbidden":
        nl, en = _unknown_key(detail)
    else:
        nl, en = _PROBLEMS.get(detail["type"], _OTHERWISE)
    context: dict[str, Any] = dict(detail.get("ctx", {}))
    dutch, _, english = str(context.get("error", "")).partition(" / ")
    return Both(
        nl=f"Regel {line}, {place}: {nl.format(**context | {'error': dutch})}.",
        en=f"Line {line}, {place}: {en.format(**context | {'error': english or dutch})}.",
    )


def _unknown_key(detail: ErrorDetails) -> tuple[str, str]:
    name = str(detail["loc"][-1])
    near = difflib.get_close_matches(name, PracticePack.model_fields, n=1)
    if near:
        return f"deze naam ken ik niet; bedoelt u {near[0]}", f"I don't know this name; do you mean {near[0]}"
    return "deze naam ken ik niet", "I don't know this name"


def _line(node: yaml.Node, steps: tuple[int | str, ...]) -> int:
    """The line where this place stands, or the nearest place above it that is in the file."""
    for step in steps:
        below: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            below = next((value for key, value in node.value if key.value == str(step)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            below = node.value[step]
        if below is None:
            break
        node = below
    return int(node.start_mark.line) + 1


def _joined(sentences: list[str], more: str) -> str:
    rest = len(sentences) - _SHOWN
    return " ".join(sentences[:_SHOWN] + ([f"{more.format(n=rest)}."] if rest > 0 else []))
