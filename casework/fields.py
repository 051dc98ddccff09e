"""Contact fields out of what people type, and personal data found where it doesn't belong.

A check gives a value: `Checked(value)`, normalised and ready to be kept, or `Refused(reason, hint)`. Nothing raises,
whatever the text. The words for each reason live where people read them (domain.yml, the pack):

| reason | meaning | hint |
|---|---|---|
| no_email | there is no e-mail address in it | |
| bad_email | it has an @, but it is no address that mail can go to | |
| email_typo | an address that looks mistyped, such as gmial.com | the likely address, for "Bedoelt u ...?" |
| several_emails | two or more different addresses | |
| no_phone | there is no phone number in it | |
| bad_phone | it has digits, but no number that exists | |
| paid_phone | a number that costs the caller or that nobody lives at: 0900, 0800, shared cost | |
| several_phones | two or more different numbers | |
| no_name | there are no letters in it | |
| long_name | longer than 120 characters | |
| odd_name | it holds digits, an address or other signs that no name has | |
| no_text | there are no words in it: dots, an emoji | |

Days have reasons of their own (casework/dates.py).
"""

import difflib
import re
from dataclasses import dataclass
from itertools import islice
from typing import Literal

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import PhoneNumber, PhoneNumberMatcher, PhoneNumberType
from stdnum import iban
from stdnum.nl import bsn

from casework.typed import clean, with_digits, with_signs

Reason = Literal[
    "no_email",
    "bad_email",
    "email_typo",
    "several_emails",
    "no_phone",
    "bad_phone",
    "paid_phone",
    "several_phones",
    "no_name",
    "long_name",
    "odd_name",
    "no_text",
    "no_date",
    "bad_date",
    "several_dates",
    "late_date",
    "early_date",
]
PersonalData = Literal["email", "phone", "bsn", "iban", "postcode", "date_of_birth"]

MAX_NAME = 120
"""Characters; longer than the longest names in the Dutch registers, shorter than a story."""

LONGEST_WORDS = 12_000
"""Characters of a free field: a whole message of the longest kind, and what was added to it."""

_HOME, _NEXT_DOOR = "NL", "BE"
_PHONE_DIGITS = 10
"""A Dutch number with its 0, but for a few free ones: nine digits with a 0 in front can be a BSN."""
_REACHES_A_PERSON = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.VOIP,
        PhoneNumberType.PERSONAL_NUMBER,
        PhoneNumberType.UAN,
    }
)

# Mail providers that clients use; an unknown domain that looks like one of these is asked about, not refused for good.
_PROVIDERS = (
    "gmail.com",
    "googlemail.com",
    "hotmail.com",
    "hotmail.nl",
    "outlook.com",
    "outlook.nl",
    "live.com",
    "live.nl",
    "msn.com",
    "icloud.com",
    "yahoo.com",
    "protonmail.com",
    "proton.me",
    "ziggo.nl",
    "kpnmail.nl",
    "kpnplanet.nl",
    "planet.nl",
    "hetnet.nl",
    "xs4all.nl",
    "home.nl",
    "casema.nl",
    "chello.nl",
    "upcmail.nl",
    "telfort.nl",
    "quicknet.nl",
    "telenet.be",
    "skynet.be",
)
_REAL_NEIGHBOURS = frozenset(
    {"mail.com", "email.com", "ymail.com", "gmx.com", "gmx.net", "live.be", "hotmail.be"}
)
_TYPO_LIKENESS = 0.88

_WORD = re.compile(r"[^\s<>()\[\],;:\"]+")
_LONGEST_ADDRESS = 320
_MOST_ADDRESSES = 20
_LONGEST_ANSWER = 2_000
"""Characters: nobody's address or number comes after a longer story."""
_SPELLED_BEFORE = re.compile(
    r"\w\s+(?:punt|dot|streepje|dash|underscore|plus|[.\-_+])\s+[^\s@]+@", re.IGNORECASE
)
"""Before an @ stands a part of the address that is spelled out: "jan punt jansen@gmail.com"."""
_DIGIT_RUN = re.compile(r"\+?\(?\d(?:[\s().\-/]{0,3}\d)+")
_NAME_OPENING = re.compile(
    r"^(?:(?:hallo|hoi|hey|goedendag|goedemorgen|goedemiddag|goedenavond|hello|hi)[,.!]?\s+)?"
    r"(?:(?:mijn|mn|m'n)\s+naam\s+is|ik\s+(?:ben|heet)|dit\s+is|naam\s*:|my\s+name(?:\s+is|'s)|i\s+am|i'm|im|"
    r"this\s+is|name\s*:)\s+",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u0900-\u0dff]|[ .,'’`´()\-])*")

_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]{2,4}){3,8}(?![A-Za-z0-9])")
_POSTCODE = re.compile(r"(?<!\w)[1-9]\d{3}(?: ?(?!SA|SD|SS)[A-Z]{2}|(?!sa|sd|ss)[a-z]{2})(?!\w)")
_MONTHS = (
    "jan(?:uari|uary)?|feb(?:ruari|ruary)?|maart|mrt|march|mar|apr(?:il)?|mei|may|juni?|june|juli?|july|aug(?:ustus|ust)?|"
    "sep(?:t|tember)?|okt(?:ober)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_DATE = re.compile(
    rf"(?<!\d)(?:\d{{1,2}}\s?[-/.]\s?\d{{1,2}}\s?[-/.]\s?(?P<year>\d{{4}}|\d{{2}})|(?P<iso>\d{{4}})-\d{{2}}-\d{{2}}"
    rf"|\d{{1,2}}e?\s+(?:{_MONTHS})\.?\s+(?P<named>\d{{4}}))(?!\d)",
    re.IGNORECASE,
)
_BIRTH_WORDS = re.compile(r"\b(?:geboren|geboorte\w*|geb|born|birth\w*|dob|jarig)\b", re.IGNORECASE)
_BIRTH_YEARS = range(1900, 2013)
_NEAR = 30
"""Characters between a word such as "geboren" or "BSN" and the digits that it speaks of."""

_BSN_WORDS = re.compile(
    r"bsn|burger\s?service|sofi|citizen service|social security|persoonsnummer|identiteitsnummer",
    re.IGNORECASE,
)
_OTHER_NUMBER_WORDS = re.compile(
    r"\b(?:kvk|k\.v\.k|kamer van koophandel|factu\w*|invoice|order\w*|bestel\w*|klant\w*|debiteur\w*|polis\w*|btw\w*|rsin|"
    r"kenmerk|referentie|reference|ticket|zaak\w*|dossier\w*|tel|telefoon\w*|phone|mobiel\w*|mob|bel|bellen|fax|rekening\w*)"
    r"\W*(?:nummer|nr|no|is|op|:|\W)*$",
    re.IGNORECASE,
)
_BSN_LAYOUTS = frozenset(
    {(9,), (3, 3, 3), (4, 2, 3), (4, 5), (5, 4), (3, 6), (6, 3), (2, 3, 2, 2), (3, 2, 2, 2), (2, 3, 4)}
)
_SHORT_BSN_LAYOUTS = frozenset({(8,), (2, 3, 3), (4, 4), (3, 2, 3), (3, 3, 2)})


@dataclass(frozen=True, slots=True)
class Checked:
    """What was typed holds this value, normalised."""

    value: str


@dataclass(frozen=True, slots=True)
class Refused:
    """What was typed can't be taken; `hint` is a value that was probably meant."""

    reason: Reason
    hint: str | None = None


def email_in(text: str, *, as_typed: bool = False) -> Checked | Refused:
    """The e-mail address in a text, without asking the network.

    `as_typed` takes an address that looks mistyped: for a person who was asked and says that it is right.
    """
    plain = clean(text[:_LONGEST_ANSWER])
    found = [] if _SPELLED_BEFORE.search(plain) else _addresses(plain)
    found = found or _addresses(with_signs(plain)) or _addresses(plain)
    if not found:
        return Refused("bad_email" if "@" in with_signs(plain) else "no_email")
    if len({address.casefold() for address in found}) > 1:
        return Refused("several_emails")
    if not as_typed and (likely := _likely_meant(found[0])):
        return Refused("email_typo", hint=likely)
    return Checked(found[0])


def phone_in(text: str) -> Checked | Refused:
    """The phone number in a text, in E.164.

    A number without a country code is a Dutch one, or a Belgian mobile where there is no such Dutch number. (A Belgian
    land line has nine digits, like a Dutch number that lacks one.)
    """
    plain = clean(text[:_LONGEST_ANSWER])
    numbers = _phones(plain, _HOME) or _phones(with_digits(plain), _HOME) or _belgian_mobiles(plain)
    if not numbers:
        return Refused("bad_phone" if sum(c.isdigit() for c in with_digits(plain)) > 2 else "no_phone")
    kept = {_e164(number) for number in numbers if phonenumbers.number_type(number) in _REACHES_A_PERSON}
    if not kept:
        return Refused("paid_phone")
    return Checked(kept.pop()) if len(kept) == 1 else Refused("several_phones")


def name_in(text: str) -> Checked | Refused:
    """The name in a text: "mijn naam is Jan de Vries" gives "Jan de Vries"."""
    plain = " ".join(clean(text).split())
    name = _NAME_OPENING.sub("", plain).rstrip(" .,;:!?").lstrip(" .,;:'\"-")
    if not any(c.isalpha() for c in name):
        return Refused("no_name")
    if len(name) > MAX_NAME:
        return Refused("long_name")
    return Checked(name) if _NAME.fullmatch(name) else Refused("odd_name")


def words_in(text: str) -> Checked | Refused:
    """Words of the person's own, whatever they are about; dots or an emoji alone say nothing that can be passed on."""
    return Checked(text.strip()) if any(sign.isalnum() for sign in text) else Refused("no_text")


def bsn_in(text: str) -> bool:
    """True when a citizen service number (BSN) stands in the text: UAVG 46 forbids us to have it.

    Nine digits that pass the elfproef, alone or in groups, unless they are part of a phone number or an IBAN or a
    word before them says that they are another number; eight digits only when a word such as "BSN" is near. One in
    eleven numbers of nine digits passes by chance, so a harmless one may be refused: that is the safe side.
    """
    plain = clean(text)
    taken = [match.span() for match in _IBAN.finditer(plain) if _is_iban(match[0])]
    taken += [(start, end) for start, end, digits in _dialled(plain) if digits >= _PHONE_DIGITS]
    return any(
        _is_bsn(plain, start, end, groups)
        for start, end, groups in _digit_groups(plain)
        if not any(start < last and end > first for first, last in taken)
    )


def personal_data_in(text: str) -> set[PersonalData]:
    """Which kinds of personal data stand in a text; names can't be found this way."""
    plain = clean(text)
    found: set[PersonalData] = set()
    if _addresses(plain):
        found.add("email")
    if _dialled(plain):
        found.add("phone")
    if bsn_in(plain):
        found.add("bsn")
    if any(_is_iban(match[0]) for match in _IBAN.finditer(plain)):
        found.add("iban")
    if _POSTCODE.search(plain):
        found.add("postcode")
    if any(_is_birth_date(plain, match) for match in _DATE.finditer(plain)):
        found.add("date_of_birth")
    return found


def _addresses(text: str) -> list[str]:
    found = []
    words = (word for word in _WORD.findall(text) if "@" in word and len(word) <= _LONGEST_ADDRESS)
    for word in islice(words, _MOST_ADDRESSES):
        try:
            valid = validate_email(word.strip(".,!?'’`*_"), check_deliverability=False)
        except EmailNotValidError:
            continue
        found.append(valid.normalized)
    return found


def _likely_meant(address: str) -> str | None:
    local, _, domain = address.rpartition("@")
    if domain in _PROVIDERS or domain in _REAL_NEIGHBOURS:
        return None
    near = difflib.get_close_matches(domain, _PROVIDERS, n=1, cutoff=_TYPO_LIKENESS)
    return f"{local}@{near[0]}" if near else None


def _phones(text: str, region: str) -> list[PhoneNumber]:
    found = [match.number for match in PhoneNumberMatcher(text, region)]
    return found or [number for run in _DIGIT_RUN.findall(text) if (number := _parsed(run, region))]


def _belgian_mobiles(text: str) -> list[PhoneNumber]:
    found = _phones(text, _NEXT_DOOR) or _phones(with_digits(text), _NEXT_DOOR)
    return [number for number in found if phonenumbers.number_type(number) == PhoneNumberType.MOBILE]


def _dialled(text: str) -> list[tuple[int, int, int]]:
    """Numbers written as one dials them, with 0 or + in front: start, end and how many digits."""
    matches = [(match.start, match.end, match.raw_string) for match in PhoneNumberMatcher(text, _HOME)]
    return [
        (start, end, sum(c.isdigit() for c in raw))
        for start, end, raw in matches
        if raw.lstrip("(").startswith(("0", "+"))
    ]


def _parsed(run: str, region: str) -> PhoneNumber | None:
    """Takes what the matcher leaves, such as digits with a space between each."""
    try:
        number = phonenumbers.parse(run, region)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


def _e164(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _digit_groups(text: str) -> list[tuple[int, int, tuple[int, ...]]]:
    """Every row of neighbouring digit groups that has the layout of a BSN: start, end and the groups' sizes."""
    groups = [match.span() for match in re.finditer(r"\d+", text)]
    rows = []
    for first in range(len(groups)):
        sizes: tuple[int, ...] = ()
        for last in range(first, min(first + 4, len(groups))):
            start, end = groups[last]
            if last > first and (start - groups[last - 1][1] != 1 or text[start - 1] not in " .-"):
                break
            sizes = (*sizes, end - start)
            if sizes in _BSN_LAYOUTS or sizes in _SHORT_BSN_LAYOUTS:
                rows.append((groups[first][0], end, sizes))
    return rows


def _is_bsn(text: str, start: int, end: int, sizes: tuple[int, ...]) -> bool:
    before, after = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
    named = bool(_BSN_WORDS.search(before) or _BSN_WORDS.search(after))
    digits = re.sub(r"\D", "", text[start:end])
    if not bsn.is_valid(digits.zfill(9)):
        return False
    if named:
        return True
    return sizes in _BSN_LAYOUTS and not _OTHER_NUMBER_WORDS.search(before)


def _is_iban(found: str) -> bool:
    return bool(iban.is_valid(found, check_country=False))


def _is_birth_date(text: str, match: re.Match[str]) -> bool:
    """A full date is a birth date when a word near it says so, or when nobody would plan anything in that year."""
    year = match["year"] or match["iso"] or match["named"]
    near = text[max(0, match.start() - _NEAR) : match.end() + _NEAR]
    return bool(_BIRTH_WORDS.search(near)) or int(year) in _BIRTH_YEARS
