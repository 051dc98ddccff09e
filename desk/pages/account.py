"""A coach's own account: passphrase, phone, recovery codes, sessions, and a device that is lost."""

from typing import Any

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from casework import notes
from casework.errors import Refused
from desk import enrolment, passphrases, second_factor, sessions
from desk.enrolment import Chosen, InvitationOver
from desk.forms import Form
from desk.seat import AtDesk, Posted, Seat, go, now, page, room
from desk.signing_in import Miss, sign_in
from store import accounts

router = APIRouter(prefix="/account")

_CHANGES = {
    "wachtzin": ("Wachtzin veranderen", "Wachtzin veranderen"),
    "telefoon": ("Andere telefoon koppelen", "Verder: de nieuwe telefoon"),
    "herstelcodes": ("Nieuwe herstelcodes", "Nieuwe codes maken"),
    "apparaat-kwijt": ("Apparaat kwijt", "Afmelden en ticket maken"),
}


@router.get("")
def account(request: Request, here: AtDesk, gedaan: str = "") -> Response:
    """The account, and where it is signed in."""
    moment = now(request)
    with room(request).office.store.read() as reading:
        live = [each for each in accounts.sessions_of(reading, here.by) if not sessions.is_over(each, moment)]
    return page(
        request, "account/account.html", here, menu="account", why="account", sessions=live, did=gedaan
    )


@router.post("/sessies")
def end_other_sessions(request: Request, form: Posted, here: AtDesk) -> Response:
    """Sign out everywhere else."""
    with room(request).office.store.work(now(request)) as work:
        ended = accounts.end_sessions(work, here.by, here.session.id_hash)
        work.note("sessions.ended", here.by, sessions=ended)
    return go("/account?gedaan=sessies")


@router.get("/wachtzin")
def passphrase_page(request: Request, here: AtDesk) -> Response:
    """Ask for the old and the new passphrase."""
    return _change_page(request, here, "wachtzin")


@router.post("/wachtzin")
def change_passphrase(request: Request, form: Posted, here: AtDesk) -> Response:
    """Change the passphrase; all other sessions end (ASVS 5.0, 7.4.3)."""
    new = form.raw("wachtzin")
    judged = passphrases.judge(new, here.account.name)
    if not judged.good:
        return _change_page(request, here, "wachtzin", 422, judged=judged)
    if new != form.raw("nogmaals"):
        wrong = {"nogmaals": "De twee wachtzinnen zijn niet gelijk."}
        return _change_page(request, here, "wachtzin", 422, wrong=wrong)
    if miss := _prove(request, here, form):
        return _change_page(request, here, "wachtzin", 403, miss=miss)
    store = room(request).office.store
    phc = passphrases.hash_passphrase(new, store.keyring.passphrase_secret())
    with store.work(now(request)) as work:
        accounts.set_passphrase(work, here.by, phc)
        ended = accounts.end_sessions(work, here.by, here.session.id_hash)
        work.note("passphrase.changed", here.by, sessions=ended)
    return go("/account?gedaan=wachtzin")


@router.get("/telefoon")
def phone_page(request: Request, here: AtDesk) -> Response:
    """Ask for passphrase and code before another phone may be coupled."""
    return _change_page(request, here, "telefoon")


@router.post("/telefoon")
def choose_phone(request: Request, form: Posted, here: AtDesk) -> Response:
    """Show the secret for the new phone."""
    if miss := _prove(request, here, form):
        return _change_page(request, here, "telefoon", 403, miss=miss)
    store = room(request).office.store
    _step_up(request, here)
    return _phone_page(request, here, enrolment.choose_phone(store, here.account, now(request)))


@router.post("/telefoon/nieuw")
def change_phone(request: Request, form: Posted, here: AtDesk) -> Response:
    """Couple the new phone with its first code, and show new recovery codes once."""

    def change() -> Response:
        store = room(request).office.store
        sealed = form.raw("keuze")
        if not sessions.stepped_up(here.session, now(request)):
            return go("/account/telefoon")
        try:
            codes = enrolment.change_phone(
                store, here.account, sealed, form.line("code", 24), here.session.id_hash, now(request)
            )
            if codes is None:
                chosen = enrolment.chosen_phone(store, here.account, sealed)
                return _phone_page(request, here, chosen, wrong_code=True)
        except InvitationOver:
            return go("/account/telefoon")
        return page(request, "account/recovery.html", here, why="account", codes=codes, onward="/account")

    return room(request).once.answer(here.session.id_hash, form.once, change)


@router.get("/herstelcodes")
def recovery_page(request: Request, here: AtDesk) -> Response:
    """Ask for passphrase and code before new recovery codes are made."""
    return _change_page(request, here, "herstelcodes")


@router.post("/herstelcodes")
def renew_recovery(request: Request, form: Posted, here: AtDesk) -> Response:
    """Make new recovery codes and show them once."""

    def renew() -> Response:
        if miss := _prove(request, here, form):
            return _change_page(request, here, "herstelcodes", 403, miss=miss)
        codes = enrolment.renew_recovery(room(request).office.store, here.account, now(request))
        return page(request, "account/recovery.html", here, why="account", codes=codes, onward="/account")

    return room(request).once.answer(here.session.id_hash, form.once, renew)


@router.get("/apparaat-kwijt")
def lost_page(request: Request, here: AtDesk) -> Response:
    """Say what happens when a device is lost, and ask what is known."""
    return _change_page(request, here, "apparaat-kwijt")


@router.post("/apparaat-kwijt")
def lost(request: Request, form: Posted, here: AtDesk) -> Response:
    """End all other sessions and open an incident (obligation 74)."""

    def report() -> Response:
        office = room(request).office
        try:
            notes.report_incident(office, form.text("tekst"), by=here.by, once=here.once(form))
        except Refused as refused:
            typed = {"tekst": form.text("tekst")}
            return _change_page(request, here, "apparaat-kwijt", 422, typed=typed, wrong=refused.reasons)
        with office.store.work(now(request)) as work:
            ended = accounts.end_sessions(work, here.by, here.session.id_hash)
            work.note("device.lost", here.by, sessions=ended)
        return go("/?gedaan=incident")

    return room(request).once.answer(here.session.id_hash, form.once, report)


def _prove(request: Request, here: Seat, form: Form) -> Miss | None:
    """Passphrase and code once more; None when they are right."""
    rooms = room(request)
    outcome = sign_in(
        rooms.office.store,
        rooms.tally,
        here.account.name,
        form.raw("nu"),
        form.line("code", 24) or form.line("herstelcode", 24),
        now(request),
    )
    return outcome if isinstance(outcome, Miss) else None


def _step_up(request: Request, here: Seat) -> None:
    moment = now(request)
    with room(request).office.store.work(moment) as work:
        accounts.step_up(work, here.session.id_hash, moment + sessions.STEP_UP)


def _change_page(request: Request, here: Seat, change: str, status: int = 200, **values: Any) -> Response:
    heading, button = _CHANGES[change]
    defaults: dict[str, Any] = {"typed": {}, "wrong": {}, "judged": None, "miss": None}
    return page(
        request,
        "account/change.html",
        here,
        status,
        menu="account",
        why="account",
        change=change,
        heading=heading,
        button=button,
        shortest=passphrases.SHORTEST,
        longest=passphrases.LONGEST,
        **(defaults | values),
    )


def _phone_page(request: Request, here: Seat, chosen: Chosen, *, wrong_code: bool = False) -> Response:
    qr = second_factor.qr_svg(chosen.totp_secret, chosen.name, room(request).office.pack.name)
    return page(
        request,
        "account/phone.html",
        here,
        422 if wrong_code else 200,
        menu="account",
        why="account",
        qr=Markup(qr),  # noqa: S704  # drawn by segno from a secret of ours
        secret=second_factor.spaced(chosen.totp_secret),
        action="/account/telefoon/nieuw",
        hidden={"keuze": chosen.sealed},
        first=False,
        length=0,
        wrong_code=wrong_code,
    )
