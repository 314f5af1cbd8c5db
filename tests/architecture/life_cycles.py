"""Every life cycle of the product with its ends, for the tests that go through all tables."""

from catalog.states import BatchState, ResourceState, RevisionState
from marketplace.cli.life_cycles import CYCLES
from marketplace.states import (
    ApplicationState,
    GrantState,
    OrganisationState,
    PilotState,
    ReviewState,
    ScenarioStage,
    ShowcaseState,
)

BY_THING = {cycle.thing: cycle for cycle in CYCLES}

#: States that are meant to have no way out, by the tables of the domain.
ENDS = {
    "organisation": {OrganisationState.REFUSED},
    "batch": {BatchState.ARCHIVED, BatchState.CANCELLED},
    "resource": {ResourceState.WITHDRAWN},
    "revision": {RevisionState.EFFECTIVE, RevisionState.REFUSED},
    "application": {ApplicationState.APPROVED, ApplicationState.WITHDRAWN, ApplicationState.EXPIRED, ApplicationState.CLOSED},
    "review": {ReviewState.DECIDED, ReviewState.CLOSED},
    "grant": {GrantState.EXPIRED, GrantState.REVOKED, GrantState.SURRENDERED},
    "pilot": {PilotState.COMPLETED, PilotState.NOT_COMPLETED, PilotState.TERMINATED, PilotState.ANNULLED},
    "scenario": {ScenarioStage.REPLICATED},
    "showcase": {ShowcaseState.PUBLISHED},
}

#: States in which a thing may stay for as long as it lives.
LASTING = {"organisation": {OrganisationState.VERIFIED}}
