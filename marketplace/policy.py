"""THE permission table: who holds which permission on what. Everything asks here, pages, API, lists and commands alike."""

from __future__ import annotations

from sqlalchemy import false, select

from catalog.models import Batch, Resource, Revision
from catalog.permissions import P as C
from catalog.states import PUBLIC, BatchState
from marketplace.models import (
    Application,
    Assignment,
    Grant,
    Notification,
    Organisation,
    Pilot,
    Review,
    Showcase,
)
from marketplace.permissions import P
from marketplace.rules import (
    Belongs,
    In,
    OfActor,
    Rule,
    Serves,
    Twins,
    Unconflicted,
    anyone,
    auditor,
    clock,
    holds,
    operator,
    signed_in,
    system,
)
from marketplace.states import (
    ROUND_LIVE,
    SEATED,
    ApplicationState,
    OrganisationState,
    Post,
    Role,
    ShowcaseState,
)

follow = system | clock

_platform_staff = (Role.EDITOR, Role.MANAGER)
_firm_staff = (Role.MEMBER, Role.REPRESENTATIVE)


# -- cases: an application is read by the two sides, by the office, by the panel and by those who audit ----------------

_case_parties = (Application.applicant_id, Application.platform_id)

_handed_in = In(Application.state, *(state for state in ApplicationState if state is not ApplicationState.DRAFT)) & Twins(
    lambda actor, case: case.submitted_at is not None, lambda actor: Application.submitted_at.is_not(None)
)


def _sits(actor, review) -> bool:
    return any(part.reviewer_id == actor.user_id and part.state in SEATED for part in review.assignments)


def _panel_of(actor):
    return select(Assignment.review_id).where(Assignment.reviewer_id == actor.user_id, Assignment.state.in_(SEATED))


#: Sits on the panel of the round now.
seated = Twins(_sits, lambda actor: Review.id.in_(_panel_of(actor)), Post.REVIEWER.value)

#: Chairs the round (chair or deputy, whoever holds the case).
_chairs = Twins(
    lambda actor, review: bool(actor.user_id) and review.chair_id == actor.user_id,
    lambda actor: Review.chair_id == actor.user_id if actor.user_id else false(),
    Post.CHAIR.value,
)
_chair_post = holds(Post.CHAIR) | holds(Post.DEPUTY)
_review_parties = (Review.applicant_id, Review.platform_id)

_on_panel = Twins(
    lambda actor, case: bool(actor.user_id) and any(_sits(actor, review) for review in case.reviews),
    lambda actor: Application.id.in_(select(Review.application_id).where(Review.id.in_(_panel_of(actor)))),
    Post.REVIEWER.value,
)
_chairs_case = Twins(
    lambda actor, case: bool(actor.user_id) and any(review.chair_id == actor.user_id for review in case.reviews),
    lambda actor: (
        Application.id.in_(select(Review.application_id).where(Review.chair_id == actor.user_id)) if actor.user_id else false()
    ),
    Post.CHAIR.value,
)

_public_organisation = In(Organisation.state, OrganisationState.VERIFIED) & (
    Twins(lambda actor, it: it.is_platform, lambda actor: Organisation.is_platform)
    | Twins(lambda actor, it: it.is_service_platform, lambda actor: Organisation.is_service_platform)
    | Twins(lambda actor, it: it.is_office, lambda actor: Organisation.is_office)
)

_overseers = operator | auditor
_firm = Belongs(Pilot.firm_id, *_firm_staff)

POLICY: dict[str, Rule] = {
    # batches
    C.BATCH_READ: ~In(Batch.state, BatchState.PLANNED, BatchState.CANCELLED) | _overseers | follow,
    C.BATCH_PLAN: operator,
    C.BATCH_RUN: operator,
    C.BATCH_TIME: clock,
    # resources: drafts are their platform's alone; the office and the auditor see what was handed in
    C.RESOURCE_READ: In(Resource.state, *PUBLIC)
    | Belongs(Resource.publisher_id, *_platform_staff)
    | (_overseers & Twins(lambda actor, it: it.batch_id is not None, lambda actor: Resource.batch_id.is_not(None)))
    | follow,
    C.RESOURCE_CREATE: Belongs(Resource.publisher_id, *_platform_staff),
    C.RESOURCE_EDIT: Belongs(Resource.publisher_id, *_platform_staff),
    C.RESOURCE_SUBMIT: Belongs(Resource.publisher_id, Role.MANAGER),
    C.RESOURCE_SCREEN: operator & Unconflicted(Resource.publisher_id),
    C.RESOURCE_FOLLOW: follow,
    C.RESOURCE_PAUSE: Belongs(Resource.publisher_id, Role.MANAGER),
    C.RESOURCE_PAUSE_BY_OFFICE: operator & Unconflicted(Resource.publisher_id),
    C.RESOURCE_CLOSE: Belongs(Resource.publisher_id, Role.MANAGER),
    C.RESOURCE_TAKE_DOWN: operator & Unconflicted(Resource.publisher_id),
    C.REVISION_READ: Belongs(Revision.publisher_id, *_platform_staff)
    | (_overseers & Twins(lambda actor, it: it.state != "draft", lambda actor: Revision.state != "draft"))
    | follow,
    C.REVISION_EDIT: Belongs(Revision.publisher_id, *_platform_staff),
    C.REVISION_SUBMIT: Belongs(Revision.publisher_id, Role.MANAGER),
    C.REVISION_SCREEN: operator & Unconflicted(Revision.publisher_id),
    C.REVISION_FOLLOW: follow,
    # organisations and people
    P.ORGANISATION_READ: _public_organisation | Belongs(Organisation.id, *Role) | Serves(Organisation.id) | _overseers | follow,
    P.ORGANISATION_READ_PRIVATE: Belongs(Organisation.id, *Role) | Serves(Organisation.id) | _overseers,
    P.ORGANISATION_REGISTER: signed_in | system,
    P.ORGANISATION_MANAGE: Belongs(Organisation.id, Role.REPRESENTATIVE, Role.MANAGER, Role.ADVISER),
    P.ORGANISATION_VERIFY: (operator & Unconflicted(Organisation.id)) | system,
    P.ORGANISATION_SERVE: Belongs(Organisation.id, Role.ADVISER),
    P.ORGANISATION_ACCEPT_SERVICE: Belongs(Organisation.id, Role.REPRESENTATIVE),
    P.PEOPLE_APPOINT: operator | system,
    P.PEOPLE_READ: _overseers,
    P.ACCOUNT_MANAGE: signed_in,
    P.TOKEN_MANAGE: signed_in | system,
    # applications
    P.APPLICATION_READ: Belongs(Application.applicant_id, *_firm_staff)
    | Serves(Application.applicant_id)
    | (
        _handed_in
        & (
            Belongs(Application.platform_id, *_platform_staff)
            | _overseers
            | (((_chairs_case & _chair_post) | (_on_panel & holds(Post.REVIEWER))) & Unconflicted(*_case_parties))
        )
    )
    | follow,
    P.APPLICATION_CREATE: Belongs(Application.applicant_id, *_firm_staff) | Serves(Application.applicant_id),
    P.APPLICATION_DRAFT: Belongs(Application.applicant_id, *_firm_staff) | Serves(Application.applicant_id),
    P.APPLICATION_REPRESENT: Belongs(Application.applicant_id, Role.REPRESENTATIVE),
    P.APPLICATION_HANDLE: Belongs(Application.platform_id, Role.MANAGER) & Unconflicted(Application.applicant_id),
    P.APPLICATION_RETURN: Belongs(Application.platform_id, *_platform_staff) & Unconflicted(Application.applicant_id),
    P.APPLICATION_PREPARE_REVIEW: _chairs_case & _chair_post & Unconflicted(*_case_parties),
    P.APPLICATION_DECIDE: _chairs_case & _chair_post & Unconflicted(*_case_parties),
    P.APPLICATION_FOLLOW: follow,
    # review
    # A conflicted chair still finds a round that is under way, to hand it over; its panel stays closed to them.
    P.REVIEW_READ: (_chairs & _chair_post & (Unconflicted(*_review_parties) | In(Review.state, *ROUND_LIVE)))
    | (((seated & holds(Post.REVIEWER)) | _overseers) & Unconflicted(*_review_parties))
    | follow,
    P.REVIEW_CHAIR: _chairs & _chair_post & Unconflicted(*_review_parties),
    P.REVIEW_HAND_OVER: (_chairs & _chair_post) | (operator & Unconflicted(*_review_parties)),
    P.REVIEW_SCORE: seated & holds(Post.REVIEWER) & Unconflicted(*_review_parties),
    P.REVIEW_RECUSE: seated,
    P.REVIEW_FOLLOW: follow,
    # grants
    P.GRANT_READ: Belongs(Grant.holder_id, *_firm_staff)
    | Serves(Grant.holder_id)
    | Belongs(Grant.platform_id, *_platform_staff)
    | _overseers
    | follow,
    P.GRANT_MANAGE: Belongs(Grant.platform_id, Role.MANAGER),
    P.GRANT_SURRENDER: Belongs(Grant.holder_id, Role.REPRESENTATIVE),
    P.GRANT_FOLLOW: follow,
    # pilots: that a pilot exists is public, its reports are its parties'
    P.PILOT_READ: anyone,
    P.PILOT_READ_PRIVATE: _firm | Serves(Pilot.firm_id) | Belongs(Pilot.platform_id, *_platform_staff) | _overseers,
    P.PILOT_RUN: _firm,
    P.PILOT_ACCOMPANY: Belongs(Pilot.platform_id, Role.MANAGER),
    P.PILOT_OVERSEE: operator & Unconflicted(Pilot.firm_id, Pilot.platform_id),
    P.PILOT_END: Belongs(Pilot.firm_id, Role.REPRESENTATIVE)
    | Belongs(Pilot.platform_id, Role.MANAGER)
    | (operator & Unconflicted(Pilot.firm_id, Pilot.platform_id)),
    P.PILOT_FOLLOW: follow,
    P.SCENARIO_READ: anyone,
    P.SCENARIO_RUN: operator,
    P.SHOWCASE_READ: In(Showcase.state, ShowcaseState.PUBLISHED)
    | Belongs(Showcase.firm_id, *_firm_staff)
    | Belongs(Showcase.platform_id, *_platform_staff)
    | _overseers,
    P.SHOWCASE_WRITE: Belongs(Showcase.firm_id, Role.REPRESENTATIVE),
    P.SHOWCASE_PUBLISH: operator & Unconflicted(Showcase.firm_id, Showcase.platform_id),
    P.SHOWCASE_REPLICATE: OfActor(lambda actor: bool(actor.organisations(Role.REPRESENTATIVE)), Role.REPRESENTATIVE.value),
    # the rest
    P.DASHBOARD_READ: anyone,
    P.WORK_READ: signed_in,
    P.NOTIFICATION_READ: Twins(
        lambda actor, it: bool(actor.user_id) and it.user_id == actor.user_id,
        lambda actor: Notification.user_id == actor.user_id if actor.user_id else false(),
        "person",
    ),
    P.EVENT_READ: auditor | operator,
}
