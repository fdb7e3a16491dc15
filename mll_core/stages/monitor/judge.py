"""What the figures of one pass mean: alerts in sentences, and what to do about them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mll_core.catalog import METRICS
from mll_core.domain.errors import nearest
from mll_core.domain.finding import Severity
from mll_core.domain.serving import LOG_COLUMNS, DriftRow
from mll_core.domain.stage import Stage
from mll_core.domain.training import Interval
from mll_core.infra.raw_rows import Kind
from mll_core.stages.monitor import performance
from mll_core.stages.monitor.order import Watch

Alerts = Iterator[dict[str, Any]]
_UNSEEN = 0.05
_MISSING = 0.1
_NAMED = 5
_RANK = (
    *("performance_drop", "cannot_score", "missing_column", "type_change", "dataset_drift"),
    *("performance_drop_unsure", "estimated_drop", "prediction_drift", "column_drift"),
)
"""Alerts of the same severity, the worst first; the others follow as they come."""
_HINT = 0.5
"""A loss of half of what chance may do is worth a word, of all of it an alarm."""


@dataclass(frozen=True)
class Facts:
    """The figures of one pass, before anybody judges them."""

    rows: int
    drift: tuple[DriftRow, ...] = ()
    dataset_drift: bool = False
    prediction_drift: DriftRow | None = None
    estimated: Mapping[str, Any] | None = None
    estimate_claims: Mapping[str, Interval] = field(default_factory=dict)
    realised: Mapping[str, Any] | None = None
    labelled: int = 0


def alert(
    code: str, severity: Severity, sentence: str, column: str | None = None
) -> dict[str, Any]:
    """One alert as it travels; ``column`` when it is about one."""
    about = {"column": column} if column is not None else {}
    return {"code": code, "severity": severity.value, "sentence": sentence, **about}


def worst_first(alerts: tuple[dict[str, Any], ...]) -> tuple[dict[str, Any], ...]:
    """By severity, then what touches the answers before what touches a column."""
    severities = [severity.value for severity in Severity]

    def place(found: dict[str, Any]) -> tuple[int, int]:
        code = found["code"]
        rank = _RANK.index(code) if code in _RANK else len(_RANK)
        return severities.index(found["severity"]), rank

    return tuple(sorted(alerts, key=place))


def too_few(rows: int, order: Watch) -> dict[str, Any]:
    """Fewer rows than are judged."""
    least = order.section.minimum_rows
    what = f"{rows:,} rows are fewer than the {least:,} needed for a judgement: nothing is judged."
    return alert("too_few_rows", Severity.CHECK, what)


def contract(order: Watch, needed: Mapping[str, Kind], there: Mapping[str, Kind]) -> Alerts:
    """Columns that went, came, or changed kind since the model learned."""
    from mll_core.infra.labelled_rows import columns

    for name, kind in needed.items():
        if name not in there:
            what = f"The column {name!r} is gone: the model cannot answer. {nearest(name, there)}"
            yield alert("missing_column", Severity.PROBLEM, what, name)
        elif there[name] != kind:
            what = f"{name!r} held {_WORDS[kind]} and now holds {_WORDS[there[name]]}."
            yield alert("type_change", Severity.PROBLEM, what, name)
    fitted = order.fitted
    known = {*columns(order.reference), *fitted.excluded, *order.keys, *LOG_COLUMNS, fitted.target}
    for name in there:
        if name not in known:
            what = f"The column {name!r} is new: the model does not use it."
            yield alert("new_column", Severity.OK, what, name)


_WORDS = {"number": "numbers", "boolean": "true or false", "text": "text", "time": "dates"}


def drifted(order: Watch, facts: Facts) -> Alerts:
    """Columns, the data as a whole, and the predictions, where they moved by size."""
    moved = sorted((row for row in facts.drift if row.drifted), key=lambda row: -row.value)
    for row in moved:
        what = f"{row.column!r} changed: PSI {row.value:.2f}, above {_bar(row):.2f}."
        yield alert("column_drift", Severity.CHECK, what, row.column)
    for row in facts.drift:
        if row.unseen > _UNSEEN and "not judged" not in row.statistic:
            what = f"{row.unseen:.0%} of {row.column!r} are values never seen in training."
            yield alert("unseen_values", Severity.CHECK, what, row.column)
        if row.current_missing - row.reference_missing > _MISSING:
            before, now = f"{row.reference_missing:.0%}", f"{row.current_missing:.0%}"
            what = f"{row.column!r} is missing in {now} of rows; in training it was {before}."
            yield alert("missing_values", Severity.CHECK, what, row.column)
    if facts.dataset_drift:
        names = ", ".join(repr(row.column) for row in moved[:_NAMED])
        more = f" and {len(moved) - _NAMED} more" if len(moved) > _NAMED else ""
        what = f"{len(moved)} of {len(facts.drift)} columns changed: {names}{more}."
        yield alert("dataset_drift", Severity.PROBLEM, what)
    if facts.prediction_drift and facts.prediction_drift.drifted:
        row = facts.prediction_drift
        what = f"The predictions changed: PSI {row.value:.2f}, above {_bar(row):.2f}."
        yield alert("prediction_drift", Severity.CHECK, what)


def performing(order: Watch, facts: Facts) -> Alerts:
    """The primary metric against the report: measured when enough outcomes are there."""
    enough = facts.realised and facts.labelled >= order.section.minimum_rows
    if facts.realised is not None and not enough:
        what = f"{facts.labelled:,} outcomes are too few to judge the model by."
        yield alert("too_few_outcomes", Severity.CHECK, what)
    table = facts.realised if enough else facts.estimated
    if not table or order.metric not in table:
        return
    entry = table[order.metric]
    metric = order.metrics[order.metric]
    claims = order.reference_metrics if enough else facts.estimate_claims
    lost, sigma = performance.loss(metric, entry, claims.get(order.metric))
    if lost <= order.section.performance_drop or sigma < _HINT:
        return
    sure = sigma > 1
    label = METRICS[order.metric].label
    figures = f"{entry['value']:.3g} ({entry['low']:.3g} to {entry['high']:.3g})"
    usual = f"the {entry['reference']:.3g} of the {'report' if enough else 'training'}"
    what = f"{label} is {figures}, {lost:.0%} worse than {usual}"
    if enough and sure:
        yield alert("performance_drop", Severity.PROBLEM, f"{what}, over {entry['n']:,} outcomes.")
    elif enough:
        what += f"; over {entry['n']:,} outcomes that may still be chance."
        yield alert("performance_drop_unsure", Severity.CHECK, what)
    elif sure:
        yield alert("estimated_drop", Severity.CHECK, f"{what}, {entry['method']}.")


def advice(
    order: Watch, facts: Facts, alerts: tuple[dict[str, Any], ...]
) -> tuple[dict[str, Any], ...]:
    """What to do: a stage, a sentence, and the edit of the document when there is one.

    Drift lasts when the pass before found it as well, on other rows than these.
    """
    codes, earlier = {found["code"] for found in alerts}, order.previous
    again = earlier and (earlier.source, earlier.rows) == (order.source, facts.rows)
    before = earlier is not None and earlier.dataset_drift and not again
    listed: list[dict[str, Any]] = []
    if codes & {"missing_column", "type_change"}:
        what = "Have the source deliver the columns as they were, or retrain on the new shape."
        listed.append(_advice(Stage.COLLECT, what))
    if "performance_drop" in codes:
        what = "Retrain with the rows whose outcomes are known: the model lost too much."
        listed.append(_advice(Stage.TRAIN, what, order.source))
    elif "dataset_drift" in codes and before:
        what = "Retrain with the new rows: the data changed for the second time in a row."
        listed.append(_advice(Stage.TRAIN, what, order.source))
    elif "dataset_drift" in codes:
        what = "Find out what changed at the source; if the next file drifts as well, retrain."
        listed.append(_advice(Stage.MONITOR, what))
    if facts.labelled < order.section.minimum_rows:
        if codes & {"estimated_drop", "too_few_outcomes", "prediction_drift"}:
            what = "Collect outcomes for these rows: without enough of them the loss is a guess."
            listed.append(_advice(Stage.MONITOR, what))
    elif "performance_drop_unsure" in codes:
        what = "Collect more outcomes: those that are there may still show a loss by chance."
        listed.append(_advice(Stage.MONITOR, what))
    return tuple(listed)


def _advice(stage: Stage, sentence: str, source: str = "") -> dict[str, Any]:
    edit = {"path": "data.additions", "append": source} if source else None
    return {"stage": stage.value, "sentence": sentence, "edit": edit}


def _bar(row: DriftRow) -> float:
    return max(row.threshold, row.noise_band)
