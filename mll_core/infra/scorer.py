"""Raw JSON records in, answers out: checked strictly, scored through the model's own recipe."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from mll_core.domain.conformal import Band, Sets
from mll_core.domain.errors import MllError, UnfitRows
from mll_core.domain.serving import Prediction, Reason, RecordError, Scored
from mll_core.domain.task import Floats, Form
from mll_core.infra.fitted_model import FittedModel
from mll_core.infra.quick_path import FEW, QuickPath
from mll_core.infra.record_schema import Checked, RecordSchema, Unfit, finite

_REASONS = 10
NO_REASONS = "Reasons are not given: this model was saved without example rows to compare with."


def schema_of(model: FittedModel) -> RecordSchema:
    """The raw columns ``model`` needs; all others that it was trained beside may come along."""
    transformer = model.transformer
    kinds = {name: kind for name, kind in transformer.kinds_.items() if name != model.target}
    return RecordSchema(kinds, frozenset({*transformer.unused_, *model.excluded, model.target}))


@dataclass(frozen=True)
class Scorer:
    """One loaded model, ready for records; holds no state between calls, safe in many threads.

    ``background`` (raw rows, about a hundred) is what reasons compare a record with. ``quick``
    answers few records sooner, with the same numbers.
    """

    model: FittedModel
    background: pd.DataFrame | None = None
    quick: QuickPath | None = None

    @cached_property
    def schema(self) -> RecordSchema:
        """What a record must look like."""
        return schema_of(self.model)

    def check(self, records: Sequence[Any]) -> tuple[pd.DataFrame, tuple[RecordError, ...]]:
        """The good records as raw rows (index: place in the batch), and what is wrong with others.

        NULL is allowed in every column. Never raises because of what a record holds.
        """
        checked = self.schema.check(records)
        return checked.frame(), checked.errors

    def predict(self, records: Sequence[Any], explain: bool = False) -> list[Prediction]:
        """The answers, all or none. Raises UnfitRows with the first fault."""
        scored = self.score(records, explain)
        if scored.errors:
            first = scored.errors[0]
            where = f"Record {first.record + 1}: "
            where += f"{first.column!r} " if first.column else ""
            raise UnfitRows(f"{where}{first.problem}.", hint=first.hint)
        return [prediction for prediction in scored.predictions if prediction is not None]

    def score(self, records: Sequence[Any], explain: bool = False) -> Scored:
        """The answers for the good records, None and an error for the others."""
        checked = self.schema.check(records)
        predictions: list[Prediction | None] = [None] * len(records)
        watched: list[float | None] = [None] * len(records)
        notes: tuple[str, ...] = ()
        errors = checked.errors
        if checked.index:
            try:
                score = self._score(checked)
            except MllError as error:
                errors += tuple(_unfit(row, error) for row in checked.index)
                return Scored(predictions=tuple(predictions), scores=tuple(watched), errors=errors)
            answers = answers_of(self.model, score)
            reasons = self._reasons(checked.frame()) if explain else None
            if reasons:
                both = zip(answers, reasons, strict=True)
                answers = [one.model_copy(update={"reasons": why}) for one, why in both]
            notes = (NO_REASONS,) if explain and reasons is None else ()
            values = watched_score(self.model, score).tolist()
            for row, answer, value in zip(checked.index, answers, values, strict=True):
                predictions[row], watched[row] = answer, value
        return Scored.model_construct(
            predictions=tuple(predictions),
            scores=tuple(watched),
            errors=errors,
            missing=checked.nulls,
            unseen=self._unseen(checked),
            notes=notes,
        )

    def _score(self, checked: Checked) -> Floats:
        if self.quick is not None and len(checked.index) <= FEW:
            return self.quick.score(checked.columns, len(checked.index))
        return self.model.score(checked.frame())

    def outcome_problem(self, actual: Any) -> tuple[str, str] | None:
        """What is wrong with a late label, and the hint; None when it fits the target."""
        if not self.model.task.classifies:
            try:
                finite(actual)
            except Unfit as unfit:
                return str(unfit), unfit.hint
            return None
        flag = isinstance(actual, bool)
        if any(actual == v and isinstance(v, bool) is flag for v in self.model.class_values):
            return None
        if isinstance(actual, str) and actual in self.model.classes:
            return None
        classes = ", ".join(map(repr, self.model.class_values[:20]))
        return "is not a class of this model", f"Send one of: {classes}."

    @cached_property
    def _levels(self) -> dict[str, frozenset[str]]:
        """Known levels of the raw text columns that go into the encoder as they are."""
        text = {name for name, kind in self.schema.kinds.items() if kind == "text"}
        used = {
            column
            for step in self.model.transformer.recipe.replayed.steps
            for _, column, _ in step.picks()
        }
        return {
            feature.source: frozenset(feature.levels)
            for feature in self.model.encoder.features
            if feature.kind == "category" and feature.source in text - used
        }

    def _unseen(self, checked: Checked) -> dict[str, int]:
        counts = {
            column: sum(v is not None and v not in levels for v in checked.columns[column])
            for column, levels in self._levels.items()
            if column in checked.columns
        }
        return {column: count for column, count in counts.items() if count}

    def _reasons(self, frame: pd.DataFrame) -> list[tuple[Reason, ...]] | None:
        if self.background is None or not len(self.background):
            return None
        from mll_core.infra.explainer import effects

        values, _, sources = effects(self.model, self.background, frame)
        return [
            _strongest(row, sources, record)
            for row, record in zip(values, _plain(frame), strict=True)
        ]


def answers_of(model: FittedModel, score: Floats) -> list[Prediction]:
    """What a caller reads, from the scores of n rows: the target's own values."""
    decided = model.decide(score)
    if not model.task.classifies:
        values = decided.tolist()
        if not isinstance(model.reach, Band):
            return [Prediction(prediction=value) for value in values]
        ends = zip(*(end.tolist() for end in model.reach.around(decided)), strict=True)
        pairs = zip(values, ends, strict=True)
        return [Prediction(prediction=value, interval=ends) for value, ends in pairs]
    unsure = model.reach.unsure(score).tolist() if isinstance(model.reach, Sets) else None
    rows = zip(decided.tolist(), score.tolist(), unsure or [None] * len(score), strict=True)
    return [
        Prediction.model_construct(
            prediction=model.class_values[code],
            probabilities=dict(zip(model.classes, row, strict=True)),
            abstain=abstain,
        )
        for code, row, abstain in rows
    ]


def watched_score(model: FittedModel, score: Floats) -> Floats:
    """One number per row for watching, see ``Scored.scores``: (n,)."""
    if not model.task.classifies:
        return score
    return np.asarray(score[:, 1] if model.task.form is Form.TWO else score.max(axis=1))


def _unfit(row: int, error: MllError) -> RecordError:
    return RecordError(record=row, column=None, problem="does not fit the model", hint=error.hint)


def _plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [dict(zip(frame.columns, row, strict=True)) for row in frame.itertuples(index=False)]


def _strongest(
    effects: Floats, sources: Sequence[str], record: dict[str, Any]
) -> tuple[Reason, ...]:
    order = np.argsort(-np.abs(effects), kind="stable")[:_REASONS]
    return tuple(
        Reason(column=sources[i], value=_json(record.get(sources[i])), effect=float(effects[i]))
        for i in order
    )


def _json(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
