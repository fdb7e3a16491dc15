"""How alike two texts are, from 0 to 1."""

from typing import Any, Literal

import ibis

from mll_core.domain import terms
from mll_core.domain.literals import exact
from mll_core.domain.staging import Stage

Measure = Literal["words", "threes", "edits"]
SAID: dict[Measure, str] = {
    "words": "the share of their words that both have",
    "threes": "the share of their runs of three letters that both have",
    "edits": "the share of letters that need no change to make one of the other",
}


def alike(at: Stage, one: Any, other: Any, by: Measure) -> tuple[Stage, Any]:
    """The stage's table and the likeness of two texts, float64: 1 the same, 0 nothing in common.

    Capitals and punctuation do not matter; NULL when one is NULL. ``words`` and ``threes``: in both
    over in either (Jaccard); ``edits``: 1 less the edits (Levenshtein) over the longer text, where
    a letter beyond a to z weighs two or three.
    """
    at = at.then(one=terms.plain(one), other=terms.plain(other))
    if by == "edits":
        longer = ibis.greatest(_size(at["one"]), _size(at["other"]))
        part = at["one"].levenshtein(at["other"]).cast("float64") / longer.nullif(exact(0.0))
        likeness = ibis.greatest(exact(1.0) - part.fill_null(exact(0.0)), exact(0.0))
        there = at["one"].notnull() & at["other"].notnull()
        return at, there.ifelse(likeness, None)
    parts = _words if by == "words" else _threes
    there = at["one"].notnull() & at["other"].notnull()
    at = at.then(one=parts(at["one"]), other=parts(at["other"]), there=there)
    at = at.then(one=at["one"].unique(), other=at["other"].unique())
    in_other = at["other"].contains
    both = at["one"].filter(lambda part: in_other(part)).length()  # noqa: PLW0108
    at = at.then(both=both.cast("float64"))
    either = at["one"].length().cast("float64") + at["other"].length().cast("float64") - at["both"]
    return at, at["there"].ifelse(at["both"] / either, None)  # Spark gives NULL a length


def _words(plain: Any) -> Any:
    return plain.split(" ")


def _threes(plain: Any) -> Any:
    padded = ibis.literal(" ") + plain + " "  # so that the first and last letters tell as well
    return ibis.range(0, ibis.greatest(padded.length() - 2, 1)).map(lambda i: padded.substr(i, 3))


def _size(plain: Any) -> Any:
    """How many bytes: the engine counts edits in them."""
    wide = plain.re_replace(r"[\x{0800}-\x{10FFFF}]", "xxx").re_replace(r"[\x{80}-\x{07FF}]", "xx")
    return wide.length().cast("float64")
