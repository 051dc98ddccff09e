"""A text made plain, for comparing it with phrases."""

from __future__ import annotations

import re
import unicodedata


def plain(text: str) -> str:
    """A text as the phrase lists have it: no capitals, accents, apostrophes or punctuation, single spaces."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(sign for sign in folded if not unicodedata.combining(sign))
    words = re.sub(r"[^\w\s@.+]", "", bare.replace("-", " "))
    return re.sub(r"\s+", " ", words).strip(" .")
