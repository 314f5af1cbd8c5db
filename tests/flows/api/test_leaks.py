"""Nobody reads through the API what is not theirs: every private text, for every caller, through every address."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from marketplace.actor import VISITOR, Actor, load_actor
from marketplace.collections import COLLECTIONS
from marketplace.commands import Collection
from marketplace.models import User
from marketplace.policy import POLICY
from tests.flows.api.market import CAST, Market


def actor_of(market: Market, who: str) -> Actor:
    if who == "visitor":
        return VISITOR
    with market.runtime.store.readers() as session:
        return load_actor(session, session.get_one(User, market.users[who].id), market.runtime.store.clock())


def true_ids(market: Market, who: str, collection: Collection) -> set[str]:
    condition = POLICY[collection.read].where(actor_of(market, who))
    with market.runtime.store.readers() as session:
        return set(session.scalars(select(collection.model.id).where(condition)))


def all_ids(market: Market, collection: Collection) -> set[str]:
    with market.runtime.store.readers() as session:
        return set(session.scalars(select(collection.model.id)))


def every_state(collection: Collection) -> str:
    return "&".join(f"state={code}" for code in collection.cycle.states.codes())


def listed(market: Market, who: str, collection: Collection) -> list[str]:
    """The ids of every page of a list, whose total counts no more than the caller may see."""
    ids: list[str] = []
    number = 1
    while True:
        answer = market.get(who, f"/{collection.name}?{every_state(collection)}&size=5&page={number}")
        assert answer.status_code == 200, answer.get_data(as_text=True)
        page: dict[str, Any] = answer.get_json()
        if not page["items"]:
            assert page["total"] == len(ids)
            return ids
        ids += [item["id"] for item in page["items"]]
        number += 1


@pytest.mark.parametrize("who", CAST)
def test_a_list_holds_exactly_what_the_permission_table_grants(seen_market: Market, who: str) -> None:
    for collection in COLLECTIONS.values():
        ids = listed(seen_market, who, collection)
        assert len(ids) == len(set(ids))
        assert set(ids) == true_ids(seen_market, who, collection), collection.name


@pytest.mark.parametrize("who", CAST)
def test_a_thing_and_its_events_are_there_exactly_for_who_sees_it_in_the_list(seen_market: Market, who: str) -> None:
    for collection in COLLECTIONS.values():
        visible = true_ids(seen_market, who, collection)
        for key in all_ids(seen_market, collection):
            expected = 200 if key in visible else 404
            hidden_too = ("", "/events") if expected == 404 else ("",)
            for address in (f"/{collection.name}/{key}{end}" for end in hidden_too):
                assert seen_market.get(who, address).status_code == expected, address


@pytest.mark.parametrize("who", CAST)
def test_each_private_text_reaches_exactly_those_it_is_for(seen_market: Market, who: str) -> None:
    seen = [seen_market.get(who, address) for address in ("/resources", "/me", "/work", "/notifications", "/dashboard")]
    for collection in COLLECTIONS.values():
        listed = seen_market.get(who, f"/{collection.name}?{every_state(collection)}&size=100")
        seen.append(listed)
        for item in listed.get_json()["items"]:
            seen.append(seen_market.get(who, f"/{collection.name}/{item['id']}/events"))
            # Whatever is wrong with a request, the refusal says nothing that the caller may not know.
            command = min(collection.commands)
            seen.append(seen_market.post(who, f"/{collection.name}/{item['id']}/{command}", {}, version=999))
    text = "\n".join(answer.get_data(as_text=True) for answer in seen)
    for mark, readers in seen_market.marks.items():
        assert (mark in text) == (who in readers), (mark, sorted(readers))


@pytest.mark.parametrize("who", CAST)
def test_the_search_finds_no_more_than_what_is_listed(seen_market: Market, who: str) -> None:
    public = {seen_market.ids[f"resource.{state}"] for state in ("listed", "suspended", "closing")}
    found = seen_market.get(who, "/resources?q=试点资源&size=100").get_json()
    assert {item["id"] for item in found["items"]} == public
    assert found["total"] == len(public)
    assert sum(found["facets"]["kind"].values()) == len(public)


@pytest.mark.parametrize("who", CAST)
def test_a_command_on_a_hidden_thing_answers_as_if_there_were_none(seen_market: Market, who: str) -> None:
    """The refusal for a hidden thing is word for word that for an id that never existed."""
    for collection in COLLECTIONS.values():
        hidden = all_ids(seen_market, collection) - true_ids(seen_market, who, collection)
        for command in collection.commands:
            nowhere = seen_market.post(who, f"/{collection.name}/nothing/{command}", {}, version=1)
            assert nowhere.status_code in (401, 403, 404)
            for key in sorted(hidden)[:1]:
                answer = seen_market.post(who, f"/{collection.name}/{key}/{command}", {}, version=1)
                assert (answer.status_code, answer.data) == (nowhere.status_code, nowhere.data)
