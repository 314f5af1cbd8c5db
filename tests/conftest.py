"""The ground of all tests: settings in a folder of its own, a clock that moves when told, the world, the application."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.kernel.db import Base
from marketplace.config import Settings
from marketplace.runtime import Runtime, build_runtime
from tests.world import PASSWORD, START, World, build


@dataclass
class Clock:
    """Time that stands still until it is moved."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        """Go forward, by days, hours or whatever ``timedelta`` knows."""
        self.now += timedelta(**span)


def settings_in(folder: Path) -> Settings:
    """Settings whose database, index and mails are in that folder."""
    folder.mkdir(parents=True, exist_ok=True)
    return Settings(
        env="test",
        secret_key="a key that only tests know, long enough",
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'marketplace.sqlite3'}",
        search_url=f"whoosh://{folder / 'search'}",
        site_url="http://localhost:8000",
        zone=ZoneInfo("Asia/Shanghai"),
        mail_url="file:",
        mail_from="noreply@demo.example",
        demo_password=PASSWORD,
    )


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path / "data")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def _world_template(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The world made once; tests get copies of its folder."""
    made = build_runtime(settings_in(tmp_path_factory.mktemp("world") / "data"), Clock())
    Base.metadata.create_all(made.store.engine)
    world = build(made)
    made.store.engine.dispose()
    return world


@pytest.fixture
def runtime(request: pytest.FixtureRequest, settings: Settings, clock: Clock) -> Iterator[Runtime]:
    """A runtime of the test's own: on the world where the test asks for ``world``, else on empty tables."""
    if "world" in request.fixturenames:
        template: World = request.getfixturevalue("_world_template")
        shutil.copytree(template.runtime.settings.data_dir, settings.data_dir, dirs_exist_ok=True)
    made = build_runtime(settings, clock)
    Base.metadata.create_all(made.store.engine)
    yield made
    made.store.engine.dispose()


@pytest.fixture
def world(runtime: Runtime, _world_template: World) -> World:
    """The small market of ``tests/world.py``."""
    names = {name: dict(getattr(_world_template, name)) for name in ("users", "organisations", "resources", "batches")}
    return replace(_world_template, runtime=runtime, **names)


@pytest.fixture
def app(runtime: Runtime) -> Flask:
    """The web application on that runtime."""
    from marketplace.app import create_app

    return create_app(runtime.settings, runtime)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a session."""
    return app.test_client()


# -- in CI nothing is skipped ------------------------------------------------------------------------------------------


#: Data that belongs to nobody's machine: where it is absent, the tests on it say so and are skipped, in CI too.
NOT_OURS = "the corpora are not at"


def _not_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    if os.environ.get("CI") == "true" and report.outcome == "skipped" and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        if NOT_OURS in str(reason):
            return
        report.outcome = "failed"
        report.longrepr = f"In CI nothing may be skipped. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    _not_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    report = yield
    _not_skipped(report)
    return report
