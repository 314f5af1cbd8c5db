import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path.relative_to(ROOT)
    for folder in ("catalog", "marketplace", "migrations", "tests")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".py", ".html", ".css", ".js"} and "__pycache__" not in path.parts
)
CODE = [path for path in SOURCES if path.suffix == ".py"]
PRODUCT = [path for path in CODE if path.parts[0] in {"catalog", "marketplace"}]

#: About 400 lines is where to look for a second thought; here it ends. The first step of the database makes every table.
LONGEST = 450
LONGER = {Path("migrations/versions/0001_initial.py")}

LEFT_BEHIND = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX|HA" + r"CK)\b")
SHAPELESS = re.compile(r"(^|_)(utils?|helpers?|misc|common|managers?)(_|$)")


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def test_every_file_can_be_read_at_one_sitting():
    long = {path: len(read(path).splitlines()) for path in SOURCES if path not in LONGER}
    assert {path: lines for path, lines in long.items() if lines > LONGEST} == {}


def test_nothing_is_left_for_later():
    assert [f"{path}: {found[0]}" for path in SOURCES if (found := LEFT_BEHIND.search(read(path)))] == []


def test_modules_are_named_for_what_they_hold():
    assert [path for path in PRODUCT if SHAPELESS.search(path.stem)] == []


@pytest.mark.parametrize("path", PRODUCT, ids=str)
def test_every_module_and_every_public_name_says_what_it_promises(path):
    tree = ast.parse(read(path))
    if not tree.body:
        return
    assert ast.get_docstring(tree), f"{path} has no docstring"
    public = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_") and not _framework(node)
    ]
    assert [node.name for node in public if not ast.get_docstring(node)] == []


def _framework(node):
    """Whether a decorator hands the function to a framework, so that its route or name says what it does."""
    return bool(node.decorator_list) and isinstance(node, ast.FunctionDef)


def test_the_environment_is_read_where_the_product_starts_and_nowhere_else():
    readers = [path for path in PRODUCT if re.search(r"os\.environ|os\.getenv|\bgetenv\(", read(path))]
    assert set(readers) <= {Path("marketplace/app.py"), Path("marketplace/serving.py")}


def test_the_only_commit_is_in_the_unit_of_work():
    """The accounts library commits for itself; that stays inside ``accounts/``."""
    found = [path for path in PRODUCT if re.search(r"\.commit\(\)", read(path)) and "accounts" not in path.parts]
    assert found == [Path("catalog/kernel/transaction.py")]


def test_state_is_assigned_by_the_tables_alone():
    """``advance`` assigns it; a reviewer's part of a round has the small table of its own in ``review``."""
    found = {path for path in PRODUCT if re.search(r"\b(?!self\b)\w+\.state = ", read(path)) and "models" not in path.parts}
    assert found - {Path("catalog/kernel/lifecycle.py"), Path("marketplace/review/parts.py")} == set()
