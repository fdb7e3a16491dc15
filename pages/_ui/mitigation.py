"""Ways to be fairer, tried on demand: what each does to the gaps, and what it costs."""

import pandas as pd
import streamlit as st

from mll_core.domain.fairness import DEFINITIONS
from mll_core.domain.mitigation import Mitigated, Tried
from mll_core.domain.task import Form, Task
from mll_core.workspace import Project
from pages._ui import jobs, numbers, tables
from pages._ui.words import escape

_SHOWN = ("demographic_parity", "equal_opportunity", "predictive_parity")


def draw(project: Project, column: str, task: Task) -> None:
    """The button for one protected column, and what the newest try came to."""
    if task.form is not Form.TWO:
        return
    newest = project.worth.mitigations()
    tried = {one.column: one for one in newest.value.columns} if newest else {}
    st.button(
        "Try ways to be fairer" if column not in tried else "Try again",
        key="mitigate",
        icon=":material/balance:",
        disabled=jobs.blocked(project),
        help="Trains a quick model anew with weights and under constraints, and decides by a "
        "threshold per group; on the folds of training, so the sealed test stays out of it.",
        on_click=jobs.submit,
        args=(project, "mitigate"),
        kwargs={"column": column},
    )
    if column not in tried:
        st.caption("Shows how far each way closes the gaps, and its price. Two minutes at most.")
        return
    if newest and not newest.fresh:
        st.caption("The recipe, the data or the brief changed since; try again.")
    _table(tried[column])


def _table(found: Mitigated) -> None:
    rows = [_line(one, found.metric_label) for one in found.tried]
    if rows:
        tables.draw(pd.DataFrame(rows), alt=f"Ways to be fairer by {found.column}")
        st.caption(
            f"Gaps in points, before → after, on held-out rows of training; with a quick model "
            f"({found.model.lower()}), so the change counts, not the level. Nothing is put to use "
            "by this: a person decides, and says why."
        )
    for sentence in found.left_out:
        st.caption(escape(sentence))


def _line(one: Tried, metric: str) -> dict[str, str]:
    gaps = {gap.definition: gap for gap in one.gaps}
    line = {"Way": one.label}
    for code in _SHOWN:
        gap = gaps.get(code)
        moved = f"{100 * gap.before:.1f} → {100 * gap.after:.1f}" if gap else numbers.MISSING
        line[DEFINITIONS[code].label] = moved
    line[metric] = one.score.sentence()
    line["Right"] = f"{numbers.share(one.right.without)} → {numbers.share(one.right.with_it)}"
    if one.money is not None:
        line["Value per case"] = one.money.sentence()
    return line
