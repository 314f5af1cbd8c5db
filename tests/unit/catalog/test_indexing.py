"""From the database to the index and back: what is a document, what follows a change, how drift is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.models import Resource
from catalog.search import indexing
from catalog.search.port import SearchQuery
from catalog.search.whoosh_backend import WhooshBackend
from catalog.services import resources
from tests.unit.catalog.ground import CLOCK, DAY, MANAGER, OPERATOR, Ground


@pytest.fixture
def backend(tmp_path: Path) -> WhooshBackend:
    return WhooshBackend(tmp_path / "index")


def _follow(ground: Ground, backend: WhooshBackend, *changed: Resource) -> None:
    with ground.reading() as tx:
        indexing.index_resources(tx.session, backend, [resource.id for resource in changed])


def _drift(ground: Ground, backend: WhooshBackend) -> list[str]:
    with ground.reading() as tx:
        return indexing.differences(tx.session, backend)


def test_a_document_holds_codes_and_ids_and_the_names_of_the_publisher(ground: Ground) -> None:
    batch, (resource,) = ground.listed({"tags": ["质检"], "min_tier": "specialised"})
    with ground.reading() as tx:
        found = indexing.document_of(tx.session.get(Resource, resource.id))
    assert (found.batch, found.publisher, found.kind, found.policy) == (batch.id, "xinghe", "algorithm", "pilot")
    assert (found.industry, found.region, found.price, found.tags) == (("C",), ("100000",), "free_tier", ("质检",))
    assert (found.publisher_names, found.listed_at, found.version) == (("星禾云",), ground.now, resource.version)


def test_only_what_is_findable_is_a_document(ground: Ground) -> None:
    _batch, (listed, suspended, closing, gone, down) = ground.listed({}, {}, {}, {}, {})
    ground.draft()
    ground.submitted(ground.batch())
    ground.do(MANAGER, resources.suspend, suspended, reason="升级")
    for resource in (closing, gone):
        ground.do(MANAGER, resources.announce_closing, resource, reason="调整", closing_at=ground.now + 30 * DAY)
    ground.do(OPERATOR, resources.take_down, down, reason="网络安全法第五十条")
    ground.now += 30 * DAY
    ground.do(CLOCK, resources.withdraw, gone)
    with ground.reading() as tx:
        found = {document.id for document in indexing.documents(tx.session)}
    assert found == {listed.id, suspended.id, closing.id}


def test_documents_are_read_in_chunks_and_none_is_lost_between(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "_CHUNK", 2)
    _batch, listed = ground.listed({}, {}, {}, {}, {})
    with ground.reading() as tx:
        found = [document.id for document in indexing.documents(tx.session)]
    assert found == sorted(resource.id for resource in listed)


def test_the_index_follows_in_both_directions_and_twice_does_no_harm(ground: Ground, backend: WhooshBackend) -> None:
    _batch, (kept, gone) = ground.listed({"title_zh": "遥感影像"}, {"title_zh": "遥感数据"})
    draft = ground.draft(title_zh="遥感草稿")
    for _ in range(2):
        _follow(ground, backend, kept, gone, draft)
    assert set(backend.search(SearchQuery("遥感")).ids) == {kept.id, gone.id}
    ground.do(OPERATOR, resources.take_down, gone, reason="网络安全法第五十条")
    _follow(ground, backend, gone)
    assert backend.search(SearchQuery("遥感")).ids == (kept.id,)
    assert _drift(ground, backend) == []


def test_drift_is_named_as_missing_phantom_or_stale(ground: Ground, backend: WhooshBackend) -> None:
    _batch, (missing, phantom, stale) = ground.listed({}, {}, {})
    assert len(_drift(ground, backend)) == 3
    _follow(ground, backend, phantom, stale)
    ground.do(OPERATOR, resources.take_down, phantom, reason="网络安全法第五十条")
    ground.do(MANAGER, resources.suspend, stale, reason="升级")
    lines = _drift(ground, backend)
    assert [line.split()[:2] for line in lines] == [
        ["missing:", missing.id],
        ["phantom:", phantom.id],
        ["stale:", stale.id],
    ]
    with ground.reading() as tx:
        backend.rebuild(indexing.documents(tx.session))
    assert _drift(ground, backend) == []
