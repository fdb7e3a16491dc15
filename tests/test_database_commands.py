"""A project from a database by commands alone: made, profiled, scored and watched."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from projects import customers, finished

from mll_core.cli import main


def database(folder: Path, rows: int = 300) -> Path:
    path = folder / "shop.db"
    with closing(sqlite3.connect(path)) as connection:
        customers(rows).to_sql("people", connection, index=False)
        customers(60, 8).to_sql("newer", connection, index=False)
    return path


def said(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert main([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_project_is_made_from_a_table_and_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MLL_HOME", str(tmp_path / "home"))
    path = database(tmp_path)
    monkeypatch.chdir(tmp_path)
    made = said(capsys, "new", "Shop", "--data", "sqlite:///shop.db", "--table", "people")
    document = Path(made["document"]).read_text()
    assert f"source: sqlite:///{path}" in document
    assert "table: people" in document
    profile = said(capsys, "profile", f"sqlite:///{path}", "--query", "SELECT * FROM newer")
    assert profile["rows"] == 60
    assert main(["run", made["project"], "--until", "collect"]) == 0
    assert main(["new", "X", "--data", f"sqlite:///{path}"]) == 2
    assert main(["new", "X", "--data", "x.csv", "--table", "people"]) == 2
    told = capsys.readouterr().err
    assert "none was named" in told
    assert "belongs to a database" in told


def test_rows_of_a_database_are_scored_and_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = finished(tmp_path).home
    source, out = f"sqlite:///{database(tmp_path)}", tmp_path / "out.csv"
    base = ["--home", str(home), "--table", "newer"]
    assert said(capsys, "score", "customers", source, "-o", str(out), *base)["rows"] == 60
    assert said(capsys, "monitor", "customers", "--current", source, *base)["rows"] == 60
