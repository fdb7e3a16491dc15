from pathlib import Path

import pytest
from model_attacks import crashing
from serving_samples import TARGETS, model

from mll_core import trial
from mll_core.domain.errors import NotFound, Untrusted
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
