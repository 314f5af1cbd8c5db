"""The tables of the catalog, one file a family."""

from catalog.models.batch import Batch, BatchEntry
from catalog.models.publisher import Publisher
from catalog.models.resource import Resource, Revision

__all__ = ["Batch", "BatchEntry", "Publisher", "Resource", "Revision"]
