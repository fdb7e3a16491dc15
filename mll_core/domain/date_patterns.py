"""Dates written as text: patterns with %Y and the like in them, and how they are read.

A pattern is a regular expression in which %Y %y %m %d %b %B %H %M %S %f %p stand for the parts of a
date. It becomes an Ibis expression of text functions, so it runs the same on every engine.
"""

import re
from typing import Any

import ibis

PARTS = {
    **{"Y": r"(\d{4})", "y": r"(\d{2})", "f": r"(\d{1,9})", "p": r"([AaPp])\.?[Mm]\.?"},
    **{"b": r"(\pL{3,9})", "B": r"(\pL{3,9})", **dict.fromkeys("mdHMS", r"(\d{1,2})")},
}
_TIME = r"(?:[T\s,]+%H:%M(?::%S(?:[.,]%f)?)?(?:\s*%p)?)?(?:Z|\s?[+-]\d\d:?\d\d)?"
_NAMED = (rf"%d\.?[\s-]+%b\.?,?[\s-]+%Y{_TIME}", rf"%b\.?\s+%d(?:st|nd|rd|th)?,?\s+%Y{_TIME}")
AUTO = (rf"%Y[-/.]%m[-/.]%d{_TIME}", "%Y(?:)%m(?:)%d", *_NAMED)
DAY_FIRST, MONTH_FIRST = (
    [rf"{ab}[-/.]{y}{_TIME}" for y in ("%Y", "%y")] for ab in ("%d[-/.]%m", "%m[-/.]%d")
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ALSO = {"mär": "3", "mai": "5", "okt": "10", "dez": "12"}


def fault(text: str) -> str:
    """What is wrong with formats parted by |; empty when nothing is."""
    for part in text.split("|"):
        used = re.findall("%(.)", part)
        if not {"Y", "y"} & set(used) or not set(used) <= set(PARTS) or _twice(used):
            known = " ".join("%" + name for name in PARTS)
            return f"write auto, or formats with a year, made of {known}, each once"
    return ""


def escaped(text: str) -> str:
    """A format a person wrote as a pattern: all but its parts stands for itself."""
    pieces = re.split("(%.)", text.strip())
    return "".join(piece if piece.startswith("%") else re.escape(piece) for piece in pieces)


def read_date(text: Any, pattern: str) -> Any:
    """The timestamp that ``text`` holds by ``pattern``; NULL when it does not, or is no date."""
    order = re.findall("%([A-Za-z])", pattern)
    regex = r"^\s*" + re.sub("%([A-Za-z])", lambda m: PARTS[m[1]], pattern) + r"\s*$"
    part = {name: text.re_extract(regex, order.index(name) + 1).nullif("") for name in order}
    year = part.get("Y")
    if year is None:
        year = (part["y"] < "70").ifelse("20", "19").concat(part["y"])
    month = part.get("m", ibis.literal("1"))
    for name in {"b", "B"} & set(order):
        short = part[name].lower().substr(0, 3)
        names = {**{n: str(i) for i, n in enumerate(_MONTHS, 1)}, **_ALSO}
        month = ibis.cases(*((short == n, number) for n, number in names.items()))
    hour = part["H"].coalesce("0") if "H" in part else ibis.literal("0")
    if "p" in part:
        twelve = hour.try_cast("int64") % 12 + (part["p"].lower() == "p").ifelse(12, 0)
        hour = part["p"].isnull().ifelse(hour, twelve.cast("string"))
    iso = year.concat("-", month, "-", part.get("d", ibis.literal("1")), " ", hour)
    for mark, name in ((":", "M"), (":", "S"), (".", "f")):
        iso = iso.concat(mark, part[name].coalesce("0") if name in part else "0")
    return iso.try_cast("timestamp(6)")


def _twice(used: list[str]) -> bool:
    return any(used.count(name) > 1 for name in used)
