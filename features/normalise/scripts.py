"""Alphabets brought to plain Latin letters: accents off, Cyrillic and Greek romanised; other scripts stay.

One table for all Cyrillic languages and one for modern Greek, near to BGN/PCGN and ISO 843, so that a name written
in two alphabets meets itself; what transliterations differ in (Yuri, Juri) stays different.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LETTERS: Final = (
    "ß ss æ ae œ oe ø o ł l đ d ð d þ th ħ h ŧ t ŋ ng ı i ĸ k ə e ɛ e ɔ o ƒ f ʻ ' ʼ ' "
    "а a б b в v г g ґ g д d ѓ g ђ dj е e ё e є ye ж zh з z ѕ dz и i і i ї yi й i ј j к k ќ k л l љ lj м m н n њ nj о o п p "
    "р r с s т t ћ c у u ў u ф f х kh ц ts ч ch џ dz ш sh щ shch ъ _ ы y ь _ э e ю yu я ya ѣ e "
    "α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ y φ f χ ch ψ ps ω o"
)
_ROMAN: Final = {
    ord(letter): roman.replace("_", "")
    for letter, roman in zip(_LETTERS.split()[::2], _LETTERS.split()[1::2], strict=True)
}
_GREEK_PAIRS: Final = (("ου", "ou"), ("μπ", "b"), ("ντ", "nt"), ("γγ", "ng"), ("αυ", "av"), ("ευ", "ev"))
_NOT_WORD: Final = re.compile(r"[\W_]+")
_LAST_POINTED: Final = "\u0700"
"""Before it stand the scripts whose marks are left out as often as written; a kana's or a vowel sign is a letter."""


def is_cyrillic(text: str) -> bool:
    """Whether a letter of `text` is Cyrillic."""
    return any("\u0400" <= c <= "\u052f" for c in text)


def plain_letters(folded: str) -> str:
    """Folded text without accents and points, its Cyrillic and Greek letters romanised."""
    if folded.isascii():
        return folded
    apart = unicodedata.normalize("NFD", folded)
    text = "".join(c for c in apart if c >= _LAST_POINTED or not unicodedata.combining(c))
    for pair, roman in _GREEK_PAIRS:
        text = text.replace(pair, roman)
    return unicodedata.normalize("NFC", text.translate(_ROMAN))


def words_of(text: str) -> list[str]:
    """Words of a folded text: what punctuation and blanks part. Vowel signs belong to their word."""
    if text.isascii():
        return _NOT_WORD.sub(" ", text).split()
    letters = (c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in text)
    return "".join(letters).split()
