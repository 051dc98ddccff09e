"""A postbox behind a real SMTP server (aiosmtpd), kept in memory."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True)
class Received:
    """A mail as it came in: who it is for, and its bytes."""

    to: str
    content: bytes


@dataclass
class Postbox:
    """What came in, oldest first."""

    mails: list[Received] = field(default_factory=list)
    port: int = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  (aiosmtpd's name)
        """Keep a mail."""
        content = (
            envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        )
        self.mails += [Received(to, content) for to in envelope.rcpt_tos]
        return "250 kept"

    def code_for(self, address: str, within: float = 20) -> str:
        """The newest one-time code mailed to `address`."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            for mail in reversed(self.mails):
                if mail.to == address and (
                    codes := re.findall(rb"\b\d{6}\b", mail.content.partition(b"\r\n\r\n")[2])
                ):
                    return str(codes[-1].decode())
            time.sleep(0.1)
        raise TimeoutError("no code was mailed")
