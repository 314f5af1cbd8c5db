"""Measures searches at 1,500 documents: ``python -m tests.bench.bench_search``.

Prints median and 95th percentile in milliseconds of ``backend.search`` with facets and highlights, first asked
(nothing worked out for that question yet) and asked again, beside a bare Whoosh ``searcher.search(limit=20)`` on the
same words in the same run.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from whoosh import query as whoosh_query

from catalog.search.analysis import Run, units
from catalog.search.document import TEXT_FIELDS
from catalog.search.port import Document, SearchQuery
from catalog.search.whoosh_backend import WhooshBackend
from catalog.search.whoosh_directory import IndexDirectory
from tests.contracts.conftest import corpus_documents, generated

SIZE = 1_500
ROUNDS = 5
GOAL = 10.0

TEXTS = (
    "文心", "大模型", "大模型 医疗", "医疗大模型", "金融", "工业",
    "药", "教育", "开源模型", "北京", "中国科学院", "GPT 写作",
    "GPT", "ChatGLM", "多模态", "对话", "代码 模型", "气象",
    "satellite", "satellite imagery", "genome", "satell", "weather forecast", "climate",
    "human genome", "sentinel-2", "cancer", "machine learning", "open data", "ocean temperature",
    "AWS", "lidar", "single cell sequencing", "data", "land cover", "radar",
    "protein structure", "street map", "数据 data", "",
)  # fmt: skip
FILTERS = ({}, {"industry": ("A", "Q"), "policy": ("open",)})


def documents() -> tuple[list[Document], str]:
    """1,500 documents and where they are from; the corpora are filled up with copies of themselves under other ids."""
    found, source = corpus_documents(), "corpora"
    if not found:
        rng = random.Random(1)
        return [generated(rng, f"r{number}") for number in range(SIZE)], "generated"
    copies = [replace(entry, id=f"{entry.id}-again") for entry in found[: max(0, SIZE - len(found))]]
    return [*found, *copies][:SIZE], source


def bare(text: str) -> whoosh_query.Query:
    """The same words as a Whoosh query: every pair and word in any text field."""
    parts = [part for unit in units(text) for part in (unit.parts() if isinstance(unit, Run) else (unit.text,))]
    if not parts:
        return whoosh_query.Every()
    return whoosh_query.And(
        [
            whoosh_query.Or([whoosh_query.Term(row.name, part, boost=row.weight) for row in TEXT_FIELDS])
            for part in parts
        ]
    )


def milliseconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return (time.perf_counter() - started) * 1_000


def report(name: str, times: list[float]) -> float:
    median = statistics.median(times)
    p95 = statistics.quantiles(times, n=20)[-1]
    print(f"{name:42} median {median:7.2f} ms   p95 {p95:7.2f} ms   max {max(times):7.2f} ms   n={len(times)}")
    return median


def main() -> None:
    entries, source = documents()
    with tempfile.TemporaryDirectory() as folder:
        backend = WhooshBackend(folder)
        built = milliseconds(lambda: backend.rebuild(entries))
        print(
            f"{len(entries)} documents ({source}), rebuilt in {built / 1_000:.1f} s; {len(TEXTS)} texts, {ROUNDS} times"
        )
        opened = IndexDirectory(Path(folder))
        searcher = opened.open(opened.current()).searcher()
        queries = [(text, filters) for text in TEXTS for filters in FILTERS]
        results: dict[str, list[float]] = {"first asked, generation known": [], "bare whoosh": []}
        opening = milliseconds(lambda: backend.search(SearchQuery()))
        for text in TEXTS:
            results["first asked, generation known"].append(
                milliseconds(lambda text=text: backend.search(SearchQuery(text)))
            )
        for _ in range(ROUNDS):
            # Taking turns, so that what else the machine does weighs on both alike.
            for text, filters in queries:
                name = "again, filtered" if filters else "again, not filtered"
                question = SearchQuery(text, filters=filters)
                results.setdefault(name, []).append(milliseconds(lambda question=question: backend.search(question)))
                if not filters:
                    asked = bare(text)
                    results["bare whoosh"].append(milliseconds(lambda asked=asked: searcher.search(asked, limit=20)))
        medians = {name: report(name, times) for name, times in results.items()}
        searcher.close()
        writes = [
            milliseconds(lambda number=number: backend.update(entries[number : number + 1])) for number in range(20)
        ]
        report("update of one document", writes)
        print(f"first search of a process {opening:.1f} ms")
        backend.close()
    worst = max(value for name, value in medians.items() if name != "bare whoosh")
    print(f"goal: median under {GOAL:g} ms: {'met' if worst < GOAL else 'MISSED'} ({worst:.2f} ms)")


if __name__ == "__main__":
    main()
