"""A ticket: its story, what was asked, the person behind it, and the acts that are allowed now."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from casework import people, tickets
from casework.clocks import Clock, day_in_amsterdam, extended
from casework.errors import NotFound
from casework.tickets import TicketPage
from desk import acts, sessions, words
from desk.acts import PAGES, ActPage, Doing
from desk.forms import Form
from desk.pages.day import names
from desk.pages.people import REASONS, person_page
from desk.seat import AtDesk, Posted, Seat, go, now, page, room
from desk.signing_in import Miss, prove_again
from store import accounts

router = APIRouter(prefix="/tickets/{ticket_id}")

_TYPED = ("tekst", "reden", "persoon", "factuur", "jaar")
"""The fields that a page of an act shows again as they were typed."""


@router.get("")
def ticket(request: Request, ticket_id: str, here: AtDesk, gedaan: str = "", langs: str = "") -> Response:
    """The ticket. Opening it is noted in the audit log."""
    office = room(request).office
    found = tickets.read(office, ticket_id, here.by)
    return page(
        request,
        "ticket.html",
        here,
        menu="day",
        why="ticket",
        ticket=found,
        first_act=acts.first_act(found),
        today=day_in_amsterdam(now(request)),
        names=names(office.store),
        authority=office.pack.authority,
        did=gedaan,
        way=langs,
    )


@router.post("/overnemen")
def take(request: Request, ticket_id: str, form: Posted, here: AtDesk) -> Response:
    """Take the ticket over: one press, for it can be taken over again."""

    def do() -> Response:
        tickets.take(room(request).office, ticket_id, here.by)
        return go(f"/tickets/{ticket_id}?gedaan=overgenomen")

    return room(request).once.answer(here.session.id_hash, form.once, do)


@router.get("/persoon")
def person_reason(request: Request, ticket_id: str, here: AtDesk) -> Response:
    """Ask why the person's record is opened."""
    found = tickets.read(room(request).office, ticket_id, here.by)
    return _reason_page(request, here, found)


@router.post("/persoon")
def person(request: Request, ticket_id: str, form: Posted, here: AtDesk) -> Response:
    """Open the person's record for the reason given; both are in the audit log."""
    office = room(request).office
    reason = form.line("reden", 40)
    if reason not in REASONS:
        return _reason_page(request, here, tickets.read(office, ticket_id, here.by), 422)
    found = tickets.open_person(office, ticket_id, here.by, reason)
    return person_page(request, here, found, (f"/tickets/{ticket_id}", "Terug naar het ticket"))


@router.get("/{slug}")
def ask(request: Request, ticket_id: str, slug: str, here: AtDesk) -> Response:
    """Sum up what an act will do, and ask what it needs."""
    act = _act(slug)
    found = tickets.read(room(request).office, ticket_id, here.by)
    if act.act not in found.can:
        return go(f"/tickets/{ticket_id}?gedaan=al-gedaan")
    return _ask(request, here, found, slug)


@router.post("/{slug}")
def do(request: Request, ticket_id: str, slug: str, form: Posted, here: AtDesk) -> Response:
    """Show how the person will read it, or do it."""
    act = _act(slug)
    office = room(request).office

    def do_once() -> Response:
        found = tickets.read(office, ticket_id, here.by)
        if act.act not in found.can:
            return go(f"/tickets/{ticket_id}?gedaan=al-gedaan")
        if wrong := _missing(act, form) | _checked(request, act, form, found):
            return _ask(request, here, found, slug, 422, form=form, wrong=wrong)
        if act.step_up and (miss := _prove(request, here, form)):
            return _ask(request, here, found, slug, 403, form=form, miss=miss)
        return act.do(Doing(request, office, here, form, found))

    if act.preview and form.line("stap") != "doen":
        return _preview(request, here, tickets.read(office, ticket_id, here.by), slug, form)
    return room(request).once.answer(here.session.id_hash, form.once, do_once)


def _act(slug: str) -> ActPage:
    if slug not in PAGES:
        raise NotFound
    return PAGES[slug]


def _missing(act: ActPage, form: Form) -> dict[str, str]:
    if act.field is None or form.text(act.field):
        return {}
    said = {
        "tekst": "Schrijf hier eerst iets.",
        "reden": "Schrijf hier de reden.",
        "akkoord": "Kruis dit aan als u het gelezen hebt.",
        "persoon": "Kies wie dit is.",
    }
    return {act.field: said[act.field]}


def _checked(request: Request, act: ActPage, form: Form, found: TicketPage) -> dict[str, str]:
    return {} if act.check is None else act.check(form, found, day_in_amsterdam(now(request)))


def _prove(request: Request, here: Seat, form: Form) -> Miss | None:
    """A fresh code of the phone, unless one was given a few minutes ago."""
    moment = now(request)
    if sessions.stepped_up(here.session, moment):
        return None
    rooms = room(request)
    store = rooms.office.store
    if miss := prove_again(store, rooms.tally, here.account, here.session, form.line("code", 24), moment):
        return miss
    with store.work(moment) as work:
        accounts.step_up(work, here.session.id_hash, moment + sessions.STEP_UP)
        work.note("session.proved", here.by)
    return None


def _preview(request: Request, here: Seat, found: TicketPage, slug: str, form: Form) -> Response:
    wrong = _missing(PAGES[slug], form)
    return _ask(request, here, found, slug, 422 if wrong else 200, form=form, wrong=wrong, preview=not wrong)


def _ask(
    request: Request,
    here: Seat,
    found: TicketPage,
    slug: str,
    status: int = 200,
    *,
    form: Form | None = None,
    wrong: dict[str, str] | None = None,
    miss: Miss | None = None,
    preview: bool = False,
) -> Response:
    act = PAGES[slug]
    office = room(request).office
    typed = {} if form is None else {name: form.text(name) for name in _TYPED}
    values: dict[str, Any] = {}
    if act.act == "extend" and found.request is not None:
        asked = found.request
        values["extended"] = extended(Clock(asked.received, asked.promised, asked.legal))
    elif act.act == "confirm_call_back":
        values["candidates"] = _candidates(request, here, found)
    elif act.act == "refuse":
        values["refusal"] = tickets.refusal_text(office, found.line.id, typed.get("reden", ""))
    return page(
        request,
        act.template,
        here,
        status,
        menu="day",
        why="act",
        ticket=found,
        slug=slug,
        typed=typed,
        wrong=wrong or {},
        miss=miss,
        preview=preview,
        refused="",
        ask_code=act.step_up and not sessions.stepped_up(here.session, now(request)),
        authority=office.pack.authority,
        exports=office.pack.exports,
        backup_days=office.pack.key_backup_days,
        code_minutes=office.pack.codes.minutes,
        **values,
    )


def _candidates(request: Request, here: Seat, found: TicketPage) -> list[tuple[str, str]]:
    """Who this may be, with the number on file to call. Opening them to confirm an identity is in the audit log."""
    office = room(request).office
    asker = tickets.open_person(office, found.line.id, here.by, "identity")
    if asker.source != "claim":
        return [(acts.THE_ASKER, f"{_named(asker)}. Dit verzoek is van deze persoon.")]
    known = [people.read(office, each, here.by, "identity") for each in asker.perhaps_same]
    return [
        *(
            (each.id, f"{_named(each)}. Deze persoon is al bekend, en het verzoek is van hem of haar.")
            for each in known
        ),
        (acts.THE_ASKER, "Iemand die nog niet bekend was, en van wie dit verzoek is."),
    ]


def _named(person: people.PersonView) -> str:
    name, number = person.record.get("name", "Iemand zonder naam"), person.record.get("phone")
    return f"{name}, {words.phone(number)}" if number else f"{name}, geen nummer bekend"


def _reason_page(request: Request, here: Seat, found: TicketPage, status: int = 200) -> Response:
    return page(
        request,
        "acts/person.html",
        here,
        status,
        menu="day",
        why="act",
        ticket=found,
        slug="persoon",
        typed={},
        wrong={"reden": "Kies een reden."} if status != 200 else {},
        refused="",
        ask_code=False,
        miss=None,
        preview=False,
    )
