"""What is done to resources, revisions and batches: services that flush and never commit."""
