"""Stage 3, prepare: the recipe, a live preview of a step, what is left out, the split."""

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
    """Recipe beside preview; below, what is left out and how rows are parted."""
    if project.results.data() is None:
        page.nothing_yet("There is no data yet.", "Collect it first.", "collect", "Collect")
        return
    jobs.panel(project, "run", "prepare", *jobs.PREPARING)
    shut.draw(project)
    titles = ["Recipe", "Look-alikes", "Left out", "Split", "Leaks", "Whole table"]
    steps, alike, left_out, parts, leaking, whole = st.tabs(titles)
    with steps:
        listed, added = st.columns([2, 3], gap="large")
        with listed:
            st.header("The recipe")
            proposals.draw(project)
            recipe.draw(project)
        with added:
            step.draw(project)
        with st.expander("Versions, code, copies", icon=":material/inventory_2:"):
            recipe_versions.draw(project)
    with alike:
        lookalikes.draw(project)
        st.divider()
        near_rows.draw(project)
    with left_out:
        st.markdown("Columns the model never sees, each with its reason.", width=720)
        columns = list(project.results.data().names)
        options = {"column": columns}
        entries.draw(project, "prepare.exclude", Excluded, label="a column", options=options)
    with parts:
        split.draw(project)
    with leaking:
        leaks.draw(project)
        st.divider()
        null_run.draw(project)
    with whole, guard.user_errors():
        prepared.draw(project)


page.stage(Stage.PREPARE, work)
