"""How text becomes terms: Chinese by pairs of characters, other scripts by words, in any mix.

A run of Chinese gives every character and every pair of neighbours; a word gives itself and, marked, its English stem.
The same folding (full width to half width, case) serves writing, asking and highlighting.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from whoosh.analysis import Analyzer, Token
from whoosh.lang.porter import stem as porter_stem

#: Changes whenever the terms of a text change, so that an index written by older code is seen as such.
ANALYSIS = "pairs-1"

#: Stands before a stem: no word holds it, so a prefix of words never runs into stems.
STEM_MARK = "~"

#: Longer questions are cut: nobody types them, and each unit costs time.
LONGEST_QUESTION = 300
MOST_UNITS = 32

_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
WORD_CHARACTER = rf"[^\W_{_HAN}]"
_PIECE = re.compile(rf"(?P<run>[{_HAN}]+)|(?P<word>{WORD_CHARACTER}+)")

# Left out of a question that holds anything else; they are indexed, so a question of nothing but these still answers.
_STOP_WORDS = frozenset(
    (
        "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "is",
        "it", "not", "of", "on", "or", "that", "the", "this", "to", "with",
    )
)  # fmt: skip


class _Folding(dict[int, str]):
    """Code point → folded text, worked out at first use; handed to ``str.translate``, which runs in C."""

    def __missing__(self, code: int) -> str:
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", chr(code)).casefold())
        self[code] = folded
        return folded


_FOLDING = _Folding()


def fold(text: str) -> str:
    """Text in one width and case. Each character by itself, so equal length means equal positions."""
    return text.lower() if text.isascii() else text.translate(_FOLDING)


def fold_with_origins(text: str) -> tuple[str, list[int] | range]:
    """Folded text, and for each of its characters (and its end) the position in ``text`` that it comes from."""
    folded = fold(text)
    if len(folded) == len(text):
        return folded, range(len(text) + 1)
    origins = [position for position, character in enumerate(text) for _ in fold(character)]
    return folded, [*origins, len(text)]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The English stem of a folded word; what is not plain a-z letters is its own stem."""
    return porter_stem(word) if word.isascii() and word.isalpha() and len(word) > 2 else word


def terms(text: str) -> Iterator[tuple[str, int, int, int]]:
    """(term, position, start, end) of every term; start and end are offsets in ``text``.

    A run of n Chinese characters takes n positions, a word takes one, so neighbours are neighbours in any mix.
    """
    folded, origins = fold_with_origins(unicodedata.normalize("NFC", text))
    position = 0
    for piece in _PIECE.finditer(folded):
        start, end = piece.span()
        if piece["word"]:
            for term in (piece["word"], STEM_MARK + stem(piece["word"])):
                yield term, position, origins[start], origins[end]
            position += 1
            continue
        for at in range(start, end):
            yield folded[at], position, origins[at], origins[at + 1]
            if at + 1 < end:
                yield folded[at : at + 2], position, origins[at], origins[at + 2]
            position += 1


class MixedText(Analyzer):
    """The analyzer of every text field; importable, because Whoosh pickles it into the index."""

    def __call__(self, value, positions=False, chars=False, keeporiginal=False, start_pos=0, start_char=0, **kwargs):
        """Whoosh's tokens, one object used again for each, as Whoosh wants it."""
        token = Token(positions, chars, **kwargs)
        for text, position, start, end in terms(value):
            token.text = text
            token.boost = 1.0
            token.stopped = False
            if keeporiginal:
                token.original = text
            if positions:
                token.pos = start_pos + position
            if chars:
                token.startchar, token.endchar = start_char + start, start_char + end
            yield token


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a question, folded: matches itself, words of one stem and, from three letters on, longer words."""

    text: str

    @property
    def length(self) -> int:
        """How many positions it takes."""
        return 1


@dataclass(frozen=True, slots=True)
class Run:
    """Chinese characters that stand together in a question."""

    text: str

    @property
    def length(self) -> int:
        """How many positions it takes."""
        return len(self.text)

    def parts(self) -> tuple[str, ...]:
        """The terms that together stand for it: its pairs, or the character where there is only one."""
        if len(self.text) == 1:
            return (self.text,)
        return tuple(self.text[at : at + 2] for at in range(len(self.text) - 1))


Unit = Word | Run


def units(question: str) -> tuple[Unit, ...]:
    """What a question asks for, each thing once, in its order; operators and quotes are only what separates words."""
    found: dict[Unit, None] = {}
    for piece in _PIECE.finditer(fold(unicodedata.normalize("NFC", question[:LONGEST_QUESTION]))):
        found[Word(piece["word"]) if piece["word"] else Run(piece["run"])] = None
    telling = [unit for unit in found if not (isinstance(unit, Word) and unit.text in _STOP_WORDS)]
    return tuple((telling or list(found))[:MOST_UNITS])


def loosened(wanted: tuple[Unit, ...]) -> tuple[Unit, ...]:
    """The smallest things a question is made of: its words, and each pair of Chinese characters for itself."""
    small: dict[Unit, None] = {}
    for unit in wanted:
        if isinstance(unit, Word):
            small[unit] = None
        else:
            small.update(dict.fromkeys(map(Run, unit.parts())))
    return tuple(small)[:MOST_UNITS]
