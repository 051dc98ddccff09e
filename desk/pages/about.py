"""Receipts to print, the help page, why each screen shows what it shows, and the style sheet."""

from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, JSONResponse, Response

from casework import receipts
from casework.errors import NotFound
from desk.seat import AtDesk, go, page, room, seat_or_none

router = APIRouter()

_STATIC = Path(__file__).resolve().parent.parent / "static"
_FILES = {"desk.css": "text/css", "icon.svg": "image/svg+xml", "begin.js": "text/javascript"}
_REVALIDATE = {"cache-control": "no-cache"}


@router.get("/bewijzen")
def receipts_page(request: Request, here: AtDesk, nummer: str = "") -> Response:
    """Ask for the number of a receipt; with one, go to it."""
    wanted = nummer.strip().upper()
    if not wanted:
        return page(request, "receipts.html", here, menu="day", why="receipt", sought="")
    try:
        receipts.read(room(request).office, wanted)
    except NotFound:
        return page(request, "receipts.html", here, 404, menu="day", why="receipt", sought=wanted)
    return go(f"/bewijzen/{wanted}")


@router.get("/bewijzen/{number}")
def receipt(request: Request, number: str, here: AtDesk, gedaan: str = "") -> Response:
    """A receipt by its number, checked against its signature, ready to print."""
    found = receipts.read(room(request).office, number)
    return page(request, "receipt.html", here, menu="day", why="receipt", receipt=found, did=gedaan)


@router.get("/hulp")
def help_page(request: Request, here: AtDesk) -> Response:
    """The desk on one page."""
    pack = room(request).office.pack
    return page(request, "help.html", here, menu="help", pack=pack)


@router.get("/waarom")
def why(request: Request) -> Response:
    """For every screen: why it shows what it shows, and how long that is kept."""
    return page(request, "why_page.html", seat_or_none(request))


@router.get("/stijl/accent.css")
def accent(request: Request) -> Response:
    """The practice's own accent; the pack's schema allows nothing but a hexadecimal colour."""
    colour = room(request).office.pack.accent
    css = f":root {{ --accent: {colour}; --accent-dark: color-mix(in oklab, {colour} 42%, #fff); }}\n"
    return Response(css, media_type="text/css", headers=_REVALIDATE)


@router.get("/stijl/{name}")
def static(name: str) -> Response:
    """One of the few files that the pages use."""
    if name not in _FILES:
        raise NotFound
    return FileResponse(_STATIC / name, media_type=_FILES[name], headers=_REVALIDATE)


@router.get("/health/live")
def live() -> Response:
    """For the supervisor: this process answers."""
    return JSONResponse({"status": "live"})
