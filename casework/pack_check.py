"""What a pack still lacks: every fact of article 13 GDPR that is missing, every term below the legal floor.

A pack may be stricter than the law, never laxer. `must` is what the law asks of the practice; `should` is what
makes its promises hold up. The product runs meanwhile: it says the stricter thing, or says that it doesn't know.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from casework.clocks import months_after
from casework.pack_model import PracticePack, Stated
from casework.passages import ImportedPolicy
from casework.words import Both, long_date

Severity = Literal["must", "should"]

LEGAL_AUTHORITY_HOURS = 72
LEGAL_FISCAL_YEARS = 7
LEGAL_MINIMUM_AGE = 16
LEGAL_RESPONSE_DAYS = 28
"""The shortest month: a promise in days that is longer can come after the month of article 12(3)."""
MEDICAL_DOSSIER_YEARS = 20
LONGEST_REASONABLE_DOSSIER_DAYS = 20 * 366
REVIEW_MONTHS = 12
LONG_CONVERSATION_HOURS = 72
LONG_KEY_BACKUP_DAYS = 30

_WRONG_LAW = "algemene verordening gegevensverwerking"

_STATED: dict[Stated, tuple[Severity, str, str]] = {
    "access": ("must", "het recht op inzage (artikel 13 lid 2 b)", "the right of access (article 13(2)(b))"),
    "rectification": (
        "must",
        "het recht op rectificatie (artikel 13 lid 2 b)",
        "the right to rectification (article 13(2)(b))",
    ),
    "erasure": (
        "must",
        "het recht op verwijdering op verzoek (artikel 13 lid 2 b)",
        "the right to erasure on request (article 13(2)(b))",
    ),
    "restriction": (
        "must",
        "het recht op beperking (artikel 13 lid 2 b)",
        "the right to restriction (article 13(2)(b))",
    ),
    "portability": (
        "must",
        "het recht op overdraagbaarheid (artikel 13 lid 2 b)",
        "the right to portability (article 13(2)(b))",
    ),
    "objection": (
        "must",
        "het recht van bezwaar (artikel 13 lid 2 b)",
        "the right to object (article 13(2)(b))",
    ),
    "withdrawal": (
        "must",
        "dat toestemming kan worden ingetrokken (artikel 13 lid 2 c)",
        "that consent can be withdrawn (article 13(2)(c))",
    ),
    "authority": (
        "must",
        "de klacht bij de Autoriteit Persoonsgegevens (artikel 13 lid 2 d)",
        "the complaint to the Autoriteit Persoonsgegevens (article 13(2)(d))",
    ),
    "obligatory": (
        "must",
        "of iemand de gegevens moet geven en wat er gebeurt als dat niet gebeurt (artikel 13 lid 2 e)",
        "whether people must give the data and what follows if they don't (article 13(2)(e))",
    ),
    "automated_decisions": (
        "should",
        "dat er geen geautomatiseerde besluiten zijn (artikel 13 lid 2 f)",
        "that there are no automated decisions (article 13(2)(f))",
    ),
    "response_month": (
        "should",
        "dat een verzoek binnen een maand wordt beantwoord (artikel 12 lid 3)",
        "that a request is answered within a month (article 12(3))",
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend: how much it weighs, where in the pack it belongs, what is wrong and the remedy."""

    severity: Severity
    where: str
    words: Both


def check_pack(
    pack: PracticePack, text: ImportedPolicy | None = None, today: date | None = None
) -> list[Finding]:
    """All findings, `must` first. `text` adds a look at the imported policy, `today` the yearly review."""
    findings = [
        *_controller(pack),
        *_purposes(pack),
        *_recipients(pack),
        *_stated(pack),
        *_terms(pack),
        *_floors(pack),
        *_policy_text(pack, text, today),
    ]
    return sorted(findings, key=lambda finding: finding.severity != "must")


def _controller(pack: PracticePack) -> Iterator[Finding]:
    contact = pack.contact
    if contact.email is None and contact.phone is None:
        yield _must(
            "contact",
            "Er staat geen e-mailadres of telefoonnummer in (artikel 13 lid 1 a). "
            "Vul contact.email of contact.phone in; tot dan verwijst Balie naar dit gesprek.",
            "There is no e-mail address or phone number (article 13(1)(a)). "
            "Fill in contact.email or contact.phone; until then Balie points to this conversation.",
        )
    if contact.address is None:
        yield _must(
            "contact.address",
            "Er staat geen adres van de praktijk in (artikel 13 lid 1 a). Vul contact.address in.",
            "The practice's address is missing (article 13(1)(a)). Fill in contact.address.",
        )
    if contact.kvk is None:
        yield _should(
            "contact.kvk",
            "Het KvK-nummer ontbreekt. Vul contact.kvk in, zodat duidelijk is welk bedrijf verantwoordelijk is.",
            "The Chamber of Commerce number is missing. Fill in contact.kvk, so that people know which business it is.",
        )


def _purposes(pack: PracticePack) -> Iterator[Finding]:
    for purpose in pack.purposes:
        where = f"purposes.{purpose.code}.basis"
        if purpose.basis is None:
            yield _must(
                where,
                f'Voor "{purpose.label.nl}" geeft de praktijk geen grondslag (artikel 13 lid 1 c). Kies er een.',
                f'For "{purpose.label.en}" the practice gives no legal basis (article 13(1)(c)). Choose one.',
            )
        if purpose.basis == "legitimate_interest" and purpose.interest is None:
            yield _must(
                where,
                f'Voor "{purpose.label.nl}" ontbreekt welk belang het is (artikel 13 lid 1 d). Vul interest in.',
                f'For "{purpose.label.en}" the interest itself is missing (article 13(1)(d)). Fill in interest.',
            )
    if pack.policy.special_categories and pack.policy.special_ground is None:
        yield _must(
            "policy.special_ground",
            "Het beleid noemt bijzondere persoonsgegevens, maar geen grond uit artikel 9 lid 2. "
            "Meestal is dat uitdrukkelijke toestemming; leg dit vast met uw adviseur.",
            "The policy names special categories of data, but no ground of article 9(2). "
            "Mostly that is explicit consent; settle it with your adviser.",
        )


def _recipients(pack: PracticePack) -> Iterator[Finding]:
    if not pack.recipients:
        yield _must(
            "recipients",
            "Er staan geen ontvangers of verwerkers in (artikel 13 lid 1 e). Noem ze bij naam onder recipients.",
            "No recipients or processors are given (article 13(1)(e)). Name them under recipients.",
        )
    for number, recipient in enumerate(pack.recipients):
        if not recipient.named:
            yield _should(
                f"recipients.{number}.name",
                f'Van "{recipient.name.nl}" ontbreekt de naam. Noem het bedrijf: bij inzage moet u dat ook.',
                f'The name of the "{recipient.name.en}" is missing. Name the company: on access you have to.',
            )
    if pack.transfers is None:
        yield _must(
            "transfers",
            "Er staat niet of gegevens buiten de EER komen (artikel 13 lid 1 f). "
            "Vul transfers in, of een lege lijst als dat niet gebeurt.",
            "It isn't stated whether data leave the EEA (article 13(1)(f)). "
            "Fill in transfers, or an empty list if they don't.",
        )


def _stated(pack: PracticePack) -> Iterator[Finding]:
    for code, (severity, nl, en) in _STATED.items():
        if code not in pack.policy.states:
            yield Finding(
                severity,
                "policy.states",
                Both(
                    nl=f"Uw privacybeleid noemt niet {nl}. Neem het op; Balie houdt zich er nu al aan.",
                    en=f"Your privacy policy doesn't state {en}. Add it; Balie keeps to it already.",
                ),
            )


def _terms(pack: PracticePack) -> Iterator[Finding]:
    for code, term in pack.terms.items():
        if term.assumed:
            yield Finding(
                "must" if code == "dossier" else "should",
                f"terms.{code}",
                Both(
                    nl=f'Voor "{term.label.nl}" noemt de praktijk geen termijn in dagen (artikel 13 lid 2 a). '
                    f"Balie rekent nu met {term.days} dagen; beslis zelf en haal assumed weg.",
                    en=f'For "{term.label.en}" the practice gives no term in days (article 13(2)(a)). '
                    f"Balie now uses {term.days} days; decide and take assumed away.",
                ),
            )
    dossier = pack.term("dossier").days
    if pack.wgbo and dossier < MEDICAL_DOSSIER_YEARS * 365:
        yield _must(
            "terms.dossier",
            "Met wgbo: true hoort een medisch dossier 20 jaar te worden bewaard (artikel 7:454 BW). Maak er 7305 van.",
            "With wgbo: true a medical file is kept for 20 years (article 7:454 Dutch Civil Code). Make it 7305.",
        )
    if not pack.wgbo and dossier > LONGEST_REASONABLE_DOSSIER_DAYS:
        yield _must(
            "terms.dossier",
            "Het dossier blijft langer dan 20 jaar, en dat is langer dan nodig (artikel 5 lid 1 e). Maak het korter.",
            "The file stays longer than 20 years, which is longer than needed (article 5(1)(e)). Shorten it.",
        )


def _floors(pack: PracticePack) -> Iterator[Finding]:
    promise = pack.response.promise_days
    if promise is not None and promise > LEGAL_RESPONSE_DAYS:
        yield _must(
            "response.promise_days",
            f"{promise} dagen kan langer zijn dan een maand (artikel 12 lid 3). Haal promise_days weg of maak het 28.",
            f"{promise} days can be longer than a month (article 12(3)). Take promise_days away or make it 28.",
        )
    if pack.breach.authority_hours > LEGAL_AUTHORITY_HOURS:
        yield _must(
            "breach.authority_hours",
            "Een datalek moet binnen 72 uur bij de AP zijn gemeld (artikel 33 lid 1). Maak er 72 of minder van.",
            "A breach must reach the authority within 72 hours (article 33(1)). Make it 72 or less.",
        )
    fiscal = pack.hold("fiscal").years
    if fiscal is None or fiscal < LEGAL_FISCAL_YEARS:
        yield _must(
            "holds.fiscal.years",
            "De financiële administratie moet minstens 7 jaar blijven (artikel 52 AWR). Maak er 7 van.",
            "Financial records must stay for at least 7 years (article 52 AWR). Make it 7.",
        )
    if pack.intake.minimum_age < LEGAL_MINIMUM_AGE:
        yield _must(
            "intake.minimum_age",
            "Onder de 16 jaar geeft een ouder toestemming (artikel 8, UAVG artikel 5). Maak er 16 van.",
            "Under 16 a parent gives consent (article 8, UAVG article 5). Make it 16.",
        )
    if pack.key_backup_days > LONG_KEY_BACKUP_DAYS:
        yield _should(
            "key_backup_days",
            "Zo lang na een verwijdering is de sleutel nog in een back-up. Maak er 30 dagen of minder van.",
            "For that long after an erasure the key is still in a backup. Make it 30 days or less.",
        )
    if pack.conversation_hours > LONG_CONVERSATION_HOURS:
        yield _should(
            "conversation_hours",
            "Gesprekken blijven langer dan 72 uur staan. Maak dit korter, of leg vast waarom het nodig is.",
            "Conversations stay longer than 72 hours. Shorten it, or write down why that is needed.",
        )


def _policy_text(pack: PracticePack, text: ImportedPolicy | None, today: date | None) -> Iterator[Finding]:
    dated = pack.policy.dated
    if dated is None:
        yield _should(
            "policy.dated",
            "Het privacybeleid heeft geen datum. Zet er een in, zodat mensen zien hoe nieuw het is.",
            "The privacy policy has no date. Give it one, so that people see how recent it is.",
        )
    elif today is not None and today > months_after(dated, REVIEW_MONTHS):
        yield _should(
            "policy.dated",
            f"Het privacybeleid is van {long_date(dated, 'nl')}. Kijk het elk jaar na en zet er de nieuwe datum in.",
            f"The privacy policy dates from {long_date(dated, 'en')}. Review it every year and give the new date.",
        )
    if text is None:
        return
    if _WRONG_LAW in text.text.casefold().replace("\n", " "):
        yield _should(
            "policy",
            "Het privacybeleid noemt de wet anders dan die heet. Schrijf: Algemene Verordening Gegevensbescherming.",
            "The privacy policy gets the law's name wrong. Write: Algemene Verordening Gegevensbescherming.",
        )
    for intent, answer in pack.answers.items():
        for ref in answer.passages:
            if text.find(ref) is None:
                yield _should(
                    f"answers.{intent}.passages",
                    f'De passage "{ref.begins}" staat niet meer in het beleid. Kijk of het antwoord nog klopt.',
                    f'The passage "{ref.begins}" is no longer in the policy. See whether the answer still holds.',
                )


def _must(where: str, nl: str, en: str) -> Finding:
    return Finding("must", where, Both(nl=nl, en=en))


def _should(where: str, nl: str, en: str) -> Finding:
    return Finding("should", where, Both(nl=nl, en=en))
