"""Batches, resources and revisions as every door shows them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select

from catalog import queries
from catalog.content import (
    CONTENT,
    ContentSchema,
    complete_card,
    content_of,
    missing,
    missing_in,
    other_language_missing,
)
from catalog.kernel.errors import N_, Invalid
from catalog.kernel.fields import NOT_A_CHOICE, Strict, moment, number, pick, reason, remarks, text
from catalog.kernel.transaction import Tx
from catalog.lifecycles import BATCH, RESOURCE, REVISION
from catalog.models import Batch, BatchEntry, Publisher, Resource, Revision
from catalog.permissions import P
from catalog.services import batches, resources, revisions
from catalog.states import PUBLIC, RELEASED
from marketplace.applications.collection import names, titles
from marketplace.commands import Choices, Collection, Command, Creation, Reasoned, one_of
from marketplace.dumping import ref, stamp, titled
from marketplace.models import Organisation
from marketplace.permissions import P as M
from marketplace.publishing import following
from marketplace.states import OrganisationState, Role

_STAFF = (Role.EDITOR, Role.MANAGER)


# -- inputs ------------------------------------------------------------------------------------------------------------


class BatchPlan(Strict):
    """What an office plans of a list."""

    number = number(N_("Number"), low=1, high=9999, help=N_("Empty: the next number, or the one it has."))
    title_zh = text(N_("Title in Chinese"), required=True)
    title_en = text(N_("Title in English"))
    summary_zh = text(N_("Summary in Chinese"), max=4000, long=True)
    summary_en = text(N_("Summary in English"), max=4000, long=True)
    opens_at = moment(N_("Opens for submissions"), required=True)
    closes_at = moment(N_("Closes for submissions"), required=True)


class NewBatch(BatchPlan):
    """A new list of one office."""

    issuer_id = pick(N_("Issuing office"))


class Extension(Strict):
    """A later closing time."""

    closes_at = moment(N_("New closing time"), required=True, help=N_("Later than the present one."))
    reason = reason(help=N_("The public can read it."))


class NewResource(ContentSchema):
    """A new draft of one publisher."""

    publisher_id = pick(N_("Publisher"))


class Submission(Strict):
    """Into which list."""

    batch = pick(N_("Openness list"), help=N_("Lists that take submissions now."))


class Remarks(Strict):
    """Remarks with which something goes back."""

    remarks = remarks(N_("Remarks"), help=N_("The publisher sees each remark at its field."), names=CONTENT)


class Closing(Strict):
    """The announcement of an end."""

    closing_at = moment(N_("Closing day"), required=True, help=N_("At least 30 days ahead."))
    reason = reason(help=N_("The public can read it."))


class LegalGround(Strict):
    """The ground of a takedown."""

    reason = reason(N_("Legal ground"), help=N_("The public can read it."))


# -- what forms offer --------------------------------------------------------------------------------------------------


def _offices(tx: Tx) -> Select[Any]:
    verified = Organisation.state == OrganisationState.VERIFIED
    return select(Publisher).join(Organisation, Organisation.publisher_id == Publisher.id).where(Organisation.is_office, verified)


def _issuers(tx: Tx) -> Choices:
    return {"issuer_id": [(office.id, names(office)) for office in tx.session.scalars(_offices(tx).order_by(Publisher.name_zh))]}


def plan_batch(tx: Tx, *, issuer_id: str, **plan: Any) -> Batch:
    """A new batch of a verified office; a platform issues none."""
    tx.require(P.BATCH_PLAN)
    if tx.session.scalar(_offices(tx).where(Publisher.id == issuer_id)) is None:
        raise Invalid({"issuer_id": [NOT_A_CHOICE]})
    return batches.plan_batch(tx, issuer_id=issuer_id, **plan)


def _publishers(tx: Tx) -> Choices:
    own = select(Publisher).where(Publisher.id.in_(tx.actor.organisations(*_STAFF))).order_by(Publisher.name_zh)
    return {"publisher_id": [(publisher.id, names(publisher)) for publisher in tx.session.scalars(own)]}


def _collecting(tx: Tx, _resource: Resource) -> Choices:
    open_now = tx.visible(P.BATCH_READ, queries.batches_taking_submissions(tx.now))
    return {"batch": [(batch.id, titles(batch)) for batch in tx.session.scalars(open_now).unique()]}


def _plan_of(_tx: Tx, batch: Batch) -> dict[str, Any]:
    return {name: getattr(batch, name) for name in BatchPlan().fields}


def _content(_tx: Tx, resource: Resource) -> dict[str, Any]:
    return content_of(resource)


def _revised(_tx: Tx, revision: Revision) -> dict[str, Any]:
    return dict(revision.content)


# -- representations ---------------------------------------------------------------------------------------------------


def dump_batch(tx: Tx, batch: Batch) -> dict[str, Any]:
    """A batch; how its entries stand is the office's to see, how many were published everybody's."""
    counts = None
    if tx.may(M.EVENT_READ):
        counts = {state.value: count for state, count in tx.session.execute(queries.counts_by_state(batch.id))}
    entries = 0
    if batch.state in RELEASED:
        entries = tx.session.scalar(select(func.count()).where(BatchEntry.batch_id == batch.id)) or 0
    return {
        "number": batch.number,
        "title_zh": batch.title_zh,
        "title_en": batch.title_en,
        "summary_zh": batch.summary_zh,
        "summary_en": batch.summary_en,
        "issuer": ref(batch.issuer),
        "opens_at": stamp(batch.opens_at),
        "closes_at": stamp(batch.closes_at),
        "published_at": stamp(batch.published_at),
        "entries": entries,
        "digest": batch.digest,
        "counts": counts,
    }


def dump_entry(entry: BatchEntry, resource: Resource) -> dict[str, Any]:
    """One entry of a published list, frozen; after a lawful takedown its digest stays and its text is hidden."""
    return {
        "position": entry.position,
        "resource_id": entry.resource_id,
        "digest": entry.digest,
        "content": None if resource.taken_down_at else entry.content,
        "state": resource.state.value,
        "revision": resource.revision,
        "taken_down_at": stamp(resource.taken_down_at),
    }


def dump_resource(tx: Tx, resource: Resource) -> dict[str, Any]:
    """A resource. Remarks and what is missing are for its staff and those who oversee; a takedown hides the text."""
    private = tx.may(P.RESOURCE_EDIT, resource) or tx.may(M.EVENT_READ)
    hidden = resource.taken_down_at is not None and not private
    content = {name: None for name in CONTENT} if hidden else content_of(resource)
    head = {
        "publisher": ref(resource.publisher),
        "batch": titled(resource.batch),
        "revision": resource.revision,
        "taken": resource.taken,
        "free": None if resource.places is None else resource.places - resource.taken,
        "contact": "" if hidden else resource.mailbox or resource.publisher.mailbox,
        "complete_card": complete_card(resource),
        "suspended_by": resource.suspended_by.value if resource.suspended_by else None,
        "closing_at": stamp(resource.closing_at),
        "listed_at": stamp(resource.listed_at),
        "taken_down_at": stamp(resource.taken_down_at),
        "updated_at": stamp(resource.updated_at),
        "demo": resource.demo,
        # Why something listed is suspended, closing or gone is said to everyone; why something was refused is not.
        "reason": resource.reason if private or resource.state in PUBLIC else "",
    }
    inside = {
        "source_key": resource.source_key,
        "remarks": resource.remarks,
        "missing": sorted(missing(resource)),
        "other_language_missing": other_language_missing(resource),
    }
    return content | head | (inside if private else {})


def dump_revision(_tx: Tx, revision: Revision) -> dict[str, Any]:
    """A change with the whole text it proposes; who may read it at all may read all of it."""
    return {
        "resource": titled(revision.resource),
        "number": revision.number,
        "content": revision.content,
        "remarks": revision.remarks,
        "reason": revision.reason,
        "missing": sorted(missing_in(revision.content, revision.resource.publisher.mailbox)),
        "effective_at": stamp(revision.effective_at),
        "updated_at": stamp(revision.updated_at),
    }


BATCHES = Collection(
    name="batches",
    thing="batch",
    model=Batch,
    cycle=BATCH,
    read=P.BATCH_READ,
    label=N_("Openness lists"),
    dump=dump_batch,
    create=Creation(plan_batch, N_("Plan a list"), NewBatch, _issuers),
    commands={
        "edit": Command(batches.edit, N_("Edit"), BatchPlan, initial=_plan_of),
        "open": Command(
            batches.open_, N_("Open for submissions"), tone="primary", confirm=N_("Open this list for submissions now?")
        ),
        "extend": Command(batches.extend, N_("Extend"), Extension),
        "close": Command(
            batches.close,
            N_("Close and begin screening"),
            tone="primary",
            confirm=N_("Close this list? Nothing more can be submitted into it; returned entries may still come back."),
        ),
        "accept_all": Command(
            batches.accept_all,
            N_("Accept all that wait"),
            confirm=N_("Accept every submitted entry in which you have no conflict of interest?"),
        ),
        "publish": Command(
            batches.publish,
            N_("Publish the list"),
            tone="primary",
            confirm=N_("Publish this list? It is frozen as it stands and can never be edited."),
        ),
        "archive": Command(batches.archive, N_("Archive"), confirm=N_("Put this list among the earlier ones?")),
        "cancel": Command(batches.cancel, N_("Cancel the list"), Reasoned, "danger"),
    },
    filters={"state": one_of(Batch.state)},
    order=(Batch.number.desc(),),
)

RESOURCES = Collection(
    name="resources",
    thing="resource",
    model=Resource,
    cycle=RESOURCE,
    read=P.RESOURCE_READ,
    label=N_("Resources"),
    dump=dump_resource,
    create=Creation(resources.create_resource, N_("Add a resource"), NewResource, _publishers),
    commands={
        "edit": Command(resources.edit, N_("Edit"), ContentSchema, initial=_content),
        "submit": Command(resources.submit, N_("Submit into a list"), Submission, "primary", choices=_collecting),
        "retract": Command(
            resources.retract,
            N_("Take back"),
            confirm=N_("Take it back into a draft? Once the list has closed it cannot be submitted into it again."),
        ),
        "resubmit": Command(resources.resubmit, N_("Submit again"), tone="primary", confirm=N_("Hand the entry in again?")),
        "accept": Command(resources.accept, N_("Accept"), tone="primary", confirm=N_("Accept this entry into the list?")),
        "return": Command(resources.return_, N_("Return with remarks"), Remarks),
        "refuse": Command(resources.refuse, N_("Refuse"), Reasoned, "danger"),
        "copy": Command(resources.copy, N_("Copy into a new draft"), confirm=N_("Make a new draft with this content?")),
        "revise": Command(revisions.revise, N_("Change"), confirm=N_("Begin a change to the listed text?")),
        "suspend": Command(resources.suspend, N_("Suspend"), Reasoned),
        "resume": Command(resources.resume, N_("Take applications again"), confirm=N_("Take applications again?")),
        "announce_closing": Command(resources.announce_closing, N_("Announce the closing"), Closing, "danger"),
        "take_down": Command(following.take_down, N_("Take down"), LegalGround, "danger"),
    },
    filters={
        "state": one_of(Resource.state),
        "batch": one_of(Resource.batch_id),
        "kind": one_of(Resource.kind),
        "policy": one_of(Resource.access_policy),
        "publisher": one_of(Resource.publisher_id),
    },
)

REVISIONS = Collection(
    name="revisions",
    thing="revision",
    model=Revision,
    cycle=REVISION,
    read=P.REVISION_READ,
    label=N_("Changes to listed resources"),
    dump=dump_revision,
    commands={
        "edit": Command(revisions.edit, N_("Edit"), ContentSchema, initial=_revised),
        "submit": Command(
            revisions.submit,
            N_("Submit the change"),
            tone="primary",
            confirm=N_("Hand the change in? Where nothing material changed it takes effect at once."),
        ),
        "resubmit": Command(revisions.resubmit, N_("Submit again"), tone="primary", confirm=N_("Hand the change in again?")),
        "retract": Command(revisions.retract, N_("Take back"), confirm=N_("Take the change back into a draft?")),
        "accept": Command(revisions.accept, N_("Accept"), tone="primary", confirm=N_("Put this change into effect?")),
        "return": Command(revisions.return_, N_("Return with remarks"), Remarks),
        "refuse": Command(revisions.refuse, N_("Refuse"), Reasoned, "danger"),
    },
    filters={"state": one_of(Revision.state), "resource": one_of(Revision.resource_id)},
)
