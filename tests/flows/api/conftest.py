"""The market of these tests, over a real database, index and application."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from marketplace.app import create_app
from marketplace.config import Settings
from marketplace.runtime import build_runtime
from tests.flows.api.market import Market, build_market

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


def make_market(folder: Path) -> Market:
    """A new market in an empty folder."""
    settings = Settings(
        env="test",
        secret_key="x" * 40,
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'market.sqlite3'}",
        search_url=f"whoosh://{folder / 'search'}",
        site_url="http://localhost:8000",
        zone=ZoneInfo("Asia/Shanghai"),
        mail_url="file:",
        mail_from="noreply@demo.example",
        demo_password=None,
    )
    runtime = build_runtime(settings, lambda: NOW)
    return build_market(create_app(settings, runtime), runtime)


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    """A market that the test may change."""
    made = make_market(tmp_path)
    yield made
    made.runtime.store.engine.dispose()


@pytest.fixture(scope="module")
def seen_market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    """A market that the tests of a module only read."""
    made = make_market(tmp_path_factory.mktemp("market"))
    yield made
    made.runtime.store.engine.dispose()
