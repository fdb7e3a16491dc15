"""Promise 12: the secrets of sources, through every connector and every way that fails."""

import base64
import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from pathlib import Path

import pytest
from canaries import holding, log
from page_cases import open_page
from projects import customers, finished
from proving import FULL, tally
from web_servers import Answer, says, serving

from mll_core import worker
from mll_core.catalog import CONNECTORS
from mll_core.cli import main
from mll_core.domain.errors import MllError
from mll_core.domain.secret import Secret
from mll_core.infra.addresses import ALLOW
from mll_core.infra.secret_store import SecretStore
from mll_core.workspace import Workspace

__all__ = ["log"]
pytestmark = pytest.mark.promise
KEPT = "canary-kept-5a7e"
TYPED = "canary-typed-1f03"
GIVEN = "canary-given-c2d9"
FORMS = (
    "{scheme}ana:{word}@127.0.0.1/t#table=t",
    "{scheme}:{word}@127.0.0.1/t#table=t",
    "{scheme}ana:{word}/x@127.0.0.1/t#table=t",
    "{scheme}ana:{word}@evil@127.0.0.1/t#table=t",
    "{scheme}ana@127.0.0.1/t?password={word}#table=t",
    "{scheme}127.0.0.1/t?token={word}&x=1",
    "{scheme}127.0.0.1/t?a=1&Api_Key={word}",
    "{scheme}127.0.0.1/t?X-Amz-Signature={word}",
)
SCREENS = ("collect", "activity", "home", "monitor", "story", "deploy")
USES = (
    "http://ana:{{secret:{name}}}@127.0.0.1:{port}/t.csv",
    "http://{{secret:{name}}}:@127.0.0.1:{port}/t.csv",
    "http://127.0.0.1:{port}/t.csv?key={{secret:{name}}}",
)


def echo(peer: socket.socket, asked: bytes) -> None:
    """A server that repeats what it was told, in its refusal and in where it leads on to."""
    said = asked.decode()
    for word in (KEPT, GIVEN):
        said += word
    place = asked.split()[1].decode()
    status = "302 Found" if b"key=" in asked else f"404 {KEPT}"
    says(said.encode(), status=status, Location=f"http://127.0.0.1:1{place}")(peer, asked)


def tattling(peer: socket.socket, first: bytes) -> None:
    """A PostgreSQL that asks for the password in the open, and repeats it as its refusal."""
    if first.endswith(b"\x04\xd2\x16\x2f"):  # asks for TLS
        peer.sendall(b"N")
        peer.recv(4096)
    peer.sendall(b"R\0\0\0\x08\0\0\0\x03")
    password = peer.recv(4096)[5:].rstrip(b"\0")
    fields = b"SFATAL\0C28000\0Mno entry with " + password + b"\0\0"
    peer.sendall(b"E" + (len(fields) + 4).to_bytes(4, "big") + fields)


def attempts(workspace: Workspace, source: str) -> Iterator[None]:
    """Every way in which a source comes to the engine, one after the other."""
    project = workspace.project("customers")
    ways = (
        lambda: workspace.create_project("Other", source),
        lambda: project.deployment.score(source, workspace.home / "o.csv"),
        lambda: project.watching.monitor(source),
        lambda: project.watching.monitor("requests", source),
        lambda: project.submit("monitor", current=source),
        lambda: project.edit("data.source", source),
    )
    for way in ways:
        with suppress(MllError):
            way()
        yield


def screens() -> str:
    """All that the pages show, hidden parts too."""
    found = []
    for name in SCREENS:
        page = open_page(name)
        found += [str(getattr(node, "proto", "")) for node in [*page.main, *page.sidebar]]
    return "\n".join(found)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("MLL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MLL_SECRET_GIVEN", GIVEN)
    monkeypatch.setenv("MLL_SECRET_GIVEN_HOST", "127.0.0.1")
    opened = finished(tmp_path)
    SecretStore().keep("kept", Secret(KEPT), "127.0.0.1")
    yield opened
    SecretStore().remove("kept")
    opened.database.close()


def test_no_secret_of_a_source_is_written_or_shown(
    workspace: Workspace,
    log: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with tally(12, "sources") as counts:
        schemes = [end for cls in CONNECTORS.values() for end in cls.endings if end.endswith("//")]
        counts["connectors"] += len(CONNECTORS)
        for scheme, form in counts.some(list(product(schemes, FORMS)), 12):
            source = form.format(scheme=scheme, word=TYPED)
            counts["passwords in addresses"] += sum(1 for _ in attempts(workspace, source))
        for command in (["new", "X", "--data"], ["profile"], ["monitor", "customers", "--current"]):
            assert main([*command, FORMS[0].format(scheme=schemes[0], word=TYPED)]) == 2
            counts["commands"] += 1
        for answer in (echo, says(status="500 Oh"), says(length=9_999)):
            counts["refusals of servers"] += tried(workspace, answer, monkeypatch)
        with serving(says(customers(60).to_csv(index=False).encode())) as server:
            monkeypatch.setenv(ALLOW, f"127.0.0.1:{server.port}")
            source = USES[0].format(name="kept", port=server.port)
            made = workspace.create_project("Made with a secret", source)
            workspace.project("customers").submit("monitor", current=source)
            worker.work(workspace.home, once=True)
            counts["projects and jobs"] += 2
            sent = base64.b64encode(f"ana:{KEPT}".encode())
            assert sum(sent in asked for asked in server.asked) == 2
        assert "{secret:kept}" in made.path.read_text()
        told(workspace, monkeypatch)
        counts["databases that tattle"] += 2
        shown = (screens() if FULL else "") + "".join(capsys.readouterr())
        secrets = {"kept": KEPT, "typed": TYPED, "given": GIVEN, "sent": sent.decode()}
        keys = Path(os.environ["MLL_KEYS"])
        found = {**holding(tmp_path, secrets), **holding(keys, secrets)}
        files = [path for folder in (tmp_path, keys) for path in folder.rglob("*")]
        counts["files read to the last byte"] = sum(path.is_file() for path in files)
        seen = [name for name, secret in secrets.items() if secret in shown]
        counts["hits"] = len(found) + len(seen)
    assert found == {}
    assert seen == []
    assert json.loads((keys / "secrets.json").read_text())["kept"]


def tried(workspace: Workspace, answer: Answer, monkeypatch: pytest.MonkeyPatch) -> int:
    """How often a source with a secret came to a server that refuses."""
    with serving(answer) as server:
        monkeypatch.setenv(ALLOW, f"127.0.0.1:{server.port}")
        for name in ("kept", "given"):
            for use in USES:
                with pytest.raises(MllError) as caught:
                    workspace.create_project("Other", use.format(name=name, port=server.port))
                assert "canary" not in f"{caught.value} {caught.value.hint}"
        return len(server.asked)


def told(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database whose refusal repeats the password: our words do not."""
    pytest.importorskip("psycopg")
    for name in ("kept", "given"):
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = listening.getsockname()[1]
            monkeypatch.setenv(ALLOW, f"127.0.0.1:{port}")

            def serve(listening: socket.socket = listening) -> None:
                peer, _ = listening.accept()
                with peer:
                    tattling(peer, peer.recv(4096))

            thread = threading.Thread(target=serve)
            thread.start()
            source = (
                f"postgresql://ana:{{secret:{name}}}@127.0.0.1:{port}/x?sslmode=disable#table=t"
            )
            with pytest.raises(MllError, match="no entry with") as caught:
                workspace.create_project("Other", source)
            thread.join()
            assert "canary" not in f"{caught.value} {caught.value.hint} {caught.value.__cause__!r}"
