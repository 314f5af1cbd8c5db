"""Files into rows: JSON Lines, CSV (RFC 4180) and XLSX. A malformed row becomes a row with problems, never a crash.

A file that cannot be read as a whole (its kind, its size, its coding, no heading) raises UnreadableFile.
"""

from __future__ import annotations

import csv
import io
import json
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from catalog.interchange.cells import unguard
from catalog.interchange.report import Finding
from catalog.kernel.errors import N_, DomainError

MAX_BYTES = 50_000_000
MAX_UNPACKED_BYTES = 400_000_000
MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_CELL = 100_000

SUFFIXES = (".jsonl", ".ndjson", ".csv", ".xlsx")

BAD_TEXT = N_("This text holds characters that cannot be stored.")
TOO_LONG_CELL = N_("This text is longer than %(max)s characters.")
BAD_CODING = N_("This line is not UTF-8 text.")
BAD_JSON = N_("This line is not valid JSON (at character %(position)s).")
NOT_AN_OBJECT = N_("This line is not a JSON object.")
BAD_CSV = N_("This row breaks the rules of CSV: a quotation mark is not closed or stands in the wrong place.")
NO_HEADING = N_("There is a value here in a column without a heading.")
CELL_ERROR = N_("The spreadsheet shows an error in this cell: %(value)s")


class UnreadableFile(DomainError):
    """The file as a whole cannot be read."""

    code = "unreadable-file"
    message = N_("This file cannot be read.")


@dataclass(frozen=True)
class Row:
    """A row by its number and its values by column heading.

    The number is the line for JSON Lines; in tables it counts the rows from the heading as row 1, as spreadsheets do.
    A row with problems carries whatever values could be read.
    """

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    problems: tuple[Finding, ...] = ()


def read_file(path: Path) -> list[Row]:
    """The rows of the file at ``path``; OSError where there is none, UnreadableFile where it is no such file."""
    if path.stat().st_size > MAX_BYTES:
        raise UnreadableFile(N_("The file is larger than %(max)s MB."), max=MAX_BYTES // 1_000_000)
    return read(path.read_bytes(), path.name)


def read(data: bytes, name: str) -> list[Row]:
    """The rows of a file with that content; the ending of ``name`` says its kind."""
    if len(data) > MAX_BYTES:
        raise UnreadableFile(N_("The file is larger than %(max)s MB."), max=MAX_BYTES // 1_000_000)
    match Path(name).suffix.lower():
        case ".jsonl" | ".ndjson":
            found = _json_lines(data)
        case ".csv":
            found = _table(_csv(data))
        case ".xlsx":
            found = _table(_xlsx(data))
        case _:
            raise UnreadableFile(N_("Please give a file whose name ends in %(suffixes)s."), suffixes=", ".join(SUFFIXES))
    rows = []
    for row in found:
        if len(rows) == MAX_ROWS:
            raise UnreadableFile(N_("The file has more than %(max)s rows. Please split it."), max=MAX_ROWS)
        rows.append(_storable(row))
    return rows


def _storable(row: Row) -> Row:
    """The same row, with a problem at every column whose text no database keeps."""
    problems = list(row.problems)
    for column, value in row.values.items():
        texts = [column, *_texts(value)]
        if sum(map(len, texts)) > MAX_CELL:
            problems.append(Finding(_shown(column), TOO_LONG_CELL, {"max": MAX_CELL}))
        elif not all(map(_clean, texts)):
            problems.append(Finding(_shown(column), BAD_TEXT))
    return Row(row.number, row.values, tuple(problems))


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for name, inner in value.items():
                yield name
                yield from _texts(inner)
        case list():
            for inner in value:
                yield from _texts(inner)


def _clean(text: str) -> bool:
    if "\x00" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        # JSON can spell half of a surrogate pair, which is no character.
        return False
    return True


def _shown(column: str) -> str:
    return column.encode(errors="replace").decode().replace("\x00", "?")[:60]


def _json_lines(data: bytes) -> Iterator[Row]:
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        try:
            text = line.decode().strip()
        except UnicodeDecodeError:
            yield Row(number, problems=(Finding("", BAD_CODING),))
            continue
        if not text:
            continue
        try:
            value = json.loads(text)
        except json.JSONDecodeError as problem:
            yield Row(number, problems=(Finding("", BAD_JSON, {"position": problem.pos + 1}),))
        except (ValueError, RecursionError):
            # Numbers of thousands of digits, and brackets nested thousands deep.
            yield Row(number, problems=(Finding("", BAD_JSON, {"position": 1}),))
        else:
            if isinstance(value, dict):
                yield Row(number, value)
            else:
                yield Row(number, problems=(Finding("", NOT_AN_OBJECT),))


#: A row of a table without its heading: the cells, and problems by the position of the cell (-1: the whole row).
_Record = tuple[list[Any], list[tuple[int, str, dict[str, Any]]]]


def _table(records: Iterator[_Record]) -> Iterator[Row]:
    heading: list[str] | None = None
    for number, (cells, problems) in enumerate(records, start=1):
        if heading is None:
            if any(cells):
                heading = _heading(cells)
                continue
            raise UnreadableFile(N_("The first row must hold the names of the columns."))
        if not problems and all(cell in (None, "") for cell in cells):
            continue
        named = {name: cell for name, cell in zip(heading, cells, strict=False) if name}
        found = [Finding(heading[at] if 0 <= at < len(heading) else "", text, params) for at, text, params in problems]
        stray = [at for at, cell in enumerate(cells) if cell not in (None, "") and (at >= len(heading) or not heading[at])]
        if stray:
            found.append(Finding("", NO_HEADING))
        yield Row(number, named, tuple(found))
    if heading is None:
        raise UnreadableFile(N_("The file is empty."))


def _heading(cells: list[Any]) -> list[str]:
    names = [str(cell).strip() if cell is not None else "" for cell in cells]
    given = [name for name in names if name]
    if len(given) > MAX_COLUMNS:
        raise UnreadableFile(N_("The file has more than %(max)s columns."), max=MAX_COLUMNS)
    twice = sorted({name for name in given if given.count(name) > 1})
    if twice:
        raise UnreadableFile(N_("There are two columns of the name %(name)s."), name=twice[0])
    return names


def _text(data: bytes) -> str:
    """UTF-8 with or without its mark; UTF-16 with its mark; else GB 18030, which Chinese spreadsheets write."""
    codings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for coding in codings:
        try:
            return data.decode(coding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile(N_("The text of this file is neither UTF-8 nor GB 18030."))


def _csv(data: bytes) -> Iterator[_Record]:
    text = _text(data)
    first = text.partition("\n")[0]
    # Spreadsheets separate by semicolon or tab where the comma is the decimal sign.
    separator = next((sign for sign in (",", "\t", ";") if sign in first), ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield [], [(-1, BAD_CSV, {})]
        else:
            yield [unguard(cell) for cell in cells], []


def _xlsx(data: bytes) -> Iterator[_Record]:
    unreadable = UnreadableFile(N_("This is not a readable XLSX file."))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MAX_UNPACKED_BYTES:
                raise UnreadableFile(N_("The file is larger than %(max)s MB."), max=MAX_UNPACKED_BYTES // 1_000_000)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            sheet = book.worksheets[0]
            # What a file says of its own extent is often wrong, and then rows would be lost.
            sheet.reset_dimensions()
            for cells in sheet.iter_rows(max_col=MAX_COLUMNS + 1):
                yield _cells(cells)
    except UnreadableFile:
        raise
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        ParseError,
        KeyError,
        ValueError,
        IndexError,
        TypeError,
        OSError,
        EOFError,
    ):
        raise unreadable from None


def _cells(cells: Any) -> _Record:
    values: list[Any] = []
    problems = []
    for at, cell in enumerate(cells):
        value = cell.value
        if value is not None and cell.data_type == "e":
            problems.append((at, CELL_ERROR, {"value": value}))
            value = None
        values.append(_plain(value))
    while values and values[-1] is None:
        values.pop()
    return values, problems


def _plain(value: Any) -> Any:
    match value:
        case bool():
            return value
        case float() if value.is_integer():
            return int(value)
        case datetime() | date() | time():
            return value.isoformat()
        case int() | float() | str() | None:
            return value
        case _:
            return str(value)
