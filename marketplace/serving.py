"""``make run``: brings database, demonstration data and index up to date, then serves and works until told to stop."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

from alembic.util import CommandError
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from waitress.server import create_server

from catalog.search.port import SearchUnavailable
from marketplace import index, migration, seeding
from marketplace.app import create_app
from marketplace.config import SITE_NAME, ConfigError, Settings
from marketplace.models import Organisation, User
from marketplace.runtime import Runtime, build_runtime
from marketplace.worker import Worker

HOST = "127.0.0.1"
THREADS = 8

#: Present while the demonstration data is being loaded; a start that finds it knows that the last one was cut off.
UNFINISHED = "seeding.unfinished"

#: The demonstration sign-ins and what each can play.
SIGN_INS = (
    ("operator", "operator of the office: batches, screening, verification"),
    ("auditor", "auditor: reads, changes nothing"),
    ("chair", "chair: forms panels, decides"),
    ("deputy", "deputy chair: takes over where the chair is in conflict"),
    ("reviewer1 … 6", "reviewers: score assigned cases"),
    ("platform", "manager of a platform"),
    ("editor", "editor of the same platform"),
    ("platform2", "manager of another platform"),
    ("sme", "representative of a firm"),
    ("member", "member of the same firm"),
    ("sme2", "representative of another firm"),
)


class CannotStart(Exception):
    """One line that says why."""


def serve(settings: Settings, port: int) -> None:
    """Serve until SIGINT or SIGTERM. Raises CannotStart; the address is claimed first, before anything is written."""
    listener = claim(port)
    try:
        check_writable(settings.data_dir)
        runtime = prepare(settings)
        app = create_app(settings, runtime)
        server = create_server(app, sockets=[listener], threads=THREADS, ident=None)
        worker = Worker(runtime)
        worker.start()
        _welcome(settings, port)
        try:
            server.run()
        finally:
            worker.stop()
            server.close()
            runtime.store.engine.dispose()
    finally:
        listener.close()


def claim(port: int) -> socket.socket:
    """A listening socket on the loopback address; whoever connects waits until the server answers. Raises CannotStart."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # A port is free again at once after a stop, although connections of before still linger.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()
    except OSError:
        listener.close()
        raise CannotStart(f"Port {port} is taken. Choose another one: make run PORT={port + 1}") from None
    return listener


def check_writable(folder: Path) -> None:
    """Raise CannotStart unless files can be made in ``folder`` and those that are there can be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except OSError as problem:
        raise CannotStart(f"DATA_DIR {folder} cannot be written: {problem.strerror}") from None
    for path in folder.glob("*.sqlite3*"):
        if not os.access(path, os.W_OK):
            raise CannotStart(f"{path} cannot be written: permission denied")


def prepare(settings: Settings) -> Runtime:
    """Database at this release's step, demonstration data on the first start, a readable index. Raises CannotStart."""
    try:
        _migrate(settings)
        runtime = build_runtime(settings)
        _load_demonstration(runtime)
        if not runtime.search.healthy():
            print("Building the search index …", flush=True)
            index.rebuild(runtime)
        return runtime
    except SQLAlchemyError as problem:
        raise CannotStart(f"The database cannot be used: {_one_line(problem)}") from None
    except CommandError as problem:
        raise CannotStart(f"The database does not fit this release: {_one_line(problem)}") from None
    except SearchUnavailable as problem:
        raise CannotStart(f"The search index cannot be built: {_one_line(problem)}") from None


def _migrate(settings: Settings) -> None:
    unfinished = settings.data_dir / UNFINISHED
    if unfinished.exists():
        # Nobody could use what a cut-off first start left behind: the server was not up yet.
        migration.downgrade(settings.database_url, "base")
        unfinished.unlink()
    migration.upgrade(settings.database_url)


def _load_demonstration(runtime: Runtime) -> None:
    """Load the demonstration data where it is wanted and nothing is there yet."""
    if runtime.settings.demo_password is None or not _empty(runtime):
        return
    print("Loading the demonstration data, which is done once …", flush=True)
    unfinished = runtime.settings.data_dir / UNFINISHED
    unfinished.touch()
    seeding.load(runtime)
    index.rebuild(runtime)
    unfinished.unlink()


def _empty(runtime: Runtime) -> bool:
    with runtime.store.readers() as session:
        return session.scalar(select(User.id).limit(1)) is None and session.scalar(select(Organisation.id).limit(1)) is None


def _welcome(settings: Settings, port: int) -> None:
    lines = ["", f"{SITE_NAME}: http://localhost:{port}"]
    if settings.demo_password is not None:
        lines += [f"Demonstration sign-ins, all with the password  {settings.demo_password}"]
        lines += [f"  {f'{name}@demo.example':<28} {what}" for name, what in SIGN_INS]
    print("\n".join([*lines, "Ctrl-C stops it.", ""]), flush=True)


def _one_line(problem: Exception) -> str:
    # SQLAlchemy appends the statement and a link; the first line is what the driver said.
    return str(getattr(problem, "orig", None) or problem).strip().splitlines()[0]


def port_of(environ: Mapping[str, str]) -> int:
    """The port that PORT names, 8000 without it. Raises ConfigError."""
    given = environ.get("PORT") or "8000"
    if not (given.isascii() and given.isdigit() and 0 < int(given) < 65536):
        raise ConfigError([f"PORT is {given!r}; it must be a number from 1 to 65535"])
    return int(given)


def stop_on_signals() -> None:
    """Let SIGINT and SIGTERM unwind everything and end the process with 0."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


def main() -> int:
    """Serve with the settings of the environment; 1 with one line on the error output where that cannot start."""
    stop_on_signals()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # Waitress warns of every request that waits for a thread; a browser's first page makes several wait.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    try:
        serve(Settings.from_env(os.environ), port_of(os.environ))
    except ConfigError as wrong:
        print("\n".join(wrong.problems), file=sys.stderr)
        return 1
    except CannotStart as why:
        print(why, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
