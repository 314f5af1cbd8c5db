"""A draft on a resource whose access policy changed meanwhile is decided by nobody the firm chose."""

from __future__ import annotations

import pytest

from catalog.models import Resource, Revision
from catalog.services import revisions
from marketplace.applications import services as applications
from marketplace.applications.services import PolicyChanged
from marketplace.models import Application
from tests.unit.marketplace import casework
from tests.world import World


def test_a_draft_made_under_another_policy_is_not_handed_in(world: World) -> None:
    case = casework.draft(world, "registered")
    change = world.do("platform", Resource, world.resources["registered"], revisions.revise)
    world.do("platform", Revision, change.id, revisions.edit, access_policy="pilot")
    world.do("platform", Revision, change.id, revisions.submit)
    world.do("operator", Revision, change.id, revisions.accept)
    with pytest.raises(PolicyChanged):
        world.do("sme", Application, case, applications.submit, accept_terms=True)
    assert world.get(Application, case).state == "draft"
    # Choosing again takes the new policy over.
    content = {"title": "排程", "need": "需求", "plan": "方案", "effect": "成效", "contact": "a@b.example"}
    world.do("sme", Application, case, applications.edit, resources=[world.resources["registered"]], **content)
    world.do("sme", Application, case, applications.submit, accept_terms=True)
    assert world.get(Application, case).state == "submitted"
