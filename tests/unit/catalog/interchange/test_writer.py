"""Files out: they can come in again and change nothing, and no cell is a formula."""

from __future__ import annotations

import csv
import io
import json

from catalog.content import CONTENT, TRANSPARENCY, content_of
from catalog.interchange.importer import run
from catalog.interchange.mapping import column_of, known
from catalog.interchange.readers import read
from catalog.interchange.writer import HEADING, json_lines, template, to_csv
from catalog.models import Resource
from tests.unit.catalog.ground import MANAGER, Ground

EVERYTHING = {
    "kind": "algorithm",
    "access_policy": "pilot",
    "title_zh": '=HYPERLINK("https://evil.example")',
    "title_en": "+1 for all",
    "summary_zh": '第一行\n第二行，“引号”,"quotes"',
    "summary_en": "@you",
    "description_zh": "- 条目\n- 另一条",
    "description_en": "1.\n\tindented",
    "industries": ["C", "J"],
    "regions": ["110000", "330000"],
    "licence": "other",
    "licence_note": "'=already guarded",
    "tags": ["质检", "a, b"],
    "provider": "-",
    "url": "https://a.example/x",
    "mailbox": "open@xinghe.example",
    "price": "free_tier",
    "places": 3,
    "term_days": 180,
    "min_tier": "innovative",
    "sizes": ["micro", "small"],
    "transparency": {key: f"={key}" for part in TRANSPARENCY for key in part.keys},
}


def _cells(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def _everything(ground: Ground) -> Resource:
    draft = ground.draft(**EVERYTHING)
    assert set(EVERYTHING) == set(CONTENT)
    return draft


def test_no_cell_of_the_csv_is_a_formula(ground: Ground) -> None:
    cells = _cells(to_csv([_everything(ground)]))[1]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert cells[HEADING.index("title_zh")] == '\'=HYPERLINK("https://evil.example")'


def test_the_csv_keeps_to_rfc_4180_and_opens_in_spreadsheets(ground: Ground) -> None:
    data = to_csv([_everything(ground)])
    assert data.startswith(b"\xef\xbb\xbfsource_key,kind,")
    assert data.endswith(b"\r\n")
    assert '"第一行\n第二行，“引号”,""quotes"""'.encode() in data
    assert {len(row) for row in _cells(data)} == {len(HEADING)}


def test_a_file_that_went_out_comes_in_again_and_changes_nothing(ground: Ground) -> None:
    draft = ground.draft(**EVERYTHING)
    keyed = ground.draft(**EVERYTHING, source_key="mine")
    for data, name in ((to_csv([draft, keyed]), "x.csv"), (b"".join(json_lines([draft, keyed])), "x.jsonl")):
        report = run(lambda: ground.as_(MANAGER), read(data, name), "xinghe")
        assert [(row.outcome.value, row.problems, row.warnings) for row in report.rows] == [("unchanged", [], [])] * 2


def test_a_file_that_went_out_makes_the_same_resource_for_another_publisher(ground: Ground) -> None:
    draft = _everything(ground)
    report = run(lambda: ground.as_(MANAGER), read(to_csv([draft]), "x.csv"), "langtu")
    with ground.reading() as tx:
        assert content_of(tx.session.get_one(Resource, report.rows[0].resource_id)) == content_of(draft)


def test_json_lines_hold_one_resource_each(ground: Ground) -> None:
    draft = _everything(ground)
    (line,) = json_lines([draft])
    assert json.loads(line) == {"source_key": draft.id, **content_of(draft)}
    assert line.count(b"\n") == 1 and "质检".encode() in line


def test_the_template_is_a_heading_whose_columns_the_import_knows() -> None:
    (heading,) = _cells(template())
    assert tuple(heading) == HEADING
    assert all(known(column_of(name)) for name in heading)
    assert read(template(), "template.csv") == []
