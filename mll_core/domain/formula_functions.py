"""The functions of the formula language: what they take, what they give, and how they are computed.

A missing argument gives a missing value, unless the function says otherwise. What is not defined
(the logarithm of a negative number, an overflow) is missing as well.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Any

import ibis

from mll_core.domain.literals import exact


class Kind(Enum):
    """What a value is, in words for a person."""

    NUMBER = "a number"
    TEXT = "text"
    TRUTH = "true or false"
    TIME = "a date"
    MISSING = "missing"
    OTHER = "of a type formulas cannot use"
    SAME = "of one type with the others"
    DIGITS = "a whole number from -10 to 10, written out"
    UNIT = "the name of a unit, between quotes"


@dataclass(frozen=True)
class Function:
    """``takes`` one kind per argument; when ``more``, the last may repeat."""

    takes: tuple[Kind, ...]
    gives: Kind
    compute: Callable[..., Any]
    card: str
    more: bool = False
    optional: int = 0


def finite(number: Any) -> Any:
    """The number, or missing when it is infinite or not a number."""
    # Names the number once: with conditions, the SQL of nested formulas would grow exponentially.
    for bad in (math.inf, -math.inf, math.nan):
        number = number.nullif(bad)
    return number


def _number(text: Any) -> Any:
    plain = r"^\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?)\s*$"
    return finite(text.re_extract(plain, 1).try_cast("float64"))


def _whole(part: Any) -> Any:
    return part.cast("float64")


def _days_between(start: Any, end: Any) -> Any:
    seconds = end.epoch_seconds().cast("float64") - start.epoch_seconds().cast("float64")
    return seconds / 86_400.0


_N, _T, _D, _S = Kind.NUMBER, Kind.TEXT, Kind.TIME, Kind.SAME

FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "abs": Function((_N,), _N, lambda x: x.abs(), "abs(x): without its sign"),
        "round": Function(
            (_N, Kind.DIGITS),
            _N,
            lambda x, digits=0: x.round(digits).cast("float64"),
            "round(x, digits): to that many digits; none: to a whole number",
            optional=1,
        ),
        "floor": Function((_N,), _N, lambda x: x.floor().cast("float64"), "floor(x): down"),
        "ceil": Function((_N,), _N, lambda x: x.ceil().cast("float64"), "ceil(x): up"),
        "log": Function((_N,), _N, lambda x: finite(x.ln()), "log(x): natural logarithm"),
        "log1p": Function((_N,), _N, lambda x: finite((x + 1.0).ln()), "log1p(x): log(1 + x)"),
        "sqrt": Function((_N,), _N, lambda x: finite(x.sqrt()), "sqrt(x): square root"),
        "exp": Function((_N,), _N, lambda x: finite(x.exp()), "exp(x): e to the power x"),
        "number": Function((_T,), _N, _number, "number(t): the number written in a text"),
        "lower": Function((_T,), _T, lambda t: t.lower(), "lower(t): in small letters"),
        "upper": Function((_T,), _T, lambda t: t.upper(), "upper(t): in capital letters"),
        "trim": Function((_T,), _T, lambda t: t.strip(), "trim(t): without spaces around it"),
        "length": Function((_T,), _N, lambda t: _whole(t.length()), "length(t): letters in t"),
        "contains": Function(
            (_T, _T), Kind.TRUTH, lambda t, part: t.contains(part), "contains(t, part)"
        ),
        "starts_with": Function(
            (_T, _T), Kind.TRUTH, lambda t, part: t.startswith(part), "starts_with(t, part)"
        ),
        "year": Function((_D,), _N, lambda d: _whole(d.year()), "year(d)"),
        "month": Function((_D,), _N, lambda d: _whole(d.month()), "month(d): 1 to 12"),
        "day": Function((_D,), _N, lambda d: _whole(d.day()), "day(d): 1 to 31"),
        "hour": Function((_D,), _N, lambda d: _whole(d.hour()), "hour(d): 0 to 23"),
        "weekday": Function(
            (_D,), _N, lambda d: _whole(d.day_of_week.index()), "weekday(d): 0 is Monday"
        ),
        "days_between": Function(
            (_D, _D), _N, _days_between, "days_between(start, end): days, with parts of a day"
        ),
        "min": Function(
            (_S, _S), _S, ibis.least, "min(a, b, ...): smallest of those not missing", more=True
        ),
        "max": Function(
            (_S, _S), _S, ibis.greatest, "max(a, b, ...): largest of those not missing", more=True
        ),
        "coalesce": Function(
            (_S, _S), _S, ibis.coalesce, "coalesce(a, b, ...): first that is not missing", more=True
        ),
        "if_missing": Function(
            (_S, _S), _S, ibis.coalesce, "if_missing(a, b): a, or b where a is missing"
        ),
        "unit": Function(
            (_N, Kind.UNIT), _N, lambda x, _: x, 'unit(x, "kg"): says in which unit x is'
        ),
        "convert": Function(
            (_N, Kind.UNIT), _N, lambda x, by: x * exact(by), 'convert(x, "lb"): in another unit'
        ),
        "amount": Function((_N,), _N, lambda x: x, "amount(x): the bare number, without its unit"),
    }
)
EXAMPLES: Mapping[str, str] = MappingProxyType(
    {
        "abs": "abs(balance)",
        "round": "round(price / 3, 2)",
        "floor": "floor(age / 10) * 10",
        "ceil": "ceil(minutes / 60)",
        "log": "log(income)",
        "log1p": "log1p(visits)",
        "sqrt": "sqrt(area)",
        "exp": "exp(score)",
        "number": "number(zip) > 1000",
        "lower": "lower(city)",
        "upper": 'upper(code) == "AB"',
        "trim": "trim(name)",
        "length": "length(comment)",
        "contains": 'contains(title, "manager")',
        "starts_with": 'starts_with(phone, "+351")',
        "year": "year(born)",
        "month": "month(ordered) in (11, 12)",
        "day": "day(paid)",
        "hour": "hour(called) < 12",
        "weekday": "weekday(ordered) >= 5",
        "days_between": "days_between(ordered, paid)",
        "min": "min(price, list_price)",
        "max": "max(visits, 1)",
        "coalesce": "coalesce(mobile, phone)",
        "if_missing": "if_missing(children, 0)",
        "unit": 'unit(weight, "kg") + unit(2, "kg")',
        "convert": 'convert(unit(height, "cm"), "m")',
        "amount": 'amount(unit(weight, "kg")) / 2',
    }
)
"""One formula with each function."""
