"""One long act on a store that is there already, in a process of its own, so that its memory shows: `rotate`, `back up`, `verify`.

    python -m bench.peak ACT HOME DATA_URL KEYS_URL

Prints the seconds that it took and the MB by which the process grew.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.engine_process import ROOT
from bench.measure import growth, seconds
from bench.sealed import Sealed

Act = Callable[[Sealed, Path], None]
ACTS: Mapping[str, Act] = {
    "rotate": lambda sealed, _: sealed.rotate(),
    "back up": lambda sealed, folder: sealed.back_up(folder),
    "verify": lambda sealed, _: sealed.verify(),
}


def measured(act: str, home: Path, urls: tuple[str, str]) -> tuple[float, float | None]:
    """Do an act in another process. Returns its seconds, and the MB by which that process grew."""
    command = [sys.executable, "-m", "bench.peak", act, str(home), *urls]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)
    took, grew = json.loads(done.stdout)
    return took, grew


def main(act: str, home: Path, urls: tuple[str, str]) -> None:
    """Do the act here and print what it took."""
    sealed = Sealed(home, urls)
    took = 0.0

    def do() -> None:
        nonlocal took
        took = seconds(lambda: ACTS[act](sealed, Path(folder)))

    with TemporaryDirectory(prefix="balie-bench-") as folder:
        grew = growth(do)
    sealed.close()
    print(json.dumps([took, grew]))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), (sys.argv[3], sys.argv[4]))
