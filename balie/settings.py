"""All settings of Balie, in one place: environment variables with the prefix BALIE_, or a file `balie.env` in the folder where it is started."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
"""Where the rooms stand: the checkout."""


class Settings(BaseSettings):
    """What a practice may set. Every default is the privacy-friendly one and works on one machine."""

    model_config = SettingsConfigDict(env_prefix="BALIE_", env_file="balie.env", extra="ignore")

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
    bot_port: int = 8080
    desk_host: str = "127.0.0.1"
    desk_port: int = 8081
    engine_port: int = 5005
    actions_port: int = 5055
    public_url: str = Field(
        default="", description="where clients reach the bot; default http://127.0.0.1:<bot_port>"
    )
    desk_url: str = Field(
        default="", description="where the coach reaches the desk; default http://127.0.0.1:<desk_port>"
    )

    data_url: str = Field(
        default="", description="database of sealed records; default SQLite data.db in home"
    )
    keys_url: str = Field(default="", description="database of wrapped keys; default SQLite keys.db in home")
    tracker_url: str = Field(
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
    owner_email: str = Field(
        default="",
        description="where the audit log's signed head is mailed every day; without it: a file only",
    )
    mail_from: str = Field(default="", description="sender of mails; default the practice's address")
    telegram_token: SecretStr | None = Field(
        default=None, description="token of the Telegram bot; without it Telegram is off"
    )
    telegram_api_url: str = Field(
        default="", description="another Bot API server than Telegram's own (for tests)"
    )
    conversation_hours: int | None = Field(
        default=None, description="hours that a conversation is kept; default from the pack"
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
