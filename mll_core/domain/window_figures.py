"""Figures of the numbers in a window of the past, bit for bit the same whatever stands around."""

from typing import Any, Literal

import ibis

from mll_core.domain import exact_sums
from mll_core.domain.past import Past

Figure = Literal["mean", "sum", "min", "max", "std", "count"]
_WIDTH = 12


def staged(past: Past, values: Any, figures: tuple[Figure, ...]) -> Past:
    """Stage numeric ``values`` so that ``figures`` of them can be asked for."""
    past = past.then(value=exact_sums.countable(values))
    if {"mean", "sum"} & {*figures}:
        past = _halves(past, "value")
    if "std" not in figures:
        return past
    # Measured from the first value there was: squares of large numbers would swallow the rest.
    has = past["value"].notnull().ifelse(past["place"], ibis.null("int64"))
    past = past.then(first=has)
    past = past.at(past["first"].min().over(group_by=past.entity), base="value")
    past = past.then(off=past["value"] - past["base"])
    return _halves(past.then(square=past["off"] * past["off"]), "off", "square")


def figure(past: Past, what: Figure, over: Any) -> Any:
    """One figure of the staged numbers in a window as float64; NULL when none is there.

    ``std`` is that of a sample, and NULL for fewer than two; ``count`` is 0 for none.
    """
    value = past["value"]
    count = value.count().over(over).cast("float64")
    match what:
        case "count":
            return count
        case "min":
            return value.min().over(over)
        case "max":
            return value.max().over(over)
        case "sum":
            return _total(past, "value", over)
        case "mean":
            return _total(past, "value", over) / count
        case _:
            return _deviation(past, count, over)


def most_frequent(past: Past, values: Any) -> Past:
    """Stage ``told``: of the rows before, the value there were most of, as text; of several the one
    that was last to be so often; NULL when none is known."""
    past = past.then(text=values.cast("string"))
    same, order = [*past.entity, past["text"]], past["place"].asc()
    past = past.then(nth=ibis.row_number().over(group_by=same, order_by=order) + 1)
    # Every value behind how often it had been by then: the largest of these texts is the answer.
    often, place = (past[name].cast("string").lpad(_WIDTH, "0") for name in ("nth", "place"))
    past = past.then(key=often.concat(place, past["text"]))
    return past.then(told=past["key"].max().over(past.before()).substr(2 * _WIDTH))


def _deviation(past: Past, count: Any, over: Any) -> Any:
    value, off = past["value"], _total(past, "off", over)
    squares = _total(past, "square", over) - off * off / count
    same = value.min().over(over) == value.max().over(over)
    variance = same.ifelse(0.0, ibis.greatest(squares, 0.0)) / (count - 1)
    return (count > 1).ifelse(variance, ibis.null("float64")).sqrt()


def _halves(past: Past, *names: str) -> Past:
    halves = {}
    for name in names:
        halves[f"{name}_whole"] = exact_sums.whole(past[name])
        halves[f"{name}_rest"] = exact_sums.rest(past[name])
    return past.then(**halves)


def _total(past: Past, name: str, over: Any) -> Any:
    return exact_sums.total(past[f"{name}_whole"], past[f"{name}_rest"], over)
