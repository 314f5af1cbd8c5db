"""Rounds of review as every door shows them; what is sealed stays sealed."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from catalog.kernel.errors import N_
from catalog.kernel.fields import NOT_A_CHOICE, Strict, choice, number, pick, picks, reason, text
from catalog.kernel.transaction import Tx
from marketplace.commands import Choices, Collection, Command, Reasoned, one_of
from marketplace.dumping import ref, stamp
from marketplace.guards import MAX_PANEL, unconflicted_parts
from marketplace.lifecycles import REVIEW
from marketplace.models import Review
from marketplace.permissions import P
from marketplace.review import services
from marketplace.review.tally import tally
from marketplace.states import SEATED, Criterion, Recommendation, ReviewState


class Panel(Strict):
    """Reviewers to put on the panel."""

    reviewers = picks(N_("Reviewers"), required=True, help=N_("Only reviewers without a conflict of interest are offered."))


class Replacement(Strict):
    """Who leaves the panel, who comes, and why."""

    assignment = pick(N_("Member to replace"))
    by = pick(N_("New member"), help=N_("Only reviewers without a conflict of interest are offered."))
    reason = reason()


class Quorum(Strict):
    """How many valid scores a decision needs."""

    quorum = number(N_("Quorum"), low=3, high=MAX_PANEL, required=True, help=N_("Three to six valid scores."))
    reason = reason()


class Score(Strict):
    """One reviewer's part."""

    scores = fields.Dict(
        keys=fields.String(validate=validate.OneOf(Criterion.codes(), error=NOT_A_CHOICE)),
        values=fields.Float(
            allow_nan=False,
            validate=validate.Range(min=0, max=10, error=N_("Please enter a number from {min} to {max}.")),
            error_messages={"invalid": N_("Please enter a number from 0 to 10.")},
        ),
        required=True,
        error_messages={"required": N_("Please score every criterion from 0 to 10.")},
        metadata={
            "label": N_("Scores"),
            "help": N_("From 0 (not at all) to 10 (fully)."),
            "widget": "scores",
            "terms": Criterion,
        },
    )
    recommendation = choice(Recommendation, N_("Recommendation"), required=True)
    comment = text(
        N_("Comment"),
        long=True,
        max=4000,
        required=True,
        help=N_("The panel and the chair read it; the firm does not."),
    )


def _candidates(tx: Tx, review: Review) -> list[tuple[str, str]]:
    return [(user.id, user.name or user.pseudonym) for user in services.candidates(tx, review)]


def _panel_choices(tx: Tx, review: Review) -> Choices:
    return {"reviewers": _candidates(tx, review)}


def _replacement_choices(tx: Tx, review: Review) -> Choices:
    seated = [(part.id, part.reviewer.name or part.reviewer.pseudonym) for part in review.assignments if part.state in SEATED]
    return {"assignment": seated, "by": _candidates(tx, review)}


def _own_score(tx: Tx, review: Review) -> dict[str, Any]:
    part = next((part for part in review.assignments if part.reviewer_id == tx.actor.user_id and part.state in SEATED), None)
    return {} if part is None else {"scores": part.scores, "recommendation": part.recommendation, "comment": part.comment}


def dump(tx: Tx, review: Review) -> dict[str, Any]:
    """A round without its commands. ``tally`` appears with the decision, to the chair as soon as the quorum is in."""
    clean = unconflicted_parts(tx, review)
    result = tally(clean, review.weights, review.threshold)
    shown = review.state is ReviewState.DECIDED or services.opens_tally(tx, review, result.counted)
    case = review.application
    return {
        "application": {"id": case.id, "title": case.title, "state": case.state.value, "version": case.version},
        "applicant": ref(case.applicant),
        "platform": ref(case.platform),
        "round": review.round,
        "chair": review.chair.pseudonym if review.chair else None,
        "chairs": review.chair_id == tx.actor.user_id,
        "quorum": review.quorum,
        "threshold": review.threshold,
        "weights": review.weights,
        "scored": result.counted,
        "panel": services.readable_parts(tx, review),
        "tally": {
            "mean": round(result.mean, 2) if result.mean is not None else None,
            "approvals": result.approvals,
            "refusals": result.refusals,
            "verdict": result.verdict.value,
        }
        if shown
        else None,
        "candidates": [{"id": user.id, "name": user.name} for user in services.candidates(tx, review)]
        if tx.may(P.REVIEW_CHAIR, review) and review.state in (ReviewState.FORMING, ReviewState.SCORING)
        else None,
        "reason": review.reason,
        "decided_at": stamp(review.decided_at),
        "created_at": stamp(review.created_at),
        "updated_at": stamp(review.updated_at),
    }


REVIEWS = Collection(
    name="reviews",
    thing="review",
    model=Review,
    cycle=REVIEW,
    read=P.REVIEW_READ,
    label=N_("Reviews"),
    dump=dump,
    commands={
        "assign": Command(services.assign, N_("Add reviewers"), Panel, "primary", choices=_panel_choices),
        "replace": Command(services.replace, N_("Replace a reviewer"), Replacement, choices=_replacement_choices),
        "set_quorum": Command(
            services.set_quorum, N_("Change the quorum"), Quorum, initial=lambda tx, review: {"quorum": review.quorum}
        ),
        "score": Command(services.score, N_("Score"), Score, "primary", initial=_own_score),
        "recuse": Command(services.recuse, N_("Step down"), Reasoned, "danger"),
        "hand_over": Command(services.hand_over, N_("Hand the chair over"), Reasoned),
    },
    filters={
        "state": one_of(Review.state),
        "application": one_of(Review.application_id),
    },
)
