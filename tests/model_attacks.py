"""What somebody may do to the files of a stored model."""

import io
import json
import os
import pickle
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from mll_core.infra.fitted_model import FittedModel
from mll_core.infra.model_store import ModelStore

Attack = Callable[[Path, Path], None]
"""Changes the files of one model; the second is a marker that its code would make."""


def put(path: Path, content: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(content)


def flips(path: Path, count: int, draw: np.random.Generator) -> Iterator[None]:
    """One flipped bit after another, each mended before the next."""
    whole = path.read_bytes()
    for place in sorted(draw.choice(len(whole), min(count, len(whole)), replace=False)):
        changed = bytearray(whole)
        changed[place] ^= 1 << int(draw.integers(8))
        put(path, bytes(changed))
        yield
    put(path, whole)


def cuts(path: Path, count: int) -> Iterator[None]:
    """The file cut off at ever more places, mended afterwards."""
    whole = path.read_bytes()
    for place in np.linspace(0, len(whole) - 1, count).astype(int):
        put(path, whole[:place])
        yield
    put(path, whole)


def edits(path: Path) -> Iterator[None]:
    """Changes of the manifest by hand, the signature kept; mended afterwards."""
    whole = path.read_bytes()
    for change in _CHANGES:
        signed = json.loads(whole)
        change(signed)
        put(path, json.dumps(signed).encode())
        yield
    for text in _TEXTS:
        put(path, text)
        yield
    put(path, whole)


def _set(*keys: str, to: Any) -> Callable[[dict[str, Any]], None]:
    def change(signed: dict[str, Any]) -> None:
        place = signed
        for key in keys[:-1]:
            place = place[key]
        place[keys[-1]] = to

    return change


_CHANGES: list[Callable[[dict[str, Any]], Any]] = [
    _set("content", "threshold", to=0.0),
    _set("content", "threshold", to=None),
    _set("content", "target", to="other"),
    _set("content", "classes", to=["yes", "no"]),
    _set("content", "class_values", to=[1, 0]),
    _set("content", "positive", to="no"),
    _set("content", "task", to="regression"),
    _set("content", "format", to=2),
    _set("content", "format", to="1"),
    _set("content", "excluded", to=["age"]),
    _set("content", "inputs", to={}),
    _set("content", "recipe", to={}),
    _set("content", "encoder", to={}),
    _set("content", "facts", to={"gate": "passed"}),
    _set("content", "libraries", to={}),
    _set("content", "skops_sha256", to="0" * 64),
    _set("content", "skops_sha256", to=None),
    _set("content", "loader_module", to="os"),
    _set("content", "trusted", to=["os.system"]),
    _set("content", to=None),
    _set("content", to=[]),
    _set("content", to={}),
    _set("hmac_sha256", to=""),
    _set("hmac_sha256", to="0" * 64),
    _set("hmac_sha256", to=None),
    _set("hmac_sha256", to=True),
    _set("hmac_sha256", to="\ud800"),
    _set("hmac_sha256", to=["x"]),
    lambda signed: signed.pop("hmac_sha256"),
    lambda signed: signed.pop("content"),
    lambda signed: signed.update(alg="none", hmac_sha256=""),
]
_TEXTS = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b"\xff\xfe\x00",
    b"[" * 200_000,
    b'{"content": ' + b'{"a":' * 50_000,
    b'{"content": {}, "hmac_sha256": ' + b"9" * 6_000 + b"}",
    b'{"content": {"format": NaN}, "hmac_sha256": "x"}',
]


def zip_attacks(skops: Path, marker: Path) -> Iterator[bytes]:
    """The same archive with hostile entries, or with a hostile word in its schema."""
    whole = skops.read_bytes()
    for name in (
        f"../../{marker.name}",
        str(marker),
        "..\\..\\marker",
        "a/../../marker",
        "x" * 9_000,
    ):
        yield with_entry(whole, name, b"owned")
    yield with_entry(whole, "schema.json", b"{}")
    for old, new in (
        ('"__module__"', '"__modul__"'),
        ('"sklearn', '"os'),
        ('"__loader__": "', '"__loader__": "x'),
        ('"__class__": "', '"__class__": "Path'),
    ):
        yield with_schema(whole, lambda text, old=old, new=new: text.replace(old, new, 1))
    yield with_schema(whole, lambda text: '{"a":' * 50_000)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("schema.json", b" " * (64 << 20))
    yield bomb.getvalue()
    yield b"PK\x03\x04"
    yield b"\x80\x04\x95"  # the start of a pickle
    yield b""


def with_entry(archive: bytes, name: str, content: bytes) -> bytes:
    """The archive with one more entry."""
    held = io.BytesIO(archive)
    with zipfile.ZipFile(held, "a") as changed:
        if name in changed.namelist():
            return with_schema(archive, lambda _: content.decode())
        changed.writestr(name, content)
    return held.getvalue()


def with_schema(archive: bytes, change: Callable[[str], str]) -> bytes:
    """The archive with another schema, all other entries kept."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "schema.json":
                content = change(content.decode()).encode()
            new.writestr(name, content)
    return out.getvalue()


def signed_attacks(model: FittedModel, marker: Path) -> dict[str, FittedModel]:
    """Models that were signed all the same, whose type or content is not one of ours."""
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer

    make = partial(os.mkdir, str(marker))
    run = make_pipeline(FunctionTransformer(make), model.estimator)
    return {
        "partial": replace(model, estimator=FunctionTransformer(make)),
        "function": replace(model, estimator=FunctionTransformer(os.system)),
        "pipeline": replace(model, estimator=run),
        "foreign": replace(model, estimator=marker),
    }


def crashing(model: FittedModel) -> FittedModel:
    """A model of trusted types whose trees point far outside of every row."""
    import copy

    estimator = copy.deepcopy(model.estimator)
    for (tree,) in estimator._predictors:
        tree.nodes["left"] = 2**31
        tree.nodes["right"] = 2**31
        tree.nodes["is_leaf"] = 0
    return replace(model, estimator=estimator)


def resign(store: ModelStore, sha256: str, skops: bytes) -> str:
    """The same manifest for another file, signed with the key of the store; its new name."""
    import hashlib

    content = store.manifest(sha256) | {"skops_sha256": hashlib.sha256(skops).hexdigest()}
    text = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    name = hashlib.sha256(text).hexdigest()
    store.file(name).write_bytes(skops)
    signed = {"content": content, "hmac_sha256": store._sign(content)}
    store.file(name).with_suffix(".json").write_text(json.dumps(signed))
    return name


class _Maker:
    """Unpickled, it makes the marker."""

    def __init__(self, marker: Path) -> None:
        self._marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self._marker),)


def bait(marker: Path, sha256: str) -> dict[str, bytes]:
    """Files that other tools' loaders would run or obey, by name."""
    run = f"import os\nos.mkdir({str(marker)!r})\n".encode()
    loader = "flavors:\n  python_function:\n    loader_module: evil\n    code: code\n"
    payload = pickle.dumps(_Maker(marker))
    return {
        "MLmodel": loader.encode(),
        "evil.py": run,
        "__init__.py": run,
        "sitecustomize.py": run,
        "model.pkl": payload,
        "python_model.pkl": payload,
        "model.joblib": payload,
        f"{sha256}.pkl": payload,
        f"{sha256}.joblib": payload,
        "requirements.txt": b"-e /tmp/evil\n",
        "conda.yaml": b"dependencies: [pip: [evil]]\n",
    }


def edited_states(skops: Path) -> Iterator[bytes]:
    """The archive with one number of its types changed, as a crash needs: no type is foreign."""
    whole = skops.read_bytes()
    for old, new in (
        ('"content": "0"', '"content": "99999999999"'),
        ('"content": "1"', '"content": "-1"'),
        ('"content": "null"', '"content": "[]"'),
        ('"content": "true"', '"content": "1e999"'),
        ('"shape"', '"shap"'),
        ('"protocol": ', '"protocol": 9'),
        ('"_skops_version": "', '"_skops_version": "9'),
    ):
        yield with_schema(whole, lambda text, old=old, new=new: text.replace(old, new, 1) + " ")
    yield with_entry(whole, "schema.json", b'{"__loader__": "MethodNode"}')
