"""All benchmarks: `python -m bench`."""

from __future__ import annotations

from bench import turns

if __name__ == "__main__":
    turns.main()
