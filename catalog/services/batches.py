"""Openness lists: planned, opened, closed, screened, and frozen when they are published."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from catalog import queries, rules
from catalog.content import content_of
from catalog.kernel.errors import N_, Invalid
from catalog.kernel.fields import NOT_A_CHOICE
from catalog.kernel.lifecycle import advance
from catalog.kernel.transaction import Tx
from catalog.lifecycles import BATCH, RESOURCE
from catalog.models import Batch, BatchEntry, Publisher, Resource
from catalog.permissions import P
from catalog.services import resources
from catalog.states import ResourceState
from catalog.vocab import ResourceKind

NUMBER_TAKEN = N_("There is a batch with this number already.")
CLOSES_BEFORE_OPENING = N_("The closing time must come after the opening time.")
CLOSES_IN_THE_PAST = N_("The closing time must lie ahead.")
NOT_LATER = N_("The new closing time must be later than the present one.")

_KINDS = {kind: position for position, kind in enumerate(ResourceKind)}


def plan_batch(
    tx: Tx,
    *,
    issuer_id: str,
    title_zh: str,
    opens_at: datetime,
    closes_at: datetime,
    number: int | None = None,
    title_en: str = "",
    summary_zh: str = "",
    summary_en: str = "",
) -> Batch:
    """A new batch of that office, not yet open; without a ``number`` it gets the next one."""
    tx.require(P.BATCH_PLAN)
    if tx.session.get(Publisher, issuer_id) is None:
        raise Invalid({"issuer_id": [NOT_A_CHOICE]})
    if number is None:
        number = (tx.session.scalar(select(func.max(Batch.number))) or 0) + 1
    batch = Batch(
        number=number,
        issuer_id=issuer_id,
        title_zh=title_zh,
        title_en=title_en,
        summary_zh=summary_zh,
        summary_en=summary_en,
        opens_at=opens_at,
        closes_at=closes_at,
    )
    _check_plan(tx, None, number, opens_at, closes_at)
    tx.add(batch)
    tx.record("batch", batch, "create", to=batch.state, role=tx.role_for(P.BATCH_PLAN, batch))
    return batch


def edit(
    tx: Tx,
    batch: Batch,
    *,
    title_zh: str,
    opens_at: datetime,
    closes_at: datetime,
    number: int | None = None,
    title_en: str = "",
    summary_zh: str = "",
    summary_en: str = "",
) -> None:
    """Change the plan; without a ``number`` it keeps the one it has."""
    BATCH.choose(tx, batch, "edit")
    number = batch.number if number is None else number
    _check_plan(tx, batch, number, opens_at, closes_at)
    given = {
        "number": number,
        "title_zh": title_zh,
        "title_en": title_en,
        "summary_zh": summary_zh,
        "summary_en": summary_en,
        "opens_at": opens_at,
        "closes_at": closes_at,
    }
    fields = [name for name, value in given.items() if getattr(batch, name) != value]
    if fields:
        advance(tx, BATCH, batch, "edit", changes={"fields": fields})
        for name in fields:
            setattr(batch, name, given[name])


def open_(tx: Tx, batch: Batch) -> None:
    """Take submissions from now on."""
    advance(tx, BATCH, batch, "open")


def extend(tx: Tx, batch: Batch, *, closes_at: datetime, reason: str) -> None:
    """Close later than announced, with a public reason."""
    BATCH.choose(tx, batch, "extend")
    if closes_at <= max(batch.closes_at, tx.now):
        raise Invalid({"closes_at": [NOT_LATER]})
    changes = {"from": batch.closes_at.isoformat(), "to": closes_at.isoformat()}
    advance(tx, BATCH, batch, "extend", reason=reason, changes=changes)
    batch.closes_at = closes_at


def close(tx: Tx, batch: Batch) -> None:
    """Take no more submissions; what was returned may come back until the list is published."""
    advance(tx, BATCH, batch, "close")


def accept_all(tx: Tx, batch: Batch) -> int:
    """Accept every submitted entry that the actor may decide on; returns how many. Entries in conflict stay for others,
    and so do those of a publisher that is not verified now.

    Raises NothingToDecide where none is left for this actor.
    """
    BATCH.choose(tx, batch, "accept_all")
    waiting = queries.resources_of_batch(batch.id, ResourceState.SUBMITTED)
    found = tx.session.scalars(tx.visible(P.RESOURCE_SCREEN, waiting)).unique()
    entries = [entry for entry in found if entry.publisher.verified]
    if not entries:
        raise rules.NothingToDecide
    left = (tx.session.scalar(select(func.count()).select_from(waiting.order_by(None).subquery())) or 0) - len(entries)
    changes = {"accepted": len(entries), "left": left, "publisher_ids": _publisher_ids(entries)}
    advance(tx, BATCH, batch, "accept_all", changes=changes)
    tx.foresee("resource", [entry.id for entry in entries])
    for entry in entries:
        resources.accept(tx, entry, in_bulk=True)
    return len(entries)


def publish(tx: Tx, batch: Batch) -> None:
    """Release the list: freeze every accepted entry with its digest, and list the resources.

    The order is by kind, then publisher, then title. Raises EntriesUndecided while an entry waits, NothingToDecide
    for an empty list.
    """
    BATCH.choose(tx, batch, "publish")
    accepted = tx.session.scalars(queries.resources_of_batch(batch.id, ResourceState.ACCEPTED)).unique().all()
    frozen = [
        BatchEntry(batch_id=batch.id, resource_id=entry.id, position=position, content=content, digest=digest(content))
        for position, entry in enumerate(sorted(accepted, key=_order), start=1)
        for content in [frozen_content(entry)]
    ]
    mark = _list_digest(batch, frozen)
    changes = {"entries": len(frozen), "digest": mark, "publisher_ids": _publisher_ids(accepted)}
    advance(tx, BATCH, batch, "publish", changes=changes)
    batch.published_at = tx.now
    batch.digest = mark
    tx.session.add_all(frozen)
    tx.foresee("resource", [entry.id for entry in accepted])
    with tx.as_system():
        for entry in accepted:
            resources.list_(tx, entry)


def archive(tx: Tx, batch: Batch) -> None:
    """Put a published list among the earlier ones; it still counts as published."""
    advance(tx, BATCH, batch, "archive")


def cancel(tx: Tx, batch: Batch, *, reason: str) -> None:
    """Give the batch up, with a public reason; its entries are drafts again."""
    advance(tx, BATCH, batch, "cancel", reason=reason)
    entries = tx.session.scalars(queries.resources_of_batch(batch.id)).unique().all()
    tx.foresee("resource", [entry.id for entry in entries])
    with tx.as_system():
        for entry in entries:
            if entry.state in RESOURCE.named("drop")[0].frm:
                resources.drop(tx, entry)


def frozen_content(resource: Resource) -> dict[str, Any]:
    """What a published list says of a resource; the contact is a role mailbox, never a person's."""
    publisher = resource.publisher
    return content_of(resource) | {
        "id": resource.id,
        "publisher": {"id": publisher.id, "name_zh": publisher.name_zh, "name_en": publisher.name_en},
        "mailbox": resource.mailbox or publisher.mailbox,
    }


def digest(content: Any) -> str:
    """SHA-256 of the canonical JSON (keys sorted, no blanks, UTF-8) in hexadecimal."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


def verify_digest(batch: Batch, entries: Iterable[BatchEntry]) -> bool:
    """Whether these are the entries that were published: every text fits its digest, and all digests fit the list's."""
    entries = list(entries)
    return all(digest(entry.content) == entry.digest for entry in entries) and _list_digest(batch, entries) == batch.digest


def _list_digest(batch: Batch, entries: Iterable[BatchEntry]) -> str:
    ordered = sorted(entries, key=lambda entry: entry.position)
    return digest({"batch": batch.number, "entries": [[entry.position, entry.digest] for entry in ordered]})


def _order(resource: Resource) -> tuple[Any, ...]:
    return _KINDS[resource.kind], resource.publisher.name_zh, resource.title("zh"), resource.id


def _publisher_ids(entries: Iterable[Resource]) -> list[str]:
    return sorted({entry.publisher_id for entry in entries})


def _check_plan(tx: Tx, batch: Batch | None, number: int, opens_at: datetime, closes_at: datetime) -> None:
    problems: dict[str, list[str]] = {}
    other = tx.session.scalar(select(Batch.id).where(Batch.number == number))
    if other is not None and (batch is None or other != batch.id):
        problems["number"] = [NUMBER_TAKEN]
    if closes_at <= opens_at:
        problems["closes_at"] = [CLOSES_BEFORE_OPENING]
    elif closes_at <= tx.now:
        problems["closes_at"] = [CLOSES_IN_THE_PAST]
    if problems:
        raise Invalid(problems)
