"""A step before it is taken: rows after, rows before, what changes, and the SQL."""

import pandas as pd
import streamlit as st

from mll_core.stages.prepare import Preview
from pages._ui import tables
from pages._ui.words import escape


def draw(preview: Preview) -> None:
    """One sentence, then the view a person picks."""
    st.markdown(escape(preview.sentence()))
    views = {"After": preview.after, "Before": preview.before, "Changes": _changes(preview)}
    chosen = st.segmented_control(
        "Preview", list(views), key="step-view", default="After", required=True
    )
    alt = f"{chosen}: the first rows"
    tables.draw(views[chosen or "After"], alt=alt, height=280)
    with st.expander("The SQL behind it"):
        st.code(preview.sql, language="sql", wrap_lines=True)


def _changes(preview: Preview) -> pd.DataFrame:
    rows = [
        {
            "Column": name,
            "Cells changed": preview.changed.get(name, 0),
            "Missing before": preview.nulls_before.get(name),
            "Missing after": preview.nulls_after.get(name),
        }
        for name in {**preview.nulls_before, **preview.nulls_after}
    ]
    return pd.DataFrame(rows).sort_values("Cells changed", ascending=False, kind="stable")
