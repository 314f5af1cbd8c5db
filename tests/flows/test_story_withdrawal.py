"""Story 4: a resource ends, announced or taken down; what becomes of the cases, grants and pilots on it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from catalog.models import Resource
from marketplace.clock import tick
from tests.flows.caller import CASE, Caller


def on_pilot(api: Caller) -> dict[str, str]:
    """Three running cases (draft, submitted, in review) and an active grant with a running pilot, on one resource."""
    with api.world.begin("system") as tx:
        tx.require("resource.follow", tx.session.get_one(Resource, api.world.resources["pilot"]))
        tx.session.get_one(Resource, api.world.resources["pilot"]).places = 5
    granted, round_ = api.in_review()
    for who in ("reviewer1", "reviewer2", "reviewer3"):
        api.score(who, round_)
    api.do("chair", granted, "approve", reason="评审组一致同意。")
    (pilot,) = api.see("sme", "pilots")["items"]
    api.do("sme", f"pilots/{pilot['id']}", "start")
    (grant,) = api.see("sme", "grants")["items"]
    reviewed, its_round = api.in_review(reviewers=("reviewer4", "reviewer5", "reviewer6"))
    return {
        "draft": api.draft("sme2", "pilot", firm="qinghe"),
        "submitted": api.submitted("sme2", "pilot", firm="qinghe"),
        "in_review": reviewed,
        "round": its_round,
        "grant": f"grants/{grant['id']}",
        "pilot": f"pilots/{pilot['id']}",
    }


def resource(api: Caller, key: str = "pilot") -> str:
    return f"resources/{api.world.resources[key]}"


def test_an_announced_closing_lets_grants_run_and_closes_what_is_undecided_at_its_end(api: Caller, clock) -> None:
    running = on_pilot(api)
    day = clock.now + timedelta(days=40)
    api.refused(
        "editor", resource(api), "announce_closing", "not-allowed", closing_at=day.isoformat(), reason="新版替代"
    )
    api.refused("platform", resource(api), "announce_closing", "invalid", closing_at=day.isoformat())
    api.do("platform", resource(api), "announce_closing", closing_at=day.isoformat(), reason="新版替代")

    for who in ("sme", "member", "sme2"):
        assert any("will be withdrawn" in entry["text"] for entry in api.see(who, "notifications")["items"]), who
    api.refused("sme2", running["draft"], "submit", "not-eligible", accept_terms=True)
    body = {**CASE, "applicant": api.world.organisations["ruifeng"], "resources": [api.world.resources["pilot"]]}
    assert api.post("sme", "applications", body).get_json()["code"] == "not-eligible"
    # Running cases are still decided.
    api.do("platform", running["submitted"], "consent")
    assert api.see("sme2", running["submitted"])["state"] == "consented"

    clock.move(days=39)
    tick(api.world.runtime)
    assert api.see("sme", resource(api))["state"] == "closing"
    clock.move(days=2)
    tick(api.world.runtime)

    assert api.see("visitor", resource(api))["state"] == "withdrawn"
    for name, who in (("draft", "sme2"), ("submitted", "sme2"), ("in_review", "sme")):
        closed = api.see(who, running[name])
        assert (closed["state"], closed["reason"], closed["items"][0]["outcome"]) == (
            "closed",
            "新版替代",
            "closed",
        ), name
        assert not closed["items"][0]["reserved"]
    assert api.see("chair", running["round"])["state"] == "closed"
    assert api.see("sme", running["grant"])["state"] == "active", "grants run to their end"
    assert api.see("sme", running["pilot"])["state"] == "running"
    assert api.taken("pilot") == 1


@pytest.mark.parametrize("days", [-1, 0, 29.9])
def test_a_notice_of_less_than_thirty_days_is_refused(api: Caller, clock, days: float) -> None:
    day = clock.now + timedelta(days=days)
    problem = api.refused(
        "platform", resource(api), "announce_closing", "invalid", closing_at=day.isoformat(), reason="下线"
    )
    assert list(problem["errors"]) == ["closing_at"]


def test_a_takedown_closes_cases_revokes_grants_and_pauses_pilots_until_the_operator_settles_them(
    api: Caller,
) -> None:
    running = on_pilot(api)
    api.refused("platform", resource(api), "take_down", "not-allowed", reason="违法")
    api.refused("operator", resource(api), "take_down", "invalid")
    api.do("operator", resource(api), "take_down", reason="依法停止提供")

    for name, who in (("draft", "sme2"), ("submitted", "sme2"), ("in_review", "sme")):
        assert (api.see(who, running[name])["state"], api.see(who, running[name])["reason"]) == (
            "closed",
            "依法停止提供",
        ), name
    grant = api.see("sme", running["grant"])
    assert (grant["state"], grant["reason"]) == ("revoked", "依法停止提供")
    assert api.taken("pilot") == 0
    pilot = api.see("sme", running["pilot"])
    assert (pilot["state"], pilot["reason"]) == ("paused", "依法停止提供")
    assert pilot["commands"] == ["terminate"], "it does not go on without its grant"
    api.refused("sme", running["pilot"], "resume", "grant-lost")
    assert "Pilots whose grant was revoked" in [
        section["title"] for section in api.see("operator", "work")["sections"]
    ]
    api.do("operator", running["pilot"], "terminate", reason="资源已依法下架")
    assert api.see("sme", running["pilot"])["state"] == "terminated"


def test_a_case_with_other_resources_goes_on_without_the_one_that_is_gone(api: Caller) -> None:
    case = api.submitted("sme", "platform", "platform second")
    api.do("operator", resource(api, "platform second"), "take_down", reason="依法停止提供")
    left = api.see("sme", case)
    assert left["state"] == "submitted"
    assert {item["resource"]["id"]: item["outcome"] for item in left["items"]} == {
        api.world.resources["platform"]: "pending",
        api.world.resources["platform second"]: "closed",
    }
    api.do("platform", case, "approve")
    assert (api.taken("platform"), api.taken("platform second")) == (1, 0)


def test_the_place_of_an_item_that_is_gone_is_free_again(api: Caller) -> None:
    with api.world.begin("system") as tx:
        tx.require("resource.follow")
        tx.session.get_one(Resource, api.world.resources["platform second"]).access_policy = "pilot"
    case = api.submitted("sme", "pilot", "platform second")
    api.do("platform", case, "consent")
    assert (api.taken("pilot"), api.taken("platform second")) == (1, 1)
    api.do("operator", resource(api, "platform second"), "take_down", reason="依法停止提供")
    assert (api.taken("pilot"), api.taken("platform second")) == (1, 0)
    api.do("sme", case, "withdraw")
    assert (api.taken("pilot"), api.taken("platform second")) == (0, 0)


def test_a_suspended_firm_has_its_undecided_cases_closed_and_submits_nothing(api: Caller) -> None:
    case = api.submitted("sme", "pilot")
    api.do("platform", case, "consent")
    draft = api.draft("sme", "registered")
    api.do("operator", f"organisations/{api.world.organisations['ruifeng']}", "suspend", reason="年报信息待核实")
    assert [api.see("sme", path)["state"] for path in (case, draft)] == ["closed", "closed"]
    assert api.taken("pilot") == 0
    assert all(draft.partition("/")[2] not in api.get(who, "notifications").text for who in ("platform", "editor"))
    late = api.draft("sme", "registered")
    api.refused("sme", late, "submit", "not-verified", accept_terms=True)


def test_a_suspended_platform_takes_no_applications(api: Caller) -> None:
    draft = api.draft("sme", "other pilot")
    api.do("operator", f"organisations/{api.world.organisations['yunfan']}", "suspend", reason="信息待核实")
    assert api.see("sme", draft)["state"] == "closed"
    body = {
        **CASE,
        "applicant": api.world.organisations["ruifeng"],
        "resources": [api.world.resources["other pilot"]],
    }
    assert api.post("sme", "applications", body).get_json()["code"] == "not-eligible"
