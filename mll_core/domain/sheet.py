"""What one view of the evidence shows: sentences, figures, tables, rows; values, not drawings."""

from typing import Any, Literal

from mll_core.domain.finding import Finding
from mll_core.domain.inside import Inside
from mll_core.domain.report import Stamp
from mll_core.domain.value import Value

Look = Literal["line", "dash", "points", "bars", "faint", "area"]
"""Faint: one thin line of many. Area: how many rows lie there, on a scale of its own."""
Rows = Literal["test", "held"]
"""The sealed test, or the development rows that a model predicted without learning from them."""


class Series(Value):
    """One line, cloud or set of bars; ``low`` and ``high`` are its 95 % band, ``counts`` the rows
    behind each point."""

    name: str
    x: tuple[Any, ...]
    y: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    counts: tuple[int, ...] = ()
    look: Look = "line"


class Plot(Value):
    """Series on the same axes."""

    title: str
    x_label: str
    y_label: str
    series: tuple[Series, ...]
    logged: bool = False
    """Whether the x axis is logarithmic."""
    about: str = ""
    """The column it is about, where there is a plot for each: one is chosen, and shown alone."""


class Heat(Value):
    """A picture of two columns at once: ``z[j][i]`` at ``x[i]``, ``y[j]``; None: no rows there."""

    title: str
    x_label: str
    y_label: str
    z_label: str
    x: tuple[Any, ...]
    y: tuple[Any, ...]
    z: tuple[tuple[float | None, ...], ...]
    words: tuple[tuple[str, ...], ...] = ()
    """What is written in each cell, where something is."""
    rows: tuple[tuple[int | None, ...], ...] = ()
    """Which of the sheet's ``behind`` are the rows of each cell; None: there are none."""


class Grid(Value):
    """A small table; what is None is missing."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


class Behind(Value):
    """Rows worth looking at, worst first: where they stand, and what is said of each."""

    title: str
    on: Rows
    places: tuple[int, ...]
    columns: tuple[str, ...] = ()
    said: tuple[tuple[Any, ...], ...] = ()


class Sheet(Value):
    """All of one view. ``sentences`` say in words what there is to see, the verdict first."""

    sentences: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    plots: tuple[Plot, ...] = ()
    heats: tuple[Heat, ...] = ()
    tree: Inside | None = None
    grids: tuple[Grid, ...] = ()
    behind: tuple[Behind, ...] = ()
    stamp: Stamp
