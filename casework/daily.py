"""What is done once a day, whichever process gets to it first. Doing it again the same day changes nothing."""

from __future__ import annotations

from casework import audit_heads, exports, post
from casework.office import Office
from store import copies


def round_of_today(office: Office) -> dict[str, int]:
    """Keep the audit log's head, and clear away what upgrades and crashes left. Returns counts by kind."""
    head = audit_heads.keep_daily(office)
    upgrades = office.store.remove_upgrade_copies(office.now(), office.pack.key_backup_days)
    return {
        "heads": 0 if head is None else 1,
        "upgrade_copies": upgrades,
        "drafts": sum(room.remove_drafts(office) for room in (audit_heads, exports, post)),
        "backups": copies.remove_left(office.home, office.now()),
    }
