"""PostgreSQL as catalog: what it refuses, how it dies and comes back, and many writers at once."""

import multiprocessing
import os
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sql
from postgres import PASSWORD, Server

from mll_core.domain.document import Document
from mll_core.domain.errors import Conflict, InvalidParameter, MllError, NotReady, Unreachable
from mll_core.domain.identity import Actor
from mll_core.infra import engine, events
from mll_core.infra.database import Database
from mll_core.infra.jobs import JobQueue
from mll_core.infra.projects import Projects
from mll_core.infra.tables import ARTEFACTS, EVENTS, METADATA

ANA = Actor(name="ana")
PROCESSES, ROUNDS = 4, 6


@pytest.fixture
def here(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> str:
    address = postgres.new()
    monkeypatch.setenv("MLL_DATABASE_URL", address)
    return address


def refused(home: Path) -> MllError:
    with pytest.raises(MllError) as caught:
        Database(home)
    assert str(caught.value).endswith(".")
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    "address",
    [
        "nonsense",
        f"mysql://root:{PASSWORD}@h/d",
        f"postgresql://u:{PASSWORD}@h:port/d",
        "sqlite://",
    ],
)
def test_an_address_of_no_catalog_is_refused_without_repeating_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("MLL_DATABASE_URL", address)
    error = refused(tmp_path)
    assert isinstance(error, InvalidParameter)
    assert PASSWORD not in f"{error!r} {error.hint} {error.__cause__!r}"


def test_a_missing_driver_names_the_extra_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLL_DATABASE_URL", "postgresql://mll@localhost/mll")

    def missing(*_: object, **__: object) -> None:
        raise ModuleNotFoundError("No module named 'psycopg'")

    monkeypatch.setattr(engine.sql, "create_engine", missing)
    error = refused(tmp_path)
    assert isinstance(error, NotReady)
    assert "mll-workbench[postgres]" in error.hint


@pytest.mark.parametrize(
    ("user", "database", "said"),
    [
        ("locked:wrong-p4ssw0rd", "postgres", "does not let us in"),
        ("nobody-known:wrong-p4ssw0rd", "postgres", "does not let us in"),
        ("mll", "not_there", "no such database"),
    ],
)
def test_who_is_not_let_in_is_told_without_the_password(
    postgres: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    user: str,
    database: str,
    said: str,
) -> None:
    monkeypatch.setenv("MLL_DATABASE_URL", postgres.address(user, database))
    error = refused(tmp_path)
    assert isinstance(error, Unreachable)
    assert said in str(error)
    assert "wrong-p4ssw0rd" not in f"{error!r} {error.hint} {error.__cause__!r}"


def test_a_right_password_opens_and_is_shown_nowhere(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres.run("CREATE SCHEMA IF NOT EXISTS locked AUTHORIZATION locked")
    address = postgres.address(f"locked:{PASSWORD}") + "?options=-csearch_path%3Dlocked"
    monkeypatch.setenv("MLL_DATABASE_URL", address)
    database = Database(tmp_path)
    assert database.intact() is None
    assert PASSWORD not in f"{database.engine!r} {database.engine.url} {database.where}"


def test_a_user_who_may_only_read_is_told_so(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres.run("CREATE SCHEMA IF NOT EXISTS shut", "GRANT USAGE ON SCHEMA shut TO locked")
    address = postgres.address(f"locked:{PASSWORD}") + "?options=-csearch_path%3Dshut"
    monkeypatch.setenv("MLL_DATABASE_URL", address)
    assert "by this user" in str(refused(tmp_path))


def test_nobody_there_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLL_DATABASE_URL", f"postgresql://mll:{PASSWORD}@127.0.0.1:1/mll")
    error = refused(tmp_path)
    assert isinstance(error, Unreachable)
    assert "does not answer" in str(error)
    assert PASSWORD not in f"{error!r} {error.hint} {error.__cause__!r}"


def add(database: Database, kind: str = "data.checked") -> None:
    with database.write() as connection:
        events.append(connection, kind, None, ANA)


def test_a_server_that_restarts_costs_a_sentence_and_nothing_else(
    here: str, postgres: Server, tmp_path: Path
) -> None:
    database = Database(tmp_path)
    add(database)

    def die_half_way() -> None:
        with database.write() as connection:
            events.append(connection, "train.done", None, ANA)
            postgres.stop()
            connection.execute(sql.select(EVENTS))

    with pytest.raises(Unreachable, match="lost"):
        die_half_way()
    with pytest.raises(Unreachable, match="does not answer"):
        add(database)
    postgres.start()
    add(database)
    assert [event.number for event in events.read(database, None, 9)] == [2, 1]
    assert events.first_broken(database) is None


def test_a_connection_that_is_cut_while_idle_is_not_noticed(
    here: str, postgres: Server, tmp_path: Path
) -> None:
    database = Database(tmp_path)
    postgres.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mll'"
    )
    add(database)
    assert len(events.read(database, None, 9)) == 1


def test_a_read_only_server_can_be_looked_at_and_refuses_writes_in_words(
    here: str, tmp_path: Path
) -> None:
    add(Database(tmp_path))
    address = here.replace("options=", "options=-cdefault_transaction_read_only%3Don%20")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLL_DATABASE_URL", address)
        database = Database(tmp_path)
        assert len(events.read(database, None, 9)) == 1
        with pytest.raises(MllError, match="cannot be written to"):
            add(database)


def test_a_writer_who_stays_keeps_others_waiting_only_so_long(
    here: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "PATIENCE", 1)
    first, second = Database(tmp_path), Database(tmp_path)
    with first.write(), pytest.raises(Conflict, match="writing"):
        add(second)
    add(second)


def test_a_reader_sees_one_moment(here: str, tmp_path: Path) -> None:
    database = Database(tmp_path)
    add(database)
    count = sql.select(sql.func.count()).select_from(EVENTS)
    with database.read() as connection:
        before = connection.execute(count).scalar()
        add(database)
        assert connection.execute(count).scalar() == before


@pytest.mark.usefixtures("catalog")
def test_numbers_that_are_none_and_odd_letters_come_back_as_they_went(tmp_path: Path) -> None:
    database = Database(tmp_path)
    odd = {"nan": float("nan"), "inf": float("inf"), "text": "ü\0\ud800'\"", "none": None}
    row = {"project": "p", "stage": "s", "fingerprint": "f", "inputs": "i", "seconds": 0.1}
    with database.write() as connection:
        values = {**row, "document_version": 1, "value": odd, "at": "now"}
        connection.execute(ARTEFACTS.insert().values(values))
    (found,) = database.rows(sql.select(ARTEFACTS))
    assert repr(found["value"]) == repr(odd)
    assert found["data_version"] is None


def test_a_text_no_database_can_store_is_refused_in_words(here: str, tmp_path: Path) -> None:
    projects = Projects(Database(tmp_path), tmp_path, {}, ANA)
    with pytest.raises(InvalidParameter, match="cannot be stored"):
        projects.create(Document(name="a\0b"), "created")


def test_every_column_is_of_a_kind_that_all_databases_keep_alike() -> None:
    alike = {"INTEGER", "TEXT", "VARCHAR", "FLOAT", "BOOLEAN"}
    for table in METADATA.sorted_tables:
        for column in table.columns:
            kind = column.type.compile(dialect=sql.dialects.sqlite.dialect())
            assert kind.partition("(")[0] in alike, f"{table.name}.{column.name}: {kind}"


def crowd(home: str, name: str, queue: "multiprocessing.Queue[object]", keys: str) -> None:
    """One of four who write all at once: events, jobs, and edits of one document."""
    os.environ["MLL_KEYS"] = keys  # a process that begins anew makes itself others
    database = Database(Path(home))
    projects, jobs = Projects(database, Path(home), {}, ANA), JobQueue(database, ANA)
    mine, lost = [], 0
    for number in range(ROUNDS):
        add(database)
        jobs.submit(f"{name}-{number}", "run", {"by": name, "n": number})
        claim = jobs.claim()
        assert claim
        mine.append(claim.job.id)
        newest = projects.newest("churn")
        text = f"{newest.text}# {name} {number}\n"
        try:
            projects.save("churn", text, based_on=newest.version, reason=name)
        except Conflict:
            lost += 1
    queue.put((name, mine, lost))
    database.close()


@pytest.mark.usefixtures("catalog")
def test_four_processes_that_write_at_once_make_one_story(tmp_path: Path) -> None:
    database = Database(tmp_path)
    projects = Projects(database, tmp_path, {}, ANA)
    projects.create(Document(name="Churn"), "created")
    context = multiprocessing.get_context("spawn")
    answers: multiprocessing.Queue[object] = context.Queue()
    os.environ["PYTHONWARNINGS"] = "ignore"
    crowded = [
        context.Process(
            target=crowd, args=(str(tmp_path), f"w{n}", answers, os.environ["MLL_KEYS"])
        )
        for n in range(PROCESSES)
    ]
    for process in crowded:
        process.start()
    told = [answers.get(timeout=120) for _ in crowded]
    for process in crowded:
        process.join(60)
    written = PROCESSES * ROUNDS
    claims = [job for _, mine, _ in told for job in mine]  # type: ignore[misc, attr-defined]
    assert len(set(claims)) == len(claims) == written
    lost = sum(count for *_, count in told)  # type: ignore[misc, attr-defined]
    versions = [version.version for version in projects.versions("churn")]
    assert versions == list(range(1 + written - lost, 0, -1))
    log = events.read(database, None, 10_000)
    assert [event.number for event in log] == list(range(len(log), 0, -1))
    assert Counter(event.kind for event in log)["data.checked"] == written
    assert events.first_broken(database) is None
    head = database.anchor.read()
    assert head
    assert head.number == len(log)
    database.close()
