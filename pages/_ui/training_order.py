"""What training is asked: which models, how long, and what is demanded of them."""

import streamlit as st

from mll_core.catalog import MODELS
from mll_core.workspace import Project
from pages._ui import demands, form, guard, model_settings, presets

PICKED = "train-models"


def draw(project: Project) -> None:
    """Which models, how long, and what is demanded of them."""
    section = project.document.train
    st.session_state[PICKED] = [model.kind for model in section.models]
    st.multiselect(
        "Models to try; none means the usual ones",
        list(MODELS),
        format_func=lambda kind: MODELS[kind].label,
        key=PICKED,
        placeholder="The usual models",
        on_change=_pick,
        args=(project,),
    )
    presets.draw(project)
    form.section(project, "train", ["budget_seconds"])
    with st.expander("More about the search"):
        form.section(
            project, "train", ["recommend", "class_weights", "trials", "coverage", "ensembles"]
        )
    demands.draw(project)
    model_settings.draw(project)


def _pick(project: Project) -> None:
    known = {model.kind: model.model_dump(mode="json") for model in project.document.train.models}
    picked = [known.get(kind, {"kind": kind}) for kind in st.session_state[PICKED]]
    guard.attempt(project.edit, "train.models", picked, "chose the models to try")
