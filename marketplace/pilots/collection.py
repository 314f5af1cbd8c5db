"""Pilots, service scenarios and showcases as every door shows them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from catalog.kernel.errors import N_
from catalog.kernel.fields import Strict, choices, pick, picks, text
from catalog.kernel.transaction import Tx
from catalog.models import Resource
from catalog.states import FINDABLE
from catalog.vocab import Industry
from marketplace.applications.collection import names, titles
from marketplace.commands import Choices, Collection, Command, Creation, Reasoned, one_of
from marketplace.dumping import ref, stamp, titled
from marketplace.lifecycles import PILOT, SCENARIO, SHOWCASE
from marketplace.models import Organisation, Pilot, ServiceScenario, Showcase
from marketplace.permissions import P
from marketplace.pilots import ending, services
from marketplace.states import PilotState, Role


class Report(Strict):
    """A progress report."""

    text = text(
        N_("Progress report"),
        required=True,
        long=True,
        max=8000,
        rows=8,
        help=N_("What was done, what was measured, what comes next."),
    )


class Result(Strict):
    """What came of the pilot."""

    result = text(
        N_("Result"),
        required=True,
        long=True,
        max=8000,
        rows=8,
        help=N_("What was reached, with figures, against what was planned."),
    )


class Evidence(Strict):
    """The evidence for a stage."""

    evidence_zh = text(
        N_("Evidence (Chinese)"), required=True, long=True, max=4000, help=N_("What was measured in which pilots.")
    )
    evidence_en = text(N_("Evidence (English)"), long=True, max=4000)


class NewScenario(Strict):
    """A common need of small firms."""

    title_zh = text(N_("Title (Chinese)"), required=True)
    title_en = text(N_("Title (English)"))
    need_zh = text(N_("Need (Chinese)"), required=True, long=True, max=4000)
    need_en = text(N_("Need (English)"), long=True, max=4000)
    solution_zh = text(N_("Solution (Chinese)"), required=True, long=True, max=4000)
    solution_en = text(N_("Solution (English)"), long=True, max=4000)
    industries = choices(Industry, N_("Industries"), required=True)
    resources = picks(N_("Resources that serve it"))


class ShowcaseText(Strict):
    """What others can learn from the pilot."""

    summary_zh = text(N_("What others can learn (Chinese)"), required=True, long=True, max=4000, rows=6)
    summary_en = text(N_("What others can learn (English)"), long=True, max=4000, rows=6)


class NewShowcase(ShowcaseText):
    """A showcase of a completed pilot."""

    pilot = pick(N_("Completed pilot"))


class Replicated(Strict):
    """The firm that did the same."""

    firm = pick(N_("Your firm"))


def dump_pilot(tx: Tx, pilot: Pilot) -> dict[str, Any]:
    """A pilot without its commands. That it exists is public; its reports, result and reasons are its parties'."""
    private = tx.may(P.PILOT_READ_PRIVATE, pilot)
    shown = {
        "title": pilot.title,
        "resource": titled(pilot.resource),
        "firm": ref(pilot.firm),
        "platform": ref(pilot.platform),
        "approved_at": stamp(pilot.approved_at),
        "started_at": stamp(pilot.started_at),
        "ended_at": stamp(pilot.ended_at),
        "reports": None,
        "result": None,
        "reason": None,
        "application_id": None,
        "grant_id": None,
    }
    if private:
        shown |= {
            "reports": [{"at": stamp(report.at), "by": report.by, "text": report.text} for report in pilot.reports],
            "result": pilot.result,
            "reason": pilot.reason,
            "application_id": pilot.application_id,
            "grant_id": pilot.grant_id,
        }
    return shown


PILOTS = Collection(
    name="pilots",
    thing="pilot",
    model=Pilot,
    cycle=PILOT,
    read=P.PILOT_READ,
    label=N_("Pilots"),
    dump=dump_pilot,
    commands={
        "start": Command(services.start, N_("Start the pilot"), tone="primary"),
        "report": Command(services.report, N_("Report progress"), Report, "primary"),
        "pause": Command(services.pause, N_("Pause"), Reasoned),
        "resume": Command(services.resume, N_("Go on"), tone="primary"),
        "finish": Command(services.finish, N_("Finish the pilot"), Result),
        "complete": Command(services.complete, N_("Confirm completion"), Reasoned, "primary"),
        "reject_completion": Command(services.reject_completion, N_("Do not confirm"), Reasoned, "danger"),
        "terminate": Command(ending.terminate, N_("Terminate"), Reasoned, "danger"),
        "annul": Command(ending.annul, N_("Annul"), Reasoned, "danger"),
    },
    filters={
        "state": one_of(Pilot.state),
        "platform": one_of(Pilot.platform_id),
        "firm": one_of(Pilot.firm_id),
        "resource": one_of(Pilot.resource_id),
    },
    order=(Pilot.approved_at.desc(), Pilot.id),
)


def _scenario_choices(tx: Tx) -> Choices:
    listed = tx.session.scalars(select(Resource).where(Resource.state.in_(FINDABLE)).order_by(Resource.title_zh)).unique()
    return {"resources": [(resource.id, titles(resource)) for resource in listed]}


def dump_scenario(tx: Tx, scenario: ServiceScenario) -> dict[str, Any]:
    """A service scenario without its commands; of its resources those that the reader may see."""
    return {
        "title_zh": scenario.title_zh,
        "title_en": scenario.title_en,
        "need_zh": scenario.need_zh,
        "need_en": scenario.need_en,
        "solution_zh": scenario.solution_zh,
        "solution_en": scenario.solution_en,
        "industries": scenario.industries,
        "evidence_zh": scenario.evidence_zh,
        "evidence_en": scenario.evidence_en,
        "resources": [titled(resource) for resource in scenario.resources if tx.may("resource.read", resource)],
        "created_at": stamp(scenario.created_at),
        "updated_at": stamp(scenario.updated_at),
    }


SCENARIOS = Collection(
    name="scenarios",
    thing="scenario",
    model=ServiceScenario,
    cycle=SCENARIO,
    read=P.SCENARIO_READ,
    label=N_("Service scenarios"),
    dump=dump_scenario,
    create=Creation(services.create_scenario, N_("Add a service scenario"), NewScenario, _scenario_choices),
    commands={
        "begin_pilot": Command(
            services.begin_pilot,
            N_("Pilots have begun"),
            tone="primary",
            confirm=N_("Move this scenario to the stage of pilots?"),
        ),
        "implement": Command(services.implement, N_("It is implemented"), Evidence, "primary"),
        "replicate": Command(services.replicate, N_("It is replicated"), Evidence, "primary"),
    },
    filters={"state": one_of(ServiceScenario.state)},
)


def _showcase_choices(tx: Tx) -> Choices:
    query = select(Pilot).where(
        Pilot.firm_id.in_(tx.actor.organisations(Role.REPRESENTATIVE)),
        Pilot.state == PilotState.COMPLETED,
        Pilot.id.not_in(select(Showcase.pilot_id)),
    )
    return {"pilot": [(pilot.id, pilot.title) for pilot in tx.session.scalars(query).unique()]}


def _replication_choices(tx: Tx, showcase: Showcase) -> Choices:
    own = select(Organisation).where(Organisation.id.in_(tx.actor.organisations(Role.REPRESENTATIVE)))
    return {"firm": [(firm.id, names(firm)) for firm in tx.session.scalars(own)]}


def dump_showcase(tx: Tx, showcase: Showcase) -> dict[str, Any]:
    """A showcase without its commands."""
    pilot = showcase.pilot
    return {
        "title": pilot.title,
        "pilot_id": pilot.id,
        "resource": titled(pilot.resource),
        "firm": ref(pilot.firm),
        "platform": ref(pilot.platform),
        "summary_zh": showcase.summary_zh,
        "summary_en": showcase.summary_en,
        "replications": [{"firm": ref(done.firm), "at": stamp(done.at)} for done in showcase.replications],
        "created_at": stamp(showcase.created_at),
        "updated_at": stamp(showcase.updated_at),
    }


SHOWCASES = Collection(
    name="showcases",
    thing="showcase",
    model=Showcase,
    cycle=SHOWCASE,
    read=P.SHOWCASE_READ,
    label=N_("Showcases"),
    dump=dump_showcase,
    create=Creation(services.create_showcase, N_("Make a showcase"), NewShowcase, _showcase_choices),
    commands={
        "edit": Command(
            services.edit_showcase,
            N_("Edit"),
            ShowcaseText,
            initial=lambda tx, it: {"summary_zh": it.summary_zh, "summary_en": it.summary_en},
        ),
        "publish": Command(
            services.publish_showcase, N_("Publish the showcase"), tone="primary", confirm=N_("Publish this showcase?")
        ),
        "record_replication": Command(
            services.record_replication, N_("We did the same"), Replicated, choices=_replication_choices
        ),
    },
    filters={"state": one_of(Showcase.state)},
)
