"""What the scores of a panel amount to: pure arithmetic by the rules of the review."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from marketplace.models import Assignment
from marketplace.states import AssignmentState, Recommendation


class Verdict(Enum):
    """What the chair may do: only approve, only refuse, or (tied) either with a written reason."""

    APPROVE = "approve"
    REFUSE = "refuse"
    TIE = "tie"


@dataclass(frozen=True)
class Tally:
    """``mean`` is the weighted mean of the valid scores from 0 to 10, None without a score."""

    counted: int
    approvals: int
    refusals: int
    mean: float | None
    verdict: Verdict


def weighted(scores: Mapping[str, float], weights: Mapping[str, int]) -> float:
    """One reviewer's scores (0 to 10 per criterion) as their weighted mean."""
    return sum(scores[name] * weight for name, weight in weights.items()) / sum(weights.values())


def tally(parts: Iterable[Assignment], weights: Mapping[str, int], threshold: float) -> Tally:
    """Count the scored ``parts``; the caller leaves out those that are conflicted.

    Approve: a majority to approve and the mean at the threshold or above. Equal recommendations: a tie. Else refuse.
    """
    scored = [part for part in parts if part.state is AssignmentState.SCORED]
    approvals = sum(part.recommendation is Recommendation.APPROVE for part in scored)
    refusals = len(scored) - approvals
    mean = sum(weighted(part.scores, weights) for part in scored) / len(scored) if scored else None
    if scored and approvals == refusals:
        verdict = Verdict.TIE
    elif approvals > refusals and mean is not None and round(mean, 6) >= threshold:
        verdict = Verdict.APPROVE
    else:
        verdict = Verdict.REFUSE
    return Tally(len(scored), approvals, refusals, mean, verdict)
