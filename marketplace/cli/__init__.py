"""The commands of ``flask --app wsgi …``, a file per group; ``register`` adds them to an application."""

from __future__ import annotations

from flask import Flask
from flask.cli import FlaskGroup

from marketplace.cli.db import db
from marketplace.cli.life_cycles import life_cycles
from marketplace.cli.operation import seed, serve_command, worker
from marketplace.cli.resources import resources
from marketplace.cli.search import search
from marketplace.cli.tokens import tokens
from marketplace.cli.users import users

COMMANDS = (db, life_cycles, resources, search, seed, serve_command, tokens, users, worker)


def register(app: Flask) -> None:
    """Add every command."""
    for command in COMMANDS:
        app.cli.add_command(command)


def main() -> None:
    """The same commands as a program of their own, for an installed package."""
    from marketplace.app import create_app

    FlaskGroup(create_app=create_app)()
