"""What every search engine promises about writing, several processes at once, and damage."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from catalog.search.factory import open_backend
from catalog.search.port import FACETS, SearchBackend, SearchQuery, SearchUnavailable
from tests.contracts.conftest import ask, document

ROOT = Path(__file__).resolve().parents[2]

# --- writing ---------------------------------------------------------------------------------------------------------


def test_writing_twice_leaves_one_and_the_last_stays(backend) -> None:
    old, new = document("a", title_zh="旧名"), document("a", title_zh="新名", version=2)
    for _ in range(3):
        backend.update([old, new])
        backend.update([new])
    assert backend.versions() == {"a": 2}
    assert ask(backend) == ask(backend, "新名") == {"a"} and ask(backend, "旧名") == set()


def test_an_id_both_written_and_removed_is_removed(backend) -> None:
    backend.update([document("a"), document("b")], ["b", "never was"])
    assert ask(backend) == {"a"}


def test_a_rebuild_replaces_everything_and_keeps_the_present_index_when_it_fails(backend) -> None:
    backend.update([document("old", title_zh="旧名")])

    def failing():
        yield document("half")
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        backend.rebuild(failing())
    assert ask(backend) == {"old"}
    assert backend.rebuild([document("a"), document("b"), document("b", version=2)]) == 2
    assert backend.versions() == {"a": 1, "b": 2}
    assert backend.rebuild([]) == 0 and ask(backend) == set()


def test_searches_go_on_during_rebuilds_and_updates_and_see_nothing_half_done(backend, reopen) -> None:
    entries = [document(f"r{number}", title_zh="卫星数据") for number in range(30)]
    backend.rebuild(entries)
    stop, failures = threading.Event(), []

    def search(engine: SearchBackend) -> None:
        try:
            while not stop.is_set():
                total = engine.search(SearchQuery("卫星")).total
                if total != 30:
                    failures.append(total)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=search, args=(engine,)) for engine in (backend, backend, reopen())]
    for thread in threads:
        thread.start()
    for _ in range(4):
        backend.rebuild(entries)
        backend.update(entries[:3])
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []


def test_two_writers_at_once_lose_nothing(backend, reopen) -> None:
    def write(engine: SearchBackend, name: str) -> None:
        for number in range(5):
            engine.update([document(f"{name}{number}")])

    threads = [threading.Thread(target=write, args=(reopen(), name)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(backend.versions()) == 10


@pytest.mark.parametrize("how", ["update", "rebuild"])
def test_what_another_process_writes_is_seen(backend, tmp_path: Path, how: str) -> None:
    backend.update([document("mine", title_zh="旧名")])
    assert ask(backend, "文心") == set()
    program = (
        "import sys; sys.path[:0] = ['tests/contracts']\n"
        "from conftest import document\nfrom catalog.search.factory import open_backend\n"
        f"open_backend('whoosh://{tmp_path / 'index'}').{how}([document('theirs', title_zh='文心')])\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=60)
    assert ask(backend, "文心") == {"theirs"}
    assert ask(backend) == ({"mine", "theirs"} if how == "update" else {"theirs"})


# --- damage ----------------------------------------------------------------------------------------------------------


def test_a_first_start_is_an_empty_healthy_index(backend) -> None:
    assert backend.healthy() and backend.versions() == {}
    page = backend.search(SearchQuery("x"))
    assert page.total == 0 and set(page.facets) == set(FACETS)


def _replace(path: Path, content: bytes) -> None:
    """A new file in the old one's place: cutting short a file that is mapped would kill the process, not the search."""
    path.unlink()
    path.write_bytes(content)


def _newest(folder: Path) -> Path:
    return folder / (folder / "CURRENT").read_text().strip()


DAMAGE = {
    "no pointer": lambda folder: (folder / "CURRENT").unlink(),
    "pointer to nothing": lambda folder: _replace(folder / "CURRENT", b"index-gone\n"),
    "pointer upwards": lambda folder: _replace(folder / "CURRENT", b"../../etc\n"),
    "empty pointer": lambda folder: _replace(folder / "CURRENT", b""),
    "contents list is noise": lambda folder: [_replace(p, b"\x07" * 99) for p in _newest(folder).glob("*.toc")],
    "segments are noise": lambda folder: [_replace(p, b"\x07" * 999) for p in _newest(folder).glob("*.seg")],
    "segments are empty": lambda folder: [_replace(p, b"") for p in _newest(folder).glob("*.seg")],
    "segments are gone": lambda folder: [p.unlink() for p in _newest(folder).glob("*.seg")],
    "made by other code": lambda folder: (
        _newest(folder).rename(folder / "index-1-00000000"),
        _replace(folder / "CURRENT", b"index-1-00000000\n"),
    ),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_index_is_unhealthy_refuses_to_answer_and_a_rebuild_repairs_it(
    backend, reopen, tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    backend.update([document(f"r{number}", title_zh="卫星", kind="api") for number in range(5)])
    damage(tmp_path / "index")
    later = reopen()
    assert not later.healthy()
    with pytest.raises(SearchUnavailable):
        later.search(SearchQuery("卫星", filters={"kind": ("api",)}))
    assert later.rebuild([document("a", title_zh="卫星")]) == 1
    assert later.healthy() and ask(later, "卫星") == {"a"} == ask(backend, "卫星")


def test_old_indexes_are_removed_but_for_the_one_before(backend, tmp_path: Path) -> None:
    for _ in range(4):
        backend.rebuild([document("a")])
    assert len([path for path in (tmp_path / "index").iterdir() if path.is_dir()]) == 2


@pytest.mark.parametrize(
    "url", ["solr://x", "solr:folder", "whoosh", "whoosh:", "whoosh://", "whoosh://host/x", "", "memory:"]
)
def test_an_address_that_names_no_known_engine_and_folder_is_refused(url: str) -> None:
    with pytest.raises(ValueError):
        open_backend(url)


def test_a_relative_address_is_below_the_working_directory(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert open_backend("whoosh:some/folder").healthy() and (tmp_path / "some" / "folder" / "CURRENT").exists()
