"""Registration, confirmation, sign-in, passwords: through the pages, as a browser does it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security import verify_password
from sqlalchemy import select
from werkzeug.test import TestResponse

from catalog.kernel.events import Event
from catalog.kernel.outbox import OutboxRow
from marketplace.accounts.mail import MOST_MAILS
from marketplace.accounts.passwords import hash_password
from marketplace.accounts.services import create_user
from marketplace.accounts.setup import ENDPOINTS, MOST_FAILURES
from marketplace.models import User
from tests.world import PASSWORD, World, csrf_token

NEW_PASSWORD = "nine-herons-by-the-river"


@pytest.fixture(autouse=True)
def in_english(world: World, client: FlaskClient) -> Iterator[None]:
    with client.session_transaction() as session:
        session["language"] = "en"
    yield


def send(client: FlaskClient, path: str, **data: str) -> TestResponse:
    return client.post(path, data={**data, "csrf_token": csrf_token(client, path.partition("?")[0])})


def sign_in(client: FlaskClient, email: str = "sme@demo.example", password: str = PASSWORD, **more: str) -> TestResponse:
    return send(client, "/login", email=email, password=password, **more)


def register(client: FlaskClient, email: str = "new@demo.example", **more: str) -> TestResponse:
    given = {"name": "王芳", "email": email, "password": NEW_PASSWORD, "password_confirm": NEW_PASSWORD}
    return send(client, "/register", **{**given, **more})


def mails(world: World, to: str) -> list[dict[str, Any]]:
    with world.runtime.store.readers() as session:
        query = select(OutboxRow).where(OutboxRow.topic == "mail", OutboxRow.done_at.is_(None)).order_by(OutboxRow.due_at)
        return [row.payload for row in session.scalars(query) if row.payload["to"] == to]


def link_in(mail: dict[str, Any], start: str) -> str:
    found = re.search(rf"\{{site\}}({start}\S+)", mail["text"])
    assert found, mail["text"]
    return found[1]


def user(world: World, email: str) -> User | None:
    with world.runtime.store.readers() as session:
        return session.scalars(select(User).where(User.email == email)).one_or_none()


def signed_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


# -- signing in and out ------------------------------------------------------------------------------------------------


def test_the_right_password_signs_in_and_leads_to_the_work_list(client: FlaskClient) -> None:
    answer = sign_in(client)
    assert answer.status_code == 302 and urlsplit(answer.location).path == "/work"
    assert signed_in(client)


def test_capitals_in_the_address_do_not_matter(client: FlaskClient) -> None:
    assert sign_in(client, email="SME@Demo.example").status_code == 302


def test_a_failure_does_not_tell_whether_the_account_exists(client: FlaskClient) -> None:
    token = re.compile(r'name="csrf_token" value="[^"]+"|value="[^"]*@demo.example"')
    known = sign_in(client, password="wrong-wrong-wrong")
    unknown = sign_in(client, email="nobody@demo.example", password="wrong-wrong-wrong")
    assert "The mail address or the password is not right." in known.text
    assert token.sub("", known.text) == token.sub("", unknown.text)
    assert not signed_in(client)


def test_signing_out_ends_the_session(client: FlaskClient) -> None:
    sign_in(client)
    assert client.get("/logout").status_code == 405
    assert client.post("/logout").status_code == 400
    assert signed_in(client)
    client.post("/logout", data={"csrf_token": csrf_token(client, "/account")})
    assert not signed_in(client)


def test_a_form_from_elsewhere_signs_nobody_in(client: FlaskClient) -> None:
    assert client.post("/login", data={"email": "sme@demo.example", "password": PASSWORD}).status_code == 400


def test_one_gets_to_the_page_one_wanted(client: FlaskClient) -> None:
    answer = client.get("/account")
    assert answer.status_code == 302
    answer = send(client, answer.location, email="sme@demo.example", password=PASSWORD)
    assert urlsplit(answer.location).path == "/account"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_led_to_another_site(client: FlaskClient, elsewhere: str) -> None:
    answer = client.post(
        "/login",
        query_string={"next": elsewhere},
        data={"email": "sme@demo.example", "password": PASSWORD, "csrf_token": csrf_token(client, "/login")},
    )
    where = urlsplit(answer.headers.get("Location", ""))
    assert where.netloc in ("", "localhost") and where.scheme in ("", "http") and "\\" not in where.geturl()


def test_after_ten_failures_even_the_right_password_waits(client: FlaskClient, clock: Any) -> None:
    for _ in range(MOST_FAILURES):
        sign_in(client, password="wrong-wrong-wrong")
    answer = sign_in(client)
    assert answer.status_code == 200 and "Too many attempts have failed. Please wait 10 minutes." in answer.text
    assert sign_in(client.application.test_client(), email="sme2@demo.example").status_code == 302
    clock.move(minutes=10)
    assert sign_in(client).status_code == 302


def test_a_closed_account_is_told_to_its_owner_alone(world: World, client: FlaskClient) -> None:
    with world.begin("system") as tx:
        tx.checked = True
        tx.session.get_one(User, world.users["sme"]).active = False
    assert "This account has been closed." in sign_in(client).text
    assert "This account has been closed." not in sign_in(client, password="wrong-wrong-wrong").text


def test_a_closed_account_ends_the_session(world: World, client: FlaskClient) -> None:
    sign_in(client)
    with world.begin("system") as tx:
        tx.checked = True
        tx.session.get_one(User, world.users["sme"]).active = False
    assert not signed_in(client)


def test_the_library_opens_no_door_by_tokens_of_its_own(app: Flask, client: FlaskClient) -> None:
    sign_in(client)
    with app.test_request_context():
        token = app.extensions["security"].datastore.find_user(email="sme@demo.example").get_auth_token()
    stranger = app.test_client()
    assert stranger.get("/account", headers={"Authentication-Token": token}).status_code == 302
    assert stranger.get(f"/account?auth_token={token}").status_code == 302


def test_a_sign_in_is_kept_for_its_time(client: FlaskClient) -> None:
    sign_in(client)
    with client.session_transaction() as session:
        assert session.permanent


def test_no_other_page_of_the_library_is_open(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith("security.")} == ENDPOINTS


def test_a_signed_in_person_can_act_in_the_same_request(client: FlaskClient) -> None:
    """The session that loads the person must not hold the lock that the transaction of the request waits for."""
    sign_in(client)
    given = {"name": "新名字", "language": "zh", "csrf_token": csrf_token(client, "/account")}
    assert client.post("/account", data=given).status_code == 303


# -- registering -------------------------------------------------------------------------------------------------------


def test_a_registration_is_confirmed_by_mail_before_the_first_sign_in(world: World, client: FlaskClient) -> None:
    assert register(client).status_code == 302
    made = user(world, "new@demo.example")
    assert made is not None and made.confirmed_at is None
    assert (made.name, made.language, made.created_at) == ("王芳", "en", world.runtime.store.clock())
    assert made.pseudonym.startswith("P-") and made.password is not None and made.password.startswith("$argon2id$")

    refused = sign_in(client, "new@demo.example", NEW_PASSWORD)
    assert refused.status_code == 200 and "Please confirm your mail address first" in refused.text
    assert "is not right" not in refused.text

    (mail,) = mails(world, "new@demo.example")
    answer = client.get(link_in(mail, "/confirm/"))
    assert answer.status_code == 302
    made = user(world, "new@demo.example")
    assert made is not None and made.confirmed_at == world.runtime.store.clock()
    assert sign_in(client, "new@demo.example", NEW_PASSWORD).status_code == 302


def test_an_unconfirmed_account_is_told_to_its_owner_alone(client: FlaskClient) -> None:
    register(client)
    assert "confirm your mail address first" not in sign_in(client, "new@demo.example", "wrong-wrong-wrong").text


def test_registering_a_known_address_looks_the_same_and_warns_its_owner(world: World, client: FlaskClient) -> None:
    hidden = re.compile(r'name="csrf_token" value="[^"]+"|[a-z0-9]+@demo.example')
    pages = []
    for email in ("new@demo.example", "SME@demo.example"):
        answer = register(client, email)
        assert answer.status_code == 302
        pages.append(hidden.sub("", client.get(answer.location).text))
    assert pages[0] == pages[1]
    (mail,) = mails(world, "sme@demo.example")
    assert "There is an account for it already" in mail["text"]
    assert user(world, "SME@demo.example") is None


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"name": "  "}, "Please fill in this field."),
        ({"name": "x" * 121}, "Please use at most 120 characters."),
        ({"password": "short", "password_confirm": "short"}, "Password must be at least 10 characters"),
        ({"password_confirm": "something else"}, "Passwords do not match"),
        ({"email": "nobody"}, "Invalid email address"),
        ({"email": "root@localhost"}, "Invalid email address"),
    ],
)
def test_a_wrong_field_is_said_and_makes_no_account(world: World, client: FlaskClient, wrong: dict[str, str], text: str) -> None:
    answer = register(client, **wrong)
    assert answer.status_code == 200 and text in answer.text
    assert 'aria-invalid="true"' in answer.text and NEW_PASSWORD not in answer.text
    assert user(world, "new@demo.example") is None


def test_the_confirmation_mail_can_be_sent_again(world: World, client: FlaskClient) -> None:
    register(client)
    answer = send(client, "/confirm", email="new@demo.example")
    known = "If there is an unconfirmed account for new@demo.example, a mail with a new link is on its way."
    assert known in answer.text
    assert len(mails(world, "new@demo.example")) == 2
    other = send(client, "/confirm", email="nobody@demo.example")
    assert known.replace("new@", "nobody@") in other.text
    assert mails(world, "nobody@demo.example") == []


def test_a_made_up_confirmation_is_refused(world: World, client: FlaskClient) -> None:
    register(client)
    answer = client.get("/confirm/made-up", follow_redirects=True)
    assert "Invalid confirmation token." in answer.text


def test_one_address_gets_a_few_mails_in_a_while(world: World, client: FlaskClient) -> None:
    for _ in range(MOST_MAILS + 2):
        send(client, "/reset", email="sme@demo.example")
    assert len(mails(world, "sme@demo.example")) == MOST_MAILS


# -- passwords ---------------------------------------------------------------------------------------------------------


def test_a_forgotten_password_is_set_anew_by_mail_once(world: World, client: FlaskClient) -> None:
    answer = send(client, "/reset", email="sme@demo.example")
    assert "If there is an account for sme@demo.example" in answer.text
    (mail,) = mails(world, "sme@demo.example")
    path = link_in(mail, "/reset/")
    answer = send(client, path, password=NEW_PASSWORD, password_confirm=NEW_PASSWORD)
    assert answer.status_code == 302
    assert sign_in(client).status_code == 200
    assert sign_in(client, password=NEW_PASSWORD).status_code == 302
    again = client.application.test_client().get(path)
    assert again.status_code == 302 and urlsplit(again.location).path == "/reset"


def test_asking_for_an_unknown_address_looks_the_same(world: World, client: FlaskClient) -> None:
    answer = send(client, "/reset", email="nobody@demo.example")
    assert "If there is an account for nobody@demo.example" in answer.text
    assert mails(world, "nobody@demo.example") == []


def test_links_in_mails_lead_to_the_configured_site_whatever_host_was_asked(world: World, client: FlaskClient) -> None:
    page = client.get("/reset", base_url="http://evil.example").text
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    client.post("/reset", data={"email": "sme@demo.example", "csrf_token": found[1]}, base_url="http://evil.example")
    (mail,) = mails(world, "sme@demo.example")
    assert "evil.example" not in mail["text"] and "http" not in mail["text"]
    assert link_in(mail, "/reset/")


def test_a_changed_password_ends_the_other_sessions(world: World, client: FlaskClient) -> None:
    other = client.application.test_client()
    sign_in(client)
    sign_in(other)
    wrong = send(client, "/change", password="wrong", new_password=NEW_PASSWORD, new_password_confirm=NEW_PASSWORD)
    assert wrong.status_code == 200 and "Invalid password" in wrong.text
    answer = send(client, "/change", password=PASSWORD, new_password=NEW_PASSWORD, new_password_confirm=NEW_PASSWORD)
    assert answer.status_code == 302 and urlsplit(answer.location).path == "/account"
    assert signed_in(client) and not signed_in(other)
    assert sign_in(other, password=NEW_PASSWORD).status_code == 302
    assert [mail["subject"] for mail in mails(world, "sme@demo.example")] == [
        "[Open-Resource Scenario Marketplace] Your password has been changed"
    ]


def test_the_library_and_the_commands_hash_alike(app: Flask) -> None:
    """A password with an accent typed as one or two characters is the same password, whoever stored it."""
    with app.app_context():
        normal = app.extensions["security"].password_util.normalize("caf\u00e9-by-the-lake")
        assert verify_password(normal, hash_password("cafe\u0301-by-the-lake"))
        assert verify_password(normal, hash_password("caf\u00e9-by-the-lake"))
        assert not app.extensions["security"].pwd_context.needs_update(hash_password("caf\u00e9-by-the-lake"))


def test_an_account_made_by_the_office_signs_in(world: World, client: FlaskClient) -> None:
    with world.begin("system") as tx:
        create_user(tx, email="Made@Demo.example", name="x", password=NEW_PASSWORD)
    assert sign_in(client, "made@demo.example", NEW_PASSWORD).status_code == 302


def test_what_people_do_to_their_accounts_is_on_record(world: World, client: FlaskClient) -> None:
    register(client)
    client.get(link_in(mails(world, "new@demo.example")[0], "/confirm/"))
    made = user(world, "new@demo.example")
    assert made is not None
    with world.runtime.store.readers() as session:
        query = select(Event).where(Event.thing == "person", Event.thing_id == made.id).order_by(Event.sequence)
        seen = [(event.name, event.actor, event.role) for event in session.scalars(query)]
    assert seen == [("register", made.pseudonym, "person"), ("confirm", made.pseudonym, "person")]
