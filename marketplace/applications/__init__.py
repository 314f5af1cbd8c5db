"""Applying: a firm's case from the draft to its decision."""
