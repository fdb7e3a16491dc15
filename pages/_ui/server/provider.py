"""The identity provider of the house (OpenID Connect), through Streamlit's own ``st.login``.

MLL_OIDC_ISSUER, MLL_OIDC_CLIENT_ID and MLL_OIDC_CLIENT_SECRET name it; MLL_ADDRESS is how people
reach the pages. What the provider says is exchanged for a session of ours and then forgotten.
"""

import json
import os
import secrets
from collections.abc import Mapping
from typing import Any

from starlette.types import Scope
from streamlit.auth_util import encode_provider_token, get_cookie_with_chunks
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from mll_core.domain.errors import NotReady
from mll_core.domain.identity import Actor
from mll_core.domain.secret import Secret
from mll_core.infra.accounts import Accounts
from pages._ui.server.cookies import cookies

NEEDED = ("MLL_OIDC_ISSUER", "MLL_OIDC_CLIENT_ID", "MLL_OIDC_CLIENT_SECRET", "MLL_ADDRESS")
SIGNED_IN_WITHIN = 1 / 24
"""Days in which what the provider said must be exchanged for a session."""


def start_address() -> str:
    """Where signing in begins: Streamlit sends the browser on to the provider."""
    return f"/auth/login?provider={encode_provider_token('default')}"


class Provider:
    """What is needed to ask it, and what it said."""

    paths = frozenset({"/auth/login", "/oauth2callback"})
    """What must answer before anybody is known."""

    def __init__(self) -> None:
        if missing := [name for name in NEEDED if not os.environ.get(name)]:
            what = f"For MLL_AUTH=oidc these are missing: {', '.join(missing)}."
            raise NotReady(what, hint="Set them in the environment of the workbench.")
        self.issuer, self._client, secret, address = (os.environ[name] for name in NEEDED)
        del os.environ["MLL_OIDC_CLIENT_SECRET"]
        self._secret = Secret(secret)
        self._callback = f"{address.rstrip('/')}/oauth2callback"

    def settings(self) -> dict[str, Any]:
        """The section ``auth`` of Streamlit's secrets."""
        issuer = self.issuer.rstrip("/")
        return {
            "redirect_uri": self._callback,
            "cookie_secret": secrets.token_urlsafe(32),
            "client_id": self._client,
            "client_secret": self._secret.reveal(),
            "server_metadata_url": f"{issuer}/.well-known/openid-configuration",
        }

    def cookies(self, scope: Scope) -> list[str]:
        """The names of the cookies in which Streamlit keeps what the provider said."""
        return [name for name in cookies(scope) if name.startswith(USER_COOKIE_NAME)]

    def claims(self, scope: Scope) -> dict[str, Any] | None:
        """What the provider said about who asks, when its signature holds; None for nobody."""
        found = cookies(scope)

        def one(name: str) -> bytes | None:
            value = found.get(name)
            secret = get_cookie_secret()
            return decode_signed_value(secret, name, value, SIGNED_IN_WITHIN) if value else None

        kept = get_cookie_with_chunks(one, USER_COOKIE_NAME)
        said = json.loads(kept) if kept else None
        return said if isinstance(said, dict) and said.get("is_logged_in") else None

    def actor(self, accounts: Accounts, claims: Mapping[str, Any]) -> Actor:
        """Who that is here. Raises Forbidden."""
        issuer, subject = str(claims.get("iss") or self.issuer), str(claims.get("sub") or "")
        email, verified = str(claims.get("email") or ""), claims.get("email_verified") is True
        return accounts.external(issuer, subject, email, verified=verified)
