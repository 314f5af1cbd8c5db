"""Real catalogues from outside, on the whole way: imported by command, submitted, accepted at once, published and found.

The entries lie beside the repository and are never copied into it; where they are absent these tests say so and are skipped.
"""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from catalog.interchange.importer import plan, run
from catalog.interchange.readers import read_file
from catalog.interchange.report import Outcome, Report
from catalog.kernel.events import Event
from catalog.models import Batch, BatchEntry, Resource
from catalog.search.indexing import differences
from catalog.search.port import SearchQuery
from catalog.services import batches
from catalog.states import ResourceState
from marketplace.app import create_app
from marketplace.models import Notification
from marketplace.runtime import Runtime, build_runtime
from tests.world import World

CORPORA = Path(__file__).resolve().parents[2] / ".." / "shared" / "corpora"
MODELS, DATASETS = CORPORA / "china-llms.jsonl", CORPORA / "open-data-registry.jsonl"

pytestmark = pytest.mark.skipif(not DATASETS.exists(), reason=f"the corpora are not at {CORPORA}")

#: What the files do not say: none of the models names a licence, none of the entries a price.
DEFAULTS: dict[Path, dict[str, str]] = {
    MODELS: {"licence": "platform-terms", "price": "free", "access_policy": "registered", "term_days": "365"},
    DATASETS: {"price": "free"},
}

#: Rows that cannot be taken: ids that come a second time, and addresses that are none.
REFUSED: dict[Path, list[tuple[str, str]]] = {
    MODELS: [("llm-192", "source_key"), ("llm-215", "source_key")],
    DATASETS: [
        (key, "url")
        for key in (
            "cotonoha-dic",
            "fcp-indi",
            "ford-multi-av-seasonal",
            "noaa-nodd-kerchunk",
            "rareplanes",
            "sissa-forecast-database-dataset",
            "tgs-opendata-poseidon",
        )
    ],
}


@dataclass
class Stage:
    """The market after both files came in by command and went through the batch to the search index.

    ``answers`` is what the command printed for each file, ``told`` how many messages people got on the way.
    """

    app: Flask
    runtime: Runtime
    world: World
    answers: dict[Path, Result] = field(default_factory=dict)
    told: int = 0

    def stored(self, *states: ResourceState) -> list[Resource]:
        """What came from the files, in these states (in any, if none is named)."""
        with self.runtime.store.readers() as session:
            query = select(Resource).where(Resource.source_key.is_not(None))
            return list(session.scalars(query.where(Resource.state.in_(states)) if states else query).unique())

    def events(self) -> int:
        """How many events there are."""
        with self.runtime.store.readers() as session:
            return session.scalar(select(func.count()).select_from(Event)) or 0

    def again(self, file: Path, **options: Any) -> Report:
        """The file once more by the importer, and what it says."""
        return run(
            lambda: self.world.begin("platform"),
            read_file(file),
            self.world.organisations["xinghe"],
            **{"defaults": DEFAULTS[file], "keep_good": True} | options,
        )

    def found(self, text: str, **more: Any) -> list[Resource]:
        """What the engine finds for ``text``, best first, all of it."""
        first = self.runtime.search.search(SearchQuery(text=text, size=2000, **more))
        assert not first.loosened
        by_id = {resource.id: resource for resource in self.stored()}
        return [by_id[key] for key in first.ids if key in by_id]

    def command(self, *words: str) -> Result:
        """One command as a person types it."""
        return self.app.test_cli_runner().invoke(args=["resources", "import", *words])


@pytest.fixture(scope="module")
def stage(_world_template: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Once for all these tests, on a copy of the world."""
    folder = tmp_path_factory.mktemp("corpora") / "data"
    shutil.copytree(_world_template.runtime.settings.data_dir, folder)
    settings = replace(
        _world_template.runtime.settings,
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'marketplace.sqlite3'}",
        search_url=f"whoosh://{folder / 'search'}",
    )
    runtime = build_runtime(settings, _world_template.runtime.store.clock)
    made = Stage(create_app(settings, runtime), runtime, replace(_world_template, runtime=runtime))
    before = _notifications(runtime)
    batch_id = made.world.batches["collecting"]
    number = str(made.world.get(Batch, batch_id).number)
    for file, defaults in DEFAULTS.items():
        given = [f"--default={name}={value}" for name, value in defaults.items()]
        made.answers[file] = made.command(str(file), "--as=platform@demo.example", "--keep-good", f"--submit-to={number}", *given)
    for step in (batches.accept_all, batches.close, batches.publish):
        made.world.do("operator", Batch, batch_id, step)
    made.told = _notifications(runtime) - before
    runtime.drain()
    yield made
    runtime.store.engine.dispose()


def _notifications(runtime: Runtime) -> int:
    with runtime.store.readers() as session:
        return session.scalar(select(func.count()).select_from(Notification)) or 0


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _words(resource: Resource) -> str:
    """Everything that is searched of a resource, in lower case."""
    parts = (
        resource.title_zh,
        resource.title_en,
        resource.summary_zh,
        resource.summary_en,
        resource.description_zh,
        resource.description_en,
        resource.provider,
        *resource.tags,
    )
    return "\n".join(parts).lower()


@pytest.mark.parametrize("file", [MODELS, DATASETS], ids=lambda file: file.stem)
def test_every_row_lands_or_is_listed_with_its_reason(stage: Stage, file: Path) -> None:
    answer = stage.answers[file]
    assert answer.exit_code == 0, answer.output
    told = re.findall(r"^row (\d+), (\w+): (?!not submitted)", answer.output, re.MULTILINE)
    rows = _rows(file)
    assert [(rows[int(number) - 1]["id"], column) for number, column in told] == REFUSED[file]
    landed = {resource.source_key for resource in stage.stored()}
    refused = {key for key, column in REFUSED[file] if column == "url"}
    assert {row["id"] for row in rows} - landed == refused
    assert f"{len(rows)} rows: {len(rows) - len(told)} created, 0 updated, 0 unchanged, {len(told)} problem" in answer.output
    assert f"; {len(rows) - len(told)} submitted" in answer.output


@pytest.mark.parametrize("file", [MODELS, DATASETS], ids=lambda file: file.stem)
def test_the_same_file_again_changes_nothing(stage: Stage, file: Path) -> None:
    before = stage.events()
    report = stage.again(file)
    assert {row.outcome for row in report.rows} == {Outcome.UNCHANGED, Outcome.PROBLEM}
    assert [(row.key, row.problems[0].column) for row in report.problems] == REFUSED[file]
    assert (stage.events(), report.submitted) == (before, 0)


def test_without_defaults_a_model_is_no_draft_or_not_complete_and_says_why(stage: Stage) -> None:
    with stage.world.read("platform2") as tx:
        report = plan(tx, read_file(MODELS), stage.world.organisations["yunfan"])
    rows = _rows(MODELS)
    without_address = {row["id"] for row in rows if not row["url"]}
    no_policy = {row.key for row in report.problems if any(found.column == "access_policy" for found in row.problems)}
    assert no_policy == without_address
    assert report.filled["licence"] == 0


def test_what_came_in_is_published_as_one_list_whose_digest_holds(stage: Stage) -> None:
    expected = sum(len(_rows(file)) - len(REFUSED[file]) for file in (MODELS, DATASETS))
    assert len(stage.stored()) == len(stage.stored(ResourceState.LISTED)) == expected
    with stage.runtime.store.readers() as session:
        batch = session.get_one(Batch, stage.world.batches["collecting"])
        entries = session.scalars(select(BatchEntry).where(BatchEntry.batch_id == batch.id)).all()
        assert {entry.resource_id for entry in entries} >= {resource.id for resource in stage.stored()}
        assert batches.verify_digest(batch, entries)


def test_thousands_of_entries_are_not_thousands_of_messages(stage: Stage) -> None:
    assert 0 < stage.told < 40


def test_the_index_holds_what_the_database_lists(stage: Stage) -> None:
    with stage.runtime.store.readers() as session:
        assert differences(session, stage.runtime.search) == []


#: What a search must hold in each result, and what the results must at least contain.
SEARCHES = [
    ("文心", [r"文心"], r"文心"),
    ("大模型 医疗", [r"大模型", r"医疗"], r"大模型(.|\n)*医疗|医疗(.|\n)*大模型"),
    ("satellite imagery", [r"satellite", r"imager"], r"\bsatellite\b(.|\n)*\bimagery\b|\bimagery\b(.|\n)*\bsatellite\b"),
    ("genome", [r"genom"], r"\bgenome\b"),
]


@pytest.mark.parametrize(("text", "each", "at_least"), SEARCHES)
def test_a_search_finds_what_it_should_and_nothing_else(stage: Stage, text: str, each: list[str], at_least: str) -> None:
    found = stage.found(text)
    wrong = [one.title("zh") for one in found if not all(re.search(part, _words(one)) for part in each)]
    assert wrong == []
    wanted = {one.id for one in stage.stored() if re.search(at_least, _words(one))}
    assert wanted, "the corpora hold what is searched for"
    assert wanted <= {one.id for one in found}


def test_the_entry_of_that_name_comes_first(stage: Stage) -> None:
    assert stage.found("文心")[0].title_zh == "文心一言"
    assert "genome" in stage.found("genome")[0].title_en.lower()


@pytest.mark.parametrize(("text", "_each", "_at_least"), SEARCHES)
def test_the_page_and_the_api_show_what_the_search_finds(stage: Stage, text: str, _each: list[str], _at_least: str) -> None:
    found = [one.id for one in stage.found(text)][:20]
    client = stage.app.test_client()
    page = client.get("/resources", query_string={"q": text})
    assert page.status_code == 200
    shown = dict.fromkeys(re.findall(r'href="/resources/(\w{12})"', html.unescape(page.text)))
    assert set(shown) == set(found)
    answer = client.get("/api/v1/resources", query_string={"q": text})
    assert [item["id"] for item in answer.json["items"]] == found
