"""Rows on both sides."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.errors import NotReady
from mll_core.domain.finding import Finding, Severity
from mll_core.domain.sheet import Behind, Grid, Sheet
from mll_core.domain.training import Interval
from mll_core.domain.view import Seen, View

MOST = 100
FEWEST = 10


class Twins(View):
    """Test rows that equal a row it learned from in all columns but target and keys, and the
    primary metric without them.
    """

    label: ClassVar[str] = "Rows on both sides"
    kind: Literal["twins"] = "twins"
    place: ClassVar[int] = 60
    asks: ClassVar[str] = "Are test rows repeated among the rows it learned from?"

    def look(self, seen: Seen) -> Sheet:
        cases = seen.cases("test")
        if cases is None:
            raise NotReady("There are no predictions.", hint="Open the sealed test.")
        equal, metric = seen.twins(), seen.metric
        count = int(equal.sum())
        if not count:
            said = "No test row is equal to a row it learned from."
            none = Finding(code="twins", severity=Severity.OK, sentence=said)
            return Sheet(findings=(none,), stamp=seen.stamp("test"))
        found = {"all test rows": _on(seen, np.ones(cases.n, dtype=bool))}
        for name, mask in (("only new rows", ~equal), ("only repeated rows", equal)):
            if mask.sum() >= FEWEST:
                found[name] = _on(seen, mask)
        rows = tuple((name, one.n, one.value, one.low, one.high) for name, one in found.items())
        new = found.get("only new rows")
        told = f"; without them {metric.label} is {metric.show(new.value)}" if new else ""
        said = f"{count:,} of {cases.n:,} test rows equal a row it learned from{told}."
        share = count / cases.n
        finding = Finding(
            code="twins",
            severity=Severity.CHECK if share > 0.01 else Severity.OK,  # noqa: PLR2004
            sentence=said,
            numbers={"rows": count},
        )
        columns = ("Rows", "How many", metric.label, "Low", "High")
        return Sheet(
            findings=(finding,),
            grids=(Grid(title="With and without", columns=columns, rows=rows),),
            behind=(
                Behind(
                    title="Repeated test rows",
                    on="test",
                    places=tuple(np.flatnonzero(equal)[:MOST].tolist()),
                ),
            ),
            stamp=seen.stamp("test"),
        )


def _on(seen: Seen, mask: np.ndarray) -> Interval:
    cases = seen.cases("test")
    assert cases is not None  # the caller has looked
    return seen.draws("test").take(mask).intervals({"it": seen.metric}, cases.take(mask))["it"]
