"""Nobody changes a panel, or a score, with the others' scores before their eyes."""

from __future__ import annotations

import pytest

from catalog.kernel.errors import Invalid
from marketplace.guards import PanelSettled
from marketplace.models import Review
from marketplace.review import services as reviews
from marketplace.review.services import ScoreFixed
from tests.unit.marketplace import casework
from tests.world import World


def part_of(world: World, review: str, who: str) -> str:
    return next(part.id for part in world.get(Review, review).assignments if part.reviewer_id == world.users[who])


@pytest.fixture
def scored(world: World) -> str:
    """A round with a full quorum of scores, two against."""
    _case, review = casework.open_review(world)
    for who, favourable in (("reviewer1", True), ("reviewer2", False), ("reviewer3", False)):
        casework.score(world, who, review, favourable)
    return review


def test_the_chair_adds_nobody_once_the_quorum_is_in(world: World, scored: str) -> None:
    with pytest.raises(PanelSettled):
        world.do("chair", Review, scored, reviews.assign, reviewers=[world.users["reviewer4"]])
    with pytest.raises(PanelSettled):
        world.do("chair", Review, scored, reviews.set_quorum, quorum=4, reason="更稳妥")


def test_a_valid_score_is_not_replaced_away_but_a_conflicted_one_is(world: World, scored: str) -> None:
    given = {"assignment": part_of(world, scored, "reviewer2"), "by": world.users["reviewer4"], "reason": "更换"}
    with pytest.raises(Invalid):
        world.do("chair", Review, scored, reviews.replace, **given)
    casework.join(world, "reviewer2", "ruifeng")
    world.do("chair", Review, scored, reviews.replace, **given)
    assert {part.state for part in world.get(Review, scored).assignments} == {"scored", "assigned", "replaced"}


def test_a_score_stays_once_another_one_can_be_read(world: World) -> None:
    _case, review = casework.open_review(world)
    casework.score(world, "reviewer1", review)
    casework.score(world, "reviewer1", review, favourable=False)
    casework.score(world, "reviewer2", review)
    with pytest.raises(ScoreFixed):
        casework.score(world, "reviewer1", review)


def test_a_chair_who_joined_a_side_reads_nothing_of_the_panel(world: World, scored: str) -> None:
    casework.join(world, "chair", "ruifeng")
    with world.read("chair") as tx:
        assert reviews.readable_parts(tx, tx.session.get_one(Review, scored)) == []
