"""Promise 12: no secret is ever written."""

from pathlib import Path

import pytest
from asgi_client import Client
from canaries import holding, log
from projects import csv, finished
from proving import tally

from mll_core import worker
from mll_core.domain.errors import MllError
from mll_core.domain.identity import Actor
from mll_core.infra.tokens import Tokens
from mll_core.service.app import create_app
from mll_core.service.source import WorkspaceSource

__all__ = ["log"]
pytestmark = pytest.mark.promise
ENVIRONMENT = "canary-environment-51c7"
PASSWORD = "canary-password-93be"
HEADER = "canary-header-08d2"


def test_tokens_passwords_and_the_environment_are_found_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setenv("MLL_CANARY", ENVIRONMENT)
    monkeypatch.setenv("DATABASE_URL", f"postgresql://ana:{ENVIRONMENT}@db/x")
    workspace = finished(tmp_path)
    request.getfixturevalue("log")
    project = workspace.project("customers")
    tokens = Tokens(workspace.database, Actor(name="ana"))
    token = tokens.create("customers")
    with tally(12, "canaries") as counts:
        source = WorkspaceSource(workspace, loopback=True)
        source.refresh()
        client = Client(create_app(source))
        for sent in (token, HEADER):
            client.headers["Authorization"] = f"Bearer {sent}"
            for body in (b"{", b'{"records": [{}]}'):
                client.post("/v1/customers/predict", content=body)
                counts["requests"] += 1
        source.close()
        for scheme in ("postgresql", "mysql", "https", "s3", "ftp", "sample"):
            address = f"{scheme}://ana:{PASSWORD}@db.example/t?password={PASSWORD}"
            for attempt in (
                lambda address=address: workspace.create_project("Other", address),
                lambda address=address: project.deployment.score(address, tmp_path / "o.csv"),
                lambda address=address: project.watching.monitor(address),
            ):
                with pytest.raises(MllError):
                    attempt()
                counts["errors"] += 1
        job = project.submit("run", until="collect")
        worker.work(workspace.home, once=True)
        assert workspace.jobs.get(job.id).status.value == "done"
        counts["jobs"] += 1
        project.history.edit({"train.seed": 7, "train.trials": 1})
        project.run("train")
        counts["runs"] += 1
        project.deployment.score(
            str(csv(tmp_path, rows=50)), workspace.home / "out.csv", proba=True
        )
        counts["exports"] += 1
        workspace.database.close()
        secrets = {
            "token": token,
            "password": PASSWORD,
            "environment": ENVIRONMENT,
            "header": HEADER,
        }
        files = sum(path.is_file() for path in workspace.home.rglob("*"))
        counts["files read to the last byte"] = files
        found = holding(workspace.home, secrets)
        counts["hits"] = len(found)
    assert found == {}
    assert (workspace.home / "logs" / "everything.log").exists()
    assert files > 20
