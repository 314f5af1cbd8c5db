"""The pages as people use them: who may come, what a form says about a mistake, what a lost race shows, what stays hidden."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from catalog.models import Batch, Resource
from catalog.states import ResourceState
from catalog.vocab import AccessPolicy
from marketplace.applications.services import create_application, submit
from marketplace.http.guard import UndeclaredEndpoint, check_declared
from marketplace.index import rebuild
from marketplace.models import Application, Notification, User
from marketplace.states import ApplicationState, Outcome
from tests.world import World, csrf_token

PUBLIC = (
    "/",
    "/resources",
    "/batches",
    "/platforms",
    "/scenarios",
    "/showcases",
    "/pilots",
    "/dashboard",
    "/champions",
)
PRIVATE = (
    "/work",
    "/notifications",
    "/applications",
    "/reviews",
    "/grants",
    "/revisions",
    "/organisations",
    "/people",
    "/account",
)
TEXTS = {
    "title": "三项接口联合申请",
    "need": "停机太多。",
    "plan": "先接入，再试运行。",
    "effect": "少停机。",
    "contact": "a@firm.example",
}


def signed_in(app: Flask, world: World, name: str) -> FlaskClient:
    """A browser in which that person has signed in."""
    client = app.test_client()
    world.sign_in(client, name)
    return client


def send(client: FlaskClient, path: str, **typed: Any) -> Any:
    """The form of that page, sent with what was typed and with what stands hidden in it."""
    page = client.get(path).text
    version = re.search(r'name="version" value="(\d+)"', page)
    hidden = {"csrf_token": csrf_token(client, path), "version": version[1] if version else ""}
    return client.post(path, data={**hidden, **typed})


def handed_in(world: World, *keys: str, firm: str = "ruifeng", who: str = "sme") -> str:
    """The id of a submitted case about these resources."""
    with world.begin(who) as tx:
        chosen = [world.resources[key] for key in keys]
        case = create_application(tx, applicant=world.organisations[firm], resources=chosen, **TEXTS)
        submit(tx, case, accept_terms=True)
    return case.id


# -- who may come ------------------------------------------------------------------------------------------------------


def test_an_endpoint_that_declares_nothing_keeps_the_application_from_starting(app: Flask) -> None:
    app.view_functions["forgotten"] = lambda: ""
    app.url_map.add(app.url_rule_class("/forgotten", endpoint="forgotten"))
    with pytest.raises(UndeclaredEndpoint, match="forgotten"):
        check_declared(
            app, {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith("security.")}
        )


@pytest.mark.parametrize("path", PUBLIC)
def test_a_visitor_reads_the_public_pages(world: World, client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", PRIVATE)
def test_a_visitor_is_sent_to_the_sign_in_and_would_come_back(world: World, client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.location.endswith(f"/login?next={path}")


@pytest.mark.parametrize(
    ("who", "path"), [("sme", "/people"), ("chair", "/batches/new"), ("operator", "/applications/new")]
)
def test_a_page_that_no_role_of_the_person_leads_to_is_refused(app: Flask, world: World, who: str, path: str) -> None:
    assert signed_in(app, world, who).get(path).status_code == 403


@pytest.mark.parametrize("who", ["visitor", "sme", "platform2", "operator", "auditor"])
def test_a_draft_is_invisible_to_all_but_its_platform(app: Flask, world: World, who: str) -> None:
    client = app.test_client() if who == "visitor" else signed_in(app, world, who)
    assert client.get(f"/resources/{world.resources['draft']}").status_code == 404
    for path in (
        "/resources?q=尚未提交",
        f"/platforms/{world.organisations['xinghe']}",
        f"/batches/{world.batches['collecting']}",
    ):
        page = client.get(path)
        assert page.status_code == 200 and "尚未提交的智能体" not in page.text
    assert "尚未提交的智能体" in signed_in(app, world, "editor").get(f"/platforms/{world.organisations['xinghe']}").text


def test_another_firms_case_does_not_exist(app: Flask, world: World) -> None:
    case = handed_in(world, "platform")
    client = signed_in(app, world, "sme2")
    assert client.get(f"/applications/{case}").status_code == 404
    assert client.get(f"/applications/{case}/withdraw").status_code == 404
    assert TEXTS["title"] not in client.get("/applications").text


def test_a_page_that_is_not_there_shows_a_way_on(client: FlaskClient, world: World) -> None:
    answer = client.get("/resources/nothing-here")
    assert answer.status_code == 404
    assert 'href="/resources"' in answer.text and answer.content_type.startswith("text/html")


# -- forms -------------------------------------------------------------------------------------------------------------


def test_a_mistake_is_told_at_its_field_and_at_the_top_and_what_was_typed_stays(app: Flask, world: World) -> None:
    client = signed_in(app, world, "sme")
    path = f"/applications/new?applicant={world.organisations['ruifeng']}&resources={world.resources['pilot']}"
    typed = {"csrf_token": csrf_token(client, path), "title": "", "need": "要留住的文字", "contact": "no mailbox"}
    answer = client.post("/applications/new", data={**typed, "applicant": world.organisations["ruifeng"]})
    assert answer.status_code == 422
    assert re.search(r'id="f-contact"[^>]*aria-invalid="true"[^>]*aria-describedby="f-contact-error', answer.text)
    assert (
        'id="f-contact-error"' in answer.text
        and 'href="#f-contact"' in answer.text
        and 'href="#f-resources"' in answer.text
    )
    assert "要留住的文字" in answer.text


def test_the_form_of_a_case_offers_only_what_goes_with_the_resource_it_is_about(app: Flask, world: World) -> None:
    page = signed_in(app, world, "sme").get(f"/applications/new?resources={world.resources['platform']}").text
    offered = set(re.findall(r'name="resources" value="(\w+)"', page))
    assert offered == {world.resources[key] for key in ("platform", "platform second", "platform third")}
    assert re.search(rf'value="{world.resources["platform"]}" checked', page)


def test_two_of_three_items_are_granted_and_one_is_refused_with_a_reason(app: Flask, world: World) -> None:
    case = handed_in(world, "platform", "platform second", "platform third")
    client = signed_in(app, world, "platform")
    items = [item.id for item in world.get(Application, case).items]
    refused = send(client, f"/applications/{case}/approve", granted=items[:2])
    assert refused.status_code == 422 and f'id="reason-{items[2]}-error"' in refused.text
    assert len(re.findall(r'name="granted"[^>]* checked', refused.text)) == 2
    answer = send(
        client, f"/applications/{case}/approve", granted=items[:2], **{f"reasons.{items[2]}": "名额留给节能项目。"}
    )
    assert answer.status_code == 303
    outcomes = [(item.outcome, item.reason) for item in world.get(Application, case).items]
    assert outcomes == [(Outcome.GRANTED, ""), (Outcome.GRANTED, ""), (Outcome.REFUSED, "名额留给节能项目。")]
    assert "名额留给节能项目。" in signed_in(app, world, "sme").get(f"/applications/{case}").text


def test_remarks_go_back_by_field_and_stand_at_the_field(app: Flask, world: World) -> None:
    case = handed_in(world, "platform")
    answer = send(
        signed_in(app, world, "platform"), f"/applications/{case}/return", **{"remarks.plan": "请写明设备数量。"}
    )
    assert answer.status_code == 303
    assert world.get(Application, case).remarks == {"plan": "请写明设备数量。"}
    assert "请写明设备数量。" in signed_in(app, world, "sme").get(f"/applications/{case}/edit").text


def test_a_date_is_read_and_shown_in_the_zone_of_the_site(app: Flask, world: World) -> None:
    client = signed_in(app, world, "operator")
    plan = {"title_zh": "第三批", "opens_at": "2026-04-01T09:00", "closes_at": "2026-04-30T18:00"}
    answer = send(client, "/batches/new", issuer_id=world.organisations["office"], number="3", **plan)
    assert answer.status_code == 303
    with world.read("operator") as tx:
        batch = tx.session.scalars(select(Batch).where(Batch.number == 3)).one()
    assert batch.closes_at == datetime(2026, 4, 30, 10, tzinfo=UTC)
    page = client.get(f"/batches/{batch.id}").text
    assert '<time datetime="2026-04-30T10:00:00Z">2026年4月30日 18:00 UTC+8</time>' in page
    assert 'value="2026-04-30T18:00"' in client.get(f"/batches/{batch.id}/edit").text


def test_a_form_from_elsewhere_does_nothing(app: Flask, world: World) -> None:
    client = signed_in(app, world, "sme")
    case = handed_in(world, "platform")
    version = world.get(Application, case).version
    answer = client.post(f"/applications/{case}/withdraw", data={"version": version})
    assert answer.status_code == 400
    assert world.get(Application, case).state is ApplicationState.SUBMITTED


# -- commands ----------------------------------------------------------------------------------------------------------


def test_the_loser_of_a_race_sees_the_present_state_and_changes_nothing(app: Flask, world: World) -> None:
    case = handed_in(world, "platform")
    client = signed_in(app, world, "platform")
    token = csrf_token(client, f"/applications/{case}/refuse")
    old = world.get(Application, case).version
    assert send(signed_in(app, world, "sme"), f"/applications/{case}/withdraw").status_code == 303
    answer = client.post(
        f"/applications/{case}/refuse", data={"csrf_token": token, "version": old, "reason": "不合适。"}
    )
    assert answer.status_code == 409
    assert ApplicationState.WITHDRAWN.zh in answer.text and f'href="/applications/{case}"' in answer.text
    assert world.get(Application, case).state is ApplicationState.WITHDRAWN


def test_a_command_without_its_version_is_not_run(app: Flask, world: World) -> None:
    case = handed_in(world, "platform")
    client = signed_in(app, world, "sme")
    data = {"csrf_token": csrf_token(client, f"/applications/{case}/withdraw"), "version": "latest"}
    assert client.post(f"/applications/{case}/withdraw", data=data).status_code == 400


@pytest.mark.parametrize(
    ("who", "commands"), [("sme", {"withdraw"}), ("platform", {"approve", "return", "refuse"}), ("editor", {"return"})]
)
def test_buttons_are_the_commands_of_the_moment(app: Flask, world: World, who: str, commands: set[str]) -> None:
    case = handed_in(world, "platform")
    page = signed_in(app, world, who).get(f"/applications/{case}").text
    assert set(re.findall(rf'(?:href|action)="/applications/{case}/(\w+)"', page)) == commands


def test_a_firm_of_the_wrong_tier_is_told_why_before_typing(app: Flask, world: World) -> None:
    client = signed_in(app, world, "sme")
    fits = client.get(f"/resources/{world.resources['registered']}").text
    tiered = client.get(f"/resources/{world.resources['tiered']}").text
    assert "/applications/new?" in fits
    assert "/applications/new?" not in tiered and ("梯度" in tiered or "tier" in tiered)


# -- search ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def listed(world: World) -> set[str]:
    """The titles on the published list, in the index."""
    rebuild(world.runtime)
    with world.read("visitor") as tx:
        return set(tx.session.scalars(select(Resource.title_zh).where(Resource.state == ResourceState.LISTED)))


def titles(page: str) -> set[str]:
    """The titles of the results of a search page."""
    return {re.sub("<[^>]+>", "", found) for found in re.findall(r'<h3><a href="/resources/\w+">(.*?)</a></h3>', page)}


def test_values_of_one_filter_widen_and_filters_together_narrow(
    client: FlaskClient, world: World, listed: set[str]
) -> None:
    either = titles(client.get("/resources?policy=pilot&policy=open").text)
    assert either == {"机床振动公开数据集", "预测性维护大模型", "电商选品智能体"}
    both = titles(client.get(f"/resources?policy=pilot&policy=open&publisher={world.organisations['yunfan']}").text)
    assert both == {"电商选品智能体"}


def test_a_match_is_marked_and_a_tick_is_kept(client: FlaskClient, world: World, listed: set[str]) -> None:
    page = client.get("/resources?q=模型&kind=tool").text
    assert "<mark>模型</mark>" in page
    assert re.search(r'name="kind" value="tool" checked', page)


def test_what_is_typed_into_the_address_never_breaks_the_page(
    client: FlaskClient, world: World, listed: set[str]
) -> None:
    for path in (
        "/resources?page=999",
        "/resources?page=x&sort=y&kind=z",
        "/resources?q=%22%28%00",
        "/pilots?state=nope&page=-1",
    ):
        assert client.get(path).status_code == 200, path
    assert titles(client.get("/resources?page=999").text) == listed


def test_what_left_the_list_is_not_shown_even_while_the_index_still_has_it(
    client: FlaskClient, world: World, listed: set[str]
) -> None:
    with world.begin("system") as tx:
        tx.require("resource.follow")
        tx.session.get_one(Resource, world.resources["open"]).state = ResourceState.WITHDRAWN
    assert titles(client.get("/resources").text) == listed - {"机床振动公开数据集"}


def test_a_broken_index_is_said_plainly(client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from catalog.search.port import SearchUnavailable

    def broken(self: Any, query: Any) -> None:
        raise SearchUnavailable("gone")

    monkeypatch.setattr(type(world.runtime.search), "search", broken)
    answer = client.get("/resources")
    assert answer.status_code == 503 and 'href="/batches"' in answer.text


# -- language, headers, speed --------------------------------------------------------------------------------------------


def test_the_language_switch_keeps_the_page_and_is_remembered(app: Flask, world: World) -> None:
    client = signed_in(app, world, "sme")
    data = {"csrf_token": csrf_token(client, "/work"), "next": "/resources?q=a&kind=tool"}
    answer = client.post("/language/en", data=data)
    assert answer.location == "/resources?q=a&kind=tool"
    assert '<html lang="en">' in client.get("/batches").text
    assert world.get(User, world.users["sme"]).language == "en"
    for elsewhere in ("//evil.example", "///evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"):
        assert client.post("/language/en", data={**data, "next": elsewhere}).location == "/", elsewhere


def test_the_browsers_language_counts_until_one_is_chosen(client: FlaskClient, world: World) -> None:
    assert '<html lang="zh-Hans">' in client.get("/").text
    assert '<html lang="en">' in client.get("/", headers={"Accept-Language": "en-GB,en;q=0.8"}).text
    assert '<html lang="zh-Hans">' in client.get("/?lang=zh", headers={"Accept-Language": "en"}).text


@pytest.mark.parametrize("path", [*PUBLIC, "/login", "/register", "/api", "/nothing-here"])
def test_no_page_needs_more_than_the_policy_of_its_headers_allows(client: FlaskClient, world: World, path: str) -> None:
    answer = client.get(path)
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|<style", answer.text)
    assert not re.search(r'(?:src|<link[^>]*href)="(?:https?:)?//', answer.text)


def test_messages_are_read_by_their_reader_alone(app: Flask, world: World) -> None:
    handed_in(world, "platform")
    client = signed_in(app, world, "platform")
    assert TEXTS["title"] in client.get("/notifications").text
    assert client.post("/notifications", data={"csrf_token": csrf_token(client, "/notifications")}).status_code == 303
    with world.read("platform") as tx:
        unread = set(tx.session.scalars(select(Notification.user_id).where(Notification.read_at.is_(None))))
    assert world.users["platform"] not in unread and world.users["sme"] in unread


@pytest.mark.parametrize(
    ("who", "path"), [("visitor", "/resources"), ("platform", "/applications"), ("visitor", "/batches")]
)
def test_a_longer_list_needs_no_more_queries(app: Flask, world: World, who: str, path: str) -> None:
    client = app.test_client() if who == "visitor" else signed_in(app, world, who)
    handed_in(world, "platform")
    world.runtime.drain()
    before = _queries(world, client, path)
    for key in ("platform", "platform second", "platform third", "pilot"):
        handed_in(world, key, firm="qinghe", who="sme2")
    for number in range(4):
        world.add_batch(f"more {number}")
        world.add_resource(
            f"more {number}", batch=f"more {number}", access_policy=AccessPolicy.OPEN, title_zh=f"又一项资源{number}"
        )
        world.publish(f"more {number}")
    world.runtime.drain()
    assert _queries(world, client, path) <= before + 1


def _queries(world: World, client: FlaskClient, path: str) -> int:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().startswith("SELECT"):
            seen.append(statement)

    engine = world.runtime.store.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert client.get(path).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)
