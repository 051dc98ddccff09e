"""The command `balie`. Each command is one line of help; what is wrong is one sentence with its remedy and exit status 1."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence

import typer
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from balie import leash, logs, setting_words, words
from balie.commands import backup, doctor, erase, keys, nlu, practice, records, serve, upkeep
from balie.errors import SetupError
from casework.words import ExplainedError
from store.database import WrongAddress

app = typer.Typer(
    name="balie",
    help="The digital front desk of a small practice: chat, requests, and the coach's desk.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
serve.add_to(app)
app.add_typer(nlu.app, name="nlu")
app.add_typer(practice.app, name="practice")
records.add_to(app)
upkeep.add_to(app)
app.add_typer(keys.app, name="keys")
backup.add_to(app)
erase.add_to(app)
doctor.add_to(app)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command. Exits 1 with one clear sentence for everything that the practice can mend."""
    logs.configure()
    try:
        for warning in () if leash.SUPERVISED in os.environ else setting_words.unknown():
            words.warn(*warning)
        app(args=arguments)
    except SetupError as error:
        words.refuse(error.dutch, error.english)
    except ExplainedError as error:
        words.refuse(error.words.nl, error.words.en)
    except ValidationError as error:
        refusal = setting_words.refusal(error)
        words.refuse(refusal.dutch, refusal.english)
    except WrongAddress as error:
        words.refuse(
            "Het adres van een database klopt niet. Noem in BALIE_DATA_URL en BALIE_KEYS_URL twee verschillende databases, als "
            "sqlite:///BESTAND of postgresql://gebruiker@server/naam.",
            f"{error} Name two different databases in BALIE_DATA_URL and BALIE_KEYS_URL, as sqlite:///FILE or "
            "postgresql://user@server/name.",
        )
    except DBAPIError as error:
        words.refuse(
            f"De database antwoordt niet zoals het hoort ({type(error.orig).__name__}). Kijk of hij draait, of het adres in "
            "BALIE_DATA_URL en BALIE_KEYS_URL klopt en of er ruimte op de schijf is.",
            f"The database does not answer as it should ({type(error.orig).__name__}). Check that it runs, that the address in "
            "BALIE_DATA_URL and BALIE_KEYS_URL is right and that the disk has space.",
        )
    except Exception as error:
        logging.getLogger("balie").exception("unexpected")
        words.refuse(
            f"Er ging iets mis dat wij niet hadden voorzien ({type(error).__name__}). Er is niets half gedaan. Probeer het opnieuw.",
            f"Something went wrong that we had not foreseen ({type(error).__name__}). Nothing is half done. Please try again.",
        )
    sys.exit(1)
