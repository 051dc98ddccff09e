"""The people on file: found by their whole address or number, opened for a reason, registered and corrected by hand."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from casework import consents, holds, people
from casework.errors import PerhapsKnown, Refused
from casework.people import PersonView
from desk.forms import Form
from desk.seat import AtDesk, Posted, Seat, go, page, room

router = APIRouter(prefix="/personen")

REASONS = ("handle_ticket", "identity", "contact", "correction", "register")
"""Why a record may be opened: the codes that the audit log keeps."""
_FIELDS = ("name", "email", "phone", "contact_safely", "birth_date", "address")


@router.get("")
def search_page(request: Request, here: AtDesk, gedaan: str = "") -> Response:
    """Search, list, register. Nobody's name is shown before that."""
    return _people_page(request, here, did=gedaan)


@router.post("/zoek")
def search(request: Request, form: Posted, here: AtDesk) -> Response:
    """Find people by a whole e-mail address or telephone number; it stays out of the address."""
    sought = form.line("zoek")
    found = people.find(room(request).office, sought, here.by) if sought else ()
    return _people_page(request, here, sought=sought, found=found, searched=True)


@router.post("/lijst")
def everybody(request: Request, form: Posted, here: AtDesk) -> Response:
    """All names, on purpose; the audit log says who asked."""
    return _people_page(request, here, found=people.list_people(room(request).office, here.by), listed=True)


@router.get("/nieuw")
def register_page(request: Request, here: AtDesk) -> Response:
    """Ask for the details of a client who didn't come in through the chat."""
    return _details_page(request, here, None)


@router.post("/nieuw")
def register(request: Request, form: Posted, here: AtDesk) -> Response:
    """Register a person; what the pack doesn't allow is not asked and not kept. Twice the same is done on purpose only."""
    office = room(request).office
    details = _details(request, form)
    unless_known = form.line("toch", 2) != "ja"

    def do() -> Response:
        try:
            person = people.register(
                office, details, here.by, once=here.once(form), unless_known=unless_known
            )
        except Refused as refused:
            return _details_page(request, here, None, 422, typed=details, refused=refused)
        except PerhapsKnown as perhaps:
            return _details_page(request, here, None, 409, typed=details, known=perhaps.persons)
        return go(f"/personen/{person}?gedaan=ingeschreven")

    return room(request).once.answer(here.session.id_hash, form.once, do)


@router.get("/{person_id}")
def person_reason(request: Request, person_id: str, here: AtDesk, gedaan: str = "") -> Response:
    """What can be done with a record, and the reason that opens it."""
    return page(
        request,
        "people/reason.html",
        here,
        menu="people",
        why="people",
        person_id=person_id,
        typed={},
        wrong={},
        did=gedaan,
    )


@router.post("/{person_id}")
def person(request: Request, person_id: str, form: Posted, here: AtDesk) -> Response:
    """Open a record for the reason given."""
    reason = form.line("reden", 40)
    if reason not in REASONS:
        return page(
            request,
            "people/reason.html",
            here,
            422,
            menu="people",
            why="people",
            person_id=person_id,
            typed={},
            wrong={"reden": "Kies een reden."},
            did="",
        )
    found = people.read(room(request).office, person_id, here.by, reason)
    return person_page(request, here, found, ("/personen", "Terug naar personen"))


def person_page(request: Request, here: Seat, found: PersonView, back: tuple[str, str]) -> Response:
    """A record that was opened on purpose. Its name stays out of the title, which browsers remember."""
    office = room(request).office
    return page(
        request,
        "people/person.html",
        here,
        menu="people",
        why="person",
        person=found,
        consents=consents.active(office, found.id),
        asks=consents.open_asks(office, found.id),
        holds=holds.of_person(office, found.id, here.by),
        back=back,
    )


@router.get("/{person_id}/verbeteren")
def correct_page(request: Request, person_id: str, here: AtDesk) -> Response:
    """Ask for what changes; the record itself stays closed here."""
    return _details_page(request, here, person_id)


@router.post("/{person_id}/verbeteren")
def correct(request: Request, person_id: str, form: Posted, here: AtDesk) -> Response:
    """Correct facts in a record; empty fields stay as they were."""
    changes = {name: value for name, value in _details(request, form).items() if value}

    def do() -> Response:
        try:
            people.correct(room(request).office, person_id, changes, here.by)
        except Refused as refused:
            return _details_page(request, here, person_id, 422, typed=changes, refused=refused)
        return go(f"/personen/{person_id}?gedaan=verbeterd")

    if not changes:
        return _details_page(request, here, person_id, 422)
    return room(request).once.answer(here.session.id_hash, form.once, do)


def _people_page(request: Request, here: Seat, **values: Any) -> Response:
    defaults: dict[str, Any] = {"did": "", "sought": "", "found": (), "searched": False, "listed": False}
    return page(request, "people/people.html", here, menu="people", why="people", **(defaults | values))


def _details(request: Request, form: Form) -> dict[str, str]:
    """What was typed, by field: those that the pack offers, less the question, which belongs to an intake."""
    offered = {field.name for field in room(request).office.pack.intake.offered}
    return {name: form.line(name, 300) for name in _FIELDS if name in offered}


def _details_page(
    request: Request,
    here: Seat,
    person_id: str | None,
    status: int = 200,
    *,
    typed: dict[str, str] | None = None,
    refused: Refused | None = None,
    known: tuple[str, ...] = (),
) -> Response:
    fields = [field for field in room(request).office.pack.intake.offered if field.name in _FIELDS]
    return page(
        request,
        "people/details.html",
        here,
        status,
        menu="people",
        why="act",
        person_id=person_id,
        fields_offered=fields,
        typed=typed or {},
        reasons=refused.reasons if refused else {},
        nothing=status == 422 and refused is None,
        known=known,
    )
