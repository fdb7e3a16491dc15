"""The adversarial check: can a model tell test rows from rows to learn from, and by what?"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from mll_core.domain.balance import Teller, Telling
from mll_core.domain.task import Codes, Floats
from mll_core.domain.training import Interval
from mll_core.infra import folds, warehouse

MOST = 5_000
"""Rows of each part that the model is shown, drawn by the seed."""
FEWEST = 30
"""Rows of each part below which the question has no answer."""
FEWEST_GROUPS = 2
"""Groups of each part: of one alone, none is left to judge by."""
FOLDS, LEVELS, TELLERS = 5, 30, 5
NOTICED = 0.005
"""AUC that must be lost without a column for it to be named."""
GUESS = 0.5
_WIDE = 1.959964


@dataclass(frozen=True)
class Asked:
    """Both parts, what the model may not look at, and how the rows were parted."""

    development: Path
    test: Path
    hidden: Collection[str]
    kind: folds.Kind
    group: str | None = None
    """Rows of one group are never on both sides of its folds: a group alone tells its part."""
    seed: int = 0


def telling(asked: Asked) -> Telling:
    """Whether the parts can be told apart; without an AUC, and why, where there is too little.

    A small gradient boosting model, cross-validated; the AUC of its out-of-fold scores with an
    interval after DeLong et al. (1988), over groups after Obuchowski (1997).
    """
    rows, is_test = _rows(asked)
    expected = asked.kind in (*folds.BY_TIME, "column")
    columns = [name for name in rows.columns if name not in asked.hidden]
    of = folds.codes(rows[asked.group]) if asked.group in rows else None
    judges = None
    if not (missing := _missing(is_test, of, columns)):
        matrix = np.column_stack([_numbers(rows[name]) for name in columns])
        judges = _Judges.fit(matrix, is_test, of, asked.seed)
        missing = "enough groups" if judges is None else ""
    if judges is None:
        said = f"Whether a model can tell test rows was not asked: there are not {missing}."
        return Telling(rows=len(rows), expected=expected, sentence=said)
    found = auc(judges.scores(matrix), is_test, of)
    tellers: tuple[Teller, ...] = ()
    if found.low > GUESS:
        tellers = judges.tellers(columns, found.value)
    said = _sentence(found, tellers, asked.kind)
    return Telling(auc=found, rows=len(rows), tellers=tellers, expected=expected, sentence=said)


def auc(scores: Floats, is_test: Codes, groups: Codes | None = None) -> Interval:
    """The area under the ROC curve with its 95 % interval; rows of one group count as one draw."""
    from scipy.stats import rankdata

    theirs, ours = scores[is_test == 1], scores[is_test == 0]
    m, n = len(theirs), len(ours)
    ranks = rankdata(np.r_[theirs, ours])
    above = (ranks[:m] - rankdata(theirs)) / n
    below = 1 - (ranks[m:] - rankdata(ours)) / m
    value = float(above.mean())
    influence = np.empty(len(scores))
    influence[is_test == 1], influence[is_test == 0] = (above - value) / m, (below - value) / n
    sums = influence if groups is None else np.bincount(groups, weights=influence)
    reach = _WIDE * float(np.sqrt((sums**2).sum() * len(sums) / max(1, len(sums) - 1)))
    low, high = max(0.0, value - reach), min(1.0, value + reach)
    return Interval(value=value, low=low, high=high, n=len(scores))


def _missing(is_test: Codes, groups: Codes | None, columns: list[str]) -> str:
    """What there is too little of to ask; empty when there is enough."""
    if not columns:
        return "any columns that a model may look at"
    if min((is_test == part).sum() for part in (0, 1)) < FEWEST:
        return f"{FEWEST} rows in each part"
    if _parts_groups(is_test, groups) < FEWEST_GROUPS:
        return f"{FEWEST_GROUPS} groups in each part"
    return ""


def _parts_groups(is_test: Codes, groups: Codes | None) -> int:
    """How many groups the part with fewer has; as many as there are folds without any."""
    if groups is None:
        return FOLDS
    return min(len(np.unique(groups[is_test == part])) for part in (0, 1))


def _rows(asked: Asked) -> tuple[pd.DataFrame, Codes]:
    parts = [
        _drawn(path, (asked.seed, n)) for n, path in enumerate((asked.development, asked.test))
    ]
    is_test = np.repeat([0, 1], [len(part) for part in parts])
    return pd.concat(parts, ignore_index=True), is_test


def _drawn(path: Path, seed: tuple[int, int]) -> pd.DataFrame:
    total = warehouse.count(warehouse.table(path), path)
    chosen = np.arange(total)
    if total > MOST:
        rng = np.random.default_rng((*seed, 7))
        chosen = np.sort(rng.choice(total, MOST, replace=False))
    found = warehouse.query(
        "SELECT r.* FROM rows r POSITIONAL JOIN marks m WHERE m.kept",
        rows=path,
        marks=pa.table({"kept": np.isin(np.arange(total), chosen)}),
    )
    return warehouse.to_pandas(found)


def _numbers(values: pd.Series) -> Floats:
    """A column as numbers: times as they run, text by how frequent a value is."""
    if pd.api.types.is_datetime64_any_dtype(values):
        moments = values.to_numpy("datetime64[us]")
        return np.where(np.isnat(moments), np.nan, moments.astype("int64").astype(np.float64))
    if pd.api.types.is_numeric_dtype(values):
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
        return np.where(np.isfinite(numbers), numbers, np.nan)
    most = values.astype("str").where(values.notna()).value_counts().index[:LEVELS]
    codes = {value: float(place) for place, value in enumerate(most)}
    place = values.astype("str").map(codes).fillna(float(LEVELS))
    return place.where(values.notna(), np.nan).to_numpy(np.float64)


@dataclass(frozen=True, eq=False)
class _Judges:
    """A model per fold, and the rows it did not see."""

    matrix: Floats
    is_test: Codes
    groups: Codes | None
    seed: int
    models: list[tuple[Any, Codes]]

    @classmethod
    def fit(
        cls, matrix: Floats, is_test: Codes, groups: Codes | None, seed: int
    ) -> "_Judges | None":
        """None when the groups cannot be folded so that each model sees both parts."""
        from sklearn.ensemble import HistGradientBoostingClassifier
        from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

        kind = StratifiedKFold if groups is None else StratifiedGroupKFold
        models, many = [], min(FOLDS, _parts_groups(is_test, groups))
        folded = kind(many, shuffle=True, random_state=seed)
        for learn, held in folded.split(matrix, is_test, groups):
            if len(np.unique(is_test[learn])) == 1:
                return None
            model = HistGradientBoostingClassifier(
                max_iter=40, max_leaf_nodes=15, early_stopping=False, random_state=seed
            )
            seen = matrix[learn]
            # A column without any value is refused by the model: one value tells it as little.
            seen = np.where(np.isnan(seen).all(axis=0), 0.0, seen)
            models.append((model.fit(seen, is_test[learn]), held))
        return cls(matrix, is_test, groups, seed, models)

    def scores(self, matrix: Floats) -> Floats:
        """How much each row looks like a test row, by the model that did not see it."""
        found = np.zeros(len(matrix))
        for model, held in self.models:
            found[held] = model.predict_proba(matrix[held])[:, 1]
        return found

    def tellers(self, columns: list[str], value: float) -> tuple[Teller, ...]:
        """The columns without which the AUC ``value`` is not reached: each shuffled in turn."""
        rng, losses = np.random.default_rng((self.seed, 11)), []
        for place, name in enumerate(columns):
            shuffled = self.matrix.copy()
            shuffled[:, place] = self.matrix[rng.permutation(len(self.matrix)), place]
            loss = value - auc(self.scores(shuffled), self.is_test).value
            losses += [(loss, name)] if loss >= NOTICED else []
        return tuple(Teller(column=n, loss=loss) for loss, n in sorted(losses)[::-1][:TELLERS])


def _sentence(found: Interval, tellers: tuple[Teller, ...], kind: folds.Kind) -> str:
    numbers = (
        f"AUC {found.value:.2f}, 95 % interval {found.low:.2f} to {found.high:.2f}, over "
        f"{found.n:,} rows; 0.5 is a guess"
    )
    if found.low <= GUESS:
        return f"A model cannot tell test rows from rows to learn from ({numbers})."
    by = ", ".join(repr(teller.column) for teller in tellers)
    how = f"mostly by {by}" if by else "by no single column"
    why = "A draw should not show this: look for rows that belong together."
    if kind in folds.BY_TIME:
        why = "That is expected: the newest rows are tested, and time goes on."
    elif kind == "column":
        why = "You parted the rows: make sure that the test is like what will be asked later."
    return f"A model can tell test rows from rows to learn from ({numbers}), {how}. {why}"
