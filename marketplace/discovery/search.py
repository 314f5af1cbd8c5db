"""The search page's side of the search: from an address to a question, from an answer to what is shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from catalog.kernel.errors import N_
from catalog.kernel.paging import Page
from catalog.kernel.terms import Term
from catalog.kernel.transaction import Tx
from catalog.models import Batch, Publisher, Resource
from catalog.permissions import P
from catalog.search.port import FACETS, Highlight, SearchPage, SearchQuery, Sort
from catalog.states import FINDABLE
from catalog.vocab import AccessPolicy, Industry, PriceModel, Region, ResourceKind
from marketplace.discovery.queries import AS_CARD

SIZE = 20
LONGEST_TEXT = 200
MOST_VALUES = 40

#: The vocabularies of those facets whose values are codes; batch and publisher are ids.
VOCABULARIES: dict[str, type[Term]] = {
    "kind": ResourceKind,
    "policy": AccessPolicy,
    "industry": Industry,
    "region": Region,
    "price": PriceModel,
}

TITLES = {
    "batch": N_("Openness list"),
    "kind": N_("Resource type"),
    "policy": N_("Access policy"),
    "industry": N_("Industry"),
    "publisher": N_("Platform"),
    "region": N_("Region"),
    "price": N_("Price"),
}

SORTS = {Sort.RELEVANCE: N_("Best match"), Sort.NEWEST: N_("Newest"), Sort.TITLE: N_("Title")}


@dataclass(frozen=True)
class Facet:
    """One filter as it is drawn: (value, label, count) per choice, those that are ticked even where they count nothing."""

    name: str
    title: str
    choices: list[tuple[str, str, int]]
    chosen: tuple[str, ...]


@dataclass(frozen=True)
class Hit:
    """One result: the resource from the database and where its text matches."""

    resource: Resource
    marked: Highlight | None


def question(args: MultiDict[str, str], language: str) -> SearchQuery:
    """What the address asks. Values that do not exist, strange orders and pages are left out instead of failing."""
    filters = {}
    for name in FACETS:
        values = [value for value in dict.fromkeys(args.getlist(name)) if value and len(value) <= 32]
        if name in VOCABULARIES:
            values = [value for value in values if value in VOCABULARIES[name].codes()]
        if values:
            filters[name] = tuple(values[:MOST_VALUES])
    sort = args.get("sort", "")
    page = args.get("page", "1")
    return SearchQuery(
        text=args.get("q", "").strip()[:LONGEST_TEXT],
        filters=filters,
        sort=Sort(sort) if sort in tuple(Sort) else Sort.RELEVANCE,
        page=max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
        size=SIZE,
        language=language,
    )


def last_page(asked: SearchQuery, found: SearchPage) -> SearchQuery:
    """The same question for the last page there is."""
    return replace(asked, page=max(1, -(-found.total // asked.size)))


def hits(tx: Tx, found: SearchPage) -> list[Hit]:
    """What the index named, read in one query, permitted again and in the order of the index."""
    query = tx.visible(P.RESOURCE_READ, select(Resource)).where(Resource.id.in_(found.ids), Resource.state.in_(FINDABLE))
    resources = {resource.id: resource for resource in tx.session.scalars(query.options(*AS_CARD))}
    return [Hit(resources[key], found.highlights.get(key)) for key in found.ids if key in resources]


def page_of(asked: SearchQuery, found: SearchPage) -> Page[Any]:
    """The result's page for the pager."""
    return Page(list(found.ids), asked.page, asked.size, found.total)


def facets(tx: Tx, asked: SearchQuery, found: SearchPage, language: str) -> list[Facet]:
    """Every filter with its counts; the names of lists and platforms are read in one query each."""
    drawn = []
    for name in FACETS:
        counts = found.facets.get(name, {})
        chosen = asked.filters.get(name, ())
        values = list(dict.fromkeys([*counts, *chosen]))
        named = _labels(tx, name, values, language)
        choices = [(value, named[value], counts.get(value, 0)) for value in values if value in named]
        drawn.append(Facet(name, TITLES[name], _ordered(name, choices), chosen))
    return drawn


def _ordered(name: str, choices: list[tuple[str, str, int]]) -> list[tuple[str, str, int]]:
    if name in ("kind", "policy", "price"):
        order = VOCABULARIES[name].codes()
        return sorted(choices, key=lambda choice: order.index(choice[0]))
    return sorted(choices, key=lambda choice: (-choice[2], choice[1]))


def _labels(tx: Tx, name: str, values: list[str], language: str) -> dict[str, str]:
    if name in VOCABULARIES:
        terms = VOCABULARIES[name]
        return {value: terms(value).label(language) for value in values}
    model: Any = Batch if name == "batch" else Publisher
    stem = "title" if name == "batch" else "name"
    zh, en = getattr(model, f"{stem}_zh"), getattr(model, f"{stem}_en")
    query = select(model.id, zh, en).where(model.id.in_(values))
    if name == "batch":
        query = tx.visible(P.BATCH_READ, query)
    rows = tx.session.execute(query)
    return {
        key: (in_chinese if language == "zh" else in_english) or in_chinese or in_english for key, in_chinese, in_english in rows
    }
