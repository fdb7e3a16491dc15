"""Stage 3, prepare: the recipe, a live preview of a step, what is left out, the split."""

from collections.abc import Callable, Mapping

import streamlit as st

from mll_core.domain.document import Excluded
from mll_core.domain.stage import Stage
from mll_core.workspace import Project
from pages._ui import (
    entries,
    guard,
    jobs,
    leaks,
    lookalikes,
    near_rows,
    null_run,
    page,
    prepared,
    proposals,
    recipe,
    recipe_versions,
    shut,
    split,
    step,
)


def work(project: Project) -> None:
    """The tabs, of which only the open one is worked out; the address says which it is."""
    if project.results.data() is None:
        page.nothing_yet("There is no data yet.", "Collect it first.", "collect", "Collect")
        return
    jobs.panel(project, "run", "prepare", *jobs.PREPARING, "alike")
    shut.draw(project)
    tabs = st.tabs(list(TABS), key="prepare", bind="query-params")
    for tab, draw in zip(tabs, TABS.values(), strict=True):
        if tab.open:
            with tab:
                draw(project)


def _recipe(project: Project) -> None:
    listed, added = st.columns([2, 3], gap="large")
    with listed:
        st.header("The recipe")
        proposals.draw(project)
        recipe.draw(project)
    with added:
        step.draw(project)
    with st.expander("Versions, code, copies", icon=":material/inventory_2:"):
        recipe_versions.draw(project)


def _alike(project: Project) -> None:
    lookalikes.draw(project)
    st.divider()
    near_rows.draw(project)


def _left_out(project: Project) -> None:
    st.markdown("Columns the model never sees, each with its reason.", width=720)
    options = {"column": list(project.results.data().names)}
    entries.draw(project, "prepare.exclude", Excluded, label="a column", options=options)


def _leaks(project: Project) -> None:
    leaks.draw(project)
    st.divider()
    null_run.draw(project)


def _whole(project: Project) -> None:
    with guard.user_errors():
        prepared.draw(project)


TABS: Mapping[str, Callable[[Project], None]] = {
    "Recipe": _recipe,
    "Look-alikes": _alike,
    "Left out": _left_out,
    "Split": split.draw,
    "Leaks": _leaks,
    "Whole table": _whole,
}


page.stage(Stage.PREPARE, work)
