from pathlib import Path

import pytest
from serving_samples import RECORD, model, parquet, rows
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mll_core.infra import scorer_loader
from mll_core.infra.model_store import ModelStore
from mll_core.infra.objects import ObjectStore


@pytest.fixture
def stores(tmp_path: Path) -> tuple[ModelStore, ObjectStore]:
    return ModelStore(tmp_path, b"k" * 32), ObjectStore(tmp_path)


def test_a_stored_model_answers_with_reasons_from_its_own_training_rows(
    stores: tuple[ModelStore, ObjectStore],
) -> None:
    models, objects = stores
    development = objects.keep(parquet(rows(800), objects.new()))
    sha256 = models.save(model(), {"development": development})
    scorer = scorer_loader.load(models, objects, sha256)
    assert scorer.background is not None
    assert 50 < len(scorer.background) < 200
    (answer,) = scorer.predict([RECORD], explain=True)
    assert answer.reasons


def test_without_those_rows_it_answers_without_reasons(
    stores: tuple[ModelStore, ObjectStore],
) -> None:
    models, objects = stores
    sha256 = models.save(model(), {"development": "0" * 64})
    scorer = scorer_loader.load(models, objects, sha256)
    assert scorer.background is None
    assert scorer.predict([RECORD])


def test_estimators_answer_with_one_thread_however_deep_they_are() -> None:
    from dataclasses import replace

    forest = make_pipeline(StandardScaler(), RandomForestClassifier(n_jobs=4))
    scorer_loader._single_threaded(replace(model(), estimator=forest))
    assert forest[-1].n_jobs == 1
