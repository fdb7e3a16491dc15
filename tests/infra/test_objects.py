import os
import time
from pathlib import Path

import pytest

from mll_core.domain.errors import NotFound
from mll_core.infra.objects import ORPHAN_AGE, ObjectStore


def write(store: ObjectStore, content: bytes) -> Path:
    path = store.new()
    path.write_bytes(content)
    return path


def test_the_same_bytes_are_kept_once_under_their_hash(tmp_path: Path) -> None:
    store = ObjectStore(tmp_path)
    first, second = (store.keep(write(store, b"rows")) for _ in range(2))
    assert first == second
    assert store.path(first).read_bytes() == b"rows"
    assert store.path(first).stat().st_mode & 0o222 == 0
    assert len(list((tmp_path / "objects").rglob("*.parquet"))) == 1
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_changed_object_is_noticed(tmp_path: Path) -> None:
    store = ObjectStore(tmp_path)
    sha256 = store.keep(write(store, b"rows"))
    assert store.intact(sha256)
    store.path(sha256).chmod(0o644)
    store.path(sha256).write_bytes(b"rovs")
    assert not store.intact(sha256)
    with pytest.raises(NotFound, match="not in the workspace"):
        store.path("0" * 64)


def test_only_what_nobody_can_own_is_swept(tmp_path: Path) -> None:
    store = ObjectStore(tmp_path)
    old, fresh = write(store, b"old"), write(store, b"fresh")
    past = time.time() - ORPHAN_AGE - 10
    os.utime(old, (past, past))
    assert store.sweep() == 1
    assert fresh.exists()
    assert not old.exists()
