"""What a program may rely on: credentials, versions, bodies, parameters, refusals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from catalog.kernel.events import Event
from marketplace.models import AccessToken
from tests.flows.api.market import Market

MEMBERS = {"type", "title", "status", "detail", "code"}


def problem(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
    """The problem document of a refusal, which must be of this status and code."""
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.mimetype == "application/problem+json"
    told: dict[str, Any] = answer.get_json()
    assert set(told) >= MEMBERS
    assert told["status"] == status
    assert told["code"] == code
    assert told["title"] and told["detail"]
    return told


def draft(market: Market) -> tuple[str, dict[str, Any]]:
    """The address of the platform's draft and what it is now."""
    address = f"/resources/{market.ids['resource.draft']}"
    return address, market.get("manager", address).get_json()


# -- credentials -------------------------------------------------------------------------------------------------------


def test_a_visitor_reads_what_is_public_without_a_token(seen_market: Market) -> None:
    assert seen_market.get("visitor", f"/resources/{seen_market.ids['resource.listed']}").status_code == 200


@pytest.mark.parametrize("header", ["Bearer orm_unknown", "Bearer", "Basic bWFuYWdlcjp4", "Bearer orm_a b"])
def test_credentials_that_are_not_good_are_refused_even_for_public_things(seen_market: Market, header: str) -> None:
    answer = seen_market.get("visitor", "/batches", headers={"Authorization": header})
    problem(answer, 401, "invalid-token")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api", error="invalid_token"'


@pytest.mark.parametrize("end", ["expires_at", "revoked_at"])
def test_a_token_ends(market: Market, end: str) -> None:
    with market.runtime.store.writers.begin() as session:
        session.execute(
            update(AccessToken)
            .where(AccessToken.user_id == market.users["manager"].id)
            .values({end: market.runtime.store.clock()})
        )
    problem(market.get("manager", "/me"), 401, "invalid-token")


@pytest.mark.parametrize("address", ["/me", "/work", "/notifications"])
def test_what_is_personal_asks_for_a_token(seen_market: Market, address: str) -> None:
    answer = seen_market.get("visitor", address)
    problem(answer, 401, "sign-in-required")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'


def test_a_command_without_a_token_says_so_before_anything_else(seen_market: Market) -> None:
    answer = seen_market.post("visitor", f"/resources/{seen_market.ids['resource.listed']}/suspend", {})
    problem(answer, 401, "sign-in-required")


def test_a_session_cookie_names_nobody_and_none_is_set(seen_market: Market) -> None:
    client = seen_market.app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = seen_market.users["manager"].fs_uniquifier
        session["_fresh"] = True
    answer = client.get("/api/v1/me")
    problem(answer, 401, "sign-in-required")
    listed = client.get("/api/v1/resources?state=draft")
    assert listed.get_json()["total"] == 0
    assert "Set-Cookie" not in listed.headers


def test_an_answer_belongs_to_one_caller_in_one_language(seen_market: Market) -> None:
    answer = seen_market.get("manager", "/resources")
    assert {"Authorization", "Accept-Language"} <= set(answer.headers["Vary"].split(", "))
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_me_says_who_one_is(seen_market: Market) -> None:
    me = seen_market.get("manager", "/me").get_json()
    assert me["email"] == "manager@demo.example"
    assert [membership["role"] for membership in me["memberships"]] == ["manager"]
    assert seen_market.get("chair", "/me").get_json()["posts"] == ["chair"]


# -- versions ----------------------------------------------------------------------------------------------------------


def test_the_tag_of_a_thing_is_its_version(seen_market: Market) -> None:
    address, thing = draft(seen_market)
    answer = seen_market.get("manager", address)
    assert answer.headers["ETag"] == f'"{thing["version"]}"'
    # What one may do changes with time and with others' acts, also while the version stands still.
    same = seen_market.get("manager", address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (same.status_code, same.get_json()) == (200, thing)


def test_a_command_answers_with_the_thing_as_it_is_afterwards(market: Market) -> None:
    address = f"/resources/{market.ids['resource.listed']}"
    before = market.get("manager", address).get_json()
    assert "suspend" in before["commands"]
    answer = market.post("manager", f"{address}/suspend", {"reason": "维护"}, before["version"])
    after = answer.get_json()
    assert answer.status_code == 200
    assert after["state"] == "suspended"
    assert after["version"] > before["version"]
    assert "resume" in after["commands"] and "suspend" not in after["commands"]
    assert answer.headers["ETag"] == f'"{after["version"]}"'
    assert after == market.get("manager", address).get_json()
    last = market.get("manager", f"{address}/events").get_json()["items"][-1]
    assert (last["name"], last["from"], last["to"], last["reason"]) == ("suspend", "listed", "suspended", "维护")
    assert last["by"] == market.users["manager"].pseudonym


def test_a_command_must_name_the_version(seen_market: Market) -> None:
    address, _thing = draft(seen_market)
    problem(seen_market.post("manager", f"{address}/submit", {}), 428, "version-missing")


@pytest.mark.parametrize("tag", ["1", 'W/"1"', '"1", "2"', "*", '"x"', '""', '"0"', '"-1"', '"١"', f'"{"9" * 40}"'])
def test_the_version_is_one_strong_tag(seen_market: Market, tag: str) -> None:
    address, _thing = draft(seen_market)
    answer = seen_market.post("manager", f"{address}/submit", {}, headers={"If-Match": tag.encode().decode("latin-1")})
    problem(answer, 400, "version-malformed")


def test_who_is_late_learns_the_present_state_and_changes_nothing(market: Market) -> None:
    address = f"/resources/{market.ids['resource.listed']}"
    version = market.get("manager", address).get_json()["version"]
    assert market.post("manager", f"{address}/suspend", {"reason": "维护"}, version).status_code == 200
    now = market.get("manager", address).get_json()
    late = problem(market.post("manager", f"{address}/suspend", {"reason": "again"}, version), 412, "stale-version")
    assert {name: late[name] for name in ("state", "version", "commands")} == {
        name: now[name] for name in ("state", "version", "commands")
    }
    assert market.get("manager", address).get_json() == now


def test_a_command_of_another_state_is_refused_with_the_present_one(seen_market: Market) -> None:
    address, thing = draft(seen_market)
    told = problem(seen_market.post("manager", f"{address}/resubmit", {}, thing["version"]), 409, "wrong-state")
    assert told["state"] == "draft"
    assert told["version"] == thing["version"]
    assert told["commands"] == thing["commands"]


def test_a_command_that_one_may_not_give_is_refused_on_what_one_sees(seen_market: Market) -> None:
    address = f"/resources/{seen_market.ids['resource.listed']}"
    problem(seen_market.post("editor", f"{address}/suspend", {"reason": "x"}, 1), 403, "not-allowed")


def test_who_steps_down_no_longer_sees_the_round(market: Market) -> None:
    address = f"/reviews/{market.ids['review']}"
    version = market.get("reviewer3", address).get_json()["version"]
    answer = market.post("reviewer3", f"{address}/recuse", {"reason": "回避"}, version)
    assert (answer.status_code, answer.data) == (204, b"")
    assert market.get("reviewer3", address).status_code == 404


# -- bodies ------------------------------------------------------------------------------------------------------------


def test_wrong_fields_are_named_one_by_one(seen_market: Market) -> None:
    address, thing = draft(seen_market)
    told = problem(
        seen_market.post("manager", f"{address}/edit", {"kind": "spaceship", "colour": "red"}, thing["version"]),
        422,
        "invalid",
    )
    assert {"kind", "colour"} <= set(told["errors"])
    assert all(isinstance(text, str) and text for found in told["errors"].values() for text in found)


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "bad-request"),
        (b"\xff\xfe", "application/json", 400, "bad-request"),
        (b"[" * 100_000, "application/json", 400, "bad-request"),
        (b"[]", "application/json", 400, "bad-request"),
        (b'"x"', "application/json", 400, "bad-request"),
        (b"reason=x", "application/x-www-form-urlencoded", 415, "not-json"),
        (b"{}", "text/plain", 415, "not-json"),
        (b"{}", "", 415, "not-json"),
    ],
)
def test_a_body_is_a_json_object(seen_market: Market, body: bytes, kind: str, status: int, code: str) -> None:
    address = f"/resources/{seen_market.ids['resource.listed']}/suspend"
    answer = seen_market.call("manager", "POST", address, data=body, content_type=kind, headers={"If-Match": '"1"'})
    problem(answer, status, code)


def test_a_command_that_asks_for_nothing_needs_no_body(market: Market) -> None:
    address = f"/resources/{market.ids['resource.submitted']}"
    version = market.get("operator", address).get_json()["version"]
    answer = market.call("operator", "POST", f"{address}/accept", headers={"If-Match": f'"{version}"'})
    assert answer.status_code == 200
    assert answer.get_json()["state"] == "accepted"


def test_a_body_beyond_two_megabytes_is_not_read(seen_market: Market) -> None:
    address = f"/resources/{seen_market.ids['resource.listed']}/suspend"
    answer = seen_market.post("manager", address, {"reason": "x" * 3_000_000}, 1)
    assert answer.status_code == 413
    assert answer.mimetype == "application/problem+json"


def test_what_is_created_has_an_address(market: Market) -> None:
    body = {"publisher_id": market.get("manager", "/me").get_json()["memberships"][0]["organisation"]["id"]}
    body |= {"kind": "tool", "access_policy": "open", "title_zh": "新资源"}
    answer = market.post("editor", "/resources", body)
    made = answer.get_json()
    assert answer.status_code == 201, made
    assert answer.headers["Location"].endswith(f"/api/v1/resources/{made['id']}")
    assert answer.headers["ETag"] == f'"{made["version"]}"'
    assert made["state"] == "draft"
    assert market.get("editor", f"/resources/{made['id']}").get_json() == made
    assert market.get("manager2", f"/resources/{made['id']}").status_code == 404


def test_nobody_creates_for_another_platform(seen_market: Market) -> None:
    foreign = seen_market.get("manager2", "/me").get_json()["memberships"][0]["organisation"]["id"]
    body = {"publisher_id": foreign, "kind": "tool", "access_policy": "open", "title_zh": "新资源"}
    problem(seen_market.post("manager", "/resources", body), 403, "not-allowed")


def test_a_refused_command_leaves_no_event(seen_market: Market) -> None:
    def count() -> int:
        with seen_market.runtime.store.readers() as session:
            return len(session.scalars(select(Event.id)).all())

    before = count()
    address, thing = draft(seen_market)
    seen_market.post("manager", f"{address}/submit", {"batch": seen_market.ids["batch.published"]}, thing["version"])
    seen_market.post("editor", f"{address}/submit", {"batch": seen_market.ids["batch.collecting"]}, thing["version"])
    seen_market.post("manager", f"{address}/edit", {"kind": "spaceship"}, thing["version"])
    assert count() == before


# -- parameters --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ("/resources?colour=red", "colour"),
        ("/resources?state=lost", "state"),
        ("/resources?kind=spaceship", "kind"),
        ("/resources?sort=best", "sort"),
        ("/resources?sort=title&sort=newest", "sort"),
        ("/resources?q=a&q=b", "q"),
        ("/resources?state=draft&q=a", "q"),
        ("/resources?state=draft&industry=C", "industry"),
        ("/resources?page=0", "page"),
        ("/resources?page=1&page=2", "page"),
        ("/resources?size=101", "size"),
        ("/resources?size=x", "size"),
        ("/batches?page=-1", "page"),
        ("/batches?q=a", "q"),
        ("/applications?policy=none", "policy"),
        ("/organisations?kind=club", "kind"),
        ("/dashboard?x=1", "x"),
        ("/openapi.json?x=1", "x"),
    ],
)
def test_a_parameter_that_is_not_understood_is_refused(seen_market: Market, address: str, parameter: str) -> None:
    told = problem(seen_market.get("operator", address), 400, "bad-request")
    assert list(told["errors"]) == [parameter]


@pytest.mark.parametrize("end", ["", "/events"])
def test_a_thing_takes_no_parameters(seen_market: Market, end: str) -> None:
    address = f"/resources/{seen_market.ids['resource.listed']}{end}?page=1"
    problem(seen_market.get("operator", address), 400, "bad-request")


def test_pages_link_to_each_other_and_end(seen_market: Market) -> None:
    first = seen_market.get("visitor", "/pilots?size=3&state=running&state=paused&state=completed&state=approved")
    assert first.get_json()["total"] == 4
    assert 'rel="next"' in first.headers["Link"] and 'rel="prev"' not in first.headers["Link"]
    following = first.headers["Link"].partition('>; rel="next"')[0].rpartition("<")[2]
    assert following.startswith("/api/v1/pilots?") and "state=approved" in following
    second = seen_market.app.test_client().get(following)
    assert len(second.get_json()["items"]) == 1
    assert 'rel="prev"' in second.headers["Link"] and 'rel="next"' not in second.headers["Link"]
    beyond = seen_market.get("visitor", "/pilots?page=7").get_json()
    assert beyond["items"] == [] and beyond["total"] == 8


def test_one_filter_takes_several_values_and_several_filters_narrow(seen_market: Market) -> None:
    def states(query: str) -> set[str]:
        return {item["state"] for item in seen_market.get("manager", f"/resources?{query}").get_json()["items"]}

    assert states("state=draft&state=submitted") == {"draft", "submitted"}
    assert states(f"state=draft&state=submitted&batch={seen_market.ids['batch.collecting']}") == {"submitted"}


def test_the_search_marks_what_matched_and_counts_its_facets(seen_market: Market) -> None:
    found = seen_market.get("visitor", "/resources?q=试点资源&kind=tool&size=2").get_json()
    assert found["total"] == 3 and len(found["items"]) == 2
    assert all("<mark>" in item["highlight"]["title"] for item in found["items"])
    assert found["facets"]["policy"] == {"pilot": 3}
    assert found["loosened"] is False


# -- refusals ----------------------------------------------------------------------------------------------------------


def test_an_address_that_does_not_exist_is_a_problem_document_too(seen_market: Market) -> None:
    problem(seen_market.get("visitor", "/nothing"), 404, "not-found")
    problem(seen_market.get("visitor", "/resources/nothing"), 404, "not-found")


def test_a_method_that_an_address_does_not_take_names_those_it_takes(seen_market: Market) -> None:
    answer = seen_market.call("operator", "DELETE", "/resources")
    problem(answer, 405, "method-not-allowed")
    assert {"GET", "POST"} <= set(answer.headers["Allow"].replace(" ", "").split(","))


@pytest.mark.parametrize(
    ("wanted", "given"), [("", "zh"), ("zh-CN,zh;q=0.9", "zh"), ("en-GB", "en"), ("fr, en;q=0.5", "en"), ("fr", "zh")]
)
def test_the_language_of_messages_is_the_callers(seen_market: Market, wanted: str, given: str) -> None:
    answer = seen_market.get("visitor", "/me", headers={"Accept-Language": wanted})
    assert answer.headers["Content-Language"] == given


def test_a_message_reads_in_the_language_of_who_asks(seen_market: Market) -> None:
    told = seen_market.get("manager", "/notifications").get_json()["items"][0]
    assert told["text"].endswith("was approved.") and told["text"].startswith("“mark-")
    assert told["href"] == f"/api/v1/pilots/{'0' * 12}"


# -- health ------------------------------------------------------------------------------------------------------------


def test_health_names_database_index_and_outbox(market: Market) -> None:
    answer = market.app.test_client().get("/healthz")
    assert answer.status_code == 200
    assert answer.get_json() == {
        "status": "ok",
        "database": "ok",
        "index": "ok",
        "outbox": {"waiting": 0, "failed": 0, "oldest_seconds": 0},
    }
    with market.runtime.store.begin(market.runtime.store.system) as tx:
        tx.checked = True
        tx.owe("mail", {"to": "secret@demo.example"}, tx.now - timedelta(seconds=90))
    answer = market.app.test_client().get("/healthz")
    assert answer.get_json()["outbox"] == {"waiting": 1, "failed": 0, "oldest_seconds": 90}
    assert b"secret" not in answer.data


def test_health_fails_without_a_readable_index(market: Market) -> None:
    for path in (market.runtime.settings.data_dir / "search").rglob("*"):
        if path.is_file():
            path.unlink()
    answer = market.app.test_client().get("/healthz")
    assert answer.status_code == 503
    assert answer.get_json()["index"] == "failing"


def test_health_fails_without_a_database(market: Market) -> None:
    market.runtime.store.engine.dispose()
    for path in market.runtime.settings.data_dir.glob("market.sqlite3*"):
        path.unlink()
    answer = market.app.test_client().get("/healthz")
    assert answer.status_code == 503
    assert answer.get_json() == {"status": "failing", "database": "failing", "index": "ok", "outbox": None}
