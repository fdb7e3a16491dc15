"""What if: any case asked of the candidate: its reasons, its like, and what would change it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from mll_core.domain import movable
from mll_core.domain.document import Document
from mll_core.domain.errors import InvalidParameter, UnfitRows
from mll_core.domain.metric import shown
from mll_core.domain.movable import Movable
from mll_core.domain.task import Floats, Form
from mll_core.domain.whatif import Asked, Case, Effect, Support, Way, Ways
from mll_core.infra import explainer, lineage, response
from mll_core.infra.counterfactuals import Found, Search
from mll_core.infra.fitted_model import FittedModel
from mll_core.infra.nearness import Nearness
from mll_core.infra.readable import Readable
from mll_core.infra.record_schema import RecordSchema
from mll_core.infra.scorer import answers_of, schema_of
from mll_core.stages.evaluate.goal import Goal

SLICES, LEVELS, BACKGROUND, WEIGHED, NAMED = 24, 12, 500, 40, 3


@dataclass(frozen=True, eq=False)
class Cases:
    """A model, rows it learned from (raw), and the document that says what can be changed."""

    model: FittedModel
    learned: pd.DataFrame
    document: Document

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The learned rows with plain types: numbers float64, flags and text as objects."""
        return pd.DataFrame({name: _plain(self.learned[name]) for name in self._schema.kinds})

    @cached_property
    def _schema(self) -> RecordSchema:
        return schema_of(self.model)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns of the form: what the model is given, without personal ones and keys."""
        gone = {*self.document.data.personal, *self.document.data.keys}
        return tuple(name for name in self._schema.kinds if name not in gone)

    @cached_property
    def nearness(self) -> Nearness:
        """How far rows are from those that were learned from."""
        return Nearness(self.rows, self.columns)

    def form(self) -> tuple[Asked, ...]:
        """Every column with its usual value and how often each value was seen; what moves the
        answers most first."""
        return self._form

    @cached_property
    def _form(self) -> tuple[Asked, ...]:
        ranked = sorted(self.columns, key=lambda name: -self._weight.get(name, 0.0))
        return tuple(self._asked(name) for name in ranked)

    @cached_property
    def _weight(self) -> dict[str, float]:
        """How far each column moves the answers of a few rows on average."""
        few = self.learned.head(min(WEIGHED, explainer.affordable(self.model, WEIGHED)))
        found = explainer.explain(self.model, self.learned.head(BACKGROUND), few)
        told = lineage.raw(found, self._origins)
        return dict(zip(told.sources, np.abs(told.values).mean(axis=0).tolist(), strict=True))

    def usual(self) -> dict[str, Any]:
        """A made-up record of usual values."""
        return {one.column: one.typical for one in self.form()}

    def row(self, number: int) -> dict[str, Any]:
        """The record of one learned row, from 1 on. Raises InvalidParameter."""
        if not 1 <= number <= len(self.rows):
            what = f"There is no row {number:,}."
            raise InvalidParameter(what, hint=f"Rows go from 1 to {len(self.rows):,}.")
        found = self.rows.iloc[number - 1]
        return {name: _json(found[name]) for name in self.columns}

    def ask(self, record: Mapping[str, Any], beside: Case | None = None) -> Case:
        """What is said of a record, and why; of several classes about the one that ``beside`` is
        about, so that the two can be compared. Raises UnfitRows."""
        row = self.frame(record)
        score = self.model.score(row)
        (answer,) = answers_of(self.model, score)
        code = self._code(self.model.score(self.frame(beside.record)) if beside else score)
        readable = Readable(self.model, code)
        found = explainer.explain(self.model, self.learned.head(BACKGROUND), row, code=code)
        told = lineage.raw(found, self._origins)
        order = np.argsort(-np.abs(told.values[0]), kind="stable")
        effects = tuple(
            Effect(
                column=told.sources[at],
                value=_json(row[told.sources[at]].iloc[0]) if told.sources[at] in row else None,
                effect=float(told.values[0, at]),
                error=None if told.error is None else _finite(told.error[0, at]),
            )
            for at in order
        )
        number = float(readable(row)[0])
        return Case(
            record={name: _json(row[name].iloc[0]) for name in self.columns},
            answer=answer,
            number=number,
            label=readable.label,
            base=float(found.base[0]),
            output=float(found.output[0]),
            unit=found.unit,
            method=found.method,
            effects=effects,
            support=self.support(row),
            sentence=self._sentence(number, readable, effects),
        )

    def against(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
        """Where a case changed from ``before`` goes against what may change or decides what."""
        held = [name for name in self.document.brief.protected if name not in self._free]
        said = [*self.document.whatif.columns]
        known = {one.column for one in said}
        said += [Movable(column=name, may="not at all") for name in held if name not in known]
        return (*movable.barred(said, before, after), *movable.against(said, before, after))

    def support(self, row: pd.DataFrame) -> Support:
        """Whether there are similar cases."""
        return self.nearness.support(row)

    def ways(self, record: Mapping[str, Any], wanted: str | float | None = None) -> Ways:
        """The smallest changes to another answer: a class, or for numbers a bound to reach.

        Raises UnfitRows, InvalidParameter.
        """
        row = self.frame(record)
        goal = Goal.of(self.model, row, wanted)
        free = self._free
        found = Search(goal.margin, self.rows, free, self.nearness, row).run()
        two = self.model.task.form is Form.TWO  # told as the case is: by the class that is sought
        readable = Readable(self.model, 1 if two else goal.code)
        ways = tuple(self._way(row, one, goal, readable) for one in found)
        return Ways(
            goal=goal.words,
            ways=ways,
            fixed=tuple(name for name in self.columns if name not in free),
            sentence=_summed(ways, goal),
        )

    def frame(self, record: Mapping[str, Any]) -> pd.DataFrame:
        """One raw row; columns that are not shown are missing. Raises UnfitRows."""
        whole = {name: None for name in self._schema.kinds} | dict(record)
        checked = self._schema.check([whole])
        if checked.errors:
            first = checked.errors[0]
            what = f"{first.column!r} {first.problem}." if first.column else f"{first.problem}."
            raise UnfitRows(what, hint=first.hint)
        row = checked.frame()
        typed = {name: _typed(row[name], self.rows[name].dtype) for name in self._schema.kinds}
        return pd.DataFrame(typed)

    @cached_property
    def _origins(self) -> dict[str, tuple[str, ...]]:
        return lineage.origins(self.model, self.learned)

    @cached_property
    def _free(self) -> dict[str, Movable]:
        """What may move at all: nothing protected, no moment, nothing that is said to stay."""
        said = {one.column: one for one in self.document.whatif.columns}
        held = {*self.document.brief.protected}
        kinds = self._schema.kinds
        every = {name: said.get(name, Movable(column=name)) for name in self.columns}
        return {
            name: one
            for name, one in every.items()
            if one.may != "not at all"
            and (name in said or (name not in held and kinds[name] != "time"))
        }

    def _code(self, score: Floats) -> int:
        if not self.model.task.classifies:
            return 0
        return 1 if self.model.task.form is Form.TWO else int(score[0].argmax())

    def _asked(self, name: str) -> Asked:
        values, kind = self.rows[name], self._schema.kinds[name]
        may = self._free[name].may if name in self._free else "not at all"
        known = values.dropna()
        if not response.is_ordered(values):
            counts = known.value_counts()
            at = tuple(_json(one) for one in counts.index[:LEVELS])
            shares = tuple(float(n) / max(1, len(values)) for n in counts.iloc[:LEVELS])
            typical = at[0] if at else None
            return Asked(column=name, kind=kind, typical=typical, at=at, shares=shares, may=may)
        if not len(known):
            return Asked(column=name, kind=kind, typical=None, may=may)
        places = response.as_floats(known)
        counted, edges = np.histogram(places, bins=SLICES)
        if kind != "time" and places.min() == places.max():  # one value is no range to move in
            counted, edges = np.array([len(known)]), np.repeat(places[:1], 2)
        return Asked(
            column=name,
            kind=kind,
            typical=_json(known.sort_values().iloc[len(known) // 2]),
            low=float(edges[0]),
            high=float(edges[-1]),
            whole=bool((places == np.round(places)).all()),
            at=tuple(((edges[1:] + edges[:-1]) / 2).tolist()),
            shares=tuple((counted / max(1, len(values))).tolist()),
            may=may,
        )

    def _sentence(self, number: float, readable: Readable, effects: tuple[Effect, ...]) -> str:
        unit = "share" if self.model.task.classifies else "target"
        usual = float(readable(self.learned.head(BACKGROUND)).mean())
        side = "above" if number > usual else "below" if number < usual else "at"
        told = [one for one in effects[:NAMED] if one.effect]
        why = ", ".join(
            f"{one.column} = {_word(one.value)} {'raises' if one.effect > 0 else 'lowers'} it"
            for one in told
        )
        return (
            f"The {readable.label} is {shown(number, unit)}, {side} the usual "
            f"{shown(usual, unit)}{': ' + why if why else ''}."
        )

    def _way(self, row: pd.DataFrame, one: Found, goal: Goal, readable: Readable) -> Way:
        before = {name: _json(row[name].iloc[0]) for name in one.changes}
        after = {name: _json(value) for name, value in one.changes.items()}
        changed = self.frame({**{n: _json(row[n].iloc[0]) for n in self.columns}, **after})
        number = float(readable(changed)[0])
        unit = "share" if self.model.task.classifies else "target"
        steps = " and ".join(
            f"{name} were {_word(after[name])} instead of {_word(before[name])}" for name in after
        )
        said = f"If {steps}, {goal.words} ({readable.label} {shown(number, unit)})."
        said += "" if one.supported else " But no similar case was seen, so this is a guess."
        changes = {name: (before[name], after[name]) for name in after}
        return Way(
            changes=changes, cost=one.cost, number=number, supported=one.supported, sentence=said
        )


def _summed(ways: tuple[Way, ...], goal: Goal) -> str:
    if not ways:
        return (
            f"No change of up to three columns was found after which {goal.words}, among values "
            "that were seen and in the directions that are allowed."
        )
    sure = [way for way in ways if way.supported]
    return sure[0].sentence if sure else ways[0].sentence


def _plain(values: pd.Series) -> pd.Series:
    dtype = pd.api.types
    if dtype.is_datetime64_any_dtype(values):
        plain: pd.Series = values.dt.tz_localize(None).astype("datetime64[us]")
        return plain
    if dtype.is_numeric_dtype(values) and not dtype.is_bool_dtype(values):
        return values.astype("float64")
    return values.astype(object).where(values.notna(), None)


def _typed(values: pd.Series, dtype: Any) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return pd.to_datetime(values, utc=True).dt.tz_localize(None).astype(dtype)
    return values.astype(dtype)


def _json(value: Any) -> Any:
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    if isinstance(value, np.generic):
        return value.item()
    return value


def _word(value: Any) -> str:
    return (
        "missing" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)
    )


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
