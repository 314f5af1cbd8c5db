"""The API for programs: every collection and command under /api/v1, its description, and the page that explains it."""

from marketplace.api.reference import reference
from marketplace.api.routes import build_blueprint
from marketplace.collections import COLLECTIONS

blueprint = build_blueprint(COLLECTIONS)

__all__ = ["blueprint", "reference"]
