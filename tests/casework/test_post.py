"""The post: kept sealed, sent once it is on disk, tried again, with nothing personal in it."""

from __future__ import annotations

import ssl
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import Message
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from casework import post
from casework.office import Office
from casework.post import Mail, OutboxPost, PostError, SmtpPost
from store.tables import Mail as MailRow
from tests.casework.conftest import Clock, letters, registered, rows
from tests.ports import free_port

MAIL = Mail("anna@example.org", "Uw code", "Uw code is 123456.\n")


class Postbox(MessageHandler):
    """What a mail server took in."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[Message] = []

    def handle_message(self, message: Message) -> None:
        """Keep a mail."""
        self.taken.append(message)


@pytest.fixture
def postbox() -> Postbox:
    """An empty postbox."""
    return Postbox()


@pytest.fixture
def server(postbox: Postbox) -> Iterator[Controller]:
    """A mail server on loopback, without TLS."""
    controller = Controller(postbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for localhost, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    chain, secret = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return chain, secret


def test_a_mail_reaches_a_real_server(server: Controller, postbox: Postbox):
    SmtpPost(f"smtp://127.0.0.1:{server.port}", "balie@example.org").send(MAIL)
    (taken,) = postbox.taken
    assert (taken["To"], taken["From"], taken["Subject"]) == (MAIL.to, "balie@example.org", MAIL.subject)
    assert taken["Auto-Submitted"] == "auto-generated"
    assert MAIL.body.strip() in taken.get_payload()


def test_a_mail_goes_over_tls_to_a_server_with_a_good_certificate_only(
    postbox: Postbox, certificate: tuple[Path, Path]
):
    chain, secret = certificate
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(chain, secret)
    controller = Controller(postbox, hostname="localhost", port=free_port(), ssl_context=context)
    controller.start()
    try:
        url = f"smtps://localhost:{controller.port}"
        with pytest.raises(PostError):
            SmtpPost(url, "balie@example.org").send(MAIL)
        assert postbox.taken == []
        trusting = ssl.create_default_context(cafile=str(chain))
        SmtpPost(url, "balie@example.org", trusting).send(MAIL)
        assert len(postbox.taken) == 1
    finally:
        controller.stop()


@pytest.mark.parametrize("url", ["", "mail.example.org", "http://mail.example.org", "smtp://", "smtps://:25"])
def test_a_malformed_address_of_the_server_is_one_clear_sentence_without_the_password(url):
    with pytest.raises(ValueError, match="The mail server is given as") as refused:
        SmtpPost(url, "balie@example.org")
    assert "\n" not in str(refused.value)


def test_a_server_that_is_away_is_a_post_error_without_the_address():
    with pytest.raises(PostError) as failed:
        SmtpPost("smtp://127.0.0.1:1", "balie@example.org").send(MAIL)
    assert "anna" not in str(failed.value)


def test_the_outbox_holds_whole_files_for_its_owner_only_under_names_that_say_nothing(tmp_path: Path):
    OutboxPost(tmp_path / "outbox", "balie@example.org").send(MAIL)
    (path,) = (tmp_path / "outbox").iterdir()
    assert path.suffix == ".eml"
    assert "anna" not in path.name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("to", ["a@b.nl, c@d.nl", "a@b.nl\nBcc: c@d.nl", "geen adres"])
def test_what_is_not_one_address_gets_no_mail(tmp_path: Path, to):
    with pytest.raises(PostError):
        OutboxPost(tmp_path, "balie@example.org").send(Mail(to, "x", "y"))
    assert list(tmp_path.iterdir()) == []


class Broken:
    """A post office that is shut until it is opened."""

    def __init__(self) -> None:
        self.shut = True
        self.sent: list[Mail] = []

    def send(self, mail: Mail) -> None:
        """Fail, or send."""
        if self.shut:
            raise PostError("shut")
        self.sent.append(mail)


def test_a_mail_that_fails_waits_sealed_and_is_tried_again_later(office: Office, clock: Clock):
    broken = Broken()
    office = replace(office, post=broken)
    person = registered(office)
    with office.store.work(office.now()) as work:
        post.keep(office, work, MAIL, subject=person, person=person)
    assert post.send_waiting(office) == 0
    assert post.waiting(office) == 1
    for path in office.home.glob("*.db*"):
        assert b"123456" not in path.read_bytes()
    broken.shut = False
    assert post.send_waiting(office) == 0, "not before its time"
    clock.passes(minutes=2)
    assert post.send_waiting(office) == 1
    assert broken.sent == [MAIL]
    assert post.waiting(office) == 0


def test_a_mail_that_keeps_failing_is_tried_less_often_and_never_lost(office: Office, clock: Clock):
    broken = Broken()
    office = replace(office, post=broken)
    with office.store.work(office.now()) as work:
        post.keep(office, work, MAIL, subject=None)
    for _ in range(20):
        clock.passes(hours=6)
        post.send_waiting(office)
    broken.shut = False
    clock.passes(hours=6)
    assert post.send_waiting(office) == 1


def test_a_code_that_is_too_old_is_not_sent_any_more(office: Office, clock: Clock):
    with office.store.work(office.now()) as work:
        post.keep(office, work, MAIL, subject=None, expires_at=work.at + timedelta(minutes=10))
    clock.passes(minutes=10)
    assert post.send_waiting(office) == 0
    assert letters(office) == []
    assert rows(office, MailRow) == []


def test_a_mail_to_an_erased_person_does_not_leave(office: Office):
    person = registered(office)
    with office.store.work(office.now()) as work:
        post.keep(office, work, MAIL, subject=person, person=person)
        work.destroy(person)
    assert post.send_waiting(office) == 0
    assert letters(office) == []


def test_a_held_mail_waits_until_it_is_let_go(office: Office):
    with office.store.work(office.now()) as work:
        post.keep(office, work, MAIL, subject=None, held=True)
    assert post.send_waiting(office) == 0
    assert post.waiting(office) == 1


@pytest.mark.obligation(17)
@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(
    ("template", "facts"),
    [
        ("code", {"code": "123456", "minutes": 10}),
        ("download_code", {"code": "123456", "minutes": 10}),
        ("answer_ready", {"reference": "R-7K2M", "link": "https://x.example/veilig/a#b", "until": "1 mei"}),
        (
            "export_ready",
            {
                "reference": "R-7K2M",
                "link": "https://x.example/veilig/a#b",
                "until": "1 mei",
                "code_by": "call_back",
                "downloads": 3,
            },
        ),
        ("consent_asked", {"link": "https://x.example/"}),
        ("consent_confirm", {"link": "https://x.example/bevestig#t", "until": "1 mei"}),
        ("erased", {"reference": "R-7K2M", "text": "Klaar."}),
    ],
)
def test_every_mail_is_written_in_both_languages_calmly_and_to_nobody_by_name(
    office: Office, language, template, facts
):
    mail = post.write(office, template, language, "anna@example.org", **facts)
    assert mail.subject
    assert "\n" not in mail.subject
    assert office.pack.name in mail.body
    assert "!" not in mail.body
    assert "anna" not in (mail.subject + mail.body).lower()
    assert "anna" not in repr(mail)
