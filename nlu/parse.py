"""What the model understands, line by line: `python -m nlu.parse [FILE]`.

Reads messages from the file, or from standard input, one a line, and writes one JSON object each to standard output as
it goes: `text`, `intent`, `confidence`, `ranking` ([{"name", "confidence"}]), `entities`. An empty line gives an object
too (intent `nlu_fallback`), so that line n of the output is about line n of the input. Nothing is kept or logged.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from nlu import quiet, stand_ins
from nlu.model import ModelShelf, no_whole_model
from nlu.settings import EngineSettings, SetupError
from nlu.words import refuse


def main() -> int:
    """Parse until the input ends; one sentence and status 1 when there is no model or no such file."""
    try:
        with lines_of(sys.argv[1:]) as lines:
            understand = load(EngineSettings.from_environment())
            write(lines, understand, sys.stdout)
    except SetupError as error:
        return refuse(error)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader went away
    return 0


@contextmanager
def lines_of(arguments: list[str]) -> Iterator[Iterable[str]]:
    """The lines of the file that is named, or of standard input.

    Raises:
        SetupError: when the file can't be read.
    """
    if not arguments or arguments[0] == "-":
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # a text stream
        yield sys.stdin
        return
    try:
        file = Path(arguments[0]).open(encoding="utf-8", errors="replace")  # noqa: SIM115  # closed below
    except OSError:
        raise SetupError(
            f"Het bestand {arguments[0]} is niet te lezen.", f"The file {arguments[0]} can't be read."
        ) from None
    with file:
        yield file


def load(settings: EngineSettings) -> Callable[[str], dict[str, Any]]:
    """The trained model as a function from a text to its object.

    Raises:
        SetupError: when the model is missing, half-trained or can't be loaded.
    """
    shelf = ModelShelf(settings.models)
    shelf.whole_label()
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    quiet.configure(logging.WARNING)
    stand_ins.install(stand_ins.ABSENT | stand_ins.ONLY_FOR_TRAINING)
    from rasa.core.agent import Agent
    from rasa.exceptions import ModelNotFound
    from rasa.shared.exceptions import RasaException

    from nlu.call import clean
    from nlu.letters import read

    quiet.quieten_rasa()
    try:
        agent = Agent.load(str(shelf.model))
    except (ModelNotFound, RasaException, OSError):
        raise no_whole_model(settings.models) from None
    loop = asyncio.new_event_loop()
    return lambda text: as_object(text, loop.run_until_complete(read(agent, clean(text))))


def write(lines: Iterable[str], understand: Callable[[str], dict[str, Any]], out: TextIO) -> None:
    """Write one JSON object a line, each as soon as it is known."""
    for line in lines:
        out.write(json.dumps(understand(line.rstrip("\r\n")), ensure_ascii=False) + "\n")
        out.flush()


def as_object(text: str, parsed: dict[str, Any]) -> dict[str, Any]:
    """The documented fields of a parsed message; the text is the line as it was given."""
    return {
        "text": text,
        "intent": parsed["intent"]["name"],
        "confidence": round(float(parsed["intent"]["confidence"]), 4),
        "ranking": [
            {"name": guess["name"], "confidence": round(float(guess["confidence"]), 4)}
            for guess in parsed.get("intent_ranking") or []
        ],
        "entities": parsed.get("entities") or [],
    }


if __name__ == "__main__":
    sys.exit(main())
