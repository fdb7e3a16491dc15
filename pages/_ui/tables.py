"""Rows as a table in which a gap is seen to be one."""

import pandas as pd
import streamlit as st

from pages._ui import numbers

WIDTH = 92
"""Wide enough for the word that marks a gap."""


def draw(frame: pd.DataFrame, *, alt: str, height: int | None = None) -> None:
    """A table without its index; columns with gaps are wide enough to say so."""
    config = {str(name): st.column_config.Column(width=WIDTH) for name in narrow(frame)}
    size = {} if height is None else {"height": height}
    st.dataframe(
        frame,
        hide_index=True,
        alt=alt,
        placeholder=numbers.MISSING,
        column_config=config,
        **size,
    )


def narrow(frame: pd.DataFrame) -> list[str]:
    """The columns with gaps whose name and values are short."""
    shortest = len(numbers.MISSING) + 3
    found = []
    for name in frame.columns[frame.isna().any()]:
        longest = frame[name].dropna().astype("str").str.len().max()
        if len(str(name)) < shortest and not longest > shortest:
            found.append(name)
    return found
