"""Request bodies: bounded, strict JSON, and every fault said in words; no value is echoed."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from starlette.requests import ClientDisconnect, Request

from mll_core.domain.serving import RecordError

SINGLE = 1 * 2**20
BATCH = 16 * 2**20
MOST_RECORDS = 1_000
SECONDS = 15.0


class Refused(Exception):
    """A request that is not answered: the HTTP status, what is wrong, and what to do.

    ``wait``: after how many seconds it is worth asking again.
    """

    def __init__(self, status: int, problem: str, hint: str, wait: float | None = None) -> None:
        super().__init__(problem)
        self.status = status
        self.hint = hint
        self.wait = wait

    @property
    def body(self) -> dict[str, Any]:
        """The answer: one fault that belongs to no record."""
        return {"errors": [error(None, None, str(self), self.hint)]}


def error(record: int | None, column: str | None, problem: str, hint: str) -> dict[str, Any]:
    """One fault in the shape of the contract."""
    return {"record": record, "column": column, "problem": problem, "hint": hint}


async def read(request: Request, make_room: Callable[[], Awaitable[None]]) -> bytes:
    """The body; refuses one that is too large before reading it, or too slow. Raises Refused.

    ``make_room`` is awaited once when more than a megabyte has come.
    """
    length = request.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length[:20]) > BATCH:
        raise _too_large()
    chunks, size = [], 0
    try:
        async with asyncio.timeout(SECONDS):
            async for chunk in request.stream():
                size += len(chunk)
                if size > BATCH:
                    raise _too_large()
                if size > SINGLE >= size - len(chunk):
                    await make_room()
                chunks.append(chunk)
    except TimeoutError:
        what = f"The body took longer than {SECONDS:g} seconds."
        raise Refused(408, what, "Send fewer records at once.") from None
    except ClientDisconnect:
        raise Refused(400, "The connection ended before the body did.", "Send it again.") from None
    return b"".join(chunks)


def _too_large() -> Refused:
    what = f"The body is larger than {BATCH // 2**20} MB."
    return Refused(413, what, "Send fewer records at once, or score a file with `mll score`.")


def parse(body: bytes) -> dict[str, Any]:
    """The JSON object in ``body``. Raises Refused: NaN, repeated keys and bad text are faults."""
    try:
        found = json.loads(body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_constant)
    except json.JSONDecodeError as fault:
        what = f"The body is not JSON: line {fault.lineno}, column {fault.colno}."
        raise Refused(400, what, 'Send {"records": [{...}]} as JSON.') from None
    except UnicodeDecodeError:
        raise Refused(400, "The body is not UTF-8 text.", "Send JSON in UTF-8.") from None
    except RecursionError:
        raise Refused(400, "The body is nested too deeply.", "Send flat records.") from None
    except ValueError:  # a whole number of thousands of digits
        raise Refused(400, "A number in the body is too long.", "Send shorter numbers.") from None
    if not isinstance(found, dict):
        raise Refused(422, "The body is not an object.", 'Send {"records": [{...}]}.')
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refused(400, "A key stands twice in one object.", "Send every column once.")
    return found


def _constant(name: str) -> NoReturn:
    raise Refused(400, f"{name} is not JSON.", "Send null when a value is not known.")


def unknown(body: dict[str, Any], *known: str) -> None:
    """Refuse keys that mean nothing here. Raises Refused."""
    if set(body) - set(known):
        raise Refused(
            422, "The body has keys that mean nothing here.", f"Known: {', '.join(known)}."
        )


@dataclass(frozen=True)
class Batch:
    """The records of a predict request, not yet judged."""

    records: list[Any]
    explain: bool


def batch(body: bytes) -> Batch:
    """The records in ``body``. Raises Refused."""
    found = parse(body)
    unknown(found, "records", "explain")
    records, explain = found.get("records"), found.get("explain", False)
    if not isinstance(explain, bool):
        raise Refused(
            422, "'explain' is not true or false.", "Send true or false, or leave it out."
        )
    listed = _listed(records, "records")
    if len(listed) == 1 and len(body) > SINGLE:
        raise Refused(413, "A single record is larger than 1 MB.", "Shorten its texts.")
    return Batch(listed, explain)


def outcomes(body: bytes) -> list[Any]:
    """The outcomes in ``body``, not yet judged. Raises Refused."""
    found = parse(body)
    unknown(found, "outcomes")
    return _listed(found.get("outcomes"), "outcomes")


def _listed(found: Any, name: str) -> list[Any]:
    if not isinstance(found, list) or not found:
        raise Refused(
            422, f"{name!r} is not a list with something in it.", f'Send "{name}": [...].'
        )
    if len(found) > MOST_RECORDS:
        what = f"{name!r} has {len(found):,} entries, more than {MOST_RECORDS:,}."
        raise Refused(413, what, "Send several requests, or score a file with `mll score`.")
    return found


def listed(errors: tuple[RecordError, ...]) -> list[dict[str, Any]]:
    """Record errors in the shape of the contract."""
    return [error(e.record, e.column, e.problem, e.hint) for e in errors]
