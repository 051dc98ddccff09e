"""What is registered about a person by hand: consents, reasons to keep, and that they became a client or were one."""

from datetime import date
from typing import Literal

from fastapi import APIRouter, Request
from starlette.responses import Response

from casework import consents, holds, people
from casework.clocks import day_in_amsterdam
from casework.errors import NotFound
from desk.forms import Form, wrong_year
from desk.seat import AtDesk, Posted, Seat, go, now, page, room

router = APIRouter(prefix="/personen/{person_id}")


@router.get("/toestemming")
def record_page(request: Request, person_id: str, here: AtDesk) -> Response:
    """Ask which consent was given, for what, and when."""
    return _consent_page(request, here, person_id, "toestemming")


@router.post("/toestemming")
def record(request: Request, person_id: str, form: Posted, here: AtDesk) -> Response:
    """Record a consent that the coach has in hand, so that its person can withdraw it at the front desk."""
    return _consent(request, person_id, form, here, "toestemming")


@router.get("/vragen")
def ask_page(request: Request, person_id: str, here: AtDesk) -> Response:
    """Ask which consent is to be asked."""
    return _consent_page(request, here, person_id, "vragen")


@router.post("/vragen")
def ask(request: Request, person_id: str, form: Posted, here: AtDesk) -> Response:
    """Put a consent to its person; refusing has no effect on anything else."""
    return _consent(request, person_id, form, here, "vragen")


@router.get("/bewaargrond")
def hold_page(request: Request, person_id: str, here: AtDesk) -> Response:
    """Ask why something must be kept."""
    return _hold_page(request, here, person_id)


@router.post("/bewaargrond")
def hold(request: Request, person_id: str, form: Posted, here: AtDesk) -> Response:
    """Register a reason that erasure must wait: an invoice of a year, or a dispute."""
    office = room(request).office
    kind: Literal["fiscal", "dispute"] = "fiscal" if form.line("soort") == "fiscal" else "dispute"
    today = day_in_amsterdam(now(request))
    wrong: dict[str, str] = {}
    until = None
    if form.line("soort") not in ("fiscal", "dispute"):
        wrong["soort"] = "Kies waarom dit bewaard moet blijven."
    elif kind == "fiscal":
        year = form.line("jaar", 4)
        if said := wrong_year(year, today):
            wrong["jaar"] = said
        elif (duty := office.pack.hold("fiscal")) is not None:
            until = duty.until(date(int(year), 12, 31))
    if wrong:
        return _hold_page(request, here, person_id, 422, form=form, wrong=wrong)

    def do() -> Response:
        holds.add(
            office, person_id, kind, until=until, note=form.line("notitie"), by=here.by, once=here.once(form)
        )
        return go(f"/personen/{person_id}?gedaan=bewaargrond")

    return room(request).once.answer(here.session.id_hash, form.once, do)


@router.get("/bewaargrond/{hold_id}")
def lift_page(request: Request, person_id: str, hold_id: str, here: AtDesk) -> Response:
    """Say what ends when a hold is lifted."""
    office = room(request).office
    found = next((each for each in holds.of_person(office, person_id, here.by) if each.id == hold_id), None)
    if found is None:
        raise NotFound
    return page(request, "people/lift.html", here, menu="people", why="act", person_id=person_id, hold=found)


@router.post("/bewaargrond/{hold_id}")
def lift(request: Request, person_id: str, hold_id: str, form: Posted, here: AtDesk) -> Response:
    """Lift a hold whose cause is over; what it kept is erased."""

    def do() -> Response:
        holds.lift(room(request).office, hold_id, here.by)
        return go(f"/personen/{person_id}?gedaan=opgeheven")

    return room(request).once.answer(here.session.id_hash, form.once, do)


@router.get("/client")
def client_page(request: Request, person_id: str, here: AtDesk) -> Response:
    """Say what changes when somebody who asked for guidance became a client."""
    return page(request, "people/client.html", here, menu="people", why="act", person_id=person_id)


@router.post("/client")
def client(request: Request, person_id: str, form: Posted, here: AtDesk) -> Response:
    """Note that a trajectory was agreed: the term of the intake no longer applies."""

    def do() -> Response:
        people.became_client(room(request).office, person_id, here.by)
        return go(f"/personen/{person_id}?gedaan=client")

    return room(request).once.answer(here.session.id_hash, form.once, do)


@router.get("/afgesloten")
def ended_page(request: Request, person_id: str, here: AtDesk) -> Response:
    """Ask for the last day of the guidance."""
    return _ended_page(request, here, person_id)


@router.post("/afgesloten")
def ended(request: Request, person_id: str, form: Posted, here: AtDesk) -> Response:
    """Note that the guidance ended: the term of the dossier begins to run."""
    last_day = _date(form.line("datum", 10))
    if last_day is None or last_day > day_in_amsterdam(now(request)):
        wrong = {"datum": "Vul de laatste dag in. Die kan niet in de toekomst liggen."}
        return _ended_page(
            request, here, person_id, 422, typed={"datum": form.line("datum", 10)}, wrong=wrong
        )

    def do() -> Response:
        people.guidance_ended(room(request).office, person_id, last_day, here.by)
        return go(f"/personen/{person_id}?gedaan=begeleiding-af")

    return room(request).once.answer(here.session.id_hash, form.once, do)


def _ended_page(
    request: Request, here: Seat, person_id: str, status: int = 200, **values: dict[str, str]
) -> Response:
    defaults: dict[str, dict[str, str]] = {"typed": {}, "wrong": {}}
    return page(
        request,
        "people/ended.html",
        here,
        menu="people",
        why="act",
        status=status,
        person_id=person_id,
        **(defaults | values),
    )


def _consent(request: Request, person_id: str, form: Form, here: Seat, way: str) -> Response:
    office = room(request).office
    kind = office.pack.consent_kind(form.line("soort", 60))
    given_on = _date(form.line("datum", 10))
    wrong: dict[str, str] = {}
    if kind is None:
        wrong["soort"] = "Kies waar de toestemming over gaat."
    if not form.line("gelegenheid"):
        wrong["gelegenheid"] = "Schrijf waar het om gaat: welke foto, welke tekst, welke dag."
    if way == "toestemming" and (given_on is None or given_on > day_in_amsterdam(now(request))):
        wrong["datum"] = "Vul de dag in waarop de toestemming gegeven is. Die kan niet in de toekomst liggen."
    if kind is None or wrong:
        return _consent_page(request, here, person_id, way, 422, form=form, wrong=wrong)
    record = {
        "medium": kind.medium,
        "occasion": form.line("gelegenheid"),
        "where": form.line("plek"),
    }

    def do() -> Response:
        if way == "vragen":
            consents.ask(office, person_id, kind.code, record, here.by, once=here.once(form))
            return go(f"/personen/{person_id}?gedaan=gevraagd")
        consents.record(
            office, person_id, kind.code, record, given_on or date.min, here.by, once=here.once(form)
        )
        return go(f"/personen/{person_id}?gedaan=toestemming")

    return room(request).once.answer(here.session.id_hash, form.once, do)


def _consent_page(
    request: Request,
    here: Seat,
    person_id: str,
    way: str,
    status: int = 200,
    *,
    form: Form | None = None,
    wrong: dict[str, str] | None = None,
) -> Response:
    names = ("soort", "gelegenheid", "plek", "datum")
    return page(
        request,
        "people/consent.html",
        here,
        status,
        menu="people",
        why="act",
        person_id=person_id,
        way=way,
        kinds=room(request).office.pack.consents,
        typed={name: form.line(name) for name in names} if form else {},
        wrong=wrong or {},
        today=day_in_amsterdam(now(request)),
    )


def _hold_page(
    request: Request,
    here: Seat,
    person_id: str,
    status: int = 200,
    *,
    form: Form | None = None,
    wrong: dict[str, str] | None = None,
) -> Response:
    names = ("soort", "jaar", "notitie")
    pack = room(request).office.pack
    return page(
        request,
        "people/hold.html",
        here,
        status,
        menu="people",
        why="act",
        person_id=person_id,
        kinds=[duty for kind in ("fiscal", "dispute") if (duty := pack.hold(kind)) is not None],
        typed={name: form.line(name) for name in names} if form else {},
        wrong=wrong or {},
        today=day_in_amsterdam(now(request)),
    )


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
