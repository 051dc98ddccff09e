"""A client at the front desk: asks, proves who they are, and reads what comes back. No chat, the same casework."""

import email
import email.policy
import re
from dataclasses import dataclass
from uuid import uuid4

from casework import consents, conversations, deliveries, identity, people, requests, tickets
from casework.office import Office
from casework.requests import Kind

ANNA = {"name": "Anna de Vries", "email": "anna.devries@example.org"}
WITH_PHONE = ANNA | {"phone": "+31612345678"}


@dataclass
class Client:
    """Somebody in an open conversation."""

    office: Office
    conversation: str
    person: str

    def asks(self, kind: Kind, detail: str | None = None) -> str:
        """Make a request, and return its ticket's id."""
        proven = identity.who(self.office, self.conversation) == self.person
        receipt = requests.submit(
            self.office,
            self.conversation,
            self.person,
            kind,
            detail,
            "code" if proven else "none",
            f"{self.conversation}:{uuid4()}",
        )
        return ticket_of(self.office, receipt.reference)

    def withdraws(self, consent: str) -> str:
        """Withdraw a consent, and return the id of the take-down ticket."""
        receipt = consents.withdraw(
            self.office, self.person, consent, self.conversation, f"{self.conversation}:{uuid4()}"
        )
        assert receipt.ticket_reference is not None
        return ticket_of(self.office, receipt.ticket_reference)

    def hears(self) -> list[str]:
        """What arrived in the conversation from outside a turn."""
        return [each.message.text for each in deliveries.after(self.office, self.conversation, 0)]

    def leaves(self) -> None:
        """Wipe the conversation."""
        conversations.wipe(self.office, self.conversation)


def known_client(office: Office, details: dict[str, str] = ANNA) -> Client:
    """A registered client who proved by a code who they are."""
    person = people.register(office, details, "coach")
    talk = conversations.begin(office, "nl", "web").id
    identity.send_code(office, talk, details["email"])
    code = re.search(r"\b\d{6}\b", letters(office)[-1])
    assert code is not None
    assert identity.check_code(office, talk, code[0]) == "verified"
    return Client(office, talk, person)


def claimant(office: Office, address: str = ANNA["email"]) -> Client:
    """Somebody who says that this is their address, and proves nothing."""
    talk = conversations.begin(office, "nl", "web").id
    return Client(office, talk, identity.claimant(office, talk, address))


def ticket_of(office: Office, reference: str) -> str:
    """The id of the ticket with this reference."""
    return next(line.id for line in tickets.due_list(office) if line.reference == reference)


def letters(office: Office) -> list[str]:
    """The texts of the mails in the outbox, oldest first."""
    files = sorted((office.home / "outbox").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    parsed = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in files]
    return [str(letter["subject"]) + "\n" + letter.get_content() for letter in parsed]
