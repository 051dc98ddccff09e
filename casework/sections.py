"""A policy text taken apart into sections, paragraphs and sentences, as data to search in and to quote from.

Two shapes are met in practice and both are read without being told which: numbered chapters with bare
sub-headings and lists, and a page copied out of a PDF, with a blank line between every line and short bare
headings. Markdown's headings, bold and lists are read too.
"""

import re
import unicodedata
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict

_SAME_SIGNS = str.maketrans({"\u2010": "-", "\u2011": "-", "\u00a0": " ", "\u202f": " ", "\t": " "})
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_PAGE_NUMBER = re.compile(
    r"(?:(?:pagina|blz\.?|page)\s*)?\d{1,3}(?:\s*(?:van|of|/)\s*\d{1,3})?|-\s*\d{1,3}\s*-", re.I
)
_RULE = re.compile(r"[-*_=•\s]+")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_BOLD_LINE = re.compile(r"(\*\*|__)[^*_]+\1:?")
_MARKDOWN_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*")
_CHAPTER = re.compile(
    r"(?:(?:artikel|art\.|hoofdstuk|paragraaf|§)\s*)?(\d{1,2}(?:\.\d{1,2})*)\s*[.):–-]?\s+(\S.*)", re.I
)
_ITEM = re.compile(r"(?:[-*•–·▪]|\d{1,2}[.)]|[a-z]\))\s+(\S.*)")
_SENTENCE_END = re.compile(r"(?<=[.!?]) +(?=[\"“‘'(]?[A-ZÀ-Þ0-9])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[a-z]\.)+[a-z]|\b(?:art|bijv|blz|dhr|dr|drs|evt|mevr|mr|nr|prof|tel))\.$", re.I
)
_TITLE_LENGTH = 90
_HEADING_LENGTH = 60
_HEADING_WORDS = 8
_RUNNING_LENGTH = 45
"""A line longer than this is running text, also when its sentence ends on the next one; an address line isn't."""
_BARE_LEVEL = 9
"""Bare headings stand below any numbered or Markdown heading."""
_CHAPTERS_MISSED = 2
"""A heading that we failed to read may be skipped; a bigger jump in numbers is a list, not a chapter."""


class Section(BaseModel):
    """A heading and the paragraphs under it, up to the next heading of any level.

    number: as it stands in the text, or None. parents: labels of the headings that it stands under.
    paragraphs: in order; a list hangs under its opening words as lines that start with "- ".
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: str | None
    heading: str
    parents: tuple[str, ...] = ()
    paragraphs: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The heading as it stands in the text, with its number."""
        return _label(self.number, self.heading)

    @property
    def place(self) -> str:
        """Where this section stands: the headings above it and its own."""
        return " › ".join((*self.parents, self.label))

    @property
    def anchor(self) -> str:
        """A name for this section in an address: its headings in small letters, with hyphens for all else."""
        return "-".join(re.findall(r"[a-z0-9]+", _key(self.place)))

    def is_called(self, name: str) -> bool:
        """True when the name is the number, heading or label of this section or of one that it stands in."""
        return any(_key(name) in _names(label) for label in (*self.parents, self.label))


@dataclass(frozen=True)
class _Heading:
    number: str | None
    words: str
    level: int


@dataclass
class _Draft:
    """A section while its lines come in."""

    heading: _Heading
    parents: tuple[str, ...] = ()
    paragraphs: list[str] = field(default_factory=list)
    after_blank: bool = True

    def take(self, line: str) -> None:
        """Add a line: a blank one, a list item, or words that begin or go on with a paragraph."""
        if not line:
            self.after_blank = True
            return
        item = _ITEM.fullmatch(line)
        words = _without_marks(item[1] if item else line)
        last = self.paragraphs[-1] if self.paragraphs else ""
        in_list = "\n- " in last or last.startswith("- ")
        if item and (in_list or last.endswith(":")):
            self.paragraphs[-1] = f"{last}\n- {words}"
        elif item:
            self.paragraphs.append(f"- {words}")
        elif last and not self.after_blank:
            self.paragraphs[-1] = f"{last} {words}"
        elif last and words[0].islower():
            # A sentence goes on after a page break, or after the list in its middle.
            self.paragraphs[-1] = f"{last}\n{words}" if in_list else f"{last} {words}"
        else:
            self.paragraphs.append(words)
        self.after_blank = False

    def section(self) -> Section:
        return Section(
            number=self.heading.number,
            heading=self.heading.words,
            parents=self.parents,
            paragraphs=tuple(self.paragraphs),
        )


def sections_of(text: str) -> tuple[Section, ...]:
    """All sections in the order of the text; empty when there are no words in it.

    Words above the first heading come under the title.
    """
    lines = _lines(text)
    if not lines:
        return ()
    title = title_of(text)
    drafts = [_Draft(_Heading(None, title, 0))]
    above: list[tuple[int, str]] = []
    chapter = 0
    is_markdown = any(_MARKDOWN_HEADING.fullmatch(line) for line in lines)
    for index, line in enumerate(lines):
        if index == 0 and _is_title(line):
            continue
        heading = _heading_at(lines, index, chapter, bare_ones=not is_markdown)
        if heading is None:
            drafts[-1].take(line)
            continue
        above = [(level, label) for level, label in above if level < heading.level]
        drafts.append(_Draft(heading, parents=tuple(label for _, label in above)))
        above.append((heading.level, _label(heading.number, heading.words)))
        if heading.number:
            chapter = int(heading.number.split(".")[0])
    if len(drafts) > 1 and not drafts[0].paragraphs:
        del drafts[0]
    return tuple(draft.section() for draft in drafts)


def sentences_of(paragraph: str) -> tuple[str, ...]:
    """The sentences of a paragraph; a list stays with the sentence that opens it."""
    sentences: list[str] = []
    for piece in _SENTENCE_END.split(paragraph):
        if sentences and _ABBREVIATION.search(sentences[-1]):
            sentences[-1] = f"{sentences[-1]} {piece}"
        else:
            sentences.append(piece)
    return tuple(sentences)


def title_of(text: str) -> str:
    """The text's own title when it opens with one, else "Privacybeleid"."""
    first = next(iter(_lines(text)), "")
    if not _is_title(first):
        return "Privacybeleid"
    markdown = _MARKDOWN_HEADING.fullmatch(first)
    return _without_marks(markdown[2] if markdown else first)


def _is_title(line: str) -> bool:
    return 0 < len(line) <= _TITLE_LENGTH and line[-1] not in ".:;," and not _CHAPTER.fullmatch(line)


def _heading_at(lines: list[str], index: int, chapter: int, *, bare_ones: bool) -> _Heading | None:
    line = lines[index]
    if not line or (index and lines[index - 1]):
        return None
    markdown = _MARKDOWN_HEADING.fullmatch(line)
    words = _without_marks(markdown[2] if markdown else line)
    numbered = _CHAPTER.fullmatch(words)
    if numbered and (markdown or _is_next_chapter(numbered, chapter)):
        depth = len(markdown[1]) if markdown else numbered[1].count(".") + 1
        return _Heading(numbered[1], numbered[2], depth)
    if markdown:
        return _Heading(None, words, len(markdown[1]))
    if _BOLD_LINE.fullmatch(line) or (bare_ones and _is_bare_heading(lines, index, chapter)):
        return _Heading(None, words.rstrip(":"), _BARE_LEVEL)
    return None


def _is_next_chapter(match: re.Match[str], chapter: int) -> bool:
    """Tells "3. Rechten" from the third item of a list: it opens with a capital and follows chapter 2."""
    number, words = int(match[1].split(".")[0]), match[2]
    if "." in match[1]:
        follows = number == chapter
    else:
        follows = chapter == 0 or chapter < number <= chapter + _CHAPTERS_MISSED
    return follows and words[0].isupper() and words[-1] not in ".;:," and len(words) <= _TITLE_LENGTH


def _is_bare_heading(lines: list[str], index: int, chapter: int) -> bool:
    """A few words on a line of their own with running text under them, unlike a name or an address."""
    line = lines[index]
    is_short = len(line) <= _HEADING_LENGTH and len(line.split()) <= _HEADING_WORDS
    if not is_short or not line[0].isupper() or line[-1] in ".:;,!" or "@" in line or _ITEM.fullmatch(line):
        return False
    below = next((other for other in lines[index + 1 :] if other), "")
    next_chapter = _CHAPTER.fullmatch(below)
    if not below or (next_chapter and _is_next_chapter(next_chapter, chapter)):
        return False
    return len(below) > _RUNNING_LENGTH or below[-1] in ".:?;" or bool(_ITEM.fullmatch(below))


def _lines(text: str) -> list[str]:
    """The text's lines, stripped, without page numbers and ruled lines, without the blank lines of a bad copy."""
    clean = unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).translate(_SAME_SIGNS)
    raw = [" ".join(line.split()) for line in clean.replace("\f", "\n\n\n").splitlines()]
    lines = ["" if _PAGE_NUMBER.fullmatch(line) or _RULE.fullmatch(line) else line for line in raw]
    gap = 1 if _is_double_spaced(lines) else 0
    kept: list[str] = []
    blanks = 0
    for line in lines:
        if not line:
            blanks += 1
            continue
        if kept and blanks > gap:
            kept.append("")
        kept.append(line)
        blanks = 0
    return kept


def _is_double_spaced(lines: list[str]) -> bool:
    """True when single blank lines come in the middle of sentences, as a copy out of a PDF has them."""
    threes = zip(lines, lines[1:], lines[2:], strict=False)
    single = [(above, below) for above, gap, below in threes if above and not gap and below]
    broken = [
        below
        for above, below in single
        if above[-1] not in ".:;,!?" and below[0].islower() and not _ITEM.fullmatch(below)
    ]
    return len(broken) * 4 > len(single)


def _label(number: str | None, heading: str) -> str:
    return f"{number}. {heading}" if number else heading


def _without_marks(line: str) -> str:
    return _BOLD.sub(r"\2", line)


def _names(label: str) -> set[str]:
    """What a label answers to: all of it, its number, its words."""
    numbered = _CHAPTER.fullmatch(label)
    return {_key(label), *((_key(numbered[1]), _key(numbered[2])) if numbered else ())}


def _key(name: str) -> str:
    return " ".join(re.findall(r"\w+", name.casefold()))
