"""Batches, resources and revisions as pages, API and commands show them, and what follows from an end."""
