"""What waits for a person: the first page of every role."""
