"""``mll secret``: what it keeps, lists and forgets, and that it shows nothing."""

import io
import json
import sys
from pathlib import Path

import pytest

from mll_core.cli import main
from mll_core.infra.secret_store import SecretStore
from mll_core.workspace import Workspace

CANARY = "canary-77d0"


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLL_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("MLL_HOME", str(tmp_path / "home"))


def piped(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_a_secret_is_piped_in_listed_by_name_and_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    piped(monkeypatch, f"{CANARY}\n")
    assert main(["secret", "set", "warehouse", "--host", "db.example.org"]) == 0
    assert main(["secret", "list", "--json"]) == 0
    said = capsys.readouterr()
    listed = json.loads(said.out.splitlines()[-1])
    assert listed == {"secrets": [{"name": "warehouse", "host": "db.example.org"}]}
    assert SecretStore().reveal("warehouse", "db.example.org").reveal() == CANARY
    assert main(["secret", "remove", "warehouse"]) == 0
    assert not SecretStore().names()
    kinds = [event.kind for event in Workspace.open().events()]
    assert kinds == ["secret.removed", "secret.set"]
    said = capsys.readouterr()
    assert CANARY not in said.out + said.err
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or CANARY.encode() not in path.read_bytes()


@pytest.mark.parametrize(
    ("words", "typed", "said"),
    [
        (["set"], "x", "needs a name"),
        (["set", "a"], "x", "belongs to one host"),
        (["set", "a", "--host", "h"], "\n", "No value was given"),
        (["set", "a b", "--host", "h"], "x", "no name of a secret"),
        (["set", "a", "--host", "h/../"], "x", "no host that is taken"),
        (["remove", "a"], "", "no secret 'a'"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept_or_logged(
    words: list[str],
    typed: str,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    piped(monkeypatch, typed)
    assert main(["secret", *words]) == 2
    assert said in capsys.readouterr().err
    assert not SecretStore().names()
    assert not Workspace.open().events()
