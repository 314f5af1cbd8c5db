"""The search port on Whoosh: pure Python, one folder on disk, several processes may read and write it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from whoosh.index import FileIndex, LockError
from whoosh.writing import OPTIMIZE

from catalog.search.analysis import units
from catalog.search.document import FIELDS, Role, microseconds, text_of, values_of
from catalog.search.highlighting import Marker
from catalog.search.port import FACETS, Document, Highlight, SearchPage, SearchQuery, SearchUnavailable, Sort
from catalog.search.ranking import answer, ranked
from catalog.search.whoosh_directory import LOCK_SECONDS, IndexDirectory
from catalog.search.whoosh_snapshot import Snapshot, numbers_of

log = logging.getLogger(__name__)

T = TypeVar("T")

#: From so many segments on, a write merges the small ones: each one costs every search a little.
_MOST_SEGMENTS = 8

#: How often opening is tried again when another process swaps or merges just then.
_TRIES = 3


class WhooshBackend:
    """``SearchBackend`` on the folder ``path``; an empty or absent folder starts as an empty index."""

    def __init__(self, path: str | Path, lock_seconds: float = LOCK_SECONDS) -> None:
        self._directory = IndexDirectory(Path(path), lock_seconds)
        self._snapshot: Snapshot | None = None
        self._opened: FileIndex | None = None
        # One search at a time: Whoosh's readers keep their place in shared files, and under the interpreter's own lock
        # two searches at once would not finish sooner.
        self._reading = threading.RLock()
        self._directory.start()

    def search(self, query: SearchQuery) -> SearchPage:
        """See ``SearchBackend.search``."""
        unknown = set(query.filters) - set(FACETS)
        if unknown:
            raise ValueError(f"no such facet: {', '.join(sorted(unknown))}")
        if query.page < 1 or query.size < 1:
            raise ValueError("page and size begin at 1")
        return self._read(lambda snapshot: _search(snapshot, query))

    def update(self, documents: Iterable[Document], remove: Iterable[str] = ()) -> None:
        """See ``SearchBackend.update``."""
        removed = set(remove)
        written = {document.id: document for document in documents if document.id not in removed}
        if not written and not removed:
            return
        with self._directory.writing():
            opened = self._directory.open(self._directory.current())
            try:
                self._write(opened, written, removed | written.keys())
            except LockError as error:
                raise SearchUnavailable("the index is being written by something else") from error
            except Exception as error:  # damaged files raise whatever their reader stumbles over
                raise SearchUnavailable(f"the index cannot be written: {error!r}") from error

    def rebuild(self, documents: Iterable[Document]) -> int:
        """See ``SearchBackend.rebuild``."""
        with self._directory.writing():
            try:
                before = self._directory.current()
            except SearchUnavailable:
                before = ""
            name = self._directory.new()
            try:
                written = {document.id: document for document in documents}
                if written:
                    self._write(self._directory.open(name), written, set())
                self._directory.point_at(name)
            except BaseException:
                self._directory.discard(name)
                raise
            # Another process may still be opening the one before; those older than that nobody reads by name.
            self._directory.tidy(keep=(name, before))
        return len(written)

    def versions(self) -> dict[str, int]:
        """See ``SearchBackend.versions``."""
        return self._read(
            lambda snapshot: {snapshot.ids[number]: snapshot.versions[number] for number in numbers_of(snapshot.live)}
        )

    def healthy(self) -> bool:
        """Whether every part that a search reads can be opened and read now; costs as much as a first search."""
        try:
            with self._reading:
                name = self._directory.current()
                opened = self._directory.open(name)
                fresh = Snapshot(opened, (name, opened.latest_generation()))
                try:
                    _prove_readable(fresh)
                finally:
                    fresh.close()
        except Exception as error:  # damaged files raise whatever their reader stumbles over
            log.warning("search index is not healthy: %r", error)
            return False
        return True

    def close(self) -> None:
        """Release the files; the next search opens them again."""
        with self._reading:
            if self._snapshot is not None:
                self._snapshot.close()
                self._snapshot = None

    def _read(self, ask: Callable[[Snapshot], T]) -> T:
        with self._reading:
            snapshot = self._fresh()
            try:
                return ask(snapshot)
            except Exception as error:  # damaged files raise whatever their reader stumbles over
                self.close()
                raise SearchUnavailable(f"the index cannot be read: {error!r}") from error

    def _fresh(self) -> Snapshot:
        """The snapshot of the newest generation, opened if another thread or process has written since."""
        failure: Exception | None = None
        for _ in range(_TRIES):
            name = self._directory.current()
            try:
                known = self._snapshot is not None and self._opened is not None
                if known and self._snapshot.key == (name, self._opened.latest_generation()):
                    return self._snapshot
                # The generation is asked for before reading: if a write comes between, the next search opens again.
                self._opened = self._directory.open(name)
                fresh = Snapshot(self._opened, (name, self._opened.latest_generation()))
            except Exception as error:  # swapped or merged away just now, or damaged: the last try tells
                failure = error
                continue
            self.close()
            self._snapshot = fresh
            return fresh
        self.close()
        raise SearchUnavailable(f"the index cannot be opened: {failure!r}") from failure

    def _write(self, opened: FileIndex, written: Mapping[str, Document], gone: set[str]) -> None:
        writer = opened.writer(timeout=LOCK_SECONDS)
        try:
            # Deleting first and adding after: update_document twice on one key in one writer leaves two.
            for identifier in gone:
                writer.delete_by_term("id", identifier)
            for document in written.values():
                writer.add_document(**_entry(document))
        except BaseException:
            writer.cancel()
            raise
        writer.commit(mergetype=_merge)


def _merge(writer: Any, segments: list[Any]) -> list[Any]:
    """Whoosh merge policy: takes the small segments together, and the largest too once a third of it is deleted.

    The largest is nearly everything, and writing it anew takes seconds; the small ones take milliseconds.
    """
    largest = max(segments, key=lambda segment: segment.doc_count_all(), default=None)
    if largest is not None and largest.deleted_count() * 3 > largest.doc_count_all():
        return OPTIMIZE(writer, segments)
    if len(segments) < _MOST_SEGMENTS:
        return segments
    OPTIMIZE(writer, [segment for segment in segments if segment is not largest])
    return [largest]


def _entry(document: Document) -> dict[str, Any]:
    """The document as Whoosh takes it; what is empty is left out."""
    entry: dict[str, Any] = {}
    for row in FIELDS:
        match row.role:
            case Role.TEXT:
                value: Any = text_of(document, row)
            case Role.FACET:
                value = values_of(document, row)
            case Role.STORED:
                value = getattr(document, row.attribute)
                if row.name == "listed_at":
                    value = microseconds(value)
        if value or isinstance(value, int):
            entry[row.name] = value
    return entry


def _search(snapshot: Snapshot, query: SearchQuery) -> SearchPage:
    wanted = units(query.text)
    has_text = bool(query.text.strip())
    found = answer(snapshot, wanted)
    base = found.mask if has_text else snapshot.live
    chosen = {name: _any_of(snapshot, name, values) for name, values in query.filters.items() if values}
    matching = base
    for mask in chosen.values():
        matching &= mask
    match query.sort:
        case Sort.RELEVANCE if has_text:
            order = ranked(snapshot, found, matching)
        case Sort.RELEVANCE | Sort.NEWEST:
            order = sorted(numbers_of(matching), key=snapshot.by_newest.__getitem__)
        case Sort.TITLE:
            order = sorted(numbers_of(matching), key=snapshot.by_title(query.language).__getitem__)
    page = order[(query.page - 1) * query.size : query.page * query.size]
    highlights: dict[str, Highlight] = {}
    if has_text and page:
        marker = Marker(found.units)
        for number in page:
            stored = snapshot.reader.stored_fields(number)
            highlights[snapshot.ids[number]] = marker.highlight(stored, query.language)
    return SearchPage(
        ids=tuple(snapshot.ids[number] for number in page),
        total=len(order),
        facets=_counts(snapshot, base, chosen),
        highlights=highlights,
        loosened=found.loosened,
    )


def _any_of(snapshot: Snapshot, name: str, values: Iterable[str]) -> int:
    known = snapshot.facets[name]
    mask = 0
    for value in values:
        mask |= known.get(value, 0)
    return mask


def _counts(snapshot: Snapshot, base: int, chosen: Mapping[str, int]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for name in FACETS:
        within = base
        for other, mask in chosen.items():
            if other != name:
                within &= mask
        counted = {value: (within & mask).bit_count() for value, mask in snapshot.facets[name].items()}
        counts[name] = {value: count for value, count in counted.items() if count}
    return counts


def _prove_readable(snapshot: Snapshot) -> None:
    """Read a bit of every file; raises where one is damaged."""
    _ = snapshot.facets, snapshot.ids, snapshot.versions, snapshot.by_newest, snapshot.by_title("zh")
    for number in numbers_of(snapshot.live):
        snapshot.reader.stored_fields(number)
    for row in FIELDS:
        if row.role is Role.TEXT and snapshot.size:
            for term in snapshot.reader.lexicon(row.name):
                snapshot.positions(row.name, term.decode("utf-8"))
                break
