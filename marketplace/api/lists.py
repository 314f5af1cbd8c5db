"""Lists of things: what the caller may see, filtered and paged; resources also by the search engine."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from sqlalchemy import inspect
from sqlalchemy.exc import StatementError

from catalog.kernel.db import Coded
from catalog.kernel.errors import N_
from catalog.kernel.paging import paginate
from catalog.kernel.terms import Term
from catalog.kernel.transaction import Tx
from catalog.search.port import FACETS, SearchQuery, Sort
from catalog.vocab import AccessPolicy, Industry, PriceModel, Region, ResourceKind
from marketplace.api.messages import Listing, listing, pages
from marketplace.api.problems import BadRequest
from marketplace.commands import Collection
from marketplace.http.context import language, read, runtime
from marketplace.states import OrganisationKind

NOT_A_VALUE = N_("Please use one of these values: %(values)s.")
APART = N_("A search covers what is listed; it does not go together with “%(parameter)s”.")

SEARCHED = "resources"
_ONCE = ("q", "sort")

#: The vocabularies of list parameters whose name is not that of a column with the same vocabulary.
_VOCABULARIES: dict[tuple[str, str], type[Term]] = {
    ("organisations", "kind"): OrganisationKind,
    ("resources", "kind"): ResourceKind,
    ("resources", "policy"): AccessPolicy,
    ("resources", "industry"): Industry,
    ("resources", "region"): Region,
    ("resources", "price"): PriceModel,
}


def vocabulary(collection: Collection, parameter: str) -> type[Term] | None:
    """The terms that a list parameter takes; None where it takes ids or free text."""
    if parameter == "state":
        return collection.cycle.states
    column = inspect(collection.model).columns.get(parameter)
    if column is not None and isinstance(column.type, Coded):
        return column.type.terms
    return _VOCABULARIES.get((collection.name, parameter))


def parameters(collection: Collection) -> dict[str, type[Term] | None]:
    """Every repeatable parameter of a collection's list with its vocabulary, in order."""
    names = dict.fromkeys((*collection.filters, *(FACETS if collection.name == SEARCHED else ())))
    return {name: vocabulary(collection, name) for name in names}


def show_list(collection: Collection) -> Response:
    """The list as the request asks for it."""
    known = parameters(collection)
    searched = collection.name == SEARCHED
    asked = listing(request.args, known, _ONCE if searched else ())
    _check(asked, known)
    records = [name for name in asked.values if name in collection.filters and name not in FACETS]
    if searched and not records:
        return _search(collection, asked)
    apart = [name for name in asked.values if name not in collection.filters]
    if apart:
        raise BadRequest({name: [(APART, {"parameter": records[0]})] for name in apart})
    return _select(collection, asked)


def _check(asked: Listing, known: dict[str, type[Term] | None]) -> None:
    problems = {}
    for name, values in asked.values.items():
        terms = known.get(name)
        if terms is not None and any(value not in terms.codes() for value in values):
            problems[name] = [_not_a_value(terms.codes())]
    if asked.one("sort", Sort.RELEVANCE) not in tuple(Sort):
        problems["sort"] = [_not_a_value(tuple(Sort))]
    if problems:
        raise BadRequest(problems)


def _not_a_value(codes: tuple[str, ...]) -> tuple[str, dict[str, str]]:
    return NOT_A_VALUE, {"values": ", ".join(codes)}


def _select(collection: Collection, asked: Listing) -> Response:
    with read() as tx:
        query = collection.visible(tx)
        try:
            for name, values in asked.values.items():
                query = collection.filters[name](query, values)
            page = paginate(tx.session, query, asked.page, asked.size)
        except (ValueError, StatementError) as problem:
            raise BadRequest from problem
        # A page past the end is empty here: a program that counts up must come to an end.
        things = page.items if page.number == asked.page else []
        return pages([collection.represent(tx, thing) for thing in things], asked, page.total)


def _search(collection: Collection, asked: Listing) -> Response:
    found = runtime().search.search(
        SearchQuery(
            text=asked.one("q"),
            filters={name: tuple(values) for name, values in asked.values.items() if name in FACETS},
            sort=Sort(asked.one("sort", Sort.RELEVANCE)),
            page=asked.page,
            size=asked.size,
            language=language(),
        )
    )
    with read() as tx:
        items = []
        for thing in _in_order(tx, collection, found.ids):
            marked = found.highlights.get(thing.id)
            highlight = {"title": marked.title, "text": marked.text} if marked else None
            items.append(collection.represent(tx, thing) | {"highlight": highlight})
    facets = {name: dict(found.facets.get(name, {})) for name in FACETS}
    return pages(items, asked, found.total, facets=facets, loosened=found.loosened)


def _in_order(tx: Tx, collection: Collection, ids: tuple[str, ...]) -> list[Any]:
    """What the index named, from the database and permitted again, in the order of the index."""
    query = collection.visible(tx).where(collection.model.id.in_(ids)).order_by(None)
    things = {thing.id: thing for thing in tx.session.scalars(query).unique()}
    return [things[key] for key in ids if key in things]
