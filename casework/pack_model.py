"""The shape of a practice pack: one practice's facts as data, frozen once read.

A value that the practice's own policy doesn't give is left out (None) or marked `assumed`; `pack_check` names both.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from string import Formatter
from typing import Annotated, Literal, Self, get_args

import phonenumbers
from pydantic import BaseModel, ConfigDict, Field, model_validator

from casework.messages import Language
from casework.passages import PassageRef
from casework.words import Both, duration, long_date

PolicyIntent = Literal[
    "ask_policy_overview",
    "ask_what_data",
    "ask_purpose",
    "ask_legal_basis",
    "ask_retention",
    "ask_sharing",
    "ask_processors",
    "ask_security",
    "ask_breach",
    "ask_cookies",
    "ask_rights",
    "ask_confidentiality",
    "ask_contact",
    "ask_policy_changes",
]
LegalBasis = Literal["contract", "consent", "legal_obligation", "legitimate_interest"]
FieldName = Literal["name", "email", "phone", "contact_safely", "question", "birth_date", "address"]
TermCode = Literal["intake", "contact", "dossier", "mail", "requests", "proof"]
Start = Literal["received", "given", "trajectory_end", "closed", "sent"]
HoldKind = Literal["fiscal", "dispute", "consent"]
Stated = Literal[
    "access",
    "rectification",
    "erasure",
    "restriction",
    "portability",
    "objection",
    "withdrawal",
    "status",
    "response_month",
    "authority",
    "obligatory",
    "automated_decisions",
]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")]
_DUTCH_COUNTRY_CODE = 31
Days = Annotated[int, Field(ge=0, le=36_525)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Address(_Part):
    """Where the practice is."""

    street: str
    postcode: str = Field(pattern=r"^[1-9]\d{3} ?[A-Z]{2}$")
    city: str


class Contact(_Part):
    """How the practice is reached; what it hasn't given is None. `phone` is in E.164."""

    email: str | None = Field(default=None, pattern=r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$")
    phone: str | None = Field(default=None, pattern=r"^\+[1-9]\d{6,14}$")
    address: Address | None = None
    kvk: str | None = Field(default=None, pattern=r"^\d{8}$")
    website: str | None = Field(default=None, pattern=r"^https://\S+$")


class Authority(_Part):
    """The supervisory authority; every Dutch practice has the same one."""

    name: str = "Autoriteit Persoonsgegevens"
    website: str = "https://autoriteitpersoonsgegevens.nl"
    phone: str = "+31881805250"
    address: str = "Postbus 93374, 2509 AJ Den Haag"


class PolicySource(_Part):
    """The practice's own text: what it is called, how it is dated, where it can be read, what it states.

    states: the rights and article 13 facts that the text itself gives, so that the check can name the others.
    special_categories: whether the text names them; special_ground: the ground of article 9(2) that it gives.
    """

    title: str
    dated: date | None = None
    version_label: str | None = None
    url: str | None = Field(default=None, pattern=r"^https://\S+$")
    states: frozenset[Stated] = frozenset()
    special_categories: bool = False
    special_ground: str | None = None


class Purpose(_Part):
    """What data are used for, on which basis of article 6, for which term (or hold, or until withdrawn).

    basis is None where the practice gives none; it must be written down as null, so that nobody forgets it.
    """

    code: Code
    label: Both
    basis: LegalBasis | None
    interest: Both | None = None
    term: TermCode | Literal["fiscal", "until_withdrawn"]


class Recipient(_Part):
    """Who gets data. `named` is False where the practice names a kind of supplier but not the supplier."""

    name: Both
    role: Literal["processor", "recipient"]
    what: Both
    named: bool = True
    country: str | None = None


class Transfer(_Part):
    """Data that leave the EEA, and by which safeguard of chapter V."""

    to: str
    safeguard: str


class ConsentKind(_Part):
    """One permission that can be asked: purpose × medium, each on its own (article 7).

    wording: what the person reads; "{until}" in it becomes the last day of `term_days`.
    written_confirmation: given only after a confirmation in writing. pr: publicity or publication.
    take_down: withdrawing it leaves something that the coach must take away.
    """

    code: Code
    label: Both
    wording: Both
    medium: Code
    pr: bool = False
    written_confirmation: bool = False
    take_down: bool = False
    term_days: Days | None = None

    @model_validator(mode="after")
    def _wording_fits_the_term(self) -> Self:
        for text in (self.wording.nl, self.wording.en):
            if _placeholders(text) != ({"until"} if self.term_days is not None else set()):
                raise ValueError(
                    f"in de vraag van {self.code} hoort {{until}} precies als er een term_days is / "
                    f"the wording of {self.code} has {{until}} exactly when there is a term_days"
                )
        return self

    def question(self, language: Language, until: date | None) -> str:
        """The words that are asked; `until` is the last day where the permission has a term."""
        filled = {} if until is None else {"until": long_date(until, language)}
        return self.wording.to(language).format(**filled)


class IntakeFieldSpec(_Part):
    """A field that the practice may ask for. What isn't `offered` is never asked and never kept."""

    name: FieldName
    offered: bool = True
    required: bool = False
    label: Both
    why: Both


class Intake(_Part):
    """The allow-list of the intake. keep_consent: the consent that is asked apart, or None."""

    minimum_age: int = Field(default=16, ge=0, le=25)
    fields: tuple[IntakeFieldSpec, ...]
    keep_consent: Code | None = None

    def field(self, name: str) -> IntakeFieldSpec | None:
        """The field of this name when it is on the list."""
        return next((field for field in self.fields if field.name == name), None)

    @property
    def offered(self) -> tuple[IntakeFieldSpec, ...]:
        """The fields that are asked, in order."""
        return tuple(field for field in self.fields if field.offered)


class Term(_Part):
    """How long something is kept, in days from an event. assumed: ours for as long as the practice gives none."""

    days: Days
    starts: Start
    label: Both
    assumed: bool = False


class Hold(_Part):
    """A reason that erasure must wait. years: for the fiscal duty; None where it lasts as long as its cause."""

    kind: HoldKind
    label: Both
    why: Both
    years: int | None = Field(default=None, ge=1, le=100)

    def until(self, since: date) -> date | None:
        """The last day of a duty that began on this day; the law counts its years from the end of the calendar year.

        None where the hold lasts as long as its cause.
        """
        return None if self.years is None else date(since.year + self.years, 12, 31)


class Response(_Part):
    """promise_days: an answer sooner than the month of article 12(3), or None for the month itself."""

    promise_days: int | None = Field(default=None, ge=1, le=366)


class Breach(_Part):
    """clients_hours: what the practice promises its clients; None where it promises what the law asks."""

    clients_hours: int | None = Field(default=None, ge=1, le=720)
    authority_hours: int = Field(default=72, ge=1, le=720)


class Codes(_Part):
    """One-time codes and links, in minutes and counts; verified_minutes: how long a proof of identity holds."""

    minutes: int = Field(default=10, ge=2, le=60)
    tries: int = Field(default=5, ge=1, le=10)
    per_hour: int = Field(default=4, ge=1, le=20)
    hand_over_minutes: int = Field(default=15, ge=2, le=120)
    verified_minutes: int = Field(default=30, ge=5, le=240)


class Exports(_Part):
    """How long and how often an export can be fetched."""

    days: int = Field(default=7, ge=1, le=30)
    downloads: int = Field(default=3, ge=1, le=10)


class Answer(_Part):
    """One policy answer. silent: the practice's own text doesn't say it, and the answer says so."""

    text: Both
    place: Both | None = None
    passages: tuple[PassageRef, ...] = ()
    silent: bool = False


class PracticePack(_Part):
    """One practice: the controller's facts, terms, wording and answers. See docs/practice-pack.md."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{1,40}$")
    version: str
    effective: date
    name: str
    trade: Both
    accent: str = Field(pattern=r"^#[0-9a-fA-F]{6}$")
    contact: Contact
    authority: Authority = Authority()
    policy: PolicySource
    purposes: tuple[Purpose, ...] = Field(min_length=1)
    recipients: tuple[Recipient, ...] = ()
    transfers: tuple[Transfer, ...] | None = None
    security: tuple[Both, ...] = ()
    consents: tuple[ConsentKind, ...]
    intake: Intake
    terms: dict[TermCode, Term]
    holds: tuple[Hold, ...]
    response: Response = Response()
    breach: Breach = Breach()
    conversation_hours: int = Field(default=24, ge=1, le=720)
    intake_hours: int = Field(default=4, ge=1, le=72)
    retention: Literal["carry_out", "propose"] = "carry_out"
    take_down_days: int = Field(default=7, ge=1, le=366)
    key_backup_days: int = Field(default=14, ge=0, le=366)
    data_backup_days: int = Field(default=366, ge=1, le=3660)
    codes: Codes = Codes()
    exports: Exports = Exports()
    portability_exclusions: tuple[Code, ...] = ()
    call_back_before_release: bool = True
    channels: frozenset[Literal["web", "telegram"]] = frozenset({"web"})
    wgbo: bool = False
    answers: dict[PolicyIntent, Answer]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        _all_there("terms", get_args(TermCode), self.terms)
        _all_there("answers", get_args(PolicyIntent), self.answers)
        _all_there("holds", get_args(HoldKind), [hold.kind for hold in self.holds])
        _all_there("intake.fields", ("name", "email", "phone"), [field.name for field in self.intake.fields])
        _no_doubles("purposes", [purpose.code for purpose in self.purposes])
        _no_doubles("consents", [kind.code for kind in self.consents])
        _no_doubles("holds", [hold.kind for hold in self.holds])
        _no_doubles("intake.fields", [field.name for field in self.intake.fields])
        keep = self.intake.keep_consent
        if keep is not None and self.consent_kind(keep) is None:
            raise ValueError(
                f"intake.keep_consent noemt {keep}, maar die staat niet onder consents / "
                f"intake.keep_consent names {keep}, which isn't among the consents"
            )
        for intent, answer in self.answers.items():
            unknown = _placeholders(answer.text.nl) | _placeholders(answer.text.en)
            if unknown := unknown - self.facts("nl").keys():
                raise ValueError(
                    f"het antwoord {intent} vraagt om {{{min(unknown)}}}, en dat feit geeft dit pakket niet / "
                    f"the answer {intent} asks for {{{min(unknown)}}}, a fact that this pack doesn't give"
                )
        return self

    def consent_kind(self, code: str) -> ConsentKind | None:
        """The consent of this code, or None."""
        return next((kind for kind in self.consents if kind.code == code), None)

    def purpose(self, code: str) -> Purpose | None:
        """The purpose of this code, or None."""
        return next((purpose for purpose in self.purposes if purpose.code == code), None)

    def term(self, code: TermCode) -> Term:
        """The term of this code; every pack has all of them."""
        return self.terms[code]

    def hold(self, kind: HoldKind) -> Hold:
        """The hold of this kind; every pack has all of them."""
        return next(hold for hold in self.holds if hold.kind == kind)

    def facts(self, language: Language) -> dict[str, str]:
        """What answers may fill in, as people say it: "{dossier}" becomes "1 jaar". Unknown facts are left out."""
        facts: dict[str, str | None] = {
            "practice": self.name,
            "email": self.contact.email,
            "phone": shown_phone(self.contact.phone) if self.contact.phone else None,
            "policy_date": long_date(self.policy.dated, language) if self.policy.dated else None,
            "policy_version": self.policy.version_label,
            "clients_hours": str(self.breach.clients_hours) if self.breach.clients_hours else None,
            "authority_hours": str(self.breach.authority_hours),
            "authority": self.authority.name,
            "authority_site": self.authority.website.removeprefix("https://"),
            "conversation_hours": str(self.conversation_hours),
            "purpose_count": str(len(self.purposes)),
            "purposes": self._purposes(language),
            **{code: duration(term.days, language) for code, term in self.terms.items()},
        }
        return {name: fact for name, fact in facts.items() if fact}

    def _purposes(self, language: Language) -> str:
        """The purposes in a row; those that rest on a consent say so."""
        asked = " (alleen met uw toestemming)" if language == "nl" else " (only with your consent)"
        return "; ".join(
            each.label.to(language) + (asked if each.basis == "consent" else "") for each in self.purposes
        )


def shown_phone(e164: str) -> str:
    """A phone number as it is dialled in the Netherlands: "06 12345678"; a foreign one with its country code."""
    number = phonenumbers.parse(e164)
    at_home = number.country_code == _DUTCH_COUNTRY_CODE
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, style.NATIONAL if at_home else style.INTERNATIONAL)


def _placeholders(text: str) -> set[str]:
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError as error:
        raise ValueError("een accolade is niet gesloten / a brace is not closed") from error


def _all_there(place: str, needed: Iterable[str], given: Iterable[str]) -> None:
    missing = sorted(set(needed) - set(given))
    if missing:
        raise ValueError(
            f"onder {place} ontbreekt: {', '.join(missing)} / missing under {place}: {', '.join(missing)}"
        )


def _no_doubles(place: str, codes: list[str]) -> None:
    double = sorted(code for code, times in Counter(codes).items() if times > 1)
    if double:
        raise ValueError(
            f"onder {place} staat dubbel: {', '.join(double)} / twice under {place}: {', '.join(double)}"
        )
