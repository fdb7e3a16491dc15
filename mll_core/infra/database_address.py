"""Addresses of databases, taken apart into typed fields; what is not on the list is refused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote

from mll_core.domain.connector import ReadOptions
from mll_core.domain.errors import InvalidParameter, UnreadableSource, nearest
from mll_core.domain.source_address import FILE_DATABASES, file_of, scheme_of, user_and_password
from mll_core.infra.addresses import LONGEST, plain_host

DRIVERS = {
    "postgresql+psycopg": "postgresql",
    "postgresql": "postgresql",
    "mysql+pymysql": "mysql",
    "mysql": "mysql",
    **{kind: kind for kind in FILE_DATABASES},
}
PORTS = {"postgresql": 5432, "mysql": 3306}
OPTIONS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "postgresql": {"sslmode": ("disable", "prefer", "require", "verify-ca", "verify-full")},
    "mysql": {"ssl_mode": ("DISABLED", "REQUIRED", "VERIFY_IDENTITY")},
}
"""What may stand after ``?``, with its values: whether the connection is protected."""
_PARTS = re.compile(
    r"[^:]+://(?:(?P<user>[^/?#@]*)@)?(?P<place>[^/?#@]*)(?:/(?P<rest>[^#]*))?(#.*)?"
)
_PLACE = re.compile(r"(\[[^\]]*\]|[^:]*)(?::([0-9]{1,5}))?")
_DATABASE = re.compile(r"[\w $.-]{1,63}")


@dataclass(frozen=True)
class DatabaseAddress:
    """Where a database is. ``user`` and ``password`` may be references to secrets."""

    kind: str
    host: str = ""
    port: int = 0
    database: str = ""
    user: str = ""
    password: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    path: Path = Path()

    @property
    def shown(self) -> str:
        """The database as a sentence names it."""
        return f"{self.database!r} on {self.host}" if self.host else repr(self.path.name)


@dataclass(frozen=True)
class Asked:
    """The rows that are asked for: a table by its name, or the rows of one SELECT."""

    table: str = ""
    query: str = ""


def parse(source: str) -> DatabaseAddress:
    """Take a source apart. Raises InvalidParameter."""
    kind = DRIVERS[scheme_of(source)]
    if kind in FILE_DATABASES:
        return _file(kind, source)
    if len(source.partition("#")[0]) > LONGEST or not source.isprintable():
        raise InvalidParameter("The address is too long or holds control signs.", hint=_form(kind))
    parts = _PARTS.fullmatch(source)
    place = _PLACE.fullmatch(parts["place"]) if parts else None
    if parts is None or place is None:
        raise InvalidParameter("The address of the database is not plain.", hint=_form(kind))
    user, password = user_and_password(parts["user"] or "")
    database, _, options = (parts["rest"] or "").partition("?")
    database, port = unquote(database), int(place[2] or PORTS[kind])
    if not place[1] or not _DATABASE.fullmatch(database) or not 0 < port < 1 << 16:
        raise InvalidParameter("The host, port or database is missing.", hint=_form(kind))
    if not user:
        raise InvalidParameter("The user of the database is missing.", hint=_form(kind))
    return DatabaseAddress(
        kind=kind,
        host=plain_host(place[1]),
        port=port,
        database=database,
        user=unquote(user),
        password=password,
        options=_options(kind, options),
    )


def asked(source: str, options: ReadOptions) -> Asked:
    """What is asked for, behind the ``#`` of the address or else in ``options``.

    Raises UnreadableSource when nothing is, InvalidParameter when too much is.
    """
    name, _, value = source.partition("#")[2].partition("=")
    if name in ("table", "query"):
        return Asked(**{name: unquote(value)})
    if options.table and options.query:
        raise InvalidParameter("A table and a query were both given.", hint="Give one of the two.")
    if not (options.table or options.query):
        hint = "Name a table (--table NAME) or ask for rows (--query 'SELECT ...')."
        raise UnreadableSource("A database holds many tables: none was named.", hint=hint)
    return Asked(table=options.table or "", query=options.query or "")


def _file(kind: str, source: str) -> DatabaseAddress:
    path = file_of(source)
    plain = source.partition("#")[0]
    if path is None or not path.name or "?" in plain or "\0" in unquote(plain):
        hint = f"Write {kind}:////folder/name.db for a file by its whole path."
        raise InvalidParameter(f"The address names no {kind} file.", hint=hint)
    return DatabaseAddress(kind=kind, path=path.expanduser(), database=path.stem)


def _options(kind: str, text: str) -> dict[str, str]:
    allowed, found = OPTIONS[kind], {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        if name not in allowed:
            hint = f"Allowed are: {', '.join(allowed)}."
            raise InvalidParameter(f"The option {name[:40]!r} is not allowed here.", hint=hint)
        if value not in allowed[name]:
            raise InvalidParameter(
                f"{name} cannot be {value[:40]!r}.", hint=nearest(value, allowed[name])
            )
        found[name] = value
    return found


def _form(kind: str) -> str:
    return f"Write {kind}://user:{{secret:NAME}}@host:{PORTS[kind]}/database."
