"""Where a Whoosh index lives: dated directories side by side and a pointer file that names the one in use.

Every write goes through one lock file, because Whoosh locks a single index and knows nothing of the swap.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from whoosh import fields, index
from whoosh.util.filelock import FileLock, try_for

from catalog.search.analysis import ANALYSIS, MixedText
from catalog.search.document import FIELDS, Role, fingerprint
from catalog.search.port import SearchUnavailable

POINTER = "CURRENT"
LOCK = "WRITE.lock"
LOCK_SECONDS = 30.0

_PREFIX = "index-"
_MARK = fingerprint(ANALYSIS)


def schema() -> fields.Schema:
    """The Whoosh schema that FIELDS asks for; what results are ordered and named by has a column."""
    columns: dict[str, fields.FieldType] = {}
    for row in FIELDS:
        match row.role:
            case Role.TEXT:
                titled = row.name.startswith("title_")
                columns[row.name] = fields.TEXT(MixedText(), phrase=True, stored=row.shown, sortable=titled)
            case Role.FACET:
                columns[row.name] = fields.KEYWORD()
            case Role.STORED if row.name == "id":
                columns[row.name] = fields.ID(unique=True, stored=True, sortable=True)
            case Role.STORED:
                columns[row.name] = fields.NUMERIC(int, bits=64, stored=True, sortable=True)
    return fields.Schema(**columns)


def _sync(path: Path) -> None:
    """Ask the disk to keep a file or a directory's list of names."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class IndexDirectory:
    """The folder ``root`` with its dated indexes, its pointer and its lock."""

    def __init__(self, root: Path, lock_seconds: float = LOCK_SECONDS) -> None:
        self.root = root
        self._lock_seconds = lock_seconds

    def start(self) -> None:
        """Make an empty index where there has never been one; anything already there is left as it is."""
        self.root.mkdir(parents=True, exist_ok=True)
        with self.writing():
            if not (self.root / POINTER).exists() and not self._dated():
                name = self.new()
                self.point_at(name)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the one write lock among all threads and processes; SearchUnavailable when it stays taken."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            lock = FileLock(str(self.root / LOCK))
            if not try_for(lock.acquire, timeout=self._lock_seconds, delay=0.05):
                raise SearchUnavailable(f"{self.root}: another writer held the index for {self._lock_seconds:g} s")
        except OSError as error:
            raise SearchUnavailable(f"{self.root}: cannot be written: {error}") from error
        try:
            yield
        finally:
            lock.release()

    def current(self) -> str:
        """The name of the directory in use; SearchUnavailable without a pointer or when other code made that index."""
        try:
            name = (self.root / POINTER).read_text("ascii").strip()
        except (OSError, ValueError) as error:
            raise SearchUnavailable(f"{self.root}: no readable pointer file {POINTER}") from error
        if not name.startswith(_PREFIX) or "/" in name:
            raise SearchUnavailable(f"{self.root}: the pointer file names no index: {name[:60]!r}")
        if not name.endswith(f"-{_MARK}"):
            raise SearchUnavailable(f"{self.root}: {name} was made with other fields or another analyzer")
        return name

    def open(self, name: str) -> index.FileIndex:
        """The Whoosh index of that name; any damage raises SearchUnavailable."""
        try:
            return index.open_dir(str(self.root / name))
        except Exception as error:  # damaged files raise whatever their reader stumbles over
            raise SearchUnavailable(f"{self.root}: {name} cannot be opened: {error!r}") from error

    def new(self) -> str:
        """Make an empty dated index beside the others, not yet pointed at; returns its name."""
        name = f"{_PREFIX}{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{_MARK}"
        (self.root / name).mkdir()
        index.create_in(str(self.root / name), schema())
        return name

    def point_at(self, name: str) -> None:
        """Swap the pointer in one step, after everything it will point at is on disk."""
        for path in (*(self.root / name).iterdir(), self.root / name):
            _sync(path)
        fresh = self.root / f"{POINTER}.new"
        with fresh.open("w", encoding="ascii") as stream:
            stream.write(name + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(fresh, self.root / POINTER)
        _sync(self.root)

    def discard(self, name: str) -> None:
        """Remove an index that was never pointed at."""
        shutil.rmtree(self.root / name, ignore_errors=True)

    def tidy(self, keep: tuple[str, ...]) -> None:
        """Remove every dated index but those, the one in use and the one before it among them."""
        for name in self._dated():
            if name not in keep:
                self.discard(name)

    def _dated(self) -> list[str]:
        return sorted(path.name for path in self.root.glob(f"{_PREFIX}*") if path.is_dir())
