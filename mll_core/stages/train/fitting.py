"""One fit of one model on one matrix."""

import threading
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np

from mll_core.domain.ensemble import Ensemble, Mix
from mll_core.domain.expectations import Expectations
from mll_core.domain.model import Feature, Model
from mll_core.domain.task import Task
from mll_core.infra.column_encodings import Matrix
from mll_core.infra.estimators.reweighed import Reweighed
from mll_core.stages.train.clock import LAST_FIT, Now
from mll_core.stages.train.rows import Learned
from mll_core.stages.train.target_scale import Scale, log_helps, on_scale

NOTHING = Expectations()


@dataclass(frozen=True)
class Candidate:
    """A model with its settings, and how it is to be fitted."""

    model: Model
    label: str
    share: float = 1.0
    """Share of the training rows it learns from: less than 1 when time is short."""
    weighed: bool = False
    """Let every class count the same while it learns, and put its probabilities right after."""
    scale: Scale | None = None
    """On what a number is learned; None: its logarithm where that lowers its skew."""

    @property
    def key(self) -> str:
        """The same for the same settings, on however many rows."""
        return f"{self.model.kind} {self.model.model_dump_json()} {self.scale} {self.weighed}"

    @property
    def parameters(self) -> dict[str, Any]:
        """Settings as the leaderboard shows them, with what deviates from the plain fit."""
        extra: dict[str, Any] = {} if self.share == 1 else {"share_of_rows": self.share}
        extra |= {} if self.scale is None else {"target_scale": self.scale}
        extra |= {"class_weights": "balanced"} if self.weighed else {}
        return self.model.model_dump(mode="json", exclude={"kind"}) | extra

    @classmethod
    def recorded(cls, model: type[Model], label: str, parameters: Mapping[str, Any]) -> Self:
        """The candidate of recorded ``parameters``."""
        given = dict(parameters)
        share, scale = given.pop("share_of_rows", 1.0), given.pop("target_scale", None)
        weighed = given.pop("class_weights", None) is not None
        return cls(model.of(**given), label, share, weighed, scale)


@dataclass(frozen=True)
class Mixture:
    """Several candidates as one, with what early stopping ``settled`` of each."""

    ensemble: Ensemble
    label: str
    members: tuple[Candidate, ...]
    settled: tuple[Model, ...]
    mix: Mix
    bags: int = 1
    """How often a member that hangs on chance is fitted in the end, each time by another seed."""

    @property
    def draws(self) -> tuple[int, ...]:
        """How often each member is fitted."""
        return tuple(self.bags if one.model.drawn else 1 for one in self.members)

    @property
    def model(self) -> Ensemble:
        """The way of mixing."""
        return self.ensemble

    @property
    def parameters(self) -> dict[str, Any]:
        """Settings, the members with theirs, and the weights of the final mix."""
        weighed = zip(self.members, self.mix.weights, strict=True)
        members = [
            {
                "model": one.model.kind,
                "label": one.label,
                "weight": weight,
                "settings": one.parameters,
            }
            for one, weight in weighed
        ]
        mix = self.mix.model_dump(mode="json")
        own = self.ensemble.model_dump(mode="json", exclude={"kind"})
        return own | {"members": members, "mix": mix, "bags": self.bags}


@dataclass(frozen=True)
class Means:
    """What every fit has in common.

    ``threads`` are the cores that fits share; ``megabytes`` is what the process may hold. The last
    fit takes about ``growth`` times as long as one in a fold. ``last`` are the rows it learns from,
    where these are more than can be held for the folds; else 0.
    """

    task: Task
    seed: int
    threads: int
    expectations: Expectations = NOTHING
    now: Now = time.monotonic
    megabytes: float = float("inf")
    growth: float = LAST_FIT
    last: int = 0


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted estimator, its ``core`` without the scale of the target, and the seconds taken."""

    estimator: Any
    core: Any = field(repr=False)
    seconds: float


def fit(candidate: Candidate, learned: Learned, means: Means) -> Fit:
    """Fit ``candidate`` on ``learned``. Raises ValueError, and what the estimator raises."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    started = means.now()
    matrix, truth = sample(learned, candidate.share, means)
    if means.task.classifies and not candidate.model.baseline and len(np.unique(truth)) == 1:
        raise ValueError("all rows to learn from are of one class.")
    features = means.expectations.marked(learned.encoder.features)
    estimator = _estimator(candidate, features, truth, means)
    weights = _weights(candidate, truth, estimator)
    with threadpool_limits(means.threads, "openmp"), CALM.shared():
        fitted = candidate.model.fit(
            estimator, matrix, truth, categories=learned.encoder.categories
        )
    core = getattr(fitted, "regressor_", fitted)
    if weights:
        fitted = Reweighed(fitted, [weights[int(code)] for code in fitted.classes_])
    return Fit(fitted, core, means.now() - started)


def sample(learned: Learned, share: float, means: Means) -> tuple[Matrix, Any]:
    """The matrix and the truth, or a share of their rows drawn by chance, in their order.

    Every class keeps a row.
    """
    if share >= 1:
        return learned.matrix, learned.truth
    n = len(learned.truth)
    order = np.random.default_rng((means.seed, n)).permutation(n)
    kept = order[: max(1, round(share * n))]
    if means.task.classifies:
        kept = np.union1d(kept, np.unique(learned.truth, return_index=True)[1])
    kept = np.sort(kept)
    return learned.matrix[kept], learned.truth[kept]


def _estimator(
    candidate: Candidate, features: tuple[Feature, ...], truth: Any, means: Means
) -> Any:
    built = candidate.model.build(features, means.task, seed=means.seed, threads=means.threads)
    if candidate.model.baseline or candidate.model.own_scale:
        return built
    usual: Scale = "log" if log_helps(truth, means.task) else "plain"
    return on_scale(built, candidate.scale or usual)


def _weights(candidate: Candidate, truth: Any, estimator: Any) -> dict[int, float]:
    """What each class counts, by its code; empty where nothing is weighed."""
    if not candidate.weighed:
        return {}
    codes, counts = np.unique(truth, return_counts=True)
    each = len(truth) / (len(codes) * counts)
    weights = dict(zip(map(int, codes), map(float, each), strict=True))
    return weights if candidate.model.weigh(estimator, weights) else {}


class Calm:
    """What fits beside one another have in common: filters of warnings and threads of BLAS belong
    to the whole process, so the first one sets them and the last one puts them back."""

    def __init__(self) -> None:
        self._lock, self._inside, self._held = threading.Lock(), 0, ExitStack()

    @contextmanager
    def shared(self) -> Iterator[None]:
        """As ``calm``, for any number of threads at once."""
        from threadpoolctl import threadpool_limits

        with self._lock:
            if self._inside == 0:
                self._held.enter_context(calm())
                self._held.enter_context(threadpool_limits(1, "blas"))
            self._inside += 1
        try:
            yield
        finally:
            with self._lock:
                self._inside -= 1
                if self._inside == 0:
                    self._held.close()


CALM = Calm()


@contextmanager
def calm() -> Iterator[None]:
    """Silence what fits say of themselves: the held-out score tells whether it mattered."""
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        for said in ("The least populated class in y", "n_quantiles .* is greater"):
            warnings.filterwarnings("ignore", message=said)
        yield
