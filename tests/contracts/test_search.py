"""What every search engine behind the port promises, proven against plain Python over the same documents."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from catalog.search.factory import open_backend
from catalog.search.port import FACETS, Document, SearchBackend, SearchQuery, Sort
from tests.contracts.conftest import CORPORA, EPOCH, ask, corpus_documents, document, generated

# --- finding ---------------------------------------------------------------------------------------------------------

LIBRARY = (
    document("wenxin", title_zh="文心一言", summary_zh="对话大模型", tags=("通用",)),
    document("clinic", title_zh="临床助手", summary_zh="面向医疗的大模型", description_zh="辅助开药"),
    document("gptpen", title_zh="GPT写作工具", title_en="GPT writing tool", provider="百度"),
    document("sat", title_en="Satellite imagery of farms", summary_en="Daily pictures", publisher_names=("ESA",)),
    document("sats", title_en="Weather", summary_en="Images from satellites; imagery archive"),
    document("wide", title_zh="全角", description_zh="ＡＢＣ１２３接口"),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("文心", {"wenxin"}),
        ("大模型", {"wenxin", "clinic"}),
        ("大模型 医疗", {"clinic"}),
        ("医疗大模型", set()),
        ("药", {"clinic"}),
        ("GPT 写作", {"gptpen"}),
        ("gpt写作", {"gptpen"}),
        ("satellite imagery", {"sat", "sats"}),
        ("satell", {"sat", "sats"}),
        ("imagery archive", {"sats"}),
        ("ABC123", {"wide"}),
        ("ａｂｃ１２３", {"wide"}),
        ("esa", {"sat"}),
        ("百度", {"gptpen"}),
        ("通用", {"wenxin"}),
    ],
)
def test_every_word_must_hold_in_chinese_english_and_a_mix(backend, text: str, expected: set[str]) -> None:
    backend.update(LIBRARY)
    page = backend.search(SearchQuery(text))
    assert (set() if page.loosened else set(page.ids)) == expected
    if expected:
        assert not page.loosened and page.total == len(expected)


def test_no_entry_with_all_words_shows_entries_with_half_of_them_and_says_so(backend) -> None:
    backend.update(LIBRARY)
    page = backend.search(SearchQuery("文心 zebra"))
    assert page.loosened and page.ids == ("wenxin",)
    page = backend.search(SearchQuery("zebra giraffe 文心"))
    assert not page.loosened and page.ids == ()


@pytest.mark.parametrize(
    "text",
    [
        'AND OR " * ( : ~',
        '"unclosed',
        "title:x",
        "a*b?c[d]",
        "\x00\ud800",
        "~",
        "NOT",
        "文" * 5_000,
        "' OR 1=1 --",
        "\\",
    ],
)
def test_strange_text_never_raises(backend, text: str) -> None:
    backend.update(LIBRARY)
    backend.search(SearchQuery(text))


@pytest.mark.parametrize("text", ["***", "。，", "\ud800"])
def test_text_without_a_letter_finds_nothing_and_blank_text_finds_all(backend, text: str) -> None:
    backend.update(LIBRARY)
    assert ask(backend, text) == set()
    assert len(ask(backend, " \t")) == len(LIBRARY)


def test_an_unknown_facet_or_a_page_below_one_is_refused(backend) -> None:
    for query in (SearchQuery(filters={"colour": ("red",)}), SearchQuery(page=0), SearchQuery(size=0)):
        with pytest.raises(ValueError):
            backend.search(query)


# --- ranking ---------------------------------------------------------------------------------------------------------

_PADDING = "其他内容 some other words here "
RANKED = [
    ("title > tags > summary > description", "遥感", [
        document("d", description_zh="遥感" * 50), document("s", summary_zh="遥感" + _PADDING),
        document("g", tags=("遥感",)), document("t", title_zh="全国遥感平台"),
    ], ["t", "g", "s", "d"]),
    ("neighbours > apart", "satellite imagery", [
        document("apart", summary_en="imagery of farms by one satellite"),
        document("near", summary_en="farms by one satellite imagery of"),
    ], ["near", "apart"]),
    ("neighbours > apart across scripts", "GPT 写作", [
        document("apart", summary_zh="写作用的工具GPT"), document("near", summary_zh="工具用的GPT写作"),
    ], ["near", "apart"]),
    ("whole word > longer word, even in a title", "data", [
        document("longer", title_en="Database", tags=("databases",)), document("whole", description_en="some data"),
    ], ["whole", "longer"]),
    ("word > stem", "models", [document("stem", title_en="model one"), document("word", title_en="models one")],
     ["word", "stem"]),
    ("unbroken run > its pairs apart", "大模型", [
        document("pairs", title_zh="大模与模型"), document("run", description_zh="大模型"),
    ], ["run", "pairs"]),
    ("equals: newest first", "遥感", [
        document("old", title_zh="遥感"), document("new", title_zh="遥感", listed_at=EPOCH + timedelta(days=1)),
    ], ["new", "old"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "documents", "order"), [row[1:] for row in RANKED], ids=[row[0] for row in RANKED])
def test_better_matches_come_first(backend, text: str, documents: list[Document], order: list[str]) -> None:
    others = [document(f"x{number}", title_en="unrelated") for number in range(8)]
    backend.update([*documents, *others])
    assert list(backend.search(SearchQuery(text)).ids) == order


def test_sorting_by_date_and_title_ignores_relevance(backend) -> None:
    backend.update([
        document("a", title_zh="中文平台", title_en="beta", listed_at=EPOCH),
        document("b", title_zh="阿里平台", title_en="Alpha", listed_at=EPOCH + timedelta(microseconds=1)),
        document("c", title_zh="北京平台平台", title_en="gamma", listed_at=EPOCH - timedelta(days=9_000)),
    ])  # fmt: skip
    for text in ("平台", ""):
        assert backend.search(SearchQuery(text, sort=Sort.NEWEST)).ids == ("b", "a", "c")
        assert backend.search(SearchQuery(text, sort=Sort.TITLE)).ids == ("b", "c", "a")
        assert backend.search(SearchQuery(text, sort=Sort.TITLE, language="en")).ids == ("b", "a", "c")
    assert backend.search(SearchQuery("")).ids == ("b", "a", "c")


# --- filters, facets, pages ------------------------------------------------------------------------------------------


def values(entry: Document, facet: str) -> set[str]:
    value = getattr(entry, facet)
    return {value} - {""} if isinstance(value, str) else set(value)


def assert_equals_truth(backend: SearchBackend, entries: dict[str, Document], rng: random.Random) -> None:
    """Random filters, with and without text: ids, total and every count against counting in Python."""
    for _ in range(12):
        text = rng.choice(("", "", "卫星", "imagery"))
        filters = {}
        for facet in rng.sample(FACETS, rng.randint(0, 3)):
            known = sorted(set().union(*(values(entry, facet) for entry in entries.values()))) or ["none"]
            filters[facet] = tuple(rng.sample([*known, "no such value"], rng.randint(0, 2)))
        texts = {
            key: "\n".join([entry.title_zh, entry.title_en, entry.summary_zh, entry.summary_en, entry.description_zh,
                            entry.description_en, *entry.tags, entry.provider, *entry.publisher_names])
            for key, entry in entries.items()
        }  # fmt: skip
        base = [entry for key, entry in entries.items() if text in texts[key]]

        def holds(entry: Document, without: str = "", filters=filters) -> bool:
            return all(values(entry, f) & set(chosen) for f, chosen in filters.items() if chosen and f != without)

        page = backend.search(SearchQuery(text, filters=filters, size=10_000))
        assert set(page.ids) == {entry.id for entry in base if holds(entry)}
        assert page.total == len(page.ids) == len(set(page.ids))
        for facet in FACETS:
            truth = Counter(value for entry in base if holds(entry, facet) for value in values(entry, facet))
            assert page.facets[facet] == dict(truth), (facet, filters)


@pytest.mark.parametrize("seed", range(3))
def test_filters_and_counts_equal_counting_by_hand_also_after_updates_and_removals(backend, seed: int) -> None:
    rng = random.Random(seed)
    entries = {f"r{number}": generated(rng, f"r{number}") for number in range(60)}
    backend.rebuild(entries.values())
    assert_equals_truth(backend, entries, rng)
    for step in range(14):
        changed = [generated(rng, f"r{rng.randrange(80)}") for _ in range(3)]
        removed = rng.sample(sorted(entries), 2)
        backend.update(changed, removed)
        entries |= {entry.id: entry for entry in changed}
        entries = {key: entry for key, entry in entries.items() if key not in removed}
        if step % 3 == 0:
            assert_equals_truth(backend, entries, rng)
    assert_equals_truth(backend, entries, rng)
    assert backend.versions() == {key: 1 for key in entries}
    backend.update([], entries)
    assert_equals_truth(backend, {}, rng)


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("text", ["", "卫星"])
def test_pages_together_hold_every_match_once(backend, sort: Sort, text: str) -> None:
    rng = random.Random(5)
    backend.rebuild(replace(generated(rng, f"r{number}"), listed_at=EPOCH, title_zh="卫星") for number in range(53))
    pages = [backend.search(SearchQuery(text, sort=sort, page=number, size=10)) for number in range(1, 8)]
    ids = [identifier for page in pages for identifier in page.ids]
    assert len(ids) == 53 and len(set(ids)) == 53 and {page.total for page in pages} == {53}
    assert pages[-1].ids == ()


# --- highlights ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "text", "language", "title", "fragment"),
    [
        ({"title_zh": "文心一言"}, "文心", "zh", "<mark>文心</mark>一言", None),
        ({"title_zh": "文心一言"}, "文心一言", "zh", "<mark>文心一言</mark>", None),
        ({"title_zh": "好药"}, "药", "zh", "好<mark>药</mark>", None),
        ({"title_zh": "ＧＰＴ写作"}, "gpt 写作", "zh", "<mark>ＧＰＴ写作</mark>", None),
        ({"title_en": "Satellites up"}, "satellite", "zh", "<mark>Satellites</mark> up", None),
        ({"title_en": "Satellites up"}, "satell", "en", "<mark>Satellites</mark> up", None),
        ({"title_zh": "甲", "summary_zh": "卫星图", "summary_en": "卫星 map"}, "卫星", "en", None,
         "<mark>卫星</mark> map"),
        ({"title_zh": "甲", "summary_zh": "卫星图", "summary_en": "map"}, "卫星", "en", None, "<mark>卫星</mark>图"),
        ({"title_zh": "甲", "summary_zh": "面积㎡的药"}, "药", "zh", None, "面积㎡的<mark>药</mark>"),
        ({"title_zh": "甲", "tags": ("卫星",)}, "卫星", "zh", None, None),
    ],
)  # fmt: skip
def test_matches_are_marked_as_whole_runs_in_the_language_asked_else_the_other(
    backend, entry: dict, text: str, language: str, title: str | None, fragment: str | None
) -> None:
    backend.update([document("one", **entry)])
    found = backend.search(SearchQuery(text, language=language)).highlights["one"]
    assert (found.title, found.text) == (title, fragment)


@pytest.mark.parametrize("text", ["卫星", "script", "mark", "alert 卫星", "img", "amp", "lt", '"卫星"', "<mark>"])
def test_highlights_hold_no_tag_but_mark(backend, text: str) -> None:
    evil = "<script>alert('卫星')</script><img src=x onerror=\"x\">&amp;&lt;mark>卫星</mark> "
    backend.update([document("evil", title_zh=evil, summary_zh=evil * 9, description_en=evil * 99)])
    found = backend.search(SearchQuery(text)).highlights["evil"]
    for html in (found.title, found.text):
        bare = re.sub(r"</?mark>", "", html or "")
        assert not re.search(r"[<>\"']", bare)
        assert (html or "").count("<mark>") == (html or "").count("</mark>")
    assert "<mark>" in found.title


def test_a_fragment_is_the_short_piece_where_the_matches_are(backend) -> None:
    long = "没有关系的话。" * 80 + "这里是卫星遥感数据。" + "再没有关系的话。" * 80
    backend.update([document("one", description_zh=long)])
    found = backend.search(SearchQuery("卫星 遥感")).highlights["one"].text
    assert "<mark>卫星遥感</mark>" in found and found.startswith("…") and found.endswith("…")
    assert len(re.sub(r"</?mark>", "", found)) <= 142


# --- real entries ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> tuple[SearchBackend, dict[str, str]]:
    entries = corpus_documents()
    if not entries:
        pytest.skip(f"the corpora are not at {CORPORA}")
    engine = open_backend(f"whoosh://{tmp_path_factory.mktemp('real') / 'index'}")
    engine.rebuild(entries)
    texts = {
        entry.id: "\n".join([entry.title_zh, entry.title_en, entry.description_zh, entry.description_en, *entry.tags,
                             entry.provider]).lower()
        for entry in entries
    }  # fmt: skip
    return engine, texts


#: text, the pattern all of which must stand in an entry that ought to be found, precision wanted of what is found.
REAL = [
    ("文心", ["文心"], ["文心"]),
    ("大模型 医疗", ["大模型", "医疗"], ["大模型", "医疗"]),
    ("药", ["药"], ["药"]),
    # An English word is found from its beginning and by its stem, so truth for what is found is the stem.
    ("satellite imagery", [r"\bsatellite", r"\bimagery"], ["satellit", "imag"]),
    ("genome", [r"\bgenome"], ["genom"]),
]


@pytest.mark.parametrize(("text", "wanted", "allowed"), REAL, ids=[row[0] for row in REAL])
def test_real_entries_are_all_found_and_nothing_else(real, text: str, wanted: list[str], allowed: list[str]) -> None:
    engine, texts = real
    page = engine.search(SearchQuery(text, size=10_000))
    truth = {key for key, body in texts.items() if all(re.search(pattern, body) for pattern in wanted)}
    fitting = {key for key, body in texts.items() if all(re.search(pattern, body) for pattern in allowed)}
    found = set(page.ids)
    assert truth and not page.loosened
    assert truth <= found, f"recall {len(truth & found) / len(truth):.3f}"
    assert found <= fitting, f"precision {len(found & fitting) / len(found):.3f}"
