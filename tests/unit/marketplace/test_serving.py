import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest

from marketplace import serving
from marketplace.config import ConfigError
from marketplace.runtime import build_runtime
from tests.world import World

ROOT = Path(__file__).parents[3]


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind((serving.HOST, 0))
        return probe.getsockname()[1]


@pytest.fixture
def seeds(monkeypatch):
    """Counts how often the demonstration is loaded, without loading it."""
    loaded = []
    monkeypatch.setattr(serving.seeding, "load", loaded.append)
    return loaded


@pytest.mark.parametrize("given", ["0", "65536", "eighty", "-1", "8 0", "٨٠"])
def test_a_port_that_is_none_is_refused(given):
    with pytest.raises(ConfigError, match="PORT"):
        serving.port_of({"PORT": given})


def test_without_a_port_it_is_8000():
    assert serving.port_of({}) == 8000


def test_a_taken_port_is_told_in_one_line_with_a_way_out(port):
    with serving.claim(port), pytest.raises(serving.CannotStart, match=f"Port {port} is taken.*PORT={port + 1}"):
        serving.claim(port)


def test_a_port_taken_on_every_address_is_noticed_too(port):
    with socket.socket() as other:
        other.bind(("0.0.0.0", port))
        other.listen()
        with pytest.raises(serving.CannotStart):
            serving.claim(port)


def test_nothing_is_written_where_the_port_is_taken(settings, port):
    with serving.claim(port), pytest.raises(serving.CannotStart):
        serving.serve(settings, port)
    assert list(settings.data_dir.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told_in_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(serving.CannotStart, match="cannot be written"):
        serving.check_writable(tmp_path / "file" / "data")


def test_a_database_that_cannot_be_written_is_told_in_one_line(tmp_path, monkeypatch):
    (tmp_path / "marketplace.sqlite3").write_text("")
    monkeypatch.setattr(serving.os, "access", lambda path, mode: False)
    with pytest.raises(serving.CannotStart, match="marketplace.sqlite3 cannot be written"):
        serving.check_writable(tmp_path)


def test_a_file_that_is_no_database_is_told_in_one_line(settings):
    (settings.data_dir / "marketplace.sqlite3").write_text("this is a letter, not a database" * 50)
    with pytest.raises(serving.CannotStart, match="The database cannot be used: .*not a database"):
        serving.prepare(settings)


def test_the_demonstration_is_loaded_into_an_empty_database_and_never_twice(settings, seeds):
    serving.prepare(settings)
    assert len(seeds) == 1
    runtime = build_runtime(settings)
    World(runtime).add_person("somebody")
    serving.prepare(settings)
    assert len(seeds) == 1


def test_where_there_is_no_demonstration_password_nothing_is_loaded(settings, seeds):
    serving.prepare(replace(settings, demo_password=None))
    assert seeds == []


def test_a_first_start_that_was_cut_off_begins_anew(settings, monkeypatch):
    def cut_off(runtime):
        World(runtime).add_person("halfway")
        raise KeyboardInterrupt

    monkeypatch.setattr(serving.seeding, "load", cut_off)
    with pytest.raises(KeyboardInterrupt):
        serving.prepare(settings)
    loaded = []
    monkeypatch.setattr(serving.seeding, "load", loaded.append)
    runtime = serving.prepare(settings)
    assert len(loaded) == 1
    assert serving._empty(runtime), "what the first start had written is gone"
    assert not (settings.data_dir / serving.UNFINISHED).exists()


def test_a_broken_index_is_made_anew(settings, seeds):
    serving.prepare(settings)
    for path in (settings.data_dir / "search").rglob("*"):
        if path.is_file() and path.name != "WRITE.lock":
            path.write_bytes(b"broken")
    assert serving.prepare(settings).search.healthy()


def test_served_it_answers_says_where_and_stops_cleanly_when_told(settings, port):
    environ = {
        **os.environ, "PYTHONPATH": str(ROOT), "DATA_DIR": str(settings.data_dir), "PORT": str(port), "APP_ENV": "production",
        "SECRET_KEY": "k" * 40,
    }  # fmt: skip
    environ.pop("FLASK_DEBUG", None)
    child = subprocess.Popen(
        [sys.executable, "-m", "marketplace.serving"],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert _answers(f"http://localhost:{port}/healthz") == 200
    finally:
        child.send_signal(signal.SIGTERM)
        out, err = child.communicate(timeout=30)
    assert child.returncode == 0, err
    assert f"http://localhost:{port}" in out
    assert not re.search("[Dd]emonstration", out), "production shows no demonstration sign-ins"
    assert "Traceback" not in err


def _answers(url, seconds=30):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            return urllib.request.urlopen(url, timeout=10).status
        except OSError:
            time.sleep(0.1)
    return None
