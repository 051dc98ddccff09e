"""The secure pages: fetching an export that only its person can open, and confirming a consent in writing.

The key of an export stands in the fragment of its link. A browser never sends a fragment, so the key reaches no
server and no log: the page fetches sealed bytes with a code that came another way, and opens them itself (WebCrypto).
"""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, Response

from bot.events import Arrivals
from bot.limits import Pace
from bot.pages import Lang, Render
from bot.shapes import CodeIn, CodeSentOut, ConfirmationIn, ConfirmationOut
from bot.threads import in_thread
from bot.web import PROBLEM
from casework import consents, exports
from casework.office import Office

ExportId = Annotated[str, Path(min_length=8, max_length=64, pattern=r"^[\w-]+$")]


def router(office: Office, render: Render, arrivals: Arrivals) -> APIRouter:
    """The secure pages and the calls that they make."""
    routes = APIRouter(tags=["veilig"], responses=PROBLEM)
    tries = Pace(per_minute=20, burst=10, queue=20)

    @routes.get("/veilig/{export_id}", include_in_schema=False, response_class=HTMLResponse)
    async def secure_page(request: Request, export_id: ExportId, lang: Lang = None) -> Response:
        # The same page for every id: whether an export exists is told to nobody without its code.
        return render(request, "veilig.html", lang, export_id=export_id)

    @routes.post("/api/exports/{export_id}/code", status_code=202)
    async def send_code(export_id: ExportId) -> CodeSentOut:
        """Send a fresh code to the person of this export. An unknown id is answered as one whose code goes by mail."""
        await tries.wait(export_id)
        way = await in_thread(exports.begin_download, office, export_id, arrivals.is_listened_to)
        return CodeSentOut(way=way)

    @routes.post("/api/exports/{export_id}/file", response_class=Response)
    async def fetch(export_id: ExportId, given: CodeIn) -> Response:
        """The sealed bytes (nonce, ciphertext and tag of AES-256-GCM), for the right code."""
        await tries.wait(export_id)
        sealed = await in_thread(exports.fetch, office, export_id, given.code)
        return Response(sealed, media_type="application/octet-stream")

    @routes.get("/bevestig", include_in_schema=False, response_class=HTMLResponse)
    async def confirmation_page(request: Request, lang: Lang = None) -> Response:
        return render(request, "bevestig.html", lang)

    @routes.post("/api/consents/confirmation")
    async def confirm(given: ConfirmationIn) -> ConfirmationOut:
        """Confirm a consent in writing, by the single-use token out of the mailed link's fragment."""
        await tries.wait(given.token)
        receipt = await in_thread(consents.confirm_in_writing, office, given.token)
        return ConfirmationOut(number=receipt.number, state=receipt.state)

    return routes
