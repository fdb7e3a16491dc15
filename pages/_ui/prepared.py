"""The whole recipe over all rows, as files: made, looked through, named, compared, downloaded."""

import tempfile
from pathlib import Path

import pandas as pd
import streamlit as st

from mll_core.domain.identity import Permission
from mll_core.domain.prepared import Difference, PreparedVersion
from mll_core.workspace import Project
from pages._ui import account, guard, jobs, numbers
from pages._ui.words import escape

WHAT = (
    "The preview shows a sample. Here the recipe runs over all rows, and the table it makes is "
    "kept as a file that never changes: to download, or to make again from the same data and "
    "recipe to the last bit."
)
SIGNS = {"gone": "Gone", "new": "New", "type": "Other type", "values": "Other values"}


def draw(project: Project) -> None:
    """The button, then every version there is."""
    st.markdown(WHAT, width=720)
    st.button(
        "Prepare the whole table",
        key="prepare-whole",
        icon=":material/table:",
        disabled=jobs.blocked(project),
        help="Runs beside you, with a Stop. Rows sealed for the test are left out until it is "
        "opened.",
        on_click=jobs.submit,
        args=(project, "prepare"),
    )
    versions = project.prepared.all()
    if not versions:
        st.caption("No table was prepared yet.")
        return
    names = project.prepared.names
    st.dataframe(_listed(versions, names), hide_index=True, alt="Prepared tables, newest first")
    st.caption(
        "Made of: the short name of the data it was made of. Content: the short name of what is in "
        "it; two tables with the same one are equal in every cell."
    )
    by_number = {version.number: version for version in versions}
    chosen = st.selectbox(
        "Version", list(by_number), format_func=lambda n: _called(by_number[n], names), key="table"
    )
    _one(project, by_number[chosen], [n for n in by_number if n != chosen], names)


def _listed(versions: tuple[PreparedVersion, ...], names: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "Version": version.number,
                "Name": _names(version, names),
                "Rows": version.data.rows,
                "Columns": len(version.data.columns),
                "Size": "destroyed" if version.withdrawn else numbers.size(version.data.bytes),
                "Steps": len(version.sentences),
                "Made of": version.raw[:8],
                "Content": version.data.short,
                "Made": numbers.at(version.at),
                "By": version.by,
            }
            for version in versions
        ]
    )


def _names(version: PreparedVersion, names: dict[str, str]) -> str:
    return ", ".join(name for name, sha256 in names.items() if sha256 == version.data.sha256)


def _called(version: PreparedVersion, names: dict[str, str]) -> str:
    called = _names(version, names)
    return f"{version.number}: {called}" if called else str(version.number)


def _one(
    project: Project, version: PreparedVersion, others: list[int], names: dict[str, str]
) -> None:
    st.caption(f"In it: {version.rows_are}.")
    if version.withdrawn:
        st.warning("Somebody was erased from its rows, so it was destroyed. Prepare it again.")
        return
    with st.container(horizontal=True):
        for ending, label in (("csv", "CSV"), ("parquet", "Parquet")):
            st.download_button(
                f"All rows as {label}",
                lambda ending=ending: _file(project, version, ending),
                file_name=f"{project.slug}-{version.number}.{ending}",
                icon=":material/download:",
                on_click="ignore",
                key=f"table-{ending}",
                **account.allowed(Permission.QUERY),
            )
    with st.expander("Its recipe"):
        said = [f"{n}. {escape(one)}" for n, one in enumerate(version.sentences, 1)]
        st.markdown("\n".join(said) or "No steps: the rows as they came.")
    with st.form("table-name", border=False, clear_on_submit=True):
        name = st.text_input(
            "Give it a name",
            placeholder="For the board",
            key="table-name-text",
            disabled=not account.may(Permission.EDIT),
        )
        if st.form_submit_button("Keep under this name", **account.allowed(Permission.EDIT)):
            project.prepared.name(str(version.number), name)
            st.rerun()
    if others and account.may(Permission.QUERY):
        earlier = st.selectbox("Compare with version", others, key="table-other")
        if st.button("Compare", key="table-compare", icon=":material/compare_arrows:"):
            with guard.user_errors():
                _difference(project.prepared.compare(str(earlier), str(version.number)))


def _difference(found: Difference) -> None:
    st.markdown(f"**{escape(found.sentence())}**")
    rows = [
        {"Column": one.column, "What": SIGNS[one.kind], "How": one.sentence}
        for one in found.columns
        if one.kind != "same"
    ]
    if rows:
        st.dataframe(pd.DataFrame(rows), hide_index=True, alt="What changed in each column")
    same = sum(one.kind == "same" for one in found.columns)
    st.caption(f"{numbers.some(same, 'column')} with the same values.")


def _file(project: Project, version: PreparedVersion, ending: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / f"table.{ending}"
        project.prepared.write(str(version.number), out)
        return out.read_bytes()
