"""What went wrong, as RFC 9457 problem documents: a sentence with a remedy, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse

from casework.messages import Language
from casework.words import Both

PLACE = "/api#problem-"
"""Where the interface's page explains a problem; the rest is its code."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of problem: the HTTP status, a title, and the sentence that says what to do."""

    status: int
    title: Both
    detail: Both


PROBLEMS: dict[str, Problem] = {
    "unreadable": Problem(
        400,
        Both(nl="Onleesbaar", en="Unreadable"),
        Both(
            nl="Dit verzoek kunnen wij niet lezen. Er is niets gebeurd. Kijk op de pagina van de interface wat wij verwachten.",
            en="We can't read this request. Nothing has happened. The interface's page says what we expect.",
        ),
    ),
    "no_token": Problem(
        401,
        Both(nl="Geen sleutel", en="No token"),
        Both(
            nl="Bij dit gesprek hoort een sleutel, en die kwam niet mee. Begin een nieuw gesprek.",
            en="This conversation has a token, and it did not come along. Start a new conversation.",
        ),
    ),
    "not_found": Problem(
        404,
        Both(nl="Niet gevonden", en="Not found"),
        Both(
            nl="Dit gesprek is er niet (meer). Het is gewist of de tijd is om. U kunt een nieuw gesprek beginnen.",
            en="This conversation does not exist (any more). It was erased or its time is up. You can start a new one.",
        ),
    ),
    "no_page": Problem(
        404,
        Both(nl="Niet gevonden", en="Not found"),
        Both(nl="Deze pagina bestaat niet.", en="This page does not exist."),
    ),
    "broken_link": Problem(
        404,
        Both(nl="Deze link is niet heel", en="This link is not whole"),
        Both(
            nl="Dit adres klopt niet. Er is niets gebeurd. Open de link zoals u hem kreeg, of kopieer hem helemaal. "
            "Lukt het niet, vraag dan in het gesprek of bij de coach om een nieuwe link.",
            en="This address is not right. Nothing has happened. Open the link as you received it, or copy all of it. "
            "If that doesn't work, ask for a new link in the conversation or from the coach.",
        ),
    ),
    "method": Problem(
        405,
        Both(nl="Kan hier niet", en="Not possible here"),
        Both(nl="Dit kan op dit adres niet.", en="This can't be done at this address."),
    ),
    "moved_on": Problem(
        409,
        Both(nl="In een ander venster verder", en="Went on in another window"),
        Both(
            nl="Dit gesprek is in een ander venster verder gegaan. Ik heb uw bericht daarom niet verwerkt. "
            "Kijk eerst wat er nu staat. Past uw bericht daar nog bij, stuur het dan opnieuw.",
            en="This conversation went on in another window. That is why I have not handled your message. "
            "First see what is there now. If your message still fits, send it again.",
        ),
    ),
    "gone": Problem(
        410,
        Both(nl="Verlopen", en="Expired"),
        Both(
            nl="Deze link is verlopen, of zo vaak gebruikt als mag. Vraag in het gesprek of bij de coach om een nieuwe.",
            en="This link has expired, or was used as often as allowed. Ask for a new one in the conversation or from the coach.",
        ),
    ),
    "too_large": Problem(
        413,
        Both(nl="Te groot", en="Too large"),
        Both(
            nl="Dit is te groot om in één keer te versturen. Uw tekst is niet verwerkt. Stuur hem in stukken.",
            en="This is too large to send at once. Your text was not handled. Send it in parts.",
        ),
    ),
    "too_long": Problem(
        422,
        Both(nl="Te lang", en="Too long"),
        Both(
            nl="Uw bericht heeft {length} tekens. Wij lezen er hoogstens {longest} tegelijk. Uw tekst is niet verwerkt. Stuur hem in stukken.",
            en="Your message has {length} characters. We read at most {longest} at once. Your text was not handled. Send it in parts.",
        ),
    ),
    "not_offered": Problem(
        422,
        Both(nl="Keuze werkt niet meer", en="Choice no longer works"),
        Both(
            nl="Deze keuze werkt niet meer. Typ gerust wat u wilt, of kies een knop onder het laatste bericht.",
            en="This choice no longer works. Type what you want, or choose a button under the last message.",
        ),
    ),
    "wrong_code": Problem(
        422,
        Both(nl="Code klopt niet", en="Code is not right"),
        Both(
            nl="Deze code klopt niet, of hij is verlopen. Kijk of u de laatste code hebt, of vraag een nieuwe.",
            en="This code is not right, or it has expired. See whether you have the latest code, or ask for a new one.",
        ),
    ),
    "too_soon": Problem(
        429,
        Both(nl="Even wachten", en="A moment please"),
        Both(
            nl="Dat kan over {wait} opnieuw. Er gaat niets verloren.",
            en="You can do this again in {wait}. Nothing is lost.",
        ),
    ),
    "busy": Problem(
        429,
        Both(nl="Even wachten", en="A moment please"),
        Both(
            nl="Er komt nu veel tegelijk binnen. Uw bericht is nog niet verwerkt. Stuur het over {wait} nog eens.",
            en="A lot is coming in at once. Your message has not been handled yet. Send it again in {wait}.",
        ),
    ),
    "refused": Problem(
        422,
        Both(nl="Dit kan niet", en="Not possible"),
        Both(
            nl="Dit kunnen wij zo niet doen. Vraag het in het gesprek, of bel of mail de praktijk.",
            en="We can't do it this way. Ask in the conversation, or call or mail the practice.",
        ),
    ),
    "failed": Problem(
        500,
        Both(nl="Er ging iets mis", en="Something went wrong"),
        Both(
            nl="Er ging bij ons iets mis. Stuur het nog eens. Wat u al had bevestigd, is bewaard.",
            en="Something went wrong on our side. Send it again. What you had confirmed is kept.",
        ),
    ),
    "away": Problem(
        503,
        Both(nl="Even geen antwoord", en="No answer just now"),
        Both(
            nl="Ik kan even niet antwoorden. Dat ligt aan ons, niet aan u. Wat u al had bevestigd, is bewaard. Stuur uw laatste bericht zo nog eens.",
            en="I can't answer just now. That is our fault, not yours. What you had confirmed is kept. Please send your last message again in a moment.",
        ),
    ),
}


def problem(
    code: str, language: Language, *, headers: Mapping[str, str] | None = None, **values: str | int
) -> JSONResponse:
    """The problem document of this code; `values` fill its sentence."""
    kind = PROBLEMS[code]
    return JSONResponse(
        {
            "type": f"{PLACE}{code}",
            "title": kind.title.to(language),
            "status": kind.status,
            "detail": kind.detail.to(language).format(**values),
            "code": code,
        },
        status_code=kind.status,
        media_type="application/problem+json",
        headers={"Content-Language": language, **(headers or {})},
    )


def language_of(request: Request) -> Language:
    """The language to answer a request in that has no conversation: what it asks for, else Dutch.

    A conversation that was let in has left its own language in the request's state.
    """
    known: Language | None = getattr(request.state, "language", None)
    return known or wished(request.headers)


def wished(headers: Mapping[str, str]) -> Language:
    """English when Accept-Language names it before Dutch; else Dutch."""
    for part in headers.get("accept-language", "").lower().split(","):
        tag = part.split(";")[0].strip()[:2]
        if tag in ("nl", "en"):
            return "en" if tag == "en" else "nl"
    return "nl"
