"""Persons: how they sign in, what they are appointed to, and the tokens their programs use."""
