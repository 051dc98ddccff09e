"""Practice packs: a practice's facts as data, read from data/practices and checked against the law."""

from casework.pack_check import Finding, check_pack
from casework.pack_file import PRACTICES, PackError, known_packs, load_pack
from casework.pack_model import (
    Answer,
    ConsentKind,
    Contact,
    Hold,
    Intake,
    IntakeFieldSpec,
    PolicyIntent,
    PracticePack,
    Purpose,
    Recipient,
    Term,
    shown_phone,
)

__all__ = [
    "PRACTICES",
    "Answer",
    "ConsentKind",
    "Contact",
    "Finding",
    "Hold",
    "Intake",
    "IntakeFieldSpec",
    "PackError",
    "PolicyIntent",
    "PracticePack",
    "Purpose",
    "Recipient",
    "Term",
    "check_pack",
    "known_packs",
    "load_pack",
    "shown_phone",
]
