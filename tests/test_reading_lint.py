"""Who opens files and connections: each way has its few places, and no other file may use it.

pandas, DuckDB and openpyxl fetch addresses by themselves when they are handed one; so they are only
handed paths that we wrote, and what others wrote is read in the cage.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
CODE = [*sorted((ROOT / "mll_core").rglob("*.py")), *sorted((ROOT / "pages").rglob("*.py"))]
PANDAS = {"pd", "pandas"}
OWN_OBJECTS = {
    "mll_core/infra/stored_rows.py",
    "mll_core/stages/evaluate/exam.py",
    "mll_core/stages/evaluate/grouping.py",
}
"""They read Parquet that a stage before them wrote, by its hash."""
OPENING = {
    "duckdb.connect": {
        "mll_core/infra/warehouse.py": "the engine, in memory",
        "mll_core/infra/duckdb_file.py": "in the cage, read-only",
        "mll_core/infra/asked.py": "in the cage, a sealed file",
        "mll_core/infra/sealed.py": "writes sealed files",
    },
    "sqlite3.connect": {
        "mll_core/infra/sqlite_file.py": "in the cage, read-only",
        "mll_core/infra/prediction_log.py": "its own log",
        "mll_core/infra/subject_log.py": "the same log, by person",
        "mll_core/infra/sqlite_cells.py": "the workspace's own files, to erase in",
        "mll_core/integrity.py": "the same log, to be checked",
    },
    "sql.create_engine": {"mll_core/infra/engine.py": "the catalog"},
    "psycopg.connect": {"mll_core/infra/postgresql_source.py": "a checked address"},
    "pymysql.connect": {"mll_core/infra/mysql_source.py": "a checked address"},
    "socket.create_connection": {
        "mll_core/infra/metered.py": "a checked address",
        "mll_core/infra/mysql_source.py": "a checked address",
    },
    "socket.getaddrinfo": {"mll_core/infra/addresses.py": "resolves once"},
    "http.client.HTTPConnection": {
        "mll_core/infra/fetch.py": "speaks over a connection that was checked",
        "mll_core/supervisor.py": "asks our own processes whether they are ready",
    },
    "reader.read_text": {
        "mll_core/infra/safe_reader.py": "in the cage",
        "mll_core/plugins/connectors/sample.py": "a file it made itself",
    },
    "reader.read_parquet": {
        "mll_core/infra/safe_reader.py": "in the cage",
        "mll_core/plugins/connectors/sample.py": "a file it made itself",
    },
}
NO_IMPORTS = {
    *("requests", "httpx", "aiohttp", "urllib3", "ftplib", "smtplib", "telnetlib", "openpyxl"),
    *("urllib.request", "xlrd", "fsspec", "s3fs", "paramiko", "xmlrpc"),
}


@cache
def trees() -> dict[str, ast.Module]:
    """Every file, taken apart once."""
    return {
        str(file.relative_to(ROOT)): ast.parse(file.read_text(encoding="utf-8")) for file in CODE
    }


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    for file, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield file, ast.unparse(node.func), node


def test_pandas_reads_nothing_but_what_we_wrote() -> None:
    for file, name, call in calls():
        module, _, function = name.rpartition(".")
        if module not in PANDAS or not function.startswith("read_"):
            continue
        assert function == "read_parquet", f"{name} in {file}:{call.lineno}"
        assert file in OWN_OBJECTS, f"{name} in {file}:{call.lineno}"
        assert not isinstance(call.args[0], ast.Constant | ast.JoinedStr | ast.BinOp)


def test_each_way_to_open_something_has_its_few_places() -> None:
    found = {way: set[str]() for way in OPENING}
    for file, name, _ in calls():
        for way in OPENING:
            if name == way or name.endswith(f".{way}"):
                found[way].add(file)
    assert found == {way: set(places) for way, places in OPENING.items()}


def test_nothing_else_that_speaks_to_others_is_imported() -> None:
    for file, tree in trees().items():
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            for name in names:
                assert not {name, name.split(".")[0]} & NO_IMPORTS, f"{name} in {file}"
