"""Log lines of libraries name things and places, never what a person wrote."""

from __future__ import annotations

import io
import logging
import sys
import warnings
from collections.abc import Iterator

import pytest
import rasa.shared.utils.io
import structlog

from nlu import quiet

SECRET = "Truus van Dalen, 0612345678"


@pytest.fixture(params=[logging.INFO, logging.DEBUG], ids=["INFO", "DEBUG"])
def written(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """What is written to the log at this level."""
    stream = io.StringIO()
    quiet.configure(request.param, stream)
    yield stream
    quiet.configure()


def fail_twice() -> None:
    try:
        {}[SECRET]
    except KeyError as error:
        raise ValueError(SECRET) from error


def test_a_library_speaks_by_place_only(written: io.StringIO) -> None:
    logging.getLogger("rasa.core.processor").error("could not handle %s", SECRET)
    logging.getLogger("sanic.root").warning(f"text was {SECRET}")  # noqa: G004  # as Rasa does

    assert SECRET not in written.getvalue()
    assert "rasa.core.processor: test_a_library_speaks_by_place_only:" in written.getvalue()


def test_a_traceback_becomes_the_kinds_of_its_exceptions(written: io.StringIO) -> None:
    for name in ("aiohttp.client", "nlu.channel"):
        try:
            fail_twice()
        except ValueError:
            logging.getLogger(name).exception("it failed")

    assert SECRET not in written.getvalue()
    assert "Traceback" not in written.getvalue()
    assert "[ValueError from KeyError]" in written.getvalue()


def test_own_messages_are_written(written: io.StringIO) -> None:
    logging.getLogger("nlu.tracker").info("deleted: %d", 7)

    assert "INFO nlu.tracker: deleted: 7" in written.getvalue()


def test_structured_events_keep_their_allowed_fields_only(written: io.StringIO) -> None:
    structlog.get_logger("rasa.core.processor").warning(
        "processor.message.parse", parse_data_text=SECRET, action_name="utter_greet", event_info=SECRET
    )

    assert SECRET not in written.getvalue()
    assert "event=processor.message.parse action_name=utter_greet" in written.getvalue()


def test_an_allowed_field_with_a_sentence_in_it_is_dropped(written: io.StringIO) -> None:
    structlog.get_logger("rasa.core.processor").warning(
        SECRET, action_name=SECRET, policy_name={"text": SECRET}
    )

    assert SECRET not in written.getvalue()


def test_warnings_say_where_and_not_what(written: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    warnings.showwarning(UserWarning(SECRET), UserWarning, "somewhere.py", 3)
    rasa.shared.utils.io.raise_warning(f"entity {SECRET}")

    assert SECRET not in written.getvalue() + "".join(capsys.readouterr())
    assert "UserWarning at somewhere.py:3" in written.getvalue()


def test_no_module_of_rasa_that_the_engine_runs_keeps_the_original_warning() -> None:
    keepers = [
        name
        for name, module in list(sys.modules.items())
        if name.startswith("rasa.")
        and getattr(module, "raise_warning", quiet.raise_warning) is not quiet.raise_warning
    ]

    assert keepers == []


def test_an_unforeseen_end_names_the_exception_only(
    written: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        fail_twice()
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)

    assert SECRET not in written.getvalue() + "".join(capsys.readouterr())
    assert "ended by ValueError at" in written.getvalue()
