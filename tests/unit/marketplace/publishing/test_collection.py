"""What pages and API show of batches, resources and revisions, to whom, and which commands each may execute."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from catalog import queries
from catalog.content import CONTENT, ContentSchema
from catalog.kernel.errors import Invalid, NotAllowed, NotFound, SignInRequired
from catalog.models import Batch, Resource
from catalog.services import resources, revisions
from marketplace.applications.services import create_application
from marketplace.commands import load
from marketplace.models import Notification, User
from marketplace.publishing import following
from marketplace.publishing.collection import BATCHES, RESOURCES, REVISIONS, NewResource, dump_entry
from tests.world import World

NEW = {"kind": "tool", "access_policy": "open", "title_zh": "新工具"}


def _show(world: World, name: str, key: str) -> dict[str, Any]:
    with world.read(name) as tx:
        return RESOURCES.represent(tx, RESOURCES.get(tx, world.resources[key]))


COMMANDS = {
    ("draft", "editor"): ["edit"],
    ("draft", "platform"): ["edit", "submit"],
    ("submitted", "platform2"): ["retract"],
    ("submitted", "operator"): ["return", "accept", "refuse"],
    ("submitted", "auditor"): [],
    ("pilot", "platform"): ["suspend", "revise", "announce_closing"],
    ("pilot", "editor"): ["revise"],
    ("pilot", "operator"): ["suspend", "take_down"],
    ("pilot", "sme"): [],
    ("pilot", "visitor"): [],
}


@pytest.mark.parametrize(("key", "name"), COMMANDS)
def test_commands_are_those_of_the_person_and_the_state(world: World, key: str, name: str) -> None:
    assert _show(world, name, key)["commands"] == COMMANDS[key, name]


@pytest.mark.parametrize("name", ["visitor", "sme", "platform2", "operator", "auditor", "chair"])
def test_a_draft_is_invisible_to_all_but_its_platform(world: World, name: str) -> None:
    with pytest.raises(NotFound):
        _show(world, name, "draft")
    with world.read(name) as tx:
        assert world.resources["draft"] not in {found.id for found in tx.session.scalars(RESOURCES.visible(tx)).unique()}


def test_remarks_and_what_is_missing_are_for_the_platform_and_those_who_oversee(world: World) -> None:
    inside = {"remarks", "missing", "source_key", "other_language_missing"}
    for name in ("platform", "editor", "operator", "auditor"):
        assert inside <= set(_show(world, name, "pilot")), name
    for name in ("visitor", "sme", "platform2", "chair"):
        assert not inside & set(_show(world, name, "pilot")), name


def test_the_reason_of_a_refusal_is_not_public_and_that_of_a_suspension_is(world: World) -> None:
    world.do("platform", Resource, world.resources["pilot"], resources.suspend, reason="系统升级")
    assert _show(world, "visitor", "pilot")["reason"] == "系统升级"
    world.do("operator", Resource, world.resources["submitted"], resources.refuse, reason="不符合开放要求")
    assert _show(world, "platform2", "submitted")["reason"] == "不符合开放要求"
    with pytest.raises(NotFound):
        _show(world, "visitor", "submitted")


def test_a_representation_is_json_and_its_content_can_be_sent_back(world: World) -> None:
    shown = json.loads(json.dumps(_show(world, "platform", "pilot")))
    assert load(ContentSchema(), {name: shown[name] for name in CONTENT})
    assert (shown["free"], shown["taken"], shown["publisher"]["name_zh"]) == (2, 0, "星禾工业互联网平台")
    with world.read("operator") as tx:
        batch = BATCHES.represent(tx, BATCHES.get(tx, world.batches["published"]))
        assert json.loads(json.dumps(batch))["entries"] == 9
        assert batch["counts"] == {"listed": 9}


def test_how_the_entries_of_a_batch_stand_is_the_offices_to_see(world: World) -> None:
    for name, counts in (("operator", {"submitted": 1}), ("auditor", {"submitted": 1}), ("platform", None), ("visitor", None)):
        with world.read(name) as tx:
            shown = BATCHES.represent(tx, BATCHES.get(tx, world.batches["collecting"]))
        assert (shown["counts"], shown["entries"]) == (counts, 0), name


def test_a_takedown_hides_the_text_from_the_public_and_keeps_the_digest(world: World) -> None:
    world.do("operator", Resource, world.resources["pilot"], following.take_down, reason="网络安全法第五十条")
    shown = _show(world, "visitor", "pilot")
    assert "预测性维护大模型" not in json.dumps(shown, ensure_ascii=False)
    assert {shown[name] for name in CONTENT} == {None} and shown["reason"] == "网络安全法第五十条"
    assert _show(world, "auditor", "pilot")["title_zh"] == "预测性维护大模型"
    with world.read("visitor") as tx:
        rows = tx.session.execute(queries.entries_with_resources(world.batches["published"])).unique()
        entries = {resource.id: dump_entry(entry, resource) for entry, resource in rows}
    gone = entries[world.resources["pilot"]]
    assert gone["content"] is None and len(gone["digest"]) == 64
    assert entries[world.resources["platform"]]["content"]["title_zh"] == "设备联网接口"


@pytest.mark.parametrize(
    ("name", "refusal"), [("visitor", SignInRequired), ("platform2", NotAllowed), ("sme", NotAllowed), ("operator", NotAllowed)]
)
def test_only_the_staff_of_a_platform_adds_to_what_it_opens(world: World, name: str, refusal: type[Exception]) -> None:
    given = load(NewResource(), NEW | {"publisher_id": world.organisations["xinghe"]})
    with pytest.raises(refusal), world.begin(name) as tx:
        RESOURCES.create.run(tx, **given)
    with world.begin("editor") as tx:
        assert RESOURCES.create.run(tx, **given).state == "draft"


def test_forms_offer_the_persons_own_publishers_the_open_lists_and_the_offices(world: World) -> None:
    with world.read("editor") as tx:
        assert [key for key, _ in RESOURCES.create.choices(tx)["publisher_id"]] == [world.organisations["xinghe"]]
        draft = tx.session.get(Resource, world.resources["draft"])
        offered = RESOURCES.commands["submit"].choices(tx, draft)["batch"]
        assert [key for key, _ in offered] == [world.batches["collecting"]]
    with world.read("operator") as tx:
        assert [key for key, _ in BATCHES.create.choices(tx)["issuer_id"]] == [world.organisations["office"]]


def test_a_platform_issues_no_list(world: World) -> None:
    now = world.runtime.store.clock()
    plan = {"title_zh": "清单", "opens_at": now, "closes_at": now + timedelta(days=9)}
    with pytest.raises(Invalid), world.begin("operator") as tx:
        BATCHES.create.run(tx, issuer_id=world.organisations["xinghe"], **plan)
    with pytest.raises(NotAllowed), world.begin("platform") as tx:
        BATCHES.create.run(tx, issuer_id=world.organisations["office"], **plan)
    with world.begin("operator") as tx:
        assert BATCHES.create.run(tx, issuer_id=world.organisations["office"], **plan).number == 3


@pytest.mark.parametrize("name", RESOURCES.filters)
def test_a_filter_keeps_what_has_the_value_and_an_unknown_value_finds_nothing(world: World, name: str) -> None:
    value, keys = {
        "state": ("draft", {"draft"}),
        "batch": (world.batches["collecting"], {"submitted"}),
        "kind": ("agent", {"draft"}),
        "policy": ("pilot", {"draft", "pilot", "other pilot"}),
        "publisher": (world.organisations["yunfan"], {"submitted", "other pilot"}),
    }[name]
    with world.read("system") as tx:
        query = RESOURCES.visible(tx)
        found = {thing.id for thing in tx.session.scalars(RESOURCES.filters[name](query, [value])).unique()}
        assert found == {world.resources[key] for key in keys}
        assert not tx.session.scalars(RESOURCES.filters[name](query, ["nonsense"])).unique().all()


def test_firms_with_a_case_under_way_are_told_of_a_closing(world: World) -> None:
    with world.begin("sme") as tx:
        given = {"applicant": world.organisations["ruifeng"], "resources": [world.resources["platform"]], "title": "设备联网"}
        create_application(tx, **given)
    closing = {"reason": "业务调整", "closing_at": world.runtime.store.clock() + timedelta(days=31)}
    with world.begin("platform") as tx:
        RESOURCES.execute(tx, world.resources["platform"], "announce_closing", closing, None)
    with world.read("auditor") as tx:
        told = select(User.email).join(Notification).where(
            Notification.thing_id == world.resources["platform"], Notification.text.contains("will be withdrawn")
        )
        assert set(tx.session.scalars(told)) == {"sme@demo.example", "member@demo.example"}


def test_a_change_is_read_by_its_platform_and_once_handed_in_by_the_office(world: World) -> None:
    change = world.do("editor", Resource, world.resources["pilot"], revisions.revise)
    with world.read("operator") as tx, pytest.raises(NotFound):
        REVISIONS.get(tx, change.id)
    with world.begin("platform") as tx:
        whole = load(ContentSchema(), REVISIONS.commands["edit"].initial(tx, REVISIONS.get(tx, change.id)) | {"price": "paid"})
        REVISIONS.execute(tx, change.id, "edit", whole, None)
        REVISIONS.execute(tx, change.id, "submit", {}, None)
    with world.read("operator") as tx:
        shown = REVISIONS.represent(tx, REVISIONS.get(tx, change.id))
    assert (shown["state"], shown["content"]["price"], shown["commands"]) == ("submitted", "paid", ["return", "accept", "refuse"])
    for name in ("visitor", "sme", "platform2"):
        with world.read(name) as tx, pytest.raises(NotFound):
            REVISIONS.get(tx, change.id)


def test_every_batch_command_runs_through_the_table_of_commands(world: World) -> None:
    batch = world.batches["collecting"]
    with world.begin("operator") as tx:
        for name, given in (("accept_all", {}), ("close", {}), ("publish", {}), ("archive", {})):
            BATCHES.execute(tx, batch, name, given, None)
    stored = world.get(Batch, batch)
    assert (stored.state, len(stored.digest)) == ("archived", 64)
