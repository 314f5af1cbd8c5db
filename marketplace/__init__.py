"""Who may: accounts, applications, review, pilots, pages, API and commands round the catalog."""
