"""Nobody writes past the helpers in which the crash points are: found in the code, not by hand.

What a person relies on is written by ``files.settle``, ``files.write_new``, ``files.write_text``,
``files.copy``, ``ObjectStore.keep`` or inside ``Database.write``. Whoever opens a file for writing
any other way must be named below with the reason why a crash there loses nothing.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CODE = sorted([*ROOT.glob("mll_core/**/*.py"), *ROOT.glob("pages/**/*.py")])
CONNECTING = {"mll_core/infra/engine.py"}
RAW = {
    *("write_bytes", "write_text", "replace", "rename", "link", "symlink", "hardlink_to"),
    *("symlink_to", "copyfile", "copyfileobj", "copytree", "copy2", "move", "touch", "truncate"),
    *("to_csv", "to_parquet", "write_table", "ParquetWriter", "write_html", "mkstemp"),
    *("NamedTemporaryFile", "ftruncate", "posix_fallocate", "sendfile"),
}
TEXT = {"replace", "copy"}
"""Also methods of texts, frames and values: counted only when called on a path."""
EXEMPT = {
    "mll_core/infra/files.py": "the helpers themselves",
    "mll_core/infra/prediction_log.py": "days of SQLite, each group of requests one transaction",
    "mll_core/infra/locks.py": "a lock file is empty",
    "mll_core/infra/logs.py": "logs are appended to and rotated",
    "mll_core/infra/room.py": "the probe is deleted at once",
    "mll_core/supervisor.py": "what processes print is appended to a log",
    "mll_core/integrity.py": "opens days of requests read-only",
    "mll_core/plugins/alerts/log.py": "a line is appended to a log",
}
MORE = {
    "mll_core/infra/database_errors.py:_lets_write": "opens only to see whether it may",
    "mll_core/erasure/__init__.py:_perform": "no file: the catalog is moved on",
    "mll_core/erasure/remains.py:_copy": "an erasure that was broken off is done again",
    "mll_core/erasure/remains.py:_overwrite": "an erasure that was broken off is done again",
    "mll_core/infra/answered.py:_write": "beside its place; sealed.beside settles it",
    "mll_core/infra/few_rows.py:_drawn": "beside its place; sealed.beside settles it",
    "mll_core/infra/mlflow_model.py:bundle": "in a temporary folder, given to MLflow",
    "mll_core/infra/said.py:of": "beside its place; sealed.beside settles it",
    "mll_core/infra/said.py:write": "beside its place; sealed.beside settles it",
    "mll_core/stages/prepare/comparing.py:_kept": "beside its place; sealed.beside settles it",
    "mll_core/stages/prepare/comparing.py:write": "beside its place; sealed.beside settles it",
    "mll_core/stages/train/large.py:add": "in a temporary folder, gone after the last fit",
    "mll_core/stages/train/unanswered.py:scores_of": "into tmp; the object store keeps it",
    "mll_core/infra/flat_sql.py:_without_stars": "no file: an expression takes another's place",
    "mll_core/infra/forgotten.py:bring": "into tmp; the object store keeps it",
    "mll_core/infra/sqlite_cells.py:rewrite_runs": "a mirror in SQLite, in one transaction",
    "mll_core/infra/subject_log.py:count": "days of SQLite, only read",
    "mll_core/infra/subject_log.py:destroy": "days of SQLite, in one transaction each",
    "mll_core/infra/caged.py:_opened": "a temporary file, which the console settles",
    "mll_core/infra/console.py:_deliver": "beside its place; settle follows",
    "mll_core/infra/console.py:_named_away": "a second name in tmp, for one question",
    "mll_core/cli.py:_show": "nothing is written to the null device",
    "mll_core/infra/caged.py:serve": "nothing is written to the null device",
    "mll_core/infra/csv_export.py:write": "into a temporary file of stages/deploy.py",
    "mll_core/infra/duckdb_file.py:inside": "into tmp; ingest keeps it",
    "mll_core/infra/sqlite_file.py:inside": "opened read-only",
    "mll_core/infra/table_file.py:_written": "beside its place; settle follows",
    "mll_core/infra/table_stream.py:write": "into tmp; ingest keeps it",
    "mll_core/infra/fetch.py:_stored": "in a temporary folder; ingest keeps what is made of it",
    "mll_core/infra/logged_rows.py:write": "in a temporary folder, for one comparison",
    "mll_core/infra/model_store.py:keep": "into tmp; settle follows",
    "mll_core/infra/text_bytes.py:transcode": "in a temporary folder; ingest keeps the rest",
    "mll_core/infra/web_content.py:_named": "in a temporary folder",
    "mll_core/stages/deploy.py:__init__": "into a temporary file, which score_file settles",
    "mll_core/stages/deploy.py:write": "into a temporary file, which score_file settles",
    "mll_core/stages/monitor/watch.py:_as_read": "in a temporary folder",
    "mll_core/stages/train/finish.py:out_of_fold": "into tmp; the object store keeps it",
    "pages/_ui/server/incoming.py:begin": "into a .part file; settle follows",
}


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the name of the function it stands in."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from ((node.name, c) for c in ast.walk(node) if isinstance(c, ast.Call))


def writes(call: ast.Call) -> bool:
    """Whether a call creates or changes a file by itself."""
    name = ast.unparse(call.func)
    last = name.rpartition(".")[2]
    modes = [ast.unparse(a) for a in (*call.args, *(k.value for k in call.keywords))]
    if last == "open":
        written = any(re.fullmatch(r"['\"][rwxabt+]*[wxa+][rwxabt+]*['\"]", m) for m in modes)
        return written or any("O_WRONLY" in m or "O_RDWR" in m or "O_CREAT" in m for m in modes)
    if last == "connect" and name.startswith("sqlite3"):
        return True
    if last in TEXT:  # texts are replaced with two words, paths with one
        return last == "replace" and len(call.args) == 1 and not call.keywords
    if last in ("link", "rename") and (
        "." not in name or call.keywords
    ):  # a link of a page, a frame
        return False
    return last in RAW and not name.startswith(("files.", "onward.", "st.", "yaml."))


def raw_writers() -> dict[str, int]:
    found: dict[str, int] = {}
    for file in CODE:
        place = file.relative_to(ROOT).as_posix()
        if place in EXEMPT:
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for function, call in calls(tree):
            if writes(call):
                found[f"{place}:{function}"] = call.lineno
    return found


def test_every_file_is_written_by_the_helpers_or_said_to_be_expendable() -> None:
    unknown = {place: line for place, line in raw_writers().items() if place not in MORE}
    assert unknown == {}, "use files.write_text, files.settle or an object store; or say above why"


def test_no_exception_outlives_its_reason() -> None:
    assert set(MORE) <= set(raw_writers())
    assert all((ROOT / place).exists() for place in EXEMPT)


@pytest.mark.parametrize("file", CODE, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_rows_are_changed_only_inside_a_write_of_the_database(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef) or ".execute(" not in ast.unparse(function):
            continue  # who only words a change gives it to somebody who makes it
        if any(map(changes_rows, ast.walk(function))):
            given = {ast.unparse(a.annotation) for a in function.args.args if a.annotation}
            inside = "sql.Connection" in given or ".write() as" in ast.unparse(function)
            assert inside, f"{function.name}:{function.lineno}"


def changes_rows(node: ast.AST) -> bool:
    """``TABLE.insert()``, ``TABLE.update()``, ``TABLE.delete()``."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    table = ast.unparse(node.func.value)
    return node.func.attr in ("insert", "update", "delete") and table.isupper()


def test_only_the_database_connects_to_the_catalog() -> None:
    for file in CODE:
        text = file.read_text(encoding="utf-8")
        place = file.relative_to(ROOT).as_posix()
        if "create_engine" in text:
            assert place in CONNECTING, place
        if re.search(r"_(reading|writing)\.(begin|connect)\(", text):
            assert place == "mll_core/infra/database.py", place


def test_the_helpers_and_the_database_have_their_crash_points() -> None:
    points = set(re.findall(r'crash_point\(f?"([^"]+)"', "".join(map(Path.read_text, CODE))))
    assert points >= {
        *("catalog.begun", "catalog.changed", "catalog.committed", "catalog.anchored"),
        *("{step}.synced", "{step}.renamed", "{step}.done", "new.linked", "event.{kind}"),
        *("text{path.suffix}.written", "object.hashed", "object.known"),
    }


def test_the_lint_sees_what_writes_and_only_that() -> None:
    bad = (
        "def f(p, t):\n    p.write_text(t)\n    open(p, 'w')\n    p.open('xb')\n    a.replace(b)\n"
    )
    good = "def f(p, t):\n    files.write_text(p, t)\n    open(p)\n    t.replace('a', 'b')\n"
    assert [writes(call) for _, call in calls(ast.parse(bad))] == [True] * 4
    assert [writes(call) for _, call in calls(ast.parse(good))] == [False] * 3
