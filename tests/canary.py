"""Somebody unmistakable in every corner of a workspace, and a search that reads every file."""

import html
import json
import logging
import sqlite3
import struct
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import projects
import pyarrow.parquet as pq

from mll_core.catalog import EXPORTERS
from mll_core.domain.job import JobStatus
from mll_core.domain.serving import LoggedRequest, Prediction
from mll_core.handover import exhibit
from mll_core.infra.job_logs import JobLogs
from mll_core.infra.prediction_log import PredictionLog, folder_of, new_request_id
from mll_core.project import Project
from mll_core.workspace import Workspace

NAME, EMAIL, NUMBER = "Zoltàn Quux-Canary", "quux.canary@zanzibar.example", 7318264095
ROWS = 150


def people(rows: int = ROWS, seed: int = 0, *, there: bool = True) -> pd.DataFrame:
    """Customers with names and accounts; the canary is one of them, twice."""
    frame = projects.customers(rows, seed).drop(columns="customer_id")
    names = [f"Person {seed} {n:04d}" for n in range(rows)]
    emails = [f"p{seed}.{n:04d}@example.org" for n in range(rows)]
    rng = np.random.default_rng(seed)
    accounts = rng.integers(10_000, 99_999, rows) * 100
    frame.insert(0, "name", names)
    frame.insert(1, "email", emails)
    frame.insert(2, "account", accounts)
    frame.insert(3, "note", ["called about the bill" if n % 3 else "asked" for n in range(rows)])
    if there:
        for place in (7, 60):
            frame.loc[place, ["name", "email", "account"]] = [NAME, EMAIL, NUMBER]
            frame.loc[place, "note"] = f"{NAME} wants to be forgotten ({EMAIL})"
    return frame


def file(home: Path, seed: int, *, there: bool = True) -> Path:
    """People as an uploaded file."""
    path = home / "uploads" / f"{seed:016x}" / f"people_{seed}.csv"
    path.parent.mkdir(parents=True)
    people(seed=seed, there=there).to_csv(path, index=False)
    return path


def settled(home: Path) -> Project:
    """A finished project with the canary wherever somebody can be."""
    workspace = Workspace.open(home, actor="ana")
    settings = {
        **projects.CHEAP,
        "train.models": [{"kind": "lightgbm"}, {"kind": "prior"}],
        "brief.question": "Who will leave?",
        "brief.constraints": [f"Nobody may call {NAME} (account {NUMBER})."],
    }
    project = workspace.create_project(
        "People", str(file(home, 0)), target="left", budget=5, settings=settings
    )
    project.history.edit({"prepare.exclude": []}, f"as {EMAIL} asked")
    project.run("evaluate")
    project.deployment.approve("Ana", "head", f"{NAME} agrees")
    project.deployment.promote()
    project.watching.monitor(str(file(home, 1)))
    asked(project)
    around(project)
    project.history.append("data.additions", str(file(home, 2)), "more")
    project.run("prepare")
    return project


def begun(home: Path) -> Project:
    """A project that has only collected and parted its rows, asked and logged: small and quick."""
    workspace = Workspace.open(home, actor="ana")
    settings = {**projects.CHEAP, "brief.question": f"Will {NAME} leave?"}
    path = str(file(home, 0))
    project = workspace.create_project("People", path, target="left", settings=settings)
    project.history.edit({"prepare.exclude": []}, f"as {EMAIL} asked")
    project.run("prepare")
    asked(project)
    return project


def asked(project: Project) -> None:
    """Requests about everybody are logged."""
    log = PredictionLog(folder_of(project.rooms.home, project.deployment.name))
    records = json.loads(people().to_json(orient="records"))
    for record in records[:80]:
        log.put(
            LoggedRequest(
                request_id=new_request_id(),
                at="2026-01-01T00:00:00",
                version=1,
                records=(record,),
                predictions=(Prediction(prediction="yes"),),
                scores=(0.5,),
            )
        )
    log.close()


def around(project: Project) -> None:
    """Jobs, logs, reports, caches and left-overs."""
    home, jobs = project.rooms.home, project.rooms.jobs
    job = jobs.submit(project.slug, "monitor", {"current": str(file(home, 3)), "about": EMAIL})
    claim = jobs.claim()
    assert claim
    jobs.finish(claim, JobStatus.DONE, f"About {NAME}.", result={"worst": [{"account": NUMBER}]})
    assert jobs.get(job.id).result
    JobLogs(project.rooms.database).keep(job.id, f"10:00:00 row of {NAME}, {EMAIL}, {NUMBER}")
    (home / "logs" / "worker.log").write_text(f"2026 INFO row of {NAME}, {EMAIL}, {NUMBER}\n")
    (home / "exports").mkdir()
    (path, *_) = EXPORTERS["report"].of().write(exhibit(project), home / "exports")
    with path.open("a", encoding="utf-8") as report:
        report.write(f"<p>{html.escape(NAME)} {NUMBER:,}</p>")
    (home / "sealed").mkdir(exist_ok=True)
    with closing(duckdb.connect(home / "sealed" / "cache.duckdb")) as sealed:
        sealed.register("people", people())
        sealed.execute("CREATE TABLE t AS FROM people")
    people().to_parquet(home / "tmp" / "left.parquet")
    logging.getLogger("mll").info("settled")


def marks() -> list[bytes]:
    """Every way the canary may be written in bytes."""
    texts = {EMAIL, NAME, unicodedata.normalize("NFD", NAME), str(NUMBER), f"{NUMBER:,}"}
    texts |= {json.dumps(text)[1:-1] for text in texts} | {html.escape(text) for text in texts}
    texts |= {text.upper() for text in texts} | {text.lower() for text in texts}
    numbers = [struct.pack(kind, NUMBER) for kind in ("<q", ">q", "<d", ">d")]
    numbers += [NUMBER.to_bytes(6, "big")]  # as SQLite keeps it
    return [*(text.encode() for text in texts), *numbers]


def hits(*folders: Path) -> list[str]:
    """Files that hold a mark, raw or decoded, and where in them."""
    return _holding(folders, marks())


def texts(folder: Path, *sought: str) -> list[str]:
    """Files that hold one of these texts, raw or decoded, and where in them."""
    return _holding([folder], [text.encode() for text in sought])


def _holding(folders: Iterable[Path], sought: list[bytes]) -> list[str]:
    return [
        f"{path}: {where}"
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for where, content in contents(path)
        if any(mark in content for mark in sought)
    ]


def contents(path: Path) -> Iterator[tuple[str, bytes]]:
    """The bytes of a file, and what is in it for who can read it."""
    raw = path.read_bytes()
    yield "bytes", raw
    if raw.startswith(b"PAR1"):
        table = pq.read_table(path)
        yield "values", repr(table.to_pydict()).encode()
        yield "statistics", repr(pq.read_metadata(path).to_dict()).encode()
    elif raw.startswith(b"SQLite format 3"):
        with closing(sqlite3.connect(path)) as connection:
            yield "cells", "\n".join(connection.iterdump()).encode()
    elif raw.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            for name in archive.namelist():
                part = archive.read(name)
                yield name, part
                if name.endswith(".npy"):
                    array = np.load(BytesIO(part), allow_pickle=False)
                    yield f"{name} as text", repr(array.tolist()).encode()
    elif path.suffix == ".duckdb":
        with closing(duckdb.connect(path, read_only=True)) as connection:
            for (name,) in connection.execute("SHOW TABLES").fetchall():
                yield name, repr(connection.execute(f'FROM "{name}"').fetchall()).encode()
