"""People: who can sign in, and what each may do where. For admins, where people sign in."""

import streamlit as st

from mll_core.domain.identity import EVERYWHERE, Permission, Role
from mll_core.domain.people import Account, Member
from pages._ui import account, guard, page, session, state
from pages._ui.words import escape

ALL = "all projects"


def people() -> None:
    """The whole page."""
    st.title("People")
    if not session.asked() or not state.actor().may(Permission.ADMINISTER):
        page.nothing_yet("This page is for admins.", "There is nothing to do for you here.")
        return
    st.markdown(
        "Everybody here can sign in. What they may do is their role: in one project, or in all.",
        width=720,
    )
    workspace = state.workspace()
    accounts, roles = workspace.accounts.all(), workspace.members.all()
    _list(accounts, roles)
    st.header("Give a role")
    _give(accounts)
    st.header("Add somebody")
    _add()


def _list(accounts: tuple[Account, ...], roles: tuple[Member, ...]) -> None:
    known = {one.name for one in accounts}
    awaited = dict.fromkeys(role.account for role in roles if role.account not in known)
    for one in accounts:
        with st.container(border=True):
            _person(one, [role for role in roles if role.account == one.name])
    for name in awaited:
        with st.container(border=True):
            st.markdown(f"**{escape(name)}**")
            st.caption("Has not signed in yet.")
            _roles([role for role in roles if role.account == name])


def _person(one: Account, roles: list[Member]) -> None:
    st.markdown(f"**{escape(one.name)}**")
    if one.disabled:
        st.caption("Disabled: cannot sign in any more.")
        return
    st.caption("Signs in with the organisation." if one.external else "Signs in with a password.")
    _roles(roles)
    if one.name == state.actor().name:
        return
    with st.container(horizontal=True, gap="small"):
        if not one.external:
            with st.popover("New password", icon=":material/key:"):
                _password(one.name)
        with st.popover("Disable", icon=":material/block:"):
            st.markdown("They are out at once. What they did stays in the history.")
            act = (state.workspace().accounts.disable, one.name)
            st.button("Disable for good", key=f"off-{one.name}", on_click=guard.attempt, args=act)


def _roles(roles: list[Member]) -> None:
    if not roles:
        st.markdown("No role yet: sees nothing.")
    for role in roles:
        where = ALL if role.project == EVERYWHERE else role.project
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{role.role.value} in {escape(where)}: {account.MEANS[role.role]}")
            key = f"take-{role.account}-{role.project}"
            act = (state.workspace().members.take, role.account, role.project)
            st.button("Take away", key=key, type="tertiary", on_click=guard.attempt, args=act)


def _password(name: str) -> None:
    new = st.text_input("New password", type="password", key=f"new-{name}")
    act = (state.workspace().accounts.set_password, name, new)
    st.button("Set it", key=f"set-{name}", disabled=not new, on_click=guard.attempt, args=act)


def _give(accounts: tuple[Account, ...]) -> None:
    names = [one.name for one in accounts if not one.disabled]
    places = {EVERYWHERE: ALL} | {one.slug: one.name for one in state.workspace().projects()}
    who, role, where = st.columns(3)
    name = who.selectbox("Who", names, key="give-who", accept_new_options=True)
    chosen = role.selectbox("May do what", list(Role), key="give-role", format_func=_words)
    place = where.selectbox("Where", list(places), key="give-where", format_func=places.get)
    act = (state.workspace().members.give, name, chosen, place)
    st.button("Give the role", key="give", disabled=not name, on_click=guard.attempt, args=act)


def _words(role: Role) -> str:
    return f"{role.value}: {account.MEANS[role]}"


def _add() -> None:
    if session.from_outside():
        st.markdown("They sign in with your organisation: give their e-mail address a role above.")
        return
    with st.form("add", clear_on_submit=True, border=False):
        name = st.text_input("Name or e-mail address", key="add-name")
        password = st.text_input(
            "First password, at least 12 characters",
            type="password",
            key="add-password",
            help="Tell it to them; they can have a new one from you at any time.",
        )
        if st.form_submit_button("Add", type="primary"):
            with guard.user_errors():
                state.workspace().accounts.create(name, password)
                st.rerun()


page.plain("people", people)
