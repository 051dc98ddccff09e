"""All settings of Balie, in one place: environment variables with the prefix BALIE_, or a file `balie.env` in the folder where it is started."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from store.engines import database_url

ROOT = Path(__file__).resolve().parent.parent
"""Where the rooms stand: the checkout."""

ENV_FILE = Path("balie.env")
"""File with settings, in the folder where Balie is started."""


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if text and not (parts.scheme in {"http", "https"} and parts.hostname):
        raise ValueError
    return text


def _database(text: str) -> str:
    if text:
        database_url(text)
    return text


def _mail_address(text: str) -> str:
    if text and not re.fullmatch(r"[^@\s]+@[^@\s]+", text):
        raise ValueError
    return text


def _bot_token(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value()
    if text and not re.fullmatch(r"\d+:[\w-]{20,}", text):
        raise ValueError
    return secret


Port = Annotated[int, Field(ge=1, le=65535)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
"""Empty, or http:// or https:// and a host."""
DatabaseUrl = Annotated[str, AfterValidator(_database)]
"""Empty, or SQLAlchemy's URL of a SQLite file or a PostgreSQL database."""
MailAddress = Annotated[str, AfterValidator(_mail_address)]
BotToken = Annotated[SecretStr, AfterValidator(_bot_token)]
"""As Telegram's BotFather gives it: a number, a colon, a long word."""


class Settings(BaseSettings):
    """What a practice may set. Every default is the privacy-friendly one and works on one machine."""

    model_config = SettingsConfigDict(env_prefix="BALIE_", env_file=ENV_FILE, extra="ignore")

    home: Path = Field(
        default=ROOT / ".balie", description="folder for databases, secrets, outbox, exports and models"
    )
    practice: str = Field(
        default="release-connect", description="which practice pack: a name in data/practices or a file"
    )

    models: Path | None = Field(
        default=None,
        description="folder of trained models (they hold no client data); default models in home",
    )

    bot_host: str = "127.0.0.1"
    bot_port: Port = 8080
    desk_host: str = "127.0.0.1"
    desk_port: Port = 8081
    engine_port: Port = 5005
    actions_port: Port = 5055
    public_url: WebAddress = Field(
        default="", description="where clients reach the bot; default http://127.0.0.1:<bot_port>"
    )
    desk_url: WebAddress = Field(
        default="", description="where the coach reaches the desk; default http://127.0.0.1:<desk_port>"
    )

    data_url: DatabaseUrl = Field(
        default="", description="database of sealed records; default SQLite data.db in home"
    )
    keys_url: DatabaseUrl = Field(
        default="", description="database of wrapped keys; default SQLite keys.db in home"
    )
    tracker_url: DatabaseUrl = Field(
        default="", description="the engine's sealed conversation events; default SQLite in home"
    )
    master_key_file: Path | None = Field(
        default=None, description="keyring file; default secrets/keyring.json in home"
    )
    keyring: SecretStr | None = Field(
        default=None, description="the keyring itself, as the file would hold it, instead of a file"
    )
    keyring_passphrase: SecretStr | None = Field(
        default=None, description="passphrase of a keyring file that has one; else it is asked at the start"
    )
    backup_folder: Path | None = Field(
        default=None, description="where backups are written; default backups in home"
    )

    smtp_url: SecretStr | None = Field(
        default=None, description="smtp(s)://user:password@host:port; without it: outbox folder"
    )
    owner_email: MailAddress = Field(
        default="",
        description="where the audit log's signed head is mailed every day; without it: a file only",
    )
    mail_from: MailAddress = Field(default="", description="sender of mails; default the practice's address")
    telegram_token: BotToken | None = Field(
        default=None, description="token of the Telegram bot; without it Telegram is off"
    )
    telegram_api_url: WebAddress = Field(
        default="", description="another Bot API server than Telegram's own (for tests)"
    )
    conversation_hours: int | None = Field(
        default=None, ge=1, description="hours that a conversation is kept; default from the pack"
    )

    @cached_property
    def secrets(self) -> Path:
        """Folder (0700) of the key files."""
        return self.home / "secrets"

    @property
    def model_folder(self) -> Path:
        """Where the engine's trained models are."""
        return self.models or self.home / "models"

    @property
    def keyring_file(self) -> Path:
        """The file of master keys."""
        return self.master_key_file or self.secrets / "keyring.json"

    @property
    def backups(self) -> Path:
        """The folder of encrypted backups."""
        return self.backup_folder or self.home / "backups"

    @property
    def client_url(self) -> str:
        """Where clients reach the bot, without a trailing slash."""
        return (self.public_url or f"http://127.0.0.1:{self.bot_port}").rstrip("/")

    @property
    def coach_url(self) -> str:
        """Where the coach reaches the desk, without a trailing slash."""
        return (self.desk_url or f"http://127.0.0.1:{self.desk_port}").rstrip("/")

    @property
    def engine_url(self) -> str:
        """The engine, on loopback."""
        return f"http://127.0.0.1:{self.engine_port}"

    @property
    def actions_url(self) -> str:
        """The action server, on loopback."""
        return f"http://127.0.0.1:{self.actions_port}/webhook"

    @property
    def data_database(self) -> str:
        """SQLAlchemy URL of data.db."""
        return self.data_url or f"sqlite:///{self.home / 'data.db'}"

    @property
    def keys_database(self) -> str:
        """SQLAlchemy URL of keys.db."""
        return self.keys_url or f"sqlite:///{self.home / 'keys.db'}"

    @property
    def tracker_database(self) -> str:
        """SQLAlchemy URL of the engine's sealed conversation events."""
        return self.tracker_url or f"sqlite:///{(self.home / 'tracker.db').resolve()}"
