"""What the application may ask of a search engine, whichever engine stands behind it.

An engine returns identifiers, order, counts and highlights; what is shown comes from the database and is authorised
again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

#: Fields that can be filtered and counted, in the order in which pages show them.
FACETS = ("batch", "kind", "policy", "industry", "publisher", "region", "price")


class SearchUnavailable(Exception):
    """The index is missing, broken, made by other code or too long held by another writer; a rebuild repairs it."""


class Sort(StrEnum):
    """Orders of a result list; RELEVANCE falls back to NEWEST where there is no text."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Document:
    """One public resource as the index sees it. Only what anyone may see is ever in a document."""

    id: str
    title_zh: str
    title_en: str
    summary_zh: str
    summary_en: str
    description_zh: str
    description_en: str
    tags: tuple[str, ...]
    provider: str
    publisher_names: tuple[str, ...]
    batch: str
    kind: str
    policy: str
    industry: tuple[str, ...]
    publisher: str
    region: tuple[str, ...]
    price: str
    listed_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A search: free text in any mix of Chinese and English, and per facet the values of which one must hold."""

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    size: int = 20
    language: str = "zh"


@dataclass(frozen=True, slots=True)
class Highlight:
    """Safe HTML with ``<mark>`` round the matches; a field that did not match is None.

    Both are in the language of the query where that matched, else in the other one.
    """

    title: str | None
    text: str | None


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of results.

    ``facets[name][value]`` counts the matches that satisfy every filter but the one of that same facet; values that
    count zero are absent. ``loosened`` says that no entry held all words and entries with some of them are shown.
    """

    ids: tuple[str, ...]
    total: int
    facets: Mapping[str, Mapping[str, int]]
    highlights: Mapping[str, Highlight]
    loosened: bool = False


class SearchBackend(Protocol):
    """A search engine. Every write is idempotent: writing a document twice leaves one."""

    def search(self, query: SearchQuery) -> SearchPage:
        """Answer one query; raises SearchUnavailable where there is no readable index.

        An unknown facet name, or a page or size below 1, raises ValueError; strange text never raises, and text without
        a letter or digit finds nothing. A filter with no values does not filter; a page past the end is empty.
        """
        ...

    def update(self, documents: Iterable[Document], remove: Iterable[str] = ()) -> None:
        """Write the documents and remove those ids, visible to the next search of any process.

        An id in both is removed; of two documents with one id the last stays. Waits for another writer and raises
        SearchUnavailable when that takes too long or there is no index to write to.
        """
        ...

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Build anew beside the present index and swap; searches go on meanwhile, updates wait.

        Returns how many documents it holds. The documents are read while updates are held back, so an iterable that
        reads the database lazily loses none. If it raises, the present index stays.
        """
        ...

    def versions(self) -> dict[str, int]:
        """Every id in the index with the version it was written from, for comparison with the database."""
        ...

    def healthy(self) -> bool:
        """Whether the index can be opened and read now."""
        ...
