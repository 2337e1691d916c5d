"""Rules of the house that no linter knows."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from whoknows.expertise.http import _out_of_use

SOURCE = Path(__file__).parents[1] / "src" / "whoknows"
FILES = [path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts]
# Verbs that only rows know, and those that sets, dicts and bars know as well.
WRITES = {
    "save", "create", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create",
}  # fmt: skip
MAY_WRITE = {"update", "add", "set", "clear", "remove"}
LONGEST_FUNCTION = 60
LONGEST_FILE = 500


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(SOURCE)) for path in paths]


def writes(tree: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls that write rows: a writing verb on a manager, a queryset or a related set."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        verb, is_manager = node.func.attr, ".objects" in ast.unparse(node.func.value)
        # Held in a variable, rows are updated by keywords and a dict is not.
        is_update = verb == "update" and bool(node.keywords)
        if verb in WRITES or is_update or (verb in MAY_WRITE and is_manager):
            yield node


def doors() -> list[Path]:
    parts = {"views.py", "forms.py", "urls.py", "queries.py", "admin.py"}
    folders = {"views", "forms", "queries", "management", "rest"}
    return [path for path in FILES if path.name in parts or folders & set(path.parts)]


@pytest.mark.parametrize("path", doors(), ids=names(doors()))
def test_doors_and_queries_never_write(path: Path) -> None:
    found = [
        f"line {call.lineno}: {ast.unparse(call.func)}"
        for call in writes(ast.parse(path.read_text()))
    ]

    assert found == []


def test_the_rule_about_writes_sees_a_planted_write() -> None:
    planted = (
        "Need.objects.filter(pk=1).delete()\nneed.save()\nrows.delete()\n"
        "rows.update(title='x')\nTopic.objects.get().needs.set([])\n"
    )
    innocent = "context.update({'form': form})\nseen.add(1)\nbar.update(1)\nstop.set()\n"

    assert len(list(writes(ast.parse(planted)))) == 5
    assert list(writes(ast.parse(innocent))) == []


def test_the_rule_about_writes_reads_every_view_and_form() -> None:
    rooms = {path.relative_to(SOURCE).parts[0] for path in doors() if "view" in str(path)}

    assert {"aids", "interviews", "needs"} <= rooms


@pytest.mark.parametrize("path", FILES, ids=names(FILES))
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text()
    long = [
        f"{node.name}: {(node.end_lineno or 0) - node.lineno + 1}"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]

    assert text.count("\n") <= LONGEST_FILE
    assert long == []


def spoken() -> list[Path]:
    """Return the files whose public names owe their readers an explanation."""
    rooms = {"actions", "queries", "models", "engine"}
    return [path for path in FILES if rooms & {*path.parts, path.stem}]


@pytest.mark.parametrize("path", spoken(), ids=names(spoken()))
def test_actions_queries_models_and_the_engine_explain_themselves(path: Path) -> None:
    bare = [
        node.name
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not node.name.endswith("QuerySet")
        and ast.get_docstring(node) is None
    ]

    assert bare == []


def test_what_is_out_of_use_is_told_by_the_room_that_has_it() -> None:
    told = {kind: read.__module__.split(".")[1] for kind, read in _out_of_use.items()}

    assert told == {"aid": "aids"}
