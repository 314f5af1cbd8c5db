"""The plan's targets, counted live from the product's own records."""
