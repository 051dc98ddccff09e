"""The practice's one accent colour, made readable: at least 7:1 on paper by day and by night (WCAG 2.2, 1.4.6)."""

from __future__ import annotations

from typing import TypeAlias

Colour: TypeAlias = tuple[float, float, float]
"""Red, green and blue from 0 to 255."""

PAPER = "#faf8f3"
NIGHT = "#1b1a18"
ENOUGH = 7.0
_STEP = 0.03


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours written as "#rrggbb", from 1 to 21 (WCAG's definition)."""
    high, low = sorted((_luminance(_colour(one)), _luminance(_colour(other))), reverse=True)
    return (high + 0.05) / (low + 0.05)


def readable(accent: str, background: str) -> str:
    """The accent itself where it is readable on this background, else the nearest shade of it that is."""
    toward = (0.0, 0.0, 0.0) if _luminance(_colour(background)) > 0.18 else (255.0, 255.0, 255.0)
    mixed, share = accent, 0.0
    while contrast(mixed, background) < ENOUGH and share < 1:
        share = min(1.0, share + _STEP)
        mixed = _hex(_mix(_colour(accent), toward, share))
    return mixed


def theme_css(accent: str) -> str:
    """The style sheet that gives every page the practice's accent, by day and by night."""
    day, night = readable(accent, PAPER), readable(accent, NIGHT)
    return (
        f":root {{ --accent: {day}; --on-accent: {PAPER}; }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ --accent: {night}; --on-accent: {NIGHT}; }} }}\n"
    )


def _colour(code: str) -> Colour:
    return (float(int(code[1:3], 16)), float(int(code[3:5], 16)), float(int(code[5:7], 16)))


def _hex(colour: Colour) -> str:
    return "#" + "".join(f"{round(part):02x}" for part in colour)


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    return (red, green, blue)


def _luminance(colour: Colour) -> float:
    red, green, blue = (
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
