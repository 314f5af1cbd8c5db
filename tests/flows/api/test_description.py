"""The OpenAPI document says what the API does: no more, no less."""

from __future__ import annotations

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate

from catalog.states import ResourceState
from catalog.vocab import ResourceKind
from marketplace.collections import COLLECTIONS
from tests.flows.api.market import Market


def description(market: Market, language: str = "en") -> dict[str, Any]:
    answer = market.get("visitor", "/openapi.json", headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.status
    document: dict[str, Any] = answer.get_json()
    return document


def documented(document: dict[str, Any]) -> set[tuple[str, str]]:
    return {
        (method.upper(), re.sub(r"{\w+}", "{}", path)) for path, found in document["paths"].items() for method in found
    }


def routed(market: Market) -> set[tuple[str, str]]:
    return {
        (method, re.sub(r"<[^>]+>", "{}", rule.rule))
        for rule in market.app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_it_is_a_valid_document(seen_market: Market) -> None:
    document = description(seen_market)
    assert document["openapi"] == "3.1.0"
    validate(document)


def test_it_describes_the_same_in_both_languages(seen_market: Market) -> None:
    chinese, english = description(seen_market, "zh"), description(seen_market, "en")
    assert documented(chinese) == documented(english)
    kinds = [
        document["components"]["schemas"]["Resource_create"]["properties"]["kind"] for document in (chinese, english)
    ]
    assert kinds[0]["enum"] == kinds[1]["enum"]
    assert [kind["x-labels"]["agent"] for kind in kinds] == ["智能体", "Agent"]


def test_every_address_is_described_and_every_described_address_exists(seen_market: Market) -> None:
    assert documented(description(seen_market)) == routed(seen_market)


def test_every_command_of_every_collection_has_its_address(seen_market: Market) -> None:
    addresses = documented(description(seen_market))
    for collection in COLLECTIONS.values():
        for command in collection.commands:
            assert ("POST", f"/api/v1/{collection.name}/{{}}/{command}") in addresses


def test_every_operation_names_its_refusals_and_what_it_needs(seen_market: Market) -> None:
    for path, methods in description(seen_market)["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], path
            if method == "post":
                assert operation["security"] == [{"bearer": []}], path
                assert {"400", "401", "403", "404", "409", "415", "422"} <= set(operation["responses"]), path
            if method == "post" and path.count("/") > 3:
                assert {"412", "428"} <= set(operation["responses"]), path
                assert any(parameter["name"] == "If-Match" for parameter in operation["parameters"]), path


def test_vocabularies_and_instants_are_described_as_such(seen_market: Market) -> None:
    schemas = description(seen_market)["components"]["schemas"]
    kind = schemas["Resource_create"]["properties"]["kind"]
    assert kind["enum"] == list(ResourceKind.codes())
    assert kind["x-labels"]["agent"] == "Agent"
    assert kind["title"]
    assert schemas["Batch_extend"]["properties"]["closes_at"]["format"] == "date-time"
    assert schemas["Resource"]["properties"]["state"]["enum"] == list(ResourceState.codes())
    assert "null" in schemas["Resource_create"]["properties"]["places"]["type"]
    assert schemas["Resource_suspend"]["required"] == ["reason"]


def check(document: dict[str, Any], operation: dict[str, Any], status: int, content: Any) -> None:
    response = operation["responses"][str(status)]
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    (media,) = response["content"].values()
    schema = {"$ref": "#/schema", "schema": media["schema"], "components": document["components"]}
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(content)


@pytest.mark.parametrize("who", ["visitor", "operator", "manager", "representative", "reviewer1"])
def test_what_is_answered_is_what_is_described(seen_market: Market, who: str) -> None:
    document = description(seen_market)
    for path, methods in document["paths"].items():
        address = path.removeprefix("/api/v1").replace("{id}", some_id(seen_market, path.split("/")[3]))
        for method, operation in methods.items():
            sent: dict[str, Any] = {"json": {}, "headers": {"If-Match": '"999"'}} if method == "post" else {}
            answer = seen_market.call(who, method.upper(), address, **sent)
            assert str(answer.status_code) in operation["responses"], (method, path, answer.get_data(as_text=True))
            if answer.status_code != 204:
                check(document, operation, answer.status_code, answer.get_json())


def some_id(market: Market, name: str) -> str:
    """The id of some thing of that collection; "" where the address is no collection's."""
    thing = COLLECTIONS[name].thing if name in COLLECTIONS else " "
    return next((key for known, key in market.ids.items() if known.startswith(thing)), "")


def test_the_page_shows_every_operation_and_every_refusal(seen_market: Market) -> None:
    answer = seen_market.app.test_client().get("/api")
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    for methods in description(seen_market)["paths"].values():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in page
    for code in ("stale-version", "no-places-left", "invalid-token", "batch-closed"):
        assert f'id="{code}"' in page
