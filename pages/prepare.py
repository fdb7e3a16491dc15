"""Stage 3, prepare: the recipe, a live preview of a step, what is left out, the split."""

import pandas as pd
import streamlit as st

from mll_core.domain.document import Excluded, SplitSection
from mll_core.domain.stage import Stage
from mll_core.domain.task import Task
from mll_core.workspace import Project
from pages._ui import (
    entries,
    form,
    guard,
    jobs,
    leaks,
    lookalikes,
    near_rows,
    null_run,
    numbers,
    page,
    prepared,
    proposals,
    recipe,
    recipe_versions,
    step,
)
from pages._ui.words import escape

SPLIT = list(SplitSection.model_fields)


def work(project: Project) -> None:
    """Recipe beside preview; below, what is left out and how rows are parted."""
    if project.results.data() is None:
        page.nothing_yet("There is no data yet.", "Collect it first.", "collect", "Collect")
        return
    jobs.panel(project, "run", "prepare", *jobs.PREPARING)
    titles = ["Recipe", "Look-alikes", "Left out", "Split", "Leaks", "Whole table"]
    steps, alike, left_out, split, leaking, whole = st.tabs(titles)
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
    with split:
        _split(project)
    with leaking:
        leaks.draw(project)
        st.divider()
        null_run.draw(project)
    with whole, guard.user_errors():
        prepared.draw(project)


def _split(project: Project) -> None:
    settings, result = st.columns(2, gap="large")
    with settings:
        columns = list(project.results.data().names)
        named = ("time_column", "group_column", "part_column")
        form.section(project, "split", SPLIT, options=dict.fromkeys(named, columns))
    with result:
        done = project.results.split()
        if done:
            st.markdown(escape(done.sentence))
            frame = pd.DataFrame(done.balance).rename(columns={"development": "to learn"})
            task = (project.results.business() or {}).get("task")
            layout = "localized" if task == Task.REGRESSION else "percent"
            shares = st.column_config.NumberColumn(format=layout)
            config = {str(name): shares for name in frame.columns}
            alt = "Balance of the target in both parts"
            st.dataframe(frame, column_config=config, alt=alt)
            if done.dropped_without_target:
                dropped = numbers.count(done.dropped_without_target)
                st.caption(f"{dropped} rows without a target were left out.")
        st.button(
            "Split the rows" if done is None else "Split again",
            key="split",
            icon=":material/call_split:",
            disabled=jobs.blocked(project) or project.document.brief.target is None,
            help="Runs the recipe up to the split; unchanged parts are kept.",
            on_click=jobs.submit,
            args=(project, "run"),
            kwargs={"until": "prepare"},
        )


page.stage(Stage.PREPARE, work)
