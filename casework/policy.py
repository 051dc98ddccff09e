"""Answers about the privacy policy: the pack's words, their place, and the practice's own passage beside them."""

from dataclasses import dataclass, replace

from casework.clocks import day_in_amsterdam
from casework.messages import Language, Link, Quote
from casework.pack_model import Answer, PolicyIntent, PracticePack, shown_phone
from casework.passages import ImportedPolicy
from casework.words import long_date

_READ_MORE = {"nl": "Meer lezen", "en": "Read more"}
_MAX_QUOTED = 900
"""Characters of all passages of one answer together: more than that is for the policy itself."""


@dataclass(frozen=True, slots=True)
class PolicyAnswer:
    """What is said to a policy question.

    text: two to four sentences. place: where in the policy, or None where the policy is silent.
    quote: the practice's own words, when its text was imported. more: where to read on, when there is such a page.
    """

    text: str
    place: str | None
    quote: Quote | None
    more: Link | None


def answer(
    pack: PracticePack,
    text: ImportedPolicy | None,
    intent: PolicyIntent,
    language: Language,
    *,
    page: str | None = None,
) -> PolicyAnswer:
    """The answer to one of the policy intents.

    `page` is where the imported text can be read, for a practice whose pack gives no address of its own; it names each
    section by its anchor, and without an imported text each answer by its intent.
    """
    chosen = pack.answers[intent]
    said = chosen.text.to(language).format_map(pack.facts(language))
    if intent == "ask_contact":
        said = "\n".join((said, *contact_card(pack, language)))
    if intent == "ask_policy_changes" and text is not None:
        said = f"{said} {_read_on(text, language)}"
    found = _found(chosen, text)
    place = _anchor(text, found[0]) if text and found else intent
    return PolicyAnswer(
        text=said,
        place=chosen.place.to(language) if chosen.place else None,
        quote=_quote(found, language),
        more=read_more(pack, language, page=page and f"{page}#{place}"),
    )


def read_more(pack: PracticePack, language: Language, *, page: str | None) -> Link | None:
    """Where the whole policy can be read: the address that the pack gives, else this page; None where there is none."""
    url = pack.policy.url or page
    return Link(label=_READ_MORE[language], url=url) if url else None


def why(pack: PracticePack, field: str, language: Language) -> str:
    """Why an intake field is asked. Raises KeyError for a field that the pack doesn't know."""
    spec = pack.intake.field(field)
    if spec is None:
        raise KeyError(field)
    return spec.why.to(language)


def contact_card(pack: PracticePack, language: Language) -> tuple[str, ...]:
    """The practice's contact facts, a line each; what it hasn't given isn't on it."""
    contact, dutch = pack.contact, language == "nl"
    lines = [pack.name] if contact.email or contact.phone or contact.address or contact.website else []
    if contact.address:
        lines.append(f"{contact.address.street}, {contact.address.postcode} {contact.address.city}")
    if contact.email:
        lines.append(f"E-mail: {contact.email}")
    if contact.phone:
        lines.append(f"{'Telefoon' if dutch else 'Phone'}: {shown_phone(contact.phone)}")
    if contact.website:
        lines.append(f"Website: {contact.website.removeprefix('https://')}")
    if contact.kvk:
        lines.append(f"{'KvK-nummer' if dutch else 'Chamber of Commerce number'}: {contact.kvk}")
    return tuple(lines)


def _read_on(text: ImportedPolicy, language: Language) -> str:
    day = long_date(day_in_amsterdam(text.imported_at), language)
    return (
        f"Ik antwoord uit de tekst die wij op {day} hebben ingelezen."
        if language == "nl"
        else f"I answer from the text that we read in on {day}."
    )


def found_passages(pack: PracticePack, text: ImportedPolicy) -> tuple[int, int]:
    """How many of the pack's answers find a passage of theirs in this text, and how many name one at all."""
    naming = [answer for answer in pack.answers.values() if answer.passages]
    return sum(any(text.find(ref) for ref in answer.passages) for answer in naming), len(naming)


def _found(chosen: Answer, text: ImportedPolicy | None) -> list[Quote]:
    return [] if text is None else [quote for ref in chosen.passages if (quote := text.find(ref))]


def _anchor(text: ImportedPolicy, quote: Quote) -> str:
    return next(section.anchor for section in text.sections if section.place == quote.place)


def _quote(found: list[Quote], language: Language) -> Quote | None:
    if not found:
        return None
    kept = [found[0]]
    for quote in found[1:]:
        if sum(len(one.text) for one in kept) + len(quote.text) <= _MAX_QUOTED:
            kept.append(quote)
    places = "; ".join(dict.fromkeys(quote.place for quote in kept))
    quote = Quote(text="\n\n".join(quote.text for quote in kept), place=places)
    return in_dutch(quote) if language == "en" else quote


def in_dutch(quote: Quote) -> Quote:
    """The quote for who reads English: the practice's text is shown as it stands, and its place says so."""
    return replace(quote, place=f"{quote.place} (in Dutch)")
