"""Names of persons in Latin letters, and in Cyrillic or Greek by way of them.

Decided by kind, the same for every jurisdiction:

- With a comma the surname comes first, unless only a suffix, title or degree follows (John Smith, Jr.). Without one
  it comes last, with its particles (van der Berg); first, where it alone stands in capitals (SMITH John) and before
  a first name and patronymic (Иванов Иван Иванович). Of a name in pinyin it is the end that is a surname; where both
  could be, the commoner one (Wang Jian Guo, Jian Guo Wang).
- The parts of a hyphenated given name are words (Jean-Pierre, Jean Pierre), those of a surname one (Smith-Jones).
- Noble titles go with all after them (Hugh Clifford, 1st Baron Clifford of Chudleigh), as do capacities and aliases.
- John Doe, unknown persons, initials alone and bare roles are masked: they are no names.
- Transliterations are left as they are (Muhammad, Mohamed). Roman V counts as a generation after three other words.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from features.normalise.latin_notes import without_notes
from features.normalise.pinyin import surname_rank, syllables
from features.normalise.scripts import is_cyrillic, plain_letters, words_of


class LatinName(NamedTuple):
    """Words of the surname and of the given names, without accents; suffix `jr` `sr` `ii` `iii` …"""

    surname: tuple[str, ...]
    given: tuple[str, ...]
    suffix: str


_SUFFIXES: Final = {
    "jr": "jr", "jnr": "jr", "junior": "jr", "sr": "sr", "snr": "sr", "senior": "sr", "ii": "ii", "iii": "iii",
    "iv": "iv", "2nd": "ii", "3rd": "iii", "4th": "iv",
}  # fmt: skip
_LATE_SUFFIXES: Final = frozenset({"v", "vi", "vii"})
_TITLE_WORDS: Final = (
    "mr mrs ms miss mx dr prof professor hon honorable honourable sir dame lord lady rev reverend fr sgt lt capt maj cpl "
    "pvt messrs mme mlle herr frau doctor sheikh officer deputy sheriff warden judge senator detective trooper"
)
_TITLES: Final = frozenset(_TITLE_WORDS.split())
_DEGREE_WORDS: Final = "md phd dds dmd jd llm llb mba esq esquire dvm od pharmd cpa qc kc obe mbe cbe kcb"
_DEGREES: Final = frozenset(_DEGREE_WORDS.split())
_LESSER_DEGREE_WORDS: Final = "ma ms ba bsc msc rn pe pa np do mp bt bart dso mc frs lcsw pc"
_LESSER_DEGREES: Final = frozenset(_LESSER_DEGREE_WORDS.split())
_OFFICE_WORDS: Final = (
    "receiver trustee executor executrix administrator administratrix guardian superintendent commissioner secretary director "
    "chairman chairperson chief attorney president owner partner manager mayor clerk warden sheriff judge"
)
_OFFICES: Final = frozenset(_OFFICE_WORDS.split())
_DOTTED_DEGREE: Final = re.compile(
    r"[\s,]+(?:m\.d|ph\. ?d|j\.d|d\.d\.s|ll\. ?[bmd]|d\.o|c\.p\.a|[kq]\.c|m\.p|d\.v\.m|esq)\.?(?=$|,)"
)
_PARTICLE_WORDS: Final = (
    "van von der den de del dela della delos di da das dos du la le el al bin bint ibn abu st saint mac mc fitz ter vande "
    "vander vanden zu zur"
)
_PARTICLES: Final = frozenset(_PARTICLE_WORDS.split())
_IRISH_WORDS: Final = (
    "brien connor conner neill neil neal reilly sullivan donnell hara leary keefe keeffe malley rourke shea toole grady "
    "dell dwyer gorman callaghan hearn dea driscoll"
)
_IRISH: Final = frozenset(_IRISH_WORDS.split())
_PATRONYMIC: Final = re.compile(r"(?:ovich|evich|ovna|evna|ichna|ogly|kyzy)$")
_APOSTROPHES: Final = re.compile(r"['’‘`´ʼʻ]")
_APOSTROPHE: Final = re.compile(r"(\w*)['’‘`´ʼʻ](\w*)")


def latin_name(text: str, folded: str) -> LatinName | None:
    """The name in its parts; None where it is masked or says nothing. `text` is as filed, for its capitals."""
    plain = without_notes(plain_letters(folded))
    if plain is None:
        return None
    if _APOSTROPHES.search(plain):
        plain = _APOSTROPHE.sub(_joined, plain)
    if "." in plain:
        plain = _DOTTED_DEGREE.sub("", plain)
    parts = [words for part in plain.split(",") if (words := _words(part))]
    suffix = ""
    while len(parts) > 1 and (found := _addition(parts)) is not None:
        suffix = found or suffix
    if not parts:
        return None
    if len(parts) == 1:
        words, found = _stripped(parts[0])
        surname, given = _split(words, text)
    else:
        surname, found = _stripped(parts[0])
        given, second = _stripped([word for part in parts[1:] for word in part])
        found = found or second
        while len(given) > 1 and given[-1] in _PARTICLES:  # Beethoven, Ludwig van
            surname.insert(0, given.pop())
    if "-" in plain:
        surname = [part for word in surname for part in word.split("-") if part]
        given = [part for word in given for part in word.split("-") if part]
    whole = "".join(surname)
    if len(whole) < 2 or not any(map(str.isalpha, whole)):
        return None  # initials alone, as courts write minors, or a number
    return LatinName(tuple(surname), tuple(given), suffix or found)


def _joined(found: re.Match[str]) -> str:
    """O'Brien is one word; Xi'an is two syllables."""
    before, after = found[1], found[2]
    return f"{before}-{after}" if after[:1] in ("a", "e", "o") and syllables(before) else before + after


_BLANKED: Final = {ord(c): " " for c in map(chr, range(128)) if not (c.isalnum() or c == "-")}


def _words(text: str) -> list[str]:
    """Words in small letters, hyphens in them kept."""
    if not text.isascii():
        return words_of(text)
    return text.translate(_BLANKED).split()


def _addition(parts: list[list[str]]) -> str | None:
    """Takes a suffix, title or degree that stands between commas out of `parts`; None where none does."""
    for at in (len(parts) - 1, 1):
        words = parts[at]
        joined = "".join(words)
        told = joined in _DEGREES or words[0] in _OFFICES or all(map(_is_addition, words))
        spare = len(parts) > 2 or len(parts[0]) > 1  # a given name follows, or stands before
        if told or (spare and (joined in _LESSER_DEGREES or joined in _LATE_SUFFIXES)):
            del parts[at]
            return _SUFFIXES.get(words[0], joined if joined in _LATE_SUFFIXES else "")
    return None


def _is_addition(word: str) -> bool:
    return word in _SUFFIXES or word in _TITLES or word in _DEGREES


def _stripped(words: list[str]) -> tuple[list[str], str]:
    """`words` without titles in front and degrees and suffix behind, and the suffix; one word always stays."""
    start, end, suffix = 0, len(words), ""
    while end - start > 1 and words[start] in _TITLES:
        start += 1
    while end - start > 1:
        last = words[end - 1]
        if last in _SUFFIXES:
            suffix = _SUFFIXES[last]
        elif last in _LATE_SUFFIXES and end - start > 3:
            suffix = last
        elif last not in _DEGREES:
            break
        end -= 1
    return words[start:end], suffix


def _split(words: list[str], text: str) -> tuple[list[str], list[str]]:
    """Surname and given names of a name without a comma."""
    front = _front_surname(words, text)
    if front:
        return words[:front], words[front:]
    start = len(words) - 1
    while start > 1 and (
        words[start - 1] in _PARTICLES or (words[start - 1] == "o" and words[start] in _IRISH)
    ):
        start -= 1
    return words[start:], words[:start]


def _front_surname(words: list[str], text: str) -> int:
    """How many words in front are the surname; 0 where it stands behind."""
    if len(words) < 2:
        return 0
    first, last = words[0], words[-1]
    rank = surname_rank(first)
    if rank is not None and all(map(_is_pinyin, words)):
        other = surname_rank(last)
        return int(other is None or rank < other)
    if len(words) == 3 and is_cyrillic(text) and _PATRONYMIC.search(last):
        return 1
    if text.isupper() or text.islower() or last.upper() in text:
        return 0
    front = 0
    while len(words[front]) > 2 and words[front].upper() in text:
        front += 1
    return front


def _is_pinyin(word: str) -> bool:
    return all(map(syllables, word.split("-")))
