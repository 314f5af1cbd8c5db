"""Full-text search over listed resources behind one port; the index is a cache of the database."""
