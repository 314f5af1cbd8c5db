"""What the forms of organisations refuse."""

from __future__ import annotations

import pytest

from catalog.kernel.errors import Invalid
from catalog.kernel.fields import Strict
from marketplace.commands import load
from marketplace.models import Organisation
from marketplace.organisations.inputs import Facts, NewMember, RegistrableKind, Registration
from marketplace.states import OrganisationKind


def wrong(schema: type[Strict], **given: object) -> set[str]:
    """The names of the fields that are refused."""
    try:
        load(schema(), given)
    except Invalid as refused:
        return set(refused.fields)
    return set()


def test_what_must_be_filled_in_is_said() -> None:
    assert wrong(Registration, name_zh=" ") == {"kinds", "name_zh", "credit_code", "region", "mailbox"}


def test_no_text_is_longer_than_its_column() -> None:
    for name in Facts().fields:
        length = getattr(Organisation.__table__.columns[name].type, "length", None)
        if length and name != "credit_code":
            long = {"mailbox": "x" * length + "@firm.example", "website": "https://firm.example/" + "x" * length}
            assert name in wrong(Facts, **{name: long.get(name, "x" * (length + 1))}), name


def test_a_role_that_was_not_chosen_is_missed() -> None:
    assert wrong(NewMember, email="x@firm.example", role="") == {"role"}


@pytest.mark.parametrize("kind", list(OrganisationKind))
def test_people_register_every_kind_but_offices(kind: OrganisationKind) -> None:
    assert (kind.value in RegistrableKind.codes()) is (kind is not OrganisationKind.OFFICE)
