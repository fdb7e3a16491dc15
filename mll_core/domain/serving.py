"""Model versions, deployments and predictions."""

from typing import Any

from mll_core.domain.document import SignOff
from mll_core.domain.value import Value


class ModelVersion(Value):
    """A registered model: what it is, what it came from, who approved it."""

    project: str
    number: int
    run_id: str
    model: str
    sha256: str
    data_version: str
    document_version: int
    metrics: dict[str, float] = {}
    gate_passed: bool = False
    approvals: tuple[SignOff, ...] = ()
    aliases: tuple[str, ...] = ()
    created: str = ""


class RecordError(Value):
    """What is wrong with one record, in the user's own column names; never the value itself."""

    record: int
    column: str | None
    problem: str
    hint: str


class Reason(Value):
    """How much one column moved one prediction."""

    column: str
    value: Any
    effect: float


class Prediction(Value):
    """The answer for one record; None where the task has no such part."""

    prediction: Any
    probabilities: dict[str, float] | None = None
    interval: tuple[float, float] | None = None
    reasons: tuple[Reason, ...] | None = None


class DriftRow(Value):
    """One column now against the reference. ``noise_band``: 95th percentile under no change."""

    column: str
    statistic: str = "psi"
    value: float
    noise_band: float
    threshold: float
    drifted: bool
    importance: float = 0.0
    reference_missing: float = 0.0
    current_missing: float = 0.0
    unseen: float = 0.0
    """Share of rows whose category was never seen in training."""


class Monitoring(Value):
    """One monitoring pass over a file or the logged requests."""

    source: str
    rows: int
    model_version: int
    drift: tuple[DriftRow, ...]
    dataset_drift: bool
    prediction_drift: DriftRow | None = None
    estimated: dict[str, Any] = {}
    """Performance estimated without labels (from the model's own probabilities), with its name."""
    realised: dict[str, Any] | None = None
    """Performance against outcomes: {metric: {value, low, high, n, reference}}."""
    money: dict[str, Any] | None = None
    alerts: tuple[dict[str, Any], ...] = ()
    advice: tuple[dict[str, Any], ...] = ()
    created: str = ""
