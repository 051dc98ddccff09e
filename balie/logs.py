"""Logging that can't leak: what libraries say is reduced to who said it and the type of what went wrong (obligation: design §5)."""

from __future__ import annotations

import logging
import sys
from types import TracebackType

OWN = ("balie", "bot", "actions", "casework", "store", "desk")
"""Loggers whose messages are written by us, with ids and counts only."""


class QuietFormatter(logging.Formatter):
    """One line per event. Messages of other people's libraries and the values in tracebacks are left out."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        """Return the line for `record`, without arguments, exception messages or local values of foreign code."""
        own = record.name.split(".", 1)[0] in OWN
        message = record.getMessage() if own else "(message left out)"
        where = _where(record.exc_info[2]) if record.exc_info else ""
        kind = f" {record.exc_info[0].__name__}{where}" if record.exc_info and record.exc_info[0] else ""
        stamp = self.formatTime(record, self.datefmt)
        return f"{stamp} {record.levelname} {record.name} {message}{kind}"


def _where(traceback: TracebackType | None) -> str:
    while traceback and traceback.tb_next:
        traceback = traceback.tb_next
    if not traceback:
        return ""
    code = traceback.tb_frame.f_code
    return f" in {code.co_qualname} line {traceback.tb_lineno}"


def configure() -> None:
    """Send all logging of this process to standard error, quietly: warnings of libraries, information of our own."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(QuietFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OWN:
        logging.getLogger(name).setLevel(logging.INFO)
    for name in (
        "uvicorn",
        "uvicorn.error",
        "uvicorn.access",
        "httpx",
        "telegram",
        "sanic.root",
        "sanic.error",
    ):
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
        library.setLevel(logging.WARNING)
    logging.captureWarnings(True)
    sys.excepthook = _last_word


def _last_word(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("balie").error("stopped by %s%s", kind.__name__, _where(traceback))
