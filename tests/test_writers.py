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
GUARDED = {"settle", "write_new", "write_text", "copy", "keep"}
"""Methods of files and of the object store that make a write whole and durable."""
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
    "mll_core/infra/model_store.py:save": "settle follows",
    "pages/_ui/server/upload_route.py:upload": "settle follows",
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
    return last in RAW and not name.startswith(("files.", "st.", "yaml."))


def guarded(function: str, tree: ast.AST) -> bool:
    """Whether a function hands what it wrote to a helper."""
    return any(
        ast.unparse(call.func).rpartition(".")[2] in GUARDED
        and not writes(call)
        for name, call in calls(tree)
        if name == function
    )


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
    print(sorted(raw_writers().items()))
    assert set(raw_writers()) - set(MORE) == set()
