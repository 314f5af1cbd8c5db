"""The demonstration data: a year of invented history, told through the services under a moved clock."""

from marketplace.seeding.loading import load

__all__ = ["load"]
