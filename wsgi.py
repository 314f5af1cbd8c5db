"""Where ``flask --app wsgi …`` and production servers find the application."""

from marketplace.app import create_app
from marketplace.config import ConfigError

try:
    app = create_app()
except ConfigError as wrong:
    raise SystemExit("\n".join(wrong.problems)) from None
