"""Opens the office: the pack, the store and the post of this practice, as the settings say."""

from __future__ import annotations

from balie import home
from balie.errors import SetupError
from balie.settings import Settings
from casework.office import Office
from casework.packs import PracticePack, load_pack
from casework.post import OutboxPost, Post, SmtpPost
from store import presence
from store.database import BackupNeeded, DatabaseNewer, open_store
from store.keyring import KeyringError
from store.migrate import Database
from store.restore import is_under_way


def open_office(settings: Settings, *, restoring: bool = False, have_backup: bool = False) -> Office:
    """Open everything an act of casework needs.

    restoring: also while a restore of backups is not finished. have_backup: PostgreSQL databases may be upgraded.

    Raises SetupError (a restore that was cut off, a folder of another practice, a database that was lost, folder, keyring, database newer than the code, SMTP address) and PackError (the practice pack).
    """
    pack = load_pack(settings.practice)
    keyring = home.prepare(settings)
    home.claim(settings, pack.id)
    if is_under_way(settings.home) and not restoring:
        raise SetupError(
            "Het terugzetten van een reservekopie is afgebroken. Draai 'balie restore' nog eens; tot dan blijft Balie dicht.",
            "Restoring a backup was broken off. Run 'balie restore' again; until then Balie stays closed.",
        )
    try:
        if not restoring:
            _refuse_without_half(settings)
        store = open_store(
            settings.data_database, settings.keys_database, keyring, settings.home, have_backup=have_backup
        )
    except BackupNeeded as error:
        raise SetupError(
            "Deze versie van Balie verandert de PostgreSQL-databases. Maak van beide een reservekopie en draai dan: "
            "balie migrate --i-have-a-backup",
            str(error),
        ) from None
    except DatabaseNewer as error:
        raise SetupError(
            "De database is gemaakt met een nieuwere versie van Balie. Installeer die versie, of zet een oudere reservekopie terug.",
            str(error),
        ) from None
    except KeyringError as error:
        raise SetupError(
            f"Het sleutelbestand {settings.keyring_file} hoort niet bij deze database. Zet het goede keyring-bestand terug uit uw "
            "reservekopie.",
            str(error),
        ) from None
    return Office(
        pack=pack,
        store=store,
        post=_post(settings, pack),
        home=settings.home,
        client_url=settings.client_url,
        coach_url=settings.coach_url,
        conversation_hours=conversation_hours(settings, pack),
        owner_email=settings.owner_email,
    )


def _refuse_without_half(settings: Settings) -> None:
    """Raise SetupError when a database is gone that was there: an empty one in its place would hide the loss."""
    gone = presence.lost(settings.data_database, settings.keys_database, settings.home)
    if not gone:
        return
    one = len(gone) == 1
    dutch, english = (word.join(_place(settings, name) for name in gone) for word in (" en ", " and "))
    raise SetupError(
        f"{dutch} {'is' if one else 'zijn'} weg of leeg, terwijl hier al een administratie was. Zet {'hem' if one else 'ze'} terug met "
        f"'balie restore', of zet de hele map {settings.home} opzij om opnieuw te beginnen.",
        f"{english} {'is' if one else 'are'} gone or empty, though there was a store here. Put {'it' if one else 'them'} back with "
        f"'balie restore', or move the whole folder {settings.home} aside to begin anew.",
    )


def _place(settings: Settings, database: Database) -> str:
    """How the practice knows a database: its file, or the setting that names it."""
    set_ = {"data": settings.data_url, "keys": settings.keys_url}[database]
    return f"BALIE_{database.upper()}_URL" if set_ else f"{database}.db"


def conversation_hours(settings: Settings, pack: PracticePack) -> int:
    """Hours that a conversation is kept: the setting, else what the pack promises."""
    return settings.conversation_hours or pack.conversation_hours


def _post(settings: Settings, pack: PracticePack) -> Post:
    sender = settings.mail_from or pack.contact.email or "balie@localhost"
    if settings.smtp_url is None:
        return OutboxPost(settings.home / "outbox", sender)
    try:
        return SmtpPost(settings.smtp_url.get_secret_value(), sender)
    except ValueError:
        raise SetupError(
            "Het adres in BALIE_SMTP_URL klopt niet. Schrijf het als smtps://naam:wachtwoord@server:465.",
            "The address in BALIE_SMTP_URL is not right. Write it as smtps://name:password@server:465.",
        ) from None
