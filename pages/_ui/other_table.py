"""The other table of a step, chosen by clicks, and what can be chosen in it."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from data.gallery import SAMPLES
from mll_core.domain.columns import InputKind
from mll_core.domain.plugin import input_kind
from mll_core.domain.recipe import Recipe
from mll_core.domain.source_address import absolute
from mll_core.domain.step import Step
from mll_core.stages import prepare
from mll_core.workspace import Project
from pages._ui import elsewhere, form, numbers, session, uploads
from pages._ui.words import escape

WAYS = ("Upload a file", "Used before", "A sample", "Elsewhere")
MOST_VALUES = 50


def chosen(project: Project, cls: type[Step], prefix: str, now: Step | None) -> str | None:
    """The address of the other table, read; "" while none is chosen, None when none is asked."""
    if not _asks(cls, InputKind.SOURCE):
        return None
    known = next(iter(now.sources()), "") if now else ""
    way = st.segmented_control(
        "Where the other table is",
        WAYS,
        default=WAYS[1] if known else WAYS[0],
        required=True,
        key=f"{prefix}other-way",
    )
    source = _source(project, str(way), f"{prefix}other-", known)
    if not source:
        return ""
    again = st.session_state.pop(f"{prefix}other-again", False)
    with st.spinner("Reading the other table"):
        version = project.tables.read(source, again=again)
    columns = f"{numbers.some(len(version.columns), 'column')}"
    said, renew = st.columns([3, 1], vertical_alignment="center")
    said.caption(
        f"{escape(uploads.name_of(source))}: {numbers.some(version.rows, 'row')}, {columns}. "
        "It is read once; a file that changes is read again at the next run."
    )
    renew.button("Read again", key=f"{prefix}other-again", icon=":material/refresh:")
    return source


def options(project: Project, cls: type[Step], before: Recipe) -> form.Options:
    """What can be chosen in fields that name columns of the other table, or values of a column."""

    def columns(filled: Mapping[str, Any]) -> list[str]:
        return list(project.tables.read(filled["source"]).names)

    def values(filled: Mapping[str, Any]) -> list[str]:
        if not filled.get("column"):
            return []
        path, others = project.results.data_path(), project.tables.paths(before.steps)
        return prepare.values(before, path, filled["column"], MOST_VALUES, others)

    offers = {InputKind.OTHER_COLUMN: columns, InputKind.MATCHES: columns, InputKind.VALUES: values}
    asked = {name: input_kind(info) for name, info in cls.parameters().items()}
    return {name: offers[kind] for name, kind in asked.items() if kind in offers}


def _asks(cls: type[Step], kind: InputKind) -> bool:
    return any(input_kind(info) is kind for info in cls.parameters().values())


def _source(project: Project, way: str, prefix: str, known: str) -> str:
    if way == WAYS[0]:
        file = st.file_uploader("The other table as a file", type=uploads.ENDINGS, key=f"{prefix}f")
        return uploads.kept(file) if file else ""
    if way == WAYS[1]:
        there = list(project.tables.addresses)
        at = there.index(known) if known in there else None
        return st.selectbox(
            "A table this project reads or has read",
            there,
            index=at,
            format_func=uploads.name_of,
            placeholder="Choose a table",
            key=f"{prefix}known",
        ) or ""  # fmt: skip
    if way == WAYS[2]:
        name = st.selectbox(
            "Sample of the gallery",
            list(SAMPLES),
            index=None,
            format_func=lambda name: SAMPLES[name].title,
            placeholder="Choose a sample",
            key=f"{prefix}sample",
        )
        return f"sample:{name}" if name else ""
    there_is = elsewhere.draw(prefix)
    if there_is or session.asked():
        return there_is
    path = st.text_input(
        "Or the path of a file on this machine", key=f"{prefix}path", placeholder="/data/plans.csv"
    )
    return absolute(path.strip())
