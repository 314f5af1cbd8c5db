"""What blocks a move in the catalog; guards raise a domain word, nothing here changes anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, func, select

from catalog.kernel.errors import N_, Conflict
from catalog.models import Batch, Resource, Revision
from catalog.states import BatchState, ResourceState, RevisionState, Suspender

if TYPE_CHECKING:
    from catalog.kernel.transaction import Tx


class BatchClosed(Conflict):
    """The batch does not take submissions now."""

    code = "batch-closed"
    message = N_("This batch does not take submissions now.")


class NotVerified(Conflict):
    """The organisation has not been verified."""

    code = "not-verified"
    message = N_("The organisation is not verified yet. It can draft everything and submit nothing.")


class EntriesUndecided(Conflict):
    """Entries of the batch still wait for a decision."""

    code = "entries-undecided"
    message = N_("%(count)s entries are not decided yet.")


class NothingToDecide(Conflict):
    """The batch has no entry of the kind the command is about."""

    code = "nothing-to-decide"
    message = N_("There is no entry to act on.")


class TooEarly(Conflict):
    """The moment for this has not come."""

    code = "too-early"
    message = N_("The time for this has not come yet.")


class SuspendedByOffice(Conflict):
    """Only the office lifts an office's suspension."""

    code = "suspended-by-office"
    message = N_("The office suspended this resource; only the office can lift that.")


class RevisionUnderWay(Conflict):
    """A change is already being worked on."""

    code = "revision-under-way"
    message = N_("A change to this resource is already under way. Finish that one first.")


def opening_time_reached(tx: Tx, batch: Batch) -> None:
    """The clock opens at the opening time, not before."""
    if tx.now < batch.opens_at:
        raise TooEarly


def closing_time_reached(tx: Tx, batch: Batch) -> None:
    """The clock closes at the closing time, not before."""
    if tx.now < batch.closes_at:
        raise TooEarly


def takes_submissions(tx: Tx, batch: Batch) -> None:
    """The window gates submission: the batch is collecting and its closing time has not passed, whatever the clock did."""
    if batch.state is not BatchState.COLLECTING or tx.now >= batch.closes_at:
        raise BatchClosed


def batch_takes_remarks(tx: Tx, resource: Resource) -> None:
    """Returned entries come back until screening ends."""
    if resource.batch is None or resource.batch.state not in {BatchState.COLLECTING, BatchState.SCREENING}:
        raise BatchClosed


def has_undecided_entries(tx: Tx, batch: Batch) -> None:
    """At least one submitted entry waits."""
    if not _entries_in(tx, batch, ResourceState.SUBMITTED):
        raise NothingToDecide


def every_entry_decided(tx: Tx, batch: Batch) -> None:
    """No entry of the batch is still submitted or returned."""
    count = _entries_in(tx, batch, ResourceState.SUBMITTED, ResourceState.RETURNED)
    if count:
        raise EntriesUndecided(count=count)


def has_accepted_entries(tx: Tx, batch: Batch) -> None:
    """A list without an entry is not published."""
    if not _entries_in(tx, batch, ResourceState.ACCEPTED):
        raise NothingToDecide


def _entries_in(tx: Tx, batch: Batch, *states: ResourceState) -> int:
    query = select(func.count()).where(Resource.batch_id == batch.id, Resource.state.in_(states))
    return tx.session.scalar(query) or 0


def publisher_verified(tx: Tx, resource: Resource) -> None:
    """Unverified organisations draft everything and submit nothing."""
    if not resource.publisher.verified:
        raise NotVerified


def revising_publisher_verified(tx: Tx, revision: Revision) -> None:
    """The same for a change to what is listed."""
    publisher_verified(tx, revision.resource)


def not_suspended_by_office(tx: Tx, resource: Resource) -> None:
    """The platform lifts only its own suspension."""
    if resource.suspended_by is Suspender.OFFICE:
        raise SuspendedByOffice


def no_revision_under_way(tx: Tx, resource: Resource) -> None:
    """At most one change at a time."""
    under_way = (RevisionState.DRAFT, RevisionState.SUBMITTED, RevisionState.RETURNED)
    if tx.session.scalar(select(exists().where(Revision.resource_id == resource.id, Revision.state.in_(under_way)))):
        raise RevisionUnderWay


def notice_ended(tx: Tx, resource: Resource) -> None:
    """A closing resource is withdrawn when its notice ended."""
    if resource.closing_at is None or tx.now < resource.closing_at:
        raise TooEarly
