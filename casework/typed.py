"""What people type, made plain: other scripts' digits, invisible signs, and addresses and numbers that are spelled out."""

import re
import unicodedata

_LONGEST_LOOKED_AT = 20_000

_MAILTO = re.compile(r"\bmailto:\s*", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_AT = re.compile(
    r" ?(?:[(\[](?:at|apen?staart(?:je)?)[)\]]|\bapen? ?staart(?:je)?\b|@) ?| at (?=[\w.\-]+(?: (?:punt|dot) |\.)\w)",
    re.IGNORECASE,
)
_DOT = re.compile(r" (?:punt|dot|\.) | ?[(\[](?:punt|dot|\.)[)\]] ?", re.IGNORECASE)
_COMMA_FOR_DOT = re.compile(r"(@[\w\-]+),(?=[a-z]{2,}\b)", re.IGNORECASE)
_SPELLED = (
    (re.compile(r" (?:streepje|liggend streepje|koppelteken|dash|hyphen) ", re.IGNORECASE), "-"),
    (re.compile(r" (?:underscore|laag streepje) ", re.IGNORECASE), "_"),
    (re.compile(r" plus(?:teken)? ", re.IGNORECASE), "+"),
)
_DIGITS = {
    "nul": "0", "een": "1", "één": "1", "eén": "1", "twee": "2", "drie": "3", "vier": "4", "vijf": "5", "zes": "6",
    "zeven": "7", "acht": "8", "negen": "9",
    "zero": "0", "oh": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9",
}  # fmt: skip
_TENS = {
    "tien": "10", "elf": "11", "twaalf": "12", "dertien": "13", "veertien": "14", "vijftien": "15", "zestien": "16",
    "zeventien": "17", "achttien": "18", "negentien": "19", "twintig": "20", "dertig": "30", "veertig": "40",
    "vijftig": "50", "zestig": "60", "zeventig": "70", "tachtig": "80", "negentig": "90",
}  # fmt: skip
_COMPOUNDS = {
    f"{unit}en{ten}": _TENS[ten][0] + digit
    for unit, digit in _DIGITS.items()
    for ten in _TENS
    if _TENS[ten].endswith("0") and ten != "tien"
}
_NUMBERS = _DIGITS | _TENS | _COMPOUNDS
_PLUS = re.compile(r"\bplus (?=\d|(?:drie|three|vier|four)\b)", re.IGNORECASE)
_DOUBLED = re.compile(
    r"\b(?P<times>dubbel|dubbele|double|triple|driemaal) (?P<digit>[a-zé]+|\d)\b", re.IGNORECASE
)
_SPOKEN_ROW = re.compile(r"[^\W\d_]+|\d+|[^\w\s]+|\s+")
_FEWEST_DIGITS = 6
"""Digits in a row with number words: fewer are part of a sentence ("wij zijn met twee")."""


def clean(text: str) -> str:
    """Compatibility forms made plain, invisible signs dropped, digits of any script as 0-9; at most 20,000 signs."""
    plain = unicodedata.normalize("NFKC", text[:_LONGEST_LOOKED_AT])
    signs = (c for c in plain if unicodedata.category(c) not in ("Cf", "Cs"))
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in signs)


def with_signs(text: str) -> str:
    """A spelled-out address in signs: "jan punt jansen apenstaartje gmail punt com" is "jan.jansen@gmail.com"."""
    signed = _DOT.sub(".", _AT.sub("@", _MAILTO.sub("", _SPACES.sub(" ", text))))
    if "@" not in signed:
        return signed
    for spelled, sign in _SPELLED:
        signed = spelled.sub(sign, signed)
    return _COMMA_FOR_DOT.sub(r"\1.", signed)


def with_digits(text: str) -> str:
    """Rows of number words in digits: "nul zes een twee drie" is "06123"; a word or two between other words stays."""
    spoken = _DOUBLED.sub(_repeated, _PLUS.sub("+", text))
    return _rows_in_digits(_SPOKEN_ROW.findall(spoken))


def _repeated(match: re.Match[str]) -> str:
    digit = match["digit"].casefold()
    value = digit if digit.isdigit() else _DIGITS.get(digit)
    if value is None:
        return match[0]
    return value * (3 if match["times"].casefold() in ("triple", "driemaal") else 2)


def _rows_in_digits(tokens: list[str]) -> str:
    done: list[str] = []
    row: list[str] = []
    for token in [*tokens, ""]:
        if _value(token) or (row and token and not token.strip(" ,-.")):
            row.append(token)
            continue
        done += _in_digits(row)
        done.append(token)
        row = []
    return "".join(done)


def _in_digits(row: list[str]) -> list[str]:
    digits = "".join(_value(token) for token in row)
    return [digits, " "] if len(digits) >= _FEWEST_DIGITS and digits != "".join(row) else row


def _value(token: str) -> str:
    """The digits of a digit or a number word, nothing for anything else; "zesenvijftig" is "56"."""
    word = token.casefold().replace("ë", "e")
    return word if word.isdigit() else _NUMBERS.get(word, "")
