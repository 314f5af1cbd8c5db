"""The life cycles of batch, resource and revision: each one declared table."""

from __future__ import annotations

from catalog import rules
from catalog.kernel.lifecycle import LifeCycle, move
from catalog.permissions import P
from catalog.states import BatchState as B
from catalog.states import ResourceState as R
from catalog.states import RevisionState as V

BATCH = LifeCycle(
    "batch",
    B,
    B.PLANNED,
    [
        move("edit", B.PLANNED, None, P.BATCH_RUN),
        move("open", B.PLANNED, B.COLLECTING, P.BATCH_RUN),
        move("open", B.PLANNED, B.COLLECTING, P.BATCH_TIME, guards=(rules.opening_time_reached,)),
        move("extend", B.COLLECTING, None, P.BATCH_RUN, reason=True),
        move("close", B.COLLECTING, B.SCREENING, P.BATCH_RUN),
        move("close", B.COLLECTING, B.SCREENING, P.BATCH_TIME, guards=(rules.closing_time_reached,)),
        move("accept_all", {B.COLLECTING, B.SCREENING}, None, P.BATCH_RUN, guards=(rules.has_undecided_entries,)),
        move("publish", B.SCREENING, B.PUBLISHED, P.BATCH_RUN, guards=(rules.every_entry_decided, rules.has_accepted_entries)),
        move("archive", B.PUBLISHED, B.ARCHIVED, P.BATCH_RUN),
        move("cancel", {B.PLANNED, B.COLLECTING, B.SCREENING}, B.CANCELLED, P.BATCH_RUN, reason=True),
    ],
)

RESOURCE = LifeCycle(
    "resource",
    R,
    R.DRAFT,
    [
        move("edit", {R.DRAFT, R.RETURNED}, None, P.RESOURCE_EDIT),
        move("submit", R.DRAFT, R.SUBMITTED, P.RESOURCE_SUBMIT, guards=(rules.publisher_verified,)),
        move("retract", {R.SUBMITTED, R.RETURNED}, R.DRAFT, P.RESOURCE_SUBMIT),
        move("return", R.SUBMITTED, R.RETURNED, P.RESOURCE_SCREEN, guards=(rules.batch_takes_remarks,)),
        move(
            "resubmit", R.RETURNED, R.SUBMITTED, P.RESOURCE_SUBMIT, guards=(rules.publisher_verified, rules.batch_takes_remarks)
        ),
        move("accept", R.SUBMITTED, R.ACCEPTED, P.RESOURCE_SCREEN, guards=(rules.publisher_verified,)),
        # Also what was returned and never came back: otherwise one silent platform would hold up the whole list.
        move("refuse", {R.SUBMITTED, R.RETURNED}, R.NOT_ACCEPTED, P.RESOURCE_SCREEN, reason=True),
        move("copy", R.NOT_ACCEPTED, None, P.RESOURCE_EDIT),
        move("list", R.ACCEPTED, R.LISTED, P.RESOURCE_FOLLOW),
        move("drop", {R.SUBMITTED, R.RETURNED, R.ACCEPTED, R.NOT_ACCEPTED}, R.DRAFT, P.RESOURCE_FOLLOW),
        move("suspend", R.LISTED, R.SUSPENDED, P.RESOURCE_PAUSE, reason=True),
        move("suspend", R.LISTED, R.SUSPENDED, P.RESOURCE_PAUSE_BY_OFFICE, reason=True),
        move("resume", R.SUSPENDED, R.LISTED, P.RESOURCE_PAUSE, guards=(rules.not_suspended_by_office,)),
        move("resume", R.SUSPENDED, R.LISTED, P.RESOURCE_PAUSE_BY_OFFICE),
        move("revise", {R.LISTED, R.SUSPENDED}, None, P.RESOURCE_EDIT, guards=(rules.no_revision_under_way,)),
        move("announce_closing", {R.LISTED, R.SUSPENDED}, R.CLOSING, P.RESOURCE_CLOSE, reason=True),
        move("withdraw", R.CLOSING, R.WITHDRAWN, P.RESOURCE_FOLLOW, guards=(rules.notice_ended,)),
        move("take_down", {R.LISTED, R.SUSPENDED, R.CLOSING}, R.WITHDRAWN, P.RESOURCE_TAKE_DOWN, reason=True),
    ],
)

REVISION = LifeCycle(
    "revision",
    V,
    V.DRAFT,
    [
        move("edit", {V.DRAFT, V.RETURNED}, None, P.REVISION_EDIT),
        move("submit", V.DRAFT, V.SUBMITTED, P.REVISION_SUBMIT, guards=(rules.revising_publisher_verified,)),
        move("resubmit", V.RETURNED, V.SUBMITTED, P.REVISION_SUBMIT, guards=(rules.revising_publisher_verified,)),
        move("retract", {V.SUBMITTED, V.RETURNED}, V.DRAFT, P.REVISION_SUBMIT),
        move("return", V.SUBMITTED, V.RETURNED, P.REVISION_SCREEN),
        move("accept", V.SUBMITTED, V.EFFECTIVE, P.REVISION_SCREEN),
        move("accept", V.SUBMITTED, V.EFFECTIVE, P.REVISION_FOLLOW),
        move("refuse", V.SUBMITTED, V.REFUSED, P.REVISION_SCREEN, reason=True),
    ],
)
