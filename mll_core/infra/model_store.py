"""Fitted models on disk: skops files beside signed manifests; nothing runs before it is verified.

The manifest holds all that is plain data (what the recipe and the encoder learned, classes,
threshold, facts) and the sha256 of the skops file; its HMAC-SHA256 covers every byte of both.
"""

import hashlib
import hmac
import json
import platform
import re
import uuid
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TypeVar

from mll_core.domain.calibration import Calibration
from mll_core.domain.conformal import Band, Reach, Sets
from mll_core.domain.errors import NotFound, NotReady, Untrusted
from mll_core.domain.step import Step
from mll_core.domain.task import Task
from mll_core.domain.value import Value
from mll_core.infra import estimators, files
from mll_core.infra.feature_encoder import FeatureEncoder
from mll_core.infra.fitted_model import FittedModel
from mll_core.infra.recipe_transformer import ReadSteps, RecipeTransformer

V = TypeVar("V", bound=Value)
FORMAT = 1
LIBRARIES = ("scikit-learn", "lightgbm", "skops", "numpy")
OWN = {
    "mll_core.infra.estimators.catboost_trees.CatBoostTrees": "catboost",
    "mll_core.infra.estimators.xgboost_trees.XGBoostTrees": "xgboost",
}
"""Estimators that hold another library's own format, and that library."""
ALSO = {"xgboost": "xgboost-cpu"}
"""Another name under which a library is installed."""
TRUSTED = [
    *OWN,
    *estimators.OURS,
    "collections.OrderedDict",
    "lightgbm.basic.Booster",
    "lightgbm.sklearn.LGBMClassifier",
    "lightgbm.sklearn.LGBMRegressor",
    "functools.partial",
    "numpy.dtype",
    "scipy._lib.array_api_compat.numpy._aliases.asarray",
    "scipy.interpolate._bsplines.BSpline",
    "sklearn._loss.link.Interval",
    "sklearn._loss.link.LogLink",
    "sklearn._loss.link.LogitLink",
    "sklearn._loss.link.IdentityLink",
    "sklearn._loss.link.MultinomialLogit",
    "sklearn._loss.loss.AbsoluteError",
    "sklearn._loss.loss.HalfBinomialLoss",
    "sklearn._loss.loss.HalfGammaLoss",
    "sklearn._loss.loss.HalfMultinomialLoss",
    "sklearn._loss.loss.HalfPoissonLoss",
    "sklearn._loss.loss.HalfSquaredError",
    "sklearn._loss.loss.HalfTweedieLoss",
    "sklearn._loss.loss.PinballLoss",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.model_selection._split.KFold",
    "sklearn.model_selection._split.StratifiedKFold",
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
    "sklearn.tree._tree.Tree",
    "sklearn.utils.validation.check_array",
]
"""The only types beyond numbers, text and scikit-learn's own estimators that a file may hold.

A partial may only wrap what is listed as well, here ``check_array``.
"""
_NAME = re.compile("[0-9a-f]{64}")
_UNREADABLE = (
    zipfile.BadZipFile,
    AttributeError,
    ImportError,
    LookupError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
)
_AGAIN = "Train the model again, or restore the workspace from a copy."


def read_no_steps(entries: Sequence[Mapping[str, Any]]) -> tuple[Step, ...]:
    """Reads only empty recipes: only the catalog knows the steps. Raises NotReady."""
    if entries:
        what = f"The recipe of the model has the step {entries[0].get('kind')!r}."
        raise NotReady(what, hint="Open the models through the workspace, which knows the steps.")
    return ()


class ModelStore:
    """``models/<sha256>.skops`` and ``.json``; the name is the sha256 of the signed content."""

    def __init__(self, home: Path, key: bytes, read_steps: ReadSteps = read_no_steps) -> None:
        self._folder = home / "models"
        self._tmp = home / "tmp"
        self._key = key
        self._read_steps = read_steps

    def save(self, model: FittedModel, facts: Mapping[str, Any] | None = None) -> str:
        """Keep ``model`` with ``facts`` about it (plain JSON data); its name."""
        content = dumped(model.estimator)
        return self.keep(_content(model, facts or {}, content), content)

    def keep(self, content: Mapping[str, Any], dumped: bytes) -> str:
        """Sign and keep what a model is made of: its content, and the bytes of its file."""
        content = {**content, "skops_sha256": hashlib.sha256(dumped).hexdigest()}
        sha256 = hashlib.sha256(_canonical(content)).hexdigest()
        temporary = self._tmp / f"{uuid.uuid4().hex}.skops"
        with files.disk_errors(self._tmp):
            self._tmp.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(dumped)
        files.settle(temporary, self.file(sha256))
        signed = {"content": content, "hmac_sha256": self._sign(content)}
        text = json.dumps(signed, indent=1, sort_keys=True)
        files.write_text(self._folder / f"{sha256}.json", text)
        return sha256

    def load(self, sha256: str) -> FittedModel:
        """A model as it was saved: the same numbers to the last bit. Raises Untrusted, NotFound."""
        content, dumped = self.verified(sha256)
        return restored(sha256, content, dumped, self._read_steps)

    def verified(self, sha256: str) -> tuple[dict[str, Any], bytes]:
        """The signed content and the bytes of the file, of which nothing was read as a model yet.

        Raises Untrusted, NotFound.
        """
        content = self.manifest(sha256)
        _refuse_other_versions(sha256, content["libraries"])
        dumped = self.file(sha256).read_bytes()
        if not hmac.compare_digest(hashlib.sha256(dumped).hexdigest(), content["skops_sha256"]):
            raise _untrusted(sha256, "its file was changed after it was signed")
        return content, dumped

    def manifest(self, sha256: str) -> dict[str, Any]:
        """The verified content of a manifest; ``facts`` are in it. Raises Untrusted, NotFound."""
        path = self._folder / f"{sha256}.json"
        if not _NAME.fullmatch(sha256) or not path.exists() or not self.file(sha256).exists():
            raise NotFound(f"The model {sha256[:8]} is not in the workspace.", hint=_AGAIN)
        try:
            signed = json.loads(path.read_bytes())
            content, signature = dict(signed["content"]), str(signed["hmac_sha256"])
        except (ValueError, TypeError, KeyError, RecursionError, OSError) as error:
            raise _untrusted(sha256, "its manifest cannot be read") from error
        if not hmac.compare_digest(
            signature.encode(errors="replace"), self._sign(content).encode()
        ):
            raise _untrusted(sha256, "its signature is not ours")
        if hashlib.sha256(_canonical(content)).hexdigest() != sha256:
            raise _untrusted(sha256, "it is another model under this name")
        if content["format"] != FORMAT:
            raise _untrusted(sha256, f"its format {content['format']} is not {FORMAT}")
        return content

    def tried(self, sha256: str) -> bool:
        """Whether a first use in a cage went well, with the libraries that are here now."""
        try:
            noted = self._note(sha256).read_text(encoding="ascii", errors="replace")
        except OSError:
            return False
        return hmac.compare_digest(noted.encode(), self._sign(_trial(sha256)).encode())

    def note_tried(self, sha256: str) -> None:
        """Sign that a first use in a cage went well. Raises NoRoom."""
        files.write_text(self._note(sha256), self._sign(_trial(sha256)))

    def _note(self, sha256: str) -> Path:
        return self._folder / f"{sha256}.tried"

    def file(self, sha256: str) -> Path:
        """Where the skops file is, or would be."""
        return self._folder / f"{sha256}.skops"

    def _sign(self, content: Mapping[str, Any]) -> str:
        return hmac.new(self._key, _canonical(content), hashlib.sha256).hexdigest()


def dumped(estimator: Any) -> bytes:
    """The bytes in which an estimator is stored."""
    from skops import io

    return bytes(io.dumps(estimator, compression=zipfile.ZIP_DEFLATED))


def restored(
    sha256: str, content: Mapping[str, Any], dumped: bytes, read_steps: ReadSteps
) -> FittedModel:
    """The model of a verified content and file. Raises Untrusted."""
    return FittedModel(
        transformer=RecipeTransformer.from_state(content["recipe"], read_steps),
        encoder=FeatureEncoder.from_state(content["encoder"]),
        estimator=_estimator(sha256, dumped),
        task=Task(content["task"]),
        target=content["target"],
        classes=tuple(content["classes"]),
        class_values=tuple(content["class_values"]),
        positive=content["positive"],
        threshold=content["threshold"],
        calibration=_maybe(Calibration, content["calibration"]),
        reach=_reach(content),
        excluded=frozenset(content["excluded"]),
    )


def libraries() -> dict[str, str]:
    """Versions that a stored model depends on."""
    return {name: version(name) for name in LIBRARIES} | {"python": platform.python_version()}


def _own(dumped: bytes) -> dict[str, str]:
    """Versions of the libraries whose own format is in the file."""
    from skops import io

    used = {OWN[name] for name in io.get_untrusted_types(data=dumped) if name in OWN}
    return {name: _version(name) for name in sorted(used)}


def _version(library: str) -> str:
    for name in (library, ALSO.get(library, library)):
        with suppress(PackageNotFoundError):
            return version(name)
    return "none"


def _estimator(sha256: str, dumped: bytes) -> Any:
    from skops import io
    from skops.io.exceptions import UntrustedTypesFoundException

    try:
        return io.loads(dumped, trusted=TRUSTED)
    except UntrustedTypesFoundException as error:
        raise _untrusted(sha256, "it holds a type that is not ours") from error
    except _UNREADABLE as error:
        raise _untrusted(sha256, "its file cannot be read as a model") from error


def _content(model: FittedModel, facts: Mapping[str, Any], dumped: bytes) -> dict[str, Any]:
    content = {
        "format": FORMAT,
        "recipe": model.transformer.state(),
        "encoder": model.encoder.state(),
        "task": model.task.value,
        "target": model.target,
        "classes": list(model.classes),
        "class_values": list(model.class_values),
        "positive": model.positive,
        "threshold": model.threshold,
        "calibration": model.calibration.to_json() if model.calibration else None,
        "reach": model.reach.to_json() if model.reach else None,
        "excluded": sorted(model.excluded),
        "inputs": dict(model.inputs),
        "libraries": libraries() | _own(dumped),
        "facts": dict(facts),
    }
    return dict(json.loads(_canonical(content)))


def _maybe(kind: type[V], said: dict[str, Any] | None) -> V | None:
    return None if said is None else kind.model_validate(said)


def _reach(content: Mapping[str, Any]) -> Reach | None:
    if not Task(content["task"]).classifies:
        return _maybe(Band, content["reach"])
    return _maybe(Sets, content["reach"])


def _trial(sha256: str) -> dict[str, Any]:
    return {"tried": sha256, "libraries": libraries()}


def _canonical(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def _refuse_other_versions(sha256: str, saved: Mapping[str, str]) -> None:
    here = libraries() | {name: _version(name) for name in saved if name in OWN.values()}
    for name in dict.fromkeys((*LIBRARIES, *sorted(saved.keys() - {"python"}))):
        if saved.get(name) != here.get(name):
            what = f"it was saved with {name} {saved.get(name)}, here is {here.get(name, 'none')}"
            hint = f"Install {name}=={saved.get(name)}, or train the model again."
            raise _untrusted(sha256, what, hint)


def _untrusted(sha256: str, why: str, hint: str = _AGAIN) -> Untrusted:
    return Untrusted(f"The model {sha256[:8]} is not loaded: {why}.", hint=hint)
