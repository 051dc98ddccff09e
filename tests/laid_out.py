"""Empty SQLite databases as they are after the first start, made once: the migrations take longer than most tests."""

from __future__ import annotations

import functools
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from store.engines import make_engine, writing
from store.migrate import bring_up_to_date


def lay_out(folder: Path) -> None:
    """Put data.db and keys.db in a folder, by way of all migrations and without a row."""
    for file in Path(_made().name).iterdir():
        shutil.copy(file, folder)


@functools.cache
def _made() -> TemporaryDirectory[str]:
    made = TemporaryDirectory(prefix="balie-tests-")
    for database in ("data", "keys"):
        engine = make_engine(f"sqlite:///{Path(made.name, database)}.db", journal="DELETE")
        bring_up_to_date(writing(engine), database)
        engine.dispose()
    return made
