"""The second factor: time-based codes (RFC 6238), their QR code, and recovery codes for a lost phone."""

import hashlib
import hmac
import secrets
from datetime import datetime

import pyotp
import segno

_STEP_SECONDS = 30
_DRIFT_STEPS = 1
"""ASVS 5.0, 6.5.1 and RFC 6238, 5.2: one step either way, for clocks that are slightly off."""
_RECOVERY_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_RECOVERY_LENGTH = 12
RECOVERY_CODES = 8


def new_secret() -> str:
    """A fresh secret of 160 bits in base32."""
    return pyotp.random_base32()


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step that this code belongs to, or None if it fits none of now, just before and just after.

    The caller refuses a step that was used before: a code works once.
    """
    digits = "".join(code.split())
    totp = pyotp.TOTP(secret)
    current = int(now.timestamp()) // _STEP_SECONDS
    found = None
    for step in range(current - _DRIFT_STEPS, current + _DRIFT_STEPS + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), digits.encode()):
            found = step
    return found


def spaced(secret: str) -> str:
    """The secret in groups of four, for typing over."""
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))


def qr_svg(secret: str, name: str, practice: str) -> str:
    """The enrolment address as inline SVG: drawn here, so that the secret is sent to nobody."""
    address = pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=f"Balie {practice}")
    return segno.make(address, error="m").svg_inline(border=4, omitsize=True, dark="#000", light="#fff")


def new_recovery_codes() -> tuple[str, ...]:
    """Codes to keep on paper; each works once instead of a phone's code."""
    return tuple(
        "-".join(
            "".join(secrets.choice(_RECOVERY_ALPHABET) for _ in range(4))
            for _ in range(_RECOVERY_LENGTH // 4)
        )
        for _ in range(RECOVERY_CODES)
    )


def recovery_digest(code: str) -> str:
    """How a recovery code is kept. A plain hash will do: the code itself holds 59 random bits."""
    bare = "".join(sign for sign in code.upper() if sign.isalnum())
    return hashlib.sha256(b"balie recovery code\x00" + bare.encode()).hexdigest()
