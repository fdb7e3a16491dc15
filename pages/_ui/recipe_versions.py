"""What else a recipe can be: a version to find again, code, a start for another project."""

import streamlit as st

from mll_core.domain.identity import Permission
from mll_core.domain.recipe import Recipe
from mll_core.infra import yaml_document
from mll_core.recipe_versions import difference
from mll_core.stages import prepare
from mll_core.workspace import Project
from pages._ui import account, guard, people, places, state
from pages._ui.words import escape

WRITERS = {
    "SQL": (prepare.as_sql, "sql"),
    "Python": (prepare.as_python, "python"),
    "PySpark": (prepare.as_pyspark, "python"),
}
SIGNS = {"-": ":red-badge[gone]", "+": ":green-badge[new]", " ": ":gray-badge[same]"}


def draw(project: Project) -> None:
    """Versions with names, the recipe as code, and the copy to another project."""
    named, code, copied = st.tabs(["Named versions", "As code", "Copy to another project"])
    with named, guard.user_errors():
        _named(project)
    with code, guard.user_errors():
        _code(project)
    with copied, guard.user_errors():
        _copy(project)


def _named(project: Project) -> None:
    with st.form("recipe-name", border=False, clear_on_submit=True):
        name = st.text_input(
            "Name of the recipe as it stands",
            placeholder="Before merging",
            key="recipe-name-text",
            disabled=not account.may(Permission.EDIT),
        )
        if st.form_submit_button("Keep under this name", **account.allowed(Permission.EDIT)):
            project.recipes.keep(name)
            st.rerun()
    names = project.recipes.names
    if not names:
        st.caption("A name lets you find a recipe again, compare it and go back to it.")
        return
    chosen = st.selectbox("Compare with", list(names)[::-1], key="recipe-version")
    for sign, sentence in difference(project.recipes.steps(chosen), project.recipe.steps):
        st.markdown(f"{SIGNS[sign]} {escape(sentence)}")
    st.button(
        f"Go back to {escape(chosen)}",
        key="recipe-restore",
        icon=":material/history:",
        on_click=guard.attempt,
        args=(project.recipes.restore, chosen),
        **account.allowed(
            Permission.EDIT,
            help="Makes a new version that says what that one said; nothing is lost.",
        ),
    )


def _code(project: Project) -> None:
    # SQL and Python hold learned values; who may not see those reads what was decided.
    languages = ["YAML"] if people.hidden(project) else ["YAML", *WRITERS]
    kind = st.segmented_control(
        "Language", languages, default="YAML", required=True, key="recipe-language"
    )
    steps, path = project.recipe.steps, project.results.data_path()
    others = project.tables.paths(steps)
    if kind == "YAML":
        st.code(yaml_document.listed([s.model_dump(mode="json") for s in steps]), language="yaml")
    else:
        written, language = WRITERS[kind]
        st.code(written(Recipe(steps=steps), path, others), language=language, wrap_lines=True)
    if kind != "YAML":
        st.caption("Learned values in it are those of the preview's sample, not of a training.")


def _copy(project: Project) -> None:
    others = {s.slug: s.name for s in state.workspace().projects() if s.slug != project.slug}
    if not others:
        st.caption("There is no other project yet.")
        return
    slug = st.selectbox("Project", list(others), format_func=others.__getitem__, key="copy-to")
    if st.button("Copy the steps that fit", key="copy-steps", icon=":material/content_copy:"):
        refused = project.recipe.copy_to(state.workspace().project(slug).recipe)
        st.success(f"Copied {len(project.recipe.steps) - len(refused)} steps.")
        for one in refused:
            st.markdown(f":orange-badge[left out] {escape(places.said(one))}")
