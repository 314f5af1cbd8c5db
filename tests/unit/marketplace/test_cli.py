import json
import re

import pytest
from sqlalchemy import select

from catalog.models import Resource
from catalog.search.port import SearchQuery
from marketplace import migration
from marketplace.accounts.services import user_of_token
from marketplace.app import create_app
from marketplace.models import Appointment, Organisation, User
from marketplace.runtime import build_runtime
from marketplace.states import Post


@pytest.fixture
def run(world, app):
    """Runs a command on the world; gives (exit code, output, error line)."""
    return _runner(app)


def _runner(app):
    def execute(*arguments):
        result = app.test_cli_runner().invoke(args=list(arguments))
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.stdout, result.stderr

    return execute


def refused(answer):
    code, _out, err = answer
    assert code == 1
    (line,) = err.strip().splitlines()[-1:]
    assert line.startswith("Error: ")
    return line


# -- users and tokens --------------------------------------------------------------------------------------------------


def test_the_first_operator_comes_with_an_office_and_can_act_at_once(runtime):
    run = _runner(create_app(runtime.settings, runtime))
    code, out, _ = run("users", "create-operator", "First@Office.example", "--office", "某省主管部门")
    assert code == 0
    assert "/reset" in out, "without a password the person is told where to set one"
    with runtime.store.readers() as session:
        user = session.scalars(select(User)).one()
        appointment = session.scalars(select(Appointment)).one()
        office = session.scalars(select(Organisation)).one()
    assert (user.email, user.confirmed_at is not None, user.demo) == ("first@office.example", True, False)
    assert (appointment.user_id, appointment.post, appointment.office_id) == (user.id, Post.OPERATOR, office.id)
    assert (office.name_zh, office.is_office, office.demo) == ("某省主管部门", True, False)


def test_a_second_operator_joins_the_office_that_is_there(world, run):
    assert run("users", "create-operator", "second@office.example")[0] == 0
    with world.runtime.store.readers() as session:
        assert session.scalars(select(Organisation.id).where(Organisation.is_office)).all() == [world.organisations["office"]]


def test_somebody_with_an_account_is_appointed_and_keeps_it(world, run):
    assert run("users", "create-operator", "auditor@demo.example")[0] == 0
    assert world.actor("auditor").posts == {Post.AUDITOR, Post.OPERATOR}


@pytest.mark.parametrize(
    "arguments",
    [
        ("operator@demo.example",),
        ("nobody",),
        ("new@office.example", "--password", "short"),
        ("sme@demo.example", "--password", "long enough to pass"),
    ],
    ids=["already operator", "no address", "short password", "password of another"],
)
def test_an_operator_who_cannot_be_made_is_refused_in_one_line_and_nothing_is_left(world, run, arguments):
    refused(run("users", "create-operator", *arguments))
    with world.runtime.store.readers() as session:
        assert session.scalar(select(User.id).where(User.email == arguments[0], User.email.like("n%"))) is None


def test_a_token_is_printed_alone_and_works(world, run):
    code, out, err = run("tokens", "create", "SME@demo.example")
    assert (code, err) == (0, "")
    with world.runtime.store.readers() as session:
        assert user_of_token(session, out.strip(), world.runtime.store.clock()).email == "sme@demo.example"


@pytest.mark.parametrize("arguments", [("ghost@demo.example",), ("sme@demo.example", "--days", "0")])
def test_a_token_nobody_can_have_is_refused(run, arguments):
    refused(run("tokens", "create", *arguments))


# -- search ------------------------------------------------------------------------------------------------------------


def test_index_and_database_are_compared_and_the_index_is_made_anew(world, run):
    assert run("search", "check") == (0, "Index and database agree.\n", "")
    lost = world.resources["pilot"]
    world.runtime.search.update([], remove=[lost])
    code, out, _ = run("search", "check")
    assert code == 1
    assert lost in out
    assert "9 resources" in run("search", "rebuild")[1]
    assert run("search", "check")[0] == 0
    assert world.runtime.search.search(SearchQuery("预测性维护")).ids == (lost,)


# -- database ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def run_empty(settings, clock):
    """Runs commands on a database without tables."""
    runtime = build_runtime(settings, clock)
    yield _runner(create_app(settings, runtime))
    runtime.store.engine.dispose()


def test_the_database_is_made_checked_and_taken_back(run_empty, settings):
    assert refused(run_empty("db", "check"))
    assert run_empty("db", "upgrade")[0] == 0
    assert run_empty("db", "check")[0] == 0
    assert run_empty("db", "downgrade", "base", "--yes")[0] == 0
    assert migration.differences(settings.database_url) != []


def test_a_downgrade_that_is_not_confirmed_does_nothing(run_empty, settings):
    run_empty("db", "upgrade")
    assert run_empty("db", "downgrade", "base")[0] == 1
    assert migration.differences(settings.database_url) == []


def test_an_unknown_step_is_refused_in_one_line(run_empty):
    assert "nowhere" in refused(run_empty("db", "upgrade", "nowhere"))


def test_a_command_on_a_database_without_tables_says_so_in_one_line(run_empty):
    assert "no such table" in refused(run_empty("tokens", "create", "a@b.example"))


# -- seed --------------------------------------------------------------------------------------------------------------


def test_what_is_there_already_is_not_loaded_again(world, run):
    code, out, _ = run("seed")
    assert code == 0
    assert "nothing was loaded" in out


# -- import ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path):
    """Writes rows as JSON Lines; gives the path."""

    def write(*rows):
        path = tmp_path / "rows.jsonl"
        path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
        return str(path)

    return write


def row(key, **more):
    return {
        "source_key": key, "title_zh": f"数据集 {key}", "summary_zh": "一句话说明。", "kind": "dataset", "access_policy": "open",
        "industries": ["C"], "regions": ["100000"], "licence": "cc-by-4.0", "price": "free", "url": "https://data.example/x",
        **more,
    }  # fmt: skip


def stored(world):
    with world.runtime.store.readers() as session:
        found = session.scalars(select(Resource).where(Resource.source_key.is_not(None))).unique()
        return {resource.source_key: resource.state.value for resource in found}


AS = ("--as", "platform@demo.example")


def test_a_file_comes_in_as_drafts_and_a_second_time_changes_nothing(world, run, file):
    path = file(row("a"), row("b"))
    assert "2 created" in run("resources", "import", path, *AS)[1]
    assert stored(world) == {"a": "draft", "b": "draft"}
    assert "2 unchanged" in run("resources", "import", path, *AS)[1]


@pytest.mark.parametrize("name", ["out.csv", "out.jsonl"])
def test_what_was_exported_comes_in_again_without_a_change(run, world, tmp_path, name):
    path = str(tmp_path / name)
    code, out, _ = run("resources", "export", path, *AS)
    assert code == 0 and "resources written" in out
    count = out.split()[0]
    assert int(count) > 0
    assert f"{count} unchanged" in run("resources", "import", path, *AS)[1]


def test_an_export_needs_a_known_ending_and_a_platform_of_ones_own(run, world, tmp_path):
    assert "must end in .csv or .jsonl" in refused(run("resources", "export", str(tmp_path / "out.xls"), *AS))
    own = ("--as", "sme@demo.example")
    assert "works for no platform" in refused(run("resources", "export", str(tmp_path / "out.csv"), *own))


def test_the_template_of_an_import_is_its_heading(run, tmp_path):
    path = tmp_path / "empty.csv"
    assert run("resources", "template", str(path))[0] == 0
    assert path.read_text("utf-8-sig").startswith("source_key,kind,access_policy,title_zh,")


def test_a_rehearsal_names_every_problem_by_row_and_column_and_writes_nothing(world, run, file):
    path = file(row("a"), row("b", price="dear"), row("c", url="not an address"))
    code, out, _ = run("resources", "import", path, *AS, "--dry-run")
    assert code == 1
    assert re.search(r"row 2, price: ", out)
    assert re.search(r"row 3, url: ", out)
    assert stored(world) == {}


def test_a_bad_row_keeps_the_file_out_unless_the_good_ones_are_to_be_kept(world, run, file):
    path = file(row("a"), row("b", price="dear"))
    assert "nothing was written" in refused(run("resources", "import", path, *AS))
    assert stored(world) == {}
    code, out, _ = run("resources", "import", path, *AS, "--keep-good")
    assert code == 0
    assert "row 2, price" in out
    assert stored(world) == {"a": "draft"}


def test_what_is_complete_is_submitted_and_what_is_not_is_listed_with_what_it_lacks(world, run, file):
    path = file(row("a"), row("b", summary_zh="", licence=""))
    code, out, _ = run("resources", "import", path, *AS, "--submit-to", "2")
    assert code == 0, out
    assert stored(world) == {"a": "submitted", "b": "draft"}
    assert re.search(r"row 2, licence: not submitted", out)


def test_defaults_fill_what_the_file_leaves_empty(world, run, file):
    code, out, _ = run("resources", "import", file(row("a", licence="")), *AS, "--default", "licence=mit", "--submit-to", "2")
    assert code == 0
    assert "licence in 1 rows" in out
    assert stored(world) == {"a": "submitted"}


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--as", "ghost@demo.example"), "ghost"),
        (("--as", "sme@demo.example"), "works for no platform"),
        ((*AS, "--submit-to", "77"), "77"),
        ((*AS, "--submit-to", "1"), "does not take submissions"),
        ((*AS, "--publisher", "91110000MA0000000X"), "credit code"),
        ((*AS, "--default", "licence"), "FIELD=VALUE"),
        ((*AS, "--default", "colour=red"), "colour"),
        (("--as", "editor@demo.example", "--submit-to", "2"), "not allowed"),
    ],
)
def test_what_cannot_be_imported_is_refused_in_one_line_and_writes_nothing(world, run, file, arguments, named):
    assert named in refused(run("resources", "import", file(row("a")), *arguments))
    assert stored(world) == {}


def test_a_file_that_is_not_there_is_told(run, tmp_path):
    assert "nothing.csv" in refused(run("resources", "import", str(tmp_path / "nothing.csv"), *AS))


# -- diagrams ----------------------------------------------------------------------------------------------------------


def test_every_life_cycle_is_drawn(run):
    drawn = run("life-cycles")[1]
    assert drawn.count("```mermaid") == 10
    assert "submitted --> consented: consent" in drawn
