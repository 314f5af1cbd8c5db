"""Story 1: registered access, from a member's draft to the grant, and the last place."""

from __future__ import annotations

from threading import Barrier, Thread

from catalog.models import Resource
from marketplace.applications import services as applications
from marketplace.applications.eligibility import obstacles
from marketplace.models import Application, Organisation
from marketplace.organisations import services as organisations
from marketplace.states import OrganisationKind
from tests.flows.caller import CASE, Caller


def test_the_grant_is_there_at_once_and_the_place_counts(api: Caller) -> None:
    case = api.draft("member", "registered")
    assert api.see("member", case)["commands"] == ["edit"]
    assert api.see("sme", case)["commands"] == ["edit", "submit", "withdraw"]

    done = api.do("sme", case, "submit", accept_terms=True)

    assert (done["state"], done["commands"]) == ("approved", [])
    assert [item["outcome"] for item in done["items"]] == ["granted"]
    (grant,) = api.see("sme", f"grants?application={done['id']}")["items"]
    assert grant["state"] == "active" and grant["ends_at"] > grant["starts_at"]
    assert api.taken("registered") == 1
    told = api.see("platform", f"{case}/events")["items"]
    assert [(event["name"], event["role"]) for event in told][-2:] == [
        ("submit", "representative"),
        ("approve", "system"),
    ]


def test_a_member_cannot_submit(api: Caller) -> None:
    api.refused("member", api.draft("member", "registered"), "submit", "not-allowed", accept_terms=True)


def test_the_terms_must_be_accepted(api: Caller) -> None:
    problem = api.refused("sme", api.draft("sme", "registered"), "submit", "invalid")
    assert list(problem["errors"]) == ["accept_terms"]


def test_what_is_missing_is_named_field_by_field(api: Caller) -> None:
    case = api.draft("sme", "platform", need="", plan="")
    problem = api.refused("sme", case, "submit", "invalid", accept_terms=True)
    assert sorted(problem["errors"]) == ["need", "plan"]


def test_a_command_without_a_version_is_refused(api: Caller) -> None:
    case = api.draft("sme", "registered")
    assert api.post("sme", f"{case}/submit", {"accept_terms": True}).status_code == 428
    assert api.post("sme", f"{case}/submit", {"accept_terms": True}, "new").status_code == 400


def test_a_command_on_an_old_version_is_refused_and_told_the_present_state(api: Caller) -> None:
    case = api.draft("member", "registered")
    old = api.see("sme", case)["version"]
    api.do("member", case, "edit", **{**CASE, "title": "另一个题目"})
    answer = api.post("sme", f"{case}/submit", {"accept_terms": True}, old)
    assert answer.status_code == 412
    assert answer.get_json()["version"] > old and answer.get_json()["state"] == "draft"


def test_a_decided_case_takes_no_second_submission(api: Caller) -> None:
    case = api.submitted("sme", "registered")
    assert api.refused("sme", case, "submit", "wrong-state", accept_terms=True)["state"] == "approved"


def test_a_draft_is_invisible_to_everyone_but_its_firm(api: Caller) -> None:
    case = api.draft("sme", "registered", title="只有本企业知道的题目")
    for who in ("visitor", "platform", "editor", "sme2", "operator", "auditor", "chair", "reviewer1"):
        assert api.get(who, case).status_code == 404, who
        assert "只有本企业知道的题目" not in api.get(who, "applications").text, who
        absent = api.post(who, "applications/nothinghere0/withdraw", {}, 1)
        answer = api.post(who, f"{case}/withdraw", {}, 1)
        assert (answer.status_code, answer.get_json()) == (absent.status_code, absent.get_json()), who


def test_editing_without_naming_resources_keeps_them(api: Caller) -> None:
    case = api.draft("sme", "platform", "platform second")
    edited = api.do("sme", case, "edit", **{**CASE, "title": "只改题目"})
    assert [item["resource"]["id"] for item in edited["items"]] == [
        api.world.resources["platform"],
        api.world.resources["platform second"],
    ]


def test_a_draft_can_move_to_resources_of_another_platform(api: Caller) -> None:
    case = api.draft("sme", "registered")
    edited = api.do("sme", case, "edit", **CASE, resources=[api.world.resources["other pilot"]])
    assert (edited["policy"], edited["platform"]["id"]) == ("pilot", api.world.organisations["yunfan"])


def test_one_case_is_for_one_platform_and_one_policy(api: Caller) -> None:
    ids = [api.world.resources[key] for key in ("registered", "pilot")]
    body = {**CASE, "applicant": api.world.organisations["ruifeng"], "resources": ids}
    answer = api.post("sme", "applications", body)
    assert answer.status_code == 422 and list(answer.get_json()["errors"]) == ["resources"]


def test_nobody_drafts_for_another_firm(api: Caller) -> None:
    body = {**CASE, "applicant": api.world.organisations["qinghe"], "resources": [api.world.resources["registered"]]}
    assert api.post("sme", "applications", body).status_code == 403
    assert api.post("platform", "applications", body).status_code == 403
    assert api.post("visitor", "applications", body).status_code == 401


def test_an_adviser_drafts_only_for_firms_that_accepted_the_service(api: Caller) -> None:
    body = {**CASE, "applicant": api.world.organisations["ruifeng"], "resources": [api.world.resources["registered"]]}
    assert api.post("adviser", "applications", body).status_code == 403
    code = api.world.get(Organisation, api.world.organisations["ruifeng"]).credit_code
    api.do("adviser", f"organisations/{api.world.organisations['zhuli']}", "offer_service", credit_code=code)
    firm = f"organisations/{api.world.organisations['ruifeng']}"
    with api.world.read("sme") as tx:
        (offer,) = organisations.relations_of(tx.session, api.world.organisations["ruifeng"])
    api.do("sme", firm, "accept_service", relation=offer.id)

    drafted = f"applications/{api.create('adviser', 'applications', **body)['id']}"

    assert api.see("adviser", drafted)["commands"] == ["edit"]
    assert api.see("sme", drafted)["state"] == "draft"


def test_an_unverified_firm_drafts_everything_and_submits_nothing(api: Caller) -> None:
    api.world.add_organisation(
        "xinqi", OrganisationKind.ENTERPRISE, "newcomer", verified=False, name_zh="新起科技", size_class="micro"
    )
    case = api.draft("newcomer", "registered", firm="xinqi")
    api.refused("newcomer", case, "submit", "not-verified", accept_terms=True)


# -- who may apply is told before a word is typed, and asked again at every later door ---------------------------------


def test_a_firm_of_the_wrong_tier_is_told_why_before_typing_and_on_submission(api: Caller, clock) -> None:
    firm = api.world.organisations["ruifeng"]
    with api.world.read("sme") as tx:
        tiered = tx.session.get_one(Resource, api.world.resources["tiered"])
        (why,) = obstacles(tx.session, tx.session.get_one(Organisation, firm), tiered, tx.now)
    body = {**CASE, "applicant": firm, "resources": [api.world.resources["tiered"]]}
    answer = api.post("sme", "applications", body)
    assert (answer.status_code, answer.get_json()["code"], answer.get_json()["detail"]) == (409, "not-eligible", why)

    api.do(
        "operator",
        f"organisations/{firm}",
        "record_tier",
        tier="specialised",
        certificate="ZJTX-1",
        issued_at=clock.now.isoformat(),
        expires_at=clock.now.replace(year=clock.now.year + 1).isoformat(),
    )
    case = api.draft("sme", "tiered")
    clock.move(days=366)  # the certificate runs out; so would the draft, if it were not kept
    with api.world.begin("system") as tx:
        tx.require("application.follow")
        tx.session.get_one(Application, case.partition("/")[2]).due_at = None
    assert api.refused("sme", case, "submit", "not-eligible", accept_terms=True)["detail"] == why


def test_a_resource_that_takes_no_applications_is_refused_at_both_doors(api: Caller) -> None:
    case = api.draft("sme", "platform")
    api.do("platform", f"resources/{api.world.resources['platform']}", "suspend", reason="接口升级")
    api.refused("sme", case, "submit", "not-eligible", accept_terms=True)
    body = {**CASE, "applicant": api.world.organisations["ruifeng"], "resources": [api.world.resources["platform"]]}
    assert api.post("sme", "applications", body).get_json()["code"] == "not-eligible"


def test_an_open_resource_needs_no_application(api: Caller) -> None:
    body = {**CASE, "applicant": api.world.organisations["ruifeng"], "resources": [api.world.resources["open"]]}
    assert api.post("sme", "applications", body).get_json()["code"] == "not-eligible"


def test_only_enterprises_apply(api: Caller) -> None:
    with api.world.begin("system") as tx:
        tx.require("application.follow")
        tx.session.get_one(Organisation, api.world.organisations["ruifeng"]).is_enterprise = False
    body = {**CASE, "applicant": api.world.organisations["ruifeng"], "resources": [api.world.resources["registered"]]}
    assert api.post("sme", "applications", body).get_json()["code"] == "not-eligible"


# -- the last place ----------------------------------------------------------------------------------------------------


def test_without_a_place_the_submission_is_refused_and_stays_a_draft(api: Caller) -> None:
    api.submitted("sme", "last place")
    case = api.draft("sme2", "last place", firm="qinghe")
    api.refused("sme2", case, "submit", "no-places-left", accept_terms=True)
    assert api.see("sme2", case)["state"] == "draft" and api.taken("last place") == 1


def test_a_place_that_is_given_up_is_free_for_the_next(api: Caller) -> None:
    first = api.see("sme", api.submitted("sme", "last place"))
    (grant,) = api.see("sme", f"grants?application={first['id']}")["items"]
    api.do("sme", f"grants/{grant['id']}", "surrender")
    assert api.taken("last place") == 0
    assert api.see("sme2", api.submitted("sme2", "last place", firm="qinghe"))["state"] == "approved"


def test_two_firms_race_for_the_last_place_and_exactly_one_wins(api: Caller) -> None:
    cases = {
        who: api.draft(who, "last place", firm=firm).partition("/")[2]
        for who, firm in (("sme", "ruifeng"), ("sme2", "qinghe"))
    }
    actors = {who: api.world.actor(who) for who in cases}
    start = Barrier(2)
    results: dict[str, str] = {}

    def submit(who: str) -> None:
        start.wait()
        try:
            with api.world.runtime.store.begin(actors[who]) as tx:
                applications.submit(tx, tx.session.get_one(Application, cases[who]), accept_terms=True)
            results[who] = "granted"
        except Exception as refusal:
            results[who] = type(refusal).__name__

    threads = [Thread(target=submit, args=(who,)) for who in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results.values()) == ["NoPlacesLeft", "granted"]
    loser = next(who for who, result in results.items() if result != "granted")
    assert api.see(loser, f"applications/{cases[loser]}")["state"] == "draft"
    assert api.taken("last place") == 1
    assert api.see("operator", f"grants?resource={api.world.resources['last place']}")["total"] == 1
