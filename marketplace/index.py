"""The search index as a whole: made anew from the database, and compared with it."""

from __future__ import annotations

from catalog.search import indexing
from marketplace.runtime import Runtime


def rebuild(runtime: Runtime) -> int:
    """Make the index anew beside the present one and swap; returns how many resources it holds."""
    with runtime.store.readers() as session:
        return runtime.search.rebuild(indexing.documents(session))


def differences(runtime: Runtime) -> list[str]:
    """Where index and database disagree, one line each."""
    with runtime.store.readers() as session:
        return indexing.differences(session, runtime.search)
