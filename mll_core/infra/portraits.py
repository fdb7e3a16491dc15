"""Groups in plain words and on a map: what sets each apart in the columns a person knows."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from mll_core.domain.discovered import Map, Point, Portrait, Trait
from mll_core.domain.model import Feature
from mll_core.domain.task import Codes, Floats

CLEAR = 0.2
"""The least effect worth a word: small by Cohen's own scale."""
MOST = 6
SHOWN = 600
DRAWN_FROM = 5_000
SAID = 3
MANY = 200
"""With more levels than these a column says who, not what."""


def portraits(frame: pd.DataFrame, codes: Codes, names: Sequence[str]) -> tuple[Portrait, ...]:
    """One portrait per group that has rows, in the order of ``names``; ``frame``: (n, columns)."""
    found = []
    for code, name in enumerate(names):
        inside = codes == code
        rows, share = int(inside.sum()), float(inside.mean())
        if not rows:
            continue
        traits = _traits(frame, inside) if rows < len(frame) else ()
        said = "; ".join(trait.sentence for trait in traits[:SAID])
        said = said or "nothing sets it apart clearly"
        sentence = f"{name}, {rows:,} rows ({100 * share:.0f} %): {said}."
        found.append(Portrait(name=name, rows=rows, share=share, traits=traits, sentence=sentence))
    return tuple(found)


def plane(
    places: Floats, codes: Codes, names: Sequence[str], features: Sequence[tuple[Feature, int]]
) -> Map | None:
    """The rows along the two directions in which they differ most; None for one direction.

    ``features``: for every column of ``places`` its feature, with its place.
    """
    draw = np.random.default_rng(0)
    drawn = np.sort(draw.permutation(len(places))[:DRAWN_FROM])
    centred = places[drawn] - places[drawn].mean(axis=0)
    _, sizes, axes = np.linalg.svd(centred, full_matrices=False)
    if (sizes > 1e-9).sum() < 2:  # noqa: PLR2004
        return None
    flat = centred @ axes[:2].T
    shown = np.sort(draw.permutation(len(drawn))[:SHOWN])
    points = tuple(
        Point(x=round(float(x), 4), y=round(float(y), 4), group=names[int(code)])
        for (x, y), code in zip(flat[shown], codes[drawn][shown], strict=True)
    )
    kept = float((sizes[:2] ** 2).sum() / (sizes**2).sum())
    across, up = (_stands_for(axis, features) for axis in axes[:2])
    return Map(points=points, kept=kept, across=across, up=up, rows=len(drawn))


def _stands_for(axis: Floats, features: Sequence[tuple[Feature, int]]) -> str:
    weights: dict[str, float] = {}
    for weight, (feature, _) in zip(axis, features, strict=True):
        weights[feature.source] = weights.get(feature.source, 0.0) + float(weight) ** 2
    ranked = sorted(weights, key=lambda name: -weights[name])
    return ", ".join(ranked[:SAID])


def _traits(frame: pd.DataFrame, inside: Any) -> tuple[Trait, ...]:
    found = [_trait(str(name), frame[name], inside) for name in frame]
    clear = [trait for trait in found if trait is not None and abs(trait.effect) >= CLEAR]
    return tuple(sorted(clear, key=lambda trait: -abs(trait.effect))[:MOST])


def _trait(name: str, values: pd.Series, inside: Any) -> Trait | None:
    if values.dtype.kind in "iuf":
        return _of_numbers(name, values.to_numpy(np.float64), inside)
    if values.dtype.kind == "M" or isinstance(values.dtype, pd.DatetimeTZDtype):
        return None
    return _of_levels(name, values, inside)


def _of_numbers(name: str, values: Floats, inside: Any) -> Trait | None:
    here, there = values[inside], values[~inside]
    here, there = here[~np.isnan(here)], there[~np.isnan(there)]
    if len(here) < 2 or len(there) < 2:  # noqa: PLR2004
        return None
    a, b = float(here.mean()), float(there.mean())
    n, m = len(here) - 1, len(there) - 1
    pooled = float(np.sqrt((n * here.var(ddof=1) + m * there.var(ddof=1)) / (n + m)))
    if not pooled:
        return None
    more = "higher" if a > b else "lower"
    sentence = f"{name} is {more}, {_plain(a)} on average against {_plain(b)} elsewhere"
    return Trait(column=name, here=a, elsewhere=b, effect=(a - b) / pooled, sentence=sentence)


def _of_levels(name: str, values: pd.Series, inside: Any) -> Trait | None:
    text = values.astype(str).where(values.notna(), "missing").to_numpy()
    levels, codes = np.unique(text, return_inverse=True)
    if not 1 < len(levels) <= MANY:
        return None
    here = np.bincount(codes[inside], minlength=len(levels)) / inside.sum()
    there = np.bincount(codes[~inside], minlength=len(levels)) / (~inside).sum()
    effect = 2 * (np.arcsin(np.sqrt(here)) - np.arcsin(np.sqrt(there)))
    best = int(np.abs(effect).argmax())
    level, a, b = str(levels[best]), float(here[best]), float(there[best])
    sentence = f"{name} is {level} in {100 * a:.0f} % against {100 * b:.0f} % elsewhere"
    return Trait(
        column=name, level=level, here=a, elsewhere=b, effect=float(effect[best]), sentence=sentence
    )


def _plain(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004
