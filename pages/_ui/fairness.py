"""How groups of people fare: each meaning of fairness judged, and what it would ask."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from mll_core.domain.fairness import DEFINITIONS, RATES, Audit, Demand, Parity
from mll_core.domain.report import Report
from mll_core.workspace import Project
from pages._ui import glossary, group_chart, mitigation, numbers, tables
from pages._ui.words import escape

_WORDS = {"even": "even", "uneven": "uneven", "not sure": "may be chance"}


def draw(project: Project, report: Report) -> None:
    """One protected column, or two together: the verdicts, then the numbers behind them."""
    columns = list(dict.fromkeys(group.column for group in report.groups))
    column = st.selectbox("Groups of", columns, key="group-column")
    if not column:
        return
    _verdicts(report.audit, column)
    _choice(report, column)
    if column in project.document.brief.protected:
        mitigation.draw(project, column, report.task)
    st.subheader("Group by group", anchor=False)
    found = [group for group in report.groups if group.column == column]
    names = list(dict.fromkeys(name for group in found for name in group.metrics))
    metric = st.selectbox("Compared by", names, format_func=glossary.label, key="group-metric")
    if metric:
        st.caption(glossary.meaning(metric) or RATES.get(metric, ""))
        group_chart.draw(found, metric, key=f"groups-{column}-{metric}")


def _verdicts(audit: Audit, column: str) -> None:
    found = [one for one in audit.parities if one.column == column]
    if not found:
        st.info("Fewer than two groups have rows enough (50) to be compared.")
        return
    tables.draw(pd.DataFrame([_line(one) for one in found]), alt=f"Fairness by {column}")
    with st.expander("What each row means, and how it was judged"):
        st.markdown("\n".join(f"- {escape(_meaning(one))}" for one in found))
        st.caption(
            "A gap is called uneven when it is outside its rule and more than chance would make, "
            "with all these comparisons counted (Holm). Ranges hold 95 of 100 times."
        )


def _line(one: Parity) -> dict[str, str]:
    rule, shown = DEFINITIONS[one.definition], _shown(one)
    return {
        "Meaning": rule.label,
        "Verdict": _WORDS[one.verdict],
        "Lowest": f"{shown(one.low.value)} ({one.lowest})",
        "Highest": f"{shown(one.high.value)} ({one.highest})",
        "Apart by": one.apart,
        "Ratio": _ratio(one) if rule.shares else "",
    }


def _ratio(one: Parity) -> str:
    of = f" ({RATES[one.ratio_of].partition(',')[0]})" if one.ratio_of else ""
    return f"{one.ratio:.2f}{of}"


def _shown(one: Parity) -> Callable[[float], str]:
    return numbers.plain if one.rate == "mae" else numbers.share


def _meaning(one: Parity) -> str:
    rule = DEFINITIONS[one.definition]
    return f"{rule.label}: {rule.meaning} The rule: {rule.rule}. {one.sentence}"


def _choice(report: Report, column: str) -> None:
    """What cannot be had together, what each would cost, and what tells on the column."""
    audit = report.audit
    for conflict in audit.conflicts:
        if conflict.column == column:
            st.info(escape(conflict.sentence), icon=":material/balance:")
    asked = [one for one in audit.demands if one.column == column]
    if asked:
        with st.expander("What each meaning would ask here"):
            st.caption(
                "A threshold per group, chosen on these very rows: a sketch of what is at stake, "
                "not a promise. In many places the law forbids one."
            )
            for one in asked:
                st.markdown(escape(one.sentence))
                tables.draw(_groups(one), alt=one.sentence)
    for proxy in audit.proxies:
        if proxy.column == column:
            st.markdown(f"- {escape(proxy.sentence)}")


def _groups(one: Demand) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Group": [str(group["group"]) for group in one.groups],
            "Called from": [numbers.share(group["threshold"]) for group in one.groups],
            "Called": [numbers.count(group["called"]) for group in one.groups],
            "Called now": [numbers.count(group["called_before"]) for group in one.groups],
            "Of them right": [numbers.count(group["right"]) for group in one.groups],
        }
    )
