"""The day list: what is due first stands at the top."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from casework import tickets
from casework.clocks import day_in_amsterdam
from desk.seat import AtDesk, now, page, room
from store import accounts
from store.database import Store

router = APIRouter()


@router.get("/")
def day(request: Request, here: AtDesk, toon: str = "", gedaan: str = "") -> Response:
    """The open tickets, or with `toon=afgesloten` the closed ones."""
    office = room(request).office
    closed = toon == "afgesloten"
    lines = tickets.due_list(office, "closed") if closed else _open_lines(tickets.due_list(office))
    return page(
        request,
        "day.html",
        here,
        menu="day",
        why="day",
        lines=lines,
        closed=closed,
        today=day_in_amsterdam(now(request)),
        names=names(office.store),
        late=sum(line.overdue for line in lines),
        due=sum(line.today for line in lines),
        did=gedaan,
    )


def names(store: Store) -> dict[str, str]:
    """The names of those who work at the desk, by account."""
    with store.read() as reading:
        return {account.id: account.name for account in accounts.all_accounts(reading) if account.name}


def _open_lines(lines: tuple[tickets.TicketLine, ...]) -> tuple[tickets.TicketLine, ...]:
    """Whoever waits at the telephone stands first, though their ticket is done."""
    waiting = tuple(line for line in lines if line.code_wanted)
    return waiting + tuple(line for line in lines if line.state != "closed")
