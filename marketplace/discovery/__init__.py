"""Finding: the first page, the search, and the public pages of lists, platforms and what came of the plan."""
