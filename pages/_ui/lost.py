"""What a step cannot read, before it is taken: the values that become missing, and a choice."""

import pandas as pd
import streamlit as st

from mll_core.catalog import STEPS
from mll_core.domain.step import Step
from mll_core.stages.prepare import Preview
from pages._ui import numbers
from pages._ui.words import escape

READS = ("change_type", "parse_numbers", "parse_dates")
"""Steps that read a column anew, and may fail to."""
VALUE, ROWS, INSTEAD = "Value", "Rows", "Read it as"


def draw(shown: Preview, step: Step) -> tuple[Step, ...]:
    """The values that become missing, with their rows; the step that puts others in first."""
    if step.kind not in READS:
        return ()
    of = " of the sample" if shown.sampled else ""
    first = [_column(name, values, step, of) for name, values in shown.lost.items()]
    return tuple(one for one in first if one)


def _column(name: str, values: dict[str, int], step: Step, of: str) -> Step | None:
    rows = numbers.some(sum(values.values()), "row")
    st.warning(
        f"{numbers.some(len(values), 'value')} in {rows}{of} cannot be read in "
        f"{escape(repr(name))} and would become missing. Write beside a value what it shall be "
        "read as, or leave it missing.",
        icon=":material/help:",
    )
    listed = pd.DataFrame({VALUE: list(values), ROWS: list(values.values())})
    listed[INSTEAD] = pd.Series([None] * len(listed), dtype="object")
    edited = st.data_editor(
        listed,
        key=f"lost-{step.kind}-{name}",
        hide_index=True,
        disabled=[VALUE, ROWS],
        height=min(220, 38 + 35 * len(listed)),
        column_config={INSTEAD: st.column_config.TextColumn(INSTEAD, width="medium")},
    )
    told = zip(edited[VALUE], edited[INSTEAD], strict=True)
    put = {old: new for old, new in told if isinstance(new, str) and new.strip()}
    return STEPS["replace_values"].of(column=name, values=put) if put else None
