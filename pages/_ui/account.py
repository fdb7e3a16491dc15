"""Who is signed in, in the frame; and what a role may not do, said once in one line."""

from typing import Any

import streamlit as st

from mll_core.domain.errors import InvalidParameter
from mll_core.domain.identity import EVERYWHERE, Permission, Role, permissions
from mll_core.domain.stage import Stage
from mll_core.infra import room
from pages._ui import guard, session, state
from pages._ui.words import escape

MEANS = {
    Role.VIEWER: "may look",
    Role.ANALYST: "may look, change and run",
    Role.APPROVER: "may look, change, run and approve",
    Role.ADMIN: "may do everything, and gives roles to others",
}
CLOSED = "Nothing can be changed or noted in the log now; the notice above says why."
NO_ROLE = "no role yet"
OWN = {
    "own-old": "Your password now",
    "own-new": "New password, at least 12 characters",
    "own-again": "The same again",
}
"""What is asked of who changes their own password."""


def menu() -> None:
    """Name, role here, sign out; nothing where nobody signs in."""
    if not session.asked():
        return
    who, role = state.actor(), role_here()
    st.divider()
    st.markdown(f":material/account_circle: **{escape(who.name)}**")
    st.caption(f"{role.value}: {MEANS[role]}" if role else f"{NO_ROLE}: ask an admin for one")
    if not session.from_outside():
        with st.popover("Change password", icon=":material/key:", type="tertiary"):
            _password(who.name)
    st.button("Sign out", icon=":material/logout:", type="tertiary", on_click=st.logout)


def _password(name: str) -> None:
    """A new one, by whoever knows the old one; it ends every session, this one too."""
    with st.form("own-password", border=False):
        for key, label in OWN.items():
            st.text_input(label, type="password", key=key)
        st.caption("You sign in again afterwards, here and wherever you are signed in.")
        st.form_submit_button("Change it", on_click=guard.attempt, args=(_change, name))


def _change(name: str) -> None:
    old, new, again = (st.session_state[key] for key in OWN)
    if new != again:
        raise InvalidParameter("The two new passwords differ.", hint="Type them again.")
    state.workspace().accounts.change_password(name, old, new)


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


def allowed(permission: Permission, **more: Any) -> dict[str, Any]:
    """How a control is drawn that needs a permission: disabled, with the reason, without it."""
    reason = refused(permission)
    return {**more, "disabled": True, "help": reason} if reason else more


def refused(permission: Permission) -> str | None:
    """Why a button is disabled, for its help; None when it is not."""
    if may(permission):
        return None
    if holds(permission):
        return CLOSED
    needs = f"this needs {least(permission)}. An admin can give it to you."
    return f"Your role here is {role_here() or NO_ROLE}; {needs}"


def refused_everywhere(permission: Permission) -> str | None:
    """Why something that belongs to no project is not for who is here; None when it is."""
    who = state.actor()
    if who.may(permission):
        return CLOSED if closed() else None
    held = who.roles.get(EVERYWHERE) or "none"
    return (
        f"To start a project you need the role {least(permission)} in all projects; yours in all "
        f"projects is {held}. An admin can give it to you on the page People."
    )


def least(permission: Permission) -> Role:
    """The least role that may do this."""
    return next(role for role in Role if permission in permissions(role))
