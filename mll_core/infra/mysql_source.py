"""Rows of a MySQL or MariaDB database, streamed, in a transaction that only reads."""

import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import pyarrow as pa

from mll_core.domain.errors import NotReady, UnreadableSource
from mll_core.domain.secret import redacted
from mll_core.infra import addresses
from mll_core.infra.addresses import Place, Resolve
from mll_core.infra.database_address import PORTS, DatabaseAddress
from mll_core.infra.secret_store import filled
from mll_core.infra.table_stream import BATCH, Stream

_BEGIN = (
    "SET SESSION TRANSACTION READ ONLY",
    "SET SESSION time_zone = '+00:00'",
    "START TRANSACTION READ ONLY",
)
_WAIT = 600
_DECIMALS, _LONG_WHOLE, _UNSIGNED, _MOST_DIGITS = (0, 246), 8, 32, 38
_BINARY, _TEXTS = 63, (249, 250, 251, 252, 253, 254)


@contextmanager
def opened(
    address: DatabaseAddress, statement: str, resolve: Resolve | None = None
) -> Iterator[Stream]:
    """The rows of one SELECT, streamed. Decimals stay exact; dates that are none are missing.

    Raises UnreadableSource, Forbidden.
    """
    try:
        import pymysql  # type: ignore[import-untyped]
    except ImportError as error:
        hint = "Install it: pip install 'mll-workbench[mysql]'."
        raise NotReady("MySQL is read with pymysql, which is missing.", hint=hint) from error
    usual = (PORTS[address.kind],)
    place = addresses.find(address.host, address.port, ports=usual, resolve=resolve)
    connection: Any = _connection(address, place)
    try:
        # The driver is handed a connection to the checked address; the name is for certificates.
        connection.connect(socket.create_connection((place.address, place.port), 5.0))
        with connection, connection.cursor(pymysql.cursors.SSCursor) as cursor:
            for setting in _BEGIN:
                cursor.execute(setting)
            # As a part of another SELECT it cannot write a file (INTO OUTFILE).
            cursor.execute(f"SELECT * FROM ({statement}\n) AS mll_rows")
            fields = cursor._result.fields
            kinds = [_type(field) for field in fields]
            yield Stream(
                names=[field.name for field in fields],
                types=[kind for kind, _ in kinds],
                mend=[mend for _, mend in kinds],
                batches=_batches(cursor),
            )
    except (pymysql.Error, OSError) as error:
        raise _refusal(address, error) from None  # its words may hold the connection's


def _batches(cursor: Any) -> Iterator[Sequence[Sequence[Any]]]:
    while rows := cursor.fetchmany(BATCH):
        yield rows


def _connection(address: DatabaseAddress, place: Place) -> Any:
    import pymysql

    mode = address.options.get("ssl_mode", "DISABLED" if place.internal else "REQUIRED")
    context = None
    if mode != "DISABLED":
        context = ssl.create_default_context()
        if mode == "REQUIRED":
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return pymysql.connect(
        host=place.host,
        port=place.port,
        user=filled(address.user, place.host).reveal(),
        password=filled(address.password, place.host).reveal(),
        database=address.database,
        charset="utf8mb4",
        local_infile=False,
        ssl=context,
        connect_timeout=5,
        read_timeout=_WAIT,
        write_timeout=_WAIT,
        defer_connect=True,
    )


def _type(field: Any) -> tuple[pa.DataType | None, Callable[[Any], Any] | None]:
    """The Arrow type of a column (its codes: dev.mysql.com, field_types.h), and what mends it."""
    code = field.type_code
    if code in _TEXTS and field.charsetnr == _BINARY:
        return None, None
    if code == _LONG_WHOLE:
        return (pa.decimal128(20, 0) if field.flags & _UNSIGNED else pa.int64()), None
    if code in _DECIMALS:
        return pa.decimal128(_MOST_DIGITS, min(field.scale, _MOST_DIGITS)), None
    return _TYPES.get(code, (pa.string(), str))


def _as_date(value: object) -> object:
    return value if isinstance(value, date) else None


_TYPES: Mapping[int, tuple[pa.DataType, Callable[[Any], Any] | None]] = {
    **dict.fromkeys((1, 2, 3, 9, 13), (pa.int64(), None)),
    **dict.fromkeys((4, 5), (pa.float64(), None)),
    **dict.fromkeys((10, 14), (pa.date32(), _as_date)),
    **dict.fromkeys((7, 12), (pa.timestamp("us"), _as_date)),
}


def _refusal(address: DatabaseAddress, error: Exception) -> UnreadableSource:
    said = redacted(str(error.args[1]) if len(error.args) > 1 else "")[:300]
    number = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    where = f"{address.host}:{address.port}"
    if number in (1044, 1045):
        hint = "Look at the secret, and at what the user may read."
        return UnreadableSource(f"The database on {where} does not let you in.", hint=hint)
    if isinstance(error, OSError) or number in (0, 2003, 2006, 2013):
        hint = "Check the address and the network, then try again."
        return UnreadableSource(f"The database on {where} does not answer.", hint=hint)
    hint = "Check the names of the table and its columns, and what the user may read."
    return UnreadableSource(f"The database on {where} says: {said}", hint=hint)
