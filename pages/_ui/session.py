"""Who is at the page: the owner of the machine, or who signed in."""

import getpass

import streamlit as st

from mll_core.domain.identity import Actor
from mll_core.infra.sign_in import SignIn, sign_in

COOKIE = "mll_session"


def token() -> str | None:
    """What the browser brought along to show who it is."""
    return st.context.cookies.get(COOKIE)


def asked() -> bool:
    """Whether people sign in here."""
    return sign_in() is not SignIn.NONE


def owner() -> Actor:
    """Who works on the machine itself."""
    try:
        return Actor(name=getpass.getuser())
    except (OSError, KeyError):  # a container's user may have no name
        return Actor(name="somebody")


def leave() -> None:
    """Sign out, and go to where one signs in."""
    st.logout()
    st.stop()


def from_outside() -> bool:
    """Whether an identity provider knows the people, and not we."""
    return sign_in() is SignIn.OIDC
