"""Dates written as text: in a format that a person gives, or in any usual way.

Small Ibis expressions of text functions, so that they run the same on every engine. A part that is
not a date gives NULL.
"""

import re
from typing import Any

import ibis
import ibis.expr.types as ir

from mll_core.domain.staging import Stage

PARTS = {
    **{"Y": r"(\d{4})", "y": r"(\d{2})", "f": r"(\d{1,9})", "p": r"([AaPp])\.?[Mm]\.?"},
    **{"b": r"([A-Za-zÄä]{3,9})", "B": r"([A-Za-zÄä]{3,9})"},
    **dict.fromkeys("mdHMS", r"(\d{1,2})"),
}
_TIME = (
    r"[T\s,]+(\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)\s*(?:([AaPp])\.?[Mm]\.?)?"
    r"\s*(?:Z|UTC|GMT|[+-]\d\d:?\d\d)?\s*$"
)
_APART = r"(?:\s*[-/.]\s*|\s+)"
_THREE = rf"^(\d{{1,4}}){_APART}(\d{{1,2}}){_APART}(\d{{1,4}})$"
_DAY, _NAME = r"\d{1,2}(?:\.|st|nd|rd|th)?[\s-]+(?:of\s+)?", r"([A-Za-zÄä]{3,9})\.?,?"
_NAMED = rf"^(?:{_DAY})?{_NAME}(?:\s+\d{{1,2}}(?:st|nd|rd|th)?)?,?(?:\s+of)?[\s-]+\d{{4}}$"
_NAMED_SHORT = rf"^{_DAY}{_NAME}[\s-]+\d{{2}}$"
_MONTHS = (
    "jan feb mar apr may jun jul aug sep oct nov dec "
    "        mär     mai                 okt     dez "
)
_LAST = len(_MONTHS) // 2
_YEAR, _SHORT = 4, 2
_NOON = 12


def fault(text: str) -> str:
    """What is wrong with formats parted by |; empty when nothing is."""
    for part in text.split("|"):
        used = re.findall("%(.?)", part)
        twice = any(used.count(name) > 1 for name in used)
        if not {"Y", "y"} & set(used) or not set(used) <= set(PARTS) or twice:
            known = " ".join("%" + name for name in PARTS)
            return f"write auto, or formats with a year, made of {known}, each once"
    return ""


def usual(table: ir.Table, text: Any) -> Stage:
    """A stage with the timestamps ``text`` tells: ``day`` read with the day first, ``month``."""
    at = Stage(table).then(
        date=text.re_replace(_TIME, "").strip(),
        clock=_extract(text, _TIME, 1).replace(",", ".").coalesce("0:0"),
        half=_extract(text, _TIME, 2).lower(),
    )
    parts = {what: _extract(at["date"], _THREE, i) for i, what in enumerate("abc", 1)}
    names = {
        "long": _extract(at["date"], _NAMED, 1),
        "short": _extract(at["date"], _NAMED_SHORT, 1),
    }
    at = at.then(**parts, **names)
    a, b, c, date = (at[what] for what in ("a", "b", "c", "date"))
    iso = ibis.cases(
        (date.re_search(r"^\d{8}$"), _date(date.left(4), date.substr(4, 2), date.right(2))),
        (a.length() == _YEAR, _date(a, b, c)),
        (at["long"].notnull(), _named(at["long"], date, date.right(4))),
        (at["short"].notnull(), _named(at["short"], date, _century(date.right(2)))),
    )
    # Three numbers with nothing but spaces between them are a date only with a whole year.
    short = (c.length() == _SHORT) & date.re_search("[-/.]")
    year = (c.length() == _YEAR).ifelse(c, short.ifelse(_century(c), None))
    at = at.then(iso=iso, year=year)
    day, month = (
        at["iso"].coalesce(_date(at["year"], at[m], at[d])).concat(" ", at["clock"])
        for m, d in ("ba", "ab")
    )
    at = at.then(day=day.try_cast("timestamp(6)"), month=month.try_cast("timestamp(6)"))
    day, month = (_afternoon(at[what], at["half"]) for what in ("day", "month"))
    return at.then(day=day, month=month)


def formatted(text: Any, pattern: str) -> Any:
    """The timestamp that ``text`` holds in one format with parts such as %Y; see ``fault``."""
    pieces = re.split("(%.)", pattern.strip())
    names = [piece[1] for piece in pieces[1::2]]
    regex = "".join(PARTS[p[1]] if p.startswith("%") else re.escape(p) for p in pieces)
    regex = rf"^\s*{regex}\s*$"
    part = {name: _extract(text, regex, i) for i, name in enumerate(names, 1)}
    year = part["Y"] if "Y" in part else _century(part["y"])
    name = part.get("b", part.get("B"))
    month = part.get("m", ibis.literal("1")) if name is None else _month(name)
    clock = part.get("H", ibis.literal("0"))
    for mark, what in ((":", "M"), (":", "S"), (".", "f")):
        clock = clock.concat(mark, part.get(what, ibis.literal("0")))
    moment = _date(year, month, part.get("d", ibis.literal("1"))).concat(" ", clock)
    time = moment.try_cast("timestamp(6)")
    return _afternoon(time, part["p"].lower()) if "p" in part else time


def _extract(text: Any, regex: str, group: int) -> Any:
    return text.re_extract(regex, group).nullif("")


def _date(year: Any, month: Any, day: Any) -> Any:
    return year.concat("-", month, "-", day)


def _century(year: Any) -> Any:
    return (year < "70").ifelse("20", "19").concat(year)


def _named(name: Any, date: Any, year: Any) -> Any:
    day = _extract(date, r"^\D*(\d{1,2})(?:\D|$)", 1)
    return _date(year, _month(name), day.coalesce("1"))


def _month(name: Any) -> Any:
    """The number of a month by its first three letters; 0, which is in no date, for others."""
    place = ibis.literal(_MONTHS).find(name.lower().left(3))
    return ((place % _LAST + 4) / 4).floor().cast("int64").cast("string")


def _afternoon(moment: Any, half: Any) -> Any:
    """The moment 12 hours on or back for pm and am."""
    noon, twelve = _NOON, ibis.interval(hours=_NOON)
    return ibis.cases(
        ((half == "p") & (moment.hour() < noon), moment + twelve),
        ((half == "a") & (moment.hour() == noon), moment - twelve),
        else_=moment,
    )
