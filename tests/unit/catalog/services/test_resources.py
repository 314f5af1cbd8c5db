"""The commands of a resource: who, when, with what effect."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from catalog.kernel.errors import Conflict, Invalid, NotAllowed, WrongState
from catalog.models import Publisher, Resource, Revision
from catalog.rules import BatchClosed, NotVerified, SuspendedByOffice, TooEarly
from catalog.services import batches, resources
from catalog.states import ResourceState, RevisionState, Suspender
from tests.unit.catalog.ground import CLOCK, CONFLICTED, CONTENT, DAY, MANAGER, OPERATOR, SYSTEM, Ground


def test_a_new_resource_is_a_draft_outside_every_batch_and_says_so_in_its_first_event(ground: Ground) -> None:
    draft = ground.stored(ground.draft())
    assert (draft.state, draft.batch_id, draft.revision, draft.taken) == (ResourceState.DRAFT, None, 0, 0)
    (event,) = ground.events(draft)
    assert (event.name, event.frm, event.to, event.actor, event.role) == ("create", None, "draft", "manager", "manager")


def test_only_who_may_create_creates(ground: Ground) -> None:
    with pytest.raises(NotAllowed), ground.as_(OPERATOR) as tx:
        resources.create_resource(tx, publisher_id="xinghe", **CONTENT)


def test_a_source_key_is_used_once_by_a_publisher(ground: Ground) -> None:
    ground.draft(source_key="row-1")
    ground.draft("langtu", source_key="row-1")
    with pytest.raises(Invalid) as refused:
        ground.draft(source_key="row-1")
    assert set(refused.value.fields) == {"source_key"}


def test_an_edit_names_what_it_changed_and_leaves_no_event_where_nothing_changed(ground: Ground) -> None:
    draft = ground.draft()
    ground.do(MANAGER, resources.edit, draft, title_zh="新名称", price="free_tier")
    ground.do(MANAGER, resources.edit, draft, title_zh="新名称")
    assert ground.stored(draft).title_zh == "新名称"
    assert ground.names(draft) == ["create", "edit"]
    assert ground.events(draft)[-1].changes == {"fields": ["title_zh"]}


def test_a_submitted_entry_is_not_edited(ground: Ground) -> None:
    entry = ground.submitted(ground.batch())
    with pytest.raises(WrongState):
        ground.do(MANAGER, resources.edit, entry, title_zh="新名称")


def test_an_incomplete_draft_is_refused_with_its_fields_and_stays_a_draft(ground: Ground) -> None:
    batch, draft = ground.batch(), ground.draft(licence=None, industries=[])
    with pytest.raises(Invalid) as refused:
        ground.do(MANAGER, resources.submit, draft, batch=batch.id)
    assert set(refused.value.fields) == {"licence", "industries"}
    assert ground.stored(draft).state is ResourceState.DRAFT


def test_a_refused_submission_changes_nothing_even_inside_its_transaction(ground: Ground) -> None:
    batch, draft = ground.batch(), ground.draft(licence=None)
    with ground.as_(MANAGER) as tx:
        resource = tx.session.get(Resource, draft.id)
        with pytest.raises(Invalid):
            resources.submit(tx, resource, batch=batch.id)
        assert not tx.session.dirty and not tx.session.new
    assert ground.names(draft) == ["create"]


def test_an_unverified_organisation_submits_nothing(ground: Ground) -> None:
    batch, draft = ground.batch(), ground.draft()
    with ground.store.writers() as session:
        session.get(Publisher, "xinghe").verified = False
        session.commit()
    with pytest.raises(NotVerified):
        ground.do(MANAGER, resources.submit, draft, batch=batch.id)


def test_a_batch_that_does_not_exist_is_a_fault_of_the_field(ground: Ground) -> None:
    with pytest.raises(Invalid) as refused:
        ground.do(MANAGER, resources.submit, ground.draft(), batch="nowhere")
    assert set(refused.value.fields) == {"batch"}


def _planned(ground: Ground) -> str:
    return ground.batch(opened=False).id


def _past_its_time(ground: Ground) -> str:
    batch = ground.batch()
    ground.now = batch.closes_at
    return batch.id


def _closed(ground: Ground) -> str:
    batch = ground.batch()
    ground.do(OPERATOR, batches.close, batch)
    return batch.id


def _cancelled(ground: Ground) -> str:
    batch = ground.batch()
    ground.do(OPERATOR, batches.cancel, batch, reason="名额不足")
    return batch.id


def _published(ground: Ground) -> str:
    return ground.listed()[0].id


NOT_TAKING = {
    "planned": _planned,
    "past its closing time though the clock has not come round": _past_its_time,
    "closed": _closed,
    "published": _published,
    "cancelled": _cancelled,
}


@pytest.mark.parametrize("made", NOT_TAKING.values(), ids=NOT_TAKING.keys())
def test_a_batch_takes_submissions_only_inside_its_window(ground: Ground, made: Callable[[Ground], str]) -> None:
    batch_id = made(ground)
    draft = ground.draft()
    with pytest.raises(BatchClosed):
        ground.do(MANAGER, resources.submit, draft, batch=batch_id)
    assert ground.stored(draft).batch_id is None


def test_a_batch_takes_submissions_to_the_last_moment_of_its_window(ground: Ground) -> None:
    batch = ground.batch()
    ground.now = batch.closes_at - timedelta(microseconds=1)
    entry = ground.stored(ground.submitted(batch))
    assert (entry.state, entry.batch_id) == (ResourceState.SUBMITTED, batch.id)


@pytest.mark.parametrize("screening", [False, True], ids=["while it collects", "while it is screened"])
def test_a_returned_entry_comes_back_until_screening_ends(ground: Ground, screening: bool) -> None:
    batch = ground.batch()
    entry = ground.submitted(batch)
    if screening:
        ground.now = batch.closes_at
        ground.do(CLOCK, batches.close, batch)
    ground.do(OPERATOR, resources.return_, entry, remarks={"summary_zh": "请写明适用范围"})
    assert ground.stored(entry).remarks == {"summary_zh": "请写明适用范围"}
    ground.do(MANAGER, resources.edit, entry, summary_zh="适用于冲压件。")
    ground.do(MANAGER, resources.resubmit, entry)
    back = ground.stored(entry)
    assert (back.state, back.batch_id) == (ResourceState.SUBMITTED, batch.id)
    assert back.remarks == {"summary_zh": "请写明适用范围"}, "those who screen compare with what was asked"


def test_a_returned_entry_comes_back_complete_or_not_at_all(ground: Ground) -> None:
    entry = ground.submitted(ground.batch())
    ground.do(OPERATOR, resources.return_, entry, remarks={"price": "？"})
    ground.do(MANAGER, resources.edit, entry, price=None)
    with pytest.raises(Invalid):
        ground.do(MANAGER, resources.resubmit, entry)


@pytest.mark.parametrize("returned", [False, True])
def test_a_retracted_entry_is_a_draft_without_batch_and_remarks(ground: Ground, returned: bool) -> None:
    entry = ground.submitted(ground.batch())
    if returned:
        ground.do(OPERATOR, resources.return_, entry, remarks={"price": "？"})
    ground.do(MANAGER, resources.retract, entry)
    draft = ground.stored(entry)
    assert (draft.state, draft.batch_id, draft.remarks) == (ResourceState.DRAFT, None, {})


SCREENING = {
    "return": (resources.return_, {"remarks": {"price": "？"}}),
    "accept": (resources.accept, {}),
    "refuse": (resources.refuse, {"reason": "不符合要求"}),
}


@pytest.mark.parametrize("name", SCREENING)
def test_an_operator_does_not_screen_what_is_of_the_own_house(ground: Ground, name: str) -> None:
    act, given = SCREENING[name]
    entry = ground.submitted(ground.batch())
    with pytest.raises(NotAllowed):
        ground.do(CONFLICTED, act, entry, **given)
    ground.do(OPERATOR, act, entry, **given)
    assert ground.names(entry)[-1] == name


@pytest.mark.parametrize("returned", [False, True], ids=["submitted", "returned and never back"])
def test_a_refusal_carries_its_reason_and_can_be_copied_into_a_new_draft(ground: Ground, returned: bool) -> None:
    entry = ground.submitted(ground.batch())
    if returned:
        ground.do(OPERATOR, resources.return_, entry, remarks={"price": "？"})
    ground.do(OPERATOR, resources.refuse, entry, reason="不符合开放要求")
    refused = ground.stored(entry)
    assert (refused.state, refused.reason) == (ResourceState.NOT_ACCEPTED, "不符合开放要求")
    assert ground.events(entry)[-1].reason == "不符合开放要求"
    draft = ground.stored(ground.do(MANAGER, resources.copy, entry))
    assert (draft.state, draft.title_zh, draft.batch_id) == (ResourceState.DRAFT, refused.title_zh, None)
    assert ground.stored(entry).state is ResourceState.NOT_ACCEPTED
    assert ground.events(draft)[0].changes == {"copy_of": entry.id}


@pytest.mark.parametrize(("name", "act"), [("refuse", resources.refuse), ("suspend", resources.suspend)])
def test_a_decision_against_somebody_without_a_reason_is_refused(ground: Ground, name: str, act: Any) -> None:
    entry = ground.submitted(ground.batch()) if name == "refuse" else ground.listed()[1][0]
    with pytest.raises(Invalid) as refused:
        ground.do(OPERATOR, act, entry, reason=" ")
    assert set(refused.value.fields) == {"reason"}


def test_listing_makes_the_text_revision_one(ground: Ground) -> None:
    _batch, (resource,) = ground.listed()
    assert (resource.state, resource.revision, resource.listed_at) == (ResourceState.LISTED, 1, ground.now)
    with ground.reading() as tx:
        (first,) = tx.session.scalars(select(Revision).where(Revision.resource_id == resource.id)).unique()
        assert (first.number, first.state, first.effective_at) == (1, RevisionState.EFFECTIVE, ground.now)
        assert first.content["title_zh"] == resource.title_zh
    assert [(event.name, event.actor) for event in ground.events(resource)][-1] == ("list", "system")
    assert ground.names(first) == ["create"]


def test_nobody_lists_by_hand(ground: Ground) -> None:
    entry = ground.submitted(ground.batch())
    ground.do(OPERATOR, resources.accept, entry)
    for person in (MANAGER, OPERATOR):
        with pytest.raises(NotAllowed):
            ground.do(person, resources.list_, entry)


SUSPENSIONS = [
    (MANAGER, Suspender.PLATFORM, MANAGER, True),
    (MANAGER, Suspender.PLATFORM, OPERATOR, True),
    (OPERATOR, Suspender.OFFICE, OPERATOR, True),
    (OPERATOR, Suspender.OFFICE, MANAGER, False),
]


@pytest.mark.parametrize(("who", "noted", "lifts", "lifted"), SUSPENSIONS)
def test_only_the_office_lifts_an_offices_suspension(
    ground: Ground, who: Any, noted: Suspender, lifts: Any, lifted: bool
) -> None:
    _batch, (resource,) = ground.listed()
    ground.do(who, resources.suspend, resource, reason="系统升级")
    suspended = ground.stored(resource)
    assert (suspended.state, suspended.suspended_by, suspended.reason) == (ResourceState.SUSPENDED, noted, "系统升级")
    if not lifted:
        with pytest.raises(SuspendedByOffice):
            ground.do(lifts, resources.resume, resource)
        return
    ground.do(lifts, resources.resume, resource)
    back = ground.stored(resource)
    assert (back.state, back.suspended_by, back.reason) == (ResourceState.LISTED, None, "")


def test_a_closing_is_announced_thirty_days_ahead_and_happens_then(ground: Ground) -> None:
    _batch, (resource,) = ground.listed()
    closing = {"reason": "业务调整", "closing_at": ground.now + 30 * DAY}
    too_soon = closing | {"closing_at": closing["closing_at"] - timedelta(seconds=1)}
    with pytest.raises(Invalid) as refused:
        ground.do(MANAGER, resources.announce_closing, resource, **too_soon)
    assert set(refused.value.fields) == {"closing_at"}
    ground.do(MANAGER, resources.announce_closing, resource, **closing)
    assert ground.stored(resource).state is ResourceState.CLOSING
    ground.now += 30 * DAY - timedelta(seconds=1)
    with pytest.raises(TooEarly):
        ground.do(CLOCK, resources.withdraw, resource)
    ground.now += timedelta(seconds=1)
    ground.do(CLOCK, resources.withdraw, resource)
    gone = ground.stored(resource)
    assert (gone.state, gone.taken_down_at, gone.reason) == (ResourceState.WITHDRAWN, None, "业务调整")


@pytest.mark.parametrize("state", ["listed", "suspended", "closing"])
def test_a_takedown_is_the_offices_at_once_and_on_a_legal_ground(ground: Ground, state: str) -> None:
    _batch, (resource,) = ground.listed()
    if state == "suspended":
        ground.do(MANAGER, resources.suspend, resource, reason="升级")
    if state == "closing":
        ground.do(MANAGER, resources.announce_closing, resource, reason="调整", closing_at=ground.now + 31 * DAY)
    with pytest.raises(NotAllowed):
        ground.do(MANAGER, resources.take_down, resource, reason="网络安全法第五十条")
    ground.do(OPERATOR, resources.take_down, resource, reason="网络安全法第五十条")
    gone = ground.stored(resource)
    assert (gone.state, gone.taken_down_at, gone.reason) == (ResourceState.WITHDRAWN, ground.now, "网络安全法第五十条")


def test_dropping_is_the_products_own_act(ground: Ground) -> None:
    entry = ground.submitted(ground.batch())
    with pytest.raises(NotAllowed):
        ground.do(OPERATOR, resources.drop, entry)
    ground.do(SYSTEM, resources.drop, entry)
    assert (ground.stored(entry).state, ground.stored(entry).batch_id) == (ResourceState.DRAFT, None)


def test_the_loser_of_two_decisions_on_one_entry_is_told(ground: Ground) -> None:
    entry = ground.submitted(ground.batch())
    ground.do(OPERATOR, resources.accept, entry)
    with pytest.raises(Conflict):
        ground.do(OPERATOR, resources.refuse, entry, reason="迟到的决定")
