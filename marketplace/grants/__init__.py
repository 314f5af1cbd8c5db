"""Grants: the right that an approved item gives, from its first day to its last."""
