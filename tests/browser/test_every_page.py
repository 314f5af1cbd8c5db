"""Every kind of page that a role can reach by links: no barrier that axe finds, nothing wider than the screen, no dead link."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import NARROW, WIDE, Person
from tests.unit.marketplace import casework
from tests.world import World

pytestmark = pytest.mark.browser

#: An identifier in an address; pages that differ in nothing else are one kind, told apart by the state that they show.
IDENTIFIER = re.compile(r"/[0-9a-hjkmnp-tv-z]{12}(?=/|$)")
CHINESE, ENGLISH = (WIDE, "zh-CN"), (NARROW, "en-US")
READERS = [
    *[(name, CHINESE) for name in ("visitor", "sme", "operator", "chair", "auditor")],
    *[(name, ENGLISH) for name in ("visitor", "sme2", "platform", "reviewer1")],
]


@pytest.fixture
def lively(world: World) -> World:
    """A market with something in it for everybody."""
    casework.draft(world, "platform")
    casework.submit(world, "platform", "platform second")
    casework.approved_pilot(world)
    _case, review = casework.open_review(world, firm="qinghe", who="sme2")
    casework.score(world, "reviewer1", review)
    world.runtime.drain()
    return world


def links(person: Person) -> list[str]:
    """The addresses of this site to which the page links, without fragments."""
    found = person.page.eval_on_selector_all("a[href]", "found => found.map(one => one.href)")
    return [link.removeprefix(person.address).partition("#")[0] for link in found if link.startswith(person.address)]


def kind(path: str) -> str:
    """What pages have in common that differ only in the thing they show."""
    return IDENTIFIER.sub("/…", urlsplit(path).path)


@pytest.mark.parametrize(("name", "screen"), READERS, ids=[f"{name}-{locale}" for name, (_size, locale) in READERS])
def test_every_page_that_a_role_can_reach_is_without_barriers(
    lively: World, at_screen: Callable[..., Person], name: str, screen: tuple[dict[str, int], str]
) -> None:
    person = at_screen(name, *screen)
    waiting = ["/", "/work", "/notifications"] if name != "visitor" else ["/", "/register", "/reset", "/champions", "/api"]
    # The reference of the API is one long page, the same for everybody: the visitor's look at it serves for all.
    seen = {"/static", "/language"} | ({"/api"} if name != "visitor" else set())
    while waiting:
        path = waiting.pop(0)
        if kind(path) in seen or path.startswith(("/static", "/api/v1")):
            continue
        seen.add(kind(path))
        answer = person.page.goto(person.address + path)
        assert answer is None or answer.ok, f"{name}: {path} answers {answer.status}"
        person.look()
        waiting += links(person)
    assert len(seen) > 8
