"""Cookies of the door: never readable by scripts, never sent along from another site."""

from http.cookies import CookieError, SimpleCookie

from starlette.types import Scope

from pages._ui.server.refusal import header

SESSION = "mll_session"
FORM = "mll_form"


def cookies(scope: Scope) -> dict[str, str]:
    """The cookies of a request; none when they cannot be read."""
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(header(scope, b"cookie") or "")
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in jar.items()}


def made(scope: Scope, name: str, value: str, seconds: int | None = None) -> str:
    """A Set-Cookie value; Secure where the request came by https. Empty: the cookie goes."""
    age = 0 if not value else seconds
    parts = [f"{name}={value}", "Path=/", "HttpOnly", "SameSite=Strict"]
    parts += [f"Max-Age={age}"] if age is not None else []
    parts += ["Secure"] if scope.get("scheme") in ("https", "wss") else []
    return "; ".join(parts)
