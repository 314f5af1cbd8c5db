"""What blocks a move in the marketplace; guards raise a domain word, nothing here changes anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, select

from catalog.kernel.errors import N_, Conflict
from catalog.rules import NothingToDecide, NotVerified, TooEarly
from catalog.vocab import AccessPolicy
from marketplace.actor import conflicts_of
from marketplace.models import Application, Grant, Organisation, Pilot, Review, ServiceRelation
from marketplace.review.tally import Verdict, tally
from marketplace.states import LOST, SEATED, OrganisationState, RelationState, ReviewState

if TYPE_CHECKING:
    from catalog.kernel.transaction import Tx

MAX_PANEL = 6


class WrongPolicy(Conflict):
    """The access policy of the case gives this decision to somebody else."""

    code = "wrong-policy"
    message = N_("Under this access policy the decision is not made this way.")


class PanelIncomplete(Conflict):
    """The panel has fewer unconflicted members than the quorum."""

    code = "panel-incomplete"
    message = N_("The panel has %(seated)s members without conflict; %(quorum)s are needed.")


class PanelFull(Conflict):
    """Six reviewers are the most."""

    code = "panel-full"
    message = N_("The panel already has six members.")


class PanelSettled(Conflict):
    """The scores that decide are in."""

    code = "panel-settled"
    message = N_("The quorum of scores is in: the panel stays as it is.")


class QuorumMissing(Conflict):
    """Fewer valid scores than the quorum."""

    code = "quorum-missing"
    message = N_("%(counted)s of %(quorum)s scores are in. The decision waits for the quorum.")


class AgainstPanel(Conflict):
    """The scores and recommendations do not allow this decision."""

    code = "against-panel"
    message = N_("The scores and recommendations of the panel do not allow this decision.")


class DeadlinePassed(Conflict):
    """The time for this has run out."""

    code = "deadline-passed"
    message = N_("The deadline for this has passed.")


class ReportMissing(Conflict):
    """A pilot is finished only after at least one report."""

    code = "report-missing"
    message = N_("A pilot can be finished only after at least one progress report.")


class GrantLost(Conflict):
    """The grant that the pilot stands on was revoked or given up."""

    code = "grant-lost"
    message = N_("The grant of this pilot was revoked or given up. The pilot can only be ended.")


class WrongKind(Conflict):
    """The organisation is not of the kind this is for."""

    code = "wrong-kind"
    message = N_("This is not for an organisation of this kind.")


def is_enterprise(tx: Tx, organisation: Organisation) -> None:
    """Only enterprises hold tiers."""
    if not organisation.is_enterprise:
        raise WrongKind


def is_service_platform(tx: Tx, organisation: Organisation) -> None:
    """Only service platforms offer service."""
    if not organisation.is_service_platform:
        raise WrongKind


def has_service_offer(tx: Tx, organisation: Organisation) -> None:
    """An offer waits for the enterprise's answer."""
    offered = exists().where(ServiceRelation.enterprise_id == organisation.id, ServiceRelation.state == RelationState.OFFERED)
    if not tx.session.scalar(select(offered)):
        raise NothingToDecide


def applicant_verified(tx: Tx, application: Application) -> None:
    """Unverified organisations draft everything and submit nothing."""
    if application.applicant.state is not OrganisationState.VERIFIED:
        raise NotVerified


def before_due(tx: Tx, application: Application) -> None:
    """A returned case comes back before its deadline, whatever the clock did so far."""
    if application.due_at is not None and tx.now >= application.due_at:
        raise DeadlinePassed


def due_passed(tx: Tx, application: Application) -> None:
    """A draft or returned case expires when its time ran out."""
    if application.due_at is None or tx.now < application.due_at:
        raise TooEarly


def platform_decides(tx: Tx, application: Application) -> None:
    """Approval by the platform is for policy ``platform`` alone."""
    if application.policy is not AccessPolicy.PLATFORM:
        raise WrongPolicy


def rules_decide(tx: Tx, application: Application) -> None:
    """Approval at once, by the product itself, is for policy ``registered`` alone."""
    if application.policy is not AccessPolicy.REGISTERED:
        raise WrongPolicy


def panel_decides(tx: Tx, application: Application) -> None:
    """Consent leads to a panel: policy ``pilot`` alone."""
    if application.policy is not AccessPolicy.PILOT:
        raise WrongPolicy


def current_review(application: Application) -> Review:
    """The round that is under way; Conflict where there is none."""
    live = {ReviewState.FORMING, ReviewState.SCORING, ReviewState.PAUSED}
    for review in reversed(application.reviews):
        if review.state in live:
            return review
    raise NothingToDecide


def unconflicted_parts(tx: Tx, review: Review) -> list:
    """The seated parts of a round whose reviewers are in no conflict today."""
    parts = [part for part in review.assignments if part.state in SEATED]
    conflicts = conflicts_of(tx.session, [part.reviewer_id for part in parts], tx.now)
    parties = {review.applicant_id, review.platform_id}
    return [part for part in parts if parties.isdisjoint(conflicts[part.reviewer_id])]


def panel_complete(tx: Tx, application: Application) -> None:
    """Review opens with a panel of at least the quorum and free of conflict."""
    review = current_review(application)
    clean = unconflicted_parts(tx, review)
    seated = [part for part in review.assignments if part.state in SEATED]
    if len(clean) < review.quorum or len(clean) < len(seated):
        raise PanelIncomplete(seated=len(clean), quorum=review.quorum)


def _verdict(tx: Tx, application: Application) -> Verdict:
    review = current_review(application)
    result = tally(unconflicted_parts(tx, review), review.weights, review.threshold)
    if result.counted < review.quorum:
        raise QuorumMissing(counted=result.counted, quorum=review.quorum)
    return result.verdict


def panel_recommends_or_tied(tx: Tx, application: Application) -> None:
    """The chair approves with a majority and the threshold, or breaks a tie."""
    if _verdict(tx, application) is Verdict.REFUSE:
        raise AgainstPanel


def panel_advises_against_or_tied(tx: Tx, application: Application) -> None:
    """The chair refuses below majority or threshold, or breaks a tie."""
    if _verdict(tx, application) is Verdict.APPROVE:
        raise AgainstPanel


def seat_free(tx: Tx, review: Review) -> None:
    """A panel has at most six members."""
    if sum(part.state in SEATED for part in review.assignments) >= MAX_PANEL:
        raise PanelFull


def panel_still_open(tx: Tx, review: Review) -> None:
    """Once the quorum of valid scores is in, the panel stays as it is: nobody changes it with the outcome before their eyes."""
    result = tally(unconflicted_parts(tx, review), review.weights, review.threshold)
    if result.counted >= review.quorum:
        raise PanelSettled


def has_assignments(tx: Tx, review: Review) -> None:
    """There is somebody to replace."""
    if not any(part.state in SEATED for part in review.assignments):
        raise NothingToDecide


def grant_begins(tx: Tx, grant: Grant) -> None:
    """A scheduled grant becomes active at its start."""
    if tx.now < grant.starts_at:
        raise TooEarly


def grant_ends(tx: Tx, grant: Grant) -> None:
    """A grant expires at its end."""
    if grant.ends_at is None or tx.now < grant.ends_at:
        raise TooEarly


def grant_not_lost(tx: Tx, pilot: Pilot) -> None:
    """A pilot does not start or go on without the right that it uses; one whose term has ended may be brought to its end."""
    if tx.session.scalar(select(Grant.state).where(Grant.id == pilot.grant_id)) in LOST:
        raise GrantLost


def has_report(tx: Tx, pilot: Pilot) -> None:
    """A pilot that never reported cannot be finished."""
    if not pilot.reports:
        raise ReportMissing
