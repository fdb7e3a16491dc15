"""Lists of learned numbers in a query, and names for what an expression uses more than once.

A tree or a table of a thousand numbers is short as a list, and one row is looked up in it in less
than a millisecond; a CASE with a branch for each number would take fifty times as long.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ibis

from mll_core.domain.step import Learned


def written(**lists: Sequence[Any]) -> Learned:
    """Named lists as what a step learned: one row each, ``name`` and its ``values`` as JSON."""
    return tuple({"name": name, "values": json.dumps(list(v))} for name, v in lists.items())


def read(learned: Learned) -> dict[str, list[Any]]:
    """The lists that were written."""
    return {str(row["name"]): json.loads(str(row["values"])) for row in learned}


def numbers(values: Sequence[float]) -> Any:
    """At least one number as a list of float64 in a query, bit for bit."""
    return _list(map(float, values), "float64")


def whole(values: Sequence[int]) -> Any:
    """At least one whole number as a list of int64 in a query."""
    return _list(map(int, values), "int64")


def named(values: Mapping[str, Any], body: Callable[[Any], Any]) -> Any:
    """The number or text ``body`` of a record of ``values``, each computed once for a row."""
    # The largest of one: an index would write out all of it several times for some engines.
    return ibis.array([ibis.struct(values)]).map(body).maxs()


def at(values: Any, place: Any) -> Any:
    """The value at a place, from 0; NULL beyond the end. Spark takes no larger place than int32."""
    return values[place.cast("int32")]


def paired(values: Any, others: Any, body: Callable[[Any, Any], Any]) -> Any:
    """A list: ``body`` of each of ``values`` and of what is in its place in ``others``.

    ``others`` holds no column, and ``body`` names none: Ibis moves the place by one in all that
    lies under them, and the places of the steps before would be moved with it.
    """
    return values.map(lambda value, place: body(value, others[place]))


def chosen(number: Any, texts: Sequence[str]) -> Any:
    """The text with that number, from 0; NULL for NULL."""
    return named({"at": number.cast("int64")}, lambda row: at(ibis.array(list(texts)), row["at"]))


def below(number: Any, ordered: Any, count: int, *, equal: bool) -> Any:
    """How many of ``count`` ``ordered`` numbers are below ``number``, or equal when asked for.

    Found by halving. ``ordered`` is the field of a ``named`` record and holds the numbers padded to
    ``padded(count)``; what they are padded with is above all.
    """
    place = ibis.array([ibis.literal(0, type="int64")])
    half = (padded(count) + 1) // 2
    while half:
        place = place.map(_halved(number, ordered, half, equal=equal))
        half //= 2
    return place.maxs()


def padded(count: int) -> int:
    """The least 1, 3, 7, 15 ... that is not less than ``count``."""
    return int(2 ** max(count, 1).bit_length() - 1)


def _halved(number: Any, ordered: Any, half: int, *, equal: bool) -> Callable[[Any], Any]:
    def step(place: Any) -> Any:
        there = at(ordered, place + (half - 1))
        return place + ((there <= number) if equal else (there < number)).cast("int64") * half

    return step


def _list(values: Any, dtype: str) -> Any:
    # As one text that is taken apart: a plan with a thousand literals takes a second to read.
    return ibis.literal(",".join(map(repr, values))).split(",").cast(f"array<{dtype}>")
