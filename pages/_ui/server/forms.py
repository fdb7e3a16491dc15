"""The few pages beside the pages: sign in, set up, bring a file. No scripts; light and dark."""

import base64
import hashlib

from starlette.responses import HTMLResponse

from mll_core.infra.html import Markup, tag

STYLE = """
:root { color-scheme: light dark; --ground: #F3F5F8; --card: #FFFFFF; --text: #0F172A;
  --line: #C9D1DB; --main: #0B5CAD; --bad: #9B1C1C; --bad-ground: #FDE8E8; }
@media (prefers-color-scheme: dark) { :root { --ground: #0D1117; --card: #161C26; --text: #E6EAF0;
  --line: #3A4655; --main: #3375CC; --bad: #FF9C93; --bad-ground: #3D1614; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem;
  background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 24rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .75rem; padding: 2rem; }
h1 { font-size: 1.35rem; margin: 0 0 .75rem; }
p { margin: 0 0 1rem; }
label { display: block; margin: 0 0 1rem; font-weight: 600; }
input { display: block; width: 100%; margin-top: .25rem; padding: .6rem .7rem; font: inherit;
  color: inherit; background: var(--ground); border: 1px solid var(--line); border-radius: .5rem; }
button, .button { display: block; width: 100%; padding: .65rem; font: inherit; font-weight: 600;
  color: #FFFFFF; background: var(--main); border: 0; border-radius: .5rem; cursor: pointer;
  text-align: center; text-decoration: none; }
:focus-visible { outline: 3px solid var(--main); outline-offset: 2px; }
[role=alert] { padding: .6rem .8rem; border-radius: .5rem; color: var(--bad);
  background: var(--bad-ground); }
small { display: block; margin-top: 1rem; opacity: .75; }
a { color: inherit; }
a.button { color: #FFFFFF; }
"""
_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def page(
    title: str, *parts: object, wrong: str = "", status: int = 200, to: str = ""
) -> HTMLResponse:
    """A page; ``to`` is where it goes on by itself."""
    onward = tag("meta", http_equiv="refresh", content=f"0;url={to}") if to else None
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        onward,
        tag("title", f"{title} - Machine Learning Workbench"),
        Markup(f"<style>{STYLE}</style>"),
    )
    said = tag("p", wrong, role="alert") if wrong else None
    body = tag("body", tag("main", tag("h1", title), said, *parts))
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
    text = "<!DOCTYPE html>" + tag("html", head, body, lang="en")
    return HTMLResponse(text, status, headers)


def sign_in(form: str, goes: str, wrong: str = "", *, empty: bool = False) -> HTMLResponse:
    """Name and password; ``form`` is the token that proves the form is ours."""
    first = "Nobody has an account yet. Whoever started the workbench was given a set-up token: "
    hint = tag("p", first, tag("a", "set up the first account", href="/set-up")) if empty else None
    fields = tag(
        "form",
        _hidden("form", form),
        _hidden("next", goes),
        _field("Name", "name", autocomplete="username", autofocus=True),
        _field("Password", "password", type="password", autocomplete="current-password"),
        tag("button", "Sign in"),
        method="post",
        action="/sign-in",
    )
    lost = tag("small", "Forgotten the password? An admin can give you a new one.")
    return page("Sign in", hint, fields, lost, wrong=wrong, status=403 if wrong else 200)


def provider(wrong: str = "") -> HTMLResponse:
    """Sign in with the identity provider of the house."""
    link = tag("a", "Sign in with your organisation", href="/sign-in/provider", class_="button")
    return page("Sign in", link, wrong=wrong, status=403 if wrong else 200)


def set_up(form: str, wrong: str = "", *, token: str = "", name: str = "") -> HTMLResponse:
    """The first admin; ``token`` and ``name`` as they were typed before a mistake."""
    fields = tag(
        "form",
        _hidden("form", form),
        _field(
            "Set-up token",
            "token",
            type="password",
            autocomplete="off",
            autofocus=True,
            value=token,
        ),
        _field("Your name", "name", autocomplete="username", value=name),
        _field("Password, at least 12 characters", "password", type="password"),
        _field("The same password again", "again", type="password"),
        tag("button", "Make the first account"),
        method="post",
        action="/set-up",
    )
    told = tag("p", "This account can do everything here, and makes the accounts of others.")
    small = tag("small", "The token was printed where the workbench was started; it works once.")
    return page("Set up", told, fields, small, wrong=wrong, status=403 if wrong else 200)


def set_up_done() -> HTMLResponse:
    """There is an admin: nothing to set up any more."""
    told = tag("p", "The first account was made. An admin makes the others, on the page People.")
    return page("Set up", told, tag("a", "Sign in", href="/sign-in", class_="button"))


def bring(form: str, goes: str, room: int, wrong: str = "") -> HTMLResponse:
    """A file of any size; ``room`` is how many megabytes there is place for."""
    file = tag("input", type="file", name="file", required=True, autofocus=True)
    fields = tag(
        "form",
        _hidden("form", form),
        _hidden("next", goes),  # before the file, which is taken as it comes
        tag("label", "A table as a file", file),
        tag("button", "Bring it in"),
        method="post",
        action="/bring",
        enctype="multipart/form-data",
    )
    told = "It is copied to the machine that runs the workbench. Leave this page open until it is "
    told += "done; the browser shows how far it is."
    there = f"There is room for {room:,} MB. CSV, TSV or text, also as .gz, or Parquet."
    small = tag("small", there, " ", tag("a", "Back to the workbench", href=goes))
    return page("Bring a large file", tag("p", told), fields, small, wrong=wrong)


def _hidden(name: str, value: str) -> Markup:
    return tag("input", type="hidden", name=name, value=value)


def _field(label: str, name: str, **more: object) -> Markup:
    kept = {"autocomplete": "new-password", **more} if more.get("type") == "password" else more
    return tag("label", label, tag("input", name=name, required=True, maxlength=1_000, **kept))
