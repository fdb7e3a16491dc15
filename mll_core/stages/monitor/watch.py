"""One monitoring pass: figures first, then what they mean."""

import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from mll_core.domain.errors import UnfitRows
from mll_core.domain.finding import Severity
from mll_core.domain.serving import DriftRow, Monitoring
from mll_core.domain.task import Floats, Form
from mll_core.infra import drift, labelled_rows
from mll_core.infra.drift import Bins
from mll_core.infra.labelled_rows import Labels
from mll_core.infra.raw_rows import Kind
from mll_core.infra.scorer import schema_of
from mll_core.stages.monitor import judge, performance
from mll_core.stages.monitor.judge import Facts
from mll_core.stages.monitor.order import Watch

PREDICTION = "prediction"
_FEW_SCORES = 20


def watch(order: Watch) -> Monitoring:
    """Judge the current rows against what the model learned, and against outcomes when known.

    Fewer than ``minimum_rows`` rows are said, not judged. A column drifted when its PSI is above
    the threshold and above what chance gives. Raises UnknownColumn, InvalidParameter when outcomes
    cannot be matched to rows.
    """
    needed, there = schema_of(order.fitted).kinds, labelled_rows.columns(order.current)
    rows = labelled_rows.count(order.current)
    alerts = [*judge.contract(order, needed, there)]
    facts = Facts(rows)
    if rows < order.section.minimum_rows:
        alerts.append(judge.too_few(rows, order))
    else:
        facts, problem = _facts(order, needed, there, rows)
        alerts += [*problem, *judge.drifted(order, facts), *judge.performing(order, facts)]
    return _monitoring(order, facts, tuple(alerts))


def _facts(
    order: Watch, needed: Mapping[str, Kind], there: Mapping[str, Kind], rows: int
) -> tuple[Facts, list[dict[str, Any]]]:
    both = {name: kind for name, kind in needed.items() if name in there}
    bins = drift.of_files(order.reference, order.current, both)
    bins |= _as_read(order, both, needed)
    table = tuple(sorted((_row(order, *pair) for pair in bins.items()), key=_first))
    judged = [row for row in table if "not judged" not in row.statistic]
    share = sum(row.drifted for row in judged) / max(1, len(judged))
    drifted = bool(judged) and share >= order.section.share_of_columns
    found = Facts(rows, table, drifted)
    if len(both) < len(needed):
        return found, []
    try:
        return _scored(order, found, tuple(needed)), []
    except UnfitRows as error:
        return found, [judge.alert("cannot_score", Severity.PROBLEM, str(error))]


def _as_read(order: Watch, both: Mapping[str, Kind], needed: Mapping[str, Kind]) -> dict[str, Bins]:
    """The bins of what the recipe reads as numbers or dates, as what it becomes."""
    transformer = order.fitted.transformer
    becomes = {("text", "number"), ("text", "time"), ("number", "time")}
    out = transformer.columns_
    read = {name: out[name] for name, kind in both.items() if (kind, out.get(name)) in becomes}
    if not read or set(needed) - set(labelled_rows.columns(order.current)):
        return {}
    with tempfile.TemporaryDirectory() as folder:
        files: list[Path] = []
        for path in (order.reference, order.current):
            frame = labelled_rows.read(path, tuple(needed), order.fitted.target, None)
            files.append(Path(folder) / f"{len(files)}.parquet")
            transformer.transform(frame)[list(read)].to_parquet(files[-1], index=False)
        return drift.of_files(files[0], files[1], read)


def _scored(order: Watch, found: Facts, names: tuple[str, ...]) -> Facts:
    labels = Labels(order.outcomes, order.keys) if order.outcomes else None
    frame = labelled_rows.read(order.current, names, order.fitted.target, labels)
    score = order.fitted.score(frame.drop(columns=order.fitted.target))
    known = performance.labelled(order.fitted, frame, score)
    asked = order.outcomes is not None or known.n > 0
    estimate, claims = performance.estimated(order, score)
    return Facts(
        rows=found.rows,
        drift=found.drift,
        dataset_drift=found.dataset_drift,
        prediction_drift=_prediction_drift(order, score),
        estimated=estimate,
        estimate_claims=claims,
        realised=performance.realised(order, known) if asked else None,
        labelled=known.n,
    )


def _prediction_drift(order: Watch, score: Floats) -> DriftRow | None:
    reference, task = order.reference_scores, order.fitted.task
    if reference is None or not len(reference):
        return None
    if task.form is Form.SEVERAL:
        old, new = (order.fitted.decide(s).astype(np.int64) for s in (reference, score))
        bins = drift.of_codes(old, new, len(order.fitted.classes))
        return _row(order, PREDICTION, bins)
    before = reference[:, 1] if reference.ndim > 1 else reference
    now = score[:, 1] if score.ndim > 1 else score
    if len(np.unique(before.round(4))) < _FEW_SCORES:
        return None  # a baseline: its few values differ from fold to fold, and that is no drift
    return _row(order, PREDICTION, drift.of_numbers(before, now))


def _row(order: Watch, column: str, bins: Bins) -> DriftRow:
    value, band, threshold = bins.psi, bins.noise_band, order.section.drift_threshold
    judged = "not judged" not in bins.statistic
    return DriftRow(
        column=column,
        statistic=bins.statistic,
        value=value,
        noise_band=band,
        threshold=threshold,
        drifted=judged and value > max(threshold, band),
        importance=float(order.importance.get(column, 0.0)),
        reference_missing=bins.reference_missing,
        current_missing=bins.current_missing,
        unseen=bins.unseen,
        p_value=bins.p_value,
    )


def _first(row: DriftRow) -> tuple[float, float, str]:
    return (-row.importance, -row.value, row.column)


def _monitoring(order: Watch, facts: Facts, alerts: tuple[dict[str, Any], ...]) -> Monitoring:
    tables = {"realised": facts.realised or {}, "estimated": facts.estimated or {}}
    ranked = judge.worst_first(alerts)
    return Monitoring(
        source=order.source or str(order.current.name),
        rows=facts.rows,
        model_version=order.version,
        drift=facts.drift,
        dataset_drift=facts.dataset_drift,
        prediction_drift=facts.prediction_drift,
        estimated=dict(facts.estimated or {}),
        realised=None if facts.realised is None else dict(facts.realised),
        money=performance.money(order, tables),
        alerts=ranked,
        advice=judge.advice(order, facts, ranked),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )
