"""A stored model as MLflow describes one: what it is sent, what it answers, what it needs."""

import json
import shutil
from collections.abc import Mapping
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

FLAVOR = "mll_core"
_TYPES = {"number": "double", "boolean": "boolean", "text": "string", "time": "datetime"}


def environment() -> str:
    """Every installed distribution with its version, a line each, as pip reads it."""
    return "".join(sorted({f"{d.name}=={d.version}\n" for d in distributions()}))


def bundle(
    folder: Path, model: Path, manifest: Mapping[str, Any], example: Mapping[str, Any]
) -> None:
    """Copy a skops file and its signed manifest to ``folder``, beside MLmodel and an example.

    ``example``: a value per raw column, None where it is not known. No pickle is written, and
    none is asked for: the flavor is our own, read by the workbench alone.
    """
    from mlflow.models import Model, ModelSignature

    for path in (model, model.with_suffix(".json")):
        shutil.copyfile(path, folder / path.name)
    said = Model(signature=ModelSignature(inputs=_inputs(manifest), outputs=_outputs(manifest)))
    said.add_flavor(FLAVOR, data=model.name, libraries=dict(manifest["libraries"]))
    said.saved_input_example_info = {
        "artifact_path": "input_example.json",
        "type": "dataframe",
        "pandas_orient": "split",
    }
    said.save(str(folder / "MLmodel"))
    split = {"columns": list(example), "data": [list(example.values())]}
    (folder / "input_example.json").write_text(json.dumps(split, default=str), "utf-8")
    (folder / "requirements.txt").write_text(environment(), "utf-8")


def asked(manifest: Mapping[str, Any]) -> list[str]:
    """The raw columns a record must have, in order."""
    return [name for name in manifest["inputs"] if name != manifest["target"]]


def _inputs(manifest: Mapping[str, Any]) -> Any:
    from mlflow.types import ColSpec, Schema

    kinds = manifest["inputs"]
    # Not required: each may be missing, and is then sent as null.
    return Schema([ColSpec(_TYPES[kinds[n]], n, required=False) for n in asked(manifest)])


def _outputs(manifest: Mapping[str, Any]) -> Any:
    from mlflow.types import ColSpec, Schema

    answers = {type(value) for value in manifest["class_values"]} or {float}
    kind = {bool: "boolean", int: "long", float: "double"}.get(answers.pop(), "string")
    return Schema([ColSpec("string" if answers else kind, "prediction")])
