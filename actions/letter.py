"""The wishes of a letter: which there are, what each will lead to in plain words, and how each is handed in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

from actions import identify
from actions.context import office
from actions.note_form import KIND_OF_INTENT, authority
from actions.steps import shortened
from actions.turn import Turn
from actions.words import phrase, sentence
from casework import consents, identity, notes, requests
from casework.consents import ConsentView
from casework.fields import LONGEST_WORDS, bsn_in
from casework.office import Once
from casework.requests import Kind
from casework.words import long_date

REQUEST, WITHDRAW, SIGN_UP = "request_", "withdraw_", "start_intake"
PUBLICITY = "withdraw_pr_consent"
ERASURE = "request_erasure"
COPIES = frozenset({"request_access", "request_portability"})
"""What has to be given before everything is erased."""


@dataclass(frozen=True)
class Wish:
    """One thing that a letter asks for, in the words of the letter.

    Attributes:
        intent: the act.
        text: the letter's own sentences; empty where they may not be taken over.
        consent: of a withdrawal, the permission that it is about, once it is known who asks.
        label: what that permission is for.
    """

    intent: str
    text: str
    consent: str | None = None
    label: str | None = None

    @property
    def key(self) -> str:
        """What tells it from the others of its letter."""
        return self.consent or self.intent


def heard_in(turn: Turn) -> list[Wish]:
    """The wishes that came with the message, without sentences that hold a citizen service number (UAVG 46)."""
    return [Wish(each["intent"], _fit_to_keep(each["text"])) for each in _read(turn)]


def holds_bsn(turn: Turn) -> bool:
    """Whether such a sentence was left out."""
    return any(bsn_in(each["text"]) for each in _read(turn))


def wishes_of(turn: Turn) -> list[Wish]:
    """The wishes that are still meant to be done."""
    return [Wish(**each) for each in turn.slot("letter_wishes") or ()]


def kept(wishes: Iterable[Wish]) -> list[dict[str, Any]]:
    """The wishes as their slot holds them."""
    return [asdict(wish) for wish in wishes]


def to_be_done(turn: Turn) -> list[Wish]:
    """The wishes that are carried out at once; signing up has questions of its own and comes afterwards."""
    return [wish for wish in wishes_of(turn) if wish.intent != SIGN_UP]


def wants_to_sign_up(turn: Turn) -> bool:
    """Whether the letter asks to sign up, too."""
    return any(wish.intent == SIGN_UP for wish in wishes_of(turn))


def needs_identity(turn: Turn) -> bool:
    """Whether one of the wishes is about data on file; a complaint or a question needs no proof of who asks."""
    return any(wish.intent.startswith((REQUEST, WITHDRAW)) for wish in wishes_of(turn))


def with_permissions(wishes: Sequence[Wish], person: str, turn: Turn) -> list[Wish]:
    """The wishes of this person: for each permission in force that the letter withdraws a wish of its own.

    So the summary names each, and each can be left out. What comes into force after the summary is not withdrawn.
    """
    found: dict[str, Wish] = {}
    for wish in wishes:
        if not wish.intent.startswith(WITHDRAW):
            found.setdefault(wish.key, wish)
            continue
        meant = consents.active(office(), person, pr_only=wish.intent == PUBLICITY)
        bare = replace(wish, consent=None, label=None)
        for each in [_about(consent, bare, turn) for consent in meant] or [bare]:
            found.setdefault(each.key, each)
    return list(found.values())


def what_follows(turn: Turn) -> str:
    """The wishes one a line: what will happen with each, and by when."""
    wishes = to_be_done(turn)
    lines = [f"{number}. {_what_follows(wish, turn)}" for number, wish in enumerate(wishes, 1)]
    if _copy_goes_first(wishes):
        lines.append(phrase("letter_copy_first", turn.language))
    if any(wish.text for wish in wishes if wish.intent.startswith(REQUEST)):
        lines.append(phrase("letter_words_go_along", turn.language))
    return "\n".join(lines)


def hand_in(person: str | None, turn: Turn) -> str:
    """Hand in every wish under a name of its own, the copy before the erasure; return what was done, one a line.

    person: who is verified, or the claim; None where nothing needs one.

    Raises:
        NotVerified: the proof of identity has ended.
    """
    wishes = to_be_done(turn)
    told: dict[str, str] = {}
    copy: str | None = None
    for wish in sorted(wishes, key=lambda wish: wish.intent == ERASURE):
        once = Once(f"{turn.once}:{wish.intent}")
        if wish.intent.startswith(REQUEST):
            reference, told[wish.key] = _request(wish, str(person), copy, once, turn)
            copy = reference if wish.intent in COPIES else copy
        elif wish.intent.startswith(WITHDRAW) and not identify.is_claim(turn):
            told[wish.key] = _withdraw(wish, str(person), once, turn)
        else:
            told[wish.key] = _note(wish, person, once, turn)
    return "\n".join(f"{number}. {told[wish.key]}" for number, wish in enumerate(wishes, 1))


def claimant(turn: Turn) -> str:
    """Who asks without a code: a claim, for which the coach calls back."""
    return identity.claimant(office(), turn.conversation, str(turn.slot("identify_address")))


def name_of(wish: Wish, turn: Turn) -> str:
    """The wish on a button."""
    if wish.label:
        return sentence(wish.label)
    return phrase("coach" if wish.intent == "talk_to_coach" else f"choice_{wish.intent}", turn.language)


def _read(turn: Turn) -> list[dict[str, str]]:
    return turn.entities.get("wishes") or []


def _fit_to_keep(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if not bsn_in(line))[:LONGEST_WORDS]


def _about(consent: ConsentView, wish: Wish, turn: Turn) -> Wish:
    label = consent.label_en if turn.language == "en" else consent.label_nl
    return replace(wish, consent=consent.id, label=label)


def _copy_goes_first(wishes: Iterable[Wish]) -> bool:
    asked = {wish.intent for wish in wishes}
    return ERASURE in asked and not asked.isdisjoint(COPIES)


def _what_follows(wish: Wish, turn: Turn) -> str:
    language = turn.language
    if wish.intent.startswith(WITHDRAW):
        return _what_withdrawing_does(wish, turn)
    if wish.intent.startswith(REQUEST):
        date = requests.promise(office()).promised
    else:
        date = notes.promise(office(), KIND_OF_INTENT[wish.intent])
    words = shortened(" ".join(_words(wish, turn).split()))
    return phrase(f"letter_{wish.intent}", language, date=long_date(date, language), words=words)


def _what_withdrawing_does(wish: Wish, turn: Turn) -> str:
    language = turn.language
    if identify.is_claim(turn):
        return phrase("letter_withdraw_call_back", language)
    if wish.consent is None:
        return phrase("letter_nothing_to_withdraw", language)
    consent = str(wish.label)
    if (date := consents.take_down_date(office(), wish.consent)) is None:
        return phrase("letter_withdraw", language, consent=consent)
    return phrase("letter_withdraw_published", language, consent=consent, date=long_date(date, language))


def _words(wish: Wish, turn: Turn) -> str:
    return wish.text or phrase("letter_words_left_out", turn.language)


def _request(wish: Wish, person: str, copy: str | None, once: Once, turn: Turn) -> tuple[str, str]:
    kind = cast(Kind, wish.intent.removeprefix(REQUEST))
    after = phrase("letter_erase_after", "nl", reference=copy) if kind == "erasure" and copy else ""
    detail = "\n".join(filter(None, (wish.text, after)))
    receipt = requests.submit(
        office(),
        turn.conversation,
        person,
        kind,
        detail or (_words(wish, turn) if kind == "rectification" else None),
        "none" if identify.is_claim(turn) else "code",
        once,
    )
    return receipt.reference, phrase(
        "letter_done_request",
        turn.language,
        request=sentence(phrase(f"request_{kind}", turn.language)),
        reference=receipt.reference,
        date=long_date(receipt.promised, turn.language),
    )


def _withdraw(wish: Wish, person: str, once: Once, turn: Turn) -> str:
    if wish.consent is None:
        return phrase("letter_nothing_to_withdraw", turn.language)
    receipt = consents.withdraw(office(), person, wish.consent, turn.conversation, once)
    values = {"consent": sentence(str(wish.label)), "number": receipt.number}
    if receipt.take_down_by is None:
        return phrase("letter_done_withdrawn", turn.language, **values)
    date = long_date(receipt.take_down_by, turn.language)
    return phrase("letter_done_published", turn.language, date=date, **values)


def _note(wish: Wish, person: str | None, once: Once, turn: Turn) -> str:
    """Leave the letter's words with the coach; of a withdrawal without a code, the wish to be called about it."""
    kind = "callback" if wish.intent.startswith(WITHDRAW) else KIND_OF_INTENT[wish.intent]
    claim = identify.is_claim(turn)
    reach = turn.slot("identify_address") if claim else turn.slot("letter_reach_address")
    receipt = notes.leave(
        office(),
        turn.conversation,
        kind,
        _words(wish, turn),
        reach or None,
        None if claim else person,
        once,
    )
    date = long_date(receipt.answer_by, turn.language)
    return phrase(f"letter_done_{kind}", turn.language, reference=receipt.reference, date=date, **authority())
