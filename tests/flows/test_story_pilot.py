"""Story 3 without the appeal: panel, sealed scores, a late conflict, a tie, the pilot and its showcase."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from marketplace.accounts.services import appoint, end_appointment
from marketplace.models import Appointment, Membership, User
from marketplace.states import Post, Role
from tests.flows.caller import Caller
from tests.unit.marketplace import casework


def candidates(api: Caller, round_: str, who: str = "chair") -> set[str]:
    """The ids of those who may be put on the panel."""
    return {user["id"] for user in api.see(who, round_)["candidates"]}


def test_pilot_with_trouble(api: Caller) -> None:
    users = api.world.users
    case = api.submitted("sme", "pilot")
    assert api.taken("pilot") == 0
    api.do("platform", case, "consent")
    assert api.taken("pilot") == 1, "consent reserves the place"
    round_ = api.round_of(case)
    assert api.see("chair", round_)["state"] == "forming"

    # The panel opens when it is complete, not before.
    api.panel(round_, "reviewer1", "reviewer2")
    assert "open_review" not in api.see("chair", case)["commands"]
    api.refused("chair", case, "open_review", "panel-incomplete")
    api.panel(round_, "reviewer3")
    api.do("chair", case, "open_review")

    # Scores are sealed until one's own is in; the firm and the platform never see them.
    api.score("reviewer1", round_)
    assert [part["scores"] for part in api.see("reviewer2", round_)["panel"]] == [None, None, None]
    api.score("reviewer2", round_)
    opened = [part["scores"] is not None for part in api.see("reviewer2", round_)["panel"]]
    assert sorted(opened) == [False, True, True]
    for who in ("chair", "operator", "auditor"):
        shown = api.see(who, round_)
        assert all(part["scores"] is None and part["comment"] is None for part in shown["panel"]), who
        assert shown["tally"] is None, who
    for who in ("sme", "member", "platform", "editor", "sme2", "reviewer4"):
        assert api.get(who, round_).status_code == 404, who
    api.refused("chair", case, "approve", "quorum-missing", reason="同意")

    # A reviewer turns out to be in conflict after all have scored: the score is void, the case waits for its quorum.
    api.score("reviewer3", round_)
    assert api.see("chair", round_)["scored"] == 3 and api.see("chair", round_)["tally"]["verdict"] == "approve"
    casework.join(api.world, "reviewer2", "ruifeng")
    shown = api.see("chair", round_)
    assert (shown["scored"], shown["tally"]) == (2, None)
    assert [part["conflicted"] for part in shown["panel"]].count(True) == 1
    api.refused("chair", case, "approve", "quorum-missing", reason="同意")
    assert api.get("reviewer2", round_).status_code == 404, "in conflict one no longer reads the round"

    void = next(part["id"] for part in shown["panel"] if part["conflicted"])
    assert users["reviewer2"] not in candidates(api, round_)
    api.refused("chair", round_, "replace", "invalid", assignment=void, by=users["reviewer4"])
    api.refused("chair", round_, "replace", "invalid", assignment=void, by=users["reviewer1"], reason="存在利益关系")
    api.do("chair", round_, "replace", assignment=void, by=users["reviewer4"], reason="存在利益关系")

    # Quorum four; the recommendations tie two to two; the chair breaks the tie with a written reason.
    api.do("chair", round_, "set_quorum", quorum=4, reason="案情复杂，需四份有效评分")
    api.panel(round_, "reviewer5")
    api.score("reviewer4", round_, "refuse")
    api.refused("chair", case, "refuse", "quorum-missing", reason="不同意")
    api.score("reviewer5", round_, "refuse")
    tied = api.see("chair", round_)["tally"]
    assert (tied["approvals"], tied["refusals"], tied["verdict"]) == (2, 2, "tie")
    assert list(api.refused("chair", case, "refuse", "invalid", reason=" ")["errors"]) == ["reason"]
    assert {"approve", "refuse"} <= set(api.see("chair", case)["commands"])
    api.do("chair", case, "refuse", reason="预期成效缺少量化依据。")

    assert api.see("sme", case)["state"] == "refused" and api.see("sme", case)["reason"] == "预期成效缺少量化依据。"
    assert api.taken("pilot") == 0, "the refusal frees the place"
    assert api.see("reviewer4", round_)["state"] == "decided"
    api.refused("chair", case, "approve", "wrong-state", reason="改判")
    told = [entry["text"] for entry in api.see("sme", "notifications")["items"]]
    assert any("appeal" in text for text in told), "a refusal names the way to appeal"


def test_an_approved_case_becomes_a_pilot_that_runs_reports_and_is_shown(api: Caller) -> None:
    case, round_ = api.in_review()
    for who in ("reviewer1", "reviewer2", "reviewer3"):
        api.score(who, round_)
    api.refused("chair", case, "refuse", "against-panel", reason="不同意")
    api.refused("chair", case, "approve", "invalid")
    api.do("chair", case, "approve", reason="评审组一致同意。")
    assert api.taken("pilot") == 1

    (found,) = api.see("visitor", "pilots")["items"]
    pilot = f"pilots/{found['id']}"
    assert (found["state"], found["commands"], found["reports"]) == ("approved", [], None)
    api.refused("platform", pilot, "start", "not-allowed")
    api.refused("sme", pilot, "report", "wrong-state", text="太早")
    api.do("member", pilot, "start")
    api.refused("sme", pilot, "finish", "report-missing", result="完成")
    api.do("member", pilot, "report", text="安装了八台传感器。")
    api.do("platform", pilot, "pause", reason="平台升级")
    api.refused("sme", pilot, "report", "wrong-state", text="暂停中")
    api.do("sme", pilot, "resume")
    api.do("sme", pilot, "finish", result="停机减少六成。")
    assert api.see("visitor", pilot)["result"] is None
    api.refused("platform", pilot, "complete", "not-allowed", reason="同意")
    api.refused("operator", pilot, "complete", "invalid")
    body = {"pilot": found["id"], "summary_zh": "可复制的做法"}
    assert api.post("sme", "showcases", body).get_json()["code"] == "not-completed"
    api.do("operator", pilot, "complete", reason="指标达到。")

    assert api.post("member", "showcases", body).status_code == 403
    showcase = f"showcases/{api.create('sme', 'showcases', **body)['id']}"
    assert list(api.post("sme", "showcases", body).get_json()["errors"]) == ["pilot"]
    assert api.get("visitor", showcase).status_code == 404
    api.refused("sme", showcase, "publish", "not-allowed")
    api.do("operator", showcase, "publish")
    assert api.see("visitor", showcase)["summary_zh"] == "可复制的做法"
    for firm, who in (("ruifeng", "sme"), ("xinghe", "sme2")):
        api.refused(who, showcase, "record_replication", "invalid", firm=api.world.organisations[firm])
    api.do("sme2", showcase, "record_replication", firm=api.world.organisations["qinghe"])
    api.refused("sme2", showcase, "record_replication", "invalid", firm=api.world.organisations["qinghe"])
    figures = {figure["key"]: figure["count"] for figure in api.see("visitor", "dashboard")["figures"]}
    assert (figures["pilots"], figures["showcases"], figures["replications"]) == (1, 1, 1)


# -- conflicts of interest ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days_ago", "in_conflict"), [(729, True), (731, False)])
def test_a_membership_that_ended_counts_for_two_years(api: Caller, clock, days_ago: int, in_conflict: bool) -> None:
    case = api.submitted("sme", "pilot")
    api.do("platform", case, "consent")
    with api.world.begin("system") as tx:
        tx.require("people.appoint")
        ended = datetime.fromtimestamp(clock.now.timestamp() - days_ago * 86400, tz=clock.now.tzinfo)
        facts = {"user_id": api.world.users["reviewer1"], "organisation_id": api.world.organisations["ruifeng"]}
        tx.add(Membership(**facts, role=Role.MEMBER, since=ended.replace(year=2020), until=ended))
    round_ = api.round_of(case)
    assert (api.world.users["reviewer1"] not in candidates(api, round_)) is in_conflict
    if in_conflict:
        api.refused("chair", round_, "assign", "invalid", reviewers=[api.world.users["reviewer1"]])
    else:
        api.panel(round_, "reviewer1")


@pytest.mark.parametrize(("firm", "role"), [("ruifeng", Role.MEMBER), ("xinghe", Role.EDITOR)])
def test_a_reviewer_of_either_side_is_not_offered_and_not_assignable(
    api: Caller, firm: str, role: Role
) -> None:
    casework.join(api.world, "reviewer6", firm, role)
    case = api.submitted("sme", "pilot")
    api.do("platform", case, "consent")
    round_ = api.round_of(case)
    assert api.world.users["reviewer6"] not in candidates(api, round_)
    api.refused("chair", round_, "assign", "invalid", reviewers=[api.world.users["reviewer6"]])


@pytest.mark.parametrize("who", ["chair", "deputy", "operator", "sme2"])
def test_who_is_no_reviewer_is_not_assignable(api: Caller, who: str) -> None:
    case = api.submitted("sme", "pilot")
    api.do("platform", case, "consent")
    api.refused("chair", api.round_of(case), "assign", "invalid", reviewers=[api.world.users[who]])


def test_a_panel_with_a_conflicted_member_does_not_open(api: Caller) -> None:
    case = api.submitted("sme", "pilot")
    api.do("platform", case, "consent")
    api.panel(api.round_of(case), "reviewer1", "reviewer2", "reviewer3", "reviewer4")
    casework.join(api.world, "reviewer4", "ruifeng")
    api.refused("chair", case, "open_review", "panel-incomplete")


def test_seven_reviewers_are_too_many(api: Caller) -> None:
    api.world.add_person("reviewer7", Post.REVIEWER)
    case = api.submitted("sme", "pilot")
    api.do("platform", case, "consent")
    everybody = [api.world.users[f"reviewer{number}"] for number in range(1, 8)]
    round_ = api.round_of(case)
    assert list(api.refused("chair", round_, "assign", "invalid", reviewers=everybody)["errors"]) == ["reviewers"]
    api.do("chair", round_, "assign", reviewers=everybody[:6])
    api.refused("chair", round_, "assign", "panel-full", reviewers=everybody[6:])


def test_a_conflicted_chair_sees_no_score_decides_nothing_and_hands_over_to_the_deputy(api: Caller) -> None:
    case, round_ = api.in_review()
    for who in ("reviewer1", "reviewer2", "reviewer3"):
        api.score(who, round_)
    casework.join(api.world, "chair", "ruifeng")

    shown = api.see("chair", round_)
    assert shown["commands"] == ["hand_over"] and shown["tally"] is None
    assert all(part["scores"] is None and part["comment"] is None for part in shown["panel"])
    assert (
        api.post("chair", f"{case}/approve", {"reason": "同意"}, api.see("chair", case)["version"]).status_code == 403
    )
    assert api.get("deputy", round_).status_code == 404

    api.do("chair", round_, "hand_over", reason="本人与申请企业存在利益关系")
    assert api.see("deputy", round_)["chairs"] is True
    told = [entry["text"] for entry in api.see("deputy", "notifications")["items"]]
    assert any("was handed to you" in text for text in told)
    assert "handed to you" not in api.get("chair", "notifications").text
    api.do("deputy", case, "approve", reason="评审组一致同意。")


def test_a_case_of_the_chairs_own_firm_goes_to_the_deputy_from_the_start(api: Caller) -> None:
    casework.join(api.world, "chair", "ruifeng")
    case = api.submitted("sme", "pilot")
    api.do("platform", case, "consent")
    assert api.see("deputy", api.round_of(case, "deputy"))["chairs"] is True


def test_without_an_unconflicted_chair_the_operator_sees_the_case_wait_and_hands_it_on(api: Caller) -> None:
    casework.join(api.world, "chair", "ruifeng")
    casework.join(api.world, "deputy", "ruifeng")
    case = api.submitted("sme", "pilot")
    api.do("platform", case, "consent")
    round_ = api.round_of(case, "operator")
    assert api.see("operator", round_)["chair"] is None
    sections = {section["title"] for section in api.see("operator", "work")["sections"]}
    assert "Cases without a chair" in sections
    api.refused("operator", round_, "hand_over", "no-chair-left", reason="无人")
    api.world.add_person("second deputy", Post.DEPUTY)
    api.do("operator", round_, "hand_over", reason="改由第二副组长负责")
    assert api.see("second deputy", round_)["chairs"] is True


def test_a_chair_whose_appointment_ended_decides_nothing(api: Caller) -> None:
    case, round_ = api.in_review()
    for who in ("reviewer1", "reviewer2", "reviewer3"):
        api.score(who, round_)
    with api.world.begin("operator") as tx:
        held = select(Appointment.id).where(Appointment.user_id == api.world.users["chair"])
        end_appointment(tx, tx.session.scalars(held).one())
    assert api.get("chair", case).status_code == 404, "nor reads what was the panel's"
    answer = api.post("chair", f"{case}/approve", {"reason": "同意"}, api.see("operator", case)["version"])
    assert answer.status_code in (403, 404)
    assert api.see("sme", case)["state"] == "in_review"


def test_who_was_on_the_panel_does_not_become_its_chair(api: Caller) -> None:
    casework.join(api.world, "deputy", "ruifeng")
    with api.world.begin("operator") as tx:
        appoint(tx, email="reviewer1@demo.example", post=Post.DEPUTY)
    _case, round_ = api.in_review()
    api.refused("chair", round_, "hand_over", "no-chair-left", reason="生病")


# -- the chair's return ------------------------------------------------------------------------------------------------


def test_the_chairs_return_keeps_the_scores_reopens_them_and_pauses_the_clock(api: Caller, clock) -> None:
    case, round_ = api.in_review()
    api.score("reviewer1", round_)
    api.score("reviewer2", round_)
    due = datetime.fromisoformat(api.see("chair", case)["due_at"])
    left = due - clock.now

    api.do("chair", case, "return", remarks={"effect": "请给出衡量方法。"})
    shown = api.see("chair", round_)
    assert (shown["state"], shown["scored"]) == ("paused", 0)
    assert api.see("reviewer1", round_)["commands"] == ["recuse"]
    own = next(part for part in api.see("reviewer1", round_)["panel"] if part["own"])
    assert own["state"] == "assigned" and own["scores"], "kept, but reopened"
    assert api.see("reviewer3", round_)["panel"][0]["scores"] is None, "sealed as before"
    clock.move(days=7)
    api.do("sme", case, "resubmit")

    assert api.see("chair", round_)["state"] == "scoring"
    again = datetime.fromisoformat(api.see("chair", case)["due_at"]) - clock.now
    assert abs((again - left).total_seconds()) < 600
    api.refused("chair", case, "approve", "quorum-missing", reason="同意")
    for who in ("reviewer1", "reviewer2", "reviewer3"):
        api.score(who, round_)
    api.do("chair", case, "approve", reason="补充后评审组一致同意。")


# -- reviewers ---------------------------------------------------------------------------------------------------------


def test_a_score_covers_every_criterion_from_0_to_10(api: Caller) -> None:
    _case, round_ = api.in_review()
    given = {"recommendation": "approve", "comment": "好"}
    whole = {"need": 8, "feasibility": 8, "capacity": 7, "effect": 9}
    for scores in ({}, {**whole, "effect": 11}, {**whole, "effect": -1}, {**whole, "colour": 5}, {"need": 8}):
        api.refused("reviewer1", round_, "score", "invalid", scores=scores, **given)
    api.refused("reviewer1", round_, "score", "invalid", scores=whole, comment="好")
    api.refused("reviewer1", round_, "score", "invalid", scores=whole, recommendation="approve")
    api.do("reviewer1", round_, "score", scores=whole, **given)


def test_nobody_scores_before_the_review_is_open_or_after_the_decision(api: Caller) -> None:
    case = api.submitted("sme", "pilot")
    api.do("platform", case, "consent")
    round_ = api.round_of(case)
    api.panel(round_, "reviewer1", "reviewer2", "reviewer3")
    whole = {
        "scores": {"need": 8, "feasibility": 8, "capacity": 7, "effect": 9},
        "recommendation": "approve",
        "comment": "好",
    }
    api.refused("reviewer1", round_, "score", "wrong-state", **whole)
    api.do("chair", case, "open_review")
    for who in ("reviewer1", "reviewer2", "reviewer3"):
        api.score(who, round_)
    api.do("chair", case, "approve", reason="同意")
    api.refused("reviewer1", round_, "score", "wrong-state", **whole)


def test_the_chair_does_not_score(api: Caller) -> None:
    _case, round_ = api.in_review()
    api.refused("chair", round_, "score", "not-allowed")


def test_a_reviewer_who_steps_down_leaves_a_seat_to_fill(api: Caller) -> None:
    _case, round_ = api.in_review()
    api.score("reviewer1", round_)
    api.do("reviewer1", round_, "recuse", reason="曾为该企业提供咨询")
    assert api.see("chair", round_)["scored"] == 0
    assert api.get("reviewer1", round_).status_code == 404
    assert api.world.users["reviewer1"] not in candidates(api, round_)
    api.panel(round_, "reviewer4")
    told = [entry["text"] for entry in api.see("reviewer4", "notifications")["items"]]
    assert any("waits for your scores" in text for text in told), "who joins late is told too"


def test_a_refusal_against_a_panel_in_favour_and_an_approval_against_one_opposed_are_refused(api: Caller) -> None:
    case, round_ = api.in_review()
    for who in ("reviewer1", "reviewer2", "reviewer3"):
        api.score(who, round_, "refuse")
    assert api.see("chair", case)["commands"] == ["return", "refuse"]
    api.refused("chair", case, "approve", "against-panel", reason="同意")
    api.do("chair", case, "refuse", reason="评分低于门槛。")


def test_consent_without_a_place_is_refused(api: Caller) -> None:
    api.do("platform2", api.submitted("sme", "other pilot"), "consent")
    second = api.submitted("sme2", "other pilot", firm="qinghe")
    api.refused("platform2", second, "consent", "no-places-left")


def test_withdrawing_frees_the_reserved_place_and_ends_the_round(api: Caller) -> None:
    case, round_ = api.in_review()
    assert api.taken("pilot") == 1
    api.refused("member", case, "withdraw", "not-allowed")
    api.do("sme", case, "withdraw")
    assert api.taken("pilot") == 0
    assert api.see("chair", round_)["state"] == "closed"


def test_reviewers_stay_unnamed_to_both_sides(api: Caller) -> None:
    case, round_ = api.in_review()
    for who in ("reviewer1", "reviewer2", "reviewer3"):
        api.score(who, round_)
    api.do("chair", case, "approve", reason="同意")
    with api.world.read("system") as tx:
        hidden = [
            tx.session.get_one(User, api.world.users[who]) for who in ("reviewer1", "reviewer2", "reviewer3", "chair")
        ]
    for who in ("sme", "member", "platform", "editor"):
        seen = "".join(
            api.get(who, path).text for path in (case, f"{case}/events", "notifications", "grants", "pilots", "work")
        )
        for person in hidden:
            assert person.pseudonym not in seen and person.id not in seen and person.email not in seen
        assert "意见：" not in seen and round_.partition("/")[2] not in seen
