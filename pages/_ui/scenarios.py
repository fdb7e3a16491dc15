"""Scenarios: cases kept under a name, opened by their address, deleted again."""

from typing import Any
from urllib.parse import urlencode

import streamlit as st

from mll_core.domain.identity import Permission
from mll_core.domain.whatif import Scenario
from mll_core.workspace import Project
from pages._ui import account, case_form, guard, numbers
from pages._ui.case_form import Form
from pages._ui.words import escape

ADDRESS = "scenario"
BOTH = "whatif-both"
ROW = "whatif-from-row"
_OPENED = "whatif-opened"


def open_wanted(project: Project, form: Form) -> None:
    """Put the scenario of the address into the form, once. Raises NotFound."""
    wanted = st.query_params.get(ADDRESS)
    if wanted and st.session_state.get(_OPENED) != (project.slug, wanted):
        _into(project.whatif.scenario(wanted), form)
        st.session_state[_OPENED] = (project.slug, wanted)


def draw(project: Project, form: Form, records: list[dict[str, Any]]) -> None:
    """Keep the cases, and those that were kept."""
    st.header("Scenarios")
    st.caption("Whoever may see this project finds them here, and by their address.")
    with st.form("whatif-keep", clear_on_submit=True):
        name = st.text_input("Name", key="whatif-name", placeholder="Two calls fewer")
        allowed = account.allowed(Permission.EDIT, icon=":material/bookmark_add:")
        kept = st.form_submit_button("Keep this", **allowed)
    if kept:
        with guard.user_errors():
            from_row = bool(st.session_state.get(ROW))
            made = project.whatif.keep(name, records, from_row=from_row)
            st.query_params[ADDRESS] = made.id
            st.session_state[_OPENED] = (project.slug, made.id)
    for one in project.whatif.scenarios():
        _line(project, form, one)
        if st.query_params.get(ADDRESS) == one.id:
            st.caption("Open now. Whoever may see this project opens it at this address:")
            here = (st.context.url or "/whatif").partition("?")[0]
            st.code(f"{here}?{urlencode({'project': project.slug, ADDRESS: one.id})}", None)


def _line(project: Project, form: Form, one: Scenario) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        what = "two cases" if len(one.cases) > 1 else "one case"
        origin = ", from a row" if one.from_row else ""
        st.button(
            one.name,
            key=f"open-{one.id}",
            icon=":material/bookmark:",
            type="tertiary",
            on_click=_show,
            args=(project, form, one),
        )
        st.caption(f"{what}{origin}, {escape(one.by)}, {numbers.at(one.at)}")
        st.button(
            "Delete",
            key=f"delete-{one.id}",
            type="tertiary",
            on_click=_delete,
            args=(project, one),
            **account.allowed(Permission.EDIT, icon=":material/delete:"),
        )


def _show(project: Project, form: Form, one: Scenario) -> None:
    _into(one, form)
    st.query_params[ADDRESS] = one.id
    st.session_state[_OPENED] = (project.slug, one.id)


def _into(one: Scenario, form: Form) -> None:
    for side, record in zip("ab", one.cases, strict=False):
        case_form.fill(form, side, record)
    st.session_state[BOTH] = len(one.cases) > 1
    st.session_state[ROW] = one.from_row


def _delete(project: Project, one: Scenario) -> None:
    with guard.user_errors():
        project.whatif.remove(one.id)
    if st.query_params.get(ADDRESS) == one.id:
        del st.query_params[ADDRESS]


def movables(project: Project, form: Form) -> None:
    """Which columns can be changed, and which way."""
    section = project.document.whatif
    said = {one.column: one for one in section.columns}
    with st.expander("What can be changed", icon=":material/tune:"):
        st.caption(
            "Age only rises; a birthplace stays; income follows education. The search for the "
            "smallest change keeps to it. Protected columns and dates stay unless you say else."
        )
        name = st.selectbox("Column", [one.column for one in form], key="movable")
        now = next(one for one in form if one.column == name).may
        options = ["either way", "up only", "down only", "not at all"]
        may = st.selectbox("It can be changed", options, options.index(now), key=f"may-{name}")
        others = ["", *(one.column for one in form if one.column != name)]
        follows = said[name].follows if name in said else ""
        start = others.index(follows) if follows in others else 0
        decided = st.selectbox("It is decided by", others, start, key=f"follows-{name}")
        if st.button("Say so", key="movable-say", **account.allowed(Permission.EDIT)):
            rest = [one.to_json() for one in section.columns if one.column != name]
            entry = {"column": name, "may": may, "follows": decided}
            project.edit("whatif.columns", [*rest, entry], f"how {name} can be changed")
            st.rerun()
        for one in section.columns:
            follows = f", follows {one.follows}" if one.follows else ""
            st.markdown(f"- {escape(one.column)}: {one.may}{escape(follows)}")
