from pathlib import Path

import pytest
from model_attacks import crashing
from serving_samples import TARGETS, model

from mll_core import trial
from mll_core.domain.errors import NotFound, Untrusted
from mll_core.domain.serving import ModelVersion
from mll_core.domain.task import Task
from mll_core.infra.model_store import ModelStore

KEY = b"a key of thirty-two bytes, or so"


@pytest.mark.parametrize("task", TARGETS)
def test_a_model_of_ours_answers_one_record_in_its_cage(task: Task, tmp_path: Path) -> None:
    store = ModelStore(tmp_path, KEY)
    told: list[float] = []
    trial.first_use(store, store.save(model(task)), lambda share, _: told.append(share))
    assert told[0] < told[-1]


def test_a_model_that_crashes_is_untrusted_and_this_process_lives(tmp_path: Path) -> None:
    store = ModelStore(tmp_path, KEY)
    with pytest.raises(Untrusted, match="it crashed when it was first tried"):
        trial.first_use(store, store.save(crashing(model())))


def test_a_changed_file_does_not_even_reach_the_cage(tmp_path: Path) -> None:
    store = ModelStore(tmp_path, KEY)
    sha256 = store.save(model())
    store.file(sha256).chmod(0o644)
    store.file(sha256).write_bytes(b"changed")
    with pytest.raises(Untrusted, match="changed after it was signed"):
        trial.first_use(store, sha256)
    with pytest.raises(NotFound):
        trial.first_use(store, "0" * 64)


def version(store: ModelStore, sha256: str, run_id: str = "r1") -> ModelVersion:
    return ModelVersion(
        project="churn",
        number=3,
        run_id=run_id,
        model="boosting",
        sha256=sha256,
        data_version="d",
        document_version=1,
    )


def test_a_model_is_tried_once_and_that_is_signed(tmp_path: Path) -> None:
    store = ModelStore(tmp_path, KEY)
    sha256 = store.save(model(), {"project": "churn", "training": "r1"})
    assert not store.tried(sha256)
    trial.before_use(store, "churn", version(store, sha256))
    assert store.tried(sha256)
    assert not ModelStore(tmp_path, b"another key of thirty-two bytes.").tried(sha256)
    other = store.save(model(n=300), {"project": "churn", "training": "r1"})
    (tmp_path / "models" / f"{other}.tried").write_text(
        (tmp_path / "models" / f"{sha256}.tried").read_text()
    )
    assert not store.tried(other)


def test_a_crash_is_not_noted_as_tried(tmp_path: Path) -> None:
    store = ModelStore(tmp_path, KEY)
    sha256 = store.save(crashing(model()), {"project": "churn", "training": "r1"})
    for _ in range(2):
        with pytest.raises(Untrusted, match="crashed"):
            trial.before_use(store, "churn", version(store, sha256))
    assert not store.tried(sha256)


@pytest.mark.parametrize(
    ("facts", "run_id"),
    [
        ({"project": "other", "training": "r1"}, "r1"),
        ({"project": "churn", "training": "r0"}, "r1"),
        ({"project": "churn"}, "r1"),
        ({}, "r1"),
    ],
)
def test_a_signed_model_of_another_project_or_run_is_no_version_of_this_one(
    tmp_path: Path, facts: dict[str, str], run_id: str
) -> None:
    store = ModelStore(tmp_path, KEY)
    sha256 = store.save(model(), facts)
    with pytest.raises(Untrusted, match="made for another"):
        trial.before_use(store, "churn", version(store, sha256, run_id))
