"""The life cycles of organisation, application, review, grant, pilot, scenario and showcase: each one declared table."""

from __future__ import annotations

from catalog.kernel.lifecycle import LifeCycle, move
from marketplace import guards
from marketplace.permissions import P
from marketplace.states import ApplicationState as A
from marketplace.states import AssignmentState as S
from marketplace.states import GrantState as G
from marketplace.states import OrganisationState as O
from marketplace.states import PilotState as T
from marketplace.states import ReviewState as R
from marketplace.states import ScenarioStage as C
from marketplace.states import ShowcaseState as W

ORGANISATION = LifeCycle(
    "organisation",
    O,
    O.PENDING,
    [
        move("edit", {O.PENDING, O.RETURNED}, None, P.ORGANISATION_MANAGE),
        move("verify", O.PENDING, O.VERIFIED, P.ORGANISATION_VERIFY),
        move("return", O.PENDING, O.RETURNED, P.ORGANISATION_VERIFY),
        move("resubmit", O.RETURNED, O.PENDING, P.ORGANISATION_MANAGE),
        move("refuse", O.PENDING, O.REFUSED, P.ORGANISATION_VERIFY, reason=True),
        move("suspend", O.VERIFIED, O.SUSPENDED, P.ORGANISATION_VERIFY, reason=True),
        move("resume", O.SUSPENDED, O.VERIFIED, P.ORGANISATION_VERIFY),
        move("add_member", {O.PENDING, O.RETURNED, O.VERIFIED}, None, P.ORGANISATION_MANAGE),
        move("end_membership", {O.PENDING, O.RETURNED, O.VERIFIED, O.SUSPENDED}, None, P.ORGANISATION_MANAGE),
        move("record_tier", O.VERIFIED, None, P.ORGANISATION_VERIFY, guards=(guards.is_enterprise,)),
        move("offer_service", O.VERIFIED, None, P.ORGANISATION_SERVE, guards=(guards.is_service_platform,)),
        move("accept_service", O.VERIFIED, None, P.ORGANISATION_ACCEPT_SERVICE, guards=(guards.has_service_offer,)),
    ],
)

APPLICATION = LifeCycle(
    "application",
    A,
    A.DRAFT,
    [
        move("edit", {A.DRAFT, A.RETURNED}, None, P.APPLICATION_DRAFT),
        move("submit", A.DRAFT, A.SUBMITTED, P.APPLICATION_REPRESENT, guards=(guards.applicant_verified,)),
        move("return", A.SUBMITTED, A.RETURNED, P.APPLICATION_RETURN),
        move("return", A.IN_REVIEW, A.RETURNED, P.APPLICATION_DECIDE),
        move(
            "resubmit",
            A.RETURNED,
            {A.SUBMITTED, A.IN_REVIEW},
            P.APPLICATION_REPRESENT,
            guards=(guards.applicant_verified, guards.before_due),
        ),
        move("approve", A.SUBMITTED, A.APPROVED, P.APPLICATION_HANDLE, guards=(guards.platform_decides,)),
        move("approve", A.SUBMITTED, A.APPROVED, P.APPLICATION_FOLLOW, guards=(guards.rules_decide,)),
        move("consent", A.SUBMITTED, A.CONSENTED, P.APPLICATION_HANDLE, guards=(guards.panel_decides,)),
        move("refuse", A.SUBMITTED, A.REFUSED, P.APPLICATION_HANDLE, reason=True),
        move("open_review", A.CONSENTED, A.IN_REVIEW, P.APPLICATION_PREPARE_REVIEW, guards=(guards.panel_complete,)),
        move(
            "approve",
            A.IN_REVIEW,
            A.APPROVED,
            P.APPLICATION_DECIDE,
            guards=(guards.panel_recommends_or_tied,),
            reason=True,
        ),
        move(
            "refuse",
            A.IN_REVIEW,
            A.REFUSED,
            P.APPLICATION_DECIDE,
            guards=(guards.panel_advises_against_or_tied,),
            reason=True,
        ),
        move(
            "withdraw",
            {A.DRAFT, A.SUBMITTED, A.RETURNED, A.CONSENTED, A.IN_REVIEW},
            A.WITHDRAWN,
            P.APPLICATION_REPRESENT,
        ),
        move("expire", {A.DRAFT, A.RETURNED}, A.EXPIRED, P.APPLICATION_FOLLOW, guards=(guards.due_passed,)),
        move(
            "close",
            {A.DRAFT, A.SUBMITTED, A.RETURNED, A.CONSENTED, A.IN_REVIEW},
            A.CLOSED,
            P.APPLICATION_FOLLOW,
            reason=True,
        ),
        move("reopen", A.REFUSED, {A.SUBMITTED, A.IN_REVIEW}, P.APPLICATION_FOLLOW, reason=True),
    ],
)

REVIEW = LifeCycle(
    "review",
    R,
    R.FORMING,
    [
        move("assign", {R.FORMING, R.SCORING}, None, P.REVIEW_CHAIR, guards=(guards.seat_free, guards.panel_still_open)),
        move("replace", {R.FORMING, R.SCORING}, None, P.REVIEW_CHAIR, guards=(guards.has_assignments,), reason=True),
        move("set_quorum", {R.FORMING, R.SCORING}, None, P.REVIEW_CHAIR, guards=(guards.panel_still_open,), reason=True),
        move("score", R.SCORING, None, P.REVIEW_SCORE),
        move("recuse", {R.FORMING, R.SCORING, R.PAUSED}, None, P.REVIEW_RECUSE, reason=True),
        move("hand_over", {R.FORMING, R.SCORING, R.PAUSED}, None, P.REVIEW_HAND_OVER, reason=True),
        move("start", R.FORMING, R.SCORING, P.REVIEW_FOLLOW),
        move("pause", R.SCORING, R.PAUSED, P.REVIEW_FOLLOW),
        move("continue", R.PAUSED, R.SCORING, P.REVIEW_FOLLOW),
        move("decide", R.SCORING, R.DECIDED, P.REVIEW_FOLLOW),
        move("close", {R.FORMING, R.SCORING, R.PAUSED}, R.CLOSED, P.REVIEW_FOLLOW),
    ],
)

#: A reviewer's part in a round; its acts are recorded as events of the round, so that a sealed score shows in one place.
ASSIGNMENT_MOVES = {
    "score": (frozenset({S.ASSIGNED, S.SCORED}), S.SCORED),
    "reopen": (frozenset({S.SCORED}), S.ASSIGNED),
    "recuse": (frozenset({S.ASSIGNED, S.SCORED}), S.RECUSED),
    "replace": (frozenset({S.ASSIGNED, S.SCORED}), S.REPLACED),
}

GRANT = LifeCycle(
    "grant",
    G,
    G.SCHEDULED,
    [
        move("activate", G.SCHEDULED, G.ACTIVE, P.GRANT_FOLLOW, guards=(guards.grant_begins,)),
        move("suspend", G.ACTIVE, G.SUSPENDED, P.GRANT_MANAGE, reason=True),
        move("resume", G.SUSPENDED, G.ACTIVE, P.GRANT_MANAGE),
        move("expire", {G.SCHEDULED, G.ACTIVE, G.SUSPENDED}, G.EXPIRED, P.GRANT_FOLLOW, guards=(guards.grant_ends,)),
        move("revoke", {G.SCHEDULED, G.ACTIVE, G.SUSPENDED}, G.REVOKED, P.GRANT_MANAGE, reason=True),
        move("revoke", {G.SCHEDULED, G.ACTIVE, G.SUSPENDED}, G.REVOKED, P.GRANT_FOLLOW, reason=True),
        move("surrender", {G.SCHEDULED, G.ACTIVE, G.SUSPENDED}, G.SURRENDERED, P.GRANT_SURRENDER),
    ],
)

PILOT = LifeCycle(
    "pilot",
    T,
    T.APPROVED,
    [
        move("start", T.APPROVED, T.RUNNING, P.PILOT_RUN, guards=(guards.grant_not_lost,)),
        move("report", T.RUNNING, None, P.PILOT_RUN),
        move("pause", T.RUNNING, T.PAUSED, P.PILOT_END, reason=True),
        move("pause", T.RUNNING, T.PAUSED, P.PILOT_FOLLOW, reason=True),
        move("resume", T.PAUSED, T.RUNNING, P.PILOT_END, guards=(guards.grant_not_lost,)),
        move("finish", T.RUNNING, T.COMPLETION_REVIEW, P.PILOT_RUN, guards=(guards.has_report,)),
        move("complete", T.COMPLETION_REVIEW, T.COMPLETED, P.PILOT_OVERSEE, reason=True),
        move("reject_completion", T.COMPLETION_REVIEW, T.NOT_COMPLETED, P.PILOT_OVERSEE, reason=True),
        move("terminate", {T.APPROVED, T.RUNNING, T.PAUSED}, T.TERMINATED, P.PILOT_END, reason=True),
        move("annul", {T.APPROVED, T.RUNNING, T.PAUSED}, T.ANNULLED, P.PILOT_OVERSEE, reason=True),
    ],
)

SCENARIO = LifeCycle(
    "scenario",
    C,
    C.IDEA,
    [
        move("begin_pilot", C.IDEA, C.PILOTING, P.SCENARIO_RUN),
        move("implement", C.PILOTING, C.IMPLEMENTED, P.SCENARIO_RUN),
        move("replicate", C.IMPLEMENTED, C.REPLICATED, P.SCENARIO_RUN),
    ],
)

SHOWCASE = LifeCycle(
    "showcase",
    W,
    W.DRAFT,
    [
        move("edit", W.DRAFT, None, P.SHOWCASE_WRITE),
        move("publish", W.DRAFT, W.PUBLISHED, P.SHOWCASE_PUBLISH),
        move("record_replication", W.PUBLISHED, None, P.SHOWCASE_REPLICATE),
    ],
)
