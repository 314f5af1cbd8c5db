"""Grants as every door shows them."""

from __future__ import annotations

from typing import Any

from catalog.kernel.errors import N_
from catalog.kernel.transaction import Tx
from marketplace.commands import Collection, Command, Reasoned, one_of
from marketplace.dumping import ref, stamp, titled
from marketplace.grants import services
from marketplace.lifecycles import GRANT
from marketplace.models import Grant
from marketplace.permissions import P


def dump(tx: Tx, grant: Grant) -> dict[str, Any]:
    """A grant without its commands."""
    return {
        "resource": titled(grant.resource),
        "holder": ref(grant.holder),
        "platform": ref(grant.platform),
        "application_id": grant.application_id,
        "starts_at": stamp(grant.starts_at),
        "ends_at": stamp(grant.ends_at),
        "conditions": grant.conditions,
        "reason": grant.reason,
        "created_at": stamp(grant.created_at),
        "updated_at": stamp(grant.updated_at),
    }


GRANTS = Collection(
    name="grants",
    thing="grant",
    model=Grant,
    cycle=GRANT,
    read=P.GRANT_READ,
    label=N_("Grants"),
    dump=dump,
    commands={
        "suspend": Command(services.suspend, N_("Suspend"), Reasoned),
        "resume": Command(services.resume, N_("Resume"), tone="primary"),
        "revoke": Command(services.revoke, N_("Revoke"), Reasoned, "danger"),
        "surrender": Command(
            services.surrender,
            N_("Give up the grant"),
            tone="danger",
            confirm=N_("Give up this grant? Its place becomes free."),
        ),
    },
    filters={
        "state": one_of(Grant.state),
        "resource": one_of(Grant.resource_id),
        "holder": one_of(Grant.holder_id),
        "platform": one_of(Grant.platform_id),
        "application": one_of(Grant.application_id),
    },
)
