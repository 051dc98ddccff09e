"""What the command says to the person who runs it: Dutch, with English beside it."""

from __future__ import annotations

import sys


def tell(dutch: str, english: str) -> None:
    """Say how far it is."""
    print(f"  {dutch} · {english}", flush=True)


def refuse(dutch: str, english: str) -> None:
    """Say what is wrong and what to do, on standard error."""
    print(f"{dutch}\n{english}", file=sys.stderr, flush=True)


def warn(dutch: str, english: str) -> None:
    """Say on standard error what may be a mistake, and go on."""
    refuse(dutch, english)
