"""The tables of the marketplace, one file a family; importing this package knows every table of the product."""

import catalog.kernel.events
import catalog.kernel.outbox
import catalog.models
from marketplace.models.application import Application, ApplicationItem
from marketplace.models.grant import Grant
from marketplace.models.notification import Notification
from marketplace.models.organisation import Membership, Organisation, ServiceRelation, TierEvidence
from marketplace.models.pilot import (
    Pilot,
    PilotReport,
    Replication,
    ScenarioResource,
    ServiceScenario,
    Showcase,
)
from marketplace.models.review import Assignment, Review
from marketplace.models.user import AccessToken, Appointment, SecurityRole, SecurityRoleUser, User

__all__ = [
    "AccessToken",
    "Application",
    "ApplicationItem",
    "Appointment",
    "Assignment",
    "Grant",
    "Membership",
    "Notification",
    "Organisation",
    "Pilot",
    "PilotReport",
    "Replication",
    "Review",
    "ScenarioResource",
    "SecurityRole",
    "SecurityRoleUser",
    "ServiceRelation",
    "ServiceScenario",
    "Showcase",
    "TierEvidence",
    "User",
]
