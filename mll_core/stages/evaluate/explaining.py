"""Why the candidate says what it says, in the columns a person knows."""

import numpy as np
import pandas as pd

from mll_core.domain.report import ColumnEffect, Explanation
from mll_core.infra import explainer, lineage
from mll_core.infra.explainer import Effects
from mll_core.infra.stored_rows import StoredRows
from mll_core.stages.evaluate.diagnosis import named, plain, record
from mll_core.stages.evaluate.exam import Exam

BACKGROUND_ROWS = 1000
EXAMPLES = 4


def explain(exam: Exam) -> Explanation:
    """SHAP values of a random part of the test rows, compared with development rows."""
    order, section = exam.order, exam.order.document.evaluate
    draw = np.random.default_rng(section.seed)
    n = min(exam.candidate.n, explainer.affordable(order.fitted, section.explain_rows))
    places = np.sort(draw.choice(exam.candidate.n, n, replace=False))
    rows = exam.rows.take(places)
    usual = StoredRows.all(order.development).sample(BACKGROUND_ROWS, section.seed)
    prepared = explainer.explain(order.fitted, usual, rows, seed=section.seed)
    found = lineage.raw(prepared, lineage.origins(order.fitted, usual))
    data = order.document.data
    shown = rows.drop(columns=[*data.personal, *data.keys], errors="ignore")
    weight = np.abs(found.values).mean(axis=0)
    columns = tuple(
        _effect(found, at, float(weight[at]), shown)
        for at in np.argsort(-weight, kind="stable")
        if found.sources[at] not in data.keys  # what names a row is no reason
    )
    return Explanation(
        method=found.method,
        unit=found.unit,
        base_value=float(found.base.mean()),
        n=n,
        effects=columns,
        rows=_examples(exam, found, shown, places),
    )


def _effect(found: Effects, at: int, weight: float, rows: pd.DataFrame) -> ColumnEffect:
    source = found.sources[at]
    values = [plain(value) for value in rows[source]] if source in rows else []
    points = zip(values, map(float, found.values[:, at]), strict=False)
    return ColumnEffect(column=source, importance=weight, points=tuple(points))


def _examples(
    exam: Exam, found: Effects, rows: pd.DataFrame, places: "np.ndarray"
) -> tuple[dict[str, object], ...]:
    # From the highest output to the lowest, so that opposite stories can be told.
    ranked = np.argsort(-found.output, kind="stable")
    chosen = ranked[np.unique(np.linspace(0, len(ranked) - 1, EXAMPLES).round().astype(int))]
    return tuple(
        {
            "record": record(rows.iloc[row]),
            "truth": named(exam, exam.candidate.truth[places[row]]),
            "prediction": named(exam, exam.candidate.label[places[row]]),
            "base": float(found.base[row]),
            "output": float(found.output[row]),
            "effects": dict(zip(found.sources, map(float, found.values[row]), strict=True)),
        }
        for row in chosen
    )
