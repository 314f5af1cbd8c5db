"""What happened to a thing, as far as this reader may know it: pages and API show the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from catalog.kernel.events import Event
from catalog.kernel.transaction import Tx
from catalog.permissions import P as C
from marketplace.permissions import P

#: Roles whose holders stay unnamed to the two sides of a case: who sits on a panel is not theirs to know.
PANEL_ROLES = frozenset({"chair", "reviewer", "deputy"})


@dataclass(frozen=True)
class Audience:
    """Who reads how much of one thing's timeline.

    ``whole``: the permission to read every event with who and why. ``own``: the permission of the side whose drafts and
    changes they are (None: nobody's changes are ever shown). ``public``: the events that everyone else who may read the
    thing sees; ``reasons``: whether with their reason.
    """

    whole: str
    own: str | None
    public: frozenset[str] = frozenset()
    reasons: bool = False


AUDIENCES = {
    "organisation": Audience(P.ORGANISATION_READ_PRIVATE, P.ORGANISATION_MANAGE, frozenset({"verify"})),
    "batch": Audience(
        P.EVENT_READ, C.BATCH_RUN, frozenset({"open", "extend", "close", "publish", "archive", "cancel"}), reasons=True
    ),
    "resource": Audience(
        C.RESOURCE_EDIT,
        C.RESOURCE_EDIT,
        frozenset({"list", "suspend", "resume", "revised", "announce_closing", "withdraw", "take_down"}),
        reasons=True,
    ),
    "revision": Audience(C.REVISION_READ, C.REVISION_EDIT),
    "application": Audience(P.APPLICATION_READ, P.APPLICATION_DRAFT),
    "review": Audience(P.REVIEW_READ, None),
    "grant": Audience(P.GRANT_READ, P.GRANT_READ),
    "pilot": Audience(
        P.PILOT_READ_PRIVATE,
        P.PILOT_READ_PRIVATE,
        frozenset({"start", "pause", "resume", "finish", "complete", "reject_completion", "terminate", "annul"}),
    ),
    "scenario": Audience(P.EVENT_READ, P.SCENARIO_RUN, frozenset({"begin_pilot", "implement", "replicate"}), reasons=True),
    "showcase": Audience(P.SHOWCASE_WRITE, P.SHOWCASE_WRITE, frozenset({"publish", "record_replication"})),
}


@dataclass(frozen=True)
class Entry:
    """One event as this reader sees it. ``by`` is the pseudonym of who did it, None where it is not for this reader."""

    at: datetime
    name: str
    frm: str | None
    to: str | None
    role: str
    by: str | None
    reason: str
    changes: dict[str, Any]


def timeline(tx: Tx, thing_name: str, thing: Any) -> list[Entry]:
    """The events of a thing that the actor may read, oldest first.

    Whether the actor may read the thing itself was asked before.
    """
    audience = AUDIENCES[thing_name]
    query = select(Event).where(Event.thing == thing_name, Event.thing_id == thing.id).order_by(Event.sequence)
    events = tx.session.scalars(query).all()
    own = audience.own is not None and tx.may(audience.own, thing)
    office = tx.may(P.EVENT_READ)
    if not (own or office or tx.may(audience.whole, thing)):
        return [_public(event, audience) for event in events if event.name in audience.public]
    named = thing_name != "application" or any(tx.may(P.REVIEW_READ, review) for review in thing.reviews)
    panels = [event for event in events if named or event.role != "reviewer"]
    return [_whole(event, audience, own, office, named) for event in panels if own or not _in_draft(event)]


def _public(event: Event, audience: Audience) -> Entry:
    reason = event.reason if audience.reasons else ""
    return Entry(event.at, event.name, event.frm, event.to, event.role, None, reason, {})


def _whole(event: Event, audience: Audience, own: bool, office: bool, named: bool) -> Entry:
    by = event.actor if named or event.role not in PANEL_ROLES else None
    reason = "" if event.thing == "review" and event.name == "score" else event.reason
    changes: dict[str, Any] = {}
    if audience.own is not None and (own or (office and event.name not in {"create", "edit"})):
        # Lists of ids say whom the event concerned, also firms whose drafts nobody else knows of.
        changes = {name: value for name, value in event.changes.items() if not name.endswith("_ids")}
    return Entry(event.at, event.name, event.frm, event.to, event.role, by, reason, changes)


def _in_draft(event: Event) -> bool:
    """Whether it happened before anything was handed in: a draft and its making are its side's alone."""
    return event.to == "draft" and event.frm in (None, "draft")
