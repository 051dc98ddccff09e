"""The acts on a ticket as the desk offers them: each has a page of its own that sums up, and one way to be done.

Which acts are allowed now is casework's to say (`TicketPage.can`); the desk offers no other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import Response

from casework import exports, identity, tickets
from casework.clocks import day_in_amsterdam
from casework.office import Office
from casework.tickets import Act, TicketPage
from desk.forms import Form, wrong_year
from desk.seat import Seat, go, page

THE_ASKER = "zelf"
"""On the call-back page: it is who asked; where that is a claim, it becomes a person of its own."""


@dataclass(frozen=True, slots=True)
class Doing:
    """One act in the making: everything that it needs."""

    request: Request
    office: Office
    seat: Seat
    form: Form
    ticket: TicketPage

    @property
    def id(self) -> str:
        """The ticket's id."""
        return self.ticket.line.id

    def done(self, code: str, way: str = "") -> Response:
        """Back to the ticket, which says what was done and how the person hears of it."""
        return go(f"/tickets/{self.id}?gedaan={code}" + (f"&langs={way}" if way else ""))


@dataclass(frozen=True, slots=True)
class ActPage:
    """How an act is asked. field: the text that it can't do without; preview: the person's view of it comes first.

    check: what else is wrong with a form, in words by field, given the ticket and today.
    """

    act: Act
    do: Callable[[Doing], Response]
    field: str | None = None
    preview: bool = False
    step_up: bool = False
    check: Callable[[Form, TicketPage, date], dict[str, str]] | None = None

    @property
    def template(self) -> str:
        """The page that sums it up."""
        return f"acts/{self.act}.html"


def _answer(doing: Doing) -> Response:
    way = tickets.answer(
        doing.office, doing.id, doing.form.text("tekst"), doing.seat.by, once=doing.seat.once(doing.form)
    )
    return doing.done("antwoord", way)


def _fulfil_access(doing: Doing) -> Response:
    issued = tickets.fulfil_access(doing.office, doing.id, doing.seat.by)
    return page(
        doing.request,
        "acts/issued.html",
        doing.seat,
        menu="day",
        why="act",
        ticket=doing.ticket,
        issued=issued,
        last_day=day_in_amsterdam(issued.expires_at - timedelta(seconds=1)),
    )


def _code_by_phone(doing: Doing) -> Response:
    code = exports.code_by_phone(doing.office, doing.id, doing.seat.by)
    return page(
        doing.request,
        "acts/phone_code.html",
        doing.seat,
        menu="day",
        why="act",
        ticket=doing.ticket,
        code=code,
        minutes=doing.office.pack.codes.minutes,
    )


def _fulfil_other(doing: Doing) -> Response:
    way = tickets.fulfil_other(doing.office, doing.id, doing.form.text("tekst"), doing.seat.by)
    return doing.done("uitgevoerd", way)


def _carry_out_erasure(doing: Doing) -> Response:
    asked = doing.form.line("factuur") == "ja"
    year = int(doing.form.line("jaar", 4)) if asked else None
    report = tickets.carry_out_erasure(doing.office, doing.id, doing.seat.by, invoiced_in=year)
    return go(f"/bewijzen/{report.receipt}?gedaan=gewist")


def _invoice_told(form: Form, ticket: TicketPage, today: date) -> dict[str, str]:
    """Whether there is an invoice must be said before erasing, unless its hold is registered already."""
    if ticket.request is None or ticket.request.invoice_known:
        return {}
    said = form.line("factuur")
    if said not in ("ja", "nee"):
        return {"factuur": "Zeg of er een factuur is. Wat u nu niet vastlegt, is straks weg."}
    if said == "ja" and (wrong := wrong_year(form.line("jaar", 4), today)):
        return {"jaar": wrong}
    return {}


def _carry_out_retention(doing: Doing) -> Response:
    tickets.carry_out_retention(doing.office, doing.id, doing.seat.by)
    return doing.done("termijn-gewist")


def _confirm_take_down(doing: Doing) -> Response:
    way = tickets.confirm_take_down(doing.office, doing.id, doing.seat.by)
    return doing.done("weggehaald", way)


def _confirm_call_back(doing: Doing) -> Response:
    chosen = doing.form.line("persoon", 40)
    known = None if chosen == THE_ASKER else chosen
    if doing.ticket.request is not None:
        identity.confirm_call_back(doing.office, doing.ticket.request.id, doing.seat.by, person=known)
    return doing.done("bevestigd")


def _extend(doing: Doing) -> Response:
    way = tickets.extend(doing.office, doing.id, doing.form.text("reden"), doing.seat.by)
    return doing.done("verlengd", way)


def _refuse(doing: Doing) -> Response:
    way = tickets.refuse(doing.office, doing.id, doing.form.text("reden"), doing.seat.by)
    return doing.done("geweigerd", way)


def _close(doing: Doing) -> Response:
    tickets.close(doing.office, doing.id, doing.seat.by)
    return doing.done("afgesloten")


PAGES: dict[str, ActPage] = {
    "antwoord": ActPage("answer", _answer, field="tekst", preview=True),
    "inzage": ActPage("fulfil_access", _fulfil_access, step_up=True),
    "telefooncode": ActPage("code_by_phone", _code_by_phone, step_up=True),
    "uitvoeren": ActPage("fulfil_other", _fulfil_other, field="tekst", preview=True),
    "wissen": ActPage(
        "carry_out_erasure", _carry_out_erasure, field="akkoord", step_up=True, check=_invoice_told
    ),
    "weghalen": ActPage("confirm_take_down", _confirm_take_down),
    "termijn": ActPage("carry_out_retention", _carry_out_retention, field="akkoord", step_up=True),
    "terugbellen": ActPage("confirm_call_back", _confirm_call_back, field="persoon"),
    "verlengen": ActPage("extend", _extend, field="reden"),
    "weigeren": ActPage("refuse", _refuse, field="reden", preview=True),
    "afronden": ActPage("close", _close),
}
"""The pages of the acts, by the last word of their address."""

FIRST: tuple[Act, ...] = (
    "confirm_call_back",
    "fulfil_access",
    "carry_out_erasure",
    "confirm_take_down",
    "carry_out_retention",
    "fulfil_other",
    "answer",
    "code_by_phone",
    "close",
)
"""Which act stands first where several are allowed. Refusing and taking longer never do."""


def first_act(ticket: TicketPage) -> Act | None:
    """The act that the ticket's page shows as its one main button; taking it over comes before all."""
    if "take" in ticket.can and ticket.line.taken_by is None:
        return "take"
    return next((act for act in FIRST if act in ticket.can), None)
