"""Stage 3, prepare: the recipe, a live preview of the next step, what is left out, the split."""

import pandas as pd
import streamlit as st

from mll_core.catalog import STEPS
from mll_core.domain.document import Excluded
from mll_core.domain.recipe import Recipe
from mll_core.domain.stage import Stage
from mll_core.domain.step import Step
from mll_core.domain.task import Task
from mll_core.stages import prepare
from mll_core.workspace import Project
from pages._ui import entries, form, guard, jobs, numbers, page, preview, recipe
from pages._ui.words import escape

ROWS = 50


def work(project: Project) -> None:
    """Recipe beside preview; below, what is left out and how rows are parted."""
    if project.results.data() is None:
        page.nothing_yet("There is no data yet.", "Collect it first.", "collect", "Collect")
        return
    jobs.panel(project, "run")
    steps, left_out, split = st.tabs(["Recipe", "Left out", "Split"])
    with steps:
        listed, added = st.columns([2, 3], gap="large")
        with listed:
            st.header("The recipe")
            recipe.draw(project)
        with added:
            st.header("Add a step")
            _add(project)
    with left_out:
        st.markdown("Columns the model never sees, each with its reason.", width=720)
        columns = list(project.results.data().names)
        options = {"column": columns}
        entries.draw(project, "prepare.exclude", Excluded, label="a column", options=options)
    with split:
        _split(project)


def _add(project: Project) -> None:
    target = project.document.brief.target
    kinds = sorted(STEPS, key=lambda kind: STEPS[kind].label)
    kind = st.selectbox(
        "Step",
        kinds,
        index=None,
        placeholder="Choose a step",
        format_func=lambda k: STEPS[k].label,
        key="step-kind",
    )
    if kind is None:
        return
    left_out = {target, *(one.column for one in project.document.prepare.exclude)}
    st.caption(escape((STEPS[kind].__doc__ or "").split("\n")[0].replace("`", "")))
    path, now = project.results.data_path(), Recipe(steps=project.document.prepare.steps)
    with guard.user_errors("The recipe is as it was."):
        schema = prepare.schema(now, path)
        pickable = type(schema)({n: t for n, t in schema.items() if n not in left_out})
        step = form.draw(STEPS[kind], pickable, prefix=f"step-{len(now.steps)}-")
        candidate = now.then(step)
        if target:
            prepare.refuse_target(candidate, target)
        position = candidate.steps.index(step)
        shown = prepare.preview(candidate, path, step=position, limit=ROWS)
        st.info(escape(step.sentence()))
        preview.draw(shown)
        if st.button("Add this step", type="primary", icon=":material/add:", key="step-add"):
            _save(project, candidate, step)


def _save(project: Project, candidate: Recipe, step: Step) -> None:
    project.edit("prepare.steps", list(candidate.steps), f"added a step: {step.sentence()}")
    st.rerun()


def _split(project: Project) -> None:
    settings, result = st.columns(2, gap="large")
    with settings:
        columns = list(project.results.data().names)
        names = ["kind", "test_share", "folds", "repeats", "time_column", "group_column", "seed"]
        options = {"time_column": columns, "group_column": columns}
        form.section(project, "split", names, options=options)
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
            disabled=jobs.live(project) or project.document.brief.target is None,
            help="Runs the recipe up to the split; unchanged parts are kept.",
            on_click=jobs.submit,
            args=(project, "run"),
            kwargs={"until": "prepare"},
        )


page.stage(Stage.PREPARE, work)
