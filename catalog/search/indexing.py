"""From the database to the index: which resources are documents, and whether the two agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, lazyload

from catalog.markdown import without_markdown
from catalog.models import Resource
from catalog.search.port import Document, SearchBackend
from catalog.states import FINDABLE

_CHUNK = 500


def document_of(resource: Resource) -> Document:
    """What the index holds of a findable resource; facet values are codes and ids."""
    publisher = resource.publisher
    return Document(
        id=resource.id,
        title_zh=resource.title_zh,
        title_en=resource.title_en,
        summary_zh=resource.summary_zh,
        summary_en=resource.summary_en,
        description_zh=without_markdown(resource.description_zh),
        description_en=without_markdown(resource.description_en),
        tags=tuple(resource.tags),
        provider=resource.provider,
        publisher_names=tuple(name for name in (publisher.name_zh, publisher.name_en) if name),
        batch=resource.batch_id or "",
        kind=resource.kind.value,
        policy=resource.access_policy.value,
        industry=tuple(resource.industries),
        publisher=resource.publisher_id,
        region=tuple(resource.regions),
        price=resource.price.value if resource.price else "",
        listed_at=resource.listed_at or resource.created_at,
        version=resource.version,
    )


def documents(session: Session) -> Iterator[Document]:
    """Every findable resource, read in chunks as it is asked for."""
    last = ""
    while True:
        query = _findable().where(Resource.id > last).order_by(Resource.id).limit(_CHUNK)
        chunk = session.scalars(query).unique().all()
        if not chunk:
            return
        yield from map(document_of, chunk)
        last = chunk[-1].id


def index_resources(session: Session, backend: SearchBackend, ids: Iterable[str]) -> None:
    """Write those of ``ids`` that are findable now and remove the others; twice does no harm."""
    wanted = list(dict.fromkeys(ids))
    found: list[Document] = []
    for start in range(0, len(wanted), _CHUNK):
        query = _findable().where(Resource.id.in_(wanted[start : start + _CHUNK]))
        found += map(document_of, session.scalars(query).unique())
    backend.update(found, remove=set(wanted) - {document.id for document in found})


def differences(session: Session, backend: SearchBackend) -> list[str]:
    """How index and database disagree, a line each: missing, phantom or stale; empty where they agree."""
    rows = session.execute(select(Resource.id, Resource.version).where(Resource.state.in_(FINDABLE)))
    stored = {key: version for key, version in rows}
    indexed = backend.versions()
    lines = [f"missing: {key} is listed but not in the index" for key in stored.keys() - indexed.keys()]
    lines += [f"phantom: {key} is in the index but not listed" for key in indexed.keys() - stored.keys()]
    lines += [
        f"stale: {key} is version {indexed[key]} in the index, {stored[key]} in the database"
        for key in stored.keys() & indexed.keys()
        if stored[key] != indexed[key]
    ]
    return sorted(lines)


def _findable() -> Select[Any]:
    # The batch itself is not needed, its id is in the row; documents of earlier reads in this session are read anew.
    query = select(Resource).where(Resource.state.in_(FINDABLE)).options(lazyload(Resource.batch))
    return query.execution_options(populate_existing=True)
