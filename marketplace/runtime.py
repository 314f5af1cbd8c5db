"""The application without a web server: settings, database, search engine and outbox, wired once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from catalog.kernel.db import open_engine
from catalog.kernel.outbox import Outbox
from catalog.kernel.transaction import Store
from catalog.search.factory import open_backend
from catalog.search.port import SearchBackend
from marketplace.actor import SYSTEM
from marketplace.config import Settings
from marketplace.deliveries import BATCH_TOPICS, handlers
from marketplace.policy import POLICY
from marketplace.reactions import react


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Runtime:
    """What every door (pages, API, commands, worker, seeds) works with."""

    settings: Settings
    store: Store
    search: SearchBackend
    outbox: Outbox

    def drain(self) -> int:
        """Deliver everything that is owed now; returns how many rows were delivered."""
        return self.outbox.drain(self.store.clock)


def build_runtime(settings: Settings, clock: Callable[[], datetime] = utc_now) -> Runtime:
    """Wire the parts together; ``clock`` may be another one than the real one in tests and seeds."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    store = Store(open_engine(settings.database_url), POLICY, react, clock, SYSTEM)
    search = open_backend(settings.search_url)
    outbox = Outbox(store.writers, handlers(settings, store.readers, search), BATCH_TOPICS)
    return Runtime(settings, store, search, outbox)
