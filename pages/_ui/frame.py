"""The frame of every page: project picker, the seven stages with their status, Story, Activity."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from mll_core.domain.errors import MllError
from mll_core.domain.identity import Permission
from mll_core.domain.stage import Stage, Status
from pages._ui import account, guard, onward, session, state
from pages._ui.words import WORDS, sign


def forward(pages: Mapping[str, Any]) -> None:
    """Follow ``?goto=``, which the guard of a page leaves when it was opened before the frame."""
    wanted = st.query_params.get("goto")
    if wanted in pages:
        rest = {key: value for key, value in st.query_params.items() if key != "goto"}
        st.switch_page(pages[wanted], query_params=rest)


def sidebar() -> None:
    """Draw the frame; in a presentation only the way back."""
    st.session_state["_frame"] = True
    with st.sidebar:
        if state.presenting():
            st.button("Leave the presentation", icon=":material/close:", on_click=_present)
            return
        with guard.user_errors():
            _picker()
            onward.link("home", "Home", icon=":material/home:")
            _stages()
            onward.link("story", "Story", icon=":material/auto_stories:")
            onward.link("query", "Ask the data", icon=":material/database_search:")
            onward.link("whatif", "What if", icon=":material/alt_route:")
            onward.link("activity", "Activity", icon=":material/history:")
            if session.asked() and state.actor().may(Permission.ADMINISTER):
                onward.link("people", "People", icon=":material/group:")
            st.button("Present", icon=":material/slideshow:", on_click=_present, type="tertiary")
            account.menu()


def _picker() -> None:
    names = {summary.slug: summary.name for summary in state.workspace().projects()}
    opened = state.slug()
    if not names:
        st.caption("No project yet")
        return
    if opened not in names:
        names[str(opened)] = f"{opened} (not there)"
    st.session_state["picker"] = opened
    st.selectbox(
        "Project", list(names), format_func=names.__getitem__, key="picker", on_change=_pick
    )
    state.choose(opened)


def _pick() -> None:
    state.choose(st.session_state["picker"])


def _present() -> None:
    if state.presenting():
        del st.query_params["present"]
    else:
        st.query_params["present"] = "true"


def _stages() -> None:
    try:
        project = state.project()
        states = {s.stage: s for s in project.states()} if project else {}
    except MllError:
        states = {}
    for number, stage in enumerate(Stage, 1):
        status = states[stage].status if stage in states else Status.TO_DO
        reason = states[stage].reason if stage in states else ""
        label = f"{number} {WORDS[stage].short} {sign(status)}"
        onward.link(stage.value, label, icon=WORDS[stage].icon, help=reason or None)
