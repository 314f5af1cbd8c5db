"""Who may apply for what: told before a word is typed, and asked again at every later door."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from catalog.kernel.errors import N_, Conflict
from catalog.models import Resource
from catalog.states import ResourceState
from catalog.vocab import AccessPolicy
from marketplace.models import Organisation
from marketplace.organisations.queries import tier_of

NO_APPLICATION_NEEDED = N_("This resource is open to all: no application is needed.")
NOT_TAKING = N_("This resource takes no applications now.")
OWN_RESOURCE = N_("This resource is your own organisation's.")
NOT_A_FIRM = N_("Only enterprises can apply.")
WRONG_SIZE = N_("This resource is for firms of other sizes than yours.")
TIER_TOO_LOW = N_("This resource asks for a confirmed cultivation tier that your firm does not hold now.")


class NotEligible(Conflict):
    """The firm may not apply for the resource; the message says why."""

    code = "not-eligible"
    message = N_("Your firm is not eligible for this resource.")


def obstacles(session: Session, firm: Organisation, resource: Resource, now: datetime) -> list[str]:
    """Every reason (msgid) for which ``firm`` cannot apply for ``resource`` now; empty where it can."""
    if resource.access_policy is AccessPolicy.OPEN:
        return [NO_APPLICATION_NEEDED]
    found = []
    if resource.state is not ResourceState.LISTED or not resource.publisher.verified:
        found.append(NOT_TAKING)
    if resource.publisher_id == firm.id:
        found.append(OWN_RESOURCE)
    if not firm.is_enterprise:
        found.append(NOT_A_FIRM)
    if resource.sizes and firm.size_class not in resource.sizes:
        found.append(WRONG_SIZE)
    if resource.min_tier is not None:
        tier = tier_of(session, firm.id, now)
        if tier is None or tier.rank < resource.min_tier.rank:
            found.append(TIER_TOO_LOW)
    return found


def require_eligible(session: Session, firm: Organisation, resource: Resource, now: datetime) -> None:
    """Raise NotEligible with the first obstacle."""
    for obstacle in obstacles(session, firm, resource, now):
        raise NotEligible(obstacle)
