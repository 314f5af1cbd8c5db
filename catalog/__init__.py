"""What is valid: resources, batches, search and interchange, without a web framework."""
