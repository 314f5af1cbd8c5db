"""The history of the database's tables, played by ``flask --app wsgi db upgrade``."""
