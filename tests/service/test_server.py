"""The service as a process of its own, on loopback, over a real workspace."""

import socket
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from asgi_client import Client
from model_attacks import crashing
from serving_process import Process, free_port, promote, register, served_workspace, until
from serving_samples import RECORD, model

from mll_core.domain.errors import InvalidParameter, NoRoom, NotReady
from mll_core.domain.identity import Actor
from mll_core.domain.token import Scope
from mll_core.infra.prediction_log import PredictionLog, folder_of
from mll_core.infra.tables import MODELS
from mll_core.infra.tokens import Tokens
from mll_core.project import Project
from mll_core.service import protocol, server
from mll_core.service.app import create_app
from mll_core.service.source import WorkspaceSource
from mll_core.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("MLL_KEYS", str(tmp_path / "keys"))
    return served_workspace(tmp_path)


def project(workspace: Workspace) -> Project:
    return workspace.project("churn")


def test_a_new_champion_answers_within_seconds_no_request_fails_and_all_are_logged(
    workspace: Workspace,
) -> None:
    promote(workspace, 0.5)
    service = Process(workspace.home, workers=2)
    stop = threading.Event()
    seen: list[tuple[int, int]] = []

    def ask() -> None:
        with httpx.Client(base_url=service.http.base_url, trust_env=False) as http:
            while not stop.is_set():
                answer = http.post("/v1/churn/predict", json={"records": [RECORD]})
                seen.append((answer.status_code, answer.json()["version"]))

    clients = [threading.Thread(target=ask) for _ in range(3)]
    try:
        until(service.answers)
        for client in clients:
            client.start()
        until(lambda: len(seen) > 20)
        assert shared(service) == 2
        assert promote(workspace, 0.9) == 2
        until(lambda: {version for _, version in seen[-20:]} == {2})
        project(workspace).registry.rollback()
        until(lambda: {version for _, version in seen[-20:]} == {1})
        stop.set()
        late_label(service)
    finally:
        stop.set()
        service.stop()
    for client in clients:
        client.join()
    assert {status for status, _ in seen} == {200}
    log = PredictionLog(folder_of(workspace.home, "churn"))
    logged = list(log.rows())
    log.close()
    assert len(logged) == len(seen) + 1
    assert {row["version"] for row in logged} == {1, 2}
    assert [row["actual"] for row in logged if row["known"]] == ["yes"]


def shared(service: Process) -> int:
    """How many workers take a part of twelve connections that come at once."""
    until(lambda: len(service.answering()) == 2)
    with ExitStack() as stack:
        for _ in range(12):
            stack.enter_context(socket.create_connection(("127.0.0.1", service.port)))
        until(lambda: sum(map(len, connections(service))) >= 12)
        return sum(bool(open_ones) for open_ones in connections(service))


def connections(service: Process) -> list[list[Any]]:
    """The connections that each worker has."""
    return [
        [one for one in worker.net_connections("tcp") if one.status == "ESTABLISHED"]
        for worker in service.workers()
    ]


def late_label(service: Process) -> None:
    answer = service.predict()
    assert "server" not in answer.headers
    outcome = {"request_id": answer.json()["request_id"], "record": 0, "actual": "yes"}
    sent = {"outcomes": [outcome]}
    # The other worker may be asked before this one's tenth of a second is over.
    until(lambda: service.http.post("/v1/churn/outcomes", json=sent).status_code == 200)


def test_beyond_loopback_a_token_is_needed_first(workspace: Workspace) -> None:
    with pytest.raises(NotReady, match="no token"):
        server.run(workspace.home, host="0.0.0.0", port=free_port())


def test_a_taken_port_and_a_foreign_address_are_said_in_words(workspace: Workspace) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(NoRoom, match="is taken"):
            server.run(workspace.home, port=taken.getsockname()[1])
    Tokens(workspace.database, Actor(name="test")).create("churn")
    with pytest.raises(InvalidParameter, match="Cannot listen"):
        server.run(workspace.home, host="192.0.2.1", port=free_port())


def test_tokens_open_their_deployment_and_close_the_open_door(workspace: Workspace) -> None:
    promote(workspace, 0.5)
    source = WorkspaceSource(workspace, loopback=True)
    source.refresh()
    assert source.authorised("churn", None)
    token = Tokens(workspace.database, Actor(name="test")).create("churn")
    source.refresh()
    assert not source.authorised("churn", None)
    assert not source.authorised("churn", "wrong")
    assert source.authorised("churn", token)
    assert not source.authorised("other", token)
    source.close()


def test_tokens_are_for_what_they_say_until_they_end(workspace: Workspace) -> None:
    promote(workspace, 0.5)
    tokens = workspace.tokens
    whole, narrow = tokens.create("churn"), tokens.create("churn", scopes=[Scope.SCHEMA])
    short = tokens.create("churn", days=1e-7)
    service = Process(workspace.home, workers=1)

    def asked(token: str) -> list[int]:
        service.http.headers["Authorization"] = f"Bearer {token}"
        records = {"records": [RECORD]}
        return [
            service.http.post("/v1/churn/predict", json=records).status_code,
            service.http.post("/v1/churn/outcomes", json=records).status_code,
            service.http.get("/v1/churn/schema").status_code,
        ]

    try:
        service.http.headers["Authorization"] = f"Bearer {whole}"
        until(service.answers)
        assert asked(whole) == [200, 422, 200]
        assert asked(narrow) == [403, 403, 200]
        refused = service.http.post("/v1/churn/predict", json={}).json()["errors"][0]
        assert refused["problem"] == "This token is not for predict."
        assert asked(short) == asked("unknown") == [401, 401, 401]
        tokens.revoke(tokens.all()[0].id)
        until(lambda: asked(whole) == [401, 401, 401])
        until(lambda: [bool(token.used) for token in tokens.all()] == [True, True, False])
    finally:
        service.stop()


def test_a_model_that_was_tampered_with_leaves_the_old_one_serving(workspace: Workspace) -> None:
    promote(workspace, 0.5)
    source = WorkspaceSource(workspace, loopback=True)
    source.refresh()
    promote(workspace, 0.9)
    sha256 = project(workspace).registry.version(2).sha256
    path = workspace.models.file(sha256)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    source.refresh()
    serving = source.current("churn")
    assert serving is not None
    assert serving.version == 1
    source.close()


def test_a_tampered_model_is_said_to_be_promoted_but_not_served(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    promote(workspace, 0.5)
    path = workspace.models.file(project(workspace).registry.version(1).sha256)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    source = WorkspaceSource(workspace, loopback=True)
    source.refresh()
    answer = Client(create_app(source)).post("/v1/churn/predict", json={"records": [RECORD]})
    assert answer.status_code == 503
    (error,) = answer.json()["errors"]
    assert error["problem"].startswith("Version 1 is promoted but not served")
    assert "mll doctor" in error["hint"]
    (line,) = [line for line in caplog.records if "is not served" in line.getMessage()]
    assert line.exc_info is None
    source.close()


def test_a_model_that_crashes_leaves_the_service_alive_and_the_old_one_serving(
    workspace: Workspace,
) -> None:
    promote(workspace, 0.5)
    source = WorkspaceSource(workspace, loopback=True)
    source.refresh()
    number = register(workspace, crashing(model()), "run-bad")
    sha256 = project(workspace).registry.version(number).sha256
    workspace.models.file(sha256).with_suffix(".tried").unlink()
    project(workspace).registry.promote(number, needs_approval=True)
    source.refresh()
    serving = source.current("churn")
    assert serving is not None
    assert serving.version == 1
    source.close()


def test_an_older_signed_model_under_a_newer_number_is_not_served(workspace: Workspace) -> None:
    promote(workspace, 0.5)
    source = WorkspaceSource(workspace, loopback=True)
    source.refresh()
    promote(workspace, 0.9)
    old, new = (project(workspace).registry.version(number) for number in (1, 2))
    swapped = new.model_copy(update={"sha256": old.sha256}).to_json()
    with workspace.database.write() as connection:
        where = (MODELS.c.project == "churn") & (MODELS.c.number == 2)
        connection.execute(MODELS.update().where(where).values(value=swapped))
    source.refresh()
    serving = source.current("churn")
    assert serving is not None
    assert serving.version == 1
    source.close()


def test_a_project_without_a_champion_is_known_and_has_no_model(workspace: Workspace) -> None:
    source = WorkspaceSource(workspace, loopback=True)
    source.refresh()
    assert source.names() == ("churn",)
    assert source.current("churn") is None
    elsewhere = Client(create_app(source)).get("/v1/chorn/schema")
    assert elsewhere.status_code == 404
    assert "churn" not in elsewhere.text.replace("chorn", "")
    source.close()


def test_requests_are_not_kept_when_the_document_says_so(workspace: Workspace) -> None:
    project(workspace).edit("deploy.log_requests", False)
    promote(workspace, 0.5)
    source = WorkspaceSource(workspace, loopback=True)
    source.refresh()
    source.record("churn", None)  # type: ignore[arg-type]
    source.close()
    assert not folder_of(workspace.home, "churn").exists()


def test_a_name_that_is_no_folder_name_is_kept_by_its_hash(tmp_path: Path) -> None:
    assert folder_of(tmp_path, "churn-2").name == "churn-2"
    odd = folder_of(tmp_path, "../../etc")
    assert odd.parent == tmp_path / "predictions"


def test_a_header_that_never_ends_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "SECONDS", 0.3)
    port = free_port()
    config = uvicorn.Config(hello, port=port, http=protocol.Deadline, log_level="error")
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run)
    thread.start()
    try:
        until(lambda: running.started)
        for begun in (b"", b"GET /health HTTP/1.1\r\nHost: local"):
            with socket.create_connection(("127.0.0.1", port)) as slow:
                slow.settimeout(20)
                slow.sendall(begun)
                assert slow.recv(100) == b""
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
            for _ in range(3):
                assert http.get("/").status_code == 200
                time.sleep(0.4)
    finally:
        running.should_exit = True
        thread.join()


async def hello(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"hello"})
