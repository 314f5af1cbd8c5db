"""The pages of organisations: those of the person, or all of them for the office, and each one's private page."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from catalog.kernel.paging import paginate
from catalog.vocab import Tier
from marketplace.http.context import language, read
from marketplace.http.guard import permit
from marketplace.http.pages import page_number
from marketplace.organisations.collection import ORGANISATIONS
from marketplace.permissions import P
from marketplace.states import OrganisationKind
from marketplace.timeline import timeline

blueprint = Blueprint("organisations", __name__)


@blueprint.get("/organisations")
@permit(P.ORGANISATION_READ)
def organisations() -> ResponseReturnValue:
    """The organisations that the person belongs to; every one for operators and auditors, with filters."""
    with read() as tx:
        # Public organisations have their page at /platforms; here stand those whose inside one may see.
        query = tx.visible(P.ORGANISATION_READ_PRIVATE, ORGANISATIONS.visible(tx))
        chosen = {name: [value for value in request.args.getlist(name) if value] for name in ORGANISATIONS.filters}
        for name, values in chosen.items():
            if values:
                query = ORGANISATIONS.filters[name](query, values)
        return render_template(
            "organisations/list.html",
            collection=ORGANISATIONS,
            page=paginate(tx.session, query, page_number()),
            chosen=chosen,
            kinds=[(kind.value, kind.label(language()), None) for kind in OrganisationKind],
            overseeing=tx.may(P.PEOPLE_READ),
            can_create=True,
        )


@blueprint.get("/organisations/<key>")
@permit(P.ORGANISATION_READ)
def organisation(key: str) -> ResponseReturnValue:
    """One organisation from inside: members, tiers, relations, remarks, commands, timeline."""
    with read() as tx:
        thing = ORGANISATIONS.get(tx, key)
        return render_template(
            "organisations/organisation.html",
            collection=ORGANISATIONS,
            thing=thing,
            it=ORGANISATIONS.represent(tx, thing),
            events=timeline(tx, "organisation", thing),
            tier_terms=Tier,
            inside=tx.may(P.ORGANISATION_READ_PRIVATE, thing),
        )
