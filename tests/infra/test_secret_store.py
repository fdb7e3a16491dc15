"""Secrets: encrypted in the keys folder, for one host each, and never in the open."""

import json
import os
import stat
from pathlib import Path

import pytest

from mll_core.domain.errors import Forbidden, InvalidParameter, NotFound, Untrusted
from mll_core.domain.secret import Secret
from mll_core.infra.secret_store import SecretStore, filled

CANARY = "canary-4be1"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SecretStore:
    monkeypatch.setenv("MLL_KEYS", str(tmp_path / "keys"))
    return SecretStore()


def test_a_secret_is_given_for_its_host_and_no_other(store: SecretStore) -> None:
    store.keep("warehouse", Secret(CANARY), "DB.example.org")
    assert store.names() == {"warehouse": "db.example.org"}
    assert store.reveal("warehouse", "db.example.org").reveal() == CANARY
    assert filled("x{secret:warehouse}y", "db.example.org").reveal() == f"x{CANARY}y"
    with pytest.raises(Forbidden, match=r"belongs to db\.example\.org, not to evil\.example"):
        store.reveal("warehouse", "evil.example")
    with pytest.raises(NotFound, match="no secret 'warehose'") as caught:
        store.reveal("warehose", "db.example.org")
    assert "mll secret set" in caught.value.hint
    store.remove("warehouse")
    assert not store.names()
    with pytest.raises(NotFound):
        store.remove("warehouse")


def test_its_files_hold_nothing_in_the_open_and_are_their_owners_only(
    store: SecretStore, tmp_path: Path
) -> None:
    store.keep("a", Secret(CANARY), "h")
    for path in (tmp_path / "keys").iterdir():
        assert CANARY.encode() not in path.read_bytes()
        if os.name == "posix" and path.suffix != ".lock":
            assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("change", ["host", "value", "name", "key"])
def test_a_changed_file_gives_nothing(store: SecretStore, tmp_path: Path, change: str) -> None:
    store.keep("a", Secret(CANARY), "h")
    file, key = tmp_path / "keys" / "secrets.json", tmp_path / "keys" / "secrets.key"
    entries = json.loads(file.read_text())
    match change:
        case "host":
            entries["a"]["host"] = "evil"
        case "value":
            entries["a"]["value"] = entries["a"]["value"][:-8] + "AAAAAAA="
        case "name":
            entries["b"] = entries["a"]
        case "key":
            key.write_text("00" * 32)
    file.write_text(json.dumps(entries))
    name, host = ("b", "h") if change == "name" else ("a", entries["a"]["host"])
    with pytest.raises(Untrusted, match="does not fit its key"):
        store.reveal(name, host)


def test_the_environment_comes_first_and_has_a_host_too(
    store: SecretStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.keep("my-db", Secret("kept"), "h")
    monkeypatch.setenv("MLL_SECRET_MY_DB", CANARY)
    with pytest.raises(Forbidden, match="no host yet") as caught:
        store.reveal("my-db", "h")
    assert "MLL_SECRET_MY_DB_HOST" in caught.value.hint
    monkeypatch.setenv("MLL_SECRET_MY_DB_HOST", "h")
    assert store.reveal("my-db", "h").reveal() == CANARY


def test_names_and_hosts_are_plain(store: SecretStore) -> None:
    for name, host in (("../a", "h"), ("", "h"), ("a", "h/x"), ("a", "")):
        with pytest.raises(InvalidParameter):
            store.keep(name, Secret(CANARY), host)
    assert not store.names()
