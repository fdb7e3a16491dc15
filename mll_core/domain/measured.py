"""Numbers as people write them: $ 1,234.50, (12), 2.5 kg, 6'2", 1.6K, 12 oz. can.

Small Ibis expressions of text functions, so that they run the same on every engine.
"""

from typing import Any

import ibis
import ibis.expr.types as ir

from mll_core.domain.literals import exact
from mll_core.domain.staging import Stage
from mll_core.domain.units import UNITS, ratio, written

SIZES = {
    **{"k": 1e3, "K": 1e3, "thousand": 1e3, "M": 1e6, "Mio": 1e6, "mio": 1e6, "mn": 1e6},
    **{"million": 1e6, "bn": 1e9, "Bn": 1e9, "billion": 1e9},
}
"""What people write behind a number to make it larger; B only behind an amount of money."""
_BLANK = r"\s\x{00A0}\x{202F}"
_GAP = _BLANK + r"'\x{2019}_"
_SIGNS = r"[$€£¥₹₽]|\b(?:EUR|USD|GBP|CHF|JPY|INR|CNY|SEK|NOK|DKK|PLN)\b"
_SHAPE = (
    r"^[+-]?(?:(?:[0-9]{{1,3}}(?:[{gap}{group}][0-9]{{3}})+|[0-9]+){point}[0-9]*|{sign}[0-9]+)"
    r"(?:[eE][+-]?[0-9]{{1,3}})?$"
)
POINT = _SHAPE.format(gap=_GAP, group=",", point=r"\.?", sign=r"\.")
"""A number with a decimal point, or without any decimals."""
COMMA = _SHAPE.format(gap=_GAP, group=r"\.", point=",?", sign=",")
_PARTS = r"^(.*[0-9][.,]?)\s*([^0-9]*)$"
_WORD = r"^([^\s.,;:()/]+)"
_FEET = (
    r"^([0-9]{1,3})\s*(?:'|\x{2032}|ft\.?|feet)\s*([0-9]{1,2}(?:\.[0-9]+)?)\s*"
    r"(?:''|\"|\x{2033}|in\.?|inch|inches)?$"
)


def parted(table: ir.Table, text: Any, *, currency: bool = True) -> Stage:
    """A stage of what ``text`` says.

    ``bare``: without currency and percent signs, (12) and 12- as -12; of it the ``number``, the
    ``word`` behind it and the ``tail``, all that stands behind it; ``money`` and ``percent``:
    whether such a sign stands there.
    """
    money = text.re_search(_SIGNS) if currency else ibis.literal(False)
    plain = text.re_replace(r"[\x{2212}\x{2013}]", "-").re_replace(
        rf"^[{_BLANK}]+|[{_BLANK}%]+$", ""
    )
    if currency:
        plain = plain.re_replace(rf"[{_BLANK}]*(?:{_SIGNS})[{_BLANK}]*", "")
    plain = plain.re_replace(r"^\((.*)\)$|^([^-].*)-$", r"-\1\2")
    at = Stage(table).then(bare=plain, money=money, percent=text.re_search(r"%\W*$"))
    number = at["bare"].re_extract(_PARTS, 1).nullif("").coalesce(at["bare"])
    at = at.then(number=number, tail=at["bare"].re_extract(_PARTS, 2))
    return at.then(word=at["tail"].re_extract(_WORD, 1))


def read(text: Any, *, comma: bool) -> Any:
    """The number as float64; NULL where it has another shape."""
    shape, group = (COMMA, ".") if comma else (POINT, ",")
    plain = text.re_replace(f"[{_GAP}{group}]", "").replace(",", ".")
    return text.re_search(shape).ifelse(plain, None).try_cast("float64")


def factor(at: Stage, unit: str | None, *, words: bool) -> Any:
    """By what the number is multiplied; NULL where what stands behind it is not understood.

    ``unit``: the unit it becomes, and is in where none is written. ``words``: others are left out.
    """
    alone = at["tail"].re_search(r"^[^\s]*[\s.]*$")
    understood = ibis.literal(True) if words else alone
    if unit is None:
        known = [(at["word"] == name, exact(size)) for name, size in SIZES.items()]
        known.append((at["money"] & (at["word"] == "B"), exact(1e9)))
    else:
        same = [name for name in UNITS if UNITS[name].measure == UNITS[unit].measure]
        small = at["word"].lower()
        known = [(small.isin(written(name)), exact(ratio(name, unit))) for name in same]
    cases = [(understood & here, size) for here, size in known]
    other = exact(1.0) if words else ibis.null("float64")
    return ibis.cases((at["tail"] == "", exact(1.0)), *cases, else_=other)


def feet(text: Any, unit: str | None) -> Any:
    """The length of 6'2" or 5 ft 11 in ``unit``; NULL for everything else."""
    if unit is None or UNITS[unit].measure != "length":
        return ibis.null("float64")
    whole = text.lower().re_extract(_FEET, 1).nullif("").try_cast("float64")
    inches = text.lower().re_extract(_FEET, 2).nullif("").try_cast("float64")
    return (whole * exact(12.0) + inches) * exact(ratio("in", unit))
