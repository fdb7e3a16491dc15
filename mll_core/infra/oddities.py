"""The rows that stand out most, each with what in it is unusual, in the original columns."""

from typing import Any

import numpy as np
import pandas as pd

from mll_core.domain.discovered import Oddity
from mll_core.domain.task import Floats
from mll_core.infra.fitted_model import FittedModel
from mll_core.infra.stored_rows import StoredRows

SHOWN = 25
USUAL = 20
REASONS = 3
LARGE = 1000
_LEAST = 0.1
"""The least share of the strongest reason that is worth a word."""
_EDGE = 1e-9


def queue(
    fitted: FittedModel, rows: pd.DataFrame | StoredRows, score: Floats, usual: pd.DataFrame
) -> tuple[tuple[Oddity, ...], dict[str, float]]:
    """The ``SHOWN`` oddest of raw ``rows``, and how often each column is among their reasons.

    A reason is a column whose value makes the row odder than the values that ``usual`` rows have
    there would: by the mean change of the score's log-odds when they are put in its place.
    """
    places = np.argsort(-score, kind="stable")[:SHOWN]
    top = rows.take(places)
    sources, effects = _effects(fitted, top, usual)
    told, counts = [], dict.fromkeys(sources, 0)
    ranges = {name: _usual(usual[name]) for name in sources if name in usual}
    for at, (place, (_, row)) in enumerate(zip(places, top.iterrows(), strict=True)):
        order = np.argsort(-effects[at], kind="stable")[:REASONS]
        strongest = effects[at, order[0]] if len(order) else 0.0
        named = [sources[i] for i in order if effects[at, i] > max(_EDGE, _LEAST * strongest)]
        for name in named:
            counts[name] += 1
        reasons = tuple(f"{name} is {_said(row.get(name))}{ranges.get(name, '')}" for name in named)
        told.append(
            Oddity(row=int(place), score=float(score[place]), record=_record(row), reasons=reasons)
        )
    shares = {name: count / max(1, len(told)) for name, count in counts.items() if count}
    return tuple(told), dict(sorted(shares.items(), key=lambda pair: -pair[1]))


def _effects(
    fitted: FittedModel, top: pd.DataFrame, usual: pd.DataFrame
) -> tuple[list[str], Floats]:
    matrix, others = fitted.matrix(top), fitted.matrix(usual.iloc[:USUAL])
    places: dict[str, list[int]] = {}
    for at, feature in enumerate(fitted.encoder.features):
        places.setdefault(feature.source, []).append(at)
    before = _log_odds(fitted.score_matrix(matrix, fitted.estimator)[:, 1])
    found = np.zeros((len(matrix), len(places)))
    for column, wide in enumerate(places.values()):
        put = np.repeat(matrix, len(others), axis=0)
        put[:, wide] = np.tile(others[:, wide], (len(matrix), 1))
        after = _log_odds(fitted.score_matrix(put, fitted.estimator)[:, 1])
        found[:, column] = before - after.reshape(len(matrix), -1).mean(axis=1)
    return list(places), found


def _log_odds(score: Floats) -> Floats:
    cut = np.clip(score, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(cut / (1 - cut)))


def _usual(values: pd.Series) -> str:
    known = values.dropna()
    if known.empty:
        return ""
    if values.dtype.kind in "iuf":
        low, high = np.quantile(known.to_numpy(np.float64), [0.05, 0.95])
        return f" (usually {_said(low)} to {_said(high)})"
    if values.dtype.kind in "M":
        return ""
    most = known.astype(str).mode()
    return f" (usually {most.iloc[0]})"


def _said(value: Any) -> str:
    if value is None or (isinstance(value, float) and np.isnan(value)) or value is pd.NaT:
        return "missing"
    if isinstance(value, float | int | np.number) and not isinstance(value, bool):
        number = float(value)
        return f"{number:,.0f}" if abs(number) >= LARGE else f"{number:.4g}"
    return str(value) if str(value).strip() else "blank"


def _record(row: pd.Series) -> dict[str, Any]:
    return {str(name): _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, np.generic):
        value = value.item()
    return value if isinstance(value, bool | int | float | str) else str(value)
