"""Review: panels, sealed scores, the tally and the chair's decision."""
