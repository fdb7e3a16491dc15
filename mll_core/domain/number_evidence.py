"""What a text column says of the numbers in it: how many there are, and how they are written."""

from typing import Any

import ibis
import ibis.expr.types as ir

from mll_core.domain.date_formats import Ask
from mll_core.domain.measured import COMMA, POINT, SIZES, feet, parted, read
from mll_core.domain.staging import Stage
from mll_core.domain.units import UNITS, named

_MISSING = (
    *("", "?", "n/a", "#n/a", "na", "nan", "null", "none", "nil", "-", "--", ".", "unknown"),
    "error",
)
_CODE, _PADDED = r"^[+-]?0[0-9]+$", r"^[+-]?0[0-9]"
_SLIPS = 0.05
"""Up to this share of numbers with decimals that begin with 0 as 08.9 does are slips of the pen."""
_ALIKE = 3


def values(table: ir.Table, name: str) -> Stage:
    """The values that are not missing, parted into number and what stands behind it."""
    rows = table.select(text=table[name].strip())
    rows = rows.filter(rows.text.notnull() & ~rows.text.lower().isin(_MISSING))
    at = parted(rows, rows.text)
    return at.then(feet=feet(at["bare"], "ft").notnull())


def counted(at: Stage, ask: Ask) -> dict[str, Any]:
    """How many values there are and how many are numbers; whether it is in doubt which."""
    number, feet = at["number"], at["feet"]
    point, comma = number.re_search(POINT), number.re_search(COMMA)
    # "1.234" fits both readings; so a file of nothing else decides nothing.
    unlike: ir.BooleanValue = point & comma & (number.contains(".") | number.contains(","))
    (answer,) = ask(
        at.table.aggregate(
            known=ibis._.count(),
            point=(point | feet).sum(),
            comma=(comma | feet).sum(),
            either=(point | comma | feet).sum(),
            both=unlike.sum(),
            codes=number.re_search(_CODE).sum(),
            padded=number.re_search(_PADDED).sum(),
            percent=at["percent"].sum(),
        )
    )
    counts = {key: int(value or 0) for key, value in answer.items()}
    counts["codes"] += counts["padded"] > _SLIPS * counts["known"]
    return {**counts, "doubt": counts["point"] == counts["comma"] and counts["both"] > 0}


def behind(at: Stage, ask: Ask) -> dict[str, Any] | None:
    """What the step must know of the words behind the numbers; None when these are no numbers."""
    table = at.table.filter((at["tail"] != "") | at["feet"]).select(
        word=at["feet"].ifelse("ft", at["word"]),
        more=~at["tail"].re_search(r"^[^\s]*[\s.]*$") & ~at["feet"],
        money=at["money"],
    )
    groups = table.group_by("word").aggregate(
        n=ibis._.count(), more=ibis._.more.any(), money=ibis._.money.all()
    )
    rows = sorted(ask(groups.limit(1_000)), key=lambda row: (-row["n"], row["word"]))
    if not rows:
        return {}
    more = {"words": True} if any(row["more"] for row in rows) else {}
    units = [named(row["word"]) for row in rows]
    if None not in units and len({UNITS[str(unit)].measure for unit in units}) == 1:
        return {"unit": units[0], **more}
    sizes = all(row["word"] in SIZES or (row["word"] == "B" and row["money"]) for row in rows)
    if sizes:
        return more
    return {"words": True} if len(rows) == 1 else None


def as_large(at: Stage, ask: Ask) -> bool:
    """Whether numbers with a percent sign are about as large as those without."""
    number = read(at["number"], comma=False).abs()
    (answer,) = ask(
        at.table.aggregate(
            signed=number.quantile(0.5, where=at["percent"]),
            plain=number.quantile(0.5, where=~at["percent"]),
        )
    )
    signed, plain = (float(answer[what] or 0) for what in ("signed", "plain"))
    return plain < signed * _ALIKE and signed < plain * _ALIKE
