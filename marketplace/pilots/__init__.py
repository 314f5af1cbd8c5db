"""Pilots, service scenarios and showcases: what comes of an approved match."""
