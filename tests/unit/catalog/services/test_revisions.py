"""Changes to what is listed: what takes effect at once, what is screened, what a change must not do."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.kernel.errors import Invalid, NotAllowed, WrongState
from catalog.models import Publisher, Resource, Revision
from catalog.permissions import P
from catalog.rules import NotVerified, RevisionUnderWay
from catalog.services import resources, revisions
from catalog.services.places import reserve_place
from catalog.states import ResourceState, RevisionState
from tests.unit.catalog.ground import CONFLICTED, MANAGER, OPERATOR, SYSTEM, Ground


def _change(ground: Ground, **content: Any) -> tuple[Resource, Revision]:
    _batch, (resource,) = ground.listed()
    revision = ground.do(MANAGER, revisions.revise, resource)
    if content:
        ground.do(MANAGER, revisions.edit, revision, **content)
    return resource, revision


def test_a_change_begins_with_the_text_in_effect_and_leaves_that_alone(ground: Ground) -> None:
    resource, revision = _change(ground, title_zh="新名称")
    assert ground.stored(revision).content["title_zh"] == "新名称"
    assert ground.stored(revision).content["kind"] == "algorithm"
    assert ground.stored(resource).title_zh == resource.title_zh


def test_only_one_change_is_under_way(ground: Ground) -> None:
    resource, _revision = _change(ground)
    with pytest.raises(RevisionUnderWay):
        ground.do(MANAGER, revisions.revise, resource)


def test_what_is_not_material_takes_effect_at_once_by_the_system(ground: Ground) -> None:
    resource, revision = _change(ground, title_zh="新名称", tags=["质检"])
    ground.now += ground.now.resolution
    ground.do(MANAGER, revisions.submit, revision)
    now = ground.stored(resource)
    assert (now.title_zh, now.revision, now.updated_at) == ("新名称", 2, ground.now)
    stored = ground.stored(revision)
    assert (stored.state, stored.number, stored.effective_at) == (RevisionState.EFFECTIVE, 2, ground.now)
    assert [(event.name, event.actor) for event in ground.events(revision)][-2:] == [
        ("submit", "manager"),
        ("accept", "system"),
    ]
    revised = ground.events(resource)[-1]
    assert (revised.name, revised.changes) == ("revised", {"revision": 2, "fields": ["title_zh", "tags"]})


@pytest.mark.parametrize(
    "content",
    [{"price": "paid"}, {"places": 2}, {"description_zh": "改为云端调用。"}, {"title_zh": "新名称", "min_tier": "specialised"}],
)
def test_what_is_material_waits_for_the_office(ground: Ground, content: dict[str, Any]) -> None:
    resource, revision = _change(ground, **content)
    ground.do(MANAGER, revisions.submit, revision)
    assert ground.stored(revision).state is RevisionState.SUBMITTED
    assert ground.stored(resource).revision == 1
    assert getattr(ground.stored(resource), next(iter(content))) == getattr(resource, next(iter(content)))
    with pytest.raises(NotAllowed):
        ground.do(CONFLICTED, revisions.accept, revision)
    with pytest.raises(NotAllowed):
        ground.do(MANAGER, revisions.accept, revision)
    ground.do(OPERATOR, revisions.accept, revision)
    for name, value in content.items():
        assert getattr(ground.stored(resource), name) == value
    assert ground.stored(resource).revision == 2
    assert ground.names(resource)[-1] == "revised"


def test_accepting_changes_the_version_so_that_the_index_follows(ground: Ground) -> None:
    resource, revision = _change(ground, title_zh="新名称")
    before = ground.stored(resource).version
    ground.do(MANAGER, revisions.submit, revision)
    assert ground.stored(resource).version > before


def test_more_places_take_effect_at_once(ground: Ground) -> None:
    resource, revision = _change(ground, places=30)
    ground.do(MANAGER, revisions.submit, revision)
    assert ground.stored(resource).places == 30


def test_a_change_of_nothing_is_refused(ground: Ground) -> None:
    _resource, revision = _change(ground)
    with pytest.raises(Invalid) as refused:
        ground.do(MANAGER, revisions.submit, revision)
    assert set(refused.value.fields) == {""}


def test_an_incomplete_change_is_refused_with_its_fields(ground: Ground) -> None:
    _resource, revision = _change(ground, licence=None)
    with pytest.raises(Invalid) as refused:
        ground.do(MANAGER, revisions.submit, revision)
    assert set(refused.value.fields) == {"licence"}


def test_an_organisation_that_is_no_longer_verified_hands_no_change_in(ground: Ground) -> None:
    _resource, revision = _change(ground, title_zh="新名称")
    with ground.store.writers() as session:
        session.get(Publisher, "xinghe").verified = False
        session.commit()
    with pytest.raises(NotVerified):
        ground.do(MANAGER, revisions.submit, revision)


def test_a_returned_change_comes_back_and_a_refused_one_leaves_the_text_in_effect(ground: Ground) -> None:
    resource, revision = _change(ground, price="paid")
    ground.do(MANAGER, revisions.submit, revision)
    ground.do(OPERATOR, revisions.return_, revision, remarks={"price": "请说明优惠"})
    assert ground.stored(revision).remarks == {"price": "请说明优惠"}
    ground.do(MANAGER, revisions.edit, revision, price="small_firm_price")
    ground.do(MANAGER, revisions.resubmit, revision)
    ground.do(OPERATOR, revisions.refuse, revision, reason="与承诺不符")
    refused = ground.stored(revision)
    assert (refused.state, refused.reason, refused.number) == (RevisionState.REFUSED, "与承诺不符", None)
    assert ground.stored(resource).price == "free_tier"
    assert ground.do(MANAGER, revisions.revise, resource).id != revision.id, "another change may begin"


def test_a_retracted_change_is_a_draft_again(ground: Ground) -> None:
    _resource, revision = _change(ground, price="paid")
    ground.do(MANAGER, revisions.submit, revision)
    ground.do(MANAGER, revisions.retract, revision)
    assert ground.stored(revision).state is RevisionState.DRAFT


def _take_places(ground: Ground, resource: Resource, count: int) -> None:
    with ground.as_(SYSTEM) as tx:
        tx.require(P.RESOURCE_FOLLOW)
        for _ in range(count):
            reserve_place(tx, resource.id)


def test_a_change_never_leaves_fewer_places_than_are_taken(ground: Ground) -> None:
    resource, revision = _change(ground, places=1)
    _take_places(ground, resource, 1)
    ground.do(MANAGER, revisions.submit, revision)
    _take_places(ground, resource, 1)
    with pytest.raises(revisions.PlacesHeld):
        ground.do(OPERATOR, revisions.accept, revision)
    ground.do(MANAGER, revisions.retract, revision)
    with pytest.raises(Invalid) as refused:
        ground.do(MANAGER, revisions.submit, revision)
    assert set(refused.value.fields) == {"places"}
    assert ground.stored(resource).places == 3


def test_what_has_left_the_catalog_is_changed_no_more(ground: Ground) -> None:
    resource, revision = _change(ground, price="paid")
    ground.do(MANAGER, revisions.submit, revision)
    ground.do(OPERATOR, resources.take_down, resource, reason="网络安全法第五十条")
    with pytest.raises(WrongState):
        ground.do(OPERATOR, revisions.accept, revision)
    assert ground.stored(resource).state is ResourceState.WITHDRAWN
