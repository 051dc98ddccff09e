"""The table of the store's benchmark: ratios first, then what was measured, then the aims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "us"))


@dataclass(frozen=True)
class Row:
    """One thing that was measured.

    took: seconds of Balie, of plain columns, of Fernet columns, as far as each can do it. Aims: at most so many times plain, so
    many times Fernet, so many seconds. grew: MB by which the process grew meanwhile.
    """

    label: str
    took: Sequence[float | None]
    of_plain: float | None = None
    of_fernet: float | None = None
    most: float | None = None
    grew: float | None = None


def table(title: str, rows: Sequence[Row]) -> str:
    """Return the rows beside each other."""
    head = f"{title:30}{'to plain':>10}{'to Fernet':>10}{'Balie':>11}{'plain':>11}{'Fernet':>11}{'grew MB':>9}  aims"
    return "\n".join([head, *map(_line, rows)])


def span(seconds: float | None) -> str:
    """Return a time in the unit that suits it."""
    if seconds is None:
        return "-"
    size, unit = next((size, unit) for size, unit in (*_UNITS, (0.0, "us")) if seconds >= size)
    return f"{seconds / (size or 1e-6):.3g} {unit}"


def _line(row: Row) -> str:
    balie, plain, fernet = (*row.took, None, None)[:3]
    to_plain, to_fernet = _ratio(balie, plain), _ratio(balie, fernet)
    grew = "-" if row.grew is None else f"{row.grew:.1f}"
    aims = [
        _verdict(f"{row.of_plain} of plain", to_plain, row.of_plain),
        _verdict(f"{row.of_fernet or 0:.2f} of Fernet", to_fernet, row.of_fernet),
        _verdict(span(row.most), balie, row.most),
    ]
    return (
        f"{row.label:30}{_shown(to_plain):>10}{_shown(to_fernet):>10}{span(balie):>11}{span(plain):>11}"
        f"{span(fernet):>11}{grew:>9}  {', '.join(filter(None, aims))}"
    )


def _ratio(balie: float | None, other: float | None) -> float | None:
    return balie / other if balie is not None and other else None


def _shown(ratio: float | None) -> str:
    return "-" if ratio is None else f"{ratio:.3g}x"


def _verdict(aim: str, value: float | None, most: float | None) -> str:
    if value is None or most is None:
        return ""
    return f"{aim}: {'met' if value <= most else 'MISSED'}"
