"""Pilots, scenarios and showcases: their steps, who takes them, and what they need."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from catalog.kernel.errors import Invalid, NotAllowed, WrongState
from marketplace.dashboard.queries import figures
from marketplace.models import Organisation, Pilot, ServiceScenario, Showcase
from marketplace.organisations import services as organisations
from marketplace.pilots import services as pilots
from tests.unit.marketplace import casework
from tests.world import World

REASON = {"reason": "双方商定"}


@pytest.fixture
def pilot(world: World) -> str:
    return casework.approved_pilot(world)[0]


def lead(world: World, pilot: str, state: str) -> None:
    """Bring the pilot to a state."""
    if state == "approved":
        return
    world.do("sme", Pilot, pilot, pilots.start)
    if state == "paused":
        world.do("platform", Pilot, pilot, pilots.pause, **REASON)
    if state in ("completion_review", "completed", "not_completed"):
        world.do("member", Pilot, pilot, pilots.report, text="进展")
        world.do("member", Pilot, pilot, pilots.finish, result="停机减半")
    if state == "completed":
        world.do("operator", Pilot, pilot, pilots.complete, **REASON)
    if state == "not_completed":
        world.do("operator", Pilot, pilot, pilots.reject_completion, **REASON)


@pytest.mark.parametrize("state", ["approved", "running", "paused"])
@pytest.mark.parametrize("who", ["sme", "platform", "operator"])
def test_either_side_and_the_operator_may_end_a_pilot_early(
    world: World, pilot: str, state: str, who: str, clock
) -> None:
    lead(world, pilot, state)
    world.do(who, Pilot, pilot, pilots.terminate, **REASON)
    ended = world.get(Pilot, pilot)
    assert (ended.state, ended.reason, ended.ended_at) == ("terminated", "双方商定", clock.now)


@pytest.mark.parametrize("state", ["completion_review", "completed", "not_completed"])
def test_a_pilot_that_was_finished_is_neither_terminated_nor_annulled(world: World, pilot: str, state: str) -> None:
    lead(world, pilot, state)
    for service in (pilots.terminate, pilots.annul):
        with pytest.raises(WrongState):
            world.do("operator", Pilot, pilot, service, **REASON)


@pytest.mark.parametrize(
    ("who", "state", "service", "given"),
    [
        ("platform", "approved", pilots.start, {}),
        ("sme2", "approved", pilots.start, {}),
        ("platform", "running", pilots.report, {"text": "x"}),
        ("member", "running", pilots.pause, REASON),
        ("editor", "running", pilots.terminate, REASON),
        ("platform2", "running", pilots.terminate, REASON),
        ("sme", "running", pilots.annul, REASON),
        ("platform", "running", pilots.annul, REASON),
        ("sme", "completion_review", pilots.complete, REASON),
        ("auditor", "completion_review", pilots.complete, REASON),
        ("chair", "completion_review", pilots.reject_completion, REASON),
    ],
)
def test_who_may_not_is_refused(
    world: World, pilot: str, who: str, state: str, service: Callable[..., Any], given: dict[str, str]
) -> None:
    lead(world, pilot, state)
    with pytest.raises(NotAllowed):
        world.do(who, Pilot, pilot, service, **given)


def test_an_operator_of_one_side_neither_confirms_nor_annuls(world: World, pilot: str) -> None:
    casework.join(world, "operator", "ruifeng")
    with pytest.raises(NotAllowed):
        world.do("operator", Pilot, pilot, pilots.annul, **REASON)


@pytest.mark.parametrize("service", [pilots.pause, pilots.terminate, pilots.annul])
def test_an_interruption_or_an_end_needs_a_reason(world: World, pilot: str, service: Callable[..., Any]) -> None:
    lead(world, pilot, "running")
    with pytest.raises(Invalid):
        world.do("operator", Pilot, pilot, service, reason=" ")


def test_reports_are_kept_in_order_with_who_wrote_them(world: World, pilot: str, clock) -> None:
    lead(world, pilot, "running")
    for number, who in enumerate(("sme", "member", "sme")):
        clock.move(days=7)
        world.do(who, Pilot, pilot, pilots.report, text=f"第{number}次报告")
    reports = world.get(Pilot, pilot).reports
    assert [report.text for report in reports] == ["第0次报告", "第1次报告", "第2次报告"]
    assert [report.by for report in reports] == [world.actor(who).pseudonym for who in ("sme", "member", "sme")]


# -- showcases ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def showcase(world: World, pilot: str) -> str:
    """A published showcase of a completed pilot of ruifeng."""
    lead(world, pilot, "completed")
    with world.begin("sme") as tx:
        made = pilots.create_showcase(tx, pilot=pilot, summary_zh="做法")
    world.do("operator", Showcase, made.id, pilots.publish_showcase)
    return made.id


@pytest.mark.parametrize("state", ["approved", "running", "paused", "completion_review", "not_completed"])
def test_only_a_completed_pilot_becomes_a_showcase(world: World, pilot: str, state: str) -> None:
    lead(world, pilot, state)
    with pytest.raises(pilots.NotCompleted), world.begin("sme") as tx:
        pilots.create_showcase(tx, pilot=pilot, summary_zh="做法")


@pytest.mark.parametrize("who", ["member", "sme2", "platform", "operator"])
def test_only_the_representative_of_the_firm_tells_its_pilot(world: World, pilot: str, who: str) -> None:
    lead(world, pilot, "completed")
    with pytest.raises(NotAllowed), world.begin(who) as tx:
        pilots.create_showcase(tx, pilot=pilot, summary_zh="做法")


def test_a_published_showcase_is_not_edited(world: World, showcase: str) -> None:
    with pytest.raises(WrongState):
        world.do("sme", Showcase, showcase, pilots.edit_showcase, summary_zh="改写")


@pytest.mark.parametrize(("who", "firm"), [("sme", "ruifeng"), ("sme2", "ruifeng"), ("sme2", "nowhere")])
def test_a_replication_is_recorded_by_another_firm_for_itself(
    world: World, showcase: str, who: str, firm: str
) -> None:
    with pytest.raises(Invalid):
        world.do(who, Showcase, showcase, pilots.record_replication, firm=world.organisations.get(firm, firm))
    assert world.get(Showcase, showcase).replications == []


def test_a_firm_is_counted_once_and_only_while_it_is_verified(world: World, showcase: str) -> None:
    firm = world.organisations["qinghe"]
    world.do("operator", Organisation, firm, organisations.suspend, reason="核实")
    with pytest.raises(Invalid):
        world.do("sme2", Showcase, showcase, pilots.record_replication, firm=firm)
    world.do("operator", Organisation, firm, organisations.resume)
    world.do("sme2", Showcase, showcase, pilots.record_replication, firm=firm)
    with pytest.raises(Invalid):
        world.do("sme2", Showcase, showcase, pilots.record_replication, firm=firm)
    assert [done.firm_id for done in world.get(Showcase, showcase).replications] == [firm]


# -- scenarios ---------------------------------------------------------------------------------------------------------


def test_a_scenario_moves_stage_by_stage_on_evidence(world: World) -> None:
    text = {"title_zh": "设备预测维护", "need_zh": "停机", "solution_zh": "监测", "industries": ["C"]}
    with world.begin("operator") as tx:
        key = pilots.create_scenario(tx, resources=[world.resources["pilot"]], **text).id
    for service in (pilots.implement, pilots.replicate):
        with pytest.raises(WrongState):
            world.do("operator", ServiceScenario, key, service, evidence_zh="证据")
    with pytest.raises(NotAllowed):
        world.do("platform", ServiceScenario, key, pilots.begin_pilot)
    world.do("operator", ServiceScenario, key, pilots.begin_pilot)
    world.do("operator", ServiceScenario, key, pilots.implement, evidence_zh="三家企业停机减半")
    world.do("operator", ServiceScenario, key, pilots.replicate, evidence_zh="另有五家采用")
    assert (world.get(ServiceScenario, key).state, world.get(ServiceScenario, key).evidence_zh) == (
        "replicated",
        "另有五家采用",
    )


def test_a_scenario_names_only_resources_that_its_author_may_see(world: World) -> None:
    text = {"title_zh": "设备预测维护", "need_zh": "停机", "solution_zh": "监测", "industries": ["C"]}
    with pytest.raises(Invalid), world.begin("operator") as tx:
        pilots.create_scenario(tx, resources=[world.resources["draft"]], **text)


def test_an_annulled_pilot_is_the_only_one_not_counted(world: World, pilot: str) -> None:
    def count() -> int:
        with world.read("visitor") as tx:
            return next(figure.count for figure in figures(tx.session, tx.now) if figure.key == "pilots")

    assert count() == 1
    world.do("operator", Pilot, pilot, pilots.annul, **REASON)
    assert count() == 0
