"""Every collection, by its name in addresses."""

from __future__ import annotations

from typing import Any

from marketplace.applications.collection import APPLICATIONS
from marketplace.commands import Collection
from marketplace.grants.collection import GRANTS
from marketplace.organisations.collection import ORGANISATIONS
from marketplace.pilots.collection import PILOTS, SCENARIOS, SHOWCASES
from marketplace.publishing.collection import BATCHES, RESOURCES, REVISIONS
from marketplace.review.collection import REVIEWS

COLLECTIONS: dict[str, Collection] = {
    collection.name: collection
    for collection in (
        ORGANISATIONS,
        BATCHES,
        RESOURCES,
        REVISIONS,
        APPLICATIONS,
        REVIEWS,
        GRANTS,
        PILOTS,
        SCENARIOS,
        SHOWCASES,
    )
}


def collection_of(thing: Any) -> Collection:
    """The collection that a thing belongs to."""
    return next(collection for collection in COLLECTIONS.values() if isinstance(thing, collection.model))
