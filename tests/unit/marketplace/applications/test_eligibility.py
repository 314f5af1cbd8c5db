"""Who may apply for what, obstacle by obstacle."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from catalog.models import Publisher, Resource
from catalog.states import ResourceState
from catalog.vocab import AccessPolicy, SizeClass, Tier
from marketplace.applications import eligibility as told
from marketplace.applications.eligibility import NotEligible, obstacles, require_eligible
from marketplace.models import Organisation, TierEvidence
from tests.world import START, World


def firm(**facts: Any) -> Organisation:
    return Organisation(**{"id": "firm", "is_enterprise": True, "size_class": SizeClass.SMALL, **facts})


def resource(**facts: Any) -> Resource:
    facts = {"publisher_id": "platform", "publisher": Publisher(verified=True), "sizes": [], **facts}
    return Resource(**{"access_policy": AccessPolicy.PILOT, "state": ResourceState.LISTED, **facts})


@pytest.mark.parametrize(
    ("applicant", "wanted", "expected"),
    [
        (firm(), resource(), []),
        (
            firm(),
            resource(access_policy=AccessPolicy.OPEN, state=ResourceState.SUSPENDED),
            [told.NO_APPLICATION_NEEDED],
        ),
        *(
            (firm(), resource(state=state), [told.NOT_TAKING])
            for state in ResourceState
            if state is not ResourceState.LISTED
        ),
        (firm(), resource(publisher=Publisher(verified=False)), [told.NOT_TAKING]),
        (firm(id="platform"), resource(), [told.OWN_RESOURCE]),
        (firm(is_enterprise=False), resource(), [told.NOT_A_FIRM]),
        (firm(), resource(sizes=["micro", "medium"]), [told.WRONG_SIZE]),
        (firm(), resource(sizes=["micro", "small"]), []),
        (
            firm(size_class=SizeClass.LARGE),
            resource(sizes=["micro"], state=ResourceState.CLOSING),
            [told.NOT_TAKING, told.WRONG_SIZE],
        ),
    ],
)
def test_every_obstacle_is_told(applicant: Organisation, wanted: Resource, expected: list[str]) -> None:
    assert obstacles(None, applicant, wanted, START) == expected


@pytest.mark.parametrize(
    ("held", "since", "until", "confirmed", "eligible"),
    [
        (None, 0, 0, True, False),
        (Tier.INNOVATIVE, -10, 10, True, False),
        (Tier.SPECIALISED, -10, 10, True, True),
        (Tier.LITTLE_GIANT, -10, 10, True, True),
        (Tier.SPECIALISED, -10, 10, False, False),
        (Tier.SPECIALISED, -10, -1, True, False),
        (Tier.SPECIALISED, 1, 10, True, False),
    ],
)
def test_a_tier_counts_while_its_confirmed_evidence_is_valid(
    world: World, held: Tier | None, since: int, until: int, confirmed: bool, eligible: bool
) -> None:
    with world.read("system") as tx:
        applicant = tx.session.get_one(Organisation, world.organisations["ruifeng"])
        if held is not None:
            tx.add(
                TierEvidence(
                    organisation_id=applicant.id,
                    tier=held,
                    certificate="1",
                    issued_at=tx.now + timedelta(days=since),
                    expires_at=tx.now + timedelta(days=until),
                    confirmed_at=tx.now if confirmed else None,
                )
            )
        wanted = tx.session.get_one(Resource, world.resources["tiered"])
        assert obstacles(tx.session, applicant, wanted, tx.now) == ([] if eligible else [told.TIER_TOO_LOW])
        if not eligible:
            with pytest.raises(NotEligible, match="tier"):
                require_eligible(tx.session, applicant, wanted, tx.now)
