"""Stage 2, collect: where the data comes from, how it was understood, every column at a glance."""

import streamlit as st

from mll_core.domain.identity import Permission
from mll_core.domain.stage import Stage
from mll_core.workspace import Project
from pages._ui import (
    account,
    elsewhere,
    findings,
    form,
    guard,
    jobs,
    numbers,
    page,
    people,
    rows,
    shut,
    tables,
    uploads,
)
from pages._ui import columns as cards
from pages._ui.words import escape

FIRST_ROWS = 1000


def work(project: Project) -> None:
    """The source, the findings, the columns, the first rows."""
    jobs.panel(project, "run")
    version, profile = project.results.data(), project.results.profile()
    if version is None or profile is None:
        _source(project)
        return
    if version.understood:
        st.info(
            escape(version.understood), icon=":material/visibility:", title="What we understood"
        )
    shut.draw(project)
    findings.draw(project, project.results.findings(), key="data")
    columns, table, source = st.tabs(
        ["Columns", "First rows", "Source"], key="collect", bind="query-params"
    )
    with columns:
        cards.draw(people.told(project, profile))
    with table:
        shown = min(FIRST_ROWS, profile.rows)
        st.caption(f"The first {numbers.count(shown)} of {numbers.count(profile.rows)} rows.")
        first = rows.first(project.results.data_path())
        tables.draw(people.shown(project, first), alt="First rows")
    with source:
        st.markdown(
            f"{numbers.count(version.rows)} rows and {len(version.columns)} columns, "
            f"{numbers.size(version.bytes)}, from `{version.source}`"
        )
        _source(project)


def _source(project: Project) -> None:
    edits = account.allowed(Permission.EDIT)
    file = st.file_uploader("Another file", type=uploads.ENDINGS, key="collect-file", **edits)
    if file and (path := uploads.kept(file)) != project.document.data.source:
        project.edit("data.source", path, "another file")
    more = st.file_uploader("Add newer rows", type=uploads.ENDINGS, key="collect-more", **edits)
    if more and (path := uploads.kept(more)) not in project.document.data.additions:
        project.history.append("data.additions", path, "newer rows")
    for number, added in enumerate(project.document.data.additions, 1):
        st.caption(f"Added {number}: {escape(uploads.name_of(added))}")
    there = ""
    with guard.user_errors():
        there = elsewhere.draw("collect")
    if there and there != project.document.data.source and st.button("Use these rows", **edits):
        project.edit("data.source", there, "another source")
    columns = list(version.names) if (version := project.results.data()) else []
    options = {"keys": columns, "personal": columns}
    form.section(project, "data", ["source", "keys", "personal"], options=options)
    with st.expander("How it is read"):
        form.section(project, "data.options", ["delimiter", "encoding", "header", "null_values"])
    st.button(
        "Read the data again",
        icon=":material/refresh:",
        key="ingest",
        disabled=jobs.blocked(project),
        on_click=jobs.submit,
        args=(project, "run"),
        kwargs={"until": "collect"},
    )


page.stage(Stage.COLLECT, work)
