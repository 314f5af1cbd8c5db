"""What the scores of a panel amount to, case by case."""

from __future__ import annotations

import pytest

from marketplace.models import Assignment
from marketplace.review.tally import Verdict, tally, weighted
from marketplace.states import WEIGHTS, AssignmentState, Recommendation

APPROVE, REFUSE, TIE = Verdict.APPROVE, Verdict.REFUSE, Verdict.TIE


def part(text: str) -> Assignment:
    """ "+8" recommends approval with 8 in every criterion, "-3" refusal with 3; "?" is still to come."""
    if text == "?":
        return Assignment(state=AssignmentState.ASSIGNED, scores={}, recommendation=None)
    recommendation = Recommendation.APPROVE if text[0] == "+" else Recommendation.REFUSE
    scores = {criterion: float(text[1:]) for criterion in WEIGHTS}
    return Assignment(state=AssignmentState.SCORED, scores=scores, recommendation=recommendation)


@pytest.mark.parametrize(
    ("parts", "verdict", "mean"),
    [
        ("", REFUSE, None),
        ("?", REFUSE, None),
        ("+6", APPROVE, 6),
        ("+5.99", REFUSE, 5.99),
        ("+8 +8 -2", APPROVE, 6),
        ("+8 +8 -1.9", REFUSE, 17.9 / 3),
        ("+8 -8 -8", REFUSE, 8),
        ("-9 -9 -9", REFUSE, 9),
        ("+9 -9", TIE, 9),
        ("+1 -1", TIE, 1),
        ("+9 +9 -2 -2", TIE, 5.5),
        ("+9 +9 -2 ?", APPROVE, 20 / 3),
        ("+9 +9 +9 -2 -2", APPROVE, 31 / 5),
        ("+6 +6 +6 +6 +6 +6", APPROVE, 6),
    ],
)
def test_majority_threshold_and_tie(parts: str, verdict: Verdict, mean: float | None) -> None:
    result = tally([part(text) for text in parts.split()], WEIGHTS, 6.0)
    assert result.verdict is verdict
    assert result.mean == (None if mean is None else pytest.approx(mean))


@pytest.mark.parametrize("state", [AssignmentState.ASSIGNED, AssignmentState.RECUSED, AssignmentState.REPLACED])
def test_only_parts_that_are_scored_now_count(state: AssignmentState) -> None:
    gone = part("-1")
    gone.state = state
    result = tally([part("+8"), gone], WEIGHTS, 6.0)
    assert (result.counted, result.approvals, result.refusals, result.verdict) == (1, 1, 0, APPROVE)


def test_the_mean_follows_the_weights() -> None:
    assert weighted({"need": 10, "feasibility": 0, "capacity": 5, "effect": 4}, WEIGHTS) == pytest.approx(4.5)
    assert weighted({"a": 10, "b": 1}, {"a": 1, "b": 2}) == pytest.approx(4)


def test_a_mean_at_the_threshold_is_not_lost_to_rounding() -> None:
    parts = [part("+6.1"), part("+6.2"), part("-5.7")]
    assert tally(parts, WEIGHTS, 6.0).verdict is APPROVE
