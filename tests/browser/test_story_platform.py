"""Story 2 as people play it, in a real browser: draft, submission, return, resubmission, a decision item by item."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from marketplace.models import Application
from tests.browser.conftest import NARROW, WIDE, Person
from tests.unit.marketplace import casework
from tests.world import World

pytestmark = pytest.mark.browser

THREE = ("platform", "platform second", "platform third")


@pytest.mark.parametrize(("size", "locale"), [(WIDE, "zh-CN"), (NARROW, "en-US")])
def test_returned_resubmitted_and_granted_two_of_three(
    world: World, clock, at_screen: Callable[..., Person], size: dict[str, int], locale: str
) -> None:
    firm, platform = at_screen("sme", size, locale), at_screen("platform", size, locale)

    # The firm finds the resource and drafts from there.
    firm.go(f"/resources/{world.resources['platform']}")
    firm.press("a[href*='/applications/new']")
    firm.tick(*(world.resources[key] for key in THREE))
    firm.fill(title="三项接口联合申请", need="停机太多。", plan="先接入，再试运行。", effect="少停机。")
    firm.send()
    assert firm.sees("三项接口联合申请")
    case = firm.page.url.removeprefix(firm.address).partition("?")[0]
    clock.move(minutes=1)

    # Without the terms the form says what is missing and keeps its place; with them the case is handed in.
    firm.press(f"a[href$='{case}/submit']")
    firm.send()
    assert firm.page.locator("[aria-invalid='true'][name='accept_terms']").count() == 1
    firm.page.locator("[name='accept_terms']").check()
    firm.send()
    clock.move(minutes=1)

    # The platform finds it on its first page and returns it with a remark at a field.
    platform.go("/work")
    platform.press(f"main a[href$='{case}']")
    platform.press(f"a[href$='{case}/return']")
    platform.fill(**{"remarks.need": "请写明每次停机时长。"})
    platform.send()
    clock.move(minutes=1)

    # The firm reads the remark, answers it and hands in again.
    firm.go("/work")
    firm.press(f"main a[href$='{case}']")
    assert firm.sees("请写明每次停机时长。")
    firm.press(f"a[href$='{case}/edit']")
    firm.fill(need="每次停机四小时。")
    firm.send()
    clock.move(minutes=1)
    firm.press(f"a[href$='{case}/resubmit']")
    firm.send()
    clock.move(minutes=1)

    # The manager grants two of three; the third is not let go without a reason.
    with world.read("platform") as tx:
        stored = tx.session.scalars(select(Application)).unique().one()
        third = next(item.id for item in stored.items if item.resource_id == world.resources["platform third"])
    platform.go(case)
    assert platform.sees("每次停机四小时。")
    platform.press(f"a[href$='{case}/approve']")
    platform.page.locator(f"input[type=checkbox][value='{third}']").uncheck()
    platform.send()
    assert platform.page.locator(f"#reason-{third}[aria-invalid='true']").count() == 1
    platform.fill(**{f"reasons.{third}": "该接口暂不支持贵司设备型号。"})
    platform.send()

    firm.go(case)
    assert firm.sees("该接口暂不支持贵司设备型号。")
    outcomes = {item.resource_id: item.outcome.value for item in world.get(Application, stored.id).items}
    assert outcomes == {world.resources[key]: "refused" if key == "platform third" else "granted" for key in THREE}
    firm.go("/grants")
    assert firm.page.locator("main a[href*='/grants/']").count() >= 2


def test_a_decision_on_an_old_page_shows_the_present_state(
    world: World, clock, at_screen: Callable[..., Person]
) -> None:
    case = f"/applications/{casework.submit(world, 'platform')}"
    clock.move(minutes=1)
    first, second = at_screen("platform"), at_screen("platform")
    for window in (first, second):
        window.go(f"{case}/approve")
    first.send()
    clock.move(minutes=1)
    second.send()
    assert second.page.locator("main .badge-state.tone-good").count(), "the present state is shown"
    assert world.get(Application, case.rpartition("/")[2]).state == "approved"


def test_a_visitor_meets_no_barrier_on_any_public_page(world: World, at_screen: Callable[..., Person]) -> None:
    for size in (WIDE, NARROW):
        visitor = at_screen("visitor", size)
        for path in (
            "/",
            "/resources",
            f"/resources/{world.resources['pilot']}",
            "/batches",
            "/platforms",
            "/dashboard",
            "/login",
            "/api",
        ):
            visitor.go(path)
