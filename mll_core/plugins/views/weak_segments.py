"""Weak segments."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain import losses, segments
from mll_core.domain.bins import Parts
from mll_core.domain.errors import NotReady
from mll_core.domain.finding import Finding, Severity
from mll_core.domain.segments import Segment
from mll_core.domain.sheet import Behind, Grid, Rows, Sheet
from mll_core.domain.view import Seen, View

MOST_COLUMNS, MOST_ROWS = 15, 100_000
FEWEST = 4 * segments.FEWEST


class WeakSegments(View):
    """Groups of rows it serves worst, by one column or two: found on one half of the rows and
    confirmed on the other, at least 50 rows in each, with Holm's correction over all that were
    asked about. Out-of-fold predictions are used when they were kept: what is mended by looking at
    the sealed test could not be judged by it again.
    """

    label: ClassVar[str] = "Weak segments"
    kind: Literal["weak_segments"] = "weak_segments"
    place: ClassVar[int] = 35
    heavy: ClassVar[bool] = True
    asks: ClassVar[str] = "For which kinds of case is it worst, and what does that cost?"

    def look(self, seen: Seen) -> Sheet:
        on: Rows = "held" if seen.cases("held") is not None else "test"
        cases = seen.cases(on)
        if cases is None or cases.n < FEWEST:
            hint = f"At least {FEWEST} rows are needed: collect more."
            raise NotReady("There are too few rows to look for segments.", hint=hint)
        some = _some(cases.n, seen.document.evaluate.seed)
        loss, unit = losses.of(cases, seen.document.brief.values)
        columns = []
        for number, name in enumerate(seen.columns[:MOST_COLUMNS]):
            seen.progress(0.5 * number / MOST_COLUMNS, f"Reading {name}")
            columns.append(Parts.of(seen.column(name, on).iloc[some]))
        groups = seen.draws(on).groups
        seen.progress(0.5, "Searching one half, asking the other")
        together = None if groups is None else groups[some]
        seed = seen.document.evaluate.seed
        found, looked = segments.find(columns, loss[some], together, seed)
        sure = [segment for segment in found if segment.sure]
        return Sheet(
            sentences=(
                _said(sure, looked, len(found)),
                _seen_at_least(segments.least(loss[some], together), unit),
            ),
            findings=tuple(_finding(one, unit) for one in sure),
            grids=(_grid(found, unit),) if found else (),
            behind=tuple(
                Behind(title=one.name, on=on, places=tuple(some[list(one.places)].tolist()))
                for one in sure
            ),
            stamp=seen.stamp(on, len(some) if len(some) < cases.n else None),
        )


def _some(n: int, seed: int) -> np.ndarray:
    if n <= MOST_ROWS:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, MOST_ROWS, replace=False))


def _said(sure: list[Segment], looked: int, asked: int) -> str:
    how = f"{looked:,} segments were looked at on one half, {asked} asked about on the other"
    if not sure:
        return f"No weak segment is confirmed: {how} (Holm's correction)."
    many = "segment is" if len(sure) == 1 else "segments are"
    return f"{len(sure)} weak {many} confirmed: {how} (Holm's correction)."


def _seen_at_least(least: float, unit: str) -> str:
    much = f"{100 * least:.0f} points" if unit == "errors" else losses.said(least, unit)
    return (
        f"A segment of a tenth of these rows is confirmed about 4 times in 5 when it is worse by "
        f"{much}; a smaller difference may be there and not be seen."
    )


def _finding(one: Segment, unit: str) -> Finding:
    here, there = losses.said(one.loss, unit), losses.said(one.others, unit)
    chance = f"p = {one.p:.2g}" if one.p >= 0.001 else "p < 0.001"  # noqa: PLR2004
    more = losses.said((one.loss - one.others) * one.rows, unit)
    cost = "" if unit in ("errors", "target") else f", {more} more on all of them"
    return Finding(
        code="weak_segment",
        severity=Severity.CHECK,
        sentence=f"Where {one.name}: {here} instead of {there} elsewhere{cost} "
        f"({one.rows:,} rows, {chance}).",
        numbers={"rows": one.rows, "loss": one.loss, "others": one.others, "p": one.p},
    )


def _grid(found: tuple[Segment, ...], unit: str) -> Grid:
    rows = [
        (one.name, one.rows, one.loss, one.others, one.p, "confirmed" if one.sure else "not sure")
        for one in found
    ]
    words = {"errors": "share wrong", "target": "mean error"}.get(unit, f"{unit} lost per case")
    columns = ("Where", "Rows that confirm", words, "elsewhere", "p, corrected", "Verdict")
    return Grid(title="Segments asked about", columns=columns, rows=tuple(rows))
