"""Which documents answer a question, and how well.

A document answers when every unit of the question stands in one of its fields. Whole words come before longer words
that begin like them; then the score decides: BM25 per field times the field's weight, more where units are neighbours.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from catalog.search.analysis import STEM_MARK, Run, Unit, Word, loosened, stem
from catalog.search.document import TEXT_FIELDS, Field
from catalog.search.whoosh_snapshot import Snapshot, mask_of, numbers_of

#: A word of the same stem, and a word that only begins like the one asked for, count this part of the word itself.
_STEM_SHARE = 0.7
_LONGER_SHARE = 0.3
_SHORTEST_START = 3

#: What a pair of neighbours adds, as a part of what the better field's weight and the pair's rarity allow.
_NEIGHBOUR_SHARE = 1.0


@dataclass(frozen=True, slots=True)
class Hits:
    """The documents of one unit: all, those that hold it whole, a score for each, and how rare it is."""

    mask: int
    whole: int
    scores: dict[int, float]
    rarity: float


@dataclass(frozen=True, slots=True)
class Answer:
    """The documents that answer and the units that count; ``loosened`` when only some units had to hold."""

    mask: int
    units: tuple[Unit, ...]
    loosened: bool


def answer(snapshot: Snapshot, wanted: tuple[Unit, ...]) -> Answer:
    """Documents with every unit; where there are none, those with at least half of the words and pairs."""
    mask = snapshot.live if wanted else 0
    for unit in wanted:
        mask &= hits(snapshot, unit).mask
    if mask or not wanted:
        return Answer(mask, wanted, False)
    small = loosened(wanted)
    if small == wanted and len(small) < 2:
        return Answer(0, wanted, False)
    counts: dict[int, int] = {}
    for unit in small:
        for number in hits(snapshot, unit).scores:
            counts[number] = counts.get(number, 0) + 1
    needed = math.ceil(len(small) / 2)
    mask = mask_of((number for number, count in counts.items() if count >= needed), snapshot.size)
    return Answer(mask, small, bool(mask))


def ranked(snapshot: Snapshot, found: Answer, mask: int) -> list[int]:
    """The document numbers in ``mask``, best first; equals go by newest."""
    unit_hits = [hits(snapshot, unit) for unit in found.units]
    scores = {number: sum(one.scores.get(number, 0.0) for one in unit_hits) for number in numbers_of(mask)}
    for left, right in zip(found.units, found.units[1:], strict=False):
        for number, more in _neighbours(snapshot, left, right).items():
            if number in scores:
                scores[number] += more
    newest = snapshot.by_newest

    def key(number: int) -> tuple[int, float, int]:
        return -sum(one.whole >> number & 1 for one in unit_hits), -scores[number], newest[number]

    return sorted(scores, key=key)


def hits(snapshot: Snapshot, unit: Unit) -> Hits:
    """The documents of one unit, remembered by the snapshot."""
    return snapshot.kept(("hits", unit), lambda: _hits(snapshot, unit))


def _hits(snapshot: Snapshot, unit: Unit) -> Hits:
    scores: dict[int, float] = {}
    whole: set[int] = set()
    for row in TEXT_FIELDS:
        found = _word(snapshot, row, unit) if isinstance(unit, Word) else _run(snapshot, row, unit)
        for number, (impact, is_whole) in found.items():
            scores[number] = scores.get(number, 0.0) + impact * row.weight
            if is_whole:
                whole.add(number)
    holding = len(scores)
    rarity = math.log(1 + (snapshot.count - holding + 0.5) / (holding + 0.5))
    weighed = {number: score * rarity for number, score in scores.items()}
    return Hits(mask_of(scores, snapshot.size), mask_of(whole, snapshot.size), weighed, rarity)


def _word(snapshot: Snapshot, row: Field, unit: Word) -> dict[int, tuple[float, bool]]:
    found: dict[int, tuple[float, bool]] = {}
    if len(unit.text) >= _SHORTEST_START:
        for longer in snapshot.longer_words(row.name, unit.text):
            for number, impact in snapshot.postings(row.name, longer).impacts.items():
                before = found.get(number, (0.0, False))[0]
                found[number] = (max(before, impact * _LONGER_SHARE), False)
    for number, impact in snapshot.postings(row.name, STEM_MARK + stem(unit.text)).impacts.items():
        found[number] = (impact * _STEM_SHARE, True)
    for number, impact in snapshot.postings(row.name, unit.text).impacts.items():
        found[number] = (max(impact, found[number][0]), True)
    return found


def _run(snapshot: Snapshot, row: Field, unit: Run) -> dict[int, tuple[float, bool]]:
    parts = unit.parts()
    all_impacts = [snapshot.postings(row.name, part).impacts for part in parts]
    shared = set(all_impacts[0]).intersection(*all_impacts[1:])
    if not shared:
        return {}
    standing = _starts(snapshot, row, unit) if len(parts) > 1 else shared
    found = {}
    for number in shared:
        impact = min(impacts[number] for impacts in all_impacts)
        is_whole = number in standing
        found[number] = (impact if is_whole else impact * _LONGER_SHARE, is_whole)
    return found


def _starts(snapshot: Snapshot, row: Field, unit: Unit) -> dict[int, set[int]]:
    """For each document where the unit stands unbroken in that field, the positions at which it begins."""
    return snapshot.kept(("starts", row.name, unit), lambda: _read_starts(snapshot, row, unit))


def _read_starts(snapshot: Snapshot, row: Field, unit: Unit) -> dict[int, set[int]]:
    parts: Iterable[str] = unit.parts() if isinstance(unit, Run) else (STEM_MARK + stem(unit.text),)
    starts: dict[int, set[int]] | None = None
    for offset, part in enumerate(parts):
        here = snapshot.positions(row.name, part)
        if starts is None:
            starts = {number: set(positions) for number, positions in here.items()}
            continue
        joined = {
            number: begun & {position - offset for position in here[number]} for number, begun in starts.items() if number in here
        }
        starts = {number: begun for number, begun in joined.items() if begun}
    return starts or {}


def _neighbours(snapshot: Snapshot, left: Unit, right: Unit) -> dict[int, float]:
    """What each document gains because ``right`` follows ``left`` at once in some field."""
    return snapshot.kept(("neighbours", left, right), lambda: _read_neighbours(snapshot, left, right))


def _read_neighbours(snapshot: Snapshot, left: Unit, right: Unit) -> dict[int, float]:
    rarity = hits(snapshot, left).rarity + hits(snapshot, right).rarity
    gains: dict[int, float] = {}
    for row in TEXT_FIELDS:
        begun, following = _starts(snapshot, row, left), _starts(snapshot, row, right)
        for number in begun.keys() & following.keys():
            if any(position + left.length in following[number] for position in begun[number]):
                gain = _NEIGHBOUR_SHARE * row.weight * rarity
                gains[number] = max(gains.get(number, 0.0), gain)
    return gains
