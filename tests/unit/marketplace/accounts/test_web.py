"""One's account and the people's page."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from marketplace.accounts.queries import appointed, tokens_of
from marketplace.accounts.services import user_of_token
from marketplace.models import User
from marketplace.states import Post
from tests.world import World, csrf_token


def held(world: World) -> dict[tuple[str, Post], str]:
    with world.runtime.store.readers() as session:
        return {(appointment.user.email, appointment.post): appointment.id for appointment in appointed(session)}


def test_the_account_shows_memberships_and_posts(world: World, client: FlaskClient) -> None:
    world.sign_in(client, "sme")
    page = client.get("/account?lang=zh").text
    assert "sme@demo.example" in page and "瑞锋精密机械有限公司" in page and "企业代表" in page
    other = client.application.test_client()
    world.sign_in(other, "chair")
    assert "评审组长" in other.get("/account?lang=zh").text


def test_a_name_and_a_language_are_changed(world: World, client: FlaskClient) -> None:
    world.sign_in(client, "sme")
    given = {"name": "", "language": "en", "csrf_token": csrf_token(client, "/account?lang=en")}
    answer = client.post("/account?lang=en", data=given)
    assert answer.status_code == 422 and "Please fill in this field." in answer.text
    assert client.post("/account", data={**given, "name": "Wang Fang"}).status_code == 303
    user = world.get(User, world.users["sme"])
    assert (user.name, user.language) == ("Wang Fang", "en")


def test_a_token_is_shown_once(world: World, client: FlaskClient) -> None:
    world.sign_in(client, "sme")
    given = {"name": "报表程序", "days": "30", "csrf_token": csrf_token(client, "/account")}
    answer = client.post("/account/tokens", data=given)
    found = re.search(r"orm_[\w-]+", answer.text)
    assert answer.status_code == 201 and found
    page = client.get("/account").text
    assert found[0] not in page and "报表程序" in page
    with world.runtime.store.readers() as session:
        user = user_of_token(session, found[0], world.runtime.store.clock())
        (token,) = tokens_of(session, world.users["sme"])
    assert user is not None and user.id == world.users["sme"]
    answer = client.post(f"/account/tokens/{token.id}/revoke", data={"csrf_token": csrf_token(client, "/account")})
    assert answer.status_code == 303
    with world.runtime.store.readers() as session:
        assert user_of_token(session, found[0], world.runtime.store.clock()) is None


def test_a_wrong_term_of_a_token_is_said_at_its_field(world: World, client: FlaskClient) -> None:
    world.sign_in(client, "sme")
    given = {"name": "x", "days": "4000", "csrf_token": csrf_token(client, "/account?lang=en")}
    answer = client.post("/account/tokens?lang=en", data=given)
    assert answer.status_code == 422 and "Please enter a number from 1 to 366." in answer.text


def test_the_token_of_another_is_not_there(world: World, client: FlaskClient) -> None:
    world.token("sme2")
    with world.runtime.store.readers() as session:
        (token,) = tokens_of(session, world.users["sme2"])
    world.sign_in(client, "sme")
    answer = client.post(f"/account/tokens/{token.id}/revoke", data={"csrf_token": csrf_token(client, "/account")})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("who", "status"), [("operator", 200), ("auditor", 200), ("sme", 403), ("chair", 403), ("platform", 403)]
)
def test_the_people_are_for_the_office_and_the_auditor(world: World, client: FlaskClient, who: str, status: int) -> None:
    world.sign_in(client, who)
    assert client.get("/people").status_code == status


def test_an_operator_appoints_and_ends(world: World, client: FlaskClient) -> None:
    world.sign_in(client, "operator")
    given = {"email": "nobody@demo.example", "post": "reviewer", "office_id": "", "csrf_token": csrf_token(client, "/people")}
    answer = client.post("/people?lang=en", data=given)
    assert answer.status_code == 422 and "There is no confirmed account with this address." in answer.text
    assert client.post("/people", data={**given, "email": "member@demo.example"}).status_code == 303
    key = held(world)["member@demo.example", Post.REVIEWER]
    assert client.post(f"/people/{key}/end", data={"csrf_token": csrf_token(client, "/people")}).status_code == 303
    assert ("member@demo.example", Post.REVIEWER) not in held(world)


def test_ending_the_last_operator_is_refused_with_words(world: World, client: FlaskClient) -> None:
    world.sign_in(client, "operator")
    key = held(world)["operator@demo.example", Post.OPERATOR]
    given = {"csrf_token": csrf_token(client, "/people")}
    page = client.post(f"/people/{key}/end?lang=en", data=given, follow_redirects=True).text
    assert ("operator@demo.example", Post.OPERATOR) in held(world)
    assert 'role="alert"' in page


def test_an_auditor_sees_no_form_and_changes_nothing(world: World, client: FlaskClient) -> None:
    world.sign_in(client, "auditor")
    assert "f-post" not in client.get("/people").text
    given = {"email": "member@demo.example", "post": "reviewer", "csrf_token": csrf_token(client, "/people")}
    assert client.post("/people", data=given).status_code == 403
    assert ("member@demo.example", Post.REVIEWER) not in held(world)
