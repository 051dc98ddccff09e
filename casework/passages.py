"""The practice's own policy text: imported, split into sections, kept by version, and quoted word for word.

The text stays the practice's document. It is read as people deliver it: plain text or Markdown, in UTF-8 or
in an old Windows encoding, with page breaks and blank lines in odd places. Each version is named by the SHA-256
of the file as it came in, so that it can always be said which text was shown.
"""

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from casework.messages import Quote
from casework.sections import Section, sections_of, sentences_of, title_of
from casework.words import ExplainedError

MAX_BYTES = 1_000_000
"""More than a hundred times a long policy: anything bigger is another kind of file."""
MAX_QUOTE = 600
"""Characters of a quote; a passage is cut at a sentence or at a list item, never within a word."""
PIECE = 300
"""Characters of a piece that is searched for; a single sentence may be longer, a list always stays whole."""
FEWEST_WORDS = 4
TELLING_WORDS = 3
"""First words that a passage must have to be taken for the same one under another heading."""

_CURRENT = "current"
_NOT_TEXT = {
    b"%PDF": "PDF",
    b"PK\x03\x04": "Word",
    b"\xd0\xcf\x11\xe0": "Word",
    b"{\\rtf": "RTF",
    b"<!DOCTYPE": "HTML",
    b"<!doctype": "HTML",
    b"<html": "HTML",
}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


class PolicyTextError(ExplainedError):
    """Raised when a file can't be taken as a policy text, or when a kept version can't be read back."""


class PassageRef(BaseModel):
    """How to find a passage: its heading or number and its first words; `ends` where it is longer than a sentence."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    heading: str = Field(min_length=1)
    begins: str = Field(min_length=1)
    ends: str | None = None


class ImportedPolicy(BaseModel):
    """One version of the practice's text, as data.

    version: SHA-256 of the file, hexadecimal. file_name: what the file was called. imported_at: UTC.
    text: the whole text, decoded and cleaned of page noise. sections: its parts in order.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str = Field(pattern=r"^[0-9a-f]{64}$")
    file_name: str
    imported_at: datetime
    title: str
    text: str
    sections: tuple[Section, ...]

    def find(self, ref: PassageRef) -> Quote | None:
        """The passage's own words and its place; None when this version no longer has it.

        The heading is looked for first, sub-sections included. A text that was renumbered still gives the passage
        when its first words stand anywhere, and then names the new place; but a word or two stand in any text, so those
        only count under their own heading.
        """
        inside = [s for s in self.sections if s.is_called(ref.heading)]
        elsewhere = [s for s in self.sections if s not in inside]
        telling = len(_plain(ref.begins).split()) >= TELLING_WORDS
        for section in inside + (elsewhere if telling else []):
            if text := _passage(section, ref):
                return Quote(text=text, place=section.place)
        return None

    def quotes(self) -> Iterator[Quote]:
        """The whole text in pieces of a few sentences, each with its place. Scraps that say nothing are left out."""
        for section in self.sections:
            for paragraph in section.paragraphs:
                for piece in _pieces(paragraph):
                    if len(piece.split()) >= FEWEST_WORDS:
                        yield Quote(text=piece, place=section.place)


def import_policy(folder: Path, source: Path, now: datetime) -> ImportedPolicy:
    """Read a file (txt or md), keep it under `folder` as the current version and give it back.

    Raises PolicyTextError when it can't be read or isn't text; then nothing has changed.
    """
    policy = read_file(source, now)
    keep(folder, policy)
    return policy


def read_file(source: Path, now: datetime) -> ImportedPolicy:
    """Read a file (txt or md) as a policy, and keep nothing. Raises PolicyTextError when it can't be read or isn't text."""
    try:
        raw = source.read_bytes()
    except OSError as error:
        raise PolicyTextError(
            nl=f"Het bestand {source.name} kan niet worden gelezen. Klopt de naam en mag u het openen?",
            en=f"The file {source.name} can't be read. Is the name right, and may you open it?",
        ) from error
    return read_policy(raw, source.name, now)


def keep(folder: Path, policy: ImportedPolicy) -> None:
    """Keep a policy under `folder` as the current version. The same file again keeps the same version."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(folder / f"{policy.version}.json", policy.model_dump_json(indent=1))
    _write(folder / _CURRENT, policy.version)


def current_policy(folder: Path) -> ImportedPolicy | None:
    """The version that clients are quoted from; None when none was imported. Raises PolicyTextError if damaged."""
    try:
        version = (folder / _CURRENT).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise _damaged(_CURRENT) from error
    return _read_kept(folder / f"{version}.json")


def kept_versions(folder: Path) -> tuple[ImportedPolicy, ...]:
    """All versions that were ever imported, oldest first. Raises PolicyTextError when one is damaged."""
    kept = [_read_kept(path) for path in sorted(folder.glob("*.json"))]
    return tuple(sorted(kept, key=lambda policy: policy.imported_at))


def read_policy(raw: bytes, file_name: str, now: datetime) -> ImportedPolicy:
    """Bytes of a txt or md file as a policy. Raises PolicyTextError for what isn't readable text."""
    text = _decode(raw, file_name)
    sections = sections_of(text)
    if not sections:
        raise PolicyTextError(
            nl=f"In {file_name} staat geen tekst. Kies het bestand met de tekst van uw privacybeleid.",
            en=f"There is no text in {file_name}. Choose the file that holds your privacy policy.",
        )
    return ImportedPolicy(
        version=hashlib.sha256(raw).hexdigest(),
        file_name=file_name,
        imported_at=now,
        title=title_of(text),
        text=text,
        sections=sections,
    )


def _decode(raw: bytes, file_name: str) -> str:
    for start, kind in _NOT_TEXT.items():
        if raw.startswith(start):
            raise PolicyTextError(
                nl=f"{file_name} is een {kind}-bestand. Bewaar het als platte tekst (.txt) en importeer dat.",
                en=f"{file_name} is a {kind} file. Save it as plain text (.txt) and import that.",
            )
    if len(raw) > MAX_BYTES:
        raise PolicyTextError(
            nl=f"{file_name} is te groot voor een privacybeleid. Importeer alleen de tekst, onder 1 MB.",
            en=f"{file_name} is too big for a privacy policy. Import the text alone, under 1 MB.",
        )
    for encoding in ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROL.search(text.replace("\f", "\n")):
            return text
    raise PolicyTextError(
        nl=f"{file_name} is geen tekstbestand. Bewaar uw privacybeleid als platte tekst (.txt) of Markdown (.md).",
        en=f"{file_name} isn't a text file. Save your privacy policy as plain text (.txt) or Markdown (.md).",
    )


def _passage(section: Section, ref: PassageRef) -> str | None:
    sentences = [
        (sentence, "\n" if first_of_paragraph else " ")
        for paragraph in section.paragraphs
        for first_of_paragraph, sentence in _marked(sentences_of(paragraph))
    ]
    first = next((n for n, (s, _) in enumerate(sentences) if _stands_in(ref.begins, s)), None)
    if first is None:
        return None
    last = first
    if ref.ends is not None:
        last = next((n for n in range(first, len(sentences)) if _stands_in(ref.ends, sentences[n][0])), first)
    return _fit(sentences[first : last + 1])


def _marked(sentences: tuple[str, ...]) -> list[tuple[bool, str]]:
    return [(number == 0, sentence) for number, sentence in enumerate(sentences)]


def _fit(sentences: list[tuple[str, str]]) -> str:
    """The sentences that fit in a quote, each with what stands before it; of a first one too long, what fits."""
    text = sentences[0][0]
    for sentence, before in sentences[1:]:
        if len(text) + 1 + len(sentence) > MAX_QUOTE:
            break
        text = f"{text}{before}{sentence}"
    if len(text) <= MAX_QUOTE:
        return text
    at = max(text.rfind("\n", 0, MAX_QUOTE), text.rfind(" ", 0, MAX_QUOTE))
    return f"{text[: at if at > 0 else MAX_QUOTE].rstrip()} …"


def _pieces(paragraph: str) -> list[str]:
    """A short paragraph whole; of a long one, as many sentences together as make a piece."""
    pieces: list[list[str]] = [[]]
    for sentence in sentences_of(paragraph):
        if pieces[-1] and len(" ".join((*pieces[-1], sentence))) > PIECE:
            pieces.append([])
        pieces[-1].append(sentence)
    return [_fit([(" ".join(piece), "")]) for piece in pieces]


def _stands_in(words: str, sentence: str) -> bool:
    """Whether these words stand in the sentence, whole: "om" doesn't stand in "komen"."""
    return f" {_plain(words)} " in f" {_plain(sentence)} "


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _read_kept(path: Path) -> ImportedPolicy:
    try:
        return ImportedPolicy.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError) as error:
        raise _damaged(path.name) from error


def _damaged(name: str) -> PolicyTextError:
    return PolicyTextError(
        nl=f"De bewaarde beleidstekst ({name}) is niet leesbaar. Importeer het privacybeleid opnieuw.",
        en=f"The kept policy text ({name}) can't be read. Import the privacy policy again.",
    )


def _write(path: Path, text: str) -> None:
    """Whole or not at all: a reader meets the old file or the new one, also after a crash."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(path)
