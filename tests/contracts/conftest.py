"""The engines under the search contract, and documents for it and its benchmark, made from a seed or from the corpora."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from catalog.search.factory import open_backend
from catalog.search.port import Document, SearchBackend, SearchQuery

CORPORA = Path(__file__).resolve().parents[2] / ".." / "shared" / "corpora"
CORPUS_FILES = ("china-llms.jsonl", "open-data-registry.jsonl")

EPOCH = datetime(2025, 1, 1, tzinfo=UTC)

EMPTY = Document(
    id="", title_zh="", title_en="", summary_zh="", summary_en="", description_zh="", description_en="", tags=(),
    provider="", publisher_names=(), batch="", kind="", policy="", industry=(), publisher="", region=(), price="",
    listed_at=EPOCH, version=1,
)  # fmt: skip

_ZH = [
    "大模型",
    "医疗",
    "影像",
    "金融",
    "风控",
    "工业",
    "质检",
    "农业",
    "遥感",
    "卫星",
    "数据",
    "接口",
    "写作",
    "教育",
    "药物",
    "研发",
    "政务",
    "问答",
]
_EN = [
    "model",
    "medical",
    "imaging",
    "finance",
    "risk",
    "industry",
    "quality",
    "farming",
    "satellite",
    "imagery",
    "data",
    "service",
    "writing",
    "drug",
]


def document(identifier: str, **fields: object) -> Document:
    """A document that is empty but for what is given."""
    return replace(EMPTY, id=identifier, **fields)


def generated(rng: random.Random, identifier: str) -> Document:
    """A bilingual document of random words, with facets in few values so that they meet."""

    def zh(most: int) -> str:
        return "".join(rng.choices(_ZH, k=rng.randint(1, most)))

    def en(most: int) -> str:
        return " ".join(rng.choices(_EN, k=rng.randint(1, most)))

    return Document(
        id=identifier, title_zh=zh(3), title_en=en(3), summary_zh=zh(8), summary_en=en(8), description_zh=zh(60),
        description_en=en(80), tags=tuple(rng.sample(_ZH, 2)), provider=en(2), publisher_names=(zh(2), en(2)),
        batch=rng.choice(("", "2026-1", "2026-2")), kind=rng.choice(("agent", "dataset", "api")),
        policy=rng.choice(("open", "pilot")), industry=tuple(rng.sample("ACJQ", rng.randint(0, 3))),
        publisher=rng.choice(("p-1", "p-2", "p 3, x")),
        region=tuple(rng.sample(("110000", "310000"), rng.randint(0, 2))),
        price=rng.choice(("free", "paid")), listed_at=EPOCH + timedelta(minutes=rng.randint(0, 500)), version=1,
    )  # fmt: skip


def corpus_documents() -> list[Document]:
    """The real entries of both corpora, each id once, facets dealt out in turn; [] where they are absent."""
    found: dict[str, Document] = {}
    for path in (CORPORA / name for name in CORPUS_FILES):
        if not path.exists():
            return []
        for number, line in enumerate(path.read_text("utf-8").splitlines()):
            row = json.loads(line)
            language = "zh" if row["lang"] == "zh" else "en"
            text = row["description"] or ""
            found[row["id"]] = document(
                row["id"],
                **{f"title_{language}": row["name"] or "", f"summary_{language}": text[:120]},
                **{f"description_{language}": text},
                tags=tuple(row["tags"] or ()),
                provider=row["organization"] or "",
                batch=f"2026-{number % 3}",
                kind="general_model" if language == "zh" else "dataset",
                policy=("open", "pilot")[number % 2],
                industry=tuple("ACJQ"[: number % 4]),
                publisher=f"p-{number % 40}",
                region=("110000", "310000")[: number % 3],
                price="free",
                listed_at=EPOCH + timedelta(hours=number),
            )
    return list(found.values())


ENGINES = ("whoosh",)


@pytest.fixture(params=ENGINES)
def reopen(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], SearchBackend]:
    """Opens the same index again, as another process would."""
    return lambda: open_backend(f"{request.param}://{tmp_path / 'index'}")


@pytest.fixture
def backend(reopen: Callable[[], SearchBackend]) -> SearchBackend:
    return reopen()


def ask(backend: SearchBackend, text: str = "", **more: object) -> set[str]:
    return set(backend.search(SearchQuery(text, size=10_000, **more)).ids)
