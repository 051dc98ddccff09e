"""Making the first account, from the one-time link that Balie prints at its start."""

from typing import Any

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from desk import enrolment, passphrases, second_factor, sessions
from desk.enrolment import Chosen, InvitationOver
from desk.headers import OWN_SCRIPT
from desk.seat import VisitorPosted, now, page, room
from store.accounts import NameTaken

router = APIRouter()
_LONGEST_NAME = 60


@router.get("/begin")
def begin(request: Request) -> Response:
    """Ask for a name and a passphrase. The link's code stands behind the #, where no log sees it."""
    return _first_screen(request)


@router.post("/begin")
def choose(request: Request, form: VisitorPosted) -> Response:
    """Judge name and passphrase; then show the phone's secret."""
    store = room(request).office.store
    name, passphrase = form.line("naam", _LONGEST_NAME), form.raw("wachtzin")
    judged = passphrases.judge(passphrase, name)
    wrong = {}
    if not name:
        wrong["naam"] = "Vul een naam in. Een voornaam is genoeg."
    if judged.good and passphrase != form.raw("nogmaals"):
        wrong["nogmaals"] = "De twee wachtzinnen zijn niet gelijk."
    typed = {"naam": name, "sleutel": form.line("sleutel")}
    if wrong or not judged.good:
        return _first_screen(request, 422, typed=typed, wrong=wrong, judged=judged)
    try:
        chosen = enrolment.choose(store, typed["sleutel"], name, passphrase, now(request))
    except InvitationOver:
        return _first_screen(request, 410, typed=typed, over=True)
    return _phone_screen(request, typed["sleutel"], chosen, length=judged.length)


@router.post("/begin/telefoon")
def finish(request: Request, form: VisitorPosted) -> Response:
    """Make the account with the phone's first code, sign in, and show the recovery codes once."""
    return room(request).once.answer(
        form.line("sleutel"),
        form.once,
        lambda: _finish(request, form.line("sleutel"), form.raw("keuze"), form.line("code", 24)),
    )


def _finish(request: Request, token: str, sealed: str, code: str) -> Response:
    here = room(request)
    store = here.office.store
    try:
        made = enrolment.finish(store, token, sealed, code, now(request))
        if made is None:
            chosen = enrolment.chosen(store, token, sealed, now(request))
            return _phone_screen(request, token, chosen, wrong_code=True)
    except InvitationOver:
        return _first_screen(request, 410, over=True)
    except NameTaken:
        wrong = {"naam": "Deze naam is al in gebruik. Kies een andere."}
        return _first_screen(request, 422, typed={"sleutel": token}, wrong=wrong)
    account, codes = made
    response = page(request, "account/recovery.html", codes=codes, onward="/?gedaan=welkom")
    here.cookie.give(response, sessions.start(store, account, now(request)))
    return response


def _first_screen(request: Request, status: int = 200, **values: Any) -> Response:
    defaults: dict[str, Any] = {"typed": {}, "wrong": {}, "judged": None, "over": False}
    response = page(
        request,
        "account/begin.html",
        status=status,
        why="begin",
        shortest=passphrases.SHORTEST,
        longest=passphrases.LONGEST,
        **(defaults | values),
    )
    response.headers["content-security-policy"] = OWN_SCRIPT
    return response


def _phone_screen(
    request: Request, token: str, chosen: Chosen, *, length: int = 0, wrong_code: bool = False
) -> Response:
    qr = second_factor.qr_svg(chosen.totp_secret, chosen.name, room(request).office.pack.name)
    return page(
        request,
        "account/phone.html",
        status=422 if wrong_code else 200,
        why="begin",
        qr=Markup(qr),  # noqa: S704  # drawn by segno from a secret of ours
        secret=second_factor.spaced(chosen.totp_secret),
        action="/begin/telefoon",
        hidden={"sleutel": token, "keuze": chosen.sealed},
        first=bool(length),
        length=length,
        wrong_code=wrong_code,
    )
