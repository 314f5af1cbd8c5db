"""How each collection appears among the pages: who may come, and what its page shows besides the thing itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from sqlalchemy import func, select

from catalog import queries
from catalog.content import TRANSPARENCY, changed, content_of, material_changes
from catalog.kernel.paging import Page, paginate
from catalog.kernel.transaction import Tx
from catalog.models import Batch, BatchEntry, Resource, Revision
from catalog.permissions import P as C
from catalog.states import RELEASED, BatchState, ResourceState
from catalog.vocab import AccessPolicy
from marketplace.applications.collection import APPLICATIONS
from marketplace.applications.eligibility import obstacles
from marketplace.commands import Choices
from marketplace.http.pages import Shown, page_number
from marketplace.models import Application, Grant, Organisation, Review, Showcase
from marketplace.permissions import P
from marketplace.publishing.collection import RESOURCES, dump_entry
from marketplace.states import Role

ENTRIES = 50


def _resource(tx: Tx, resource: Resource) -> Mapping[str, Any]:
    under_way = tx.visible(C.REVISION_READ, queries.revision_under_way(resource.id))
    return {
        "change": tx.session.scalars(under_way).unique().one_or_none(),
        "applying": _applying(tx, resource),
        "own_cases": _own_cases(tx, resource),
        "card": TRANSPARENCY,
    }


def _applying(tx: Tx, resource: Resource) -> list[tuple[Organisation, list[str]]]:
    """Each of the person's firms with what keeps it from applying (nothing: it can), told before a word is typed."""
    own = tx.actor.organisations(Role.MEMBER, Role.REPRESENTATIVE) | tx.actor.served
    if not own or resource.access_policy is AccessPolicy.OPEN:
        return []
    firms = tx.session.scalars(select(Organisation).where(Organisation.id.in_(own), Organisation.is_enterprise))
    return [(firm, obstacles(tx.session, firm, resource, tx.now)) for firm in firms]


def _own_cases(tx: Tx, resource: Resource) -> int:
    """How many cases about the resource the person may see."""
    if tx.actor.anonymous:
        return 0
    query = tx.visible(P.APPLICATION_READ, select(func.count()).select_from(Application))
    return tx.session.scalar(query.where(Application.items.any(resource_id=resource.id))) or 0


def _batch(tx: Tx, batch: Batch) -> Mapping[str, Any]:
    if batch.state in RELEASED:
        query = queries.entries_with_resources(batch.id)
        total = tx.session.scalar(select(func.count()).where(BatchEntry.batch_id == batch.id)) or 0
        number = min(page_number(), max(1, -(-total // ENTRIES)))
        rows = tx.session.execute(query.limit(ENTRIES).offset((number - 1) * ENTRIES)).unique()
        frozen = [dump_entry(entry, resource) for entry, resource in rows]
        return {"frozen": frozen, "total": total, "listing": Page(frozen, number, ENTRIES, total)}
    wanted = [ResourceState(state) for state in request.args.getlist("state") if state in ResourceState.codes()]
    entries = tx.visible(C.RESOURCE_READ, queries.resources_of_batch(batch.id, *wanted))
    shown = batch.state in (BatchState.COLLECTING, BatchState.SCREENING) and not tx.actor.anonymous
    return {"entries": paginate(tx.session, entries, page_number(), ENTRIES) if shown else None, "wanted": wanted}


def _revision(tx: Tx, revision: Revision) -> Mapping[str, Any]:
    before = content_of(revision.resource)
    return {
        "before": before,
        "changed": changed(before, revision.content),
        "material": set(material_changes(before, revision.content)),
        "labels": RESOURCES,
    }


def _application(tx: Tx, case: Application) -> Mapping[str, Any]:
    """Whether there are grants of this case that the reader may see: the panel, for one, does not."""
    granted = tx.visible(P.GRANT_READ, select(Grant.id)).where(Grant.application_id == case.id)
    return {"granted": tx.session.scalar(granted.limit(1)) is not None}


def _review(tx: Tx, review: Review) -> Mapping[str, Any]:
    """The case under review with what this person can do to it: the chair decides from here."""
    case = review.application
    readable = tx.may(P.APPLICATION_READ, case)
    return {"case": APPLICATIONS.represent(tx, case) if readable else None, "case_collection": APPLICATIONS}


def _showcase_of(tx: Tx, pilot: Any) -> Mapping[str, Any]:
    query = tx.visible(P.SHOWCASE_READ, select(Showcase)).where(Showcase.pilot_id == pilot.id)
    return {"showcase": tx.session.scalars(query).unique().one_or_none()}


def _same_offer(tx: Tx, choices: Choices, values: Mapping[str, Any]) -> Choices:
    """For a case about a certain resource: only what can go into one application with it."""
    first = tx.session.get(Resource, values["resources"][0]) if values.get("resources") else None
    if first is None:
        return choices
    together = (Resource.publisher_id == first.publisher_id, Resource.access_policy == first.access_policy)
    fitting = set(tx.session.scalars(select(Resource.id).where(*together)))
    return {**choices, "resources": [choice for choice in choices["resources"] if choice[0] in fitting]}


SHOWN: dict[str, Shown] = {
    "organisations": Shown(listed=False, single=False, create=P.ORGANISATION_REGISTER),
    "batches": Shown(open=True, more=_batch, create=C.BATCH_PLAN),
    "resources": Shown(listed=False, open=True, more=_resource, create=C.RESOURCE_CREATE),
    "revisions": Shown(more=_revision),
    "applications": Shown(more=_application, offer=_same_offer, create=P.APPLICATION_CREATE),
    "reviews": Shown(more=_review),
    "pilots": Shown(open=True, more=_showcase_of),
    "scenarios": Shown(open=True, create=P.SCENARIO_RUN),
    "showcases": Shown(open=True, create=P.SHOWCASE_WRITE),
}
