"""What a resource's end means for the cases, grants and pilots that hang on it."""

from __future__ import annotations

from catalog.kernel.errors import N_
from catalog.kernel.transaction import Tx
from catalog.models import Resource
from catalog.services import resources
from marketplace.applications.services import drop_resource
from marketplace.grants.services import revoke_all

WITHDRAWN = N_("The platform has withdrawn the resource.")


def withdraw(tx: Tx, resource: Resource) -> None:
    """The notice ended: undecided applications are closed, grants run to their end."""
    resources.withdraw(tx, resource)
    with tx.as_system():
        drop_resource(tx, resource, resource.reason or WITHDRAWN)


def take_down(tx: Tx, resource: Resource, *, reason: str) -> None:
    """A lawful takedown: undecided applications are closed, grants revoked, pilots paused until the operator settles them."""
    resources.take_down(tx, resource, reason=reason)
    with tx.as_system():
        drop_resource(tx, resource, reason)
        revoke_all(tx, resource, reason)
