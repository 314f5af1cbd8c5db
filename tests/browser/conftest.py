"""A real Chromium against a real server on a free port of the loopback."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Error, Page, sync_playwright
from werkzeug.serving import make_server

from tests.world import PASSWORD

NAMES = ("chromium", "chromium-browser", "google-chrome")
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The distribution's Chromium, or the one that Playwright brought along."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        try:
            # Containers give Chromium neither user namespaces for its sandbox nor much shared memory.
            started = playwright.chromium.launch(
                executable_path=found, args=["--no-sandbox", "--disable-dev-shm-usage"]
            )
        except Error as lacking:
            pytest.skip(f"Chromium is missing or does not start: {str(lacking).splitlines()[0]}")
        yield started
        started.close()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The address at which the application answers."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@dataclass
class Person:
    """Somebody at a screen of their own. Every page that is opened is also checked by axe and for sideways scrolling."""

    page: Page
    address: str
    name: str
    problems: list[str]

    def go(self, path: str) -> None:
        """Open an address of the site."""
        self.page.goto(self.address + path)
        self.look()

    def press(self, selector: str) -> None:
        """Press a button or a link, and wait for the page it leads to."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()
        self.look()

    def fill(self, **values: str) -> None:
        """Write into the fields of these names."""
        for name, value in values.items():
            self.page.locator(f"[name='{name}']").fill(value)

    def tick(self, *values: str) -> None:
        """Tick the boxes with these values."""
        for value in values:
            self.page.locator(f"input[type=checkbox][value='{value}']").check()

    def send(self) -> None:
        """Send the form of the page."""
        self.press(
            "main form:has([name='csrf_token']) button.btn-primary, main form:has([name='version']) button[type=submit]"
        )

    def sees(self, text: str) -> bool:
        """Whether the text stands on the page."""
        return text in self.page.locator("main").inner_text()

    def look(self) -> None:
        """Let axe look for barriers, and see that nothing is wider than the screen."""
        found = Axe().run(self.page).response["violations"]
        where = f"{self.name} {self.page.url.removeprefix(self.address)}"
        self.problems += [f"{where}: {one['id']} {[node['html'][:120] for node in one['nodes']]}" for one in found]
        wider = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wider > 0:
            self.problems.append(f"{where}: {wider} pixels wider than the screen")


@pytest.fixture
def at_screen(browser: Browser, address: str, tmp_path: Path) -> Iterator[Callable[..., Person]]:
    """Signs people in, each in a browser window of their own: ``at_screen("sme", NARROW)``."""
    problems: list[str] = []
    opened = []

    def sit_down(name: str, size: dict[str, int] = WIDE, locale: str = "zh-CN") -> Person:
        context = browser.new_context(viewport=size, locale=locale)
        context.set_default_timeout(15_000)
        opened.append(context)
        person = Person(context.new_page(), address, name, problems)
        if name != "visitor":
            person.go("/login")
            person.fill(email=f"{name}@demo.example", password=PASSWORD)
            person.press("main form button, main form input[type=submit]")
        return person

    yield sit_down
    if folder := os.environ.get("SCREENSHOTS"):
        for at, context in enumerate(opened):
            context.pages[0].screenshot(path=Path(folder) / f"{tmp_path.name}-{at}.png", full_page=True)
    for context in opened:
        context.close()
    assert problems == [], "\n".join(problems)
