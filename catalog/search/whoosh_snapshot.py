"""One generation of a Whoosh index, open for reading, with everything worth keeping while it lasts.

Sets of documents are Python integers: bit n stands for document number n. A snapshot is used by one thread at a time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from whoosh.index import FileIndex
from whoosh.reading import TermNotFound

from catalog.search.port import FACETS

T = TypeVar("T")

# BM25: how fast repetition stops counting, and how far a long text is held against a match.
_K1 = 1.2
_B = 0.6

# A text counts as at most so many times the average length. It bounds how much a match counts from below: one match
# gives at least 0.75, endless ones at most 2.2, and the field weights stand further apart than that.
_LONGEST = 2.0

_MOST_EXPANSIONS = 50
_MOST_KEPT = 4_000


@dataclass(frozen=True, slots=True)
class Postings:
    """Where one term stands in one field: the documents, and for each how much its frequency counts (up to 2.2)."""

    mask: int
    impacts: dict[int, float]


def mask_of(numbers: Iterable[int], size: int) -> int:
    """The set of those document numbers, each below ``size``."""
    bits = bytearray(size // 8 + 1)
    for number in numbers:
        bits[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(bits, "little")


def numbers_of(mask: int) -> Iterator[int]:
    """The document numbers in a set, ascending."""
    for at, byte in enumerate(mask.to_bytes((mask.bit_length() + 7) // 8, "little")):
        while byte:
            lowest = byte & -byte
            yield at * 8 + lowest.bit_length() - 1
            byte ^= lowest


class Snapshot:
    """The index as it was at ``generation``; raises whatever Whoosh raises where its files are damaged."""

    def __init__(self, opened: FileIndex, key: tuple[str, int]) -> None:
        self.key = key
        # A reader of its own each time: Searcher.refresh() keeps the segments of the reader it reuses, so deleted
        # documents come back and merged ones count twice.
        self.reader = opened.reader()
        self.size = self.reader.doc_count_all()
        self.live = mask_of(self.reader.all_doc_ids(), self.size)
        self.count = self.live.bit_count()
        self._kept: OrderedDict[tuple[Any, ...], Any] = OrderedDict()

    def close(self) -> None:
        """Release the files."""
        self.reader.close()

    def kept(self, key: tuple[Any, ...], make: Callable[[], T]) -> T:
        """What ``make`` returns, remembered until the generation ends or newer things crowd it out."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        made = make()
        self._kept[key] = made
        if len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return made

    def postings(self, field: str, term: str) -> Postings:
        """Where a term stands in a field, without deleted documents; empty where it never stands."""
        return self.kept(("postings", field, term), lambda: self._read_postings(field, term))

    def positions(self, field: str, term: str) -> dict[int, tuple[int, ...]]:
        """For each document with that term in that field its positions, ascending."""
        return self.kept(("positions", field, term), lambda: self._read_positions(field, term))

    def longer_words(self, field: str, start: str) -> tuple[str, ...]:
        """Words of that field that begin with ``start`` and go on, at most 50, in alphabetical order."""
        return self.kept(("longer", field, start), lambda: self._read_longer_words(field, start))

    @cached_property
    def facets(self) -> dict[str, dict[str, int]]:
        """For every facet and every value of it that any document has: the set of documents with that value."""
        return {name: {value: mask for value, mask in self._values(name) if mask} for name in FACETS}

    @cached_property
    def ids(self) -> list[str]:
        """The id of each document number."""
        return self._column("id", "")

    @cached_property
    def versions(self) -> list[int]:
        """The version of each document number."""
        return self._column("version", 0)

    @cached_property
    def by_newest(self) -> list[int]:
        """For each document number its place when the newest stands first; ties go by id."""
        listed = self._column("listed_at", 0)
        return self._places(lambda number: (-listed[number], self.ids[number]))

    def by_title(self, language: str) -> list[int]:
        """For each document number its place by title in that language, or in the other where it has none."""
        return self.kept(("by_title", language), lambda: self._read_titles(language))

    def _read_postings(self, field: str, term: str) -> Postings:
        impacts: dict[int, float] = {}
        average = self.reader.field_length(field) / (self.size or 1) or 1.0
        length_of = self.reader.doc_field_length
        for number, matcher in self._matches(field, term):
            frequency = matcher.weight()
            length = min(length_of(number, field, 1) / average, _LONGEST)
            impacts[number] = frequency * (_K1 + 1) / (frequency + _K1 * (1 - _B + _B * length))
        return Postings(mask_of(impacts, self.size), impacts)

    def _read_positions(self, field: str, term: str) -> dict[int, tuple[int, ...]]:
        return {number: tuple(matcher.value_as("positions")) for number, matcher in self._matches(field, term)}

    def _read_longer_words(self, field: str, start: str) -> tuple[str, ...]:
        words: list[str] = []
        for found in self.reader.expand_prefix(field, start) if self.size else ():
            word = found.decode("utf-8")
            if word != start:
                words.append(word)
            if len(words) == _MOST_EXPANSIONS:
                break
        return tuple(words)

    def _matches(self, field: str, term: str) -> Iterator[tuple[int, Any]]:
        # Whoosh leaves deleted documents out of postings by itself.
        try:
            matcher = self.reader.postings(field, term)
        except TermNotFound:
            return
        while matcher.is_active():
            yield matcher.id(), matcher
            matcher.next()

    def _values(self, facet: str) -> Iterator[tuple[str, int]]:
        for found in list(self.reader.lexicon(facet)) if self.size else ():
            value = found.decode("utf-8")
            yield value, mask_of((number for number, _ in self._matches(facet, value)), self.size)

    def _column(self, field: str, default: Any) -> list[Any]:
        # Leaf by leaf: the reader over several segments misplaces the columns of those after one that has none.
        values: list[Any] = []
        for leaf, _ in self.reader.leaf_readers():
            size = leaf.doc_count_all()
            if size and leaf.has_column(field):
                column = leaf.column_reader(field)
                values.extend(column[number] for number in range(size))
            else:
                values.extend([default] * size)
        return values

    def _read_titles(self, language: str) -> list[int]:
        own, other = ("title_en", "title_zh") if language == "en" else ("title_zh", "title_en")
        first, second = self._column(own, ""), self._column(other, "")

        def key(number: int) -> tuple[bytes, str]:
            # GB 18030 keeps the common Chinese characters in the order of their pronunciation.
            title = (first[number] or second[number]).casefold()
            return title.encode("gb18030", "replace"), self.ids[number]

        return self._places(key)

    def _places(self, key: Callable[[int], Any]) -> list[int]:
        places = [0] * self.size
        for place, number in enumerate(sorted(range(self.size), key=key)):
            places[number] = place
        return places
