"""The evidence behind a verdict: metrics with intervals, and what drives the answers."""

import math

import pandas as pd
import streamlit as st

from mll_core.domain.report import Report, Standing
from mll_core.domain.training import Interval
from pages._ui import drivers, glossary, numbers, stamps, verdict
from pages._ui.words import escape


def gate(report: Report, now: Standing) -> None:
    """The verdict, and before it why it no longer stands, when something changed since."""
    if against := now.against_gate():
        st.warning(
            f"This verdict no longer stands. {escape(' '.join(against))} Judge again.",
            icon=":material/history:",
        )
    verdict.gate(report.gate)


def headline(report: Report) -> None:
    """The primary metric with its interval, against the baseline."""
    name = report.primary_metric
    cards = st.grid("auto", min_column_width=280, border=True)
    if name in report.test:
        value = report.test[name]
        cards.metric(
            f"{glossary.measured(name, report.currency)}, sealed test",
            numbers.metric(name, value.value),
            help=glossary.explain(name, "sealed", "interval"),
        )
        bounds = f"{numbers.metric(name, value.low)} to {numbers.metric(name, value.high)}"
        cards.metric("95 % interval", bounds, help=glossary.meaning("interval"))
    better = report.difference
    if not math.isnan(better.value):  # where nobody knows an answer, nothing is compared
        cards.metric(
            "Better than the baseline by",
            numbers.metric(name, better.value),
            _within(name, better),
            **BESIDE,
            help="Below it its 95 % interval; above 0 means better than by luck.",
        )
    if report.money and report.money != report.test.get(name):  # else it is said already
        cards.metric(
            f"Worth, {report.currency} per case",
            numbers.metric("expected_value", report.money.value),
            _within("expected_value", report.money),
            **BESIDE,
            help="What acting on it brings, on the sealed rows; below it its 95 % interval.",
        )


BESIDE = {"delta_color": "off", "delta_arrow": "off"}
"""An interval below a value is no change."""


def _within(name: str, value: Interval) -> str | None:
    """The interval, where there is one."""
    if math.isnan(value.low) or math.isnan(value.high):
        return None
    return f"{numbers.metric(name, value.low)} to {numbers.metric(name, value.high)}"


def table(report: Report) -> None:
    """Every metric on the sealed test, beside validation, baseline and today's rule."""
    beside = {"Validation": report.validation, "Baseline": report.baseline}
    beside |= {"Today's rule": report.rule} if report.rule else {}
    rows = [
        {
            "Metric": glossary.measured(key, report.currency),
            "Sealed test": numbers.interval(key, value),
            **{
                name: numbers.interval(key, found[key]) if key in found else ""
                for name, found in beside.items()
            },
        }
        for key, value in report.test.items()
    ]
    st.table(pd.DataFrame(rows).set_index("Metric"))
    st.caption(
        f"In brackets: {report.drawn} Validation: all held-out rows together, decided as the "
        f"model does now; the leaderboard tells means over folds. {stamps.of(report)}"
    )
    with st.expander("What each of them says", type="compact"):
        told = (
            f"- **{escape(glossary.label(key))}** {glossary.meaning(key)}" for key in report.test
        )
        st.markdown("\n".join(told), width=720)
    _card(report)


def _card(report: Report) -> None:
    """One metric in full: what is good here, its range, its formula."""
    chosen = st.selectbox(
        "What is a good value?", list(report.test), format_func=glossary.label, key="metric-card"
    )
    card = report.cards.get(chosen or "")
    if card is None:
        return
    st.markdown(
        f"**{escape(card.label)}** {numbers.interval(chosen, report.test[chosen])}. "
        f"{escape(card.meaning)}\n\n{escape(card.good[:1].upper() + card.good[1:])}",
        width=720,
    )
    st.caption(f"From {escape(card.range)}. Formula: {escape(card.formula)}")


def explanation(report: Report) -> None:
    """Which columns move the answers, how, and for some rows why."""
    found = report.explanation
    if found is None:
        return
    st.caption(f"{found.method} over {numbers.count(found.n)} rows. {glossary.meaning('SHAP')}")
    drivers.draw(found, key="drivers")
    shaped = {effect.column: effect for effect in found.effects if effect.points}
    if shaped:
        chosen = st.selectbox("How one column moves the answer", list(shaped), key="driver")
        if chosen:
            drivers.shape(shaped[chosen], found.unit, key="driver-shape")
