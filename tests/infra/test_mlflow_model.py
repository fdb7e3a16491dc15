import json
from pathlib import Path

from mll_core.infra.mlflow_model import asked, bundle, environment

MANIFEST = {
    "inputs": {
        "age": "number",
        "plan": "text",
        "since": "time",
        "ok": "boolean",
        "left": "boolean",
    },
    "target": "left",
    "class_values": [False, True],
    "libraries": {"python": "3.11"},
}


def stored(folder: Path) -> Path:
    path = folder / "model.skops"
    path.write_bytes(b"model")
    path.with_suffix(".json").write_text("{}")
    return path


def test_a_bundle_says_what_is_sent_and_what_is_answered(tmp_path: Path) -> None:
    from mlflow.models import Model

    folder = tmp_path / "bundle"
    folder.mkdir()
    example = {"age": 30.0, "plan": None, "since": "2026-05-01", "ok": True}
    bundle(folder, stored(tmp_path), MANIFEST, example)
    said = Model.load(folder / "MLmodel")
    kinds = {c.name: (c.type.name, c.required) for c in said.signature.inputs}
    assert kinds == {
        "age": ("double", False),
        "plan": ("string", False),
        "since": ("datetime", False),
        "ok": ("boolean", False),
    }
    assert [(c.name, c.type.name) for c in said.signature.outputs] == [("prediction", "boolean")]
    assert said.flavors["mll_core"]["data"] == "model.skops"
    assert json.loads((folder / "input_example.json").read_text())["columns"] == list(example)
    assert (folder / "model.skops").read_bytes() == b"model"


def test_numbers_are_answered_as_numbers(tmp_path: Path) -> None:
    from mlflow.models import Model

    bundle(tmp_path, _beside(tmp_path), MANIFEST | {"class_values": []}, {})
    said = Model.load(tmp_path / "MLmodel").signature
    assert [column.type.name for column in said.outputs] == ["double"]


def _beside(folder: Path) -> Path:
    (folder / "store").mkdir()
    return stored(folder / "store")


def test_the_target_is_not_asked_for() -> None:
    assert asked(MANIFEST) == ["age", "plan", "since", "ok"]


def test_the_environment_names_every_library_with_its_version() -> None:
    lines = environment().splitlines()
    assert lines == sorted(set(lines))
    assert any(line.startswith("duckdb==") for line in lines)
