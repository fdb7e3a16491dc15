"""Home: the projects, and two ways to start one: your own data, or a sample."""

import re
from pathlib import Path

import streamlit as st

from data.gallery import SAMPLES
from mll_core.domain.identity import Permission
from mll_core.domain.source_address import title_of
from pages._ui import account, cards, elsewhere, guard, numbers, page, session, state, uploads
from pages._ui.words import escape

TASKS = {"binary": "yes or no", "multiclass": "which class", "regression": "how much"}


def home() -> None:
    """The whole page."""
    projects = state.workspace().projects()
    st.title("Machine Learning Workbench" if not projects else "Your projects")
    st.markdown(
        "From a business question to a model that is served, watched and retrained; no code.",
        width=720,
    )
    cards.draw()
    st.header("Start a project")
    if reason := account.refused_everywhere(Permission.EDIT):
        st.caption(f":material/visibility: {escape(reason)}")
        return
    own, sample = st.tabs(["Use your own data", "Use a sample"])
    with own:
        _own()
    with sample:
        _gallery()


def _own() -> None:
    st.markdown(
        "Drop a table with one row per case: per customer, per order, per day. "
        "It stays on this machine.",
        width=720,
    )
    file = st.file_uploader(
        "A table as a file (up to 200 MB)", type=uploads.ENDINGS, key="home-file"
    )
    path = _path()
    there = ""
    with guard.user_errors():
        there = elsewhere.draw("home")
    source = uploads.kept(file) if file else path or there
    name = st.text_input(
        "Name of the project",
        value=_name(source),
        key=f"home-name-{source}",
        disabled=not source,
    )
    ready = bool(source and name.strip())
    if st.button("Create the project", type="primary", disabled=not ready, key="home-create"):
        _create(name.strip(), source)


def _path() -> str:
    """A file that is on the machine already: its own people name any, others what they brought."""
    uploads.take_brought("home-path")
    st.markdown(uploads.way("home"))
    if session.asked() and not st.session_state.get("home-path"):
        return ""
    path = st.text_input(
        "The file you brought" if session.asked() else "Or the path of a file on this machine",
        key="home-path",
        placeholder="/data/customers.parquet",
        disabled=session.asked(),
        help="It is read where it lies, whatever its size; a glob such as /data/2026-*.csv works.",
    )
    return path.strip()


def _gallery() -> None:
    grid = st.grid("auto", min_column_width=280, border=True)
    for sample in SAMPLES.values():
        with grid.container():
            st.markdown(f"**{sample.title}**")
            st.markdown(sample.question)
            with st.container(horizontal=True, gap="small"):
                st.badge(TASKS.get(str(sample.task), str(sample.task)))
                st.badge(f"{numbers.count(sample.rows)} rows", color="gray")
            label = f"Use {sample.title}"
            if st.button("Use it", key=f"sample-{sample.name}", help=label):
                _create(sample.title, f"sample:{sample.name}", sample.target, sample.question)


def _create(name: str, source: str, target: str | None = None, question: str = "") -> None:
    settings = {"brief.question": question} if question else {}
    with st.spinner("Reading the data and looking at every column"):
        project = state.workspace().create_project(name, source, target=target, settings=settings)
    state.choose(project.slug)
    state.go("business")


def _name(source: str) -> str:
    return re.sub(r"[-_\W]+", " ", Path(title_of(source)).stem).strip().capitalize()


page.plain("home", home)
