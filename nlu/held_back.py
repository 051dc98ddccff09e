"""Which training examples the sentence encoder is not tuned on: a fifth, by a digest of their text.

The classifier's confidences are calibrated on these: on examples that the encoder has seen it is surer than it may be.
Used in both environments, so it needs nothing but the standard library.
"""

from __future__ import annotations

import hashlib

SHARE = 0.2


def is_held_back(text: str) -> bool:
    """Whether this example is kept from the tuning. The same text always gives the same answer."""
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=4).digest()[0] % 10 < SHARE * 10
