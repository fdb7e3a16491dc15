import json
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
from model_cases import example
from training_cases import KEY, people

from mll_core.catalog import MODELS
from mll_core.domain.calibration import Calibration
from mll_core.domain.conformal import Sets
from mll_core.domain.errors import NotFound, NotReady, Untrusted
from mll_core.domain.recipe import Recipe
from mll_core.domain.task import Task
from mll_core.infra import model_store
from mll_core.infra.feature_encoder import FeatureEncoder
from mll_core.infra.fitted_model import FittedModel
from mll_core.infra.model_store import ModelStore
from mll_core.infra.recipe_transformer import RecipeTransformer
from mll_core.infra.target_values import Classes
from mll_core.plugins.models.todays_rule import TodaysRule
from mll_core.stages.train.fitting import calm

ROWS = people(Task.BINARY)


def fitted(kind: str = "lightgbm") -> FittedModel:
    raw = ROWS.drop(columns="answer")
    transformer = RecipeTransformer(Recipe(), frozenset({"id"})).fit(raw)
    encoder = FeatureEncoder.fit(transformer.transform(raw))
    classes = Classes.of(ROWS["answer"], Task.BINARY)
    matrix, truth = encoder.transform(transformer.transform(raw)), classes.codes(ROWS["answer"])
    model = TodaysRule(rule="age > 40") if kind == "todays_rule" else example(MODELS[kind])
    estimator = model.build(encoder.features, Task.BINARY, seed=0, threads=1)
    with calm():
        estimator = model.fit(estimator, matrix, truth, categories=encoder.categories)
    return FittedModel(
        transformer=transformer,
        encoder=encoder,
        estimator=estimator,
        task=Task.BINARY,
        target="answer",
        classes=classes.names,
        class_values=classes.values,
        positive="yes",
        threshold=0.4,
        excluded=frozenset({"id"}),
    )


KINDS = [kind for kind, cls in MODELS.items() if Task.BINARY in cls.tasks]


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_comes_back_as_it_was_to_the_last_bit(kind: str, tmp_path: Path) -> None:
    sigmoid, sets = Calibration(method="sigmoid", slope=0.7), Sets(goal=0.9, least=0.2)
    model = replace(fitted(kind), calibration=sigmoid, reach=sets)
    store = ModelStore(tmp_path, KEY)
    loaded = store.load(store.save(model, {"run": "r1"}))
    assert np.array_equal(loaded.score(ROWS), model.score(ROWS))
    assert np.array_equal(loaded.decide(loaded.score(ROWS)), model.predictions(ROWS).label)
    assert loaded.encoder == model.encoder
    same = ("task", "target", "classes", "class_values", "positive", "threshold", "excluded")
    same += ("calibration", "reach")
    assert all(getattr(loaded, name) == getattr(model, name) for name in same)


def test_facts_are_in_the_signed_manifest_and_the_name_covers_all_of_it(tmp_path: Path) -> None:
    store, model = ModelStore(tmp_path, KEY), fitted("prior")
    one, other = store.save(model, {"run": "r1"}), store.save(model, {"run": "r2"})
    assert one != other
    assert store.manifest(one)["facts"] == {"run": "r1"}
    assert store.manifest(other)["inputs"] == {"age": "number", "town": "text", "joined": "time"}


def test_a_model_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="0000"):
        ModelStore(tmp_path, KEY).load("0" * 64)


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place % len(content)] ^= 1
    path.chmod(0o644)
    path.write_bytes(content)


@pytest.mark.parametrize("ending", [".skops", ".json"])
def test_any_flipped_byte_is_refused(ending: str, tmp_path: Path) -> None:
    store = ModelStore(tmp_path, KEY)
    sha256 = store.save(fitted("prior"))
    path = store.file(sha256).with_suffix(ending)
    whole = path.read_bytes()
    for place in np.linspace(0, len(whole) - 1, 60).astype(int):
        flip(path, int(place))
        with pytest.raises(Untrusted):
            store.load(sha256)
        path.write_bytes(whole)
    assert store.load(sha256).task is Task.BINARY


def cut(store: ModelStore, sha256: str, other: str) -> None:
    path = store.file(sha256)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-10])


def swap_file(store: ModelStore, sha256: str, other: str) -> None:
    store.file(sha256).chmod(0o644)
    store.file(sha256).write_bytes(store.file(other).read_bytes())


def swap_both(store: ModelStore, sha256: str, other: str) -> None:
    swap_file(store, sha256, other)
    manifest = store.file(sha256).with_suffix(".json")
    manifest.write_text(store.file(other).with_suffix(".json").read_text())


def unsign(store: ModelStore, sha256: str, other: str) -> None:
    manifest = store.file(sha256).with_suffix(".json")
    manifest.write_text(json.dumps({"content": json.loads(manifest.read_text())["content"]}))


def empty(store: ModelStore, sha256: str, other: str) -> None:
    store.file(sha256).with_suffix(".json").write_text("")


@pytest.mark.parametrize("harm", [cut, swap_file, swap_both, unsign, empty])
def test_a_file_that_is_cut_swapped_or_unsigned_is_refused(
    harm: Callable[[ModelStore, str, str], None], tmp_path: Path
) -> None:
    store = ModelStore(tmp_path, KEY)
    sha256, other = store.save(fitted("prior")), store.save(fitted("best_single_column"))
    harm(store, sha256, other)
    with pytest.raises(Untrusted) as caught:
        store.load(sha256)
    assert caught.value.hint


def test_another_key_does_not_open_it(tmp_path: Path) -> None:
    sha256 = ModelStore(tmp_path, KEY).save(fitted("prior"))
    with pytest.raises(Untrusted, match="signature"):
        ModelStore(tmp_path, b"another key").load(sha256)


def test_other_versions_are_refused_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ModelStore(tmp_path, KEY)
    monkeypatch.setattr(model_store, "version", lambda name: "0.1")
    sha256 = store.save(fitted("prior"))
    monkeypatch.undo()
    with pytest.raises(Untrusted) as caught:
        store.load(sha256)
    assert "Install scikit-learn==0.1" in caught.value.hint


def test_a_signed_file_that_holds_a_foreign_type_is_refused(tmp_path: Path) -> None:
    import dataclasses

    model = dataclasses.replace(fitted("prior"), estimator=Path("not a model"))
    store = ModelStore(tmp_path, KEY)
    with pytest.raises(Untrusted, match="type"):
        store.load(store.save(model))


def test_a_recipe_with_steps_needs_the_catalog(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="trim_text"):
        model_store.read_no_steps([{"kind": "trim_text"}])


def test_a_model_in_another_librarys_format_names_its_version_and_needs_the_same_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, model = ModelStore(tmp_path, KEY), fitted("xgboost")
    sha256, plain = store.save(model), store.save(fitted("prior"))
    assert "xgboost" in store.manifest(sha256)["libraries"]
    assert "xgboost" not in store.manifest(plain)["libraries"]

    def other(name: str) -> str:
        return "0.1" if name.startswith("xgboost") else version(name)

    monkeypatch.setattr(model_store, "version", other)
    with pytest.raises(Untrusted) as caught:
        store.load(sha256)
    assert "Install xgboost==" in caught.value.hint
    assert store.load(plain).threshold == 0.4


@pytest.mark.parametrize("kind", ["catboost", "xgboost"])
@pytest.mark.parametrize("harm", [b"", b"CBM1", b"{}", b"\x80\x04\x95", b"\x00" * 4096])
def test_signed_bytes_that_are_not_in_the_librarys_format_are_refused(
    kind: str, harm: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, model = ModelStore(tmp_path, KEY), fitted(kind)
    monkeypatch.setattr(type(model.estimator), "dumped", lambda self, booster: harm)
    with pytest.raises(Untrusted, match="cannot be read as a model"):
        store.load(store.save(model))
