"""`balie up` and the processes it starts: bot, actions, desk. Each also starts alone, as a larger practice would."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import typer
import uvicorn
from starlette.types import ASGIApp

from balie import engine as language_engine
from balie import home, leash, only_one, up
from balie.office import open_office
from balie.settings import Settings
from balie.words import tell
from casework.office import Office
from casework.packs import load_pack
from store import register
from store.accounts import has_owner, issue_setup_token


def add_to(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("up")(start_all)
    app.command("bot")(bot)
    app.command("actions")(actions)
    app.command("desk")(desk)
    app.command("owner")(owner)


def start_all() -> None:
    """Start everything and keep it running until Ctrl-C."""
    settings = Settings()
    load_pack(settings.practice)  # an unknown practice leaves no folder behind
    home.make_folder(settings)
    with only_one.in_folder(settings.home):
        up.refuse_taken_ports(settings)
        office = open_office(settings)
        _mend_register(office)
        language_engine.train(settings)
        environment = os.environ | {leash.SUPERVISED: "1", "PYTHONUNBUFFERED": "1"}
        processes = up.children(settings, home.engine_token(settings))
        tell(f"Balie start voor {office.pack.name}", f"Balie starts for {office.pack.name}")
        up.Supervisor(processes, environment).run(_where(settings, office))


def _mend_register(office: Office) -> None:
    """Add the erasures that a crash kept out of the register. One that was changed must not keep the practice closed."""
    try:
        register.mend(office.store)
    except register.RegisterError as error:
        tell(
            f"Het register van wissingen klopt niet vanaf regel {error.line}: draai 'balie doctor'",
            f"The register of erasures is wrong from line {error.line}: run 'balie doctor'",
        )


def bot() -> None:
    """Start only the front desk: chat, pages, Telegram."""
    from bot.app import TelegramSettings, create_app  # each process imports its own room only

    settings = Settings()
    telegram = None
    if settings.telegram_token:
        telegram = TelegramSettings(settings.telegram_token.get_secret_value(), settings.telegram_api_url)
    office = open_office(settings)
    _serve(
        create_app(office, settings.engine_url, home.engine_token(settings), telegram),
        settings.bot_host,
        settings.bot_port,
    )


def actions() -> None:
    """Start only the actions that the engine calls."""
    from actions.app import create_app

    settings = Settings()
    office = open_office(settings)
    _serve(create_app(office, home.engine_token(settings)), "127.0.0.1", settings.actions_port)


def desk() -> None:
    """Start only the coach's desk."""
    from desk.app import create_app

    settings = Settings()
    _serve(create_app(open_office(settings)), settings.desk_host, settings.desk_port)


def owner() -> None:
    """Print a one-time link for the owner's account."""
    settings = Settings()
    office = open_office(settings)
    if has_owner(office.store):
        tell("Er is al een eigenaar; log in op het bureau", "There is an owner already; log in at the desk")
    else:
        typer.echo(_owner_link(settings, office))


def _serve(app: ASGIApp, host: str, port: int) -> None:
    leash.hold()
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )


def _owner_link(settings: Settings, office: Office) -> str:
    return f"{settings.coach_url}/begin#{issue_setup_token(office.store, datetime.now(UTC))}"


def _where(settings: Settings, office: Office) -> str:
    lines = [
        "",
        f"  Voorbeeldsite met de chat · Demo page   {settings.client_url}/",
        f"  Het bureau van de coach · Desk          {settings.coach_url}/",
    ]
    if not has_owner(office.store):
        lines.append(
            f"  Maak het account van de eigenaar (één keer te gebruiken) · One-time link for the owner's account\n    {_owner_link(settings, office)}"
        )
    lines.append("  Stoppen: Ctrl-C · Stop: Ctrl-C\n")
    return "\n".join(lines)
