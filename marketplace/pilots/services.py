"""What happens to a pilot from its approval to its end, and to the scenarios and showcases that it feeds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from catalog.kernel.errors import N_, Conflict, Invalid
from catalog.kernel.lifecycle import advance
from catalog.kernel.transaction import Tx
from catalog.models import Resource
from marketplace.lifecycles import PILOT, SCENARIO, SHOWCASE
from marketplace.models import (
    Application,
    Grant,
    Organisation,
    Pilot,
    PilotReport,
    Replication,
    ServiceScenario,
    Showcase,
)
from marketplace.permissions import P
from marketplace.states import OrganisationState, PilotState, Role


class NotCompleted(Conflict):
    """Only a completed pilot becomes a showcase."""

    code = "not-completed"
    message = N_("Only a completed pilot can become a showcase.")


def approve_pilot(tx: Tx, application: Application, grant: Grant) -> Pilot:
    """The pilot of an item that the chair approved. To be called as the system."""
    pilot = Pilot(
        application_id=application.id,
        grant_id=grant.id,
        resource_id=grant.resource_id,
        firm_id=grant.holder_id,
        platform_id=grant.platform_id,
        title=application.title,
        approved_at=tx.now,
        demo=application.demo,
    )
    tx.add(pilot)
    tx.record("pilot", pilot, "create", to=pilot.state, role="system")
    return pilot


def start(tx: Tx, pilot: Pilot) -> None:
    """The firm begins."""
    advance(tx, PILOT, pilot, "start")
    pilot.started_at = tx.now


def report(tx: Tx, pilot: Pilot, *, text: str) -> None:
    """A progress report of the firm."""
    advance(tx, PILOT, pilot, "report")
    pilot.reports.append(PilotReport(at=tx.now, by=tx.actor.pseudonym, text=text))


def pause(tx: Tx, pilot: Pilot, *, reason: str) -> None:
    """Interrupted by either side, by the operator, or because its grant was revoked."""
    advance(tx, PILOT, pilot, "pause", reason=reason)
    pilot.reason = reason


def resume(tx: Tx, pilot: Pilot) -> None:
    """Goes on."""
    advance(tx, PILOT, pilot, "resume")
    pilot.reason = ""


def finish(tx: Tx, pilot: Pilot, *, result: str) -> None:
    """The firm hands in what came of it; the completion review begins."""
    advance(tx, PILOT, pilot, "finish")
    pilot.result = result


def complete(tx: Tx, pilot: Pilot, *, reason: str) -> None:
    """The operator confirms the completion."""
    advance(tx, PILOT, pilot, "complete", reason=reason)
    _end(tx, pilot, reason)


def reject_completion(tx: Tx, pilot: Pilot, *, reason: str) -> None:
    """The operator finds that what was agreed was not reached."""
    advance(tx, PILOT, pilot, "reject_completion", reason=reason)
    _end(tx, pilot, reason)


def terminate(tx: Tx, pilot: Pilot, *, reason: str) -> None:
    """Ended before its time by either side or the operator."""
    advance(tx, PILOT, pilot, "terminate", reason=reason)
    _end(tx, pilot, reason)


def annul(tx: Tx, pilot: Pilot, *, reason: str) -> None:
    """Obtained wrongly: the pilot is never counted."""
    advance(tx, PILOT, pilot, "annul", reason=reason)
    _end(tx, pilot, reason)


def _end(tx: Tx, pilot: Pilot, reason: str) -> None:
    pilot.ended_at = tx.now
    pilot.reason = reason


def follow_grant(tx: Tx, grant: Grant, reason: str) -> None:
    """A grant that was revoked or given up pauses the running pilot on it. To be called as the system."""
    query = select(Pilot).where(Pilot.grant_id == grant.id, Pilot.state == PilotState.RUNNING)
    for pilot in tx.session.scalars(query).unique():
        pause(tx, pilot, reason=reason)


def create_scenario(tx: Tx, *, resources: list[str] | None = None, **content: Any) -> ServiceScenario:
    """A common need of small firms, as an idea."""
    scenario = ServiceScenario(**content)
    tx.require(P.SCENARIO_RUN, scenario)
    scenario.resources = _resources(tx, resources or [])
    tx.add(scenario)
    tx.record("scenario", scenario, "create", to=scenario.state, role=tx.role_for(P.SCENARIO_RUN, scenario))
    return scenario


def _resources(tx: Tx, ids: list[str]) -> list[Resource]:
    found = tx.session.scalars(tx.visible("resource.read", select(Resource)).where(Resource.id.in_(ids))).unique().all()
    if len(found) < len(set(ids)):
        raise Invalid({"resources": [N_("Please choose resources from the catalog.")]})
    return list(found)


def move_scenario(tx: Tx, scenario: ServiceScenario, name: str, evidence_zh: str, evidence_en: str) -> None:
    """Move a scenario on by the operator, with the evidence for it."""
    advance(tx, SCENARIO, scenario, name, reason=evidence_zh)
    scenario.evidence_zh, scenario.evidence_en = evidence_zh, evidence_en


def begin_pilot(tx: Tx, scenario: ServiceScenario) -> None:
    """Firms try the scenario out."""
    advance(tx, SCENARIO, scenario, "begin_pilot")


def implement(tx: Tx, scenario: ServiceScenario, *, evidence_zh: str, evidence_en: str = "") -> None:
    """The scenario works in practice: evidence from pilots says so."""
    move_scenario(tx, scenario, "implement", evidence_zh, evidence_en)


def replicate(tx: Tx, scenario: ServiceScenario, *, evidence_zh: str, evidence_en: str = "") -> None:
    """Further firms use it."""
    move_scenario(tx, scenario, "replicate", evidence_zh, evidence_en)


def create_showcase(tx: Tx, *, pilot: str, summary_zh: str, summary_en: str = "") -> Showcase:
    """A draft that tells a completed pilot as a model. Raises NotCompleted, or Invalid where there is one already."""
    told = tx.get(Pilot, pilot, P.PILOT_READ)
    draft = Showcase(
        pilot_id=told.id,
        firm_id=told.firm_id,
        platform_id=told.platform_id,
        summary_zh=summary_zh,
        summary_en=summary_en,
    )
    tx.require(P.SHOWCASE_WRITE, draft)
    if told.state is not PilotState.COMPLETED:
        raise NotCompleted
    if tx.session.scalar(select(Showcase.id).where(Showcase.pilot_id == told.id)):
        raise Invalid({"pilot": [N_("This pilot has a showcase already.")]})
    draft.demo = told.demo
    tx.add(draft)
    tx.session.refresh(draft, ["pilot"])
    tx.record("showcase", draft, "create", to=draft.state, role=tx.role_for(P.SHOWCASE_WRITE, draft))
    return draft


def edit_showcase(tx: Tx, showcase: Showcase, *, summary_zh: str, summary_en: str = "") -> None:
    """Change the text of a draft."""
    advance(tx, SHOWCASE, showcase, "edit")
    showcase.summary_zh, showcase.summary_en = summary_zh, summary_en


def publish_showcase(tx: Tx, showcase: Showcase) -> None:
    """The operator shows it to the public."""
    advance(tx, SHOWCASE, showcase, "publish")


def record_replication(tx: Tx, showcase: Showcase, *, firm: str) -> None:
    """A firm records that it did the same. Raises Invalid for a firm that is not the actor's, the pilot's own, or recorded."""
    advance(tx, SHOWCASE, showcase, "record_replication", changes={"firm_id": firm})
    own = tx.session.get(Organisation, firm) if firm in tx.actor.organisations(Role.REPRESENTATIVE) else None
    if own is None or own.state is not OrganisationState.VERIFIED:
        raise Invalid({"firm": [N_("Please choose your own verified firm.")]})
    if firm == showcase.firm_id or any(done.firm_id == firm for done in showcase.replications):
        raise Invalid({"firm": [N_("This firm is counted already.")]})
    showcase.replications.append(Replication(firm_id=firm, at=tx.now))
