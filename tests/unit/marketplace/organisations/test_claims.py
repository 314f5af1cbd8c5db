"""What an organisation cannot take from others: their code, their impartiality, the trust of those it serves."""

from __future__ import annotations

import pytest

from catalog.kernel.errors import Invalid
from marketplace.models import Organisation
from marketplace.organisations import members
from marketplace.organisations import services as organisations
from marketplace.organisations.queries import by_credit_code
from marketplace.states import OrganisationKind
from tests.world import World


def test_the_code_of_a_refused_registration_is_free_for_its_owner(world: World) -> None:
    key = world.add_organisation(
        "imposter", OrganisationKind.ENTERPRISE, "stranger", verified=False, name_zh="冒名", size_class="micro"
    )
    code = world.get(Organisation, key).credit_code
    world.do("operator", Organisation, key, organisations.refuse, reason="与营业执照不符")
    with world.runtime.store.readers() as session:
        assert by_credit_code(session, code) is None
    assert world.get(Organisation, key).state == "refused"


@pytest.mark.parametrize("holder", ["operator", "reviewer1", "chair", "deputy", "auditor"])
def test_nobody_with_a_post_is_made_a_member_by_an_organisation(world: World, holder: str) -> None:
    key = world.organisations["ruifeng"]
    with pytest.raises(Invalid) as refused:
        world.do("sme", Organisation, key, members.add_member, email=f"{holder}@demo.example", role="member")
    assert set(refused.value.fields) == {"email"}
