"""Rounds of review as they follow from the case: formed at consent, paused, continued and ended with it."""

from __future__ import annotations

from sqlalchemy import select

from catalog.kernel.lifecycle import advance
from catalog.kernel.transaction import Tx
from marketplace.actor import conflicts_of
from marketplace.lifecycles import REVIEW
from marketplace.models import Application, Appointment, Review
from marketplace.review.parts import step
from marketplace.states import WEIGHTS, ApplicationState, AssignmentState, Post, ReviewState

_LIVE = (ReviewState.FORMING, ReviewState.SCORING, ReviewState.PAUSED)


def live_round(tx: Tx, application: Application) -> Review | None:
    """The round that is under way, if there is one."""
    query = select(Review).where(Review.application_id == application.id, Review.state.in_(_LIVE)).order_by(Review.round.desc())
    return tx.session.scalars(query).first()


def find_chair(tx: Tx, parties: set[str], but: frozenset[str] = frozenset()) -> str | None:
    """The user who is to chair a case between these organisations: an unconflicted chair, else an unconflicted deputy."""
    query = (
        select(Appointment.user_id, Appointment.post)
        .where(Appointment.post.in_([Post.CHAIR, Post.DEPUTY]), Appointment.until.is_(None))
        .order_by(Appointment.since, Appointment.id)
    )
    rows = [(user_id, post) for user_id, post in tx.session.execute(query) if user_id not in but]
    conflicts = conflicts_of(tx.session, [user_id for user_id, _post in rows], tx.now)
    for wanted in (Post.CHAIR, Post.DEPUTY):
        for user_id, post in rows:
            if post is wanted and parties.isdisjoint(conflicts[user_id]):
                return user_id
    return None


def form_round(tx: Tx, application: Application) -> Review:
    """A new round for a case to which the platform consented. As the system."""
    last = tx.session.scalars(select(Review.round).where(Review.application_id == application.id)).all()
    review = Review(
        application_id=application.id,
        applicant_id=application.applicant_id,
        platform_id=application.platform_id,
        round=max(last, default=0) + 1,
        chair_id=find_chair(tx, {application.applicant_id, application.platform_id}),
        weights={criterion.value: weight for criterion, weight in WEIGHTS.items()},
        demo=application.demo,
    )
    tx.add(review)
    tx.session.expire(application, ["reviews"])
    tx.record("review", review, "create", to=review.state, role="system")
    return review


def start_round(tx: Tx, application: Application) -> None:
    """The panel may score from now on. As the system."""
    advance(tx, REVIEW, live_round(tx, application), "start")


def pause_round(tx: Tx, application: Application) -> None:
    """The case went back to the firm: the panel's clock pauses, scores are kept but reopened."""
    review = live_round(tx, application)
    with tx.as_system():
        advance(tx, REVIEW, review, "pause")
    for part in review.assignments:
        if part.state is AssignmentState.SCORED:
            step(part, "reopen")


def continue_round(tx: Tx, application: Application) -> None:
    """The case came back: the panel goes on."""
    with tx.as_system():
        advance(tx, REVIEW, live_round(tx, application), "continue")


def close_rounds(tx: Tx, application: Application) -> None:
    """End the round with its case: decided where the chair decided, closed otherwise. As the system."""
    review = live_round(tx, application)
    if review is None:
        return
    by_chair = application.state in (ApplicationState.APPROVED, ApplicationState.REFUSED) and review.state is ReviewState.SCORING
    advance(tx, REVIEW, review, "decide" if by_chair else "close")
    review.reason = application.reason if by_chair else ""
    review.decided_at = tx.now if by_chair else None
