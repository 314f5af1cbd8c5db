"""Openness lists: their plan, their window, bulk screening, and what publishing freezes."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from sqlalchemy import event as hooks
from sqlalchemy import select

from catalog import queries
from catalog.kernel.errors import Invalid, NotAllowed, WrongState
from catalog.models import Batch, BatchEntry, Resource
from catalog.rules import EntriesUndecided, NothingToDecide, TooEarly
from catalog.services import batches, resources, revisions
from catalog.states import BatchState, ResourceState
from tests.unit.catalog.ground import CLOCK, CONFLICTED, CONTENT, DAY, MANAGER, OPERATOR, Ground


def _entries(ground: Ground, batch: Batch) -> list[BatchEntry]:
    with ground.reading() as tx:
        return list(tx.session.scalars(queries.entries(batch.id)))


def _plan(ground: Ground, **plan: Any) -> Batch:
    given = {"issuer_id": "office", "title_zh": "清单", "opens_at": ground.now, "closes_at": ground.now + DAY}
    with ground.as_(OPERATOR) as tx:
        return batches.plan_batch(tx, **(given | plan))


def test_numbers_count_up_and_none_is_used_twice(ground: Ground) -> None:
    assert [_plan(ground).number, _plan(ground, number=7).number, _plan(ground).number] == [1, 7, 8]
    with pytest.raises(Invalid) as refused:
        _plan(ground, number=7)
    assert set(refused.value.fields) == {"number"}


@pytest.mark.parametrize(("opens", "closes"), [(1, 1), (2, 1), (-3, -1), (-1, 0)])
def test_a_window_ends_after_it_began_and_ahead_of_now(ground: Ground, opens: int, closes: int) -> None:
    with pytest.raises(Invalid) as refused:
        _plan(ground, opens_at=ground.now + opens * DAY, closes_at=ground.now + closes * DAY)
    assert set(refused.value.fields) == {"closes_at"}


def test_an_issuer_must_exist(ground: Ground) -> None:
    with pytest.raises(Invalid) as refused:
        _plan(ground, issuer_id="nobody")
    assert set(refused.value.fields) == {"issuer_id"}


def test_a_plan_is_edited_until_it_opens(ground: Ground) -> None:
    batch = _plan(ground)
    plan = {"title_zh": "第一批清单", "opens_at": batch.opens_at, "closes_at": batch.closes_at}
    ground.do(OPERATOR, batches.edit, batch, **plan)
    assert (ground.stored(batch).title_zh, ground.stored(batch).number) == ("第一批清单", batch.number)
    ground.do(OPERATOR, batches.open_, batch)
    with pytest.raises(WrongState):
        ground.do(OPERATOR, batches.edit, batch, **plan)


def test_a_plan_does_not_take_another_batchs_number(ground: Ground) -> None:
    first, second = _plan(ground), _plan(ground)
    plan = {"title_zh": "清单", "opens_at": second.opens_at, "closes_at": second.closes_at, "number": first.number}
    with pytest.raises(Invalid):
        ground.do(OPERATOR, batches.edit, second, **plan)


def test_the_clock_opens_and_closes_at_the_announced_time_and_not_before(ground: Ground) -> None:
    batch = _plan(ground, opens_at=ground.now + DAY, closes_at=ground.now + 2 * DAY)
    for act, moment, state in (
        (batches.open_, batch.opens_at, BatchState.COLLECTING),
        (batches.close, batch.closes_at, BatchState.SCREENING),
    ):
        ground.now = moment - ground.now.resolution
        with pytest.raises(TooEarly):
            ground.do(CLOCK, act, batch)
        ground.now = moment
        ground.do(CLOCK, act, batch)
        assert ground.stored(batch).state is state


def test_an_extension_is_later_has_a_reason_and_keeps_the_window_open(ground: Ground) -> None:
    batch = ground.batch()
    with pytest.raises(Invalid):
        ground.do(OPERATOR, batches.extend, batch, closes_at=batch.closes_at, reason="应企业要求")
    with pytest.raises(Invalid):
        ground.do(OPERATOR, batches.extend, batch, closes_at=batch.closes_at + DAY, reason="")
    ground.do(OPERATOR, batches.extend, batch, closes_at=batch.closes_at + DAY, reason="应企业要求")
    ground.now = batch.closes_at
    assert ground.stored(ground.submitted(batch)).state is ResourceState.SUBMITTED
    with pytest.raises(TooEarly):
        ground.do(CLOCK, batches.close, batch)


def test_closing_leaves_what_was_submitted_and_returned_in_the_batch(ground: Ground) -> None:
    batch = ground.batch()
    waiting, back, draft = ground.submitted(batch), ground.submitted(batch), ground.draft()
    ground.do(OPERATOR, resources.return_, back, remarks={"price": "？"})
    ground.do(OPERATOR, batches.close, batch)
    states = {ground.stored(entry).state for entry in (waiting, back)}
    assert states == {ResourceState.SUBMITTED, ResourceState.RETURNED}
    assert ground.stored(draft).batch_id is None


def test_accepting_all_leaves_the_entries_in_conflict_to_others_and_counts_both(ground: Ground) -> None:
    batch = ground.batch()
    own, others = ground.submitted(batch), [ground.submitted(batch, "langtu") for _ in range(2)]
    assert ground.do(CONFLICTED, batches.accept_all, batch) == 2
    assert {ground.stored(entry).state for entry in others} == {ResourceState.ACCEPTED}
    assert ground.stored(own).state is ResourceState.SUBMITTED
    changes = ground.events(batch)[-1].changes
    assert (changes["accepted"], changes["left"], changes["publisher_ids"]) == (2, 1, ["langtu"])
    assert [ground.names(entry)[-1] for entry in others] == ["accept", "accept"]
    with pytest.raises(NothingToDecide):
        ground.do(CONFLICTED, batches.accept_all, batch)
    assert ground.do(OPERATOR, batches.accept_all, batch) == 1


@pytest.mark.parametrize("returned", [False, True])
def test_a_list_is_not_published_while_an_entry_is_undecided(ground: Ground, returned: bool) -> None:
    batch = ground.batch()
    ground.submitted(batch)
    ground.do(OPERATOR, batches.accept_all, batch)
    late = ground.submitted(batch)
    if returned:
        ground.do(OPERATOR, resources.return_, late, remarks={"price": "？"})
    ground.do(OPERATOR, batches.close, batch)
    with pytest.raises(EntriesUndecided):
        ground.do(OPERATOR, batches.publish, batch)
    ground.do(OPERATOR, resources.refuse, late, reason="逾期未补正")
    ground.do(OPERATOR, batches.publish, batch)
    assert len(_entries(ground, batch)) == 1
    assert ground.stored(late).state is ResourceState.NOT_ACCEPTED


def test_an_empty_list_is_not_published(ground: Ground) -> None:
    batch = ground.batch()
    ground.do(OPERATOR, batches.close, batch)
    with pytest.raises(NothingToDecide):
        ground.do(OPERATOR, batches.publish, batch)


def test_only_the_office_publishes(ground: Ground) -> None:
    batch = ground.batch()
    ground.submitted(batch)
    ground.do(OPERATOR, batches.accept_all, batch)
    ground.do(OPERATOR, batches.close, batch)
    for person in (MANAGER, CLOCK):
        with pytest.raises(NotAllowed):
            ground.do(person, batches.publish, batch)


def test_publishing_lists_the_accepted_and_freezes_them_in_one_order_with_their_digests(ground: Ground) -> None:
    contents = [
        {"kind": "tool", "title_zh": "乙"},
        {"kind": "algorithm", "title_zh": "乙"},
        {"kind": "algorithm", "title_zh": "甲", "publisher_id": "langtu"},
        {"kind": "algorithm", "title_zh": "丙"},
    ]
    batch, listed = ground.listed(*contents)
    entries = _entries(ground, batch)
    assert {resource.state for resource in listed} == {ResourceState.LISTED}
    assert [entry.position for entry in entries] == [1, 2, 3, 4]
    assert [(entry.content["publisher"]["id"], entry.content["title_zh"]) for entry in entries] == [
        ("xinghe", "丙"),
        ("xinghe", "乙"),
        ("langtu", "甲"),
        ("xinghe", "乙"),
    ]
    for entry in entries:
        canonical = json.dumps(entry.content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert entry.digest == hashlib.sha256(canonical.encode()).hexdigest()
    assert (batch.state, batch.published_at) == (BatchState.PUBLISHED, ground.now)
    assert batches.verify_digest(batch, entries)
    published = ground.events(batch)[-1]
    assert published.changes == {"entries": 4, "digest": batch.digest, "publisher_ids": ["langtu", "xinghe"]}


def test_a_frozen_entry_names_the_mailbox_of_the_role(ground: Ground) -> None:
    batch, _listed = ground.listed({}, {"mailbox": "models@xinghe.example"})
    assert {entry.content["mailbox"] for entry in _entries(ground, batch)} == {
        "open@xinghe.example",
        "models@xinghe.example",
    }


TAMPERING = {
    "a text": lambda entries: entries[0].content.update(title_zh="改过的名称"),
    "a digest": lambda entries: setattr(entries[0], "digest", "0" * 64),
    "a text and its digest": lambda entries: (
        entries[0].content.update(title_zh="改过的名称"),
        setattr(entries[0], "digest", batches.digest(entries[0].content)),
    ),
    "an order": lambda entries: (setattr(entries[0], "position", 2), setattr(entries[1], "position", 1)),
    "an entry left out": lambda entries: entries.pop(),
}


@pytest.mark.parametrize("tamper", TAMPERING.values(), ids=TAMPERING.keys())
def test_the_digest_shows_every_later_hand(ground: Ground, tamper: Any) -> None:
    batch, _listed = ground.listed({}, {"title_zh": "另一个"})
    entries = _entries(ground, batch)
    assert batches.verify_digest(batch, reversed(entries))
    tamper(entries)
    assert not batches.verify_digest(batch, entries)


def test_a_published_list_stays_as_it_was_and_errata_say_what_changed_since(ground: Ground) -> None:
    batch, (revised, gone, same) = ground.listed({}, {"title_zh": "将下架"}, {"title_zh": "不变"})
    before = [(entry.content, entry.digest) for entry in _entries(ground, batch)]
    change = ground.do(MANAGER, revisions.revise, revised)
    ground.do(MANAGER, revisions.edit, change, title_zh="新名称")
    ground.do(MANAGER, revisions.submit, change)
    ground.do(OPERATOR, resources.take_down, gone, reason="网络安全法第五十条")
    assert [(entry.content, entry.digest) for entry in _entries(ground, batch)] == before
    assert batches.verify_digest(ground.stored(batch), _entries(ground, batch)), "a takedown keeps the digest"
    with ground.reading() as tx:
        changed = {resource.id for _entry, resource in tx.session.execute(queries.errata(batch.id)).unique()}
    assert changed == {revised.id, gone.id} and same.id not in changed


def test_an_archived_list_still_counts_as_published(ground: Ground) -> None:
    batch, _listed = ground.listed()
    ground.do(OPERATOR, batches.archive, batch)
    with ground.reading() as tx:
        assert [found.id for found in tx.session.scalars(queries.released_batches()).unique()] == [batch.id]


@pytest.mark.parametrize("screening", [False, True])
def test_a_cancelled_batch_gives_every_entry_back_as_a_draft(ground: Ground, screening: bool) -> None:
    batch = ground.batch()
    waiting, back, accepted, refused = (ground.submitted(batch) for _ in range(4))
    ground.do(OPERATOR, resources.return_, back, remarks={"price": "？"})
    ground.do(OPERATOR, resources.accept, accepted)
    ground.do(OPERATOR, resources.refuse, refused, reason="不符合要求")
    if screening:
        ground.do(OPERATOR, batches.close, batch)
    ground.do(OPERATOR, batches.cancel, batch, reason="政策调整")
    for entry in (waiting, back, accepted, refused):
        stored = ground.stored(entry)
        assert (stored.state, stored.batch_id, stored.remarks, stored.reason) == (ResourceState.DRAFT, None, {}, "")
        assert (ground.events(entry)[-1].name, ground.events(entry)[-1].actor) == ("drop", "system")


def test_a_published_list_is_not_cancelled(ground: Ground) -> None:
    batch, _listed = ground.listed()
    with pytest.raises(WrongState):
        ground.do(OPERATOR, batches.cancel, batch, reason="政策调整")


def _reads(ground: Ground, act: Any, batch: Batch) -> int:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    hooks.listen(ground.store.engine, "before_cursor_execute", note)
    ground.do(OPERATOR, act, batch)
    hooks.remove(ground.store.engine, "before_cursor_execute", note)
    return sum(statement.startswith("SELECT") for statement in asked)


def test_bulk_acts_read_as_often_for_many_entries_as_for_few(ground: Ground) -> None:
    def run(entries: int) -> tuple[int, int]:
        batch = ground.batch()
        with ground.as_(MANAGER) as tx:
            for _ in range(entries):
                draft = resources.create_resource(tx, publisher_id="xinghe", **CONTENT)
                resources.submit(tx, draft, batch=batch.id)
        accepting = _reads(ground, batches.accept_all, batch)
        ground.do(OPERATOR, batches.close, batch)
        publishing = _reads(ground, batches.publish, batch)
        with ground.reading() as tx:
            listed = tx.session.scalars(select(Resource).where(Resource.batch_id == batch.id)).unique().all()
            assert {resource.state for resource in listed} == {ResourceState.LISTED} and len(listed) == entries
        return accepting, publishing

    few, many = run(5), run(40)
    assert many == few, f"5 entries: {few}, 40 entries: {many}"
