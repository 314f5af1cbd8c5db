"""Selects of the catalog, each on a small world that holds what it must find and what it must not."""

from __future__ import annotations

from sqlalchemy import Select

from catalog import queries
from catalog.services import batches, resources, revisions
from catalog.states import BatchState, ResourceState
from tests.unit.catalog.ground import DAY, MANAGER, OPERATOR, Ground


def _ids(ground: Ground, query: Select) -> list[str]:
    with ground.reading() as tx:
        return [thing.id for thing in tx.session.scalars(query).unique()]


def test_batches_come_with_the_newest_number_first_and_by_state(ground: Ground) -> None:
    first, second = ground.batch(), ground.batch(opened=False)
    assert _ids(ground, queries.batches()) == [second.id, first.id]
    assert _ids(ground, queries.batches(BatchState.COLLECTING)) == [first.id]


def test_batches_that_take_submissions_now_end_with_their_closing_time(ground: Ground) -> None:
    ground.batch(opened=False)
    taking = ground.batch()
    assert _ids(ground, queries.batches_taking_submissions(taking.closes_at - DAY)) == [taking.id]
    assert _ids(ground, queries.batches_taking_submissions(taking.closes_at)) == []


def test_resources_of_a_batch_and_of_a_publisher_by_state(ground: Ground) -> None:
    batch = ground.batch()
    waiting, accepted = ground.submitted(batch), ground.submitted(batch, "langtu")
    draft = ground.draft()
    ground.do(OPERATOR, resources.accept, accepted)
    assert set(_ids(ground, queries.resources_of_batch(batch.id))) == {waiting.id, accepted.id}
    assert _ids(ground, queries.resources_of_batch(batch.id, ResourceState.ACCEPTED)) == [accepted.id]
    assert set(_ids(ground, queries.resources_of_publisher("xinghe"))) == {waiting.id, draft.id}
    assert _ids(ground, queries.resources_of_publisher("xinghe", ResourceState.DRAFT)) == [draft.id]
    with ground.reading() as tx:
        assert dict(tx.session.execute(queries.counts_by_state(batch.id)).all()) == {"submitted": 1, "accepted": 1}


def test_the_one_revision_under_way_is_found_until_it_is_in_effect(ground: Ground) -> None:
    _batch, (resource,) = ground.listed()
    change = ground.do(MANAGER, revisions.revise, resource)
    assert _ids(ground, queries.revision_under_way(resource.id)) == [change.id]
    ground.do(MANAGER, revisions.edit, change, title_zh="新名称")
    ground.do(MANAGER, revisions.submit, change)
    assert _ids(ground, queries.revision_under_way(resource.id)) == []


def test_archived_lists_count_as_released(ground: Ground) -> None:
    batch, _listed = ground.listed({}, {})
    ground.batch()
    ground.do(OPERATOR, batches.archive, batch)
    assert _ids(ground, queries.released_batches()) == [batch.id]
