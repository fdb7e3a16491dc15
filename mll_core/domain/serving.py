"""Model versions, deployments, predictions, and what watching them found."""

from typing import Any, Literal

from mll_core.domain.document import SignOff
from mll_core.domain.training import Interval
from mll_core.domain.value import Value


class ModelVersion(Value):
    """A registered model: what it is, what it came from, who approved it."""

    project: str
    number: int
    run_id: str
    model: str
    sha256: str
    data_version: str
    development: str = ""
    """sha256 of the rows it learned from."""
    document_version: int
    metrics: dict[str, float] = {}
    gate_passed: bool = False
    approvals: tuple[SignOff, ...] = ()
    aliases: tuple[str, ...] = ()
    created: str = ""
    erased: int = 0
    """How many times somebody was erased from the rows it learned from: retraining is due."""
    withdrawn: bool = False
    """It could not be kept without somebody who was erased."""


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
    """Holds the truth in the promised share of cases."""
    abstain: bool | None = None
    """Whether another class stays possible at the promised share: then a person should look."""
    reasons: tuple[Reason, ...] | None = None


class Scored(Value):
    """The answers for a batch: None where the record was refused, and why in ``errors``.

    ``scores``: one number per record for watching: the probability of the positive class, of the
    predicted class when there are several, or the predicted value; None where refused.
    """

    predictions: tuple[Prediction | None, ...]
    scores: tuple[float | None, ...]
    errors: tuple[RecordError, ...] = ()
    missing: dict[str, int] = {}
    """How often a column was null."""
    unseen: dict[str, int] = {}
    """How often a column held a category the model has no level for."""
    notes: tuple[str, ...] = ()


class LoggedRequest(Value):
    """One scored request as it is kept for monitoring: raw records and their answers."""

    request_id: str
    at: str
    version: int
    records: tuple[dict[str, Any] | None, ...]
    predictions: tuple[Prediction | None, ...]
    scores: tuple[float | None, ...]
    bytes: int = 0
    """How large the request was, so that a queue of them stays bounded."""


class Outcome(Value):
    """What was true in the end for one record of a request."""

    request_id: str
    record: int
    actual: Any


LOG_COLUMNS = ("_request_id", "_record", "_at", "_version", "_prediction")
"""Columns the prediction log adds to the raw ones; monitoring does not take them for data."""


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
    p_value: float | None = None
    """Of the chi-squared test that both samples have the same shares; for the curious."""


class Monitoring(Value):
    """One monitoring pass over a file or the logged requests.

    ``labels`` is the file of outcomes, if one was given; ``note`` says how it was matched.
    """

    source: str
    labels: str | None = None
    note: str = ""
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


class Comparison(Value):
    """Champion against challenger on the same rows.

    ``difference`` is challenger minus champion, paired, turned so that better is positive.
    """

    metric: str
    rows: int
    champion: Interval
    challenger: Interval
    difference: Interval
    verdict: Literal["challenger", "champion", "not shown"]
    sentence: str
