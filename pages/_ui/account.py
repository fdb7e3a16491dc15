"""Who is signed in, in the frame; and what a role may not do, said once in one line."""

import streamlit as st

from mll_core.domain.identity import EVERYWHERE, Permission, Role
from mll_core.domain.stage import Stage
from mll_core.infra import room
from pages._ui import session, state
from pages._ui.words import escape

MEANS = {
    Role.VIEWER: "may look",
    Role.ANALYST: "may look, change and run",
    Role.APPROVER: "may look, change, run and approve",
    Role.ADMIN: "may do everything, and gives roles to others",
}
CLOSED = "Nothing can be changed or noted in the log now; the notice above says why."
NO_ROLE = "no role yet"


def menu() -> None:
    """Name, role here, sign out; nothing where nobody signs in."""
    if not session.asked():
        return
    who, role = state.actor(), role_here()
    st.divider()
    st.markdown(f":material/account_circle: **{escape(who.name)}**")
    st.caption(f"{role.value}: {MEANS[role]}" if role else f"{NO_ROLE}: ask an admin for one")
    st.button("Sign out", icon=":material/logout:", type="tertiary", on_click=st.logout)


def role_here() -> Role | None:
    """The role of who is signed in, in the open project, else everywhere."""
    roles = state.actor().roles
    project = state.slug()
    held = [roles[where] for where in (project, EVERYWHERE) if where in roles]
    return max(held, key=list(Role).index) if held else None


def holds(permission: Permission) -> bool:
    """Whether the role of who is here allows this in the open project."""
    return state.actor().may(permission, state.slug())


def may(permission: Permission) -> bool:
    """Whether it is allowed and can be done now; the engine asks again anyway."""
    return holds(permission) and (permission is Permission.VIEW or not closed())


def closed() -> bool:
    """Whether nothing at all can be changed or noted now, as the notice above the page says."""
    opened = state.workspace()
    found = room.shortage(opened.home, opened.database)
    return found is not None and found.everything


def told(stage: Stage) -> None:
    """What the role of who is here does not allow on this page, before they try."""
    needed = (Permission.EDIT, Permission.APPROVE) if stage is Stage.DEPLOY else (Permission.EDIT,)
    reason = next((said for said in map(refused, needed) if said), None)
    if reason and not closed():
        st.caption(f":material/visibility: {escape(reason)}")


def refused(permission: Permission) -> str | None:
    """Why a button is disabled, for its help; None when it is not."""
    if may(permission):
        return None
    if holds(permission):
        return CLOSED
    role = role_here()
    needed = {Permission.APPROVE: "approver", Permission.ADMINISTER: "admin"}
    least = needed.get(permission, "analyst")
    return f"Your role here is {role or NO_ROLE}; this needs {least}. An admin can give it to you."
