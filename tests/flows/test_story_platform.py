"""Story 2: the platform decides, with a return, a pause of its clock, and a decision item by item."""

from __future__ import annotations

from datetime import datetime

import pytest

from marketplace.clock import tick
from tests.flows.caller import CASE, Caller

THREE = ("platform", "platform second", "platform third")


def items(case: dict) -> dict[str, str]:
    """Item ids by the title of their resource."""
    return {item["resource"]["title_zh"]: item["id"] for item in case["items"]}


def test_returned_resubmitted_and_granted_two_of_three(api: Caller, clock) -> None:
    case = api.submitted("sme", *THREE)
    first_due = api.see("sme", case)["due_at"]
    assert api.see("platform", case)["commands"] == ["return", "approve", "refuse"]
    assert api.see("editor", case)["commands"] == ["return"]

    api.do("editor", case, "return", remarks={"need": "请写明停机时长。"})
    returned = api.see("sme", case)
    assert returned["remarks"] == {"need": "请写明停机时长。"}
    assert set(returned["commands"]) == {"edit", "resubmit", "withdraw"}
    api.refused("platform", case, "approve", "wrong-state")
    clock.move(days=10)  # the platform's clock stands still meanwhile
    api.do("member", case, "edit", **{**CASE, "need": "每次停机四小时。"})
    api.refused("member", case, "resubmit", "not-allowed")
    again = api.do("sme", case, "resubmit")
    assert (again["state"], again["need"]) == ("submitted", "每次停机四小时。")
    assert again["due_at"][:10] > first_due[:10]

    ids = items(again)
    refused = ids["能耗分析接口"]
    granted = [key for key in ids.values() if key != refused]
    problem = api.refused("platform", case, "approve", "invalid", granted=granted)
    assert list(problem["errors"]) == [f"reasons.{refused}"]
    done = api.do("platform", case, "approve", granted=granted, reasons={refused: "该接口暂不支持贵司设备型号。"})

    assert done["state"] == "approved"
    seen = {item["id"]: (item["outcome"], item["reason"]) for item in api.see("member", case)["items"]}
    assert seen[refused] == ("refused", "该接口暂不支持贵司设备型号。")
    assert [seen[key][0] for key in granted] == ["granted", "granted"]
    assert api.see("sme", f"grants?application={done['id']}")["total"] == 2
    assert [api.taken(key) for key in THREE] == [1, 1, 0]
    assert api.see("sme", "pilots")["total"] == 0


def test_nothing_ticked_grants_nothing(api: Caller) -> None:
    case = api.submitted("sme", *THREE)
    reasons = dict.fromkeys(items(api.see("platform", case)).values(), "不符合条件。")
    problem = api.refused("platform", case, "approve", "invalid", granted=[], reasons=reasons)
    assert list(problem["errors"]) == ["granted"]
    assert [api.taken(key) for key in THREE] == [0, 0, 0]


def test_an_item_of_another_case_is_not_granted(api: Caller) -> None:
    other = api.see("sme2", api.submitted("sme2", "platform", firm="qinghe"))["items"][0]["id"]
    case = api.submitted("sme", "platform")
    assert list(api.refused("platform", case, "approve", "invalid", granted=[other])["errors"]) == ["granted"]


@pytest.mark.parametrize("reason", [None, "", "   "])
def test_a_refusal_needs_a_reason(api: Caller, reason: str | None) -> None:
    body = {} if reason is None else {"reason": reason}
    problem = api.refused("platform", api.submitted("sme", "platform"), "refuse", "invalid", **body)
    assert list(problem["errors"]) == ["reason"]


def test_a_refusal_is_read_by_the_whole_firm_and_says_why(api: Caller) -> None:
    case = api.submitted("sme", "platform")
    api.do("platform", case, "refuse", reason="设备不在支持范围。")
    read = api.see("member", case)
    assert (read["state"], read["reason"], read["items"][0]["reason"]) == (
        "refused",
        "设备不在支持范围。",
        "设备不在支持范围。",
    )
    assert api.taken("platform") == 0


def test_a_return_needs_a_remark_at_a_field_of_the_case(api: Caller) -> None:
    case = api.submitted("sme", "platform")
    api.refused("platform", case, "return", "invalid", remarks={})
    api.refused("platform", case, "return", "invalid", remarks={"colour": "?"})


@pytest.mark.parametrize(
    ("who", "command"), [("editor", "approve"), ("editor", "refuse"), ("sme", "approve"), ("operator", "refuse")]
)
def test_who_does_not_decide_is_refused(api: Caller, who: str, command: str) -> None:
    api.refused(who, api.submitted("sme", "platform"), command, "not-allowed", reason="为什么")


@pytest.mark.parametrize("who", ["platform2", "sme2", "chair", "reviewer1", "visitor"])
def test_another_firms_case_does_not_exist_for_others(api: Caller, who: str) -> None:
    case = api.submitted("sme", "platform")
    assert api.get(who, case).status_code == 404
    assert api.get(who, f"{case}/events").status_code == 404
    assert api.see(who, "applications")["total"] == 0


def test_a_platform_case_takes_no_consent_and_a_pilot_case_no_platform_approval(api: Caller) -> None:
    api.refused("platform", api.submitted("sme", "platform"), "consent", "wrong-policy")
    api.refused("platform", api.submitted("sme", "pilot"), "approve", "wrong-policy")


def test_a_manager_who_belongs_to_the_applicant_does_not_decide(api: Caller) -> None:
    api.do(
        "sme",
        f"organisations/{api.world.organisations['ruifeng']}",
        "add_member",
        email="platform@demo.example",
        role="member",
    )
    case = api.submitted("sme", "platform")
    assert api.see("platform", case)["commands"] == []
    answer = api.post("platform", f"{case}/approve", {}, api.see("platform", case)["version"])
    assert (answer.status_code, answer.get_json()["code"]) == (403, "not-allowed")
    assert "Applications waiting for your answer" not in [
        section["title"] for section in api.see("platform", "work")["sections"]
    ]


def test_a_withdrawn_case_takes_no_decision(api: Caller) -> None:
    case = api.submitted("sme", "platform")
    api.do("sme", case, "withdraw")
    api.refused("platform", case, "approve", "wrong-state")


def test_a_returned_case_comes_back_before_its_deadline_or_not_at_all(api: Caller, clock) -> None:
    case = api.submitted("sme", "platform")
    api.do("platform", case, "return", remarks={"need": "请补充。"})
    clock.move(days=15)
    api.refused("sme", case, "resubmit", "deadline-passed")
    assert tick(api.world.runtime) == 1
    assert api.see("sme", case)["state"] == "expired"
    expired = api.see("sme", f"{case}/events")["items"][-1]
    assert (expired["name"], expired["role"], expired["by"]) == ("expire", "clock", "clock")


def test_the_platforms_clock_stands_still_while_the_firm_works(api: Caller, clock) -> None:
    case = api.submitted("sme", "platform")
    clock.move(days=4)
    api.do("platform", case, "return", remarks={"need": "请补充。"})
    clock.move(days=13)
    api.do("sme", case, "resubmit")
    left = datetime.fromisoformat(api.see("sme", case)["due_at"]) - clock.now
    assert 9 <= left.days <= 10, "ten of fourteen days were left"


def test_the_second_decision_on_one_case_is_refused(api: Caller) -> None:
    case = api.submitted("sme", "platform")
    version = api.see("platform", case)["version"]
    assert api.post("platform", f"{case}/approve", {}, version).status_code == 200
    late = api.post("platform", f"{case}/refuse", {"reason": "太迟了"}, version)
    assert late.status_code == 412 and late.get_json()["state"] == "approved"
    assert api.see("sme", f"grants?application={case.partition('/')[2]}")["total"] == 1


def test_more_is_not_granted_than_there_are_places(api: Caller) -> None:
    firms = [("sme", "ruifeng"), ("sme2", "qinghe")]
    cases = [api.submitted(who, "platform", firm=firm) for who, firm in firms for _twice in range(2)]
    for case in cases[:3]:
        api.do("platform", case, "approve")
    api.refused("platform", cases[3], "approve", "no-places-left")
    assert api.taken("platform") == 3
