"""Marks the words of a question in titles and in the best piece of a text, as HTML that holds no other tag."""

from __future__ import annotations

import os.path
import re
import unicodedata
from collections.abc import Iterable, Mapping
from html import escape

from catalog.search.analysis import WORD_CHARACTER, Run, Unit, Word, fold, fold_with_origins, stem
from catalog.search.document import TEXT_FIELDS, Field
from catalog.search.port import Highlight

#: How many characters of a text are shown, the marks and the dots not counted.
FRAGMENT = 140

_LEAD = 30
_SHORTEST_START = 3
_SENTENCE_END = "。！？；\n"

Span = tuple[int, int]


class Marker:
    """Finds the units of one question in texts; made once for a page of results."""

    def __init__(self, wanted: Iterable[Unit]) -> None:
        units = tuple(wanted)
        self._words = [unit.text for unit in units if isinstance(unit, Word)]
        self._stems = {stem(word) for word in self._words}
        self._runs = [(re.compile(re.escape(unit.text)), _pairs(unit)) for unit in units if isinstance(unit, Run)]
        # What a word and its stem begin with alike finds every candidate fast; _is_match then decides.
        starts = sorted({re.escape(os.path.commonprefix([word, stem(word)])) for word in self._words})
        self._candidates = re.compile(rf"(?<!{WORD_CHARACTER})(?:{'|'.join(starts)}){WORD_CHARACTER}*") if starts else None

    def highlight(self, stored: Mapping[str, str], language: str) -> Highlight:
        """Title and best fragment of one document from its stored fields, the query's language before the other."""
        rows = sorted((row for row in TEXT_FIELDS if row.shown), key=lambda row: row.language != language)
        titles = [row for row in rows if row.name.startswith("title_")]
        texts = [row for row in rows if row not in titles]
        title = next((marked for row in titles if (marked := self._title(stored.get(row.name) or ""))), None)
        return Highlight(title=title, text=self._best_fragment(stored, texts))

    def spans(self, text: str) -> list[Span]:
        """Where units stand in ``text`` (which is NFC), ascending, touching ones made one."""
        folded, origins = fold_with_origins(text)
        found: list[Span] = []
        if self._candidates:
            found += [match.span() for match in self._candidates.finditer(folded) if self._is_match(match[0])]
        for whole, pairs in self._runs:
            matches = [match.span() for match in whole.finditer(folded)]
            found += matches or [match.span(1) for match in pairs.finditer(folded)]
        joined: list[Span] = []
        for start, end in sorted(found):
            if joined and start <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((start, end))
        # A character that folds into several has one place in the text: an end inside it reaches past it.
        return [(origins[start], max(origins[end], origins[end - 1] + 1)) for start, end in joined]

    def _is_match(self, word: str) -> bool:
        if stem(word) in self._stems:
            return True
        return any(word == asked or len(asked) >= _SHORTEST_START and word.startswith(asked) for asked in self._words)

    def _title(self, title: str) -> str | None:
        composed = unicodedata.normalize("NFC", title)
        spans = self.spans(composed)
        return marked(composed, spans, 0, len(composed)) if spans else None

    def _best_fragment(self, stored: Mapping[str, str], rows: list[Field]) -> str | None:
        best: tuple[int, int] = (0, 0)
        fragment: str | None = None
        own = rows[0].language if rows else None
        for row in rows:
            if fragment is not None and row.language != own:
                break
            text = unicodedata.normalize("NFC", stored.get(row.name) or "")
            spans = self.spans(text)
            if not spans:
                continue
            worth, start = self._best_window(text, spans)
            if fragment is None or worth > best:
                end = min(len(text), start + FRAGMENT)
                best, fragment = worth, _dotted(text, spans, start, end)
        return fragment

    @staticmethod
    def _best_window(text: str, spans: list[Span]) -> tuple[tuple[int, int], int]:
        """(how many different matches, how many in all) of the best window, and where it starts."""
        best, first = (0, 0), spans[0][0]
        for at, (start, _) in enumerate(spans):
            inside = [span for span in spans[at : at + 40] if span[1] <= start + FRAGMENT - _LEAD]
            worth = (len({fold(text[begin:end]) for begin, end in inside}), len(inside))
            if worth > best:
                best, first = worth, start
        return best, _beginning(text, first)


def _pairs(unit: Run) -> re.Pattern[str]:
    return re.compile(f"(?=({'|'.join(map(re.escape, unit.parts()))}))")


def _beginning(text: str, first: int) -> int:
    """Where a fragment around ``first`` starts: at its sentence or a word if one begins near, else a little before."""
    if len(text) <= FRAGMENT:
        return 0
    start = max(0, min(first - _LEAD, len(text) - FRAGMENT))
    for at in range(first - 1, start, -1):
        if text[at] in _SENTENCE_END or text[at - 1 : at + 1] == ". ":
            return at + 1
    while 0 < start < first and text[start - 1].isascii() and text[start - 1].isalnum():
        start += 1
    return start


def _dotted(text: str, spans: list[Span], start: int, end: int) -> str:
    """The piece from ``start`` to ``end`` marked, with an ellipsis where text was left out."""
    before, after = "…" if text[:start].strip() else "", "…" if text[end:].strip() else ""
    return before + marked(text, spans, start, end).strip() + after


def marked(text: str, spans: list[Span], start: int, end: int) -> str:
    """``text[start:end]`` escaped, ``<mark>`` round what of the spans lies within; spans ascend and do not overlap."""
    pieces: list[str] = []
    at = start
    for begin, stop in spans:
        begin, stop = max(begin, at), min(stop, end)
        if begin >= stop:
            continue
        pieces += [escape(text[at:begin]), "<mark>", escape(text[begin:stop]), "</mark>"]
        at = stop
    return "".join([*pieces, escape(text[at:end])])
