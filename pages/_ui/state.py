"""The open workspace and project; the only reader and writer of the address and the session."""

import os
import time

import streamlit as st

from mll_core.domain.identity import Actor
from mll_core.infra.logs import start_log
from mll_core.workspace import Project, Workspace
from pages._ui import session

FRESH = 0.5
"""Seconds for which it is not asked again who is here: one drawing of a page."""


def workspace() -> Workspace:
    """The workspace of this server (MLL_HOME, else the platform's folder), for who is here."""
    return _open(_home(), actor().model_dump_json())


def actor() -> Actor:
    """Who is at this page, with the roles of now; who is nobody any more is sent to sign in."""
    if not session.asked():
        return session.owner()
    token = session.token()
    before = st.session_state.get("_who")
    if before and before[0] == token and time.monotonic() - before[1] < FRESH:
        return before[2]
    accounts = _open(_home(), session.owner().model_dump_json()).accounts
    found = accounts.actor_of(token)
    if found is None:
        st.session_state.pop("_who", None)
        session.leave()
        raise AssertionError("the run was stopped")
    st.session_state["_who"] = (token, time.monotonic(), found)
    return found


@st.cache_resource(max_entries=50, show_spinner=False)
def _open(home: str, actor: str) -> Workspace:
    opened = Workspace.open(home or None, actor=Actor.model_validate_json(actor))
    start_log(opened.home, "pages", "mll.pages")
    return opened


def _home() -> str:
    return os.environ.get("MLL_HOME", "")


def slug() -> str | None:
    """The open project: from the address, else from this session, else the newest."""
    for wanted in (st.query_params.get("project"), st.session_state.get("project")):
        if wanted:
            return str(wanted)
    return next((summary.slug for summary in workspace().projects()), None)


def project() -> Project | None:
    """The open project, None when there is none yet. Raises NotFound for an unknown address."""
    name = slug()
    return workspace().project(name) if name else None


def choose(name: str | None) -> None:
    """Make ``name`` the open project, in the session and in the address."""
    if name and st.session_state.get("project") != name:
        st.session_state["project"] = name
    if name and st.query_params.get("project") != name:
        st.query_params["project"] = name


def presenting() -> bool:
    """Whether the address asks for the read-only presentation."""
    return st.query_params.get("present") == "true"


def address() -> dict[str, str]:
    """What every link carries on, so that it opens the same view again."""
    carried = {"project": slug(), "present": "true" if presenting() else None}
    return {key: value for key, value in carried.items() if value}


def go(page: str) -> None:
    """Open ``pages/<page>.py`` with the project in the address."""
    st.switch_page(f"pages/{page}.py", query_params=address())
