"""Organisations: registration, verification, members, tiers and service relations."""
