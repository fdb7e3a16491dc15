"""Addresses of sources: where a secret stands in them by its name, never by its value."""

import hashlib
import re
from pathlib import Path
from urllib.parse import quote, unquote

from mll_core.domain.errors import InvalidParameter

REFERENCE = re.compile(r"\{secret:([^{}]*)\}")
"""``{secret:NAME}``, in the place of a user, a password, or a value after ``?``."""
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_PASSWORD = re.compile(r"://[^/@\s]*:(?!\d{1,5}(?:[/?#]|$))[^@\s]+@")
_NAMED = re.compile(
    r"[?&;][^=&;#]*(pass(word|wd|phrase)?|pwd|secret|token|api[_-]?key|access[_-]?key"
    r"|signature|sig|credential)s?=[^&;#]",
    re.IGNORECASE,
)
FILE_DATABASES = ("sqlite", "duckdb")
SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*)://")
_HINT = (
    "Keep it with: mll secret set NAME --host HOST; then write {secret:NAME} in its place: "
    "scheme://user:{secret:NAME}@host/name."
)


def refuse_password(source: str) -> str:
    """``source``, unless it carries a password: documents, jobs and logs are for everybody.

    Raises InvalidParameter, which does not repeat it.
    """
    bare = REFERENCE.sub("", source)
    if _PASSWORD.search(bare) or _NAMED.search(bare):
        raise InvalidParameter("The address of the source carries a password.", hint=_HINT)
    for name in REFERENCE.findall(source):
        check_name(name)
    return source


def check_name(name: str) -> str:
    """The name of a secret. Raises InvalidParameter."""
    if not _NAME.fullmatch(name):
        hint = "Take letters, digits, '-' and '_', beginning with a letter."
        raise InvalidParameter(f"{name[:80]!r} is no name of a secret.", hint=hint)
    return name


def user_and_password(text: str) -> tuple[str, str]:
    """What stands before the ``@`` of an address; a password only as ``{secret:NAME}``.

    Raises InvalidParameter.
    """
    found = re.fullmatch(r"(\{secret:[^{}]*\}|[^:{}]*)(?::(\{secret:[^{}]*\}|))?", text)
    if found is None:
        hint = "Write user:{secret:NAME}@host."
        raise InvalidParameter("What stands before '@' is not understood.", hint=hint)
    return found[1] or "", found[2] or ""


def scheme_of(source: str) -> str:
    """``postgresql+psycopg`` of ``postgresql+psycopg://...``, in lower case; "" for a path."""
    found = SCHEME.match(source)
    return found[1].lower() if found else ""


def file_of(source: str) -> Path | None:
    """The file of this machine that a source names; None for the web, a server, a sample."""
    scheme = scheme_of(source)
    if scheme in FILE_DATABASES:
        return Path(unquote(source.partition("#")[0].partition("?")[0].partition(":///")[2]))
    return None if scheme or source.startswith("sample:") else Path(source)


def absolute(source: str) -> str:
    """A source as the document keeps it: files by their whole path, so that any folder will do."""
    path = file_of(source)
    if not source or path is None or not path.expanduser().exists():
        return source
    whole = str(path.expanduser().resolve())
    scheme, hashed = scheme_of(source), source.partition("#")[1:]
    return f"{scheme}:///{quote(whole)}{''.join(hashed)}" if scheme else whole


def asking(source: str, *, table: str | None = None, query: str | None = None) -> str:
    """A database's address with the rows that are asked of it, as one text."""
    if table and query:
        hint = "Give one of the two."
        raise InvalidParameter("A table and a query were both given.", hint=hint)
    if not table and not query:
        return source
    if scheme_of(source) in ("", "http", "https"):
        hint = "A file or a web address is read whole: leave them out."
        raise InvalidParameter("A table or a query belongs to a database.", hint=hint)
    what = f"table={quote(table, safe='')}" if table else f"query={quote(query or '', safe='')}"
    return f"{source.partition('#')[0]}#{what}"


def title_of(source: str) -> str:
    """A source as a person knows it: the name of its file, table or sample."""
    plain, _, what = source.partition("#")
    name, _, value = what.partition("=")
    if name == "table":
        return unquote(value)
    if name == "query":
        return f"a query of {unquote(plain.rpartition('/')[2].partition('?')[0])}"
    return unquote(plain.partition("?")[0].rstrip("/").replace("\\", "/").rpartition("/")[2])


def name_of(source: str) -> str:
    """A source as a query calls it: its title as a word, and what tells it from all others."""
    word = re.sub(r"[^a-z0-9]+", "_", title_of(source).partition(".")[0].lower()).strip("_")
    return f"{word[:30] or 'table'}_{hashlib.sha256(source.encode()).hexdigest()[:6]}"
