"""The open workspace and project; the only reader and writer of the address and the session."""

import getpass
import os

import streamlit as st

from mll_core.infra.logs import start_log
from mll_core.workspace import Project, Workspace


def workspace() -> Workspace:
    """The workspace of this server: ``MLL_HOME``, else the platform's folder."""
    return _open(os.environ.get("MLL_HOME", ""), _actor())


@st.cache_resource(max_entries=50, show_spinner=False)
def _open(home: str, actor: str) -> Workspace:
    opened = Workspace.open(home or None, actor=actor)
    start_log(opened.home, "pages", "mll.pages")
    return opened


def _actor() -> str:
    email = st.user.get("email") if st.user.get("is_logged_in") else None
    try:
        return str(email or getpass.getuser())
    except (OSError, KeyError):  # a container's user may have no name
        return "somebody"


def slug() -> str | None:
    """The open project: from the address, else from this session, else the newest."""
    known = [summary.slug for summary in workspace().projects()]
    for wanted in (st.query_params.get("project"), st.session_state.get("project")):
        if wanted:
            return str(wanted)
    return known[0] if known else None


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
