"""Rows as a table in which a gap is seen to be one."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from pages._ui import numbers

WIDTH = 92
"""Wide enough for the word that marks a gap."""


MARK = "background-color: rgba(245, 158, 11, 0.25)"
"""Seen on a light and on a dark ground."""


def draw(
    frame: pd.DataFrame,
    *,
    alt: str,
    height: int | None = None,
    marked: pd.DataFrame | None = None,
    units: Mapping[str, str] | None = None,
) -> None:
    """A table without its index; columns with gaps are wide enough to say so.

    ``marked``: the same rows and columns, true where a cell stands out. ``units``: of columns that
    have one, said in their headers.
    """
    frame = frame.assign(**{name: frame[name].dt.date for name in _days(frame)})
    heads = {name: f"{name} ({unit})" for name, unit in (units or {}).items()}
    gaps = set(map(str, narrow(frame)))
    config = {
        name: st.column_config.Column(heads.get(name), width=WIDTH if name in gaps else None)
        for name in {*heads, *gaps}
    }
    frame = dated(frame)
    size = {} if height is None else {"height": height}
    shown = frame
    if marked is not None and marked.to_numpy().any():
        plain = frame.set_axis(range(len(frame)))
        marks = marked.set_axis(range(len(marked))).map(lambda one: MARK if one else "")
        shown = plain.style.apply(lambda _: marks, axis=None).format(numbers.plain)
    st.dataframe(
        shown,
        hide_index=True,
        alt=alt,
        placeholder=numbers.MISSING,
        column_config=config,
        **size,
    )


def _days(frame: pd.DataFrame) -> list[str]:
    """The columns of times that are all at midnight: days, shown as such."""
    times = frame.select_dtypes("datetime")
    return [n for n in times if (known := times[n].dropna()).eq(known.dt.normalize()).all()]


def dated(frame: pd.DataFrame) -> pd.DataFrame:
    """The same, moments as dates in columns where each of them is a midnight."""
    days = {}
    for name in frame.columns:
        values = frame[name]
        if pd.api.types.is_datetime64_any_dtype(values) and values.notna().any():
            known = values.dropna()
            if (known == known.dt.normalize()).all():
                days[name] = values.dt.date.astype(object).where(values.notna(), None)
    return frame.assign(**days) if days else frame


def narrow(frame: pd.DataFrame) -> list[str]:
    """The columns with gaps whose name and values are short."""
    shortest = len(numbers.MISSING) + 3
    found = []
    for name in frame.columns[frame.isna().any()]:
        longest = frame[name].dropna().astype("str").str.len().max()
        if len(str(name)) < shortest and not longest > shortest:
            found.append(name)
    return found
