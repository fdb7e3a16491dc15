"""What fairness may mean, judged for each protected column, with what it would ask."""

from collections.abc import Iterator

from mll_core.domain.fairness import DEFINITIONS, Parity
from mll_core.domain.metric import shown
from mll_core.domain.report import Report
from mll_core.infra.html import Markup, join, table, tag
from mll_core.infra.report_page.shell import light

_LIGHTS = {"even": "ok", "uneven": "problem", "not sure": "check"}
_RULE = (
    "Uneven: outside its rule and more than chance would make, with all comparisons of this table "
    "counted (Holm). Ranges hold 95 of 100 times."
)


def audit(report: Report) -> Markup:
    """Every meaning for every protected column and two together; empty without any."""
    found = report.audit
    if not found.parities:
        return join([])
    head = ("By", "Meaning", "Verdict", "Lowest", "Highest", "Apart by")
    said = [(one.column, one.sentence) for one in found.conflicts]
    said += [(one.column, one.sentence) for one in found.demands]
    said += [(one.column, one.sentence) for one in found.proxies]
    told = [tag("li", f"{column}: {sentence}") for column, sentence in said]
    parts = [table(head, [_row(one) for one in found.parities], _RULE)]
    parts.append(tag("dl", *(part for part in _meanings(found.parities))))
    return join([*parts, tag("ul", *told)] if told else parts)


def _row(one: Parity) -> tuple[object, ...]:
    unit = "" if one.rate == "mae" else "share"
    low, high = (shown(v.value, unit) for v in (one.low, one.high))
    return (
        one.column,
        DEFINITIONS[one.definition].label,
        light(one.verdict, _LIGHTS[one.verdict]),
        f"{one.lowest}: {low}",
        f"{one.highest}: {high}",
        one.apart,
    )


def _meanings(parities: tuple[Parity, ...]) -> Iterator[Markup]:
    for code in dict.fromkeys(one.definition for one in parities):
        rule = DEFINITIONS[code]
        yield tag("dt", rule.label)
        yield tag("dd", f"{rule.meaning} The rule: {rule.rule}.")
