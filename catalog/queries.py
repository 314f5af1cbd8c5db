"""Selects of the catalog; whoever runs them narrows them by permission (``tx.visible``) where a person looks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select

from catalog.models import Batch, BatchEntry, Resource, Revision
from catalog.states import RELEASED, BatchState, ResourceState, RevisionState

UNDER_WAY = (RevisionState.DRAFT, RevisionState.SUBMITTED, RevisionState.RETURNED)


def batches(*states: BatchState) -> Select[Any]:
    """Batches, newest number first; of these states, or of all."""
    query = select(Batch).order_by(Batch.number.desc())
    return query.where(Batch.state.in_(states)) if states else query


def released_batches() -> Select[Any]:
    """Every list that was ever published, newest first."""
    return batches(*RELEASED)


def batches_taking_submissions(now: datetime) -> Select[Any]:
    """Batches into which one can submit now, the one that closes first before the others."""
    taking = select(Batch).where(Batch.state == BatchState.COLLECTING, Batch.closes_at > now)
    return taking.order_by(Batch.closes_at, Batch.number)


def entries(batch_id: str) -> Select[Any]:
    """The frozen entries of a published list in their order."""
    return select(BatchEntry).where(BatchEntry.batch_id == batch_id).order_by(BatchEntry.position)


def entries_with_resources(batch_id: str) -> Select[Any]:
    """(entry, resource) in the order of the list; with ``resource.taken_down_at`` set the text is not shown."""
    query = select(BatchEntry, Resource).join(Resource, Resource.id == BatchEntry.resource_id)
    return query.where(BatchEntry.batch_id == batch_id).order_by(BatchEntry.position)


def errata(batch_id: str) -> Select[Any]:
    """(entry, resource) of those changed since the list was published: revised, suspended, closing or withdrawn."""
    return entries_with_resources(batch_id).where(or_(Resource.revision > 1, Resource.state != ResourceState.LISTED))


def resources_of_batch(batch_id: str, *states: ResourceState) -> Select[Any]:
    """Resources that stand in the batch now, oldest first; of these states, or of all."""
    query = select(Resource).where(Resource.batch_id == batch_id).order_by(Resource.created_at, Resource.id)
    return query.where(Resource.state.in_(states)) if states else query


def resources_of_publisher(publisher_id: str, *states: ResourceState) -> Select[Any]:
    """Resources of one publisher, newest first; of these states, or of all."""
    query = select(Resource).where(Resource.publisher_id == publisher_id).order_by(Resource.created_at.desc(), Resource.id)
    return query.where(Resource.state.in_(states)) if states else query


def counts_by_state(batch_id: str) -> Select[Any]:
    """(state, number of entries) of a batch."""
    return select(Resource.state, func.count()).where(Resource.batch_id == batch_id).group_by(Resource.state)


def revision_under_way(resource_id: str) -> Select[Any]:
    """The one change that is being worked on, if there is one."""
    return select(Revision).where(Revision.resource_id == resource_id, Revision.state.in_(UNDER_WAY))
