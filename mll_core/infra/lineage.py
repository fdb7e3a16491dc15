"""From what a model sees back to the raw columns: found by changing one column at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from mll_core.domain.task import Floats
from mll_core.infra.explainer import Effects
from mll_core.infra.fitted_model import FittedModel

ROWS = 200


def origins(fitted: FittedModel, rows: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """For each column after the recipe, the raw columns whose values reach it.

    Each raw column in turn takes the values of other rows; what changes came from it. A column
    that nothing changes is taken for raw itself.
    """
    some = rows.head(ROWS).reset_index(drop=True)
    order = np.random.default_rng(0).permutation(len(some))
    before = fitted.matrix(some)
    sources = [feature.source for feature in fitted.encoder.features]
    found: dict[str, list[str]] = {source: [] for source in sources}
    for name in fitted.inputs:
        other = some[name].iloc[order].reset_index(drop=True)
        after = fitted.matrix(some.assign(**{name: other}))
        same = (after == before) | (np.isnan(after) & np.isnan(before))
        for source in {s for s, kept in zip(sources, same.all(axis=0), strict=True) if not kept}:
            found[source].append(name)
    return {source: tuple(names) or (source,) for source, names in found.items()}


def raw(effects: Effects, origin: Mapping[str, tuple[str, ...]]) -> Effects:
    """The same effects by raw column; of what was made from several, the name says of which."""
    groups = together(effects.sources, origin)
    told = summed(effects, list(groups.values()))
    return replace(told, sources=tuple(groups))


def together(
    sources: Sequence[str], origin: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """The columns after the recipe that are told as one, by the raw column's name."""
    groups: dict[str, tuple[str, ...]] = {}
    for source in sources:
        name = _named(source, origin.get(source, (source,)))
        groups[name] = (*groups.get(name, ()), source)
    return groups


def summed(effects: Effects, groups: Sequence[Sequence[str]]) -> Effects:
    """Effects of columns that are told as one: the sums; errors as if independent."""
    places = [[effects.sources.index(name) for name in group] for group in groups]
    error: Floats | None = None
    if effects.error is not None:
        parts = [np.sqrt((effects.error[:, at] ** 2).sum(axis=1)) for at in places]
        error = np.stack(parts, axis=1)
    values = np.stack([effects.values[:, at].sum(axis=1) for at in places], axis=1)
    sources = tuple(" + ".join(group) for group in groups)
    return replace(effects, values=values, sources=sources, error=error)


def _named(source: str, parents: tuple[str, ...]) -> str:
    if len(parents) == 1:
        return parents[0]
    return f"{source} (made from {', '.join(parents)})"
