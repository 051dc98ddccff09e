"""All benchmarks: `python -m bench`; or one: `python -m bench turns`, `python -m bench store --persons 1000 --databases sqlite`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence

from bench import store, turns

BENCHMARKS: Mapping[str, Callable[[Sequence[str]], None]] = {
    "turns": lambda _: turns.main(),
    "store": store.main,
}


def main(words: Sequence[str]) -> int:
    """Run the benchmark that is named, with what else was typed; or all. Returns the exit status."""
    if not words:
        for benchmark in BENCHMARKS.values():
            benchmark([])
    elif words[0] in BENCHMARKS:
        BENCHMARKS[words[0]](words[1:])
    else:
        print(f"There are these benchmarks: {', '.join(BENCHMARKS)}.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
