"""Logging that can't repeat what a client wrote.

Rasa puts messages, slots and whole conversations in its log lines, tracebacks and warnings. Taking out what is known to
leak would be a race against its code, so it goes the other way round: only this package's own messages are written.
Of everybody else a line says who spoke and where (logger, function, line), the kind of exception, and of structured
events the fields in ALLOWED_FIELDS.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import warnings
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any, TextIO

import structlog

OWN_LOGGERS = ("nlu",)
ALLOWED_FIELDS = ("event", "action_name", "policy_name", "len_extraction_events")
"""Fields of a structured log event whose values name things of the program, never of a person."""

_plain_record = logging.LogRecord


def configure(level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Send all log lines, quietened, to `stream` (standard error). A second call replaces the first.

    Args:
        level: what is written at all; DEBUG is as quiet about people as INFO, only longer.
        stream: where the lines go.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.setLogRecordFactory(quiet_record)
    logging.captureWarnings(False)
    structlog.configure(
        processors=[keep_allowed_fields],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    warnings.showwarning = show_warning
    sys.excepthook = _show_exception
    threading.excepthook = _show_thread_exception


def quieten_rasa() -> None:
    """Replace Rasa's own warnings, which print the message that they are about, in every module that has them."""
    import rasa.shared.utils.io

    rasa.shared.utils.io.raise_warning = raise_warning


def quieten_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Let the event loop report a failed task by the kind of its exception only."""
    loop.set_exception_handler(_report_from_loop)


def quiet_record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    """A log record without other people's words: the factory for `logging`."""
    record = _plain_record(*args, **kwargs)
    kind = f" [{kinds(record.exc_info[1])}]" if record.exc_info and record.exc_info[1] else ""
    record.exc_info = None
    record.exc_text = None
    record.stack_info = None
    if _is_own(record.name):
        record.msg = f"{record.msg}{kind}"
        return record
    if not isinstance(record.msg, RenderedEvent):
        record.msg = f"{record.funcName}:{record.lineno}{kind}"
    record.args = None
    return record


def kinds(error: BaseException) -> str:
    """The kinds of an exception and its causes: never their words, which may be a client's."""
    names = [type(error).__name__]
    while error.__cause__ is not None:
        error = error.__cause__
        names.append(type(error).__name__)
    return " from ".join(names)


class RenderedEvent(str):
    """A structured event after `keep_allowed_fields`: the one foreign text that may pass."""


def keep_allowed_fields(_: Any, __: str, event: MutableMapping[str, Any]) -> RenderedEvent:
    """A structlog processor that drops every field but the allowed ones, and of those all but plain words."""
    return RenderedEvent(
        " ".join(f"{name}={event[name]}" for name in ALLOWED_FIELDS if _is_plain(event.get(name)))
    )


def raise_warning(
    message: str, category: type[Warning] | None = None, docs: str | None = None, **_: Any
) -> None:
    """Stands in for Rasa's function of that name: says that there was a warning and where, not what about."""
    caller = sys._getframe(1)
    logging.getLogger("nlu.quiet").debug(
        "%s at %s:%d", (category or UserWarning).__name__, caller.f_globals.get("__name__"), caller.f_lineno
    )


def show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Stands in for `warnings.showwarning`: libraries' deprecations are noise here, the rest is named and placed."""
    if not issubclass(category, DeprecationWarning):
        logging.getLogger("nlu.quiet").warning("%s at %s:%d", category.__name__, filename, lineno)


def _is_own(logger: str) -> bool:
    return logger.partition(".")[0] in OWN_LOGGERS


def _is_plain(value: object) -> bool:
    return isinstance(value, int) or (
        isinstance(value, str) and value.replace(".", "").replace("_", "").isalnum()
    )


def _show_exception(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("nlu.quiet").critical("ended by %s at %s", kind.__name__, _place(trace))


def _show_thread_exception(args: threading.ExceptHookArgs) -> None:
    logging.getLogger("nlu.quiet").error(
        "a thread ended by %s at %s", args.exc_type.__name__, _place(args.exc_traceback)
    )


def _report_from_loop(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    logging.getLogger("nlu.quiet").error(
        "in the event loop: %s", type(error).__name__ if error else "a complaint"
    )


def _place(trace: TracebackType | None) -> str:
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}" if trace else "an unknown place"
