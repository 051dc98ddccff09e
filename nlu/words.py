"""What the engine's commands say to the person who runs them: Dutch, with English beside it."""

from __future__ import annotations

import sys


def tell(dutch: str, english: str) -> None:
    """Say how far it is."""
    sys.stdout.write(f"  {dutch} · {english}\n")
    sys.stdout.flush()


def refuse(error: Exception) -> int:
    """Say on standard error what is wrong and what to do; returns the exit status."""
    sys.stderr.write(f"{error}\n")
    return 1
