"""Places are counted by the database: never more taken than there are, however many ask at once."""

from __future__ import annotations

import threading

import pytest

from catalog.kernel.errors import Conflict
from catalog.models import Resource
from catalog.permissions import P
from catalog.services import resources
from catalog.services.places import NoPlacesLeft, free_place, reserve_place
from tests.unit.catalog.ground import MANAGER, SYSTEM, Ground


def _reserve(ground: Ground, resource: Resource) -> None:
    with ground.as_(SYSTEM) as tx:
        tx.require(P.RESOURCE_FOLLOW)
        reserve_place(tx, resource.id)


def _free(ground: Ground, resource: Resource) -> None:
    with ground.as_(SYSTEM) as tx:
        tx.require(P.RESOURCE_FOLLOW)
        free_place(tx, resource.id)


def test_a_place_more_than_there_are_is_refused_and_a_freed_one_is_free_again(ground: Ground) -> None:
    resource = ground.draft(places=2)
    _reserve(ground, resource)
    _reserve(ground, resource)
    with pytest.raises(NoPlacesLeft) as refused:
        _reserve(ground, resource)
    assert isinstance(refused.value, Conflict) and refused.value.code == "no-places-left"
    _free(ground, resource)
    _reserve(ground, resource)
    assert ground.stored(resource).taken == 2


def test_without_a_number_places_are_unlimited(ground: Ground) -> None:
    resource = ground.draft(places=None)
    for _ in range(5):
        _reserve(ground, resource)
    assert ground.stored(resource).taken == 5


def test_a_place_is_not_freed_twice(ground: Ground) -> None:
    resource = ground.draft(places=1)
    _reserve(ground, resource)
    _free(ground, resource)
    with pytest.raises(RuntimeError):
        _free(ground, resource)
    assert ground.stored(resource).taken == 0


def test_a_place_in_a_resource_that_does_not_exist_is_refused(ground: Ground) -> None:
    with pytest.raises(NoPlacesLeft), ground.as_(SYSTEM) as tx:
        reserve_place(tx, "nowhere")


def test_reserving_shows_in_the_loaded_resource_and_leaves_its_version_alone(ground: Ground) -> None:
    draft = ground.draft()
    with ground.as_(MANAGER) as tx:
        resource = tx.session.get(Resource, draft.id)
        resources.edit(tx, resource, title_zh="新名称")
        reserve_place(tx, resource.id)
        assert resource.taken == 1
        resources.edit(tx, resource, title_zh="更新的名称")
    stored = ground.stored(draft)
    assert (stored.taken, stored.title_zh) == (1, "更新的名称")
    before = stored.version
    _reserve(ground, draft)
    assert ground.stored(draft).version == before


def test_of_many_who_ask_at_once_only_as_many_as_there_are_places_get_one(ground: Ground) -> None:
    resource = ground.draft(places=3)
    start = threading.Barrier(8)
    answers: list[str] = []

    def ask() -> None:
        start.wait()
        try:
            _reserve(ground, resource)
            answers.append("yes")
        except NoPlacesLeft:
            answers.append("no")

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["no"] * 5 + ["yes"] * 3
    assert ground.stored(resource).taken == 3
