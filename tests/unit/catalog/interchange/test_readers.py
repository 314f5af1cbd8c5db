"""Files into rows: each kind, and what is broken in it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from catalog.interchange import readers
from catalog.interchange.readers import Row, UnreadableFile, read, read_file


def _xlsx(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _told(row: Row) -> list[tuple[str, str]]:
    return [(finding.column, finding.message) for finding in row.problems]


def test_json_lines_are_numbered_by_line_and_blank_lines_are_passed_over() -> None:
    rows = read('\ufeff{"name": "甲"}\n\n  {"name": "乙", "tags": ["a"]}\r\n'.encode(), "x.jsonl")
    assert rows == [Row(1, {"name": "甲"}), Row(3, {"name": "乙", "tags": ["a"]})]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'{"name": ', readers.BAD_JSON),
        (b"[1, 2]", readers.NOT_AN_OBJECT),
        (b'"text"', readers.NOT_AN_OBJECT),
        (b"\xff\xfe\x00", readers.BAD_CODING),
        (b"[" * 100_000, readers.BAD_JSON),
        (b'{"places": ' + b"9" * 5000 + b"}", readers.BAD_JSON),
    ],
)
def test_a_malformed_line_is_a_problem_of_that_line_alone(line: bytes, message: str) -> None:
    first, broken, last = read(b'{"name": "a"}\n' + line + b'\n{"name": "b"}', "x.ndjson")
    assert (first, last) == (Row(1, {"name": "a"}), Row(3, {"name": "b"}))
    assert (broken.number, broken.values, _told(broken)) == (2, {}, [("", message)])


def test_the_problem_of_a_malformed_line_says_where() -> None:
    (broken,) = read(b'{"name": }', "x.jsonl")
    assert broken.problems[0].text == "This line is not valid JSON (at character 10)."


@pytest.mark.parametrize("value", ['"a\\u0000b"', '"\\ud800"', '["x", "\\udfff"]', '{"purpose": "\\u0000"}'])
def test_text_that_no_database_keeps_is_a_problem_at_its_column(value: str) -> None:
    (row,) = read(f'{{"id": "1", "name": {value}}}'.encode(), "x.jsonl")
    assert _told(row) == [("name", readers.BAD_TEXT)]


def test_a_cell_that_is_too_long_is_a_problem_at_its_column() -> None:
    (row,) = read(json.dumps({"name": "x" * (readers.MAX_CELL + 1)}).encode(), "x.jsonl")
    assert _told(row) == [("name", readers.TOO_LONG_CELL)]


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_the_codings_that_spreadsheets_write(coding: str) -> None:
    rows = read("name,tags\r\n文心一言,大模型\r\n".encode(coding), "X.CSV")
    assert rows == [Row(2, {"name": "文心一言", "tags": "大模型"})]


def test_csv_of_a_coding_nobody_knows_is_refused() -> None:
    with pytest.raises(UnreadableFile):
        read(b"name\r\n\xff\xff\xff\r\n", "x.csv")


def test_csv_keeps_commas_quotes_and_line_breaks_within_quotation_marks() -> None:
    rows = read(b'name,description\r\n"a, ""b""","line 1\r\nline 2"\r\n\r\nlast,\r\n', "x.csv")
    assert rows == [
        Row(2, {"name": 'a, "b"', "description": "line 1\r\nline 2"}),
        Row(4, {"name": "last", "description": ""}),
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_may_be_separated_as_the_heading_says(separator: str) -> None:
    text = f"id{separator}name\n1{separator}a\n"
    assert read(text.encode(), "x.csv") == [Row(2, {"id": "1", "name": "a"})]


def test_csv_with_a_quotation_mark_out_of_place_loses_that_row_alone() -> None:
    rows = read(b'id,name\n1,"a"b\n2,c\n', "x.csv")
    assert [row.number for row in rows] == [2, 3]
    assert _told(rows[0]) == [("", readers.BAD_CSV)]
    assert rows[1] == Row(3, {"id": "2", "name": "c"})


def test_csv_with_a_quotation_mark_left_open_is_a_problem_and_no_crash() -> None:
    rows = read(b'id,name\n1,a\n2,"b\n3,c\n', "x.csv")
    assert rows[0] == Row(2, {"id": "1", "name": "a"})
    assert _told(rows[-1]) == [("", readers.BAD_CSV)]


def test_a_value_without_a_heading_is_a_problem_and_a_short_row_is_none() -> None:
    long, short = read(b"id,name,\n1,a,x\n2\n", "x.csv")
    assert _told(long) == [("", readers.NO_HEADING)]
    assert short == Row(3, {"id": "2"})


def test_csv_takes_the_guard_against_formulas_away() -> None:
    (row,) = read(b"id,name\n'=1+1,'tis\n", "x.csv")
    assert row.values == {"id": "=1+1", "name": "'tis"}


@pytest.mark.parametrize(
    ("data", "name"), [(b"", "x.csv"), (b"\n1,2\n", "x.csv"), (b"id,id\n1,2\n", "x.csv"), (_xlsx(), "x.xlsx")]
)
def test_a_table_needs_a_heading_of_different_names(data: bytes, name: str) -> None:
    with pytest.raises(UnreadableFile):
        read(data, name)


def test_xlsx_is_read_with_numbers_dates_and_gaps() -> None:
    rows = read(_xlsx(["id", None, "places", "price", "closed"], [7.0, None, 20, 1.5, date(2026, 11, 22)], [], ["b"]), "x.xlsx")
    assert rows == [
        Row(2, {"id": 7, "places": 20, "price": 1.5, "closed": "2026-11-22T00:00:00"}),
        Row(4, {"id": "b"}),
    ]


def test_xlsx_with_an_error_in_a_cell_is_a_problem_at_its_column() -> None:
    (row,) = read(_xlsx(["id", "name"], ["1", "#REF!"]), "x.xlsx")
    assert _told(row) == [("name", readers.CELL_ERROR)]


def _rewritten(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The XLSX file with its sheet changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            text = old.read(part)
            new.writestr(part, change(text) if "sheet1" in part else text)
    return out.getvalue()


def test_xlsx_is_read_whole_whatever_it_says_of_its_own_extent() -> None:
    whole = _xlsx(["id", "name"], ["1", "a"], ["2", "b"])
    lying = _rewritten(whole, lambda sheet: sheet.replace(b'ref="A1:B3"', b'ref="A1"'))
    assert lying != whole
    assert read(lying, "x.xlsx") == [Row(2, {"id": "1", "name": "a"}), Row(3, {"id": "2", "name": "b"})]


def _damaged() -> bytes:
    """A ZIP file of the right parts whose sheet is not XML."""
    return _rewritten(_xlsx(["id"], ["1"]), lambda sheet: b"<worksheet")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 nothing", _xlsx(["id"], ["1"])[:-200], _damaged(), b"id,name\n1,a\n"])
def test_a_damaged_xlsx_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        read(data, "x.xlsx")


def test_an_xlsx_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "MAX_UNPACKED_BYTES", 1000)
    with pytest.raises(UnreadableFile, match="larger"):
        read(_xlsx(["id"], ["1"]), "x.xlsx")


@pytest.mark.parametrize("name", ["x.xls", "x.json", "x", "x.jsonl.exe"])
def test_a_file_of_another_kind_is_refused(name: str) -> None:
    with pytest.raises(UnreadableFile, match="jsonl"):
        read(b"{}", name)


def test_too_many_rows_or_bytes_or_columns_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(readers, "MAX_ROWS", 2)
    assert len(read(b"{}\n{}", "x.jsonl")) == 2
    with pytest.raises(UnreadableFile, match="2 rows"):
        read(b"{}\n{}\n{}", "x.jsonl")
    with pytest.raises(UnreadableFile, match="columns"):
        read(",".join(f"c{number}" for number in range(readers.MAX_COLUMNS + 1)).encode(), "x.csv")
    monkeypatch.setattr(readers, "MAX_BYTES", 3)
    (tmp_path / "x.jsonl").write_bytes(b"{}\n{}")
    for refused in (lambda: read(b"{}\n{}", "x.jsonl"), lambda: read_file(tmp_path / "x.jsonl")):
        with pytest.raises(UnreadableFile, match="larger"):
            refused()


def test_a_file_is_read_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("id\n1\n")
    assert read_file(tmp_path / "x.csv") == [Row(2, {"id": "1"})]
    with pytest.raises(FileNotFoundError):
        read_file(tmp_path / "none.csv")
