"""Rows of a PostgreSQL database, by a cursor of the server, in a transaction that only reads."""

import os
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from math import isnan
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from mll_core.domain.errors import NotReady, UnreadableSource
from mll_core.domain.secret import redacted
from mll_core.infra import addresses
from mll_core.infra.addresses import Resolve
from mll_core.infra.database_address import PORTS, DatabaseAddress
from mll_core.infra.secret_store import filled
from mll_core.infra.table_stream import BATCH, Stream

if TYPE_CHECKING:
    import psycopg

_LIMITS = (
    "-c default_transaction_read_only=on -c statement_timeout=600000 -c lock_timeout=10000"
    " -c idle_in_transaction_session_timeout=600000 -c timezone=UTC"
)
_NEXT = f"FETCH FORWARD {BATCH} FROM mll_rows".encode()
_NUMERIC, _BYTES, _MOST_DIGITS = 1700, 17, 38
_TYPES = {
    16: pa.bool_(),
    20: pa.int64(),
    21: pa.int32(),
    23: pa.int32(),
    700: pa.float64(),
    701: pa.float64(),
    1082: pa.date32(),
    1114: pa.timestamp("us"),
    1184: pa.timestamp("us", tz="UTC"),
}
_TEXTS = (18, 19, 25, 1042, 1043)


@contextmanager
def opened(
    address: DatabaseAddress,
    statement: str,
    resolve: Resolve | None = None,
    patience: float = 660.0,
) -> Iterator[Stream]:
    """The rows of one SELECT, streamed.

    ``numeric(p, s)`` stays exact; without digits, and beyond 38, it becomes a floating-point
    number. Times with a zone become UTC. NaN is missing. ``patience``: seconds a server may be
    silent. Raises UnreadableSource, Forbidden.
    """
    try:
        import psycopg
    except ImportError as error:
        hint = "Install it: pip install 'mll-workbench[postgres]'."
        raise NotReady("PostgreSQL is read with psycopg, which is missing.", hint=hint) from error
    try:
        with _connection(address, resolve) as connection:
            connection.read_only = True
            cursor = connection.cursor()
            with _cut_off(connection, patience):
                # The binary form is sent by the protocol that takes one statement only.
                declared = f"DECLARE mll_rows NO SCROLL CURSOR FOR {statement}".encode()
                connection.cursor(binary=True).execute(declared)
                cursor.execute(_NEXT)
            found = cursor.description or []
            kinds = [_type(column) for column in found]
            yield Stream(
                names=[column.name for column in found],
                types=[kind for kind, _ in kinds],
                mend=[mend for _, mend in kinds],
                batches=_batches(cursor, patience),
            )
            connection.rollback()  # what a function may have done all the same is undone
    except psycopg.Error as error:
        raise _refusal(address, error) from None  # its words may hold the connection's


def _batches(cursor: "psycopg.Cursor[Any]", patience: float) -> Iterator[Sequence[Sequence[Any]]]:
    while rows := cursor.fetchall():
        yield rows
        with _cut_off(cursor.connection, patience):
            cursor.execute(_NEXT)


@contextmanager
def _cut_off(connection: "psycopg.Connection[Any]", patience: float) -> Iterator[None]:
    """Hang up when the block takes too long: the server's own time limit is only its word.

    Not on Windows, where a connection has no second handle: there only the server's limit holds.
    """
    if os.name == "nt":
        yield
        return
    with socket.socket(fileno=os.dup(connection.fileno())) as line:
        timer = threading.Timer(patience, line.shutdown, (socket.SHUT_RDWR,))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()


def _connection(
    address: DatabaseAddress, resolve: Resolve | None
) -> "psycopg.Connection[tuple[Any, ...]]":
    """To the checked address; every setting is said, so that none comes from the environment."""
    import psycopg

    usual = (PORTS[address.kind],)
    place = addresses.find(address.host, address.port, ports=usual, resolve=resolve)
    return psycopg.connect(
        host=place.host,
        hostaddr=place.address,
        port=place.port,
        dbname=address.database,
        user=filled(address.user, place.host).reveal(),
        password=filled(address.password, place.host).reveal(),
        sslmode=address.options.get("sslmode", "prefer" if place.internal else "require"),
        passfile=os.path.join(os.devnull, "none"),
        connect_timeout=5,
        application_name="mll-workbench",
        gssencmode="disable",
        options=_LIMITS,
    )


def _type(column: "psycopg.Column") -> tuple[pa.DataType | None, Callable[[Any], Any] | None]:
    if column.type_code == _BYTES:
        return None, None
    if column.type_code == _NUMERIC:
        digits, scale = column.precision, column.scale
        if digits and scale is not None and digits <= _MOST_DIGITS and 0 <= scale <= digits:
            return pa.decimal128(digits, scale), _known
        return pa.float64(), _as_float
    if column.type_code in (700, 701):
        return pa.float64(), _as_float
    if column.type_code in _TYPES:
        return _TYPES[column.type_code], None
    return pa.string(), None if column.type_code in _TEXTS else str


def _known(value: Decimal) -> Decimal | None:
    return value if value.is_finite() else None


def _as_float(value: Decimal | float) -> float | None:
    number = float(value)
    return None if isnan(number) else number


def _refusal(address: DatabaseAddress, error: "psycopg.Error") -> UnreadableSource:
    """What the server says, in one line; where it is, is known from the address."""
    said = redacted(str(error.diag.message_primary or error).split("\n", 1)[0])[:300]
    begun, said = "FATAL" in said, said.rpartition("FATAL:")[2].strip()
    where = f"{address.host}:{address.port}"
    known = {
        "authentication failed": ("does not know that user and password", "Look at the secret."),
        "no password supplied": ("asks for a password", "Write user:{secret:NAME}@host."),
        "SSL": ("does not offer a protected connection", "Ask for ?sslmode=prefer, if you must."),
        "timeout": ("took too long", "Ask for fewer rows, or make the query simpler."),
        "read-only": ("was asked to change something", "Ask for rows only."),
    }
    for sign, (what, hint) in known.items():
        if sign in said:
            return UnreadableSource(f"The database on {where} {what}.", hint=hint)
    if error.sqlstate is None and not begun:
        hint = "Check the address and the network, then try again."
        return UnreadableSource(f"The database on {where} does not answer.", hint=hint)
    hint = "Check the names of the table and its columns, and what the user may read."
    return UnreadableSource(f"The database on {where} says: {said}", hint=hint)
