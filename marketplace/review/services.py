"""What chairs and reviewers do: form a panel, score under seal, step down, replace, hand over, open the review."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from catalog.kernel.errors import N_, Conflict, Invalid
from catalog.kernel.lifecycle import advance
from catalog.kernel.transaction import Tx
from marketplace.actor import conflicts_of
from marketplace.guards import MAX_PANEL, unconflicted_parts
from marketplace.lifecycles import APPLICATION, REVIEW
from marketplace.models import Application, Appointment, Assignment, Review, User
from marketplace.permissions import P
from marketplace.review.parts import step
from marketplace.review.rounds import find_chair, start_round
from marketplace.states import SEATED, AssignmentState, Post, Recommendation, ReviewState

REVIEW_TIME = timedelta(days=30)


class NoChairLeft(Conflict):
    """Nobody without a conflict can take the case over."""

    code = "no-chair-left"
    message = N_("No chair or deputy without a conflict of interest can take this case over.")


class ScoreFixed(Conflict):
    """Who can read the others' scores does not change their own."""

    code = "score-fixed"
    message = N_("Your score can no longer be changed: another one is in, and you can read it.")


def candidates(tx: Tx, review: Review) -> list[User]:
    """Reviewers who may be put on the panel now: appointed, never on this panel before, not its chair, without conflict."""
    been = {part.reviewer_id for part in review.assignments} | {review.chair_id}
    query = (
        select(User)
        .join(Appointment, Appointment.user_id == User.id)
        .where(Appointment.post == Post.REVIEWER, Appointment.until.is_(None), User.active)
        .order_by(User.name, User.id)
    )
    users = [user for user in tx.session.scalars(query).unique() if user.id not in been]
    conflicts = conflicts_of(tx.session, [user.id for user in users], tx.now)
    parties = {review.applicant_id, review.platform_id}
    return [user for user in users if parties.isdisjoint(conflicts[user.id])]


def _seat(tx: Tx, review: Review, ids: Iterable[str], field: str) -> None:
    free = {user.id: user for user in candidates(tx, review)}
    for user_id in dict.fromkeys(ids):
        if user_id not in free:
            raise Invalid({field: [N_("This reviewer cannot be on the panel: not appointed, in conflict, or on it before.")]})
        review.assignments.append(_seat_of(free[user_id], tx.now))
    if sum(part.state in SEATED for part in review.assignments) > MAX_PANEL:
        raise Invalid({field: [N_("A panel has at most six members.")]})


def _seat_of(reviewer: User, now: datetime) -> Assignment:
    return Assignment(reviewer_id=reviewer.id, reviewer=reviewer, state=AssignmentState.ASSIGNED, assigned_at=now)


def _pseudonyms(tx: Tx, ids: Iterable[str]) -> list[str]:
    """How an event names these persons, so that the record stands when their data is erased."""
    return sorted(tx.session.scalars(select(User.pseudonym).where(User.id.in_(list(ids)))))


def assign(tx: Tx, review: Review, *, reviewers: list[str]) -> None:
    """Put reviewers on the panel, six at most."""
    advance(tx, REVIEW, review, "assign", changes={"named": _pseudonyms(tx, reviewers)})
    _seat(tx, review, reviewers, "reviewers")


def set_quorum(tx: Tx, review: Review, *, quorum: int, reason: str) -> None:
    """Ask for another number of valid scores, three to six."""
    advance(tx, REVIEW, review, "set_quorum", reason=reason, changes={"quorum": [review.quorum, quorum]})
    review.quorum = quorum


def replace(tx: Tx, review: Review, *, assignment: str, by: str, reason: str) -> None:
    """Another reviewer takes a seat over; the former score is void from now on."""
    advance(tx, REVIEW, review, "replace", reason=reason, changes={"named": _pseudonyms(tx, [by])})
    part = next((part for part in review.assignments if part.id == assignment and part.state in SEATED), None)
    if part is None:
        raise Invalid({"assignment": [N_("Please choose a member of the panel.")]})
    if part.state is AssignmentState.SCORED and part in unconflicted_parts(tx, review):
        raise Invalid({"assignment": [N_("Who has scored is replaced only for a conflict of interest.")]})
    step(part, "replace")
    part.reason = reason
    _seat(tx, review, [by], "by")


def score(tx: Tx, review: Review, *, scores: dict[str, float], recommendation: Recommendation, comment: str) -> None:
    """The reviewer's own part: every criterion from 0 to 10, a recommendation, a comment.

    It may be changed until another valid score is in: from then on the seal is broken.
    """
    advance(tx, REVIEW, review, "score")
    missing = {
        f"scores.{name}": [N_("Please score every criterion from 0 to 10.")] for name in review.weights if name not in scores
    }
    if missing:
        raise Invalid(missing)
    part = _own_part(tx, review)
    others = [other for other in unconflicted_parts(tx, review) if other is not part and other.state is AssignmentState.SCORED]
    if part.state is AssignmentState.SCORED and others:
        raise ScoreFixed
    step(part, "score")
    part.scores = {name: scores[name] for name in review.weights}
    part.recommendation, part.comment, part.scored_at = recommendation, comment, tx.now


def recuse(tx: Tx, review: Review, *, reason: str) -> None:
    """The reviewer steps down; a score that was given is void."""
    advance(tx, REVIEW, review, "recuse", reason=reason)
    part = _own_part(tx, review)
    step(part, "recuse")
    part.reason = reason


def hand_over(tx: Tx, review: Review, *, reason: str) -> None:
    """The case goes to another chair or deputy without a conflict."""
    REVIEW.choose(tx, review, "hand_over")
    # Who was ever on the panel stays off the chair: a chair does not score.
    but = {review.chair_id, *(part.reviewer_id for part in review.assignments)}
    successor = find_chair(tx, {review.applicant_id, review.platform_id}, but=frozenset(but))
    if successor is None:
        raise NoChairLeft
    advance(tx, REVIEW, review, "hand_over", reason=reason, changes={"named": _pseudonyms(tx, [successor])})
    review.chair_id = successor
    tx.session.flush()
    tx.session.refresh(review, ["chair"])


def open_review(tx: Tx, application: Application) -> None:
    """The panel is complete and free of conflict: scoring begins."""
    advance(tx, APPLICATION, application, "open_review")
    application.due_at = tx.now + REVIEW_TIME
    with tx.as_system():
        start_round(tx, application)


def _own_part(tx: Tx, review: Review) -> Assignment:
    return next(part for part in review.assignments if part.reviewer_id == tx.actor.user_id and part.state in SEATED)


def opens_tally(tx: Tx, review: Review, valid: int) -> bool:
    """Whether this actor chairs the round, in no conflict, and the quorum of valid scores is in."""
    return tx.may(P.REVIEW_CHAIR, review) and valid >= review.quorum


def readable_parts(tx: Tx, review: Review) -> list[dict[str, Any]]:
    """The parts as this actor may see them: scores stay sealed until one's own is in, for the chair until the quorum is,
    and for those who oversee until the decision (domain: sealed scores).
    """
    if tx.actor.conflicted_with(review.applicant_id, review.platform_id):
        return []  # a conflicted chair reads the round only to hand it over
    conflicts = conflicts_of(tx.session, [part.reviewer_id for part in review.assignments], tx.now)
    parties = {review.applicant_id, review.platform_id}
    own = next((part for part in review.assignments if part.reviewer_id == tx.actor.user_id), None)
    valid = [part for part in review.assignments if part.state == "scored" and parties.isdisjoint(conflicts[part.reviewer_id])]
    decided = review.state is ReviewState.DECIDED
    open_to_me = decided or (own is not None and own.state == "scored") or opens_tally(tx, review, len(valid))
    return [
        {
            "id": part.id,
            "reviewer": part.reviewer.pseudonym,
            "reviewer_name": part.reviewer.name if _may_name(tx, review, part) else None,
            "state": part.state.value,
            "own": part is own,
            "conflicted": not parties.isdisjoint(conflicts[part.reviewer_id]),
            "scores": dict(part.scores) if part.scored_at and (part is own or open_to_me) else None,
            "recommendation": part.recommendation.value if part.recommendation and (part is own or open_to_me) else None,
            "comment": part.comment if part is own or open_to_me else None,
            "reason": part.reason,
        }
        for part in review.assignments
    ]


def _may_name(tx: Tx, review: Review, part: Assignment) -> bool:
    return part.reviewer_id == tx.actor.user_id or review.chair_id == tx.actor.user_id or Post.OPERATOR in tx.actor.posts
