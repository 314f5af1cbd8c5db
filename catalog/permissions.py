"""The names of what may be permitted in the catalog; who holds them is the marketplace's to say."""

from enum import StrEnum


class P(StrEnum):
    """``<thing>.<act>``; ``<thing>.read`` decides whether the thing exists at all for a caller."""

    BATCH_READ = "batch.read"
    BATCH_PLAN = "batch.plan"
    BATCH_RUN = "batch.run"
    BATCH_TIME = "batch.time"
    RESOURCE_READ = "resource.read"
    RESOURCE_CREATE = "resource.create"
    RESOURCE_EDIT = "resource.edit"
    RESOURCE_SUBMIT = "resource.submit"
    RESOURCE_SCREEN = "resource.screen"
    RESOURCE_FOLLOW = "resource.follow"
    RESOURCE_PAUSE = "resource.pause"
    RESOURCE_PAUSE_BY_OFFICE = "resource.pause_by_office"
    RESOURCE_CLOSE = "resource.close"
    RESOURCE_TAKE_DOWN = "resource.take_down"
    REVISION_READ = "revision.read"
    REVISION_EDIT = "revision.edit"
    REVISION_SUBMIT = "revision.submit"
    REVISION_SCREEN = "revision.screen"
    REVISION_FOLLOW = "revision.follow"
