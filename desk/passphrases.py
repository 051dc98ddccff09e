"""Passphrases: what is strong enough, said kindly, and the hash that is kept (Argon2id; OWASP ASVS 5.0, 6.2)."""

import os
import unicodedata
from dataclasses import dataclass

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

SHORTEST = 14
LONGEST = 200
"""Argon2id could take more; a limit keeps one request from costing the machine its breath."""
_FEWEST_DIFFERENT = 6
_WELL_KNOWN = ("wachtwoord", "welkom", "password", "qwerty", "geheim", "123456", "abcdef")

_ITERATIONS, _LANES, _MEMORY_KIB = 3, 1, 64 * 1024


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a passphrase will do. `advice` names the sentence for people: see templates/account/passphrase.html."""

    good: bool
    advice: str
    length: int


def judge(passphrase: str, name: str) -> Judgement:
    """Judge a passphrase by length, variety and closeness to the account's name; no rules about signs or capitals."""
    text = _plain(passphrase)
    length = len(text)
    bare = text.casefold()
    if length < SHORTEST:
        advice = "short"
    elif length > LONGEST:
        advice = "long"
    elif len(set(bare)) < _FEWEST_DIFFERENT:
        advice = "monotone"
    elif _mostly(bare, (_plain(name).casefold(), *_WELL_KNOWN)):
        advice = "guessable"
    else:
        return Judgement(good=True, advice="good", length=length)
    return Judgement(good=False, advice=advice, length=length)


def hash_passphrase(passphrase: str, pepper: bytes) -> str:
    """The passphrase as a PHC string: Argon2id, 64 MiB, three rounds, a random salt, and the keyring's own secret."""
    kdf = Argon2id(
        salt=os.urandom(16),
        length=32,
        iterations=_ITERATIONS,
        lanes=_LANES,
        memory_cost=_MEMORY_KIB,
        secret=pepper,
    )
    return kdf.derive_phc_encoded(_plain(passphrase).encode())


def matches(passphrase: str, phc: str, pepper: bytes) -> bool:
    """True if this is the passphrase behind the hash; the work is the same for every answer."""
    try:
        Argon2id.verify_phc_encoded(_plain(passphrase)[:LONGEST].encode(), phc, secret=pepper)
    except InvalidKey:
        return False
    return True


def _plain(text: str) -> str:
    """One spelling per text, so that a phone and a laptop that type é differently agree."""
    return unicodedata.normalize("NFC", text).strip()


def _mostly(text: str, known: tuple[str, ...]) -> bool:
    """True if what is left without the well-known parts is shorter than half a passphrase."""
    for part in known:
        if part:
            text = text.replace(part, "")
    return len(text.replace(" ", "")) < SHORTEST // 2
