"""The pages of organisations."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from catalog.vocab import SizeClass
from marketplace.models import Organisation
from marketplace.organisations import services
from marketplace.states import OrganisationKind, OrganisationState
from tests.world import World, credit_code, csrf_token


def test_people_see_their_own_organisations_and_the_office_all(world: World, client: FlaskClient) -> None:
    world.sign_in(client, "sme")
    page = client.get("/organisations?lang=zh").text
    assert "瑞锋精密机械有限公司" in page and "清禾食品有限公司" not in page and "星禾工业互联网平台" not in page
    client.post("/logout", data={"csrf_token": csrf_token(client, "/organisations")})
    world.sign_in(client, "auditor")
    page = client.get("/organisations?lang=zh").text
    assert "瑞锋精密机械有限公司" in page and "清禾食品有限公司" in page


def test_the_office_filters_by_state_and_kind(world: World, client: FlaskClient) -> None:
    facts = {"name_zh": "待核验公司", "size_class": SizeClass.SMALL}
    world.add_organisation("new", OrganisationKind.ENTERPRISE, "new", verified=False, **facts)
    world.sign_in(client, "operator")
    page = client.get("/organisations?lang=zh&state=pending").text
    assert "待核验公司" in page and "瑞锋精密机械有限公司" not in page
    assert "瑞锋精密机械有限公司" not in client.get("/organisations?lang=zh&kind=platform").text


def test_visitors_sign_in_first(world: World, client: FlaskClient) -> None:
    for path in ("/organisations", f"/organisations/{world.organisations['xinghe']}"):
        answer = client.get(path)
        assert answer.status_code == 302 and answer.location.startswith("/login?next=")


def test_the_page_shows_the_inside_to_its_people_alone(world: World, client: FlaskClient) -> None:
    path = f"/organisations/{world.organisations['xinghe']}?lang=en"
    world.sign_in(client, "platform")
    page = client.get(path).text
    assert "editor@demo.example" in page and "Add a member" in page
    client.post("/logout", data={"csrf_token": csrf_token(client, "/organisations")})
    world.sign_in(client, "sme")
    page = client.get(path).text
    assert "editor@demo.example" not in page and "Add a member" not in page
    assert client.get(f"/organisations/{world.organisations['qinghe']}").status_code == 404


@pytest.mark.parametrize("key", ["xinghe", "ruifeng", "zhuli", "office"])
def test_every_kind_of_organisation_has_its_page(world: World, client: FlaskClient, key: str) -> None:
    world.sign_in(client, "operator")
    assert client.get(f"/organisations/{world.organisations[key]}").status_code == 200


def test_a_person_registers_an_organisation_and_the_operator_verifies_it(world: World, client: FlaskClient) -> None:
    world.add_person("new")
    world.sign_in(client, "new")
    form = {
        "kinds": ["enterprise"],
        "name_zh": "新禾精工有限公司",
        "credit_code": "123",
        "region": "320000",
        "size_class": "small",
        "mailbox": "open@xinhe.example",
    }
    answer = client.post("/organisations/new?lang=en", data={**form, "csrf_token": csrf_token(client, "/organisations/new")})
    assert answer.status_code == 422 and "This is not a unified social credit code" in answer.text
    form["credit_code"] = credit_code(70)
    answer = client.post("/organisations/new", data={**form, "csrf_token": csrf_token(client, "/organisations/new")})
    assert answer.status_code == 303
    key = answer.location.rpartition("/")[2]
    operator = client.application.test_client()
    world.sign_in(operator, "operator")
    given = {"version": world.get(Organisation, key).version, "csrf_token": csrf_token(operator, f"/organisations/{key}/verify")}
    assert operator.post(f"/organisations/{key}/verify", data=given).status_code == 303
    assert world.get(Organisation, key).state is OrganisationState.VERIFIED


def test_remarks_are_shown_by_the_labels_of_their_fields(world: World, client: FlaskClient) -> None:
    key = world.add_organisation("new", OrganisationKind.PLATFORM, "new", verified=False, name_zh="待核验平台")
    world.do("operator", Organisation, key, services.return_, remarks={"mailbox": "请使用机构邮箱"})
    world.sign_in(client, "new")
    page = client.get(f"/organisations/{key}?lang=en").text
    assert "Contact mailbox" in page and "请使用机构邮箱" in page
